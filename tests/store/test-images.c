// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/store/patch-cache.h"
#include "engine/store/store.h"
#include "tests/store/rig.h"

typedef struct {
	char *folder;
	GyStore *store;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = NULL;
	GError *error = NULL;

	fixture->folder = g_dir_make_tmp("gantry-store-XXXXXX", &error);
	g_assert_no_error(error);
	path = g_build_filename(fixture->folder, "images", NULL);
	fixture->store = gy_store_new(path);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	rig_remove(fixture->folder);
	gy_store_unref(fixture->store);
	g_free(fixture->folder);
}

static GBytes *
random_bytes(gsize size)
{
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) g_test_rand_int();
	return g_bytes_new_take(bytes, size);
}

/* (transfer full): its digest */
static char *
add(GyStore *store, GBytes *bytes, const char *system, const char *version, gboolean is_automatic)
{
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GyStoredImage) image = NULL;
	GError *error = NULL;

	gy_stored_image_set(&about->system, system);
	gy_stored_image_set(&about->version, version);
	about->is_automatic = is_automatic;
	image = gy_store_add(store, bytes, about, NULL, &error);
	g_assert_no_error(error);
	return g_strdup(image->sha256);
}

static guint
count(GyStore *store)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) images = gy_store_list(store, &error);

	g_assert_no_error(error);
	return images->len;
}

static void
assert_holds(GyStore *store, const char *digest, GBytes *bytes)
{
	GError *error = NULL;
	g_autoptr(GBytes) found = gy_store_read(store, digest, &error);

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(found, bytes));
}

/* ---- what a store does ---------------------------------------------------------------------------------- */

static void
test_gives_back(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) bytes = random_bytes(4000);
	g_autoptr(GyStoredImage) found = NULL;
	g_autofree char *digest = NULL;
	GError *error = NULL;

	g_assert_cmpuint(count(fixture->store), ==, 0);
	digest = add(fixture->store, bytes, "liteos", "1.0", FALSE);
	assert_holds(fixture->store, digest, bytes);
	digest[8] = '\0';
	found = gy_store_find(fixture->store, digest, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(found->version, ==, "1.0");
	g_assert_cmpstr(found->system, ==, "liteos");
	g_assert_cmpuint(found->size, ==, 4000);
	g_assert_cmpint(found->added_s, >, 0);
	g_assert_true(gy_store_remove(fixture->store, found->sha256, &error));
	g_assert_cmpuint(count(fixture->store), ==, 0);
	g_assert_null(gy_store_read(fixture->store, found->sha256, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN);
	g_clear_error(&error);
	g_assert_false(gy_store_remove(fixture->store, found->sha256, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN);
	g_error_free(error);
}

static void
test_completes(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) bytes = random_bytes(100);
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GyStoredImage) image = NULL;
	g_autofree char *digest = add(fixture->store, bytes, "liteos", "1.0", FALSE);
	gboolean was_there = FALSE;
	GError *error = NULL;

	gy_stored_image_set(&about->note, "two\nlines");
	gy_stored_image_set(&about->version, "1.1");
	about->is_automatic = TRUE;
	image = gy_store_add(fixture->store, bytes, about, &was_there, &error);
	g_assert_no_error(error);
	g_assert_true(was_there);
	g_assert_cmpstr(image->system, ==, "liteos");
	g_assert_cmpstr(image->version, ==, "1.1");
	g_assert_cmpstr(image->note, ==, "two lines");
	/* what a person wanted stays, whoever adds it again */
	g_assert_false(image->is_automatic);
	g_assert_cmpuint(count(fixture->store), ==, 1);
}

static void
test_texts_have_a_limit(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_strnfill(5 * GY_STORED_TEXT_MAX, 'x');
	g_autoptr(GBytes) bytes = random_bytes(10);
	g_autofree char *digest = add(fixture->store, bytes, "liteos", text, FALSE);
	g_autoptr(GyStoredImage) image = gy_store_find(fixture->store, digest, NULL);

	g_assert_cmpuint(strlen(image->version), ==, GY_STORED_TEXT_MAX);
}

static void
test_version(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) one = random_bytes(10);
	g_autoptr(GBytes) other = random_bytes(11);
	g_autoptr(GBytes) third = random_bytes(12);
	g_autofree char *digest = add(fixture->store, one, "liteos", "1.0", FALSE);
	g_autofree char *of_another_system = add(fixture->store, third, "ws63", "1.0", FALSE);
	g_autofree char *second = NULL;
	g_autoptr(GyStoredImage) found = gy_store_find_version(fixture->store, "liteos", "1.0", NULL);
	GError *error = NULL;

	g_assert_cmpstr(found->sha256, ==, digest);
	second = add(fixture->store, other, "liteos", "1.0", FALSE);
	/* which of the two it is only a digest tells */
	g_assert_null(gy_store_find_version(fixture->store, "liteos", "1.0", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN);
	g_error_free(error);
}

static const char *const no_digests[] = {"", "12345", "xyzxyz", "../../etc/passwd", "000000",
	"00000000000000000000000000000000000000000000000000000000000000000"};

static void
test_no_digest(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) bytes = random_bytes(10);
	g_autofree char *digest = add(fixture->store, bytes, NULL, NULL, FALSE);

	for (guint i = 0; i < G_N_ELEMENTS(no_digests); i++) {
		GError *error = NULL;

		g_assert_null(gy_store_find(fixture->store, no_digests[i], &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN);
		g_error_free(error);
	}
}

/* ---- damage --------------------------------------------------------------------------------------------- */

static void
write_file(const char *path, const void *bytes, gsize size)
{
	GError *error = NULL;

	g_file_set_contents(path, bytes, (gssize) size, &error);
	g_assert_no_error(error);
}

/* Any byte that is another one, or is missing, or too many. */
static void
test_damage(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) bytes = random_bytes(64);
	g_autofree char *digest = add(fixture->store, bytes, "liteos", "1.0", FALSE);
	g_autofree char *again = NULL;
	g_autofree char *path = gy_store_file(fixture->store, digest);
	guint8 damaged[65] = {0};

	memcpy(damaged, g_bytes_get_data(bytes, NULL), 64);
	for (gsize i = 0; i < 66; i++) {
		gsize size = i == 64 ? 63 : i == 65 ? 65 : 64;
		GError *error = NULL;

		if (i < 64)
			damaged[i] ^= 1;
		write_file(path, damaged, size);
		g_assert_null(gy_store_read(fixture->store, digest, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_STORE_DAMAGED);
		g_error_free(error);
		if (i < 64)
			damaged[i] ^= 1;
	}
	write_file(path, "", 0);
	g_assert_null(gy_store_read(fixture->store, digest, NULL));
	/* adding it again mends it */
	again = add(fixture->store, bytes, NULL, NULL, FALSE);
	assert_holds(fixture->store, digest, bytes);
}

static void
test_damaged_description(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) bytes = random_bytes(64);
	g_autofree char *digest = add(fixture->store, bytes, "liteos", "1.0", FALSE);
	g_autofree char *path = gy_store_file(fixture->store, digest);
	g_autofree char *about = g_strconcat(path, ".about", NULL);
	g_autoptr(GyStoredImage) image = NULL;

	write_file(about, "[ima\xff", 5);
	image = gy_store_find(fixture->store, digest, NULL);
	g_assert_nonnull(image);
	g_assert_null(image->version);
	assert_holds(fixture->store, digest, bytes);
}

/* ---- limits --------------------------------------------------------------------------------------------- */

static void
test_size(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autofree char *path = g_build_filename(fixture->folder, "large", NULL);
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GMappedFile) file = NULL;
	g_autoptr(GBytes) large = NULL;
	GError *error = NULL;

	g_assert_null(gy_store_add(fixture->store, empty, about, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_EMPTY);
	g_clear_error(&error);
	write_file(path, "x", 1);
	g_assert_cmpint(truncate(path, GY_STORE_IMAGE_MAX + 1), ==, 0);
	file = g_mapped_file_new(path, FALSE, &error);
	g_assert_no_error(error);
	large = g_mapped_file_get_bytes(file);
	g_assert_null(gy_store_add(fixture->store, large, about, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE);
	g_error_free(error);
	g_assert_cmpuint(count(fixture->store), ==, 0);
}

static void
test_automatic_ones_go(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) wanted = random_bytes(32);
	g_autoptr(GBytes) other = random_bytes(33);
	g_autofree char *kept = add(fixture->store, wanted, "liteos", "1.0", FALSE);
	g_autofree char *last = NULL;

	/* written by hand, since the store waits for the disk each time */
	for (guint i = 0; i < GY_STORE_AUTOMATIC_MOST + 5; i++) {
		g_autofree char *digest = g_strdup_printf("%064x", i);
		g_autofree char *path = gy_store_file(fixture->store, digest);
		g_autofree char *about = g_strconcat(path, ".about", NULL);

		write_file(path, "x", 1);
		write_file(about, "[image]\nautomatic=true\n", strlen("[image]\nautomatic=true\n"));
	}
	last = add(fixture->store, other, "liteos", NULL, TRUE);
	assert_holds(fixture->store, last, other);
	g_assert_cmpuint(count(fixture->store), ==, GY_STORE_AUTOMATIC_MOST + 1);
	assert_holds(fixture->store, kept, wanted);
}

static void
test_patches_are_bounded(Fixture *fixture, gconstpointer data)
{
	g_autofree char *folder = g_build_filename(gy_store_path(fixture->store), "patches", NULL);
	g_autoptr(GBytes) patch = random_bytes(1024);
	g_autoptr(GBytes) found = NULL;
	g_autoptr(GDir) files = NULL;
	guint n = 0;

	gy_patch_cache_put(fixture->store, "first", patch);
	for (guint i = 0; i < GY_STORE_PATCHES_MOST + 10; i++) {
		g_autofree char *name = g_strdup_printf("%064x", i);
		g_autofree char *path = g_build_filename(folder, name, NULL);

		write_file(path, "x", 1);
	}
	gy_patch_cache_put(fixture->store, "key", patch);
	files = g_dir_open(folder, 0, NULL);
	while (g_dir_read_name(files))
		n++;
	g_assert_cmpuint(n, ==, GY_STORE_PATCHES_MOST);
	g_assert_null(gy_patch_cache_get(fixture->store, "another key"));
	found = gy_patch_cache_get(fixture->store, "key");
	g_assert_nonnull(found);
	/* neither the cache nor what is in it is an image */
	g_assert_cmpuint(count(fixture->store), ==, 0);
}

/* ---- no room, no permission ----------------------------------------------------------------------------- */

/* A limit of the process stands for a full disk: what is written behind it is refused. */
static void
test_no_room(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) small = random_bytes(100);
	g_autoptr(GBytes) bytes = random_bytes(100000);
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autofree char *digest = add(fixture->store, small, NULL, NULL, FALSE);
	const struct rlimit little = {50000, RLIM_INFINITY};
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	g_autoptr(GyStoredImage) image = NULL;
	g_autoptr(GDir) files = NULL;
	GError *error = NULL;
	guint n = 0;

	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &little), ==, 0);
	image = gy_store_add(fixture->store, bytes, about, NULL, &error);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &all), ==, 0);
	g_assert_null(image);
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_DISK_FULL);
	g_error_free(error);
	assert_holds(fixture->store, digest, small);
	files = g_dir_open(gy_store_path(fixture->store), 0, NULL);
	while (g_dir_read_name(files))
		n++;
	g_assert_cmpuint(n, ==, 2);
}

static void
test_no_folder(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->folder, "file", NULL);
	g_autofree char *below = g_build_filename(file, "images", NULL);
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GBytes) bytes = random_bytes(10);
	g_autoptr(GyStore) store = gy_store_new(below);
	GError *error = NULL;

	write_file(file, "x", 1);
	g_assert_null(gy_store_add(store, bytes, about, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
	g_clear_error(&error);
	g_assert_null(gy_store_list(store, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_UNREADABLE);
	g_error_free(error);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(Fixture *fixture, gconstpointer data);
	} tests[] = {
		{"/store/gives-back-what-was-added", test_gives_back},
		{"/store/completes-what-is-known", test_completes},
		{"/store/texts-have-a-limit", test_texts_have_a_limit},
		{"/store/finds-a-version-if-there-is-one", test_version},
		{"/store/refuses/no-digest", test_no_digest},
		{"/store/refuses/damage", test_damage},
		{"/store/image-without-its-description", test_damaged_description},
		{"/store/refuses/empty-and-too-large", test_size},
		{"/store/automatic-ones-make-room", test_automatic_ones_go},
		{"/store/patches-are-bounded", test_patches_are_bounded},
		{"/store/refuses/no-room", test_no_room},
		{"/store/refuses/no-folder", test_no_folder},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
