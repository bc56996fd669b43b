// SPDX-License-Identifier: Apache-2.0
#include "ui/model/flash-result.h"

#include <glib/gi18n-lib.h>

#include "ui/model/error-words.h"
#include "ui/model/words.h"

static char *
upgraded(const GyFlashResult *result)
{
	g_autofree char *time = gy_words_duration(result->total_ms);
	gboolean has_after = result->after && *result->after;

	if (has_after && result->before && *result->before && !g_str_equal(result->before, result->after))
		/* Translators: WS63 board now runs 1.4.2 (was 1.4.1). 14.2 s. */
		return g_strdup_printf(_("%1$s now runs %2$s (was %3$s). %4$s."), result->board,
			result->after, result->before, time);
	if (has_after)
		return g_strdup_printf(_("%1$s now runs %2$s. %3$s."), result->board, result->after, time);
	return g_strdup_printf(_("%1$s now runs the new firmware. %2$s."), result->board, time);
}

char *
gy_flash_result_headline(const GyFlashResult *result)
{
	g_autofree char *why = NULL;

	if (result->is_done && result->outcome == GY_OUTCOME_UPGRADED)
		return upgraded(result);
	if (result->is_done && result->outcome == GY_OUTCOME_ARMED)
		return g_strdup_printf(
			_("The new firmware is stored on %s: the next restart installs it."), result->board);
	if (result->is_done)
		return g_strdup_printf(_("The package fits %s; nothing was sent."), result->board);
	why = result->error ? gy_error_headline(result->error) : g_strdup(_("Flashing did not succeed"));
	/* Translators: a sentence without its full stop */
	return g_strdup_printf(_("%s."), why);
}

char *
gy_flash_result_sent(const GyFlashResult *result)
{
	const GyDeltaChoice *delta = result->delta;
	g_autofree char *size = delta ? gy_words_size(delta->size) : NULL;
	g_autofree char *whole = delta ? gy_words_size(delta->whole_size) : NULL;

	if (!delta || !result->is_done || result->outcome == GY_OUTCOME_UNTOUCHED)
		return g_strdup("");
	if (!delta->difference)
		return g_strdup_printf(_("%s."), delta->sentence);
	/* Translators: Only the difference was sent: 18.6 KiB in place of 86.7 KiB, 79 % less. */
	return g_strdup_printf(_("Only the difference was sent: %1$s in place of %2$s, %3$d %% less."), size,
		whole, (int) (100 - delta->size * 100 / delta->whole_size));
}

/* The first thing that anyone asks: is my board all right? */
static char *
state_of_board(const GyFlashResult *result)
{
	gboolean has_before = result->before && *result->before;

	switch (result->outcome) {
	case GY_OUTCOME_UNTOUCHED:
		return has_before ? g_strdup_printf(_("Nothing was changed; %1$s still runs %2$s."),
					    result->board, result->before)
				  : g_strdup(_("Nothing was changed."));
	case GY_OUTCOME_STORAGE_LOST:
		return has_before ? g_strdup_printf(
					    _("%1$s still runs %2$s. What it had stored beside it is gone."),
					    result->board, result->before)
				  : g_strdup(_("The board runs what it ran. What it had stored beside it is "
					       "gone."));
	case GY_OUTCOME_ARMED:
		return g_strdup_printf(
			_("The new firmware is stored on %s: the next restart installs it."), result->board);
	case GY_OUTCOME_UPGRADED: return g_strdup_printf(_("%s runs the new firmware."), result->board);
	case GY_OUTCOME_OLD_RUNS:
		return g_strdup_printf(
			_("%s was restarted and runs the firmware it ran before."), result->board);
	case GY_OUTCOME_OTHER_RUNS:
		return g_strdup_printf(_("%s was restarted and answers, but what it holds is not, or not "
					 "all, what was sent."),
			result->board);
	case GY_OUTCOME_UNKNOWN:
		return g_strdup_printf(
			_("%s was restarted and has not answered yet. It may still be installing: leave it "
			  "powered."),
			result->board);
	}
	return g_strdup("");
}

char *
gy_flash_result_truth(const GyFlashResult *result)
{
	g_autofree char *state = NULL;
	g_autofree char *advice = NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	if (result->is_done)
		return g_strdup("");
	state = state_of_board(result);
	advice = result->error ? gy_error_advice(result->error) : g_strdup("");
	g_string_append(text, state);
	if (result->device_code)
		g_string_append_printf(text, _(" It reported 0x%08X."), result->device_code);
	if (*advice)
		g_string_append_printf(text, " %s", advice);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
