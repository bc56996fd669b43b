// SPDX-License-Identifier: Apache-2.0
#include "engine/station/tally.h"

#define MS_PER_S 1000
#define HOUR_MS  (3600 * MS_PER_S)

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
count(GyTally *tally, GyRecordResult result, gint64 since_ms)
{
	const GyRecordFilter filter = {
		.since_ms = since_ms, .station = tally->station, .results = 1U << result};

	return (guint) CLAMP(gy_records_count(tally->records, &filter, NULL), 0, G_MAXINT32);
}

static void
update_rate(GyTally *tally, gint64 now_ms)
{
	tally->per_hour = count(tally, GY_RECORD_DONE, now_ms - HOUR_MS);
}

static void
load(GyTally *tally, gint64 now_ms)
{
	tally->day_ms = midnight_ms(now_ms);
	tally->n_pass = count(tally, GY_RECORD_DONE, tally->day_ms);
	tally->n_fail = count(tally, GY_RECORD_FAILED, tally->day_ms);
	update_rate(tally, now_ms);
}

void
gy_tally_count(GyTally *tally, GyRecordResult result, gint64 now_ms)
{
	if (tally->day_ms != midnight_ms(now_ms)) {
		/* what began yesterday is yesterday's */
		load(tally, now_ms);
		return;
	}
	tally->n_pass += result == GY_RECORD_DONE;
	tally->n_fail += result == GY_RECORD_FAILED;
	update_rate(tally, now_ms);
}

gboolean
gy_tally_tick(GyTally *tally, gint64 now_ms)
{
	guint n_pass = tally->n_pass;
	guint n_fail = tally->n_fail;
	guint per_hour = tally->per_hour;

	if (tally->day_ms != midnight_ms(now_ms))
		load(tally, now_ms);
	else
		update_rate(tally, now_ms);
	return n_pass != tally->n_pass || n_fail != tally->n_fail || per_hour != tally->per_hour;
}

GyTally *
gy_tally_new(const char *records, const char *station, gint64 now_ms, GError **error)
{
	GyRecords *opened = gy_records_open(records, error);
	GyTally *tally;

	if (!opened)
		return NULL;
	tally = g_new0(GyTally, 1);
	tally->records = opened;
	tally->station = g_strdup(station);
	load(tally, now_ms);
	return tally;
}

void
gy_tally_free(GyTally *tally)
{
	if (!tally)
		return;
	gy_records_close(tally->records);
	g_free(tally->station);
	g_free(tally);
}
