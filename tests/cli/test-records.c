// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/cli/run.h"
#include "tests/cli/sim-board.h"

typedef struct {
	char *folder;
	char *database;
	char *port;
	char *package;
	char *root;
	GSubprocess *board;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = NULL;

	fixture->folder = folder_new();
	fixture->database = g_build_filename(fixture->folder, "records.db", NULL);
	fixture->package = vector_path("v04_app_boot_ver/signed.fwpkg");
	fixture->root = vector_path("keys/test_root_public_key.pem");
	path = g_build_filename(fixture->folder, "board", NULL);
	fixture->port = g_strconcat("socket:", path, NULL);
	if (data) {
		const char *const words[] = {"--socket", path, NULL};

		fixture->board = sim_board_start(fixture->folder, fixture->root, words);
	}
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	if (fixture->board)
		sim_board_stop(fixture->board);
	folder_free(fixture->folder);
	g_free(fixture->database);
	g_free(fixture->port);
	g_free(fixture->package);
	g_free(fixture->root);
}

static Run *
flash(Fixture *fixture, const char *extra)
{
	return run_gantry("flash", fixture->package, "--port", fixture->port, "--root-key", fixture->root,
		"--database", fixture->database, extra, NULL);
}

static GPtrArray *
list(Fixture *fixture)
{
	g_autoptr(Run) run = run_gantry("records", "list", "--database", fixture->database, "--json", NULL);

	g_assert_cmpint(run->status, ==, 0);
	return assert_documented(run->out);
}

static const char *
text(JsonObject *object, const char *member)
{
	return json_object_get_null_member(object, member) ? NULL
							   : json_object_get_string_member(object, member);
}

/* ---- runs ----------------------------------------------------------------------------------------------- */

static const char *const stages[] = {"connect_ms", "identify_ms", "check_ms", "prepare_ms", "transfer_ms",
	"verify_ms", "trigger_ms", "reboot_ms", "confirm_ms"};

static void
flash_is_recorded(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = flash(fixture, NULL);
	g_autoptr(Run) show = run_gantry("records", "show", "1", "--database", fixture->database, NULL);
	g_autoptr(GPtrArray) objects = list(fixture);
	JsonObject *record = last_object(objects);
	gint64 sum_ms = 0;

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpuint(objects->len, ==, 1);
	g_assert_cmpstr(text(record, "result"), ==, "done");
	g_assert_cmpstr(text(record, "outcome"), ==, "upgraded");
	g_assert_cmpstr(text(record, "from_version"), ==, "1.0");
	g_assert_cmpstr(text(record, "to_version"), ==, "gantry_1.2.3");
	g_assert_cmpstr(text(record, "package"), ==, fixture->package);
	g_assert_cmpstr(text(record, "port"), ==, fixture->port);
	g_assert_cmpstr(text(record, "chip"), ==, "ws63");
	g_assert_cmpstr(text(record, "host_version"), ==, GANTRY_VERSION);
	g_assert_null(text(record, "code"));
	g_assert_cmpstr(text(record, "started"), <, text(record, "ended"));
	for (guint i = 0; i < G_N_ELEMENTS(stages); i++)
		sum_ms += json_object_get_int_member(record, stages[i]);
	g_assert_cmpint(ABS(sum_ms - json_object_get_int_member(record, "total_ms")), <, 50);
	g_assert_nonnull(strstr(show->out, "gantry_1.2.3\n"));
	g_assert_nonnull(strstr(show->out, "upgraded\n"));
}

static void
flash_that_fails_is_recorded(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = flash(fixture, NULL);
	g_autoptr(GPtrArray) objects = list(fixture);
	JsonObject *record = last_object(objects);

	g_assert_cmpint(run->status, ==, 5);
	g_assert_cmpstr(text(record, "result"), ==, "failed");
	g_assert_cmpstr(text(record, "stage"), ==, "connect");
	g_assert_cmpstr(text(record, "outcome"), ==, "untouched");
	g_assert_true(g_str_has_prefix(text(record, "code"), "link/"));
	g_assert_true(json_object_get_null_member(record, "transfer_ms"));
	assert_sentence(run, text(record, "code"));
}

static void
nothing_is_recorded_when_not_wanted(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) without = flash(fixture, "--no-record");
	g_autoptr(Run) dry = flash(fixture, "--dry-run");

	g_assert_cmpint(without->status, ==, 5);
	g_assert_cmpint(dry->status, ==, 5);
	g_assert_false(g_file_test(fixture->database, G_FILE_TEST_EXISTS));
}

static void
database_that_cannot_be_written_fails_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = NULL;

	g_assert_true(g_file_set_contents(
		fixture->database, "no database, and nothing that looks like one", -1, NULL));
	run = flash(fixture, NULL);
	g_assert_cmpint(run->status, ==, 0);
	g_assert_nonnull(strstr(run->out, "This run is not recorded: "));
	g_assert_nonnull(strstr(run->out, "\nThe new firmware runs and has answered.\n"));
}

/* ---- killed in the middle ------------------------------------------------------------------------------- */

static void
wait_for_stage(GDataInputStream *lines, const char *stage)
{
	g_autofree char *wanted = g_strdup_printf("\"stage\":\"%s\"", stage);

	for (;;) {
		g_autofree char *line = g_data_input_stream_read_line(lines, NULL, NULL, NULL);

		g_assert_nonnull(line);
		if (strstr(line, wanted))
			return;
	}
}

static void
killed_flash_is_in_doubt(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GSubprocess) killed = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, gantry_path(),
		"flash", fixture->package, "--port", fixture->port, "--database", fixture->database, "--json",
		NULL);
	g_autoptr(GDataInputStream) lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(killed));
	g_autoptr(GPtrArray) running = NULL;
	g_autoptr(GPtrArray) left = NULL;
	g_autoptr(Run) again = NULL;

	wait_for_stage(lines, "reboot");
	running = list(fixture);
	g_subprocess_force_exit(killed);
	g_subprocess_wait(killed, NULL, NULL);
	left = list(fixture);
	g_assert_cmpstr(text(last_object(running), "result"), ==, "running");
	g_assert_cmpstr(text(last_object(left), "result"), ==, "in-doubt");
	g_assert_cmpstr(text(last_object(left), "stage"), ==, "reboot");
	g_assert_cmpstr(text(last_object(left), "from_version"), ==, "1.0");
	/* the next run on this board says so */
	again = flash(fixture, NULL);
	g_assert_nonnull(strstr(again->out, "was left in doubt in the stage reboot"));
}

/* ---- questions ------------------------------------------------------------------------------------------ */

static void
exports_and_statistics(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) one = flash(fixture, NULL);
	g_autoptr(Run) two = flash(fixture, NULL);
	g_autofree char *csv = g_build_filename(fixture->folder, "out.csv", NULL);
	g_autofree char *json = g_build_filename(fixture->folder, "out.json", NULL);
	g_autofree char *csv_text = NULL;
	g_autofree char *json_text = NULL;
	g_autoptr(Run) to_csv =
		run_gantry("records", "export", "--database", fixture->database, "-o", csv, "--json", NULL);
	g_autoptr(Run) to_json = run_gantry(
		"records", "export", "--database", fixture->database, "--limit", "1", "-o", json, NULL);
	g_autoptr(Run) stats =
		run_gantry("records", "stats", "--database", fixture->database, "--json", NULL);
	g_autoptr(GPtrArray) written = assert_documented(to_csv->out);
	g_autoptr(GPtrArray) objects = assert_documented(stats->out);
	g_autoptr(JsonNode) node = NULL;

	g_assert_true(g_file_get_contents(csv, &csv_text, NULL, NULL));
	g_assert_true(g_file_get_contents(json, &json_text, NULL, NULL));
	node = json_from_string(json_text, NULL);
	g_assert_cmpuint(json_array_get_length(json_node_get_array(node)), ==, 1);
	g_assert_cmpstr(text(last_object(written), "path"), ==, csv);
	g_assert_nonnull(strstr(csv_text, "\r\n2,"));
	g_assert_cmpint(json_object_get_int_member(last_object(objects), "failed"), ==, 2);
	g_assert_cmpfloat(json_object_get_double_member(last_object(objects), "pass_rate"), ==, 0);
}

static void
wrong_words_are_usage(Fixture *fixture, gconstpointer data)
{
	static const char *const rows[][3] = {
		{"list", "--since", "yesterdayish"},
		{"list", "--result", "good"},
		{"list", "--limit", "-3"},
		{"list", "--database", NULL},
		{"stats", "--until", "2026-13-40"},
		{"export", "--format", "csv"},
		{"show", "twelve", NULL},
		{"show", NULL, NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Run) run = run_gantry("records", rows[i][0], rows[i][1], rows[i][2], NULL);

		g_assert_cmpint(run->status, ==, 2);
		assert_sentence(run, "usage/arguments");
	}
}

static void
database_that_was_named_has_to_be_there(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = run_gantry("records", "list", "--database", fixture->database, NULL);

	g_assert_cmpint(run->status, ==, 3);
	assert_sentence(run, "file/not-found");
	g_assert_false(g_file_test(fixture->database, G_FILE_TEST_EXISTS));
}

#define ADD(path, board, function)                                                                           \
	g_test_add("/cli/records/" path, Fixture, board, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("flash-is-recorded", "board", flash_is_recorded);
	ADD("flash-that-fails-is-recorded", NULL, flash_that_fails_is_recorded);
	ADD("nothing-is-recorded-when-not-wanted", NULL, nothing_is_recorded_when_not_wanted);
	ADD("database-that-cannot-be-written-fails-nothing", "board",
		database_that_cannot_be_written_fails_nothing);
	ADD("killed-flash-is-in-doubt", "board", killed_flash_is_in_doubt);
	ADD("exports-and-statistics", NULL, exports_and_statistics);
	ADD("wrong-words-are-usage", NULL, wrong_words_are_usage);
	ADD("database-that-was-named-has-to-be-there", NULL, database_that_was_named_has_to_be_there);
	return g_test_run();
}
