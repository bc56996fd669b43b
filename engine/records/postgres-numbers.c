// SPDX-License-Identifier: Apache-2.0
#include "engine/records/postgres-private.h"

static void
add_numbers(const GyRows *rows, GPtrArray *numbers)
{
	for (int i = 0; i < PQntuples(rows); i++)
		g_ptr_array_add(numbers, g_strdup(PQgetvalue(rows, i, 0)));
}

/* Those that came back; another station that looks at the same moment gets others. */
static gboolean
take_free(GyPostgres *postgres, const GySerialHolder *holder, guint n, GPtrArray *numbers, GError **error)
{
	g_autofree char *count = g_strdup_printf("%u", n);
	const char *const values[] = {holder->series, holder->station, count};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"UPDATE gantry_serial SET state = 'leased', station = $2, changed = now() WHERE (series, "
		"number) IN ("
		"SELECT series, number FROM gantry_serial WHERE series = $1 AND state = 'free' "
		"ORDER BY position, number LIMIT $3::bigint FOR UPDATE SKIP LOCKED) RETURNING number",
		3, values, error);

	if (rows)
		add_numbers(rows, numbers);
	return rows != NULL;
}

static gboolean
insert_number(GyPostgres *postgres, const GySerialHolder *holder, const char *number, guint64 position,
	GPtrArray *numbers, GError **error)
{
	g_autofree char *place = g_strdup_printf("%" G_GUINT64_FORMAT, position);
	const char *const values[] = {holder->series, holder->station, number, place};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"INSERT INTO gantry_serial (series, station, number, position, state) "
		"VALUES ($1, $2, $3, $4::bigint, 'leased') ON CONFLICT DO NOTHING RETURNING number",
		4, values, error);

	if (rows)
		add_numbers(rows, numbers);
	return rows != NULL;
}

/* The counter's row is locked until the transaction ends: no two stations count at once. */
static gboolean
lock_counter(GyPostgres *postgres, const char *series, guint64 first, guint64 *next, GError **error)
{
	g_autofree char *from = g_strdup_printf("%" G_GUINT64_FORMAT, first);
	const char *const values[] = {series, from};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"INSERT INTO gantry_counter VALUES ($1, $2::bigint) ON CONFLICT (series) DO UPDATE SET "
		"next = greatest(gantry_counter.next, excluded.next) RETURNING next",
		2, values, error);

	if (rows)
		*next = g_ascii_strtoull(PQgetvalue(rows, 0, 0), NULL, 10);
	return rows != NULL;
}

static gboolean
store_counter(GyPostgres *postgres, const char *series, guint64 next, GError **error)
{
	g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT, next);
	const char *const values[] = {series, value};
	g_autoptr(GyRows) rows = gy_postgres_run(
		postgres, "UPDATE gantry_counter SET next = $2::bigint WHERE series = $1", 2, values, error);

	return rows != NULL;
}

static gboolean
take_new(GyPostgres *postgres, const GySerialHolder *holder, guint n, guint64 first, GySerialFunc func,
	gpointer data, GPtrArray *numbers, GError **error)
{
	guint64 next = 0;

	if (!lock_counter(postgres, holder->series, first, &next, error))
		return FALSE;
	while (numbers->len < n) {
		g_autofree char *number = func(next, data);

		if (!number)
			break;
		if (!insert_number(postgres, holder, number, next++, numbers, error))
			return FALSE;
	}
	return store_counter(postgres, holder->series, next, error);
}

GStrv
gy_postgres_lease(GyPostgres *postgres, const GySerialHolder *holder, guint n, guint64 first,
	GySerialFunc func, gpointer data, GError **error)
{
	g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);
	gboolean done =
		gy_postgres_run_plain(postgres, "BEGIN", error) &&
		take_free(postgres, holder, n, numbers, error) &&
		(numbers->len >= n || take_new(postgres, holder, n, first, func, data, numbers, error));

	if (!gy_postgres_end(postgres, done, error))
		return NULL;
	g_ptr_array_add(numbers, NULL);
	return (GStrv) g_ptr_array_steal(numbers, NULL);
}

GStrv
gy_postgres_leased(GyPostgres *postgres, const GySerialHolder *holder, GError **error)
{
	const char *const values[] = {holder->series, holder->station};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"SELECT number FROM gantry_serial WHERE series = $1 AND station = $2 AND state = 'leased' "
		"ORDER BY position, number",
		2, values, error);
	g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);

	if (!rows)
		return NULL;
	add_numbers(rows, numbers);
	g_ptr_array_add(numbers, NULL);
	return (GStrv) g_ptr_array_steal(numbers, NULL);
}

gboolean
gy_postgres_use(GyPostgres *postgres, const GySerialHolder *holder, const char *number, GError **error)
{
	const char *const values[] = {holder->series, holder->station, number};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"UPDATE gantry_serial SET state = 'consumed', changed = now() "
		"WHERE series = $1 AND station = $2 AND number = $3 AND state = 'leased'",
		3, values, error);

	return rows != NULL;
}

static gint
give_back_one(GyPostgres *postgres, const GySerialHolder *holder, const char *number, GError **error)
{
	const char *const values[] = {holder->series, holder->station, number};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"UPDATE gantry_serial SET state = 'free', changed = now() WHERE series = $1 AND station = $2 "
		"AND "
		"state = 'leased' AND ($3::text IS NULL OR number = $3)",
		3, values, error);

	return rows ? (gint) g_ascii_strtoll(PQcmdTuples(rows), NULL, 10) : -1;
}

gint
gy_postgres_give_back(
	GyPostgres *postgres, const GySerialHolder *holder, const char *const *numbers, GError **error)
{
	gint n_given = 0;

	if (!numbers)
		return give_back_one(postgres, holder, NULL, error);
	for (; *numbers; numbers++) {
		gint n = give_back_one(postgres, holder, *numbers, error);

		if (n < 0)
			return -1;
		n_given += n;
	}
	return n_given;
}
