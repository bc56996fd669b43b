// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/reset-sequence.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/devices/reset-sequence-private.h"

typedef struct {
	char what;   /* d, r or w */
	guint value; /* level, or milliseconds */
} Step;

struct _GyResetSequence {
	guint n_steps;
	guint wait_ms;
	Step steps[GY_RESET_STEPS_MAX];
};

/* ---- the language ---- */

/* Columns count from 1, in characters, as an editor shows them. */
static gboolean refuse(GError **error, const char *text, const char *at, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

static gboolean
refuse(GError **error, const char *text, const char *at, const char *format, ...)
{
	g_autofree char *before = g_utf8_make_valid(text, (gssize) (at - text));
	g_autofree char *why = NULL;
	va_list arguments;

	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, GY_ERROR, GY_ERROR_RESET_SEQUENCE, _("reset sequence, column %ld: %s"),
		g_utf8_strlen(before, -1) + 1, why);
	return FALSE;
}

static gboolean
is_digits(const char *at, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (!g_ascii_isdigit(at[i]))
			return FALSE;
	return size > 0;
}

static gboolean
parse_level(const char *text, const char *at, gsize size, Step *step, GError **error)
{
	if (size != 2 || (at[1] != '0' && at[1] != '1'))
		return refuse(error, text, at + 1, _("%c is followed by 0 or 1"), *at);
	*step = (Step){*at, at[1] == '1'};
	return TRUE;
}

static gboolean
parse_wait(const char *text, const char *at, gsize size, Step *step, GError **error)
{
	guint64 ms = 0;

	if (!is_digits(at + 1, size - 1))
		return refuse(error, text, at + 1, _("w is followed by milliseconds, such as w100"));
	/* it stops counting where it is too long already, so that no number of digits can wrap */
	for (gsize i = 1; i < size && ms <= GY_RESET_WAIT_MS_MAX; i++)
		ms = ms * 10 + (guint64) (at[i] - '0');
	if (ms > GY_RESET_WAIT_MS_MAX)
		return refuse(error, text, at + 1, _("a wait is at most %d ms"), GY_RESET_WAIT_MS_MAX);
	*step = (Step){*at, (guint) ms};
	return TRUE;
}

static gboolean
parse_step(const char *text, const char *at, gsize size, Step *step, GError **error)
{
	g_autofree char *word = g_strndup(at, MIN(size, 16));
	g_autofree char *valid = g_utf8_make_valid(word, -1);

	switch (*at) {
	case 'd':
	case 'r': return parse_level(text, at, size, step, error);
	case 'w': return parse_wait(text, at, size, step, error);
	default: return refuse(error, text, at, _("\"%s\" is no step: expected d0, d1, r0, r1 or wN"), valid);
	}
}

static gboolean
append_step(GyResetSequence *sequence, const char *text, const char *at, gsize size, GError **error)
{
	Step step = {0};

	if (!parse_step(text, at, size, &step, error))
		return FALSE;
	if (sequence->n_steps == GY_RESET_STEPS_MAX)
		return refuse(error, text, at, _("more than %d steps"), GY_RESET_STEPS_MAX);
	if (step.what == 'w' && step.value > GY_RESET_WAIT_MS_MAX - sequence->wait_ms)
		return refuse(
			error, text, at, _("all waits together are more than %d ms"), GY_RESET_WAIT_MS_MAX);
	if (step.what == 'w')
		sequence->wait_ms += step.value;
	sequence->steps[sequence->n_steps++] = step;
	return TRUE;
}

GyResetSequence *
gy_reset_sequence_parse(const char *text, GError **error)
{
	g_autoptr(GyResetSequence) sequence = g_new0(GyResetSequence, 1);
	const char *at = text + strspn(text, " \t");

	while (*at) {
		gsize size = strcspn(at, " \t");

		if (!append_step(sequence, text, at, size, error))
			return NULL;
		at += size;
		at += strspn(at, " \t");
	}
	if (sequence->n_steps == 0) {
		refuse(error, text, text, _("no step: expected d0, d1, r0, r1 or wN"));
		return NULL;
	}
	return g_steal_pointer(&sequence);
}

GyResetSequence *
gy_reset_sequence_copy(const GyResetSequence *sequence)
{
	return g_memdup2(sequence, sizeof *sequence);
}

void
gy_reset_sequence_free(GyResetSequence *sequence)
{
	g_free(sequence);
}

char *
gy_reset_sequence_to_text(const GyResetSequence *sequence)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < sequence->n_steps; i++)
		g_string_append_printf(
			text, "%s%c%u", i ? " " : "", sequence->steps[i].what, sequence->steps[i].value);
	return g_string_free(text, FALSE);
}

guint
gy_reset_sequence_wait_ms(const GyResetSequence *sequence)
{
	return sequence->wait_ms;
}

/* ---- on a port ---- */

void
gy_reset_run_start(GyResetRun *run, const GyResetSequence *sequence, gint64 now_ms)
{
	*run = (GyResetRun){.sequence = sequence, .due_ms = now_ms};
}

gboolean
gy_reset_run_is_done(const GyResetRun *run)
{
	return !run->sequence;
}

static gboolean
set_line(GyTransport *transport, const Step *step, GError **error)
{
	GyLine level = step->value ? GY_LINE_HIGH : GY_LINE_LOW;

	return step->what == 'd' ? gy_transport_set_lines(transport, level, GY_LINE_KEEP, error)
				 : gy_transport_set_lines(transport, GY_LINE_KEEP, level, error);
}

gboolean
gy_reset_run_step(GyResetRun *run, GyTransport *transport, gint64 now_ms, GError **error)
{
	while (run->sequence && now_ms >= run->due_ms) {
		const Step *step = &run->sequence->steps[run->at];

		if (run->at == run->sequence->n_steps || !gy_transport_is_open(transport)) {
			run->sequence = NULL;
			return TRUE;
		}
		run->at++;
		/* the wait begins when the lines stand, however late that is */
		if (step->what == 'w') {
			run->due_ms = now_ms + step->value;
			continue;
		}
		if (!set_line(transport, step, error)) {
			run->sequence = NULL;
			return FALSE;
		}
	}
	return TRUE;
}
