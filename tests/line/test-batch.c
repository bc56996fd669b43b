// SPDX-License-Identifier: Apache-2.0
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/records/serials.h"
#include "tests/cli/pseudo-terminal.h"
#include "tests/cli/run.h"
#include "tests/line/rig.h"

#define SECONDS_MAX 60

/* ---- a batch as a process ------------------------------------------------------------------------------- */

typedef struct {
	char *folder;
	char *station;
	GSubprocess *boards[3];
	GSubprocess *process;
	GDataInputStream *lines;
	GString *seen;
} Batch;

static Batch *
batch_new(const char *keys, guint n_boards)
{
	Batch *batch = g_new0(Batch, 1);

	batch->folder = rig_folder_new();
	batch->station = rig_station(batch->folder, 2, keys);
	batch->seen = g_string_new(NULL);
	for (guint i = 0; i < n_boards; i++)
		batch->boards[i] = rig_board_new(batch->folder, i + 1, NULL);
	return batch;
}

static void
end_with_the_test(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void
batch_start(Batch *batch, const char *option, const char *value)
{
	const char *const words[] = {gantry_path(), "batch", batch->station, option, value, NULL};
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE);
	g_autoptr(GError) error = NULL;

	g_subprocess_launcher_set_child_setup(launcher, end_with_the_test, NULL, NULL);
	batch->process = g_subprocess_launcher_spawnv(launcher, words, &error);
	g_assert_no_error(error);
	batch->lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(batch->process));
	/* whatever is waited for comes, or the test is killed */
	alarm(SECONDS_MAX);
}

static void
batch_type(Batch *batch, const char *text)
{
	g_assert_true(g_output_stream_write_all(
		g_subprocess_get_stdin_pipe(batch->process), text, strlen(text), NULL, NULL, NULL));
}

/* (transfer full): the next object of that type, in which @member (nullable) is @value. */
static JsonObject *
batch_expect(Batch *batch, const char *type, const char *member, const char *value)
{
	for (;;) {
		g_autofree char *line = g_data_input_stream_read_line(batch->lines, NULL, NULL, NULL);
		g_autoptr(JsonNode) node = line ? json_from_string(line, NULL) : NULL;
		JsonObject *object = node ? json_node_get_object(node) : NULL;

		if (!object)
			g_error("no %s came any more, of: %s", type, batch->seen->str);
		g_string_append_printf(batch->seen, "%s\n", line);
		if (g_str_equal(json_object_get_string_member(object, "type"), type) &&
			(!member ||
				g_strcmp0(json_object_get_string_member_with_default(object, member, NULL),
					value) == 0))
			return json_object_ref(object);
	}
}

static void
batch_pass(Batch *batch, const char *type, const char *member, const char *value)
{
	json_object_unref(batch_expect(batch, type, member, value));
}

static void
batch_drop(Batch *batch)
{
	alarm(0);
	g_clear_object(&batch->lines);
	g_clear_object(&batch->process);
}

/* Reads to the end; everything that was printed has to be described. Returns: the exit status */
static int
batch_end(Batch *batch)
{
	g_autofree char *line = NULL;
	g_autoptr(GPtrArray) objects = NULL;
	int status;

	while ((line = g_data_input_stream_read_line(batch->lines, NULL, NULL, NULL))) {
		g_string_append_printf(batch->seen, "%s\n", line);
		g_clear_pointer(&line, g_free);
	}
	g_subprocess_wait(batch->process, NULL, NULL);
	g_assert_true(g_subprocess_get_if_exited(batch->process));
	status = g_subprocess_get_exit_status(batch->process);
	batch_drop(batch);
	objects = assert_documented(batch->seen->str);
	return status;
}

static void
batch_free(Batch *batch)
{
	for (guint i = 0; i < G_N_ELEMENTS(batch->boards); i++)
		if (batch->boards[i])
			rig_board_free(batch->boards[i], batch->folder, i + 1);
	rig_folder_free(batch->folder);
	g_free(batch->station);
	g_string_free(batch->seen, TRUE);
	g_free(batch);
}

#define COUNTER "[serial]\nsource = counter\npattern = S####\n"

static GySerialState
state_of(Batch *batch, const char *number)
{
	g_autofree char *path = g_build_filename(batch->folder, "records.db", NULL);
	g_autoptr(GyRecords) records = gy_records_open_existing(path, NULL);
	g_autoptr(GPtrArray) serials = gy_serials_list(records, "", 0, NULL);

	for (guint i = 0; i < serials->len; i++)
		if (g_str_equal(((GySerial *) serials->pdata[i])->number, number))
			return ((GySerial *) serials->pdata[i])->state;
	return GY_SERIAL_FREE;
}

/* ---- boards --------------------------------------------------------------------------------------------- */

/* Every object between a board's beginning and its verdict says whose it is. */
static void
assert_identities(const char *out)
{
	g_autoptr(GPtrArray) objects = assert_documented(out);
	g_autoptr(GHashTable) runs = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);
		const char *type = json_object_get_string_member(object, "type");
		const char *run, *slot, *before;

		if (!g_strv_contains((const char *const[]){"task-begin", "step", "stage", "progress",
					     "console", "device", "log", "verdict", NULL},
			    type))
			continue;
		run = json_object_get_string_member(object, "run");
		slot = json_object_get_string_member(object, "slot");
		before = g_hash_table_lookup(runs, run);
		g_assert_cmpstr(json_object_get_string_member(object, "station"), ==, "rig");
		g_assert_nonnull(json_object_get_string_member(object, "serial_number"));
		if (before)
			g_assert_cmpstr(slot, ==, before);
		g_hash_table_insert(runs, (gpointer) run, (gpointer) slot);
	}
	g_assert_cmpuint(g_hash_table_size(runs), ==, 2);
}

static void
two_boards_once(void)
{
	Batch *batch = batch_new("steps = identify, flash, confirm, run id\n" COUNTER
				 "[run id]\ncommand = sh -c 'echo is $GANTRY_SERIAL_NUMBER in $GANTRY_SLOT'\n"
				 "[hooks]\npre = true\npost = sh -c 'grep -q done'\n",
		2);

	batch_start(batch, "--once", NULL);
	g_assert_cmpint(batch_end(batch), ==, 0);
	assert_identities(batch->seen->str);
	g_assert_nonnull(strstr(batch->seen->str, "is S000"));
	g_assert_cmpint(state_of(batch, "S0001"), ==, GY_SERIAL_CONSUMED);
	g_assert_cmpint(state_of(batch, "S0002"), ==, GY_SERIAL_CONSUMED);
	batch_free(batch);
}

static void
failure_ends_with_eight(void)
{
	Batch *batch = batch_new(
		"steps = identify, run bad\n" COUNTER
		"[run bad]\ncommand = sh -c 'echo too warm; false'\n[retry]\nattempts = 2\non = check/*\n"
		"[start]\nuntil-failures = 1\n",
		1);
	g_autoptr(JsonObject) verdict = NULL;

	batch_start(batch, NULL, NULL);
	verdict = batch_expect(batch, "verdict", "verdict", "fail");
	g_assert_cmpstr(json_object_get_string_member(verdict, "code"), ==, "check/failed");
	g_assert_nonnull(strstr(json_object_get_string_member(verdict, "message"), "too warm"));
	g_assert_cmpint(json_object_get_int_member(verdict, "attempts"), ==, 2);
	g_assert_cmpint(batch_end(batch), ==, 8);
	g_assert_nonnull(strstr(batch->seen->str, "\"reason\":\"failures\""));
	g_assert_cmpint(state_of(batch, "S0001"), ==, GY_SERIAL_FREE);
	batch_free(batch);
}

static void
post_hook_that_fails_holds_the_board(void)
{
	Batch *batch = batch_new("steps = identify\n" COUNTER "[hooks]\npost = false\n", 1);

	batch_start(batch, "--count", "1");
	batch_pass(batch, "verdict", "code", "hook/failed");
	g_assert_cmpint(batch_end(batch), ==, 8);
	batch_free(batch);
}

/* ---- stopping and dying --------------------------------------------------------------------------------- */

#define SLOW "steps = identify, run slow\n" COUNTER "[run slow]\ncommand = sleep 1\n"

static void
sigterm_lets_boards_finish(void)
{
	Batch *batch = batch_new(SLOW, 1);

	batch_start(batch, NULL, NULL);
	batch_pass(batch, "step", "step", "run slow");
	g_subprocess_send_signal(batch->process, SIGTERM);
	batch_pass(batch, "verdict", "verdict", "pass");
	g_assert_cmpint(batch_end(batch), ==, 0);
	batch_free(batch);
}

static void
or_aborts_them_as_told(void)
{
	Batch *batch = batch_new(SLOW, 1);

	batch_start(batch, "--on-stop", "abort");
	batch_pass(batch, "step", "step", "run slow");
	g_subprocess_send_signal(batch->process, SIGTERM);
	batch_pass(batch, "verdict", "verdict", "stopped");
	g_assert_cmpint(batch_end(batch), ==, 130);
	g_assert_cmpint(state_of(batch, "S0001"), ==, GY_SERIAL_FREE);
	batch_free(batch);
}

static void
killed_is_in_doubt(void)
{
	Batch *batch = batch_new(SLOW, 1);
	g_autoptr(Run) freed = NULL;
	g_autoptr(Run) again = NULL;

	batch_start(batch, NULL, NULL);
	batch_pass(batch, "step", "step", "run slow");
	g_subprocess_force_exit(batch->process);
	g_subprocess_wait(batch->process, NULL, NULL);
	batch_drop(batch);
	g_assert_cmpint(state_of(batch, "S0001"), ==, GY_SERIAL_IN_DOUBT);
	g_string_truncate(batch->seen, 0);
	batch_start(batch, "--count", "1");
	batch_pass(batch, "serial", "number", "S0001");
	batch_pass(batch, "verdict", "serial_number", "S0002");
	g_assert_cmpint(batch_end(batch), ==, 0);
	freed = run_gantry("station", "serials", batch->station, "--free", "S0001", "--json", NULL);
	g_assert_cmpint(freed->status, ==, 0);
	g_assert_cmpint(state_of(batch, "S0001"), ==, GY_SERIAL_FREE);
	again = run_gantry("station", "serials", batch->station, "--use", "S0001", "--json", NULL);
	g_assert_cmpint(again->status, ==, 3);
	batch_free(batch);
}

/* A second program would begin with the same boards; one that was killed is no hindrance. */
static void
works_once_on_a_computer(void)
{
	Batch *batch = batch_new("steps = identify\n" COUNTER "[start]\non = key\n", 1);
	g_autofree char *lock = g_build_filename(batch->folder, "records.db.rig.lock", NULL);
	g_autoptr(Run) second = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	batch_start(batch, NULL, NULL);
	batch_pass(batch, "slot", "state", "ready");
	second = run_gantry("batch", batch->station, "--json", NULL);
	g_assert_cmpint(second->status, ==, 1);
	objects = assert_documented(second->out);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "code"), ==, "station/busy");
	g_subprocess_force_exit(batch->process);
	g_subprocess_wait(batch->process, NULL, NULL);
	batch_drop(batch);
	g_assert_true(g_file_test(lock, G_FILE_TEST_EXISTS));
	g_string_truncate(batch->seen, 0);
	batch_start(batch, "--count", "1");
	batch_pass(batch, "slot", "state", "ready");
	batch_type(batch, "\n");
	g_assert_cmpint(batch_end(batch), ==, 0);
	g_assert_false(g_file_test(lock, G_FILE_TEST_EXISTS));
	batch_free(batch);
}

/* ---- a person, a test stand ----------------------------------------------------------------------------- */

static void
scans_on_standard_input(void)
{
	Batch *batch = batch_new(
		"steps = identify\n[serial]\nsource = scanner\npattern = A-##!\ncheck-digit = luhn\n", 2);

	batch_start(batch, "--count", "2");
	batch_pass(batch, "slot", "state", "scan");
	batch_pass(batch, "slot", "state", "scan");
	batch_type(batch, "A-1\nA-124\nSLOT:2\nA-125\nA-125\nSLOT:9\n");
	batch_pass(batch, "scan", "code", "serial/pattern");
	batch_pass(batch, "scan", "code", "serial/check-digit");
	batch_pass(batch, "scan", "outcome", "chosen");
	json_object_unref(batch_expect(batch, "scan", "outcome", "taken"));
	batch_pass(batch, "scan", "outcome", "refused");
	batch_pass(batch, "scan", "code", "slot/unknown");
	batch_type(batch, "A-133\r\n");
	batch_pass(batch, "verdict", "serial_number", "A-133");
	g_assert_cmpint(batch_end(batch), ==, 0);
	batch_free(batch);
}

static char *
control(const char *path, const char *line)
{
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketConnection) connection =
		g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
	g_autoptr(GDataInputStream) input = NULL;
	GString *answer = g_string_new(NULL);

	g_assert_no_error(error);
	input = g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	g_assert_true(g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), line,
		strlen(line), NULL, NULL, NULL));
	while (!strstr(answer->str, "\"type\":\"control\"")) {
		g_autofree char *part = g_data_input_stream_read_line(input, NULL, NULL, NULL);

		g_assert_nonnull(part);
		g_string_append_printf(answer, "%s\n", part);
	}
	return g_string_free(answer, FALSE);
}

static void
obeys_its_control_socket(void)
{
	Batch *batch = batch_new("steps = identify\n" COUNTER "[start]\non = key\n", 2);
	g_autofree char *path = g_build_filename(batch->folder, "control", NULL);
	g_autofree char *status = NULL;
	g_autofree char *started = NULL;
	g_autofree char *wrong = NULL;
	g_autofree char *stopped = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	batch_start(batch, "--control", path);
	batch_pass(batch, "slot", "state", "ready");
	batch_pass(batch, "slot", "state", "ready");
	status = control(path, "status\n");
	objects = assert_documented(status);
	g_assert_cmpuint(objects->len, ==, 4);
	started = control(path, "start 2\n");
	g_assert_nonnull(strstr(started, "\"ok\":true,\"started\":1"));
	batch_pass(batch, "verdict", "slot", "2");
	wrong = control(path, "start 7\n");
	g_assert_nonnull(strstr(wrong, "slot/unknown"));
	stopped = control(path, "stop\n");
	g_assert_nonnull(strstr(stopped, "\"ok\":true"));
	g_assert_cmpint(batch_end(batch), ==, 0);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	batch_free(batch);
}

static void
table_on_a_terminal(void)
{
	Batch *batch = batch_new("steps = identify\n[serial]\nsource = scanner\npattern = A-##\n", 2);
	const char *const words[] = {gantry_path(), "batch", batch->station, NULL};
	g_autoptr(Pty) pty = pty_start(words, 100, "NO_COLOR=1");

	pty_expect(pty, "Scan");
	pty_send(pty, "A-0x\177");
	pty_expect(pty, "> A-0");
	pty_send(pty, "7\r");
	pty_expect(pty, "PASS");
	pty_expect(pty, "A-07");
	pty_expect(pty, "Pass 1  Fail 0");
	pty_send(pty, "\003");
	g_assert_cmpint(pty_end(pty), ==, 0);
	g_assert_nonnull(strstr(pty->seen->str, "1 board, 0 failed"));
	batch_free(batch);
}

/* A board that fails until it is mended: the file that its check wants is there. */
static void
failed_boards_are_tried_again_by_a_key(void)
{
	Batch *batch = batch_new(
		"steps = identify, run check\n" COUNTER "[run check]\ncommand = sh -c 'test -e mended'\n", 2);
	const char *const words[] = {gantry_path(), "batch", batch->station, NULL};
	g_autoptr(Pty) pty = pty_start(words, 100, "NO_COLOR=1");

	pty_expect(pty, "Ctrl-R tries failed ones again");
	pty_expect(pty, "Fail 2");
	g_free(rig_write(batch->folder, "mended", ""));
	/* an arrow key is no text; keys that mean nothing do nothing */
	pty_send(pty, "\033[A\033OB\007\022");
	pty_expect(pty, "Pass 2  Fail 2");
	pty_expect(pty, "2 boards are tried again");
	pty_send(pty, "\022");
	pty_expect(pty, "no failed board is in");
	pty_send(pty, "\003");
	g_assert_cmpint(pty_end(pty), ==, 8);
	g_assert_null(strstr(pty->seen->str, "> "));
	batch_free(batch);
}

/* ---- the rest of the command line ----------------------------------------------------------------------- */

static void
flashes_several_at_once(void)
{
	Batch *batch = batch_new(NULL, 2);
	g_autofree char *package = rig_vector(RIG_PACKAGE);
	g_autofree char *one = g_strdup_printf("socket:%s/b1", batch->folder);
	g_autofree char *two = g_strdup_printf("socket:%s/b2", batch->folder);
	g_autofree char *none = g_strdup_printf("socket:%s/b3", batch->folder);
	g_autoptr(Run) ready_one = run_gantry("wait", "--port", one, "--version", "1.0", "--json", NULL);
	g_autoptr(Run) ready_two = run_gantry("wait", "--port", two, "--json", NULL);
	g_autoptr(Run) twice = run_gantry("flash", package, "--port", one, "--port", one, "--json", NULL);
	g_autoptr(Run) run = run_gantry("flash", package, "--port", one, "--port", two, "--port", none,
		"--no-record", "--json", NULL);
	g_autoptr(Run) wrong =
		run_gantry("wait", "--port", one, "--version", "9*", "--timeout", "0", "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);
	g_autoptr(GHashTable) ports = g_hash_table_new(g_str_hash, g_str_equal);

	g_assert_cmpint(ready_one->status, ==, 0);
	g_assert_cmpint(ready_two->status, ==, 0);
	g_assert_cmpint(twice->status, ==, 2);
	g_assert_cmpint(run->status, ==, 8);
	g_assert_cmpint(wrong->status, ==, 7);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "code"), ==, "job/some-failed");
	for (guint i = 0; i + 1 < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);

		if (!json_object_has_member(object, "run"))
			continue;
		g_assert_nonnull(json_object_get_string_member(object, "run"));
		if (g_str_equal(json_object_get_string_member(object, "type"), "task-end"))
			g_hash_table_insert(ports, (gpointer) json_object_get_string_member(object, "port"),
				(gpointer) json_object_get_string_member(object, "state"));
	}
	g_assert_cmpstr(g_hash_table_lookup(ports, one), ==, "done");
	g_assert_cmpstr(g_hash_table_lookup(ports, two), ==, "done");
	g_assert_cmpstr(g_hash_table_lookup(ports, none), ==, "failed");
	batch_free(batch);
}

static void
check_names_the_line(void)
{
	Batch *batch = batch_new("steps = identify, burn\n", 0);
	g_autoptr(Run) text = run_gantry("station", "check", batch->station, NULL);
	g_autoptr(Run) objects_run = run_gantry("station", "check", batch->station, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(objects_run->out);
	g_autoptr(Run) refused = run_gantry("batch", batch->station, "--json", NULL);

	g_assert_cmpint(text->status, ==, 3);
	g_assert_nonnull(strstr(text->out, "rig.station:5: error: there is no step \"burn\""));
	assert_sentence(text, "station/invalid");
	g_assert_cmpint(objects_run->status, ==, 3);
	g_assert_cmpint(refused->status, ==, 3);
	batch_free(batch);
}

static void
examples_do_what_they_say(void)
{
	Batch *batch = batch_new("steps = identify, flash, confirm\n" COUNTER, 2);
	g_autofree char *package = rig_vector(RIG_PACKAGE);
	g_autofree char *python =
		g_test_build_filename(G_TEST_DIST, "..", "resources", "examples", "stand.py", NULL);
	g_autofree char *shell =
		g_test_build_filename(G_TEST_DIST, "..", "resources", "examples", "flash-all.sh", NULL);
	g_autofree char *one = g_strdup_printf("socket:%s/b1", batch->folder);
	g_autofree char *none = g_strdup_printf("socket:%s/b9", batch->folder);
	g_autoptr(Run) stand =
		run_words((const char *const[]){"python3", python, batch->station, NULL}, NULL);
	g_autoptr(Run) all = run_words((const char *const[]){"sh", shell, package, one, none, NULL}, NULL);

	g_assert_cmpint(stand->status, ==, 0);
	g_assert_nonnull(strstr(stand->out, "1 pass S000"));
	g_assert_nonnull(strstr(stand->out, "2 pass S000"));
	g_assert_cmpint(all->status, ==, 8);
	g_assert_nonnull(strstr(all->out, "some failed"));
	g_assert_nonnull(strstr(all->out, "runs nothing that answers"));
	batch_free(batch);
}

/* The station file that people start from is a right one but for what is not there yet. */
static void
example_station_reads(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "..", "resources", "examples", "line.station", NULL);
	g_autoptr(Run) run = run_gantry("station", "check", path, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);

	g_assert_cmpint(run->status, ==, 3);
	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);
		const char *message = json_object_get_string_member_with_default(object, "message", "");

		if (!g_str_equal(json_object_get_string_member(object, "type"), "station-finding"))
			continue;
		g_assert_true(strstr(message, "update.fwpkg") || strstr(message, "self-test.sh") ||
			      strstr(message, "label.sh"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/batch/two-boards-once", two_boards_once);
	g_test_add_func("/line/batch/failure-ends-with-eight", failure_ends_with_eight);
	g_test_add_func(
		"/line/batch/post-hook-that-fails-holds-the-board", post_hook_that_fails_holds_the_board);
	g_test_add_func("/line/batch/sigterm/lets-boards-finish", sigterm_lets_boards_finish);
	g_test_add_func("/line/batch/sigterm/or-aborts-them-as-told", or_aborts_them_as_told);
	g_test_add_func("/line/batch/killed-is-in-doubt", killed_is_in_doubt);
	g_test_add_func("/line/batch/works-once-on-a-computer", works_once_on_a_computer);
	g_test_add_func("/line/batch/scans-on-standard-input", scans_on_standard_input);
	g_test_add_func("/line/batch/obeys-its-control-socket", obeys_its_control_socket);
	g_test_add_func("/line/batch/table-on-a-terminal", table_on_a_terminal);
	g_test_add_func(
		"/line/batch/failed-boards-are-tried-again-by-a-key", failed_boards_are_tried_again_by_a_key);
	g_test_add_func("/line/flash/several-at-once", flashes_several_at_once);
	g_test_add_func("/line/station/check-names-the-line", check_names_the_line);
	g_test_add_func("/line/examples/do-what-they-say", examples_do_what_they_say);
	g_test_add_func("/line/examples/station-reads", example_station_reads);
	return g_test_run();
}
