// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/model/history.h"
#include "ui/model/words.h"

/* (transfer full): whole numbers, and neither 0 nor 100 unless it is that. */
static int
percent(guint n_done, guint n_failed)
{
	int rounded = (int) (gy_record_pass_rate(n_done, n_failed) * 100 + 0.5);

	if (n_failed > 0)
		rounded = MIN(rounded, 99);
	return n_done > 0 ? MAX(rounded, 1) : rounded;
}

char *
gy_history_count_sentence(GyHistory *history)
{
	const GyRecordStats *stats = gy_history_stats(history);
	gint64 n = gy_history_n_matching(history);
	g_autofree char *runs = NULL;

	if (!stats || n == 0)
		return g_strdup("");
	/* a macro in the middle of a text is none that can be translated */
	if (n > GY_HISTORY_MOST)
		runs = g_strdup_printf(_("Newest %1$u of %2$u runs"), (guint) GY_HISTORY_MOST,
			(guint) MIN(n, (gint64) G_MAXUINT));
	else
		runs = g_strdup_printf(ngettext("%u run", "%u runs", (gulong) n), (guint) n);
	if (gy_record_pass_rate(stats->n_by_result[GY_RECORD_DONE], stats->n_by_result[GY_RECORD_FAILED]) < 0)
		return g_steal_pointer(&runs);
	/* Translators: "131 runs", and how many of them passed */
	return g_strdup_printf(_("%1$s, %2$d %% passed"), runs,
		percent(stats->n_by_result[GY_RECORD_DONE], stats->n_by_result[GY_RECORD_FAILED]));
}

char *
gy_history_days_sentence(GyHistory *history)
{
	const GyRecordStats *stats = gy_history_stats(history);
	const GyRecordDay *worst = NULL;
	guint n_done, n_failed;

	if (!stats || stats->days->len == 0)
		return g_strdup(_("No run has passed or failed."));
	n_done = stats->n_by_result[GY_RECORD_DONE];
	n_failed = stats->n_by_result[GY_RECORD_FAILED];
	for (guint i = 0; i < stats->days->len; i++) {
		const GyRecordDay *day = &g_array_index(stats->days, GyRecordDay, i);

		if (!worst || gy_record_pass_rate(day->n_done, day->n_failed) <
				      gy_record_pass_rate(worst->n_done, worst->n_failed))
			worst = day;
	}
	if (n_failed == 0)
		return g_strdup_printf(
			ngettext("%u run passed, none failed.", "%u runs passed, none failed.", n_done),
			n_done);
	return g_strdup_printf(
		_("%1$u passed and %2$u failed: %3$d %%. The lowest day was %4$s with %5$d %%."), n_done,
		n_failed, percent(n_done, n_failed), worst->date, percent(worst->n_done, worst->n_failed));
}

char *
gy_history_steps_sentence(GyHistory *history)
{
	const GyRecordStats *stats = gy_history_stats(history);
	GyStep longest = 0;
	g_autofree char *median = NULL;
	g_autofree char *p95 = NULL;
	g_autofree char *step = NULL;

	if (!stats || stats->total.n == 0)
		return g_strdup(_("No run has passed, so there are no times."));
	for (GyStep each = 0; each < GY_N_STEPS; each++)
		if (gy_history_step_times(history, each)->median_ms >
			gy_history_step_times(history, longest)->median_ms)
			longest = each;
	median = gy_words_duration(stats->total.median_ms);
	p95 = gy_words_duration(stats->total.p95_ms);
	step = gy_words_duration(gy_history_step_times(history, longest)->median_ms);
	/* Translators: the median, the 95th percentile, a stage such as Transfer, and its median */
	return g_strdup_printf(
		_("Half of the runs took up to %1$s, 95 %% up to %2$s. The longest stage is %3$s with %4$s."),
		median, p95, gy_step_title(longest), step);
}

char *
gy_history_causes_sentence(GyHistory *history)
{
	const GyRecordStats *stats = gy_history_stats(history);
	const GyRecordCause *first;
	guint n_failed;

	if (!stats || stats->causes->len == 0)
		return g_strdup(_("No run has failed."));
	first = g_ptr_array_index(stats->causes, 0);
	n_failed = stats->n_by_result[GY_RECORD_FAILED];
	/* Translators: how many failures, the most frequent code, and how often it occurred */
	return g_strdup_printf(ngettext("%1$u failure. The most frequent cause is %2$s: %3$u.",
				       "%1$u failures. The most frequent cause is %2$s: %3$u.", n_failed),
		n_failed, first->code, first->n);
}
