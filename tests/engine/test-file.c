// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/file.h"
#include "tests/engine/vectors.h"

#define NOBODY 65534

static void
assert_refused(const char *path, guint64 limit, GyError code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = gy_file_read(path, limit, &error);

	g_assert_null(bytes);
	g_assert_error(error, GY_ERROR, (int) code);
	g_assert_nonnull(strstr(error->message, path));
}

static char *
make_file(const char *folder, const char *name, const char *content)
{
	char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, content, -1, NULL));
	return path;
}

static void
test_reads(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = make_file(folder, "a", "content");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = gy_file_read(path, 7, &error);

	g_assert_no_error(error);
	assert_same(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "content", 7);
	assert_refused(path, 6, GY_ERROR_FILE_TOO_LARGE);
	remove_folder(folder);
}

static void
test_refuses_what_is_no_file(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *empty = make_file(folder, "empty", "");
	g_autofree char *pipe_path = g_build_filename(folder, "pipe", NULL);
	g_autofree char *missing = g_build_filename(folder, "missing", NULL);
	g_autofree char *below = g_build_filename(empty, "below", NULL);

	g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
	assert_refused(folder, 100, GY_ERROR_FILE_NOT_REGULAR);
	assert_refused("/dev/zero", 100, GY_ERROR_FILE_NOT_REGULAR);
	/* nobody writes to it: opening it the ordinary way would wait for ever */
	assert_refused(pipe_path, 100, GY_ERROR_FILE_NOT_REGULAR);
	assert_refused(empty, 100, GY_ERROR_FILE_EMPTY);
	assert_refused(missing, 100, GY_ERROR_FILE_NOT_FOUND);
	assert_refused(below, 100, GY_ERROR_FILE_NOT_FOUND);
	remove_folder(folder);
}

/* Runs in a child that gave up its rights; its exit status is the error, or 255 without one. */
static int
read_as_nobody(const char *path)
{
	pid_t child = fork();
	int status = 0;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		g_autoptr(GError) error = NULL;

		if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(254);
		(void) !gy_file_read(path, 100, &error);
		_exit(error ? error->code : 255);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	return WEXITSTATUS(status);
}

static void
test_refuses_what_may_not_be_read(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = make_file(folder, "secret", "content");

	g_assert_cmpint(g_chmod(folder, 0755), ==, 0);
	g_assert_cmpint(g_chmod(path, 0000), ==, 0);
	g_assert_cmpint(read_as_nobody(path), ==, GY_ERROR_FILE_UNREADABLE);
	remove_folder(folder);
}

static guint
count_entries(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint n = 0;

	while (dir && g_dir_read_name(dir))
		n++;
	return n;
}

static void
test_writes(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = make_file(folder, "a", "old");
	g_autofree char *link_path = g_build_filename(folder, "link", NULL);
	g_autoptr(GBytes) bytes = g_bytes_new_static("new content", 11);
	g_autoptr(GError) error = NULL;
	g_autofree char *content = NULL;
	mode_t before = umask(027);
	struct stat about;

	g_assert_cmpint(symlink("a", link_path), ==, 0);
	g_assert_true(gy_file_write(link_path, bytes, 0666, &error));
	umask(before);
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "new content");
	g_assert_true(g_file_test(link_path, G_FILE_TEST_IS_SYMLINK));
	g_assert_cmpint(stat(path, &about), ==, 0);
	g_assert_cmphex(about.st_mode & 0777, ==, 0640);
	g_assert_cmpuint(count_entries(folder), ==, 2);
	remove_folder(folder);
}

static void
test_write_refuses(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *below = g_build_filename(folder, "no", "such", NULL);
	g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
	const char *const places[] = {folder, below, "/dev/null", "/proc/version"};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(gy_file_write(places[i], bytes, 0666, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
	}
	g_assert_cmpuint(count_entries(folder), ==, 0);
	g_assert_true(g_file_test("/dev/null", G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test("/dev/null", G_FILE_TEST_IS_REGULAR));
	remove_folder(folder);
}

enum { FULL_OK = 0, FULL_SKIP = 1, FULL_WRONG_ERROR = 2, FULL_LEFT_SOMETHING = 3, FULL_OLD_LOST = 4 };

/* In a mount of its own with room for 64 KiB, an old file in it, and a new one that does not fit. */
static int
write_to_full_disk(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree guint8 *large = g_malloc0(1 << 20);
	g_autoptr(GBytes) bytes = g_bytes_new_static(large, 1 << 20);
	g_autoptr(GError) error = NULL;
	g_autofree char *content = NULL;

	if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("tmpfs", folder, "tmpfs", 0, "size=65536") != 0)
		return FULL_SKIP;
	if (!g_file_set_contents(path, "old", 3, NULL))
		return FULL_SKIP;
	if (gy_file_write(path, bytes, 0666, &error) ||
		!g_error_matches(error, GY_ERROR, GY_ERROR_FILE_DISK_FULL))
		return FULL_WRONG_ERROR;
	if (count_entries(folder) != 1)
		return FULL_LEFT_SOMETHING;
	if (!g_file_get_contents(path, &content, NULL, NULL) || strcmp(content, "old") != 0)
		return FULL_OLD_LOST;
	return FULL_OK;
}

static void
test_full_disk(void)
{
	g_autofree char *folder = temporary_folder();
	pid_t child = fork();
	int status = 0;

	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		_exit(write_to_full_disk(folder));
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_rmdir(folder);
	g_assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == FULL_SKIP) {
		g_test_skip("no mount of its own can be made here");
		return;
	}
	g_assert_cmpint(WEXITSTATUS(status), ==, FULL_OK);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file/read/gives-the-content", test_reads);
	g_test_add_func("/file/read/refuses-what-is-no-file", test_refuses_what_is_no_file);
	g_test_add_func("/file/read/refuses-what-may-not-be-read", test_refuses_what_may_not_be_read);
	g_test_add_func("/file/write/replaces-through-a-link", test_writes);
	g_test_add_func("/file/write/refuses-places-that-are-none", test_write_refuses);
	g_test_add_func("/file/write/leaves-the-old-file-on-a-full-disk", test_full_disk);
	return g_test_run();
}
