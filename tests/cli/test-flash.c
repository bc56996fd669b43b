// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/cli/pseudo-terminal.h"
#include "tests/cli/run.h"
#include "tests/cli/sim-board.h"

/* A board on a socket as fast as it goes, or on a cable of 115200 baud. */
typedef struct {
	char *folder;
	char *port;
	char *package;
	char *root;
	GSubprocess *board;
} Fixture;

static void
start_board(Fixture *fixture, const char *kind, const char *line, const char *extra)
{
	const char *const words[] = {kind, line, extra, NULL};

	fixture->board = sim_board_start(fixture->folder, fixture->root, words);
}

static void
prepare(Fixture *fixture)
{
	fixture->folder = folder_new();
	fixture->package = vector_path("v04_app_boot_ver/signed.fwpkg");
	fixture->root = vector_path("keys/test_root_public_key.pem");
}

/* A restart is told by the uptime, which says little of a board that has only just been switched on. */
static void
wait_until_up(Fixture *fixture)
{
	gint64 uptime_ms = 0;

	while (uptime_ms < 500) {
		g_autoptr(Run) run = run_gantry("info", "--port", fixture->port, "--json", NULL);
		g_autoptr(GPtrArray) objects = assert_documented(run->out);

		g_assert_cmpint(run->status, ==, 0);
		uptime_ms = json_object_get_int_member(last_object(objects), "uptime_ms");
	}
}

static void
set_up_socket(Fixture *fixture, gconstpointer extra)
{
	g_autofree char *path = NULL;

	prepare(fixture);
	path = g_build_filename(fixture->folder, "board", NULL);
	fixture->port = g_strconcat("socket:", path, NULL);
	start_board(fixture, "--socket", path, extra);
	if (!extra)
		wait_until_up(fixture);
}

static void
set_up_cable(Fixture *fixture, gconstpointer extra)
{
	prepare(fixture);
	fixture->port = g_build_filename(fixture->folder, "board", NULL);
	start_board(fixture, "--pty", fixture->port, extra);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	sim_board_stop(fixture->board);
	folder_free(fixture->folder);
	g_free(fixture->port);
	g_free(fixture->package);
	g_free(fixture->root);
}

/* ---- without a terminal --------------------------------------------------------------------------------- */

static void
info_asks_the_board(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = run_gantry("info", "--port", fixture->port, NULL);
	g_autoptr(Run) json = run_gantry("info", "--port", fixture->port, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);
	JsonObject *device = last_object(objects);

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
	g_assert_nonnull(strstr(run->out, "version       1.0\n"));
	g_assert_cmpstr(json_object_get_string_member(device, "version"), ==, "1.0");
	g_assert_cmpstr(json_object_get_string_member(device, "chip"), ==, "ws63");
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(device, "images")), >, 0);
}

static void
flash_prints_lines(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = run_gantry(
		"flash", fixture->package, "--port", fixture->port, "--root-key", fixture->root, NULL);
	g_autoptr(Run) info = run_gantry("info", "--port", fixture->port, NULL);
	const char *end = strstr(run->out, "\nThe new firmware runs and has answered.\n");

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
	g_assert_nonnull(end);
	g_assert_nonnull(strstr(end, "1.0 -> gantry_1.2.3, 23.9 KiB in "));
	g_assert_null(strchr(run->out, '\033'));
	g_assert_null(strchr(run->out, '\r'));
	for (const char *at = run->out; (at = strstr(at, " %  ")); at++)
		g_assert_true(g_ascii_isdigit(at[-1]));
	g_assert_nonnull(strstr(info->out, "version       gantry_1.2.3\n"));
}

static void
flash_in_json_is_documented(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) run = run_gantry("flash", fixture->package, "--port", fixture->port, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);
	JsonObject *end = last_object(objects);
	double fraction = 0;
	gint64 elapsed = 0;
	guint n_stages = 0;

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(
		json_object_get_string_member(g_ptr_array_index(objects, 0), "type"), ==, "task-begin");
	g_assert_cmpstr(json_object_get_string_member(end, "type"), ==, "task-end");
	g_assert_cmpstr(json_object_get_string_member(end, "outcome"), ==, "upgraded");
	g_assert_cmpstr(json_object_get_string_member(end, "from"), ==, "1.0");
	g_assert_cmpstr(json_object_get_string_member(end, "to"), ==, "gantry_1.2.3");
	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);
		const char *type = json_object_get_string_member(object, "type");

		n_stages += g_str_equal(type, "stage");
		if (g_str_equal(type, "stage") || g_str_equal(type, "progress")) {
			g_assert_cmpint(json_object_get_int_member(object, "elapsed_ms"), >=, elapsed);
			elapsed = json_object_get_int_member(object, "elapsed_ms");
		}
		if (g_str_equal(type, "progress")) {
			g_assert_cmpfloat(json_object_get_double_member(object, "fraction"), >=, fraction);
			fraction = json_object_get_double_member(object, "fraction");
		}
	}
	g_assert_cmpuint(n_stages, ==, 9);
}

static void
a_dry_run_changes_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) before = run_gantry("info", "--port", fixture->port, NULL);
	g_autoptr(Run) run =
		run_gantry("flash", fixture->package, "--port", fixture->port, "--dry-run", "--json", NULL);
	g_autoptr(Run) after = run_gantry("info", "--port", fixture->port, NULL);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "outcome"), ==, "untouched");
	g_assert_nonnull(strstr(before->out, "version       1.0\n"));
	g_assert_nonnull(strstr(after->out, "version       1.0\n"));
}

static const struct {
	const char *name;
	const char *package;
	const char *root; /* NULL: none is given */
	const char *code;
	int status;
} refusals[] = {
	{"unsigned", "v01_app_lzma/unsigned.fwpkg", NULL, "package/unsigned", 3},
	{"another-root-key", "v01_app_lzma/signed.fwpkg", "keys/test_sub_public_key.pem",
		"package/untrusted-key", 3},
	{"root-key-missing", "v01_app_lzma/signed.fwpkg", "keys/none.pem", "key/not-found", 4},
	{"hash-only", "v06_app_hashonly/signed.fwpkg", NULL, "package/not-authentic", 3},
};

/* The end of the task says what is true of the board, the error after it why it failed. */
static void
assert_refused_in_json(const char *out, const char *code)
{
	g_autoptr(GPtrArray) objects = assert_documented(out);
	JsonObject *end;

	g_assert_cmpuint(objects->len, >=, 2);
	end = g_ptr_array_index(objects, objects->len - 2);
	g_assert_cmpstr(json_object_get_string_member(end, "type"), ==, "task-end");
	g_assert_cmpstr(json_object_get_string_member(end, "state"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(end, "outcome"), ==, "untouched");
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "code"), ==, code);
}

static void
what_does_not_fit_is_not_sent(Fixture *fixture, gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *package = vector_path(refusals[i].package);
		g_autofree char *root = refusals[i].root ? vector_path(refusals[i].root) : NULL;
		g_autoptr(Run) run = run_gantry(
			"flash", package, "--port", fixture->port, root ? "--root-key" : NULL, root, NULL);

		g_autoptr(Run) json = run_gantry("flash", package, "--port", fixture->port, "--json",
			root ? "--root-key" : NULL, root, NULL);

		g_test_message("%s: %s", refusals[i].name, run->err);
		g_assert_cmpint(json->status, ==, refusals[i].status);
		assert_refused_in_json(json->out, refusals[i].code);
		g_assert_cmpint(run->status, ==, refusals[i].status);
		assert_sentence(run, refusals[i].code);
		g_assert_true(g_str_has_suffix(run->err, "\n  device: Nothing on the device has changed\n"));
	}
}

static void
a_reader_that_goes_away_does_not_stop_the_flash(Fixture *fixture, gconstpointer data)
{
	g_autofree char *line = g_strdup_printf(
		"'%s' flash '%s' --port '%s' | head -n 1", gantry_path(), fixture->package, fixture->port);
	const char *const words[] = {"sh", "-c", line, NULL};
	g_autoptr(Run) run = run_words(words, NULL);
	g_autoptr(Run) info = run_gantry("info", "--port", fixture->port, NULL);

	g_assert_nonnull(strstr(info->out, "version       gantry_1.2.3\n"));
}

/* ---- on a terminal -------------------------------------------------------------------------------------- */

/* No line that was drawn, without what only moves or colours, is as wide as the terminal. */
static void
assert_no_wrap(const char *seen, glong columns)
{
	g_autoptr(GRegex) sequences = g_regex_new("\033\\[[0-9]*[mK]", 0, 0, NULL);
	g_autofree char *plain = g_regex_replace_literal(sequences, seen, -1, 0, "", 0, NULL);
	g_auto(GStrv) lines = g_regex_split_simple("[\r\n]+", plain, 0, 0);

	g_assert_null(strchr(plain, '\033'));
	for (char **line = lines; *line; line++)
		if (strstr(*line, "█") || strstr(*line, "░"))
			g_assert_cmpint(g_utf8_strlen(*line, -1), <, columns);
}

static void
a_terminal_gets_a_bar(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "flash", fixture->package, "--port", fixture->port, NULL};
	g_autoptr(Pty) pty = pty_start(words, 60, NULL);

	pty_expect(pty, "transfer  ");
	pty_expect(pty, "░");
	pty_expect(pty, " confirm ");
	g_assert_cmpint(pty_end(pty), ==, 0);
	assert_no_wrap(pty->seen->str, 60);
	g_assert_nonnull(strstr(pty->seen->str, "\033[32m✓"));
	g_assert_nonnull(strstr(pty->seen->str, "| upgrade success, reset now"));
	g_assert_nonnull(strstr(pty->seen->str, "1.0 -> gantry_1.2.3"));
}

static void
no_color_is_honoured(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "flash", fixture->package, "--port", fixture->port, NULL};
	g_autoptr(Pty) pty = pty_start(words, 80, "NO_COLOR=1");

	g_assert_cmpint(pty_end(pty), ==, 0);
	g_assert_false(g_regex_match_simple("\033\\[[0-9;]*m", pty->seen->str, 0, 0));
	g_assert_nonnull(strstr(pty->seen->str, "has answered."));
}

/* ---- stopping ------------------------------------------------------------------------------------------- */

static void
ctrl_c_stops_and_says_what_is_true(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "flash", fixture->package, "--port", fixture->port, NULL};
	g_autoptr(Pty) pty = pty_start(words, 80, NULL);
	g_autoptr(Run) info = NULL;

	pty_expect(pty, "transfer  ");
	pty_expect(pty, "KiB/s");
	pty_send(pty, "\003");
	pty_expect(pty, "stopping; once more leaves at once");
	pty_expect(pty, "[job/cancelled]");
	pty_expect(pty,
		"  device: The application runs as before; what the device had stored beside it is gone");
	g_assert_cmpint(pty_end(pty), ==, 130);
	info = run_gantry("info", "--port", fixture->port, NULL);
	g_assert_cmpint(info->status, ==, 0);
	g_assert_nonnull(strstr(info->out, "version       1.0\n"));
}

static void
a_second_signal_leaves_at_once(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {
		gantry_path(), "flash", fixture->package, "--port", fixture->port, "--json", NULL};
	g_autoptr(Pty) pty = pty_start(words, 80, NULL);

	pty_expect(pty, "\"stage\":\"transfer\"");
	/* the board does not answer any more: the first signal waits for it */
	g_subprocess_send_signal(fixture->board, SIGSTOP);
	g_assert_cmpint(kill(pty->pid, SIGTERM), ==, 0);
	pty_expect(pty, "stopping; once more leaves at once");
	g_assert_cmpint(kill(pty->pid, SIGINT), ==, 0);
	pty_expect(pty, "\"code\":\"job/cancelled\"");
	g_assert_cmpint(pty_end(pty), ==, 130);
	g_subprocess_send_signal(fixture->board, SIGCONT);
}

#define SOCKET(path, extra, function) g_test_add(path, Fixture, extra, set_up_socket, function, tear_down)
#define CABLE(path, function)         g_test_add(path, Fixture, NULL, set_up_cable, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	SOCKET("/cli/info/asks-the-board", NULL, info_asks_the_board);
	SOCKET("/cli/flash/prints-lines", NULL, flash_prints_lines);
	SOCKET("/cli/flash/json-is-documented", NULL, flash_in_json_is_documented);
	SOCKET("/cli/flash/dry-run-changes-nothing", NULL, a_dry_run_changes_nothing);
	SOCKET("/cli/flash/what-does-not-fit-is-not-sent", NULL, what_does_not_fit_is_not_sent);
	SOCKET("/cli/flash/reader-that-goes-away-does-not-stop-it", NULL,
		a_reader_that_goes_away_does_not_stop_the_flash);
	SOCKET("/cli/flash/no-color-is-honoured", NULL, no_color_is_honoured);
	CABLE("/cli/flash/terminal-gets-a-bar", a_terminal_gets_a_bar);
	CABLE("/cli/flash/ctrl-c-says-what-is-true", ctrl_c_stops_and_says_what_is_true);
	CABLE("/cli/flash/second-signal-leaves-at-once", a_second_signal_leaves_at_once);
	return g_test_run();
}
