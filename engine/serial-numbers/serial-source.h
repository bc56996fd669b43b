// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/serials.h"
#include "engine/serial-numbers/serial-pattern.h"

/**
 * GySerialKind: where the serial numbers of a station come from.
 * @GY_SERIAL_FROM_SCANNER: a person scans or types one for each board
 * @GY_SERIAL_FROM_COUNTER: counted up, kept in the database
 * @GY_SERIAL_FROM_LIST: the lines of a file, in their order
 * @GY_SERIAL_FROM_POOL: what the stations' shared database has handed to this one
 */
typedef enum {
	GY_SERIAL_FROM_SCANNER,
	GY_SERIAL_FROM_COUNTER,
	GY_SERIAL_FROM_LIST,
	GY_SERIAL_FROM_POOL,
} GySerialKind;

/**
 * GySerialSource:
 *
 * Gives each board its serial number. It is not changed once it was made, so that all slots may use it at once; what was
 * given out is in the database.
 */
typedef struct _GySerialSource GySerialSource;

/**
 * gy_serial_source_new:
 * @kind: a scanner, a counter or a pool
 * @series: see engine/records/serials.h
 * @pattern: (transfer full) (nullable): what the numbers look like; a counter has one that can count
 * @first: of a counter
 */
GySerialSource *gy_serial_source_new(
	GySerialKind kind, const char *series, GySerialPattern *pattern, guint64 first);

/**
 * gy_serial_source_new_list:
 * @bytes: the file: a number on each line; empty lines and those that begin with # do not count
 * @name: of the file, for messages
 *
 * Returns: (transfer full): the source, or %NULL with an error that names the line of a number that does not fit @pattern
 *   (nullable), or that is there twice
 */
GySerialSource *gy_serial_source_new_list(const char *series, const GySerialPattern *pattern, GBytes *bytes,
	const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GySerialSource *gy_serial_source_ref(GySerialSource *source);
void gy_serial_source_unref(GySerialSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySerialSource, gy_serial_source_unref)

GySerialKind gy_serial_source_kind(const GySerialSource *source);
const char *gy_serial_source_series(const GySerialSource *source);
/** gy_serial_source_is_scanned: whether a board has to wait until someone scans its number. */
gboolean gy_serial_source_is_scanned(const GySerialSource *source);

/** gy_serial_source_longest: characters of its longest number, so that there is room for it; 0 if that is not known. */
guint gy_serial_source_longest(const GySerialSource *source);

/** gy_serial_source_check: what can be said of a scanned number at once; errors of the pattern and gy_serials_check(). */
gboolean gy_serial_source_check(const GySerialSource *source, GyRecords *records, const char *number,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_serial_source_reserve:
 * @holder: its series is the source's
 * @wanted: (nullable): the number that was scanned, or that the board had at its last try
 *
 * Returns: (transfer full): the number that is reserved now, or %NULL with an error; @wanted may be another's now, then a
 *   counter, a list and a pool give the next one
 */
char *gy_serial_source_reserve(const GySerialSource *source, GyRecords *records, const GySerialHolder *holder,
	const char *wanted, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serial_source_first, gy_serial_source_number: of a counter or a list: the place it begins at; (transfer full) (nullable):
 * the number at a place, as a GySerialFunc with the source as its data. */
guint64 gy_serial_source_first(const GySerialSource *source);
char *gy_serial_source_number(guint64 position, gpointer source);
