// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/error.h"
#include "engine/records/record.h"

/**
 * GyRecords:
 *
 * A database of flashing runs: an SQLite file in WAL mode, which several programs may use at once. A record is written
 * before its run begins, as one in doubt, and completed when it ends: a program that is killed in between leaves it in
 * doubt, with the last stage that it is known to have begun. An object is used by one thread at a time.
 */
typedef struct _GyRecords GyRecords;

/** gy_records_default_path: (transfer full): `gantry/records.db` below the user's folder for data. */
char *gy_records_default_path(void);

/**
 * gy_records_open:
 * @path: the file; its folder is made if there is none
 * @error: return location
 *
 * Opens the database, makes it if it is not there, and brings one of an older version up to date.
 *
 * Returns: (transfer full): the database, or %NULL with %GY_ERROR_RECORDS_OPEN, %GY_ERROR_RECORDS_OTHER if the file is
 *   something else, or %GY_ERROR_RECORDS_NEWER if a newer Gantry has made it
 */
GyRecords *gy_records_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_records_open_existing: the same, but a file that is not there is %GY_ERROR_FILE_NOT_FOUND. */
GyRecords *gy_records_open_existing(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void gy_records_close(GyRecords *records);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyRecords, gy_records_close)

/* ---- writing -------------------------------------------------------------------------------------------- */

/**
 * gy_records_begin:
 * @records: the database
 * @record: a new one; its @id is set
 * @error: return location
 *
 * Stores a run that is about to begin, in doubt. When it returns, the record is on the disk.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_WRITE
 */
gboolean gy_records_begin(GyRecords *records, GyRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_records_note:
 *
 * Stores what is known of a run meanwhile; it stays in doubt. Waits only a moment for other programs that write.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_WRITE
 */
gboolean gy_records_note(GyRecords *records, const GyRecord *record, GError **error);

/**
 * gy_records_complete:
 * @record: as it was begun, with a result that is neither in doubt nor running
 *
 * Stores how a run ended. A record that was completed before is left as it is.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_WRITE
 */
gboolean gy_records_complete(
	GyRecords *records, const GyRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_records_set_delivered: the record of that id is in the stations' database; %FALSE with %GY_ERROR_RECORDS_WRITE. */
gboolean gy_records_set_delivered(GyRecords *records, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- asking --------------------------------------------------------------------------------------------- */

/**
 * GyRecordFilter: which records are meant. Zeroed: all of them.
 * @since_ms: those that began at this time or later; 0: any
 * @until_ms: those that began before this time; 0: any
 * @board: (nullable): the board's name, exactly
 * @station: (nullable): the station's name, exactly
 * @results: bits 1 << GyRecordResult; 0: any
 * @text: (nullable): each of its words has to stand in one of the searched fields
 * @undelivered: only those that have ended, or were cut off, and were not delivered to the stations' database yet
 * @most: how many are given at most, the newest; 0: all
 */
typedef struct {
	gint64 since_ms;
	gint64 until_ms;
	const char *board;
	const char *station;
	guint results;
	const char *text;
	gboolean undelivered;
	guint most;
} GyRecordFilter;

/** GyRecordFunc: @record is valid during the call; %FALSE ends the query. */
typedef gboolean (*GyRecordFunc)(const GyRecord *record, gpointer data);

/**
 * gy_records_each:
 *
 * Calls @func for each record that @filter (nullable) means, the newest first, all as of one moment.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_READ
 */
gboolean gy_records_each(GyRecords *records, const GyRecordFilter *filter, GyRecordFunc func, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_records_list: (transfer full) (element-type GyRecord): the same as a list; %NULL on failure. */
GPtrArray *gy_records_list(
	GyRecords *records, const GyRecordFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_records_count: how many records @filter means, whatever its @most is; negative on failure. */
gint64 gy_records_count(
	GyRecords *records, const GyRecordFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_records_get:
 *
 * Returns: (transfer full): the record of that number, or %NULL with %GY_ERROR_RECORDS_UNKNOWN or
 *   %GY_ERROR_RECORDS_READ
 */
GyRecord *gy_records_get(GyRecords *records, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_records_last_of_device:
 * @device_id: as in GyRecord
 * @before_id: only records before this one
 *
 * Returns: (transfer full) (nullable): the newest record of a device; %NULL without an error if there is none
 */
GyRecord *gy_records_last_of_device(
	GyRecords *records, const char *device_id, gint64 before_id, GError **error);

/** gy_records_boards: (transfer full): the names of boards that occur, sorted; %NULL on failure. */
GStrv gy_records_boards(GyRecords *records, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_records_revision: a number that changes when another connection has written something; for a look whether what is
 * shown is still true. Negative on failure.
 */
gint64 gy_records_revision(GyRecords *records);
