// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/records.h"

/** GyRecordDay: the runs that began on one day of the local calendar. */
typedef struct {
	char date[11]; /* 2026-05-12 */
	guint n_done;
	guint n_failed;
} GyRecordDay;

/** GyRecordTimes: of @n runs, in milliseconds; by nearest rank, so that each is a time that was measured. */
typedef struct {
	guint n;
	gint64 median_ms;
	gint64 p95_ms;
	gint64 p99_ms;
} GyRecordTimes;

/** gy_record_times: of an array of gint64, which it sorts. */
GyRecordTimes gy_record_times(GArray *ms);

/** GyRecordCause: how many runs failed with a code. */
typedef struct {
	char *code;
	guint n;
} GyRecordCause;

/**
 * GyRecordStats:
 * @n_runs: all of them
 * @n_by_result: by how they stand
 * @days: (element-type GyRecordDay): days with a run that was done or failed, the oldest first
 * @stages: of runs that were done; a stage that a run did not have is not counted in it
 * @total: of the same runs
 * @rate: the median of their rates, in bytes per second; %GY_RECORD_NONE if there is none
 * @causes: (element-type GyRecordCause): the most frequent first
 * @n_boards: different boards of runs that were done or failed, told apart by their serial numbers, or else by what they
 *   call themselves
 * @n_boards_passed: of them, those with a run that was done
 * @n_first_pass: of them, those whose first run was
 */
typedef struct {
	guint n_runs;
	guint n_by_result[GY_RECORD_N_RESULTS];
	GArray *days;
	GyRecordTimes stages[GY_N_STAGES];
	GyRecordTimes total;
	gint64 rate;
	GPtrArray *causes;
	guint n_boards;
	guint n_boards_passed;
	guint n_first_pass;
} GyRecordStats;

/** gy_records_stats: (transfer full): of the records that @filter (nullable) means; %NULL with %GY_ERROR_RECORDS_READ. */
GyRecordStats *gy_records_stats(
	GyRecords *records, const GyRecordFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void gy_record_stats_free(GyRecordStats *stats);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyRecordStats, gy_record_stats_free)

/**
 * gy_record_pass_rate: @n_done of those that were done or failed, 0 to 1; negative if there are none. Runs that were
 * stopped or are in doubt say nothing of it.
 */
double gy_record_pass_rate(guint n_done, guint n_failed);
