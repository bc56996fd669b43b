// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/qemu/machine.h"
#include "tests/upg/make-package.h"

#define OLD            "inputs/app_incompressible.bin"
#define NEW            "inputs/app_sign.bin"
#define PACKAGE        "v01_app_lzma/signed.fwpkg"
#define TEXTED         "v04_app_boot_ver/signed.fwpkg"

#define APPLICATION_ID 0x4B0F2D2Du
#define LARGE_CODE     (512u << 10)
#define CUT_CODE       (128u << 10)

/* A session takes no more of them. */
#define CUTS        3
#define ROUNDS_FULL 20

/* More than a quarter of the stack has to be left over. */
#define STACK_LEFT_OF 4

static Machine *
start_old(gboolean is_pty)
{
	g_autoptr(GBytes) flash = machine_flash(OLD);
	Machine *machine = machine_new(flash, is_pty);

	machine_start(machine);
	assert_runs(machine->board, OLD, "old");
	return machine;
}

static void
upgrade(Machine *machine, const char *package_name, const char *version)
{
	g_autoptr(GBytes) package = vector_bytes(package_name);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(RunJob) run = run_job_new(package, options);
	g_autoptr(GyDeviceInfo) before = NULL;
	g_autoptr(GyDeviceInfo) after = NULL;

	run_job(run);
	assert_upgraded(run);
	before = gy_job_device_before(run->job);
	after = gy_job_device_after(run->job);
	g_assert_cmpstr(before->version, ==, "old");
	g_assert_cmpstr(after->version, ==, version);
	g_assert_cmpstr(before->digest, !=, after->digest);
	g_assert_cmpstr(before->device_id, ==, after->device_id);
	g_assert_nonnull(strstr(run->console->str, "upg percent : 100 %"));
	assert_runs(machine->board, NEW, version);
}

static void
test_over_socket(void)
{
	g_autoptr(Machine) machine = start_old(FALSE);

	upgrade(machine, PACKAGE, "");
}

static void
test_survives_restart_and_reset(void)
{
	g_autoptr(Machine) machine = start_old(FALSE);

	upgrade(machine, TEXTED, "gantry_1.2.3");
	machine_kill(machine);
	machine_start(machine);
	assert_runs(machine->board, NEW, "gantry_1.2.3");
	machine_reset(machine);
	assert_runs(machine->board, NEW, "gantry_1.2.3");
}

/* Three checks that fail, counted over resets in memory that survives them: then the stored package is installed again. */
static void
test_repairs_itself(void)
{
	g_autoptr(Machine) machine = start_old(FALSE);

	upgrade(machine, PACKAGE, "");
	machine_kill(machine);
	machine_flip(machine, APPLICATION_ADDRESS + 0x1000);
	machine_start(machine);
	assert_runs(machine->board, NEW, "");
}

/* ---- at the line's full speed ---- */

static GBytes *
make_large_package(guint32 code, GBytes **image)
{
	MakeImage large = {.id = APPLICATION_ID, .decompress = MAKE_PLAIN};

	*image = make_image(APPLICATION_ID, code, 1);
	large.data = *image;
	return make_package(&large, 1);
}

static void
print_figures(const GyJobReport *report, const MachineFigures *figures)
{
	gint64 ms = MAX(report->stage_ms[GY_STAGE_TRANSFER], 1);

	g_test_message("%" G_GUINT64_FORMAT " bytes in %" G_GINT64_FORMAT " ms: %" G_GINT64_FORMAT
		       " bytes/s; resent %" G_GUINT64_FORMAT "; whole job %" G_GINT64_FORMAT " ms",
		report->bytes, ms, (gint64) report->bytes * 1000 / ms, report->bytes_resent,
		report->total_ms);
	g_test_message("code %u, RAM %u (of it the receiving ring %u, of which %u were used), stack %u of %u",
		figures->code, figures->data + figures->bss, figures->ring_size, figures->ring,
		figures->stack, figures->stack_size);
}

static void
test_full_speed(void)
{
	g_autoptr(Machine) machine = start_old(FALSE);
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GBytes) package = make_large_package(LARGE_CODE, &image);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(RunJob) run = run_job_new(package, options);
	g_autoptr(GBytes) bank = NULL;
	g_autoptr(GBytes) installed = NULL;
	MachineFigures figures;
	GyJobReport report;

	run_job(run);
	assert_upgraded(run);
	gy_job_report(run->job, &report);
	machine_figures(machine, &figures);
	print_figures(&report, &figures);
	g_assert_cmpuint(figures.lost, ==, 0);
	g_assert_cmpuint(figures.stack, <, figures.stack_size - figures.stack_size / STACK_LEFT_OF);
	bank = machine_bank_bytes(machine);
	installed = g_bytes_new_from_bytes(bank, APPLICATION_ADDRESS, g_bytes_get_size(image));
	g_assert_true(g_bytes_equal(installed, image));
}

/* ---- resets ---- */

static void
reset_once(const GyJobProgress *progress, gpointer data)
{
	Machine **machine = data;

	if (!*machine || progress->stage != GY_STAGE_TRANSFER || progress->stage_done < LARGE_CODE / 4)
		return;
	machine_reset(*machine);
	*machine = NULL;
}

/* The session is gone with the agent's memory: the transfer begins again, by itself. */
static void
test_reset_in_mid_transfer(void)
{
	g_autoptr(Machine) machine = start_old(FALSE);
	Machine *to_reset = machine;
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GBytes) package = make_large_package(LARGE_CODE, &image);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(RunJob) run = run_job_new(package, options);

	run->on_progress = reset_once;
	run->data = &to_reset;
	run_job(run);
	g_assert_null(to_reset);
	assert_upgraded(run);
	/* the old application said hello again on the way */
	g_assert_nonnull(strstr(run->console->str, "application, version \"old\""));
}

typedef struct {
	Machine *machine;
	guint n;
} Cuts;

/* Each a part later than the one before, so that progress told before a cut is not taken for the next one's. */
static void
cut_power(const GyJobProgress *progress, gpointer data)
{
	Cuts *cuts = data;

	if (cuts->n == CUTS || progress->stage != GY_STAGE_TRANSFER ||
		progress->stage_done < (cuts->n + 1) * CUT_CODE / (CUTS + 1))
		return;
	cuts->n++;
	machine_kill(cuts->machine);
	machine_start(cuts->machine);
}

/* The port goes and comes back, and what comes back has never heard of the session. */
static void
cut_in_mid_transfer(Machine *machine)
{
	Cuts cuts = {.machine = machine};
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GBytes) package = make_large_package(CUT_CODE, &image);
	g_autoptr(GyJobOptions) options = run_job_options(machine->board);
	g_autoptr(RunJob) run = run_job_new(package, options);
	GyJobReport report;

	run->on_progress = cut_power;
	run->data = &cuts;
	run_job(run);
	assert_upgraded(run);
	gy_job_report(run->job, &report);
	g_assert_cmpuint(cuts.n, ==, CUTS);
	g_assert_cmpuint(report.reconnects, >=, CUTS);
}

static void
test_power_cuts_in_mid_transfer(void)
{
	g_autoptr(Machine) machine = start_old(FALSE);
	guint rounds = g_getenv("GANTRY_FULL") ? ROUNDS_FULL : 1;

	for (guint i = 0; i < rounds; i++)
		cut_in_mid_transfer(machine);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!machine_can_run())
		return 0;
	g_test_add_func("/qemu/upgrade/over-a-socket", test_over_socket);
	g_test_add_func("/qemu/upgrade/survives-a-restart-and-a-reset", test_survives_restart_and_reset);
	g_test_add_func("/qemu/upgrade/at-full-speed-nothing-is-lost", test_full_speed);
	g_test_add_func(
		"/qemu/upgrade/starts-again-after-a-reset-in-mid-transfer", test_reset_in_mid_transfer);
	g_test_add_func("/qemu/upgrade/starts-again-after-power-cuts-in-mid-transfer",
		test_power_cuts_in_mid_transfer);
	g_test_add_func("/qemu/boot/a-damaged-application-is-repaired", test_repairs_itself);
	return g_test_run();
}
