// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/refusals.h"
#include "tests/qemu/machine.h"

/* The host checks nothing; the device judges alone, and its whole flash is as before. */
static void
test_refused(gconstpointer data)
{
	const Refusal *refusal = data;
	g_autoptr(GBytes) flash = machine_flash(REFUSALS_OLD);
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(GBytes) package = refusal_package(refusal);
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(RunJob) run = NULL;

	options->skip_package_checks = TRUE;
	machine_start(machine);
	assert_runs(machine->board, REFUSALS_OLD, "old");
	before = machine_bank_bytes(machine);
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, refusal->agent, GY_OUTCOME_UNTOUCHED);
	after = machine_bank_bytes(machine);
	g_assert_true(g_bytes_equal(before, after));
	assert_runs(machine->board, REFUSALS_OLD, "old");
}

/* The manifest is good, so the storage is written; what was stored is judged again before anything is armed. */
static void
test_flip_in_data(void)
{
	g_autoptr(GBytes) flash = machine_flash(REFUSALS_OLD);
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(GBytes) package = refusal_flip_in_data();
	g_autoptr(RunJob) run = NULL;

	options->skip_package_checks = TRUE;
	machine_start(machine);
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, "device/hash", GY_OUTCOME_STORAGE_LOST);
	machine_kill(machine);
	machine_start(machine);
	assert_runs(machine->board, REFUSALS_OLD, "old");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!machine_can_run())
		return 0;
	for (guint i = 0; i < n_refusals; i++) {
		if (refusals[i].by_firmware)
			refusal_add("/qemu/refusal/before-the-first-erase/", &refusals[i], test_refused);
	}
	g_test_add_func("/qemu/refusal/flip-in-the-data-arms-nothing", test_flip_in_data);
	return g_test_run();
}
