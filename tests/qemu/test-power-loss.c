// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/qemu/machine.h"

#define OLD       "inputs/app_incompressible.bin"
#define NEW       "inputs/app_sign.bin"
#define PACKAGE   "v02_app_boot_nv/signed.fwpkg"

#define CUTS      6
#define CUTS_FULL 50

/* Where the power goes. */
typedef enum { NEVER, TRANSFERRING, ARMING, INSTALLING, N_PHASES } Phase;

#define ARMING_MOST_MS 60
/* Not the last fifth of a phase: it may be over before the cut. */
#define PARTS_MOST 800

static const char *const phase_names[] = {"never", "transferring", "arming", "installing"};

typedef struct {
	Machine *machine;
	RunJob *run;
	Phase cut_in;
	guint parts; /* in a thousand, of the phase; in arming, of its time */
	guint timer;
	gboolean is_cut;
} Upgrade;

static void
cut_power(Upgrade *upgrade)
{
	if (upgrade->is_cut)
		return;
	upgrade->is_cut = TRUE;
	machine_kill(upgrade->machine);
	/* a machine that is gone while it installs never answers */
	gy_job_cancel(upgrade->run->job);
}

static gboolean
on_time(gpointer data)
{
	Upgrade *upgrade = data;

	upgrade->timer = 0;
	cut_power(upgrade);
	return G_SOURCE_REMOVE;
}

static void
on_stage(GyJob *job, GyStage stage, gint64 elapsed_ms, Upgrade *upgrade)
{
	if (stage == GY_STAGE_VERIFY && upgrade->cut_in == ARMING)
		upgrade->timer = g_timeout_add(upgrade->parts * ARMING_MOST_MS / 1000, on_time, upgrade);
}

static void
on_progress(const GyJobProgress *progress, gpointer data)
{
	Upgrade *upgrade = data;

	if (upgrade->cut_in == TRANSFERRING && progress->stage == GY_STAGE_TRANSFER &&
		progress->stage_done * 1000 >= progress->stage_total * upgrade->parts)
		cut_power(upgrade);
}

/* Called after the listener that collects the text. */
static void
on_console(GyJob *job, GBytes *text, Upgrade *upgrade)
{
	static const char label[] = "upg percent : ";
	const char *last = g_strrstr(upgrade->run->console->str, label);

	if (upgrade->cut_in == INSTALLING && last &&
		g_ascii_strtoull(last + strlen(label), NULL, 10) * 10 >= upgrade->parts)
		cut_power(upgrade);
}

static void
upgrade_run(Upgrade *upgrade)
{
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = run_job_options(upgrade->machine->board);
	g_autoptr(RunJob) run = run_job_new(package, options);

	upgrade->run = run;
	run->on_progress = on_progress;
	run->data = upgrade;
	g_signal_connect(run->job, "stage", G_CALLBACK(on_stage), upgrade);
	g_signal_connect(run->job, "console", G_CALLBACK(on_console), upgrade);
	run_job(run);
	g_signal_handlers_disconnect_by_data(run->job, upgrade);
	if (upgrade->timer)
		g_source_remove(upgrade->timer);
	upgrade->timer = 0;
	if (!upgrade->is_cut)
		assert_upgraded(run);
	upgrade->run = NULL;
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

/* One upgrade with one cut; then it is tried again, undisturbed, as a user would. Whether it was cut. */
static gboolean
cut_once(GBytes *flash, Phase phase, gboolean *is_new)
{
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	Upgrade upgrade = {
		.machine = machine, .cut_in = phase, .parts = (guint) g_test_rand_int_range(0, PARTS_MOST)};
	Upgrade again = {.machine = machine};

	machine_start(machine);
	upgrade_run(&upgrade);
	machine_kill(machine);
	*is_new = is_new_after_boot(machine);
	g_test_message("%s, %u of 1000: %s, then %s", phase_names[phase], upgrade.parts,
		upgrade.is_cut ? "cut" : "too late to cut", *is_new ? "new" : "old");
	if (!*is_new) {
		upgrade_run(&again);
		assert_runs(machine->board, NEW, "");
	}
	return upgrade.is_cut;
}

static void
test_killed(void)
{
	g_autoptr(GBytes) flash = machine_flash(OLD);
	guint cuts = g_getenv("GANTRY_FULL") ? CUTS_FULL : CUTS;
	guint n_cut[N_PHASES] = {0};
	guint n_new[N_PHASES] = {0};

	for (guint i = 0; i < cuts; i++) {
		Phase phase = TRANSFERRING + i % (N_PHASES - TRANSFERRING);
		gboolean is_new;

		n_cut[phase] += cut_once(flash, phase, &is_new);
		n_new[phase] += is_new;
		/* what the boot loader had begun it ends */
		if (phase == INSTALLING)
			g_assert_true(is_new);
	}
	g_test_message("cut in transfer %u, in arming %u, in installation %u; never neither old nor new",
		n_cut[TRANSFERRING], n_cut[ARMING], n_cut[INSTALLING]);
	g_assert_cmpuint(n_cut[TRANSFERRING], >, 0);
	g_assert_cmpuint(n_cut[INSTALLING], >, 0);
	g_assert_cmpuint(n_new[TRANSFERRING], <, n_cut[TRANSFERRING]);
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
