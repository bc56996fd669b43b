// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/records.h"

/*
 * Serial numbers, in the same database as the records and changed together with them. A number belongs to a series. It is
 * free, reserved by a program for a board that waits, started with the first thing that is done to that board, and consumed
 * by its PASS alone. One that was only reserved by a program that is gone is free again; one that was started is in doubt
 * until a person decides: the board may bear it.
 */

/** GySerialState: see above; @GY_SERIAL_IN_DOUBT is never stored. */
typedef enum {
	GY_SERIAL_FREE,
	GY_SERIAL_RESERVED,
	GY_SERIAL_STARTED,
	GY_SERIAL_CONSUMED,
	GY_SERIAL_IN_DOUBT,
	GY_SERIAL_N_STATES,
} GySerialState;

/** gy_serial_state_word: "in-doubt"; stable, for JSON. */
const char *gy_serial_state_word(GySerialState state);

/**
 * GySerial: one number that the database knows.
 * @series, @number: which
 * @state: how it stands
 * @station, @slot, @run: (nullable): who has it or had it last
 * @changed_ms: since when, milliseconds since 1970
 */
typedef struct {
	char *series;
	char *number;
	GySerialState state;
	char *station;
	char *slot;
	char *run;
	gint64 changed_ms;
} GySerial;

void gy_serial_free(GySerial *serial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySerial, gy_serial_free)

/** GySerialHolder: who asks for a number; texts are borrowed. */
typedef struct {
	const char *series;
	const char *station;
	const char *slot;
} GySerialHolder;

/**
 * gy_serials_check: whether @number can be given to a board now.
 *
 * Returns: %FALSE with %GY_ERROR_SERIAL_USED (by the records too), %GY_ERROR_SERIAL_TAKEN, %GY_ERROR_SERIAL_IN_DOUBT or
 *   %GY_ERROR_RECORDS_READ
 */
gboolean gy_serials_check(
	GyRecords *records, const char *series, const char *number, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serials_reserve: for @holder, if it is free; otherwise as gy_serials_check(), or %GY_ERROR_RECORDS_WRITE. */
gboolean gy_serials_reserve(GyRecords *records, const GySerialHolder *holder, const char *number,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** GySerialFunc: (transfer full) (nullable): the number at a place of a series; %NULL when there is none any more. */
typedef char *(*GySerialFunc)(guint64 position, gpointer data);

/**
 * gy_serials_reserve_next:
 * @holder: who asks
 * @first: the place that the series begins at
 * @func: gives the number of a place
 *
 * Reserves the lowest number that came back, or else the next one that was never given out.
 *
 * Returns: (transfer full): the number, or %NULL with %GY_ERROR_SERIAL_NONE_LEFT or %GY_ERROR_RECORDS_WRITE
 */
char *gy_serials_reserve_next(GyRecords *records, const GySerialHolder *holder, guint64 first,
	GySerialFunc func, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serials_reserve_free: the same of numbers that are there already: a pool's. */
char *gy_serials_reserve_free(
	GyRecords *records, const GySerialHolder *holder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serials_release: a reserved or started number of this program is free again. */
gboolean gy_serials_release(
	GyRecords *records, const char *series, const char *number, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_serials_decide:
 * @use: whether a board has it now; otherwise it is free again
 *
 * What a person says of a number in doubt. Returns: %FALSE with %GY_ERROR_SERIAL_NOT_IN_DOUBT if it is not
 */
gboolean gy_serials_decide(GyRecords *records, const char *series, const char *number, gboolean use,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serials_list: (transfer full) (element-type GySerial): @states: bits 1 << GySerialState; 0: all of them. */
GPtrArray *gy_serials_list(
	GyRecords *records, const char *series, guint states, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- numbers that a pool has handed to this station -------------------------------------------------------- */

/**
 * gy_serials_hold:
 * @numbers: all that the pool says are this station's now, ended by %NULL
 *
 * New ones are free; free ones that the pool does not name are forgotten. What is in use or consumed stays as it is.
 */
gboolean gy_serials_hold(GyRecords *records, const char *series, const char *const *numbers,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serials_let_go: (transfer full): all free ones, which are then forgotten here: they can be given back. */
GStrv gy_serials_let_go(GyRecords *records, const char *series, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serials_n_free: how many are free; negative with an error. */
gint64 gy_serials_n_free(GyRecords *records, const char *series, GError **error);

/**
 * gy_serials_is_decided: whether a number is consumed although no run here was done with it: a person has said so. %FALSE also
 * if the database does not answer.
 */
gboolean gy_serials_is_decided(GyRecords *records, const char *series, const char *number);

/* ---- with the record of the run ------------------------------------------------------------------------- */

/**
 * gy_records_begin_board:
 * @record: as for gy_records_begin(), with a serial number, if it has one
 * @series: of that number
 *
 * gy_records_begin(), and the number is started, both or none of it.
 */
gboolean gy_records_begin_board(
	GyRecords *records, GyRecord *record, const char *series, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_records_complete_board:
 * @keep: whether the number stays reserved for another attempt, unless the run was done
 *
 * gy_records_complete(), and the number is consumed if the run was done, or else reserved or free again, both or none of
 * it.
 */
gboolean gy_records_complete_board(GyRecords *records, const GyRecord *record, const char *series,
	gboolean keep, GError **error) G_GNUC_WARN_UNUSED_RESULT;
