// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "engine/key.h"
#include "tests/e2e/craft.h"
#include "tests/e2e/run-job.h"

#define OLD     "inputs/app_incompressible.bin"
#define PACKAGE "v01_app_lzma/signed.fwpkg"

static void
under_other_keys(GByteArray *package)
{
	g_autofree char *folder = g_dir_make_tmp("gantry-keys-XXXXXX", NULL);
	g_autofree char *root = g_build_filename(folder, "root.pem", NULL);
	g_autofree char *sub = g_build_filename(folder, "sub.pem", NULL);
	GError *error = NULL;

	g_assert_true(gy_key_generate(GY_KEY_BP256R1, root, NULL, NULL, &error));
	g_assert_true(gy_key_generate(GY_KEY_BP256R1, sub, NULL, NULL, &error));
	g_assert_no_error(error);
	craft_seal_under(package, root, sub);
	g_assert_cmpint(unlink(root) | unlink(sub) | rmdir(folder), ==, 0);
}

static void
flip_in_manifest(GByteArray *package)
{
	craft_flip(package, CRAFT_INFO_AREA + 0x10);
}

static void
flip_in_header(GByteArray *package)
{
	craft_flip(package, CRAFT_HEADER + 0x58);
}

static void
unsign(GByteArray *package)
{
	memset(package->data + 0x80, 0, 0x80);
	memset(package->data + 0x1C0, 0, 0x40);
}

static void
unknown_image(GByteArray *package)
{
	craft_put_u32(package, CRAFT_HEADER_ID, 0x12345678);
	craft_put_u32(package, CRAFT_TABLE, 0x12345678);
	craft_seal(package);
}

static void
too_large_for_partition(GByteArray *package)
{
	craft_put_u32(package, CRAFT_NEW_SIZE, 0x240001);
	craft_seal(package);
}

static void
too_large_for_storage(GByteArray *package)
{
	guint old_size = package->len;

	g_byte_array_set_size(package, STORAGE_SIZE);
	memset(package->data + old_size, 0, STORAGE_SIZE - old_size);
}

static void
other_hardware(GByteArray *package)
{
	craft_put_u32(package, CRAFT_HARDWARE_ID, 43);
	craft_seal(package);
}

static void
flip_in_data(GByteArray *package)
{
	craft_flip(package, CRAFT_DATA + 3000);
}

static void
no_change(GByteArray *package)
{
}

/* What the host says before it sends anything, and what the agent says alone to a client that checks nothing. */
static const struct {
	const char *name;
	const char *vector;
	void (*change)(GByteArray *package);
	const char *host;
	const char *agent;
	gboolean host_first;     /* the host says so without a device */
	const char *hardware_id; /* of the board; NULL: it does not compare */
} refusals[] = {
	{"other-root-key", PACKAGE, under_other_keys, "package/untrusted-key", "device/untrusted-key", FALSE},
	{"flip-in-the-info-area", PACKAGE, flip_in_manifest, "package/signature", "device/signature", TRUE},
	{"flip-in-an-image-header", PACKAGE, flip_in_header, "package/hash", "device/hash", TRUE},
	{"unsigned", PACKAGE, unsign, "package/unsigned", "device/unsigned", TRUE},
	{"hash-only", "v06_app_hashonly/signed.fwpkg", no_change, "package/not-authentic", "device/unsigned",
		TRUE},
	/* a firmware may be extended by images: only the device knows what it takes */
	{"unknown-image-id", PACKAGE, unknown_image, "package/unknown-image", "device/unknown-image", FALSE},
	{"too-large-for-its-partition", PACKAGE, too_large_for_partition, "image/compression",
		"device/too-large", TRUE},
	{"too-large-for-the-storage", PACKAGE, too_large_for_storage, "package/malformed", "device/too-large",
		TRUE},
	{"other-hardware", PACKAGE, other_hardware, "package/other-hardware", "device/other-hardware", FALSE,
		"42"},
};

static GBytes *
make(guint i)
{
	GByteArray *package = craft_open(refusals[i].vector);

	refusals[i].change(package);
	return craft_close(package);
}

static Board *
start_board(const char *hardware_id)
{
	const char *const options[] = {"--hardware-id", hardware_id, NULL};
	Board *board = board_new(OLD, FALSE);

	board_start(board, hardware_id ? options : NULL);
	assert_runs(board, OLD, "old");
	return board;
}

static void
assert_refused(Board *board, GBytes *package, GyJobOptions *options, const char *code)
{
	g_autoptr(GBytes) before = board_flash_bytes(board);
	g_autoptr(GBytes) after = NULL;
	g_autoptr(RunJob) run = run_job_new(package, options);

	run_job(run);
	assert_failed(run, code, GY_OUTCOME_UNTOUCHED);
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

static void
test_host(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Board) board = start_board(refusals[i].hardware_id);
	g_autoptr(GBytes) package = make(i);
	g_autoptr(GyJobOptions) options = run_job_options(board);

	assert_refused(board, package, options, refusals[i].host);
}

/* There is no port to open: the refusal has to come before. */
static void
test_host_before_it_connects(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) package = make(i);
	g_autoptr(GyJobOptions) options = gy_job_options_new();
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	g_autoptr(RunJob) run = NULL;

	options->port = g_strdup("socket:/nowhere/at/all");
	options->root_key = g_strdup(root);
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, refusals[i].host, GY_OUTCOME_UNTOUCHED);
}

static void
test_agent(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Board) board = start_board(refusals[i].hardware_id);
	g_autoptr(GBytes) package = make(i);
	g_autoptr(GyJobOptions) options = run_job_options(board);

	options->skip_package_checks = TRUE;
	assert_refused(board, package, options, refusals[i].agent);
	assert_runs(board, OLD, "old");
}

/* A burn container has no manifest that a device could take for one of ours. */
static void
test_burn_container(void)
{
	g_autoptr(Board) board = start_board(NULL);
	g_autoptr(GBytes) package = craft_burn();
	g_autoptr(GyJobOptions) options = run_job_options(board);

	assert_refused(board, package, options, "package/burn");
	options->skip_package_checks = TRUE;
	assert_refused(board, package, options, "device/burn");
}

/* The manifest is good, so the storage is written; what was stored is judged again before anything is armed. */
static void
test_flip_in_data_arms_nothing(void)
{
	g_autoptr(Board) board = start_board(NULL);
	GByteArray *changed = craft_open(PACKAGE);
	g_autoptr(GBytes) package = NULL;
	g_autoptr(GBytes) flash = NULL;
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = NULL;

	flip_in_data(changed);
	package = craft_close(changed);
	options->skip_package_checks = TRUE;
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, "device/hash", GY_OUTCOME_STORAGE_LOST);
	flash = board_flash_bytes(board);
	/* head_end_magic, which arms, is still blank */
	g_assert_cmpmem((const guint8 *) g_bytes_get_data(flash, NULL) + FLAGS_ADDRESS + 0x68, 4,
		"\xff\xff\xff\xff", 4);
	board_kill(board);
	board_start(board, NULL);
	assert_runs(board, OLD, "old");
}

static void
add(const char *prefix, guint i, GTestDataFunc function)
{
	g_autofree char *path = g_strconcat(prefix, refusals[i].name, NULL);

	g_test_add_data_func(path, GUINT_TO_POINTER(i), function);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		add("/refusal/by-the-host/", i, test_host);
		add("/refusal/by-the-agent-alone-before-the-first-erase/", i, test_agent);
		if (refusals[i].host_first || i == 0)
			add("/refusal/by-the-host-before-it-connects/", i, test_host_before_it_connects);
	}
	g_test_add_func("/refusal/burn-container", test_burn_container);
	g_test_add_func("/refusal/flip-in-the-data-arms-nothing", test_flip_in_data_arms_nothing);
	return g_test_run();
}
