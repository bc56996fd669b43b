// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/devices/port-names.h"
#include "engine/job/compress.h"
#include "engine/job/delta-private.h"
#include "engine/job/device-info.h"
#include "engine/job/refusal.h"
#include "engine/job/run-private.h"
#include "engine/packages/format.h"

#define BAUD_DEFAULT 115200
/* What nearly every adapter and cable carries; more is for who knows his own. */
#define MAX_BAUD_DEFAULT 921600
#define LOST_MS_DEFAULT  60000
#define SHORT_STAGE_MS   15000
#define LEAST_LONG_MS    60000
#define LEAST_CONFIRM_MS 120000
#define TICK_MS          100

guint
gy_run_baud(const GyRun *run)
{
	return run->options->baud ? run->options->baud : BAUD_DEFAULT;
}

gsize
gy_run_line_bytes(const GyRun *run)
{
	return g_bytes_get_size(run->stream ? run->stream : run->payload);
}

/* What is counted for people are the image's bytes, however few travel. */
static guint64
in_image(const GyRun *run, guint32 line_offset)
{
	return (guint64) line_offset * g_bytes_get_size(run->payload) / gy_run_line_bytes(run);
}

GyJobEvent
gy_run_fail(GyRun *run, GyError code, const char *format, ...)
{
	va_list arguments;

	if (run->error)
		return GY_JOB_EVENT_FAILED;
	va_start(arguments, format);
	run->error = g_error_new_valist(GY_ERROR, (int) code, format, arguments);
	va_end(arguments);
	return GY_JOB_EVENT_FAILED;
}

static void
note_text(GyRun *run, GBytes *text)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(text, &size);

	gy_job_tell_console(run->job, text);
	if (run->stage == GY_STAGE_CONFIRM)
		gy_run_confirm_text(run, bytes, size);
}

/* ---- the control lines ---- */

/* Before the device was asked anything, text is all that a session has. */
static void
tell_boot_text(GyRun *run)
{
	for (;;) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(run->session, &event))
			return;
		if (event.type == GY_SESSION_EVENT_TEXT)
			note_text(run, event.bytes);
	}
}

/* The port is read meanwhile, so that nothing of what the board prints at its start is lost. */
static GyJobEvent
reset_by_lines(GyRun *run)
{
	GCancellable *cancellable = gy_job_cancellable(run->job);
	GyResetRun reset;

	if (!gy_pump_has_lines(run->pump))
		gy_job_tell_log(run->job, _("The port has no DTR and RTS: the reset sequence does nothing"));
	gy_reset_run_start(&reset, run->reset_sequence, gy_pump_now());
	for (;;) {
		if (!gy_pump_reset_step(run->pump, &reset, &run->error))
			return GY_JOB_EVENT_FAILED;
		if (gy_reset_run_is_done(&reset))
			return GY_JOB_EVENT_OPENED;
		if (g_cancellable_is_cancelled(cancellable))
			return gy_run_fail(run, GY_ERROR_CANCELLED, _("stopped on request"));
		gy_pump_turn(run->pump, reset.due_ms, cancellable);
		tell_boot_text(run);
	}
}

/* ---- stages: each starts an operation of the session, or ends at once ---- */

static GyJobEvent
enter_connect(GyRun *run)
{
	if (!gy_pump_open(run->pump, gy_job_cancellable(run->job), &run->error))
		return GY_JOB_EVENT_FAILED;
	return run->reset_sequence ? reset_by_lines(run) : GY_JOB_EVENT_OPENED;
}

static GyJobEvent
enter_identify(GyRun *run)
{
	gy_session_hello(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static guint32
other_region(const struct gyw_info *device)
{
	return device->run_region == 0 ? 1 : 0;
}

static guint
max_baud(const GyRun *run)
{
	return run->options->max_baud ? run->options->max_baud : MAX_BAUD_DEFAULT;
}

/* The rate that both ends are going to agree on, if nothing goes wrong; 0: the cable has none. */
static guint
likely_baud(const GyRun *run)
{
	guint baud = gy_session_baud(run->session);

	for (guint i = 0; baud > 0 && i < run->before.n_speeds; i++)
		if (run->before.speeds[i] <= max_baud(run))
			baud = MAX(baud, run->before.speeds[i]);
	return baud;
}

static void
compress(GyRun *run)
{
	if (!run->options->compress || !(run->before.capabilities & GYW_CAN_RAW_COMPRESS))
		return;
	run->stream = gy_compress(run->payload, likely_baud(run));
	if (!run->stream)
		return;
	gy_job_tell_log(run->job, _("The image goes compressed, %u %% of its size"),
		(guint) (gy_run_line_bytes(run) * 100 / g_bytes_get_size(run->payload)));
	gy_estimate_line(&run->estimate, gy_run_line_bytes(run), likely_baud(run) ?: gy_run_baud(run));
}

static void
begin_region(GyRun *run, GBytes *manifest)
{
	guint32 region = other_region(&run->before);

	compress(run);
	if (run->stream)
		gy_session_begin_compressed(run->session, run->stream, run->payload, manifest,
			GYW_MODE_REGION, region, gy_pump_now());
	else
		gy_session_begin(
			run->session, run->payload, manifest, GYW_MODE_REGION, region, FALSE, gy_pump_now());
}

/* What is sent was loaded by the run itself, or made by it: the name that its package was given is carried on. */
static void
carry_version(GyRun *run)
{
	const char *version = gy_package_version(gy_job_package(run->job));

	if (version && !gy_package_version(run->package))
		gy_package_set_version(run->package, version);
}

static void
add_tags(GyRun *run)
{
	const GyFormat *format = gy_package_format(run->package);
	g_autoptr(GBytes) tags =
		format->begin_tags ? format->begin_tags(run->package, run->options->force) : NULL;

	if (tags)
		gy_session_add_tags(run->session, tags);
}

static GyJobEvent
enter_prepare(GyRun *run)
{
	g_autoptr(GBytes) manifest = gy_package_manifest(run->package);

	carry_version(run);
	/* a client that checks nothing sends what it has: the device has to know better */
	if (!manifest && run->options->skip_package_checks)
		manifest = g_bytes_ref(run->payload);
	if (run->options->to_region)
		begin_region(run, manifest);
	else if (gy_package_format(run->package)->is_custom)
		gy_session_begin_custom(run->session, run->payload, manifest, gy_pump_now());
	else if (run->has_old)
		gy_session_begin_difference(
			run->session, run->payload, manifest, run->old_sha256, gy_pump_now());
	else
		gy_session_begin(
			run->session, run->payload, manifest, GYW_MODE_PACKAGE, 0, FALSE, gy_pump_now());
	add_tags(run);
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_transfer(GyRun *run)
{
	run->resumed_at = gy_session_next_offset(run->session);
	run->report.resumed_at = in_image(run, run->resumed_at);
	if (run->report.resumed_at > 0)
		gy_job_tell_log(run->job,
			_("The device has %" PRIu64 " bytes of it already and goes on there"),
			run->report.resumed_at);
	gy_session_transfer(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_verify(GyRun *run)
{
	gy_session_finish(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_trigger(GyRun *run)
{
	/* from here on it may be armed, whether the answer comes or not */
	run->armed = TRUE;
	gy_session_arm(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_reboot(GyRun *run)
{
	if (run->before.capabilities & GYW_ARMING_RESETS)
		run->outcome = GY_OUTCOME_UNKNOWN;
	gy_session_reset(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

/* ---- what the session's answers mean in each stage ---- */

/* Its own worst times are what a device says; what it took before is nearer to the truth. */
void
gy_run_estimate(GyRun *run)
{
	guint64 bytes = g_bytes_get_size(run->payload);
	GyTypical typical;

	gy_estimate_device(&run->estimate, &run->before, bytes);
	gy_job_typical(run->job, bytes, &typical);
	if (typical.n_runs > 0)
		gy_estimate_past(&run->estimate, &typical);
}

static GyJobEvent
identify_done(GyRun *run, const GySessionEvent *event)
{
	const GyArea *place = &gy_package_format(run->package)->root_key_at;

	if (event->operation == GY_OPERATION_HELLO) {
		run->before = *gy_session_info(run->session);
		run->restart.uptime_ms = run->before.uptime_ms;
		run->restart.asked_ms = gy_pump_now();
		gy_job_tell_device(run->job, gy_device_info_from_wire(&run->before), FALSE);
		gy_run_estimate(run);
		if (place->size != sizeof run->root_key)
			return GY_JOB_EVENT_ANSWERED;
		gy_session_read(run->session, place->area, place->offset, place->size, gy_pump_now());
		return GY_JOB_EVENT_NONE;
	}
	if (event->type == GY_SESSION_EVENT_DONE && g_bytes_get_size(event->bytes) == sizeof run->root_key) {
		memcpy(run->root_key, g_bytes_get_data(event->bytes, NULL), sizeof run->root_key);
		run->has_root_key = TRUE;
	}
	return GY_JOB_EVENT_ANSWERED;
}

static GyJobEvent
verify_done(GyRun *run)
{
	const struct gyw_verified *verified = gy_session_verified(run->session);

	if (!verified->read_back)
		gy_job_tell_log(
			run->job, _("Verified by the device's module: it cannot read back what it stored"));
	return GY_JOB_EVENT_VERIFIED;
}

static GyJobEvent
stage_done(GyRun *run, const GySessionEvent *event)
{
	switch (run->stage) {
	case GY_STAGE_IDENTIFY: return identify_done(run, event);
	case GY_STAGE_PREPARE: return GY_JOB_EVENT_READY;
	case GY_STAGE_TRANSFER: run->report.baud = gy_session_baud(run->session); return GY_JOB_EVENT_STORED;
	case GY_STAGE_VERIFY: return verify_done(run);
	case GY_STAGE_TRIGGER:
		/* where the reset arms, the next one by itself installs nothing */
		if (!(run->before.capabilities & GYW_ARMING_RESETS))
			run->outcome = GY_OUTCOME_ARMED;
		return run->options->reset ? GY_JOB_EVENT_ARMED : GY_JOB_EVENT_ARMED_ONLY;
	case GY_STAGE_REBOOT: return GY_JOB_EVENT_RESET;
	case GY_STAGE_CONFIRM: return gy_run_confirm_done(run, event);
	default: return GY_JOB_EVENT_NONE;
	}
}

static GyJobEvent
stage_refused(GyRun *run, const GySessionEvent *event)
{
	/* what the device does not open it need not open */
	if (event->operation == GY_OPERATION_READ || event->operation == GY_OPERATION_HASH)
		return stage_done(run, event);
	g_clear_error(&run->error);
	run->error = gy_refusal_to_error(&event->refusal, event->is_failure);
	if (!event->is_failure && gy_run_delta_refused(run, run->error)) {
		g_clear_error(&run->error);
		return enter_prepare(run);
	}
	run->device_code = event->refusal.code;
	/* a refusal has changed nothing; it was not armed either */
	if (run->stage == GY_STAGE_TRIGGER)
		run->armed = FALSE;
	run->is_refused = !event->is_failure;
	return GY_JOB_EVENT_FAILED;
}

/* A device that installs answers no HELLO, and its boot loader may print. */
static gboolean
is_silence(GyLinkError code)
{
	return code == GY_LINK_ERROR_NO_ANSWER || code == GY_LINK_ERROR_LOST ||
	       code == GY_LINK_ERROR_NO_AGENT || code == GY_LINK_ERROR_WRONG_SPEED ||
	       code == GY_LINK_ERROR_NOT_TRANSPARENT;
}

static GyJobEvent
stage_link_error(GyRun *run, const GySessionEvent *event)
{
	/* the stage's deadline decides */
	if (run->stage == GY_STAGE_CONFIRM && is_silence(event->error_code)) {
		gy_run_confirm_silence(run);
		return GY_JOB_EVENT_NONE;
	}
	if (!run->error)
		run->error = g_error_new_literal(GY_LINK_ERROR, (int) event->error_code, event->message);
	return GY_JOB_EVENT_FAILED;
}

static void
note_busy(GyRun *run, const struct gyw_busy *busy)
{
	/* once the device works on the storage, what was stored before is gone; a signature is looked at before that */
	if (run->stage == GY_STAGE_PREPARE && busy->operation != GYW_AUTH &&
		run->outcome == GY_OUTCOME_UNTOUCHED)
		run->outcome = GY_OUTCOME_STORAGE_LOST;
	if (busy->total > 0)
		gy_estimate_done(&run->estimate, busy->done, busy->total, gy_pump_now());
}

static void
note_rate(GyRun *run, const char *sentence)
{
	guint baud = gy_session_baud(run->session);

	gy_job_tell_log(run->job, "%c%s", g_ascii_toupper(sentence[0]), sentence + 1);
	gy_estimate_line(&run->estimate, gy_run_line_bytes(run), baud);
}

static GyJobEvent
handle(GyRun *run, const GySessionEvent *event)
{
	switch (event->type) {
	case GY_SESSION_EVENT_TEXT: note_text(run, event->bytes); return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_BUSY: note_busy(run, &event->busy); return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_PROGRESS:
		gy_estimate_done(&run->estimate, in_image(run, gy_session_next_offset(run->session)),
			g_bytes_get_size(run->payload), gy_pump_now());
		return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_RATE: note_rate(run, event->message); return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_DONE: return stage_done(run, event);
	case GY_SESSION_EVENT_REFUSED: return stage_refused(run, event);
	case GY_SESSION_EVENT_ERROR: return stage_link_error(run, event);
	}
	return GY_JOB_EVENT_NONE;
}

/* ---- deadlines ---- */

static gint64
deadline_of(GyRun *run)
{
	const struct gyw_info *device = &run->before;
	gint64 lost_ms = run->options->lost_ms ? run->options->lost_ms : LOST_MS_DEFAULT;
	gint64 line_ms = (gint64) g_bytes_get_size(run->payload) * 10000 / gy_run_baud(run);

	switch (run->stage) {
	case GY_STAGE_PREPARE:
		return MAX(2 * (gint64) device->times_ms[GYW_TIME_PREPARE], LEAST_LONG_MS) + lost_ms;
	/* ten times as long as the line needs, and two silences: slower than that is no transfer */
	case GY_STAGE_TRANSFER: return 10 * line_ms + LEAST_LONG_MS + 2 * lost_ms;
	case GY_STAGE_VERIFY:
	case GY_STAGE_TRIGGER:
		return MAX(2 * (gint64) device->times_ms[GYW_TIME_FINISH], LEAST_LONG_MS) + lost_ms;
	case GY_STAGE_CONFIRM: return MAX((gint64) device->times_ms[GYW_TIME_INSTALL], LEAST_CONFIRM_MS);
	default: return SHORT_STAGE_MS + lost_ms;
	}
}

static GyJobEvent
deadline_passed(GyRun *run)
{
	if (run->stage == GY_STAGE_CONFIRM)
		return gy_run_confirm_deadline(run);
	if (!run->error)
		run->error = g_error_new(GY_LINK_ERROR, GY_LINK_ERROR_LOST,
			_("the stage \"%s\" did not end in time"), _(gy_stage_name(run->stage)));
	return GY_JOB_EVENT_FAILED;
}

/* ---- the loop ---- */

static GyJobEvent
enter_stage(GyRun *run, GyStage stage)
{
	static GyJobEvent (*const enter[GY_N_STAGES])(GyRun *) = {
		[GY_STAGE_CONNECT] = enter_connect,
		[GY_STAGE_IDENTIFY] = enter_identify,
		[GY_STAGE_CHECK] = gy_run_check_device,
		[GY_STAGE_PREPARE] = enter_prepare,
		[GY_STAGE_TRANSFER] = enter_transfer,
		[GY_STAGE_VERIFY] = enter_verify,
		[GY_STAGE_TRIGGER] = enter_trigger,
		[GY_STAGE_REBOOT] = enter_reboot,
		[GY_STAGE_CONFIRM] = gy_run_enter_confirm,
	};
	gint64 now_ms = gy_pump_now();

	run->report.stage_ms[run->stage] += now_ms - run->estimate.stage_started_ms;
	run->stage = stage;
	run->stage_deadline_ms = now_ms + deadline_of(run);
	gy_estimate_stage(&run->estimate, stage, now_ms);
	gy_job_tell_stage(run->job, stage, now_ms - run->estimate.started_ms);
	return enter[stage](run);
}

void
gy_run_tell_progress(GyRun *run)
{
	GyJobProgress progress = {0};
	GySessionCounters counters = {0};

	gy_estimate_look(&run->estimate, gy_pump_now(), &progress);
	gy_session_get_counters(run->session, &counters);
	progress.bytes_resent = counters.payload_bytes_resent;
	progress.baud = gy_session_baud(run->session);
	progress.line_rate = progress.baud / 10.0;
	gy_job_tell_progress(run->job, &progress);
	if (gy_pump_reconnects(run->pump) != run->reconnects_told) {
		run->reconnects_told = gy_pump_reconnects(run->pump);
		gy_job_tell_log(run->job, _("The port is back"));
	}
}

static GyJobEvent
wait_for_event(GyRun *run, GCancellable *cancellable)
{
	for (;;) {
		g_auto(GySessionEvent) event = {0};
		gint64 now_ms;

		if (gy_session_next_event(run->session, &event)) {
			GyJobEvent result = handle(run, &event);

			if (result != GY_JOB_EVENT_NONE)
				return result;
			continue;
		}
		if (g_cancellable_is_cancelled(cancellable))
			return gy_run_fail(run, GY_ERROR_CANCELLED, _("stopped on request"));
		now_ms = gy_pump_now();
		if (now_ms >= run->stage_deadline_ms)
			return deadline_passed(run);
		if (run->stage == GY_STAGE_CONFIRM)
			gy_run_confirm_tick(run);
		gy_run_tell_progress(run);
		gy_pump_turn(run->pump, MIN(run->stage_deadline_ms, now_ms + TICK_MS), cancellable);
	}
}

static void
run_stages(GyRun *run)
{
	GyStage next = GY_STAGE_CONNECT;
	GyJobState state = GY_JOB_RUNNING;

	while (state == GY_JOB_RUNNING) {
		GyJobEvent event = enter_stage(run, next);

		if (event == GY_JOB_EVENT_NONE)
			event = wait_for_event(run, gy_job_cancellable(run->job));
		state = gy_job_edge(run->stage, event, &next);
	}
	if (state == GY_JOB_FAILED && !run->error)
		gy_run_fail(run, GY_ERROR_INTERNAL, _("the stage \"%s\" ended in a way that it should not"),
			_(gy_stage_name(run->stage)));
}

static gboolean
open_pump(GyRun *run)
{
	const char *sequence = run->options->reset_sequence;
	g_autoptr(GyTransport) transport = NULL;
	GySessionOptions session_options = {
		.answer_ms = run->options->answer_ms,
		.lost_ms = run->options->lost_ms,
		.max_baud = max_baud(run),
	};

	if (sequence && !(run->reset_sequence = gy_reset_sequence_parse(sequence, &run->error)))
		return FALSE;
	transport = gy_port_transport_new(run->options->port, &run->error);
	if (!transport)
		return FALSE;
	gy_agent_key_offer(run->options->agent_key, &session_options);
	run->pump = gy_pump_new(transport, &session_options, gy_run_baud(run));
	run->session = gy_pump_session(run->pump);
	return TRUE;
}

void
gy_job_run(GyJob *job)
{
	GyRun run = {.job = job, .options = gy_job_options(job)};

	gy_estimate_start(&run.estimate, g_bytes_get_size(gy_package_bytes(gy_job_package(job))),
		gy_run_baud(&run), run.options->reset, gy_pump_now());
	if (gy_run_check_package(&run) && open_pump(&run)) {
		run_stages(&run);
		if (run.error)
			gy_run_leave(&run);
		gy_run_settle(&run);
		gy_run_keep_new(&run);
	}
	gy_run_fill_report(&run);
	g_clear_pointer(&run.pump, gy_pump_free);
	g_clear_pointer(&run.reset_sequence, gy_reset_sequence_free);
	g_clear_object(&run.package);
	g_clear_object(&run.whole);
	g_clear_pointer(&run.delta, gy_delta_choice_free);
	g_clear_pointer(&run.payload, g_bytes_unref);
	g_clear_pointer(&run.stream, g_bytes_unref);
	g_clear_pointer(&run.identities, g_ptr_array_unref);
	gy_job_tell_end(job, run.error, run.device_code, run.outcome, &run.report);
}
