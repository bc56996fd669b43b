// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/records.h"

#define DAY_MS (24 * 3600 * 1000LL)
#define MAY_12 1778544000000LL /* 2026-05-12T00:00:00Z */

/** RecordsFixture: where the database of a test goes: a folder of its own, with nothing in it yet. */
typedef struct {
	char *folder;
	char *path;
} RecordsFixture;

void records_set_up(RecordsFixture *fixture, gconstpointer data);
void records_tear_down(RecordsFixture *fixture, gconstpointer data);
/** records_remove: a database with the files beside it. */
void records_remove(const char *path);
/** records_open: (transfer full): asserts that it works. */
GyRecords *records_open(const char *path);

/** record_sample: (transfer full): a new one of a run that began then, on the board "ws63-evb" with the id 0011aabb. */
GyRecord *record_sample(gint64 started_ms);
/** record_random: (transfer full): texts with everything that has a meaning on their way, numbers of all sizes. */
GyRecord *record_random(void);
/** record_store: begins and completes it; asserts that it works. Returns @record. */
GyRecord *record_store(
	GyRecords *records, GyRecord *record, GyRecordResult result, const char *code, gint64 total_ms);
/** record_store_new: the same with a record_sample(). */
void record_store_new(
	GyRecords *records, gint64 started_ms, GyRecordResult result, const char *code, gint64 total_ms);
/** record_get: (transfer full): asserts that it is there. */
GyRecord *record_get(GyRecords *records, gint64 id);
/** assert_same_record: each field of them. */
void assert_same_record(const GyRecord *one, const GyRecord *other);
