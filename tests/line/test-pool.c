// SPDX-License-Identifier: Apache-2.0
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <libpq-fe.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "engine/records/postgres.h"
#include "engine/serial-numbers/serial-source.h"
#include "engine/station/pool.h"
#include "tests/line/postgres-server.h"
#include "tests/line/rig.h"

/* One server for all tests: each has a series, and stations, of its own. */
static PostgresServer *server;

#define NEED_SERVER()                                                                                        \
	if (!server) {                                                                                       \
		g_test_skip("PostgreSQL is not installed");                                                  \
		return;                                                                                      \
	}

static GyPostgres *
open_server(void)
{
	g_autoptr(GError) error = NULL;
	GyPostgres *postgres = gy_postgres_open(postgres_server_uri(server, FALSE), 5000, &error);

	g_assert_no_error(error);
	return postgres;
}

/* The one number that a query gives. */
static gint64
ask(const char *sql)
{
	PGconn *connection = PQconnectdb(postgres_server_uri(server, FALSE));
	PGresult *result = PQexec(connection, sql);
	gint64 number;

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		g_error("%s: %s", sql, PQerrorMessage(connection));
	number = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	PQfinish(connection);
	return number;
}

/* ---- handing out ---------------------------------------------------------------------------------------- */

#define N_STATIONS 5
#define N_ROUNDS   12

static GySerialSource *
counter(void)
{
	return gy_serial_source_new(
		GY_SERIAL_FROM_COUNTER, "hand-out", gy_serial_pattern_parse("H####", GY_CHECK_NONE, NULL), 1);
}

/* Takes some, and gives some of them back. */
static gpointer
take_and_give(gpointer data)
{
	g_autofree char *name = g_strdup_printf("station-%u", GPOINTER_TO_UINT(data));
	const GySerialHolder holder = {.series = "hand-out", .station = name};
	g_autoptr(GyPostgres) postgres = open_server();
	g_autoptr(GySerialSource) source = counter();
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < N_ROUNDS; i++) {
		g_auto(GStrv) taken =
			gy_postgres_lease(postgres, &holder, 4, 1, gy_serial_source_number, source, &error);
		const char *first[2] = {NULL, NULL};

		g_assert_no_error(error);
		g_assert_cmpuint(g_strv_length(taken), ==, 4);
		first[0] = taken[0];
		for (guint k = 1; taken[k]; k++)
			g_ptr_array_add(kept, g_strdup(taken[k]));
		g_assert_cmpint(gy_postgres_give_back(postgres, &holder, first, &error), ==, 1);
	}
	return g_steal_pointer(&kept);
}

static void
handed_out_once(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
	GThread *threads[N_STATIONS];

	NEED_SERVER();
	for (guint i = 0; i < N_STATIONS; i++)
		threads[i] = g_thread_new("station", take_and_give, GUINT_TO_POINTER(i));
	for (guint i = 0; i < N_STATIONS; i++)
		g_ptr_array_add(lists, g_thread_join(threads[i]));
	for (guint i = 0; i < lists->len; i++) {
		const GPtrArray *list = g_ptr_array_index(lists, i);

		for (guint k = 0; k < list->len; k++)
			g_assert_true(g_hash_table_add(seen, list->pdata[k]));
	}
	g_assert_cmpint(
		ask("SELECT count(*) FROM gantry_serial WHERE series = 'hand-out' AND state = 'leased'"), ==,
		N_STATIONS * N_ROUNDS * 3);
	/* none is lost: what is there is leased or free, and they are as many as the highest says */
	g_assert_cmpint(
		ask("SELECT count(*) - max(position) FROM gantry_serial WHERE series = 'hand-out'"), ==, 0);
}

static void
delivered_once(void)
{
	g_autoptr(GyPostgres) postgres = NULL;
	g_autoptr(GyRecord) record = gy_record_new();
	g_autoptr(GyRecord) other = gy_record_new();
	g_autoptr(GError) error = NULL;
	gboolean is_conflict = TRUE;

	NEED_SERVER();
	postgres = open_server();
	record->started_ms = other->started_ms = 1760000000123;
	record->ended_ms = other->ended_ms = 1760000001123;
	record->result = other->result = GY_RECORD_DONE;
	gy_record_set_text(&record->station, "deliver");
	gy_record_set_text(&other->station, "deliver");
	gy_record_set_text(&record->serial_number, "D1");
	gy_record_set_text(&other->serial_number, "D1");
	for (guint i = 0; i < 3; i++) {
		g_assert_true(gy_postgres_deliver(postgres, record, "deliver", &is_conflict, &error));
		g_assert_no_error(error);
		g_assert_false(is_conflict);
	}
	g_assert_cmpint(ask("SELECT count(*) FROM gantry_record WHERE station = 'deliver'"), ==, 1);
	/* a second board with the number is not hidden, and does not take it over */
	g_assert_true(gy_postgres_deliver(postgres, other, "deliver", &is_conflict, &error));
	g_assert_true(is_conflict);
	g_assert_cmpint(
		ask("SELECT count(*) FROM gantry_record WHERE station = 'deliver' AND is_conflict"), ==, 1);
}

static void
reads_what_was_delivered(void)
{
	g_autoptr(GyPostgres) postgres = NULL;
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GyRecord) record = gy_record_new();
	g_autoptr(GError) error = NULL;
	const GyRecordFilter filter = {.station = "read"};
	gboolean is_conflict;

	NEED_SERVER();
	postgres = open_server();
	record->started_ms = 1760000000123;
	record->ended_ms = 1760000009456;
	record->result = GY_RECORD_FAILED;
	record->stage = GY_STAGE_VERIFY;
	record->total_ms = 9333;
	gy_record_set_text(&record->station, "read");
	gy_record_set_text(&record->message, "it's \"quoted\", and\nin two lines");
	g_assert_true(gy_postgres_deliver(postgres, record, "", &is_conflict, &error));
	records = gy_postgres_records(postgres, &error);
	g_assert_no_error(error);
	list = gy_records_list(records, &filter, &error);
	g_assert_cmpuint(list->len, ==, 1);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *sent = gy_record_field_text(record, field);
		g_autofree char *found = gy_record_field_text(list->pdata[0], field);

		g_assert_cmpstr(found, ==, sent);
	}
}

static void
answers_in_time(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = rig_folder_new();
	g_autofree char *path = g_build_filename(folder, ".s.PGSQL.5432", NULL);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketListener) mute = g_socket_listener_new();
	g_autofree char *uri = g_strdup_printf("postgresql:///x?host=%s", folder);
	gint64 began_us = g_get_monotonic_time();

	g_assert_true(g_socket_listener_add_address(
		mute, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, NULL));
	g_assert_null(gy_postgres_open(uri, 300, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_RECORDS_AWAY);
	g_assert_cmpint(g_get_monotonic_time() - began_us, <, 5 * G_USEC_PER_SEC);
	g_socket_listener_close(mute);
	rig_folder_free(g_steal_pointer(&folder));
}

/* ---- two stations, killed and cut off ------------------------------------------------------------------- */

#define N_SLOTS   3
#define N_MISHAPS 10

typedef struct _Factory Factory;

/* A station process, and the places where boards are put. A board is a file: what is done to it are commands. */
typedef struct {
	Factory *factory;
	const char *name;
	char *folder;
	char *path;
	GSubprocess *process;
	GDataInputStream *lines;
	GCancellable *reading;
	gboolean has_begun; /* it listens to signals, since its last start */
} Station;

struct _Factory {
	Station stations[2];
	GRand *random;
	guint n_mishaps;
	guint n_kills;
	guint n_cuts;
	gboolean is_cut;
	guint n_gone; /* stations that have ended on request */
};

static char *
place_path(const Station *station, const char *slot)
{
	g_autofree char *name = g_strconcat("b", slot, NULL);

	return g_build_filename(station->folder, name, NULL);
}

static void
put_board(const Station *station, const char *slot, gboolean is_in)
{
	g_autofree char *path = place_path(station, slot);

	if (is_in)
		g_assert_true(g_file_set_contents(path, "", 0, NULL));
	else
		g_remove(path);
}

static void
take_line(Station *station, const char *line)
{
	g_autoptr(JsonNode) node = json_from_string(line, NULL);
	JsonObject *object = node ? json_node_get_object(node) : NULL;
	const char *state;

	/* a line may be cut off where the station was killed */
	if (object && g_strcmp0(json_object_get_string_member(object, "type"), "batch-begin") == 0)
		station->has_begun = TRUE;
	if (!object || g_strcmp0(json_object_get_string_member(object, "type"), "slot") != 0)
		return;
	state = json_object_get_string_member(object, "state");
	if (g_str_equal(state, "pass") || g_str_equal(state, "fail"))
		put_board(station, json_object_get_string_member(object, "slot"), FALSE);
	else if (g_str_equal(state, "empty"))
		put_board(station, json_object_get_string_member(object, "slot"), TRUE);
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
	Station *station = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *line =
		g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, NULL, &error);

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
		(GDataInputStream *) source != station->lines)
		return;
	if (!line)
		return;
	take_line(station, line);
	g_data_input_stream_read_line_async(station->lines, 0, station->reading, on_line, station);
}

static void
start_station(Station *station)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE |
					  G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	const char *const words[] = {g_getenv("GANTRY"), "batch", station->path, "--json", NULL};

	station->process = g_subprocess_launcher_spawnv(launcher, words, &error);
	g_assert_no_error(error);
	station->lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(station->process));
	station->reading = g_cancellable_new();
	station->has_begun = FALSE;
	g_data_input_stream_read_line_async(station->lines, 0, station->reading, on_line, station);
	for (guint i = 1; i <= N_SLOTS; i++) {
		g_autofree char *slot = g_strdup_printf("%u", i);

		put_board(station, slot, TRUE);
	}
}

static void
drop_station(Station *station)
{
	g_cancellable_cancel(station->reading);
	g_clear_object(&station->reading);
	g_clear_object(&station->lines);
	g_clear_object(&station->process);
}

static void
kill_station(Station *station)
{
	g_subprocess_force_exit(station->process);
	g_subprocess_wait(station->process, NULL, NULL);
	drop_station(station);
	station->factory->n_kills++;
	start_station(station);
}

static gboolean
on_mishap(gpointer data)
{
	Factory *factory = data;

	factory->n_mishaps++;
	if (factory->is_cut) {
		postgres_server_mend(server);
		factory->is_cut = FALSE;
	} else if (g_rand_boolean(factory->random)) {
		postgres_server_cut(server);
		factory->is_cut = TRUE;
		factory->n_cuts++;
	}
	if (factory->n_mishaps == 1 || g_rand_boolean(factory->random))
		kill_station(&factory->stations[g_rand_int_range(factory->random, 0, 2)]);
	if (factory->n_mishaps < N_MISHAPS)
		g_timeout_add((guint) g_rand_int_range(factory->random, 100, 500), on_mishap, factory);
	return G_SOURCE_REMOVE;
}

static gboolean
had_enough(gpointer data)
{
	Factory *factory = data;

	return factory->n_mishaps >= N_MISHAPS && factory->stations[0].has_begun &&
	       factory->stations[1].has_begun;
}

static void
on_gone(GObject *source, GAsyncResult *result, gpointer data)
{
	Factory *factory = data;

	g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
	factory->n_gone++;
}

static gboolean
are_gone(gpointer data)
{
	return ((Factory *) data)->n_gone == G_N_ELEMENTS(((Factory *) data)->stations);
}

static void
set_up_station(Station *station, Factory *factory, const char *name)
{
	g_autofree char *extra = g_strdup_printf(
		"steps = run test\n[serial]\nsource = counter\nseries = two\npattern = T#####!\n"
		"check-digit = luhn\n[pool]\nblock = 40\n[run test]\ncommand = sleep 0.02\n");
	g_autoptr(GString) text = g_string_new(NULL);

	station->factory = factory;
	station->name = name;
	station->folder = rig_folder_new();
	g_string_append_printf(text, "[station]\nname = %s\nrecords = %s\nlocal = local.db\n%s", name,
		postgres_server_uri(server, TRUE), extra);
	for (guint i = 1; i <= N_SLOTS; i++)
		g_string_append_printf(text, "[slot %u]\nport = ./b%u\n", i, i);
	station->path = rig_write(station->folder, "x.station", text->str);
	start_station(station);
}

/* What the stations themselves know, against what the database says. */
typedef struct {
	guint n_records;
	guint n_done;
	guint n_doubts;
} Truth;

static void
add_truth(const Station *station, Truth *truth)
{
	g_autofree char *path = g_build_filename(station->folder, "local.db", NULL);
	g_autoptr(GyRecords) records = gy_records_open(path, NULL);
	const GyRecordFilter done = {.results = 1U << GY_RECORD_DONE};
	const GyRecordFilter undelivered = {.undelivered = TRUE};
	g_autoptr(GPtrArray) doubts = gy_serials_list(records, "two", 1U << GY_SERIAL_IN_DOUBT, NULL);

	truth->n_records += (guint) gy_records_count(records, NULL, NULL);
	truth->n_done += (guint) gy_records_count(records, &done, NULL);
	truth->n_doubts += doubts->len;
	g_assert_cmpint(gy_records_count(records, &undelivered, NULL), ==, 0);
	g_assert_cmpint(gy_serials_n_free(records, "two", NULL), ==, 0);
}

#define OF_TWO " WHERE station IN ('left', 'right')"

static void
check_truth(const Factory *factory)
{
	Truth truth = {0};

	for (guint i = 0; i < G_N_ELEMENTS(factory->stations); i++)
		add_truth(&factory->stations[i], &truth);
	g_assert_cmpuint(truth.n_done, >, 0);
	g_assert_cmpint(ask("SELECT count(*) FROM gantry_record" OF_TWO), ==, truth.n_records);
	g_assert_cmpint(
		ask("SELECT count(*) FROM gantry_record" OF_TWO " AND result = 'done'"), ==, truth.n_done);
	g_assert_cmpint(
		ask("SELECT count(DISTINCT serial_number) FROM gantry_record" OF_TWO " AND result = 'done'"),
		==, truth.n_done);
	g_assert_cmpint(ask("SELECT count(*) FROM gantry_serial WHERE series = 'two' AND state = 'consumed'"),
		==, truth.n_done);
	g_assert_cmpint(ask("SELECT count(*) FROM gantry_record" OF_TWO " AND is_conflict"), ==, 0);
	/* what nobody used came back; what is in doubt stays where it is */
	g_assert_cmpint(ask("SELECT count(*) FROM gantry_serial WHERE series = 'two' AND state = 'leased'"),
		==, truth.n_doubts);
	g_assert_cmpint(
		ask("SELECT count(*) - max(position) FROM gantry_serial WHERE series = 'two'"), ==, 0);
	g_test_message("%u killed, %u cut off; %u boards, %u passed, %u numbers in doubt", factory->n_kills,
		factory->n_cuts, truth.n_records, truth.n_done, truth.n_doubts);
}

static void
two_stations_killed_and_cut_off(void)
{
	Factory factory = {0};

	NEED_SERVER();
	factory.random = g_rand_new_with_seed((guint32) g_test_rand_int());
	set_up_station(&factory.stations[0], &factory, "left");
	set_up_station(&factory.stations[1], &factory, "right");
	g_timeout_add(500, on_mishap, &factory);
	rig_iterate_until(had_enough, &factory, 120);
	postgres_server_mend(server);
	for (guint i = 0; i < G_N_ELEMENTS(factory.stations); i++) {
		g_subprocess_wait_async(factory.stations[i].process, NULL, on_gone, &factory);
		g_subprocess_send_signal(factory.stations[i].process, SIGTERM);
	}
	rig_iterate_until(are_gone, &factory, 60);
	check_truth(&factory);
	for (guint i = 0; i < G_N_ELEMENTS(factory.stations); i++) {
		drop_station(&factory.stations[i]);
		rig_folder_free(factory.stations[i].folder);
		g_free(factory.stations[i].path);
	}
	g_rand_free(factory.random);
}

/* A station that will never come back: a person says so. */
static void
dead_station_gives_back(void)
{
	const GySerialHolder dead = {.series = "dead", .station = "burnt"};
	const GySerialHolder heir = {.series = "dead", .station = "heir"};
	g_autoptr(GySerialSource) source = gy_serial_source_new(
		GY_SERIAL_FROM_COUNTER, "dead", gy_serial_pattern_parse("X#", GY_CHECK_NONE, NULL), 1);
	g_autoptr(GyPostgres) postgres = NULL;
	g_auto(GStrv) all = NULL;
	g_auto(GStrv) none = NULL;
	g_auto(GStrv) again = NULL;

	NEED_SERVER();
	postgres = open_server();
	all = gy_postgres_lease(postgres, &dead, 20, 1, gy_serial_source_number, source, NULL);
	g_assert_cmpuint(g_strv_length(all), ==, 9);
	none = gy_postgres_lease(postgres, &heir, 20, 1, gy_serial_source_number, source, NULL);
	g_assert_cmpuint(g_strv_length(none), ==, 0);
	g_assert_cmpint(gy_postgres_give_back(postgres, &dead, NULL, NULL), ==, 9);
	again = gy_postgres_lease(postgres, &heir, 20, 1, gy_serial_source_number, source, NULL);
	g_assert_cmpuint(g_strv_length(again), ==, 9);
}

/* ---- what a person decides ------------------------------------------------------------------------------ */

static void
on_looked(GyPool *pool, gpointer data)
{
	*(gboolean *) data = TRUE;
}

static gboolean
has_looked(gpointer data)
{
	return *(gboolean *) data;
}

/* Runs the pool of a station until it has looked once. */
static void
look_at_pool(const GyStation *station)
{
	GyPool *pool = gy_pool_new(station);
	gboolean is_done = FALSE;

	g_signal_connect(pool, "changed", G_CALLBACK(on_looked), &is_done);
	rig_iterate_until(has_looked, &is_done, 20);
	g_signal_handlers_disconnect_by_data(pool, &is_done);
	gy_pool_stop(pool);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_object_unref(pool);
}

#define OF_DECIDED(state)                                                                                    \
	"SELECT count(*) FROM gantry_serial WHERE series = 'decided' AND state = '" state "'"

/* One of two that were handed out was in use when the station died: the other stations must never have it. */
static void
decided_numbers_are_used_for_all(void)
{
	const GySerialHolder holder = {.series = "decided", .station = "rig"};
	g_autoptr(GySerialSource) source = gy_serial_source_new(
		GY_SERIAL_FROM_COUNTER, "decided", gy_serial_pattern_parse("Y##", GY_CHECK_NONE, NULL), 1);
	g_autoptr(GyPostgres) postgres = NULL;
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GyStation) station = NULL;
	g_auto(GStrv) numbers = NULL;
	g_autofree char *folder = NULL;
	g_autofree char *database = NULL;
	g_autofree char *text = NULL;
	g_autofree char *path = NULL;

	NEED_SERVER();
	folder = rig_folder_new();
	database = g_build_filename(folder, "local.db", NULL);
	text = g_strdup_printf("[station]\nname = rig\nrecords = %s\nlocal = local.db\nsteps = identify\n"
			       "[serial]\nsource = counter\nseries = decided\npattern = Y##\n"
			       "[pool]\nblock = 2\n[slot 1]\nport = socket:b1\n",
		postgres_server_uri(server, FALSE));
	path = rig_write(folder, "x.station", text);
	station = gy_station_load(path, NULL);
	postgres = open_server();
	numbers = gy_postgres_lease(postgres, &holder, 2, 1, gy_serial_source_number, source, NULL);
	records = gy_records_open(database, NULL);
	g_assert_true(gy_serials_hold(records, "decided", (const char *const *) numbers, NULL));
	rig_leave_in_doubt(database, "decided", "Y01");
	/* as long as nobody knows, it is this station's, whatever is given back */
	look_at_pool(station);
	g_assert_cmpint(ask(OF_DECIDED("leased")), ==, 1);
	g_assert_true(gy_serials_decide(records, "decided", "Y01", TRUE, NULL));
	look_at_pool(station);
	g_assert_cmpint(ask(OF_DECIDED("consumed")), ==, 1);
	g_assert_cmpint(ask(OF_DECIDED("leased")), ==, 0);
	g_assert_cmpint(gy_postgres_give_back(postgres, &holder, NULL, NULL), ==, 0);
	g_clear_pointer(&records, gy_records_close);
	rig_folder_free(g_steal_pointer(&folder));
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	server = postgres_server_new();
	g_test_add_func("/line/pool/handed-out-once", handed_out_once);
	g_test_add_func("/line/pool/delivered-once", delivered_once);
	g_test_add_func("/line/pool/reads-what-was-delivered", reads_what_was_delivered);
	g_test_add_func("/line/pool/answers-in-time", answers_in_time);
	g_test_add_func("/line/pool/dead-station-gives-back", dead_station_gives_back);
	g_test_add_func("/line/pool/decided-numbers-are-used-for-all", decided_numbers_are_used_for_all);
	g_test_add_func("/line/pool/two-stations-killed-and-cut-off", two_stations_killed_and_cut_off);
	status = g_test_run();
	if (server)
		postgres_server_free(server);
	return status;
}
