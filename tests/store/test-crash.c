// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/rig.h"

#define IMAGE_SIZE (64 * 1024)

/* An image that its number makes, so that every process makes the same. */
static GBytes *
image_of(guint32 number)
{
	guint32 *words = g_new(guint32, IMAGE_SIZE / sizeof *words);

	for (guint i = 0; i < IMAGE_SIZE / sizeof *words; i++)
		words[i] = number * 2654435761u + i;
	return g_bytes_new_take(words, IMAGE_SIZE);
}

static gboolean
add(GyStore *store, guint32 number)
{
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GBytes) bytes = image_of(number);
	g_autofree char *version = g_strdup_printf("%u", number);
	g_autoptr(GyStoredImage) image = NULL;

	gy_stored_image_set(&about->system, "liteos");
	gy_stored_image_set(&about->version, version);
	image = gy_store_add(store, bytes, about, NULL, NULL);
	return image != NULL;
}

/* A process that adds @n images from @first on, and tells of each; it does not come back. */
static pid_t
start_adding(GyStore *store, guint32 first, guint n, int tell_fd)
{
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child != 0)
		return child;
	for (guint i = 0; i < n; i++)
		if (!add(store, first + i) || (tell_fd >= 0 && write(tell_fd, "", 1) != 1))
			_exit(1);
	_exit(0);
}

/* Whatever is listed is whole and says what it is. */
static guint
assert_whole(GyStore *store)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) images = gy_store_list(store, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < images->len; i++) {
		const GyStoredImage *image = g_ptr_array_index(images, i);
		g_autoptr(GBytes) found = gy_store_read(store, image->sha256, &error);
		g_autoptr(GBytes) expected = NULL;

		g_assert_no_error(error);
		g_assert_cmpstr(image->system, ==, "liteos");
		expected = image_of((guint32) g_ascii_strtoull(image->version, NULL, 10));
		g_assert_true(g_bytes_equal(found, expected));
	}
	return images->len;
}

static GyStore *
new_store(void)
{
	GError *error = NULL;
	g_autofree char *folder = g_dir_make_tmp("gantry-store-XXXXXX", &error);

	g_assert_no_error(error);
	return gy_store_new(folder);
}

/* Killed while it adds: what it told of is there, and the one that it was at is there whole, or not at all. */
static void
test_killed(void)
{
	g_autoptr(GyStore) store = new_store();
	guint32 first = 0;

	for (guint round = 0; round < 20; round++) {
		guint n_told = 0;
		int fds[2];
		pid_t child;
		char byte;

		g_assert_cmpint(pipe(fds), ==, 0);
		child = start_adding(store, first, 100, fds[1]);
		close(fds[1]);
		while (n_told < 1 + round % 3 && read(fds[0], &byte, 1) == 1)
			n_told++;
		for (volatile gint32 spin = g_test_rand_int_range(0, 200000); spin > 0; spin--)
			;
		kill(child, SIGKILL);
		while (read(fds[0], &byte, 1) == 1)
			n_told++;
		close(fds[0]);
		g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
		for (guint i = 0; i < n_told; i++) {
			g_autofree char *version = g_strdup_printf("%u", first + i);
			g_autoptr(GyStoredImage) found =
				gy_store_find_version(store, "liteos", version, NULL);

			g_assert_nonnull(found);
		}
		first += 100;
	}
	g_assert_cmpuint(assert_whole(store), >=, 20);
	g_assert_true(add(store, first));
	rig_remove(gy_store_path(store));
}

static void
test_at_once(void)
{
	g_autoptr(GyStore) store = new_store();
	pid_t children[4];

	/* the same ones, and others, and the same ones once more */
	for (guint i = 0; i < G_N_ELEMENTS(children); i++)
		children[i] = start_adding(store, i < 2 ? 0 : 20 * (i - 1), 30, -1);
	for (guint i = 0; i < G_N_ELEMENTS(children); i++) {
		int status = 1;

		g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
		g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	g_assert_cmpuint(assert_whole(store), ==, 70);
	rig_remove(gy_store_path(store));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/killed-while-it-adds", test_killed);
	g_test_add_func("/store/several-processes-at-once", test_at_once);
	return g_test_run();
}
