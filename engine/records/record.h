// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/job/job.h"

/**
 * GyRecordResult: how a recorded run stands.
 * @GY_RECORD_IN_DOUBT: it began, and the program that ran it is gone without having written how it ended
 * @GY_RECORD_RUNNING: it began, and the program that runs it is still there; never stored
 * @GY_RECORD_DONE: as %GY_JOB_DONE
 * @GY_RECORD_FAILED: it failed; the record's code says why
 * @GY_RECORD_STOPPED: a person asked it to stop
 */
typedef enum {
	GY_RECORD_IN_DOUBT,
	GY_RECORD_RUNNING,
	GY_RECORD_DONE,
	GY_RECORD_FAILED,
	GY_RECORD_STOPPED,
	GY_RECORD_N_RESULTS,
} GyRecordResult;

/** gy_record_result_word: "in-doubt"; stable, for JSON, CSV and the database. */
const char *gy_record_result_word(GyRecordResult result);
/** gy_record_result_find: %FALSE if there is no result of that word. */
gboolean gy_record_result_find(const char *word, GyRecordResult *result);

/** A number or a time of a record that is not known. */
#define GY_RECORD_NONE (-1)

/**
 * GyRecord: one flashing run. Texts are %NULL and numbers %GY_RECORD_NONE where nothing is known; times are milliseconds
 * since 1970 in UTC. gy_record_fields() says what each member means.
 */
typedef struct _GyRecord {
	gint64 id;
	char *run;
	gint64 started_ms;
	gint64 ended_ms;
	GyRecordResult result;
	GyStage stage;
	char *station;
	char *operator_name;
	char *slot;
	char *serial_number;
	char *port;
	char *place;
	char *device_id;
	char *chip;
	char *board;
	gint64 hardware_id;
	char *package;
	char *package_sha256;
	gint64 package_size;
	char *system;
	char *package_version;
	char *from_version;
	char *to_version;
	char *outcome;
	char *code;
	char *message;
	gint64 device_code;
	gint64 total_ms;
	gint64 stage_ms[GY_N_STAGES];
	gint64 bytes;
	gint64 rate;
	gint64 bytes_resent;
	gint64 frames_resent;
	gint64 frames_failed;
	gint64 resumed_at;
	gint64 reconnects;
	char *log;
	char *host;
	char *host_version;
	gint64 attempt;
	char *steps;
	char *delta;
	gint64 whole_bytes;
} GyRecord;

/** gy_record_run_id: (transfer full): a new id for a run, unique everywhere. */
char *gy_record_run_id(void);

/** gy_record_new: (transfer full): nothing is known but a new random run id; the result is %GY_RECORD_IN_DOUBT. */
GyRecord *gy_record_new(void);
GyRecord *gy_record_copy(const GyRecord *record);
void gy_record_free(GyRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyRecord, gy_record_free)

/** gy_record_set_text: replaces a text member by a copy of @value, made valid UTF-8; %NULL and "" become %NULL. */
void gy_record_set_text(char **member, const char *value);

/** gy_record_new_here: (transfer full): the same of a run that begins now, on this computer. @place: (nullable): of the port. */
GyRecord *gy_record_new_here(const char *port, const char *place);

/** gy_record_set_package: @path: of the file, which stands in the record in full; @bytes: what is in it. */
void gy_record_set_package(GyRecord *record, const char *path, GBytes *bytes);

/** gy_record_set_device: which device it is; not what it runs. */
void gy_record_set_device(GyRecord *record, const GyDeviceInfo *info);

/** gy_record_set_end: it ends now, with @problem, or well (%NULL). */
void gy_record_set_end(GyRecord *record, const GError *problem);

/** GyRecordKind: what a field is, and so how it is written. */
typedef enum {
	GY_RECORD_TEXT,   /* char * */
	GY_RECORD_NUMBER, /* gint64 */
	GY_RECORD_TIME,   /* gint64; as text ISO 8601 in UTC with milliseconds */
	GY_RECORD_RESULT, /* GyRecordResult, written as its word */
	GY_RECORD_STAGE,  /* GyStage, written as its word */
} GyRecordKind;

/**
 * GyRecordField: one member of GyRecord.
 * @name: its column in the database and in CSV, its member in JSON; stable
 * @kind: what it is
 * @offset: in GyRecord
 * @is_searched: whether the text of a filter is looked for in it
 * @meaning: what it says, with its unit
 */
typedef struct {
	const char *name;
	GyRecordKind kind;
	gsize offset;
	gboolean is_searched;
	const char *meaning;
} GyRecordField;

/** gy_record_fields: all but @id, in the order of columns; ended by one without a name. */
const GyRecordField *gy_record_fields(void);

/**
 * gy_record_field_text:
 *
 * Returns: (transfer full) (nullable): a field's value as it stands in CSV; %NULL if it is not known
 */
char *gy_record_field_text(const GyRecord *record, const GyRecordField *field);
