// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/draft.h"
#include "tests/engine/vectors.h"

#define OTHER_DISK "/dev/shm"

static guint
count_entries(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint n = 0;

	while (dir && g_dir_read_name(dir))
		n++;
	return n;
}

static GyDraft *
draft_for(const char *path)
{
	g_autoptr(GError) error = NULL;
	GyDraft *draft = gy_draft_new(path, 0666, &error);

	g_assert_no_error(error);
	return draft;
}

static void
append(GyDraft *draft, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_draft_append(draft, text, strlen(text), &error));
	g_assert_no_error(error);
}

static void
assert_holds(const GyDraft *draft, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = gy_draft_read(draft, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(gy_draft_size(draft), ==, strlen(text));
	assert_same(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), text, strlen(text));
}

static void
test_is_nothing_until_kept(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	GyDraft *draft = draft_for(path);

	append(draft, "content");
	g_assert_cmpuint(count_entries(folder), ==, 0);
	gy_draft_free(draft);
	g_assert_cmpuint(count_entries(folder), ==, 0);
	remove_folder(folder);
}

static void
test_reads_back(void)
{
	g_autoptr(GyDraft) draft = draft_for(NULL);
	g_autoptr(GyDraft) beside = gy_draft_new_beside(draft, NULL);
	g_autoptr(GError) error = NULL;

	assert_holds(draft, "");
	append(draft, "one two");
	append(draft, " three");
	g_assert_true(gy_draft_put(draft, 4, "TWO", 3, &error));
	assert_holds(draft, "one TWO three");
	g_assert_true(gy_draft_put(draft, 8, "after all", 9, &error));
	assert_holds(draft, "one TWO after all");
	assert_holds(beside, "");
}

static void
test_bytes_outlive_it(void)
{
	GyDraft *draft = draft_for(NULL);
	g_autoptr(GBytes) bytes = NULL;

	append(draft, "content");
	bytes = gy_draft_read(draft, NULL);
	gy_draft_free(draft);
	assert_same(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "content", 7);
}

static void
test_opens_at_its_beginning(void)
{
	g_autoptr(GyDraft) draft = draft_for(NULL);

	append(draft, "content");
	for (guint i = 0; i < 2; i++) {
		char buffer[8] = "";
		int fd = gy_draft_open(draft);

		g_assert_cmpint(fd, >=, 0);
		g_assert_cmpint(read(fd, buffer, sizeof buffer), ==, 7);
		g_assert_cmpstr(buffer, ==, "content");
		close(fd);
	}
	append(draft, " more");
	assert_holds(draft, "content more");
}

static void
assert_kept(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree char *other = g_build_filename(OTHER_DISK, "b", NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *content = NULL;
	mode_t before = umask(027);
	/* there it can be linked to only if both are on one disk */
	g_autoptr(GyDraft) draft = draft_for(other);
	struct stat about;

	umask(before);
	g_assert_true(g_file_set_contents(path, "old", 3, NULL));
	append(draft, "content");
	g_assert_true(gy_draft_keep(draft, path, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "content");
	g_assert_cmpint(stat(path, &about), ==, 0);
	g_assert_cmphex(about.st_mode & 0777, ==, 0640);
	g_assert_cmpuint(count_entries(folder), ==, 1);
}

static void
test_is_kept(void)
{
	g_autofree char *folder = g_build_filename(OTHER_DISK, "gantry-draft-XXXXXX", NULL);

	if (!g_mkdtemp(folder)) {
		g_test_skip("there is no " OTHER_DISK);
		return;
	}
	assert_kept(folder);
	remove_folder(folder);
}

static void
test_is_copied_to_another_disk(void)
{
	g_autofree char *folder = temporary_folder();
	struct stat here, there;

	if (g_stat(folder, &here) == 0 && g_stat(OTHER_DISK, &there) == 0 && here.st_dev != there.st_dev)
		assert_kept(folder);
	else
		g_test_skip("there is one disk only");
	remove_folder(folder);
}

static void
test_refuses_places(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *below = g_build_filename(folder, "no", "such", NULL);
	const char *const places[] = {folder, below, "/dev/null"};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(gy_draft_new(places[i], 0666, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
		g_assert_nonnull(strstr(error->message, places[i]));
	}
	remove_folder(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/draft/is-nothing-until-kept", test_is_nothing_until_kept);
	g_test_add_func("/draft/reads-back", test_reads_back);
	g_test_add_func("/draft/bytes-outlive-it", test_bytes_outlive_it);
	g_test_add_func("/draft/opens-at-its-beginning", test_opens_at_its_beginning);
	g_test_add_func("/draft/is-kept-over-the-old-file", test_is_kept);
	g_test_add_func("/draft/is-copied-to-another-disk", test_is_copied_to_another_disk);
	g_test_add_func("/draft/refuses-places-that-are-none", test_refuses_places);
	return g_test_run();
}
