// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <json-glib/json-glib.h>

#include "engine/records/records.h"

/**
 * GyRecordFormat:
 * @GY_RECORD_CSV: RFC 4180 with a line of names; UTF-8. A text that a spreadsheet would take for a formula gets an
 *   apostrophe in front, since versions and ids come from devices
 * @GY_RECORD_JSON: one array of objects
 */
typedef enum { GY_RECORD_CSV, GY_RECORD_JSON } GyRecordFormat;

/** gy_record_format_of_path: by the file's ending: .json, otherwise CSV. */
GyRecordFormat gy_record_format_of_path(const char *path);

/** gy_record_to_json: (transfer full): "id" and a member for each of gy_record_fields(), null where nothing is known. */
JsonObject *gy_record_to_json(const GyRecord *record);

/**
 * gy_records_export:
 * @filter: (nullable): which
 * @format: how
 * @n_written: (out) (optional): how many there were
 *
 * Returns: (transfer full): the content of a file, or %NULL with %GY_ERROR_RECORDS_READ
 */
GBytes *gy_records_export(GyRecords *records, const GyRecordFilter *filter, GyRecordFormat format,
	guint *n_written, GError **error) G_GNUC_WARN_UNUSED_RESULT;
