// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/cli/run.h"

static const char *const commands[] = {"build", "sign", "image sign", "recipe from", "recipe to", "inspect",
	"verify", "unpack", "diff", "patch", "store add", "store list", "store remove", "store path",
	"partitions show", "partitions build", "partitions check", "key new", "key show", "key cert",
	"key export", "devices", "devices name", "info", "wait", "flash", "region", "selftest", "console",
	"ymodem send", "ymodem receive", "batch", "station check", "station serials", "station give-back",
	"station pin", "records list", "records show", "records export", "records stats", "sim", "help"};

/* Each help ends with "Example:" and at least one line that is a call of this program. */
static void
assert_ends_with_example(const char *out)
{
	const char *example = g_strrstr(out, "\nExample:\n");

	g_assert_nonnull(example);
	g_assert_true(g_str_has_prefix(example, "\nExample:\n  gantry "));
	g_assert_true(g_str_has_suffix(out, "\n"));
}

static void
help_ends_with_an_example(gconstpointer data)
{
	g_auto(GStrv) words = g_strsplit(data, " ", 2);
	g_autofree char *line = g_strconcat("Usage: gantry ", data, NULL);
	g_autoptr(Run) asked =
		run_gantry(words[0], words[1] ? words[1] : "--help", words[1] ? "--help" : NULL, NULL);
	g_autoptr(Run) explained = run_gantry("help", words[0], words[1], NULL);

	g_assert_cmpint(asked->status, ==, 0);
	g_assert_cmpstr(asked->err, ==, "");
	g_assert_true(g_str_has_prefix(asked->out, line));
	assert_ends_with_example(asked->out);
	g_assert_cmpstr(asked->out, ==, explained->out);
}

static void
help_is_an_object_too(gconstpointer data)
{
	g_auto(GStrv) words = g_strsplit(data, " ", 2);
	g_autoptr(Run) asked = run_gantry(words[0], words[1] ? words[1] : "--json",
		words[1] ? "--json" : "--help", words[1] ? "--help" : NULL, NULL);
	g_autoptr(Run) explained = run_gantry("help", "--json", words[0], words[1], NULL);
	g_autoptr(GPtrArray) objects = assert_documented(asked->out);

	g_assert_cmpint(asked->status, ==, 0);
	g_assert_cmpuint(objects->len, ==, 1);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "name"), ==, data);
	g_assert_true(g_str_has_prefix(
		json_object_get_string_member(last_object(objects), "example"), "  gantry "));
	g_assert_cmpstr(asked->out, ==, explained->out);
}

/* What is written by hand beside the program names what the program has. */
static void
the_man_page_names_every_command_and_status(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "..", "resources", "man", "gantry.1", NULL);
	g_autofree char *page = NULL;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &page, NULL, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *bold = g_strdup_printf("\n\\fB%s\\fR", commands[i]);
		g_autofree char *bold_further = g_strdup_printf("\n\\fB%s ", commands[i]);

		if (!strstr(page, bold) && !strstr(page, bold_further))
			g_error("the man page has nothing on %s", commands[i]);
	}
	for (guint status = 0; status <= 7; status++) {
		g_autofree char *line = g_strdup_printf("\n%u|", status);

		g_assert_nonnull(strstr(page, line));
	}
}

static void
help_lists_every_command(void)
{
	g_autoptr(Run) run = run_gantry("--help", NULL);
	g_autoptr(Run) json = run_gantry("help", "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);

	g_assert_cmpint(run->status, ==, 0);
	assert_ends_with_example(run->out);
	g_assert_cmpuint(objects->len, ==, G_N_ELEMENTS(commands));
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *line = g_strdup_printf("\n  %s ", commands[i]);

		g_assert_nonnull(strstr(run->out, line));
	}
}

static void
help_describes_every_json_type(void)
{
	static const char *const types[] = {"package", "image", "finding", "result", "key", "port", "device",
		"task-begin", "stage", "progress", "console", "console-state", "log", "task-end", "error"};
	g_autoptr(Run) run = run_gantry("help", "json", NULL);
	g_autoptr(Run) json = run_gantry("help", "json", "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);

	g_assert_cmpuint(objects->len, >=, G_N_ELEMENTS(types));
	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *line = g_strdup_printf("\n%s: ", types[i]);

		g_assert_nonnull(strstr(run->out, line));
	}
}

/* Nothing is opened before it is clear that all of it may go. */
static void
selftest_says_what_would_be_lost(void)
{
	g_autoptr(Run) run = run_gantry("selftest", "--port", "socket:nowhere", NULL);

	g_assert_cmpint(run->status, ==, 2);
	assert_sentence(run, "usage/arguments");
	g_assert_nonnull(strstr(run->err, "the program that runs"));
	g_assert_nonnull(strstr(run->err, "--erase"));
}

static void
a_group_of_commands_has_help(void)
{
	g_autoptr(Run) run = run_gantry("key", "--help", NULL);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_nonnull(strstr(run->out, "key export"));
	assert_ends_with_example(run->out);
}

static void
version_is_one_line(void)
{
	g_autoptr(Run) run = run_gantry("--version", NULL);
	g_autoptr(Run) json = run_gantry("--version", "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(run->out, ==, "gantry " GANTRY_VERSION "\n");
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "version"), ==, GANTRY_VERSION);
}

/* ---- wrong command lines -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *hint;
	const char *line;
} wrong[] = {
	{"nothing", "gantry --help", ""},
	{"unknown-command", "gantry --help", "burn"},
	{"half-a-command", "gantry --help", "key"},
	{"unknown-second-word", "gantry --help", "key lose"},
	{"option-before-command", "gantry --help", "--port x"},
	{"unknown-option", "gantry verify --help", "verify x --fast"},
	{"option-without-value", "gantry verify --help", "verify x --root-key"},
	{"missing-file", "gantry inspect --help", "inspect"},
	{"two-files", "gantry inspect --help", "inspect a b"},
	{"empty-file-name-of-output", "gantry unpack --help", "unpack a -C ''"},
	{"build-without-system", "gantry build --help", "build"},
	{"build-unknown-system", "gantry build --help", "build toaster --config a --image b=c -o d"},
	{"build-without-image", "gantry build --help", "build ws63 --config a -o d"},
	{"build-number-is-none", "gantry build --help",
		"build ws63 --image application=a --hardware-id x -o d"},
	{"build-unknown-word", "gantry build --help", "build ws63 --image application=a --key-alg rsa -o d"},
	{"build-without-output", "gantry build --help", "build ws63 --config a --image application=a"},
	{"build-image-without-section", "gantry build --help", "build ws63 --config a --image app.bin -o d"},
	{"build-image-without-file", "gantry build --help",
		"build ws63 --config a --image application= -o d"},
	{"build-image-option-without-section", "gantry build --help",
		"build ws63 --image application=a --image-option compression=none -o d"},
	{"build-image-option-of-no-image", "gantry build --help",
		"build ws63 --image application=a --image-option nv:compression=none -o d"},
	{"build-image-option-unknown", "gantry build --help",
		"build ws63 --image application=a --image-option application:colour=red -o d"},
	{"build-image-option-is-none", "gantry build --help",
		"build ws63 --image application=a --image-option application:compression=zip -o d"},
	{"build-image-option-of-a-system-without", "gantry build --help",
		"build liteos --image application=a --image-option application:compression=none -o d"},
	{"build-unsigned-with-keys", "gantry build --help",
		"build ws63 --config a --image application=b --unsigned --root-key r --sub-key s -o d"},
	{"build-hash-only-with-keys", "gantry build --help",
		"build ws63 --config a --image application=b --hash-only --root-key r --sub-key s -o d"},
	{"build-unsigned-and-hash-only", "gantry build --help",
		"build ws63 --config a --image application=b --unsigned --hash-only -o d"},
	{"build-output-is-config", "gantry build --help",
		"build ws63 --config a --image application=b -o ./a"},
	{"build-output-is-image", "gantry build --help",
		"build ws63 --config a --image application=b -o ././b"},
	{"build-output-is-key", "gantry build --help",
		"build ws63 --config a --image application=b --root-key k --sub-key s -o k"},
	{"sign-without-sub-key", "gantry sign --help", "sign a --root-key r -o b"},
	{"sign-exports-and-imports", "gantry sign --help",
		"sign a --sub-key k --export-tbs d --import-signatures d -o b"},
	{"sign-exports-a-package", "gantry sign --help", "sign a --sub-key k --export-tbs d -o b"},
	{"sign-imports-without-output", "gantry sign --help", "sign a --import-signatures d"},
	{"recipe-from-one-word", "gantry recipe from --help", "recipe from ws63 -o a"},
	{"recipe-from-unknown-system", "gantry recipe from --help", "recipe from toaster a -o b"},
	{"recipe-to-without-output", "gantry recipe to --help", "recipe to a.gantry"},
	{"partitions-build-without-output", "gantry partitions build --help", "partitions build a"},
	{"partitions-check-takes-no-output", "gantry partitions check --help", "partitions check a -o b"},
	{"sign-without-output", "gantry sign --help", "sign a --root-key r --sub-key s"},
	{"sign-output-is-input", "gantry sign --help", "sign a --root-key r --sub-key s -o a"},
	{"unpack-without-folder", "gantry unpack --help", "unpack a"},
	{"diff-of-one-file", "gantry diff --help", "diff a -o p"},
	{"diff-without-output", "gantry diff --help", "diff a b"},
	{"diff-of-three-files", "gantry diff --help", "diff a b c -o p"},
	{"diff-output-is-input", "gantry diff --help", "diff a b -o ./b"},
	{"diff-unknown-format", "gantry diff --help", "diff a b --format zip -o p"},
	{"diff-format-only-read", "gantry diff --help", "diff a b --format hdiffsf20 -o p"},
	{"diff-dictionary-too-small", "gantry diff --help", "diff a b --dictionary 1024 -o p"},
	{"diff-bsdiff-has-no-dictionary", "gantry diff --help",
		"diff a b --format bsdiff --dictionary 8192 -o p"},
	{"patch-of-one-file", "gantry patch --help", "patch a -o b"},
	{"patch-output-is-input", "gantry patch --help", "patch a b -o a"},
	{"key-new-without-type", "gantry key new --help", "key new -o a"},
	{"key-new-unknown-type", "gantry key new --help", "key new --type dsa -o a"},
	{"key-new-without-output", "gantry key new --help", "key new --type bp256r1"},
	{"key-new-same-file-twice", "gantry key new --help", "key new --type bp256r1 -o a --public ./a"},
	{"key-export-unknown-format", "gantry key export --help", "key export a --format xml -o b"},
	{"image-sign-without-id", "gantry image sign --help", "image sign --hash-only a -o b"},
	{"image-sign-without-keys", "gantry image sign --help", "image sign --id application a -o b"},
	{"image-sign-number-too-large", "gantry image sign --help",
		"image sign --id application --hash-only --version-ext 0x100000000 a -o b"},
	{"info-without-port", "gantry info --help", "info"},
	{"flash-without-port", "gantry flash --help", "flash a"},
	{"flash-baud-is-no-number", "gantry flash --help", "flash a --port b --baud fast"},
	{"flash-negative-baud", "gantry flash --help", "flash a --port b --baud -1"},
	{"console-with-file", "gantry console --help", "console a --port b"},
	{"console-unknown-line-end", "gantry console --help", "console --port b --eol nl"},
	{"console-append-without-log", "gantry console --help", "console --port b --append"},
	{"console-negative-timeout", "gantry console --help", "console --port b --timeout -1"},
	{"console-waits-for-nothing", "gantry console --help", "console --port b --exit-on ''"},
	{"console-reset-sequence", "gantry console --help", "console --port b --reset-sequence 'd0 x'"},
	{"flash-reset-sequence", "gantry flash --help", "flash a --port b --reset-sequence w"},
	{"devices-with-file", "gantry devices --help", "devices a"},
	{"devices-name-without-path", "gantry devices name --help", "devices name"},
	{"devices-name-without-name", "gantry devices name --help", "devices name 1-4"},
	{"devices-name-removed-and-given", "gantry devices name --help", "devices name 1-4 a --remove"},
	{"devices-name-with-two-names", "gantry devices name --help", "devices name 1-4 a b"},
	{"help-on-nothing", "gantry help --help", "help burn"},
};

static Run *
run_line(const char *line, gboolean json)
{
	g_auto(GStrv) words = NULL;
	g_autofree char *whole = g_strdup_printf("%s %s%s", gantry_path(), json ? "--json " : "", line);
	g_autoptr(GError) error = NULL;

	g_shell_parse_argv(whole, NULL, &words, &error);
	g_assert_no_error(error);
	return run_words((const char *const *) words, NULL);
}

/* Which keys it takes is known once the package is. */
static void
keys_of_its_system_are_wanted(void)
{
	g_autofree char *package = vector_path("v01_app_lzma/unsigned.fwpkg");
	g_autoptr(Run) run = run_gantry("sign", package, "--export-tbs", "nowhere", NULL);

	g_assert_cmpint(run->status, ==, 2);
	g_assert_nonnull(strstr(run->err, "--sub-key"));
	g_assert_false(g_file_test("nowhere", G_FILE_TEST_EXISTS));
}

static void
is_usage_in_text(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Run) run = run_line(wrong[i].line, FALSE);
	g_autofree char *hint = g_strdup_printf("\n  next: See %s\n", wrong[i].hint);

	g_assert_cmpint(run->status, ==, 2);
	g_assert_cmpstr(run->out, ==, "");
	assert_sentence(run, "usage/arguments");
	g_assert_true(g_str_has_suffix(run->err, hint));
}

static void
is_usage_in_json(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Run) run = run_line(wrong[i].line, TRUE);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);
	JsonObject *object = last_object(objects);

	g_assert_cmpint(run->status, ==, 2);
	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpuint(objects->len, ==, 1);
	g_assert_cmpstr(json_object_get_string_member(object, "code"), ==, "usage/arguments");
	g_assert_cmpint(json_object_get_int_member(object, "exit_status"), ==, 2);
}

static void
an_answer_that_cannot_be_written_is_a_failure(void)
{
	g_autofree char *line = g_strdup_printf("'%s' help > /dev/full", gantry_path());
	const char *const words[] = {"sh", "-c", line, NULL};
	g_autoptr(Run) run = run_words(words, NULL);

	g_assert_cmpint(run->status, ==, 1);
	assert_sentence(run, "file/disk-full");
}

static void
json_before_the_command_means_the_same(void)
{
	g_autoptr(Run) before = run_gantry("--json", "devices", NULL);
	g_autoptr(Run) after = run_gantry("devices", "--json", NULL);

	g_assert_cmpint(before->status, ==, 0);
	g_assert_cmpstr(before->out, ==, after->out);
}

static void
devices_lists_ports(void)
{
	g_autoptr(Run) run = run_gantry("devices", "--json", NULL);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(run->err, ==, "");
	if (*run->out) {
		g_autoptr(GPtrArray) objects = assert_documented(run->out);

		g_assert_cmpstr(json_object_get_string_member(last_object(objects), "type"), ==, "port");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *path = g_strdup_printf("/cli/help/ends-with-an-example/%s", commands[i]);

		g_autofree char *json = g_strdup_printf("/cli/help/is-an-object-too/%s", commands[i]);

		g_test_add_data_func(path, commands[i], help_ends_with_an_example);
		g_test_add_data_func(json, commands[i], help_is_an_object_too);
	}
	g_test_add_func(
		"/cli/man/names-every-command-and-status", the_man_page_names_every_command_and_status);
	g_test_add_func("/cli/help/lists-every-command", help_lists_every_command);
	g_test_add_func("/cli/help/describes-every-json-type", help_describes_every_json_type);
	g_test_add_func("/cli/usage/selftest-says-what-would-be-lost", selftest_says_what_would_be_lost);
	g_test_add_func("/cli/help/a-group-of-commands-has-help", a_group_of_commands_has_help);
	g_test_add_func("/cli/version/is-one-line", version_is_one_line);
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *text = g_strdup_printf("/cli/usage/ends-with-2/%s", wrong[i].name);
		g_autofree char *json = g_strdup_printf("/cli/usage/is-an-object-too/%s", wrong[i].name);

		g_test_add_data_func(text, GUINT_TO_POINTER(i), is_usage_in_text);
		g_test_add_data_func(json, GUINT_TO_POINTER(i), is_usage_in_json);
	}
	g_test_add_func("/cli/usage/sign-wants-the-keys-of-its-system", keys_of_its_system_are_wanted);
	g_test_add_func("/cli/output/that-cannot-be-written-is-a-failure",
		an_answer_that_cannot_be_written_is_a_failure);
	g_test_add_func(
		"/cli/json/before-the-command-means-the-same", json_before_the_command_means_the_same);
	g_test_add_func("/cli/devices/lists-ports", devices_lists_ports);
	return g_test_run();
}
