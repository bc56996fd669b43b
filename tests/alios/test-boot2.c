// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <string.h>

#include "protocol/wire/frame.h"
#include "tests/cli/run.h"
#include "tests/second-boot/board.h"

#define IMAGE_SIZE 6000
#define VERSION    "app-1.2.3-20260101.1200"
#define RATE       "115200"

static char *
alios_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
}

static void
assert_flash(Board *board, guint32 address, const char *path)
{
	g_autofree char *content = NULL;
	g_autoptr(GBytes) found = NULL;
	gsize size = 0;

	g_assert_true(g_file_get_contents(path, &content, &size, NULL));
	found = board_flash(board, address, size);
	g_assert_true(memcmp(g_bytes_get_data(found, NULL), content, size) == 0);
}

static const char *
verdict_of(const Run *run, GPtrArray **objects)
{
	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
	*objects = assert_documented(run->out);
	return json_object_get_string_member(last_object(*objects), "verdict");
}

/* ---- what is known afterwards --------------------------------------------------------------------------- */

static void
test_text(void)
{
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_1_0, NULL);
	g_autoptr(Run) run = run_gantry("flash", image, "--boot2", "--boot2-board", "mk3060", "--port",
		board_path(board), "--baud", RATE, "--expect", LOADER_APP_TEXT, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;

	g_assert_cmpstr(verdict_of(run, &objects), ==, "text");
	assert_flash(board, LOADER_APP, image);
}

/* What goes beside the application is not compared with it. */
static void
test_not_what_runs(void)
{
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_2_1, NULL);
	g_autoptr(Run) run = run_gantry("flash", image, "--boot2", "--boot2-to", "ota", "--port",
		board_path(board), "--baud", RATE, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;

	g_assert_cmpstr(verdict_of(run, &objects), ==, "acknowledged");
	g_assert_nonnull(strstr(run->out, "not compared"));
	assert_flash(board, LOADER_OTA, image);
}

static void
test_stays_in_the_menu(void)
{
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_1_0, NULL);
	g_autoptr(Run) run = run_gantry("flash", image, "--boot2", "--boot2-board", "mk3060", "--address",
		"0x20000", "--no-reset", "--port", board_path(board), "--baud", RATE, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;

	g_assert_cmpstr(verdict_of(run, &objects), ==, "acknowledged");
	g_assert_nonnull(strstr(run->out, "it waits in its menu"));
	assert_flash(board, 0x20000, image);
}

/* ---- records -------------------------------------------------------------------------------------------- */

/* @outcome: (nullable); of the newest record. */
static void
assert_recorded(const char *database, const char *result, const char *outcome, const char *code)
{
	g_autoptr(Run) run = run_gantry("records", "list", "--database", database, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);
	JsonObject *record = g_ptr_array_index(objects, 0);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(json_object_get_string_member(record, "result"), ==, result);
	g_assert_cmpstr(json_object_get_string_member_with_default(record, "outcome", NULL), ==, outcome);
	g_assert_cmpstr(json_object_get_string_member_with_default(record, "code", NULL), ==, code);
	g_assert_cmpstr(json_object_get_string_member(record, "system"), ==, "alios");
}

static void
test_recorded(void)
{
	char *folder = folder_new();
	g_autofree char *database = g_build_filename(folder, "records.db", NULL);
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_1_0, NULL);
	g_autoptr(Run) run = run_gantry("flash", image, "--boot2", "--boot2-board", "mk3060", "--port",
		board_path(board), "--baud", RATE, "--expect", LOADER_APP_TEXT, "--database", database, NULL);

	g_assert_cmpint(run->status, ==, 0);
	assert_recorded(database, "done", "upgraded", NULL);
	folder_free(folder);
}

/* Nobody knows what runs, and the record claims nothing. */
static void
test_not_compared_is_recorded(void)
{
	char *folder = folder_new();
	g_autofree char *database = g_build_filename(folder, "records.db", NULL);
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_2_1, NULL);
	g_autoptr(Run) run = run_gantry("flash", image, "--boot2", "--boot2-to", "ota", "--port",
		board_path(board), "--baud", RATE, "--database", database, NULL);

	g_assert_cmpint(run->status, ==, 0);
	assert_recorded(database, "done", NULL, NULL);
	folder_free(folder);
}

/* ---- with an agent in the application ------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *digest_of; /* (nullable): image or other */
	const char *version;
	const char *verdict; /* (nullable): it fails */
	const char *said;
} agents[] = {
	{"digest-of-the-image", "image", "", "digest", "names the image's digest"},
	{"another-digest", "other", "app-9", NULL, "and the version app-9"},
	{"its-version-is-in-the-image", NULL, VERSION, "version", VERSION},
	{"another-version", NULL, "app-1.2.4-20260101.1200", "acknowledged", "says nothing that the image"},
};

/* An image with its version as text, and its trailer. */
static char *
write_image(const char *folder, guint8 digest[32])
{
	g_autofree char *raw = g_build_filename(folder, "app.bin", NULL);
	g_autofree char *word = g_strconcat("image=", raw, NULL);
	char *path = g_build_filename(folder, "app.md5.bin", NULL);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = 32;
	guint8 bytes[IMAGE_SIZE];
	g_autoptr(Run) run = NULL;

	for (gsize i = 0; i < sizeof bytes; i++)
		bytes[i] = (guint8) g_test_rand_int();
	memcpy(bytes + 1000, VERSION, sizeof VERSION);
	g_assert_true(g_file_set_contents(raw, (const char *) bytes, sizeof bytes, NULL));
	g_checksum_update(sum, bytes, sizeof bytes);
	g_checksum_get_digest(sum, digest, &digest_size);
	run = run_gantry("build", "alios", "--image", word, "-o", path, NULL);
	g_assert_cmpint(run->status, ==, 0);
	return path;
}

static void
describe_agent(struct gyw_info *info, guint index, const guint8 image_digest[32])
{
	const char *of = agents[index].digest_of;

	*info = (struct gyw_info){.protocol = 1, .protocol_max = 1, .mtu = GYW_MTU_MIN, .window = 1024};
	g_strlcpy(info->chip, "mk3060", sizeof info->chip);
	g_strlcpy(info->version, agents[index].version, sizeof info->version);
	info->has_digest = of != NULL;
	if (g_strcmp0(of, "image") == 0)
		memcpy(info->digest, image_digest, 32);
}

static void
test_agent(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	char *folder = folder_new();
	guint8 digest[32];
	g_autofree char *path = write_image(folder, digest);
	struct gyw_info info;
	g_autoptr(Board) board = NULL;
	g_autoptr(Run) run = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	describe_agent(&info, index, digest);
	board = board_new(LOADER_2_1, &info);
	run = run_gantry(
		"flash", path, "--boot2", "--port", board_path(board), "--baud", RATE, "--json", NULL);
	assert_flash(board, LOADER_APP, path);
	g_assert_nonnull(strstr(run->out, agents[index].said));
	if (agents[index].verdict) {
		g_assert_cmpstr(verdict_of(run, &objects), ==, agents[index].verdict);
	} else {
		g_assert_cmpint(run->status, ==, 7);
		g_assert_nonnull(strstr(run->out, "upgrade/failed"));
	}
	folder_free(folder);
}

/* ---- what fails ----------------------------------------------------------------------------------------- */

static void
test_not_flashed(void)
{
	g_autofree char *difference = alios_path("diff/d1.diff");
	g_autofree char *damaged = alios_path("neg/n7_body_bitflip.md5.bin");
	g_autoptr(Run) of_diff = run_gantry("flash", difference, "--boot2", "--port", "/dev/null", NULL);
	g_autoptr(Run) of_damaged = run_gantry("flash", damaged, "--boot2", "--port", "/dev/null", NULL);

	g_assert_cmpint(of_diff->status, ==, 3);
	assert_sentence(of_diff, "package/not-supported");
	g_assert_cmpint(of_damaged->status, ==, 3);
	assert_sentence(of_damaged, "package/hash");
}

static const struct {
	const char *name;
	const char *words[5];
} wrong_words[] = {
	{"unknown-board", {"--boot2", "--boot2-board", "x"}},
	{"expect-without-boot2", {"--expect", "x"}},
	{"address-without-boot2", {"--address", "0x1C000"}},
	{"no-number", {"--boot2", "--address", "here"}},
	{"address-0", {"--boot2", "--address", "0"}},
	{"dry-run", {"--boot2", "--dry-run"}},
	{"root-key", {"--boot2", "--root-key", "x"}},
	{"regions", {"--boot2", "--ab"}},
	{"address-and-partition", {"--boot2", "--address", "0x1C000", "--boot2-to", "app"}},
};

static void
test_wrong_words(gconstpointer data)
{
	const char *const *words = wrong_words[GPOINTER_TO_UINT(data)].words;
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Run) run = run_gantry(
		"flash", image, "--port", "p", words[0], words[1], words[2], words[3], words[4], NULL);

	g_assert_cmpint(run->status, ==, 2);
}

/* The loader itself is at this address. */
static void
test_an_address_beside_the_partitions(void)
{
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_1_0, NULL);
	g_autoptr(Run) run = run_gantry("flash", image, "--boot2", "--boot2-board", "mk3060", "--address",
		"0x1000", "--port", board_path(board), "--baud", RATE, NULL);

	g_assert_cmpint(run->status, ==, 5);
	assert_sentence(run, "link/boot-menu");
	g_assert_nonnull(strstr(run->err, "0x1000 lies in none of the board's partitions"));
}

/* While an answer is waited for that does not come. */
static void
test_interrupted(void)
{
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Board) board = board_new(LOADER_2_1, NULL);
	g_autoptr(GError) error = NULL;
	char *folder = folder_new();
	g_autofree char *database = g_build_filename(folder, "records.db", NULL);
	g_autoptr(GSubprocess) process = NULL;
	g_autofree char *said = NULL;

	board_lose_ack(board, 2);
	process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
		gantry_path(), "flash", image, "--boot2", "--port", board_path(board), "--baud", RATE,
		"--database", database, NULL);
	g_assert_no_error(error);
	g_assert_true(board_wait_for_data(board));
	g_subprocess_send_signal(process, SIGINT);
	g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, NULL, &said, &error));
	g_assert_no_error(error);
	g_assert_cmpint(g_subprocess_get_exit_status(process), ==, 130);
	g_assert_nonnull(strstr(said, "stopped; the partition is erased or half written"));
	assert_recorded(database, "stopped", NULL, "job/cancelled");
	folder_free(folder);
}

static void
test_nobody_sends(void)
{
	char *folder = folder_new();
	g_autofree char *out = g_build_filename(folder, "out.bin", NULL);
	g_autoptr(Run) usage = run_gantry("ymodem", "send", "x", "--port", "p", "--block", "7", NULL);
	/* prints text, and no file */
	g_autoptr(Board) board = board_new(LOADER_2_1, NULL);
	g_autoptr(Run) run = run_gantry(
		"ymodem", "receive", "-o", out, "--port", board_path(board), "--timeout", "1", NULL);

	g_assert_cmpint(run->status, ==, 5);
	assert_sentence(run, "link/not-asked");
	g_assert_cmpuint(n_files(folder), ==, 0);
	g_assert_cmpint(usage->status, ==, 2);
	folder_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios/boot2/text", test_text);
	g_test_add_func("/alios/boot2/not-what-runs", test_not_what_runs);
	g_test_add_func("/alios/boot2/recorded", test_recorded);
	g_test_add_func("/alios/boot2/recorded/not-compared", test_not_compared_is_recorded);
	g_test_add_func("/alios/boot2/stays-in-the-menu", test_stays_in_the_menu);
	for (guint i = 0; i < G_N_ELEMENTS(agents); i++) {
		g_autofree char *path = g_strdup_printf("/alios/boot2/agent/%s", agents[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_agent);
	}
	for (guint i = 0; i < G_N_ELEMENTS(wrong_words); i++) {
		g_autofree char *path = g_strdup_printf("/alios/boot2/wrong-words/%s", wrong_words[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_wrong_words);
	}
	g_test_add_func("/alios/boot2/what-is-no-image-is-refused", test_not_flashed);
	g_test_add_func(
		"/alios/boot2/an-address-beside-the-partitions", test_an_address_beside_the_partitions);
	g_test_add_func("/alios/boot2/interrupted", test_interrupted);
	g_test_add_func("/alios/ymodem/nobody-sends", test_nobody_sends);
	return g_test_run();
}
