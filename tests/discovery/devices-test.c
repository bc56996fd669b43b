// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "tests/cli/run.h"
#include "tests/discovery/computer.h"

/* `gantry devices` on a computer of umockdev's. The program runs under it too. */

#define PATIENCE_S 10

static void
plug_example(Computer *computer, const char *tty)
{
	computer_plug(computer, &example_adapter);
	computer_add_tty(computer, "1-4", 0, tty);
}

static void
lists_ports_for_people(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(Run) none = run_gantry("devices", NULL);
	g_autoptr(Run) one = NULL;

	g_assert_cmpint(none->status, ==, 0);
	g_assert_true(g_str_has_prefix(none->out, "no serial ports"));
	plug_example(computer, "ttyUSB0");
	one = run_gantry("devices", NULL);
	g_assert_cmpstr(one->err, ==, "");
	g_assert_cmpstr(
		one->out, ==, "/dev/ttyUSB0      10c4:ea60  1-4       Silicon Labs CP2102N Bridge 0001\n");
}

static void
assert_port(JsonObject *object, const char *path, const char *name)
{
	g_assert_cmpstr(json_object_get_string_member(object, "type"), ==, "port");
	g_assert_cmpstr(json_object_get_string_member(object, "path"), ==, path);
	g_assert_cmpstr(json_object_get_string_member(object, "name"), ==, name);
	g_assert_cmpstr(json_object_get_string_member(object, "kind"), ==, "tty");
	g_assert_cmpint(json_object_get_int_member(object, "vendor_id"), ==, 0x10c4);
	g_assert_cmpstr(json_object_get_string_member(object, "usb_path"), ==, "1-4");
	g_assert_cmpstr(json_object_get_string_member(object, "place"), ==, "1-4");
	g_assert_true(json_object_get_boolean_member(object, "can_open"));
}

static void
names_a_port(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(Run) named = NULL;
	g_autoptr(Run) listed = NULL;
	g_autoptr(Run) removed = NULL;
	g_autoptr(Run) wrong = NULL;
	g_autoptr(Run) info = NULL;
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(GPtrArray) last = NULL;

	plug_example(computer, "ttyUSB0");
	named = run_gantry("devices", "name", "/dev/ttyUSB0", "bench-3", NULL);
	g_assert_cmpstr(named->err, ==, "");
	g_assert_cmpstr(named->out, ==, "bench-3 is the port at 1-4\n");
	listed = run_gantry("devices", "--json", NULL);
	objects = assert_documented(listed->out);
	assert_port(last_object(objects), "/dev/ttyUSB0", "bench-3");
	wrong = run_gantry("devices", "name", "1-5", "bench-3", NULL);
	g_assert_cmpint(wrong->status, ==, 1);
	assert_sentence(wrong, "name/taken");
	computer_unplug(computer, "1-4");
	info = run_gantry("info", "--port", "bench-3", NULL);
	g_assert_cmpint(info->status, ==, 5);
	assert_sentence(info, "link/no-port");
	g_assert_nonnull(strstr(info->err, "there is no port at 1-4, the place that is named bench-3"));
	removed = run_gantry("devices", "name", "bench-3", "--remove", "--json", NULL);
	g_assert_cmpint(removed->status, ==, 0);
	last = assert_documented(removed->out);
	g_assert_true(json_object_get_null_member(last_object(last), "name"));
}

static void
matches_one_port(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(Run) none = run_gantry("flash", "no.fwpkg", "--match", "vid=10c4", NULL);
	g_autoptr(Run) found = NULL;
	g_autoptr(Run) wrong = run_gantry("flash", "no.fwpkg", "--match", "colour=red", NULL);
	g_autoptr(Run) both = run_gantry("flash", "no.fwpkg", "--match", "vid=1", "--port", "x", NULL);

	g_assert_cmpint(none->status, ==, 5);
	assert_sentence(none, "link/no-port");
	g_assert_cmpint(wrong->status, ==, 2);
	g_assert_nonnull(strstr(wrong->err, "ports have no \"colour\" to match"));
	g_assert_cmpint(both->status, ==, 2);
	plug_example(computer, "ttyUSB0");
	/* the port is found, and the package is looked for next */
	found = run_gantry("flash", "no.fwpkg", "--match", "vid=10c4,serial=0001", NULL);
	g_assert_cmpint(found->status, ==, 3);
	assert_sentence(found, "file/not-found");
}

/* ---- --watch -------------------------------------------------------------------------------------------- */

typedef struct {
	GSubprocess *process;
	GDataInputStream *lines;
} Watcher;

static gboolean
too_late(gpointer data)
{
	g_error("gantry devices --watch says nothing for %d s", PATIENCE_S);
	return G_SOURCE_REMOVE;
}

static Watcher
watch(const char *option)
{
	g_autoptr(GError) error = NULL;
	Watcher watcher;

	watcher.process = g_subprocess_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, gantry_path(), "devices", "--watch", option, NULL);
	g_assert_no_error(error);
	watcher.lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(watcher.process));
	return watcher;
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
	*(GAsyncResult **) data = g_object_ref(result);
}

static char *
next_line(Watcher *watcher)
{
	guint timer = g_timeout_add_seconds(PATIENCE_S, too_late, NULL);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	char *line;

	g_data_input_stream_read_line_async(watcher->lines, G_PRIORITY_DEFAULT, NULL, on_line, &result);
	while (!result)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
	line = g_data_input_stream_read_line_finish_utf8(watcher->lines, result, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(line);
	return line;
}

static void
stop(Watcher *watcher, int signal, int status)
{
	g_autoptr(GError) error = NULL;

	if (signal)
		g_subprocess_send_signal(watcher->process, signal);
	g_subprocess_wait(watcher->process, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_if_exited(watcher->process));
	g_assert_cmpint(g_subprocess_get_exit_status(watcher->process), ==, status);
	g_clear_object(&watcher->lines);
	g_clear_object(&watcher->process);
}

static void
assert_change(Watcher *watcher, const char *change, const char *path)
{
	g_autofree char *line = next_line(watcher);
	g_autofree char *whole = g_strconcat(line, "\n", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(whole);

	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "change"), ==, change);
	assert_port(json_object_get_object_member(last_object(objects), "port"), path, "");
}

static void
watching_tells_each_change_as_an_object(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autofree char *first = NULL;
	Watcher watcher;

	plug_example(computer, "ttyUSB0");
	watcher = watch("--json");
	first = next_line(&watcher);
	g_assert_nonnull(strstr(first, "\"type\":\"port\","));
	computer_unplug(computer, "1-4");
	assert_change(&watcher, "removed", "/dev/ttyUSB0");
	plug_example(computer, "ttyUSB1");
	assert_change(&watcher, "added", "/dev/ttyUSB1");
	stop(&watcher, SIGTERM, 130);
}

static void
watching_tells_each_change_in_a_line(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autofree char *first = NULL;
	g_autofree char *removed = NULL;
	Watcher watcher;

	plug_example(computer, "ttyUSB0");
	watcher = watch(NULL);
	first = next_line(&watcher);
	g_assert_true(g_str_has_prefix(first, "/dev/ttyUSB0 "));
	computer_unplug(computer, "1-4");
	removed = next_line(&watcher);
	g_assert_true(g_str_has_prefix(removed, "- /dev/ttyUSB0 "));
	stop(&watcher, SIGINT, 130);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = folder_new();
	int status;

	/* before GLib asks for it */
	g_setenv("XDG_CONFIG_HOME", folder, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/devices/lists-ports-for-people", lists_ports_for_people);
	g_test_add_func("/cli/devices/names-a-port", names_a_port);
	g_test_add_func("/cli/devices/matches-one-port", matches_one_port);
	g_test_add_func("/cli/devices/watching-tells-each-change-as-an-object",
		watching_tells_each_change_as_an_object);
	g_test_add_func(
		"/cli/devices/watching-tells-each-change-in-a-line", watching_tells_each_change_in_a_line);
	status = g_test_run();
	folder_free(g_steal_pointer(&folder));
	return status;
}
