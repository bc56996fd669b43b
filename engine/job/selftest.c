// SPDX-License-Identifier: Apache-2.0
#include "engine/job/selftest.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "engine/devices/port-names.h"
#include "engine/error.h"
#include "engine/job/boot.h"
#include "engine/job/pump.h"
#include "engine/job/refusal.h"
#include "engine/job/selftest-private.h"

#define BAUD_DEFAULT 115200
#define INSTALLS     6 /* areas are erased and written so many times as often as in an installation, about */
#define SHORTEST_MS  120000
#define ASK_AGAIN_MS 500
#define CALL_OFF_MS  3000
#define LINE_SIZE    160

/* ---- what was found ---- */

static const char *const steps[GYW_CHECK_STEPS] = {
	"passed", "record", "fill", "neighbours", "backup", "recover", "copy", "patch"};
static const char *const areas[] = {"running", "download", "backup", "flag", "flag-backup"};

const char *
gy_selftest_step_name(guint32 step)
{
	return step < G_N_ELEMENTS(steps) ? steps[step] : "unknown";
}

const char *
gy_selftest_area_name(guint32 area)
{
	return area < G_N_ELEMENTS(areas) ? areas[area] : "unknown";
}

void
gy_selftest_from_wire(GySelftest *selftest, const struct gyw_info_check *wire)
{
	*selftest = (GySelftest){
		.passed = wire->step == GYW_CHECK_PASSED,
		.seed = wire->seed,
		.step = wire->step,
		.what = wire->what,
		.area = wire->area,
		.offset = wire->offset,
		.expected = wire->expected,
		.found = wire->found,
	};
}

/* (transfer full): what was wrong, at the place that the sentence goes on to name. */
static char *
fault_words(const GySelftest *s)
{
	static const char *const calls[] = {[GYW_CHECK_ERASE] = "erase",
		[GYW_CHECK_WRITE] = "write",
		[GYW_CHECK_FLUSH] = "flush",
		[GYW_CHECK_READ] = "read"};

	if (s->what == GYW_CHECK_DIFFERS)
		return g_strdup_printf(_("0x%02x was written and 0x%02x read"), s->expected, s->found);
	if (s->what == GYW_CHECK_SIZE)
		return g_strdup_printf(_("%u bytes were wanted and there are %u"), s->expected, s->found);
	if (s->what == GYW_CHECK_APPLY)
		return g_strdup_printf(_("a small difference could not be applied (0x%02X)"), s->found);
	return s->what < G_N_ELEMENTS(calls) ? g_strdup_printf(_("its own call to %s failed"), calls[s->what])
					     : g_strdup_printf(_("fault %u"), s->what);
}

char *
gy_selftest_sentence(const GySelftest *s)
{
	g_autofree char *fault = NULL;

	if (s->passed)
		return g_strdup_printf(_("the flash keeps what is written to it (seed 0x%08x)"), s->seed);
	fault = fault_words(s);
	return g_strdup_printf(
		_("the flash failed in step %u, %s: in the area %s at offset 0x%06x %s (seed 0x%08x)"),
		s->step, gy_selftest_step_name(s->step), gy_selftest_area_name(s->area), s->offset, fault,
		s->seed);
}

/* ---- the test ---- */

typedef struct {
	const GySelftestOptions *options;
	GCancellable *cancellable;
	GyPump *pump;
	GySession *session;
	char line[LINE_SIZE]; /* that the board is printing */
	gsize used;
} Test;

static void
tell_line(Test *test)
{
	const char *words = strstr(test->line, "self-test, step ");
	guint step = 0, n_steps = 0;

	if (words && sscanf(words, "self-test, step %3u of %3u", &step, &n_steps) != 2)
		step = n_steps = 0;
	if (test->options->told && *test->line)
		test->options->told(test->options->data, test->line, step, n_steps);
}

static void
take_text(Test *test, GBytes *text)
{
	gsize size;
	const char *bytes = g_bytes_get_data(text, &size);

	for (gsize i = 0; i < size; i++) {
		if (bytes[i] != '\r' && bytes[i] != '\n' && test->used < sizeof test->line - 1) {
			test->line[test->used++] = bytes[i];
			continue;
		}
		test->line[test->used] = '\0';
		tell_line(test);
		test->used = 0;
	}
}

static gboolean
set_cancelled(GError **error, const char *what)
{
	g_set_error_literal(error, GY_ERROR, GY_ERROR_CANCELLED, what);
	return FALSE;
}

/* Until the operation under way has ended. */
static gboolean
wait_for(Test *test, gint64 until_ms, GCancellable *cancellable, GError **error)
{
	while (!g_cancellable_is_cancelled(cancellable) && gy_pump_now() < until_ms) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(test->session, &event)) {
			gy_pump_turn(test->pump, until_ms, cancellable);
			continue;
		}
		switch (event.type) {
		case GY_SESSION_EVENT_TEXT: take_text(test, event.bytes); break;
		case GY_SESSION_EVENT_DONE: return TRUE;
		case GY_SESSION_EVENT_REFUSED:
			g_propagate_error(error, gy_refusal_to_error(&event.refusal, event.is_failure));
			return FALSE;
		case GY_SESSION_EVENT_ERROR:
			g_set_error_literal(error, GY_LINK_ERROR, (int) event.error_code, event.message);
			return FALSE;
		case GY_SESSION_EVENT_BUSY:
		case GY_SESSION_EVENT_PROGRESS:
		case GY_SESSION_EVENT_RATE: break;
		}
	}
	return set_cancelled(error, _("interrupted"));
}

/* What a device that may be armed is told when nobody wants the test any more; whether it has heard it. */
static gboolean
call_off(Test *test)
{
	gint64 until_ms = gy_pump_now() + CALL_OFF_MS;
	gboolean is_off;

	gy_session_disarm(test->session, gy_pump_now());
	is_off = wait_for(test, until_ms, NULL, NULL);
	gy_session_cancel(test->session, gy_pump_now());
	(void) wait_for(test, until_ms, NULL, NULL);
	return is_off;
}

/* The device keeps what it was asked for until it is reset. */
static gboolean
ask_for_it(Test *test, GError **error)
{
	GError *problem = NULL;

	gy_session_selftest(test->session, test->options->seed, gy_pump_now());
	if (wait_for(test, G_MAXINT64, test->cancellable, &problem)) {
		gy_session_reset(test->session, gy_pump_now());
		if (wait_for(test, G_MAXINT64, test->cancellable, &problem))
			return TRUE;
	}
	if (problem->domain != GY_ERROR || problem->code == GY_ERROR_CANCELLED) {
		gboolean is_off = call_off(test);

		if (!is_off)
			g_prefix_error(
				&problem, _("the board may have been asked already, and then erases its "
					    "program at the next reset: "));
	}
	g_propagate_error(error, problem);
	return FALSE;
}

static gboolean
take_result(Test *test, GySelftest *result, GError **error)
{
	const struct gyw_info *info = gy_session_info(test->session);

	if (!info->has_check || info->check.seed != test->options->seed) {
		g_set_error(error, GY_ERROR, GY_ERROR_DEVICE_NOT_SUPPORTED,
			_("the device restarted, and its loader has not tested the flash"));
		return FALSE;
	}
	gy_selftest_from_wire(result, &info->check);
	return TRUE;
}

static void
pause_asking(Test *test)
{
	gint64 until_ms = gy_pump_now() + ASK_AGAIN_MS;

	while (gy_pump_now() < until_ms && !g_cancellable_is_cancelled(test->cancellable)) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(test->session, &event))
			gy_pump_turn(test->pump, until_ms, test->cancellable);
		else if (event.type == GY_SESSION_EVENT_TEXT)
			take_text(test, event.bytes);
	}
}

/* While it tests nothing answers; the cable may go and come. */
static gboolean
wait_for_result(Test *test, const GyRestart *restart, gint64 longest_ms, GySelftest *result, GError **error)
{
	gint64 until_ms = gy_pump_now() + longest_ms;

	while (gy_pump_now() < until_ms) {
		g_autoptr(GError) silence = NULL;

		gy_session_hello(test->session, gy_pump_now());
		if (wait_for(test, G_MAXINT64, test->cancellable, &silence) &&
			gy_restart_seen(restart, gy_session_info(test->session)->uptime_ms, gy_pump_now()))
			return take_result(test, result, error);
		if (g_cancellable_is_cancelled(test->cancellable))
			return set_cancelled(error, _("interrupted: the board goes on testing, and gantry "
						      "info tells how it ended"));
		pause_asking(test);
	}
	g_set_error(error, GY_ERROR, GY_ERROR_UPGRADE_NOT_CONFIRMED,
		_("nothing answered within %u s after the reset"), (guint) (longest_ms / 1000));
	return FALSE;
}

static gboolean
run(Test *test, GySelftest *result, GError **error)
{
	const struct gyw_info *info;
	GyRestart restart;
	gint64 longest_ms;

	if (g_cancellable_is_cancelled(test->cancellable))
		return set_cancelled(error, _("interrupted"));
	if (!gy_pump_open(test->pump, test->cancellable, error))
		return FALSE;
	gy_session_hello(test->session, gy_pump_now());
	if (!wait_for(test, G_MAXINT64, test->cancellable, error))
		return FALSE;
	info = gy_session_info(test->session);
	restart = (GyRestart){info->uptime_ms, gy_pump_now()};
	longest_ms = MAX(SHORTEST_MS, (gint64) INSTALLS * info->times_ms[GYW_TIME_INSTALL]);
	return ask_for_it(test, error) && wait_for_result(test, &restart, longest_ms, result, error);
}

gboolean
gy_device_selftest(
	const GySelftestOptions *options, GySelftest *result, GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = gy_port_transport_new(options->port, error);
	g_autoptr(GyPump) pump = NULL;
	GySessionOptions session_options = {0};
	Test test = {.options = options, .cancellable = cancellable};

	if (!transport)
		return FALSE;
	if (options->key)
		gy_agent_key_offer(options->key, &session_options);
	pump = gy_pump_new(transport, &session_options, options->baud ? options->baud : BAUD_DEFAULT);
	test.pump = pump;
	test.session = gy_pump_session(pump);
	return run(&test, result, error);
}
