// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>

#include "engine/error.h"
#include "protocol/host/error.h"

static void
test_words_are_unique(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (int i = 0; i < GY_N_ERRORS; i++) {
		const char *word = gy_error_word((GyError) i);

		g_assert_nonnull(word);
		g_assert_true(g_regex_match_simple("^[a-z]+/[a-z]+(-[a-z]+)*$", word, 0, 0));
		g_assert_true(g_hash_table_add(seen, (gpointer) word));
	}
	for (int i = 0; i < GY_LINK_N_ERRORS; i++)
		g_assert_true(g_hash_table_add(seen, (gpointer) gy_link_error_word((GyLinkError) i)));
}

static const struct {
	int domain; /* 0 engine, 1 link, 2 GIO */
	int code;
	const char *word;
	int status;
} rows[] = {
	{0, GY_ERROR_INTERNAL, "internal/error", 1},
	{0, GY_ERROR_CANCELLED, "job/cancelled", 130},
	{0, GY_ERROR_FILE_NOT_FOUND, "file/not-found", 3},
	{0, GY_ERROR_FILE_DISK_FULL, "file/disk-full", 1},
	{0, GY_ERROR_CFG_SYNTAX, "cfg/syntax", 3},
	{0, GY_ERROR_IMAGE_HASH, "image/hash", 3},
	{0, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "package/untrusted-key", 3},
	{0, GY_ERROR_KEY_NEEDED, "key/needed", 4},
	{0, GY_ERROR_DEVICE_ARM, "device/arm", 6},
	{0, GY_ERROR_UPGRADE_NO_RESET, "upgrade/no-reset", 7},
	{0, GY_ERROR_DEVICE_SELFTEST, "device/self-test", 7},
	{1, GY_LINK_ERROR_NO_ANSWER, "link/no-answer", 5},
	{2, G_IO_ERROR_CANCELLED, "job/cancelled", 130},
	{2, G_IO_ERROR_FAILED, "internal/error", 1},
};

static void
test_status(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		GQuark domain = rows[i].domain == 0   ? GY_ERROR
				: rows[i].domain == 1 ? GY_LINK_ERROR
						      : G_IO_ERROR;
		g_autoptr(GError) error = g_error_new_literal(domain, rows[i].code, "x");

		g_assert_cmpstr(gy_error_code(error), ==, rows[i].word);
		g_assert_cmpint(gy_error_exit_status(error), ==, rows[i].status);
	}
}

static void
test_next_steps(void)
{
	for (int i = 0; i < GY_N_ERRORS; i++) {
		g_autoptr(GError) error = g_error_new_literal(GY_ERROR, i, "x");
		const char *step = gy_error_next_step(error);

		g_assert_true(!step || (g_ascii_isupper(*step) && !g_str_has_suffix(step, ".")));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/every-code-has-a-word-of-its-own", test_words_are_unique);
	g_test_add_func("/error/exit-status-follows-the-part", test_status);
	g_test_add_func("/error/next-steps-are-sentences", test_next_steps);
	return g_test_run();
}
