// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include "engine/records/postgres.h"

typedef PGresult GyRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyRows, PQclear)

/**
 * gy_postgres_run: one statement, within the connection's time.
 * @values: (array length=n) (nullable): texts of its parameters; a %NULL among them is one
 *
 * Returns: (transfer full): what it gives, or %NULL with %GY_ERROR_RECORDS_AWAY
 */
GyRows *gy_postgres_run(
	GyPostgres *postgres, const char *sql, int n, const char *const *values, GError **error);

/** gy_postgres_run_plain: one without parameters, that gives nothing. */
gboolean gy_postgres_run_plain(GyPostgres *postgres, const char *sql, GError **error);

/** gy_postgres_end: commits a transaction that is @done, and takes back any other. Returns: whether it is committed */
gboolean gy_postgres_end(GyPostgres *postgres, gboolean done, GError **error);
