// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "engine/key.h"
#include "tests/e2e/craft.h"
#include "tests/qemu/machine.h"

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
flip_in_info_area(GByteArray *package)
{
	craft_flip(package, CRAFT_INFO_AREA + 0x10);
}

static void
flip_in_signature(GByteArray *package)
{
	craft_flip(package, CRAFT_INFO_AREA + 0xC0 + 0x21);
}

static void
flip_in_header(GByteArray *package)
{
	craft_flip(package, CRAFT_HEADER + 0x58);
}

static const struct {
	const char *name;
	void (*change)(GByteArray *package);
	const char *code;
} refusals[] = {
	{"other-root-key", under_other_keys, "device/untrusted-key"},
	{"flip-in-the-info-area", flip_in_info_area, "device/signature"},
	{"flip-in-a-signature", flip_in_signature, "device/signature"},
	{"flip-in-an-image-header", flip_in_header, "device/hash"},
};

/* The host checks nothing; the device judges alone, and its whole flash is as before. */
static void
test_refused(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	GByteArray *crafted = craft_open(PACKAGE);
	g_autoptr(GBytes) flash = machine_flash(OLD);
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(GBytes) package = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(RunJob) run = NULL;

	refusals[i].change(crafted);
	package = craft_close(crafted);
	options->skip_package_checks = TRUE;
	machine_start(machine);
	assert_runs(machine->board, OLD, "old");
	before = machine_bank_bytes(machine);
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, refusals[i].code, GY_OUTCOME_UNTOUCHED);
	after = machine_bank_bytes(machine);
	g_assert_true(g_bytes_equal(before, after));
	assert_runs(machine->board, OLD, "old");
}

/* The manifest is good, so the storage is written; what was stored is judged again before anything is armed. */
static void
test_flip_in_data(void)
{
	GByteArray *crafted = craft_open(PACKAGE);
	g_autoptr(GBytes) flash = machine_flash(OLD);
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(GBytes) package = NULL;
	g_autoptr(RunJob) run = NULL;

	craft_flip(crafted, CRAFT_DATA + 3000);
	package = craft_close(crafted);
	options->skip_package_checks = TRUE;
	machine_start(machine);
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, "device/hash", GY_OUTCOME_STORAGE_LOST);
	machine_kill(machine);
	machine_start(machine);
	assert_runs(machine->board, OLD, "old");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!machine_can_run())
		return 0;
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path =
			g_strconcat("/qemu/refusal/before-the-first-erase/", refusals[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
	}
	g_test_add_func("/qemu/refusal/flip-in-the-data-arms-nothing", test_flip_in_data);
	return g_test_run();
}
