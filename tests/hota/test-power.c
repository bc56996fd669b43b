// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/hota/device.h"

#define KEY_PRIVATE "rsa_private_key2048.pem"
#define KEY_PUBLIC  "rsa_public_key2048.pkcs1.der"
#define OLD_VERSION "OpenHarmony 1.0"
#define NEW_VERSION "OpenHarmony 1.1"
#define BOOTS_MAX   8u

/*
 * An upgrade is run again and again, and the power goes at each of its flash operations in turn: before it, in its middle (in
 * several mixtures) and after it. From what is left the chip boots until it is quiet, and has to run the old or the new
 * application with all that belongs to it; and again, when the power goes once more at any operation of that recovery.
 */
typedef enum { PHASE_STORE, PHASE_ARM, PHASE_INSTALL, N_PHASES } Phase;

typedef struct {
	const struct gya_hota_board *board;
	GBytes *package; // or one of the board's own kind
	gboolean is_own;
	const char *version; // that it is then
	const HotaPart *parts;
	guint n_parts;
	const guint32 *places; // of the parts; a board with two has the kernel only, where it runs
	GBytes *old_parts[4];
	guint n_given_up; // sessions before it: so many records are in the log, whose sectors change in the middle then
	gboolean
		was_armed; // the same package, and was not restarted: a cut may let it in before it is stored again
	guint8 *before; // the flash of a device that runs the old one
	HotaDevice *device;
	guint64 phase_end[N_PHASES];
	guint counts[N_PHASES][3];
	guint n_second;
} Cuts;

typedef enum { OUTCOME_OLD, OUTCOME_NEW, OUTCOME_NEITHER } Outcome;

// ---- one upgrade ----

static void
end_phase(Cuts *cuts, Phase phase)
{
	if (cuts->phase_end[phase] == 0)
		cuts->phase_end[phase] = cuts->device->flash->n_operations;
}

static void
boot_until_quiet(Cuts *cuts)
{
	struct gya_hota_booted booted = {GYA_HOTA_BOOT_RESET, false};

	for (guint i = 0; i < BOOTS_MAX && booted.outcome == GYA_HOTA_BOOT_RESET; i++) {
		gya_hota_power_on(&cuts->device->port);
		booted = gya_hota_boot();
		if (cuts->device->flash->is_dead)
			return;
	}
}

static void
upgrade(Cuts *cuts)
{
	(void) hota_device_init(cuts->device);
	if (cuts->is_own)
		(void) HotaSetPackageType(NOT_USE_DEFAULT_PKG);
	(void) hota_device_write(cuts->package, 1024);
	end_phase(cuts, PHASE_STORE);
	(void) HotaSetBootSettings();
	(void) HotaRestart();
	end_phase(cuts, PHASE_ARM);
	boot_until_quiet(cuts);
	end_phase(cuts, PHASE_INSTALL);
}

// ---- what is there afterwards ----

static gboolean
runs(Cuts *cuts, gboolean is_new)
{
	struct gya_hota_image running;
	guint32 partition;

	if (!gya_hota_running(&running, &partition) ||
		strcmp(running.version, is_new ? cuts->version : OLD_VERSION) != 0)
		return FALSE;
	for (guint i = 0; i < cuts->n_parts; i++) {
		guint32 place = cuts->board->has_two ? partition : cuts->places[i];

		if (!hota_device_holds(
			    cuts->device, place, is_new ? cuts->parts[i].data : cuts->old_parts[i]))
			return FALSE;
	}
	return TRUE;
}

static Outcome
settle(Cuts *cuts)
{
	struct gya_hota_booted booted;

	boot_until_quiet(cuts);
	// the last boot started something, and would again
	gya_hota_power_on(&cuts->device->port);
	booted = gya_hota_boot();
	if (booted.outcome != GYA_HOTA_BOOT_START)
		return OUTCOME_NEITHER;
	if (runs(cuts, TRUE))
		return OUTCOME_NEW;
	return runs(cuts, FALSE) ? OUTCOME_OLD : OUTCOME_NEITHER;
}

// ---- cuts ----

static void
load(Cuts *cuts, const guint8 *state)
{
	memcpy(cuts->device->flash->bytes, state, cuts->board->board->flash_size);
	hota_device_power_on(cuts->device);
	cuts->device->flash->n_operations = 0;
}

static void
cut_at(Cuts *cuts, guint64 operation, enum gya_nor_moment moment, guint32 seed)
{
	cuts->device->flash->cut =
		(struct gya_nor_cut){.moment = moment, .operation = operation, .seed = seed};
}

static Phase
phase_of(const Cuts *cuts, guint64 operation)
{
	Phase phase = PHASE_STORE;

	while (phase < PHASE_INSTALL && operation >= cuts->phase_end[phase])
		phase++;
	return phase;
}

// Each operation of the recovery is cut as well; returns how it ends without a second cut.
static Outcome
recover(Cuts *cuts, Phase phase, const guint8 *left, guint64 first, guint32 seed)
{
	guint64 n_operations;
	Outcome outcome;

	load(cuts, left);
	outcome = settle(cuts);
	n_operations = cuts->device->flash->n_operations;
	for (guint64 second = 0; second < n_operations; second++) {
		// long recoveries are copies: every so many of their pages, another one each time
		if (n_operations > 16 && (second + first) % 11 != 0)
			continue;
		load(cuts, left);
		cut_at(cuts, second, GYA_NOR_MIDDLE, seed + (guint32) second);
		boot_until_quiet(cuts);
		g_assert_true(cuts->device->flash->is_dead);
		hota_device_power_on(cuts->device);
		cuts->counts[phase][settle(cuts)]++;
		cuts->n_second++;
	}
	return outcome;
}

static void
check_cut(Cuts *cuts, guint64 operation, enum gya_nor_moment moment, guint32 seed)
{
	Phase phase = phase_of(cuts, operation);
	g_autofree guint8 *left = NULL;

	load(cuts, cuts->before);
	cut_at(cuts, operation, moment, seed);
	upgrade(cuts);
	g_assert_true(cuts->device->flash->is_dead);
	left = g_memdup2(cuts->device->flash->bytes, cuts->board->board->flash_size);
	cuts->counts[phase][recover(cuts, phase, left, operation, seed)]++;
	g_assert_cmpuint(cuts->device->flash->n_faults, ==, 0);
	// and from there the next upgrade goes through
	load(cuts, left);
	boot_until_quiet(cuts);
	if (!runs(cuts, TRUE))
		upgrade(cuts);
	g_assert_cmpint(settle(cuts), ==, OUTCOME_NEW);
}

static void
report(const Cuts *cuts)
{
	static const char *const names[N_PHASES] = {"store", "arm", "install"};

	g_test_message("%-10s %10s %7s %7s %7s", "cut during", "operations", "old", "new", "neither");
	for (guint i = 0; i < N_PHASES; i++)
		g_test_message("%-10s %10" G_GUINT64_FORMAT " %7u %7u %7u", names[i],
			cuts->phase_end[i] - (i == 0 ? 0 : cuts->phase_end[i - 1]), cuts->counts[i][0],
			cuts->counts[i][1], cuts->counts[i][2]);
	g_test_message("%u of them cut twice", cuts->n_second);
}

static void
check(Cuts *cuts)
{
	guint mixtures = g_getenv("GANTRY_FULL") ? 24 : 3;
	guint64 n_operations;

	cuts->device = hota_device_new(cuts->board, KEY_PUBLIC, OLD_VERSION);
	for (guint i = 0; i < cuts->n_parts && !cuts->board->has_two; i++)
		memcpy(hota_device_partition(cuts->device, cuts->places[i]),
			g_bytes_get_data(cuts->old_parts[i], NULL), g_bytes_get_size(cuts->old_parts[i]));
	for (guint i = 0; i < cuts->n_given_up; i++) {
		g_assert_cmpint(hota_device_init(cuts->device), ==, 0);
		g_assert_cmpint(HotaCancel(), ==, 0);
	}
	if (cuts->was_armed) {
		g_assert_cmpint(hota_device_init(cuts->device), ==, 0);
		g_assert_cmpint(hota_device_write(cuts->package, 4096), ==, 0);
		g_assert_cmpint(HotaSetBootSettings(), ==, 0);
	}
	cuts->before = g_memdup2(cuts->device->flash->bytes, cuts->board->board->flash_size);
	load(cuts, cuts->before);
	upgrade(cuts);
	n_operations = cuts->device->flash->n_operations;
	g_assert_true(runs(cuts, TRUE));
	for (guint64 i = 0; i < n_operations; i++) {
		check_cut(cuts, i, GYA_NOR_BEFORE, 0);
		check_cut(cuts, i, GYA_NOR_AFTER, 0);
		for (guint m = 0; m < mixtures; m++)
			check_cut(cuts, i, GYA_NOR_MIDDLE, (guint32) (i * 131 + m));
	}
	report(cuts);
	for (guint i = 0; i < N_PHASES; i++)
		g_assert_cmpuint(cuts->counts[i][OUTCOME_NEITHER], ==, 0);
	if (!cuts->was_armed)
		g_assert_cmpuint(cuts->counts[PHASE_STORE][OUTCOME_NEW], ==, 0);
	g_assert_cmpuint(cuts->counts[PHASE_INSTALL][OUTCOME_OLD], ==, 0);
	g_assert_cmpuint(cuts->counts[PHASE_ARM][OUTCOME_OLD], >, 0);
	hota_device_free(cuts->device);
	g_free(cuts->before);
}

// ---- what is upgraded ----

static void
test_two_kernels(gconstpointer data)
{
	g_autoptr(GBytes) new = hota_noise(4300, 2);
	g_autoptr(GBytes) old = hota_first_kernel();
	HotaPart part = {"kernel_A", new};
	g_autoptr(GBytes) package = hota_make_package(NEW_VERSION, &part, 1, KEY_PRIVATE);
	Cuts cuts = {.board = &gya_hota_board_small_two,
		.package = package,
		.version = NEW_VERSION,
		.parts = &part,
		.n_parts = 1,
		.old_parts = {old},
		.n_given_up = GPOINTER_TO_UINT(data)};

	check(&cuts);
}

static void
test_several_components(gconstpointer data)
{
	static const guint32 places[] = {GYA_HOTA_TAG, GYA_HOTA_KERNEL, GYA_HOTA_LOADER};
	g_autoptr(GBytes) tag = hota_noise(32, 3);
	g_autoptr(GBytes) kernel = hota_noise(4300, 4);
	g_autoptr(GBytes) loader = hota_noise(700, 5);
	g_autoptr(GBytes) old_tag = hota_noise(32, 6);
	g_autoptr(GBytes) old_kernel = hota_first_kernel();
	g_autoptr(GBytes) old_loader = hota_noise(900, 7);
	HotaPart parts[] = {{"ota_tag", tag}, {"kernel", kernel}, {"bootloader", loader}};
	g_autoptr(GBytes) package = hota_make_package(NEW_VERSION, parts, G_N_ELEMENTS(parts), KEY_PRIVATE);
	Cuts cuts = {.board = &gya_hota_board_small,
		.package = package,
		.version = NEW_VERSION,
		.parts = parts,
		.n_parts = G_N_ELEMENTS(parts),
		.places = places,
		.old_parts = {old_tag, old_kernel, old_loader},
		.was_armed = GPOINTER_TO_INT(data)};

	check(&cuts);
}

/* Of a package of the board's own kind nobody knows the version. */
static void
test_own_kind(gconstpointer data)
{
	static const guint32 place = GYA_HOTA_KERNEL;
	const struct gya_hota_board *board = data;
	g_autoptr(GBytes) new = hota_noise(4100, 8);
	g_autoptr(GBytes) old = hota_first_kernel();
	HotaPart part = {"", new};
	Cuts cuts = {.board = board,
		.package = new,
		.is_own = TRUE,
		.version = "",
		.parts = &part,
		.n_parts = 1,
		.places = &place,
		.old_parts = {old}};

	check(&cuts);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/hota/power/two-kernels", NULL, test_two_kernels);
	g_test_add_data_func("/hota/power/two-kernels/where-the-log-changes-its-sector", GUINT_TO_POINTER(6),
		test_two_kernels);
	g_test_add_data_func(
		"/hota/power/several-components", GINT_TO_POINTER(FALSE), test_several_components);
	g_test_add_data_func("/hota/power/several-components/over-what-was-armed", GINT_TO_POINTER(TRUE),
		test_several_components);
	g_test_add_data_func("/hota/power/own-kind/two-kernels", &gya_hota_board_small_two, test_own_kind);
	g_test_add_data_func("/hota/power/own-kind/copied", &gya_hota_board_small, test_own_kind);
	return g_test_run();
}
