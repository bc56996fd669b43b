// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/run.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

void
run_free(Run *run)
{
	if (!run)
		return;
	g_free(run->out);
	g_free(run->err);
	g_free(run);
}

const char *
gantry_path(void)
{
	const char *path = g_getenv("GANTRY");

	g_assert_nonnull(path);
	return path;
}

/* The messages are compared, so that nothing of the surroundings changes them. */
static char **
plain_environment(void)
{
	char **environment = g_get_environ();

	environment = g_environ_setenv(environment, "LC_ALL", "C.UTF-8", TRUE);
	environment = g_environ_unsetenv(environment, "GANTRY_SIM");
	return g_environ_unsetenv(environment, "SOURCE_DATE_EPOCH");
}

Run *
run_words(const char *const *words, GSpawnChildSetupFunc setup)
{
	g_auto(GStrv) environment = plain_environment();
	g_autoptr(GError) error = NULL;
	Run *run = g_new0(Run, 1);
	int status = 0;

	g_spawn_sync(NULL, (char **) words, environment, G_SPAWN_SEARCH_PATH, setup, NULL, &run->out,
		&run->err, &status, &error);
	g_assert_no_error(error);
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	/* what a sanitizer finds has to be seen, whatever the program's own status was to be */
	g_assert_null(strstr(run->err, "Sanitizer"));
	g_assert_null(strstr(run->err, "runtime error"));
	return run;
}

Run *
run_gantry(const char *first, ...)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	va_list arguments;

	g_ptr_array_add(words, (char *) gantry_path());
	va_start(arguments, first);
	for (const char *word = first; word; word = va_arg(arguments, const char *))
		g_ptr_array_add(words, (char *) word);
	va_end(arguments);
	g_ptr_array_add(words, NULL);
	return run_words((const char *const *) words->pdata, NULL);
}

char *
vector_path(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
}

char *
folder_new(void)
{
	g_autoptr(GError) error = NULL;
	char *folder = g_dir_make_tmp("gantry-cli-XXXXXX", &error);

	g_assert_no_error(error);
	return folder;
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_tree(below);
	}
	g_remove(path);
}

void
folder_free(char *folder)
{
	remove_tree(folder);
	g_free(folder);
}

guint
n_files(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint n = 0;

	g_assert_nonnull(dir);
	while (g_dir_read_name(dir))
		n++;
	return n;
}

char *
build_example(const char *folder)
{
	g_autofree char *config = vector_path("v02_app_boot_nv/fota.cfg");
	g_autofree char *application = vector_path("inputs/app_sign.bin");
	g_autofree char *flashboot = vector_path("inputs/flashboot_sign.bin");
	g_autofree char *root = vector_path("keys/test_root_private_key.pem");
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");
	g_autofree char *application_word = g_strconcat("application=", application, NULL);
	g_autofree char *flashboot_word = g_strconcat("flashboot=", flashboot, NULL);
	char *path = g_build_filename(folder, "update.fwpkg", NULL);
	g_autoptr(Run) run = run_gantry("build", "ws63", "--config", config, "--image", application_word,
		"--image", flashboot_word, "--root-key", root, "--sub-key", sub, "-o", path, NULL);

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
	return path;
}

/* From type to its list of members. */
static GHashTable *
documentation(void)
{
	static GHashTable *types;
	g_autoptr(Run) run = NULL;
	g_auto(GStrv) lines = NULL;

	if (types)
		return types;
	types = g_hash_table_new(g_str_hash, g_str_equal);
	run = run_gantry("help", "json", "--json", NULL);
	g_assert_cmpint(run->status, ==, 0);
	lines = g_strsplit(run->out, "\n", -1);
	for (char **line = lines; *line && **line; line++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonNode) node = json_from_string(*line, &error);
		JsonObject *object;

		g_assert_no_error(error);
		object = json_node_get_object(node);
		g_assert_cmpstr(json_object_get_string_member(object, "type"), ==, "json-type");
		g_hash_table_insert(types, g_strdup(json_object_get_string_member(object, "name")),
			json_array_ref(json_object_get_array_member(object, "members")));
	}
	g_assert_cmpuint(g_hash_table_size(types), >, 10);
	return types;
}

static void
assert_members(JsonObject *object)
{
	const char *type = json_object_get_string_member(object, "type");
	JsonArray *members = g_hash_table_lookup(documentation(), type);

	if (!members)
		g_error("type %s is not documented", type);
	for (guint i = 0; i < json_array_get_length(members); i++) {
		const char *name =
			json_object_get_string_member(json_array_get_object_element(members, i), "name");

		if (!json_object_has_member(object, name))
			g_error("an object of type %s has no member %s", type, name);
	}
	g_assert_cmpuint(json_object_get_size(object), ==, json_array_get_length(members) + 1);
}

GPtrArray *
assert_documented(const char *out)
{
	GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify) json_object_unref);
	g_auto(GStrv) lines = g_strsplit(out, "\n", -1);

	g_assert_true(g_str_has_suffix(out, "\n"));
	for (char **line = lines; line[1]; line++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonNode) node = json_from_string(*line, &error);

		g_assert_no_error(error);
		g_assert_true(JSON_NODE_HOLDS_OBJECT(node));
		assert_members(json_node_get_object(node));
		g_ptr_array_add(objects, json_object_ref(json_node_get_object(node)));
	}
	g_assert_cmpuint(objects->len, >, 0);
	return objects;
}

JsonObject *
last_object(GPtrArray *objects)
{
	return g_ptr_array_index(objects, objects->len - 1);
}

void
assert_sentence(const Run *run, const char *code)
{
	g_autofree char *bracket = g_strdup_printf(" [%s]\n", code);

	g_assert_nonnull(strstr(run->err, "gantry: "));
	if (!strstr(run->err, bracket))
		g_error("expected %s in: %s", code, run->err);
}

void
assert_same_file(const char *one, const char *other)
{
	g_autofree char *a = NULL, *b = NULL;
	gsize a_size = 0, b_size = 0;

	g_assert_true(g_file_get_contents(one, &a, &a_size, NULL));
	g_assert_true(g_file_get_contents(other, &b, &b_size, NULL));
	g_assert_cmpuint(a_size, ==, b_size);
	g_assert_true(memcmp(a, b, a_size) == 0);
}
