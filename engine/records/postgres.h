// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/serials.h"

/**
 * GyPostgres:
 *
 * The database that several stations share, through libpq: their records, and a pool of serial numbers. Tables are made when
 * they are not there: `gantry_record`, keyed by the run's id, `gantry_serial` and `gantry_counter`. Every call ends within the
 * time that was given at the opening, and a connection that does not answer in it is given up. One thread at a time.
 */
typedef struct _GyPostgres GyPostgres;

/** gy_postgres_is_uri: whether a text names such a database: `postgresql://…`. */
gboolean gy_postgres_is_uri(const char *text);

/** gy_postgres_open: (transfer full): %NULL with %GY_ERROR_RECORDS_AWAY, or %GY_ERROR_RECORDS_NEWER. */
GyPostgres *gy_postgres_open(const char *uri, guint timeout_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_postgres_close(GyPostgres *postgres);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPostgres, gy_postgres_close)

/** gy_postgres_is_good: %FALSE once the connection was given up. */
gboolean gy_postgres_is_good(const GyPostgres *postgres);

/**
 * gy_postgres_deliver:
 * @series: of the record's serial number
 * @is_conflict: (out): whether the number of a run that was done belongs to another run already
 *
 * Stores a record, and its number is consumed if the run was done, both or none of it. One that is there already, by its run,
 * is left as it is: it may be delivered as often as need be.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_AWAY
 */
gboolean gy_postgres_deliver(GyPostgres *postgres, const GyRecord *record, const char *series,
	gboolean *is_conflict, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_postgres_lease:
 * @holder: series and station
 * @n: how many
 * @first, @func, @data: see gy_serials_reserve_next()
 *
 * Hands numbers to a station: those that came back, then new ones. They are no other station's until they are given back.
 *
 * Returns: (transfer full): up to @n numbers, ended by %NULL; %NULL with %GY_ERROR_RECORDS_AWAY
 */
GStrv gy_postgres_lease(GyPostgres *postgres, const GySerialHolder *holder, guint n, guint64 first,
	GySerialFunc func, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_postgres_leased: (transfer full): the numbers that a station has now. */
GStrv gy_postgres_leased(
	GyPostgres *postgres, const GySerialHolder *holder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_postgres_use: a number that the station has is consumed, though no run says so: a person has decided it. */
gboolean gy_postgres_use(GyPostgres *postgres, const GySerialHolder *holder, const char *number,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_postgres_give_back: @numbers: (nullable): all that the station has. Returns: how many, or -1 with an error */
gint gy_postgres_give_back(GyPostgres *postgres, const GySerialHolder *holder, const char *const *numbers,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_postgres_records: (transfer full): a copy of all records, in memory, to be asked like any other database. */
GyRecords *gy_postgres_records(GyPostgres *postgres, GError **error) G_GNUC_WARN_UNUSED_RESULT;
