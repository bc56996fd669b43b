// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/qemu/machine.h"

#define OLD       "inputs/app_incompressible.bin"
#define NEW       "inputs/app_sign.bin"
#define PACKAGE   "v02_app_boot_nv/signed.fwpkg"

#define CUTS      6
#define CUTS_FULL 50

/* An upgrade changes the flash in two phases; between them it waits for the reset. */
typedef enum { BEFORE, STORING, WAITING, INSTALLING, INSTALLED, N_PHASES } Phase;

typedef struct {
	Machine *machine;
	RunJob *run;
	Phase phase;
	gint64 since_us[N_PHASES];
	Phase cut_in; /* BEFORE: never */
	guint cut_after_ms;
	guint timer;
	gboolean is_cut;
} Upgrade;

static gboolean
cut_power(gpointer data)
{
	Upgrade *upgrade = data;

	upgrade->timer = 0;
	upgrade->is_cut = TRUE;
	machine_kill(upgrade->machine);
	/* a machine that is gone while it installs never answers */
	gy_job_cancel(upgrade->run->job);
	return G_SOURCE_REMOVE;
}

static void
enter(Upgrade *upgrade, Phase phase)
{
	if (phase <= upgrade->phase)
		return;
	upgrade->phase = phase;
	upgrade->since_us[phase] = g_get_monotonic_time();
	if (phase == upgrade->cut_in)
		upgrade->timer = g_timeout_add(upgrade->cut_after_ms, cut_power, upgrade);
}

static void
on_stage(GyJob *job, GyStage stage, gint64 elapsed_ms, Upgrade *upgrade)
{
	if (stage == GY_STAGE_PREPARE)
		enter(upgrade, STORING);
	else if (stage == GY_STAGE_REBOOT)
		enter(upgrade, WAITING);
}

/* Called after the listener that collects the text. */
static void
on_console(GyJob *job, GBytes *text, Upgrade *upgrade)
{
	if (strstr(upgrade->run->console->str, "need upgrade"))
		enter(upgrade, INSTALLING);
	if (strstr(upgrade->run->console->str, "reset now"))
		enter(upgrade, INSTALLED);
}

static void
upgrade_run(Upgrade *upgrade)
{
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = run_job_options(upgrade->machine->board);
	g_autoptr(RunJob) run = run_job_new(package, options);

	upgrade->run = run;
	g_signal_connect(run->job, "stage", G_CALLBACK(on_stage), upgrade);
	g_signal_connect(run->job, "console", G_CALLBACK(on_console), upgrade);
	run_job(run);
	g_signal_handlers_disconnect_by_data(run->job, upgrade);
	if (upgrade->timer)
		g_source_remove(upgrade->timer);
	if (!upgrade->is_cut)
		assert_upgraded(run);
	upgrade->run = NULL;
}

/* How long the phases take, here and now: one upgrade that nobody disturbs. */
static void
measure(GBytes *flash, guint phase_ms[N_PHASES])
{
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	Upgrade upgrade = {.machine = machine};

	machine_start(machine);
	upgrade_run(&upgrade);
	g_assert_cmpint(upgrade.phase, ==, INSTALLED);
	for (Phase phase = STORING; phase < INSTALLED; phase++)
		phase_ms[phase] = (guint) ((upgrade.since_us[phase + 1] - upgrade.since_us[phase]) / 1000);
	g_test_message("storing takes %u ms, installing %u ms", phase_ms[STORING], phase_ms[INSTALLING]);
}

/* Old or new, whole; never neither. */
static gboolean
is_new_after_boot(Machine *machine)
{
	g_autoptr(GyDeviceInfo) info = NULL;
	GError *error = NULL;

	machine_start(machine);
	info = gy_device_query(machine->board->port, 0, 15000, NULL, &error);
	g_assert_no_error(error);
	if (g_str_equal(info->version, "old")) {
		assert_runs(machine->board, OLD, "old");
		return FALSE;
	}
	assert_runs(machine->board, NEW, "");
	return TRUE;
}

/* One upgrade with one cut; then it is tried again, undisturbed, as a user would. */
static void
cut_once(GBytes *flash, Phase phase, guint after_ms, guint *n_cut, guint *n_new)
{
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	Upgrade upgrade = {.machine = machine, .cut_in = phase, .cut_after_ms = after_ms};
	Upgrade again = {.machine = machine};
	gboolean is_new;

	machine_start(machine);
	upgrade_run(&upgrade);
	machine_kill(machine);
	is_new = is_new_after_boot(machine);
	g_test_message("%s, %u ms: %s, then %s", phase == STORING ? "storing" : "installing", after_ms,
		upgrade.is_cut ? "cut" : "too late to cut", is_new ? "new" : "old");
	/* what the boot loader had begun it ends */
	if (phase == INSTALLING)
		g_assert_true(is_new);
	*n_cut += upgrade.is_cut;
	*n_new += is_new;
	if (!is_new) {
		upgrade_run(&again);
		assert_runs(machine->board, NEW, "");
	}
}

static void
test_killed(void)
{
	g_autoptr(GBytes) flash = machine_flash(OLD);
	guint cuts = g_getenv("GANTRY_FULL") ? CUTS_FULL : CUTS;
	guint phase_ms[N_PHASES] = {0};
	guint n_cut = 0, n_new = 0;

	measure(flash, phase_ms);
	for (guint i = 0; i < cuts; i++) {
		Phase phase = i % 2 ? INSTALLING : STORING;

		cut_once(flash, phase, (guint) (g_test_rand_double() * phase_ms[phase]), &n_cut, &n_new);
	}
	g_test_message("%u moments: %u cut, then %u old and %u new, never neither", cuts, n_cut, cuts - n_new,
		n_new);
	g_assert_cmpuint(n_cut, >, cuts / 2);
	g_assert_cmpuint(n_new, <, cuts);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!machine_can_run())
		return 0;
	g_test_add_func("/qemu/power/killed-at-any-moment-it-is-old-or-new", test_killed);
	return g_test_run();
}
