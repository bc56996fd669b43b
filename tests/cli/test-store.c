// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/cli/run.h"
#include "tests/cli/sim-board.h"

static char *
image_path(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "liteos", "fw", name, NULL);
}

static char *
digest_of(const char *path)
{
	char *content;
	gsize size;
	char *digest;

	g_assert_true(g_file_get_contents(path, &content, &size, NULL));
	digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *) content, size);
	g_free(content);
	return digest;
}

/* What all of these begin with: an empty store in a folder of its own. */
typedef struct {
	char *folder;
	char *store;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->folder = folder_new();
	fixture->store = g_build_filename(fixture->folder, "images", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	g_free(fixture->store);
	folder_free(fixture->folder);
}

static Run *
add(Fixture *fixture, const char *file, const char *option, const char *value)
{
	return run_gantry("store", "add", file, "--store", fixture->store, "--json", option, value, NULL);
}

/* The objects of what it said, which went well. */
static GPtrArray *
objects_of(const Run *run)
{
	if (run->status != 0)
		g_test_message("%s%s", run->out, run->err);
	g_assert_cmpint(run->status, ==, 0);
	return assert_documented(run->out);
}

static guint
count(Fixture *fixture)
{
	g_autoptr(Run) run =
		run_gantry("store", "list", "--check", "--store", fixture->store, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;

	/* of an empty store there is nothing to say */
	if (run->status == 0 && !*run->out)
		return 0;
	objects = objects_of(run);
	return objects->len;
}

static void
an_image_comes_back(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = image_path("p4_old.bin");
	g_autofree char *digest = digest_of(file);
	g_autofree char *digits = g_strndup(digest, 8);
	g_autoptr(Run) added = add(fixture, file, "--ver", "1.0");
	g_autoptr(GPtrArray) objects = objects_of(added);
	g_autoptr(Run) path = run_gantry("store", "path", digits, "--store", fixture->store, NULL);
	g_autoptr(Run) removed = NULL;

	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "sha256"), ==, digest);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "version"), ==, "1.0");
	g_assert_false(json_object_get_boolean_member(last_object(objects), "automatic"));
	g_assert_cmpint(path->status, ==, 0);
	assert_same_file(g_strchomp(path->out), file);
	g_assert_cmpuint(count(fixture), ==, 1);
	removed = run_gantry("store", "remove", digits, "--store", fixture->store, NULL);
	g_assert_cmpint(removed->status, ==, 0);
	g_assert_cmpuint(count(fixture), ==, 0);
}

/* A package gives what the device will run, not itself; what somebody says is taken where it says nothing. */
static void
a_package_gives_its_images(Fixture *fixture, gconstpointer generation)
{
	g_autofree char *image = image_path("p4_new.bin");
	g_autofree char *argument = g_strconcat("application=", image, NULL);
	g_autofree char *digest = digest_of(image);
	g_autofree char *package = g_build_filename(fixture->folder, "package", NULL);
	g_autoptr(Run) build = run_gantry(
		"build", "liteos", "--image", argument, "--generation", generation, "-o", package, NULL);
	g_autoptr(Run) added = add(fixture, package, "--ver", "2.0");
	g_autoptr(GPtrArray) objects = objects_of(added);

	g_assert_cmpint(build->status, ==, 0);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "sha256"), ==, digest);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "system"), ==, "liteos");
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "image"), ==, "application");
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "version"), ==, "2.0");
}

/* A difference gives its new image if the old one is stored, and if it says which ones they are. */
static void
a_difference_gives_its_image(Fixture *fixture, gconstpointer data)
{
	g_autofree char *old = image_path("p4_old.bin");
	g_autofree char *new_path = image_path("p4_new.bin");
	g_autofree char *argument = g_strconcat("application=", new_path, NULL);
	g_autofree char *digest = digest_of(new_path);
	g_autofree char *package = g_build_filename(fixture->folder, "package", NULL);
	g_autoptr(Run) build = run_gantry("build", "liteos", "--image", argument, "--old", old,
		"--generation", "gantry", "-o", package, NULL);
	g_autoptr(Run) early = add(fixture, package, NULL, NULL);
	g_autoptr(Run) added_old = add(fixture, old, NULL, NULL);
	g_autoptr(Run) added = add(fixture, package, NULL, NULL);
	g_autoptr(GPtrArray) objects = objects_of(added);

	g_assert_cmpint(build->status, ==, 0);
	g_assert_cmpint(added_old->status, ==, 0);
	g_assert_cmpint(early->status, ==, 3);
	g_assert_nonnull(strstr(early->out, "store/unknown"));
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "sha256"), ==, digest);
}

static void
images_of_a_signed_package(Fixture *fixture, gconstpointer data)
{
	g_autofree char *package = vector_path("v01_app_lzma/signed.fwpkg");
	g_autoptr(Run) added = add(fixture, package, NULL, NULL);
	g_autoptr(GPtrArray) objects = objects_of(added);

	g_assert_cmpuint(objects->len, >=, 1);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "system"), ==, "ws63");
	g_assert_cmpuint(count(fixture), ==, objects->len);
}

static void
damage_is_told(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = image_path("p4_old.bin");
	g_autofree char *digest = digest_of(file);
	g_autofree char *stored = g_build_filename(fixture->store, digest, NULL);
	g_autoptr(Run) added = add(fixture, file, NULL, NULL);
	g_autoptr(Run) list = NULL;
	g_autoptr(Run) path = NULL;

	g_assert_cmpint(added->status, ==, 0);
	g_assert_true(g_file_set_contents(stored, "damage", -1, NULL));
	list = run_gantry("store", "list", "--check", "--store", fixture->store, NULL);
	g_assert_cmpint(list->status, ==, 3);
	g_assert_nonnull(strstr(list->out, "DAMAGED"));
	assert_sentence(list, "store/damaged");
	path = run_gantry("store", "path", digest, "--store", fixture->store, NULL);
	g_assert_cmpint(path->status, ==, 3);
	g_assert_cmpstr(path->out, ==, "");
	assert_sentence(path, "store/damaged");
}

static const struct {
	const char *path;
	const char *words[6];
	int status;
	const char *code;
} refusals[] = {
	{"/store/refuses/unknown-digest", {"store", "path", "0123456789"}, 3, "store/unknown"},
	{"/store/refuses/no-digest", {"store", "remove", "images"}, 3, "store/unknown"},
	{"/store/refuses/nothing-to-add", {"store", "add"}, 2, "usage/arguments"},
	{"/store/refuses/file-that-is-not-there", {"store", "add", "nothing"}, 3, "file/not-found"},
	{"/store/refuses/folder", {"store", "add", "/"}, 3, "file/not-regular"},
	{"/store/refuses/system-that-is-none", {"store", "add", "x", "--system", "y"}, 2, "usage/arguments"},
	{"/flash/refuses/delta-of-another-kind", {"flash", "x", "--delta", "y", "--port", "z"}, 2,
		"usage/arguments"},
};

static void
refusal(Fixture *fixture, gconstpointer data)
{
	const guint i = GPOINTER_TO_UINT(data);
	const char *const *words = refusals[i].words;
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autoptr(Run) run = NULL;

	g_ptr_array_add(all, (gpointer) gantry_path());
	for (guint at = 0; at < G_N_ELEMENTS(refusals[i].words) && words[at]; at++)
		g_ptr_array_add(all, (gpointer) words[at]);
	g_ptr_array_add(all, (gpointer) "--store");
	g_ptr_array_add(all, fixture->store);
	g_ptr_array_add(all, NULL);
	run = run_words((const char *const *) all->pdata, NULL);
	g_assert_cmpint(run->status, ==, refusals[i].status);
	assert_sentence(run, refusals[i].code);
	g_assert_false(g_file_test(fixture->store, G_FILE_TEST_EXISTS));
}

/* What is certainly no program is not sent as one; the port is not even opened. */
static void
a_text_is_no_image(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_build_filename(fixture->folder, "notes.txt", NULL);
	g_autoptr(Run) run = NULL;

	g_assert_true(g_file_set_contents(text, "not a program\n", -1, NULL));
	run = run_gantry("flash", text, "--delta", "auto", "--port", "socket:nowhere", "--store",
		fixture->store, "--no-record", NULL);
	g_assert_cmpint(run->status, ==, 3);
	assert_sentence(run, "package/not-recognised");
}

static void
options_that_need_delta(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) alone = run_gantry("flash", "x", "--no-store", "--port", "y", NULL);
	g_autoptr(Run) with_old =
		run_gantry("flash", "x", "--delta", "auto", "--old", "y", "--port", "z", NULL);

	g_assert_cmpint(alone->status, ==, 2);
	g_assert_nonnull(strstr(alone->err, "--delta auto"));
	g_assert_cmpint(with_old->status, ==, 2);
	g_assert_nonnull(strstr(with_old->err, "gantry store add"));
}

/* ---- flashing ------------------------------------------------------------------------------------------- */

static Run *
flash(Fixture *fixture, const char *image, const char *port, const char *option)
{
	g_autofree char *path = image_path(image);

	return run_gantry("flash", path, "--delta", "auto", "--store", fixture->store, "--port", port,
		"--json", "--no-record", option, NULL);
}

/* (transfer none): what the run says of what it sent */
static JsonObject *
delta_in(GPtrArray *objects)
{
	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = objects->pdata[i];

		if (g_str_equal(json_object_get_string_member(object, "type"), "delta"))
			return object;
	}
	g_error("nothing was said of a difference");
}

static void
the_second_flash_is_a_difference(Fixture *fixture, gconstpointer data)
{
	g_autofree char *flash_file = g_build_filename(fixture->folder, "flash.bin", NULL);
	g_autofree char *runs = image_path("p1_old.bin");
	g_autofree char *image = g_strconcat("application=", runs, NULL);
	g_autofree char *line = g_build_filename(fixture->folder, "board", NULL);
	g_autofree char *socket = g_strconcat("socket:", line, NULL);
	const char *const words[] = {"--board", "stm32f429", "--flash", flash_file, "--new", "--image", image,
		"--socket", line, NULL};
	GSubprocess *board = sim_board_run(words, NULL);
	g_autoptr(Run) first = flash(fixture, "p2_old.bin", socket, "--no-store");
	g_autoptr(Run) second = flash(fixture, "p2_old.bin", socket, NULL);
	g_autoptr(Run) third = flash(fixture, "p2_new.bin", socket, NULL);
	g_autoptr(GPtrArray) second_objects = objects_of(second);
	g_autoptr(GPtrArray) third_objects = objects_of(third);
	JsonObject *sent = delta_in(third_objects);

	sim_board_stop(board);
	g_assert_cmpint(first->status, ==, 0);
	/* not kept: so there is nothing yet to make a difference from */
	g_assert_cmpstr(json_object_get_string_member(delta_in(second_objects), "sent"), ==, "not-stored");
	g_assert_true(json_object_get_null_member(delta_in(second_objects), "old_sha256"));
	g_assert_cmpstr(json_object_get_string_member(sent, "sent"), ==, "difference");
	g_assert_cmpint(json_object_get_int_member(sent, "bytes"), <, 25000);
	g_assert_cmpint(json_object_get_int_member(last_object(third_objects), "bytes"), ==,
		json_object_get_int_member(sent, "bytes"));
	g_assert_cmpuint(count(fixture), ==, 2);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		gconstpointer data;
		void (*run)(Fixture *fixture, gconstpointer data);
	} tests[] = {
		{"/store/an-image-comes-back", NULL, an_image_comes_back},
		{"/store/package-of-g3-gives-its-image", "g3", a_package_gives_its_images},
		{"/store/package-of-ours-gives-its-image", "gantry", a_package_gives_its_images},
		{"/store/difference-gives-its-image", NULL, a_difference_gives_its_image},
		{"/store/signed-package-gives-its-images", NULL, images_of_a_signed_package},
		{"/store/damage-is-told", NULL, damage_is_told},
		{"/flash/second-one-is-a-difference", NULL, the_second_flash_is_a_difference},
		{"/flash/refuses/text", NULL, a_text_is_no_image},
		{"/flash/refuses/options-that-need-delta", NULL, options_that_need_delta},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, tests[i].data, set_up, tests[i].run, tear_down);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
		g_test_add(refusals[i].path, Fixture, GUINT_TO_POINTER(i), set_up, refusal, tear_down);
	return g_test_run();
}
