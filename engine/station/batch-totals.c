// SPDX-License-Identifier: Apache-2.0
#include "engine/station/batch-private.h"

#define MS_PER_S  1000
#define US_PER_MS 1000
#define HOUR_MS   (3600 * MS_PER_S)

/* So often the clock is looked at when nothing else happens. */
#define TICK_S 10

/* Of the local day that @now_ms is in. */
static gint64
midnight_ms(gint64 now_ms)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_ms / MS_PER_S);
	g_autoptr(GDateTime) day = g_date_time_new_local(g_date_time_get_year(now),
		g_date_time_get_month(now), g_date_time_get_day_of_month(now), 0, 0, 0);

	/* where the clock was put forward at midnight there is none */
	return g_date_time_to_unix(day ? day : now) * MS_PER_S;
}

static guint
count(GyBatch *batch, GyRecordResult result, gint64 since_ms)
{
	const GyRecordFilter filter = {
		.since_ms = since_ms, .station = batch->station->plan->station, .results = 1U << result};

	return (guint) CLAMP(gy_records_count(batch->records, &filter, NULL), 0, G_MAXINT32);
}

static void
update_rate(GyBatch *batch, gint64 now_ms)
{
	batch->totals.per_hour = count(batch, GY_RECORD_DONE, now_ms - HOUR_MS);
}

void
gy_batch_load_totals(GyBatch *batch, gint64 now_ms)
{
	batch->day_ms = midnight_ms(now_ms);
	batch->totals.n_pass = count(batch, GY_RECORD_DONE, batch->day_ms);
	batch->totals.n_fail = count(batch, GY_RECORD_FAILED, batch->day_ms);
	update_rate(batch, now_ms);
}

void
gy_batch_count_attempt(GyBatch *batch, GyRecordResult result, gint64 now_ms)
{
	if (batch->day_ms != midnight_ms(now_ms)) {
		/* what began yesterday is yesterday's */
		gy_batch_load_totals(batch, now_ms);
		return;
	}
	batch->totals.n_pass += result == GY_RECORD_DONE;
	batch->totals.n_fail += result == GY_RECORD_FAILED;
	update_rate(batch, now_ms);
}

void
gy_batch_tick(GyBatch *batch, gint64 now_ms)
{
	const GyBatchTotals before = batch->totals;

	if (batch->day_ms != midnight_ms(now_ms))
		gy_batch_load_totals(batch, now_ms);
	else
		update_rate(batch, now_ms);
	if (before.n_pass != batch->totals.n_pass || before.n_fail != batch->totals.n_fail ||
		before.per_hour != batch->totals.per_hour)
		gy_batch_tell_totals(batch);
}

static gboolean
on_tick(gpointer data)
{
	gy_batch_tick(data, g_get_real_time() / US_PER_MS);
	return G_SOURCE_CONTINUE;
}

void
gy_batch_watch_time(GyBatch *batch)
{
	batch->ticker = g_timeout_source_new_seconds(TICK_S);
	g_source_set_callback(batch->ticker, on_tick, batch, NULL);
	g_source_attach(batch->ticker, g_main_context_get_thread_default());
}
