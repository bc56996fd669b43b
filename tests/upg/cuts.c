// SPDX-License-Identifier: Apache-2.0
#include "tests/upg/cuts.h"

#include <string.h>

#include "device-agent/upg/nv.h"

#define BOOTS_MAX 40u

static const char *const phase_names[CUT_PHASES] = {"prepare", "store", "request", "install", "first start"};

static gboolean
is_full(void)
{
	return g_getenv("GANTRY_FULL") != NULL;
}

static void
load_state(Cuts *cuts, const guint8 *state)
{
	memcpy(cuts->device->flash->bytes, state, cuts->device->board->flash_size);
	device_power_on(cuts->device);
}

// As far as it comes while there is power: boots, then what an application does at its start.
static enum gya_boot
run_until_quiet(Cuts *cuts)
{
	enum gya_boot boot = device_boot(cuts->device, BOOTS_MAX, NULL);

	if (boot == GYA_BOOT_START && !cuts->device->flash->is_dead) {
		device_start_application(cuts->device);
		(void) gya_upg_nv_apply();
	}
	return boot;
}

typedef enum { OUTCOME_OLD, OUTCOME_NEW, OUTCOME_NEITHER } Outcome;

static Outcome
settle(Cuts *cuts)
{
	guint64 faults = cuts->device->flash->n_faults;

	if (run_until_quiet(cuts) != GYA_BOOT_START)
		return OUTCOME_NEITHER;
	// whatever is left, the module never programs a bit that is already gone
	g_assert_cmpuint(cuts->device->flash->n_faults, ==, faults);
	if (cuts->holds(cuts, &cuts->new))
		return OUTCOME_NEW;
	return cuts->holds(cuts, &cuts->old) ? OUTCOME_OLD : OUTCOME_NEITHER;
}

static void
count(Cuts *cuts, CutPhase phase, Outcome outcome)
{
	switch (outcome) {
	case OUTCOME_OLD: cuts->n_old[phase]++; break;
	case OUTCOME_NEW: cuts->n_new[phase]++; break;
	case OUTCOME_NEITHER: cuts->n_neither[phase]++; break;
	}
}

// The next upgrade goes through from whatever the cut has left.
static void
upgrade_again(Cuts *cuts)
{
	gsize phase_end[CUT_PHASES];

	if (cuts->upgrade == NULL)
		return;
	memcpy(phase_end, cuts->phase_end, sizeof phase_end);
	cuts->upgrade(cuts);
	memcpy(cuts->phase_end, phase_end, sizeof phase_end);
	g_assert_cmpint(settle(cuts), ==, OUTCOME_NEW);
	if (cuts->check_answer != NULL)
		g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_SUCC);
	cuts->n_again++;
}

static void
check_state(Cuts *cuts, const guint8 *state, CutPhase phase)
{
	Outcome outcome;

	load_state(cuts, state);
	outcome = settle(cuts);
	count(cuts, phase, outcome);
	if (outcome != OUTCOME_NEITHER && cuts->check_answer != NULL)
		cuts->check_answer(cuts, outcome == OUTCOME_NEW);
}

static void
tear_into(Cuts *cuts, guint8 *torn, const struct gya_nor_operation *operation, guint32 seed)
{
	memcpy(torn, cuts->state, cuts->device->board->flash_size);
	gya_nor_operation_tear(operation, seed, torn + operation->offset);
}

// The power goes again during the recovery, in the middle of operation `second` of it.
static void
check_second_cut(Cuts *cuts, const guint8 *torn, CutPhase phase, guint64 second, guint32 seed)
{
	struct gya_nor_file *flash = cuts->device->flash;

	load_state(cuts, torn);
	flash->n_operations = 0;
	flash->cut = (struct gya_nor_cut){.moment = GYA_NOR_MIDDLE, .operation = second, .seed = seed};
	run_until_quiet(cuts);
	g_assert_true(flash->is_dead);
	device_power_on(cuts->device);
	count(cuts, phase, settle(cuts));
	cuts->n_second[phase]++;
}

/* Every operation of a short recovery; of a long one so many, spread over all of it by the seed. */
static void
check_second_cuts(Cuts *cuts, const guint8 *torn, CutPhase phase, guint32 seed)
{
	struct gya_nor_file *flash = cuts->device->flash;
	guint64 most = is_full() ? 64 : 12;
	guint64 n_operations;

	load_state(cuts, torn);
	flash->n_operations = 0;
	settle(cuts);
	n_operations = flash->n_operations;
	for (guint64 i = 0; i < MIN(most, n_operations); i++) {
		guint64 second = n_operations <= most ? i : (seed + i * n_operations / most) % n_operations;

		check_second_cut(cuts, torn, phase, second, seed + (guint32) i);
	}
}

static CutPhase
phase_of(const Cuts *cuts, gsize operation)
{
	CutPhase phase = CUT_PREPARE;

	while (phase < CUT_START && operation >= cuts->phase_end[phase])
		phase++;
	return phase;
}

/* Pages full of image data are alike; what is written in small pieces and erased decides. */
static guint
mixtures(const Cuts *cuts, const struct gya_nor_operation *operation)
{
	const struct gya_partition *storage = gya_board_partition(cuts->device->board, GYA_WS63_FOTA);
	gboolean is_last_sector = operation->offset >= storage->address + storage->size - 0x1000 &&
				  operation->offset < storage->address + storage->size;

	// an erase here has the most ways to go wrong, and only a few mixtures show them
	if (is_last_sector && operation->kind == GYA_NOR_ERASE)
		return is_full() ? 2000 : 400;
	if (is_last_sector)
		return is_full() ? 240 : 48;
	return is_full() ? 24 : 4;
}

static void
check_operation(Cuts *cuts, gsize index)
{
	const struct gya_nor_operation *operation = &cuts->log[index];
	CutPhase phase = phase_of(cuts, index);
	guint n_mixtures = mixtures(cuts, operation);
	g_autofree guint8 *torn = g_malloc(cuts->device->board->flash_size);

	check_state(cuts, cuts->state, phase);
	for (guint i = 0; i < n_mixtures; i++) {
		guint32 seed = (guint32) (index * 131 + i);

		tear_into(cuts, torn, operation, seed);
		check_state(cuts, torn, phase);
		if (i == 0 || (is_full() && i % 3 == 0))
			check_second_cuts(cuts, torn, phase, seed);
		if ((index + i) % (is_full() ? 7 : 41) == 0) {
			load_state(cuts, torn);
			g_assert_cmpint(settle(cuts), !=, OUTCOME_NEITHER);
			upgrade_again(cuts);
		}
	}
	memcpy(cuts->state + operation->offset, operation->after, operation->size);
}

void
cuts_end_phase(Cuts *cuts, CutPhase phase)
{
	cuts->phase_end[phase] = cuts->device->flash->n_log;
}

static void
start_recording(Cuts *cuts)
{
	cuts->state = g_memdup2(cuts->device->flash->bytes, cuts->device->board->flash_size);
	gya_nor_file_record(cuts->device->flash);
}

static void
take_log(Cuts *cuts)
{
	cuts->log = cuts->device->flash->log;
	cuts->n_log = cuts->device->flash->n_log;
	cuts->device->flash->log = NULL;
	cuts->device->flash->n_log = 0;
	cuts->device->flash->log_room = 0;
	gya_nor_file_forget(cuts->device->flash);
}

static void
record_boots(Cuts *cuts)
{
	g_assert_cmpint(device_boot(cuts->device, BOOTS_MAX, NULL), ==, GYA_BOOT_START);
	cuts_end_phase(cuts, CUT_INSTALL);
	device_start_application(cuts->device);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	cuts_end_phase(cuts, CUT_START);
	take_log(cuts);
	g_assert_true(cuts->holds(cuts, &cuts->new));
}

static guint
sum(const guint counts[CUT_PHASES])
{
	guint total = 0;

	for (guint i = 0; i < CUT_PHASES; i++)
		total += counts[i];
	return total;
}

static void
report(const Cuts *cuts)
{
	g_test_message("%-12s %10s %12s %7s %7s %7s", "cut during", "operations", "second cuts", "old", "new",
		"neither");
	for (guint i = 0; i < CUT_PHASES; i++)
		g_test_message("%-12s %10zu %12u %7u %7u %7u", phase_names[i],
			cuts->phase_end[i] - (i == 0 ? 0 : cuts->phase_end[i - 1]), cuts->n_second[i],
			cuts->n_old[i], cuts->n_new[i], cuts->n_neither[i]);
	g_test_message("another upgrade went through from %u of these states", cuts->n_again);
	g_assert_cmpuint(sum(cuts->n_neither), ==, 0);
}

static void
check_log(Cuts *cuts)
{
	for (gsize i = 0; i < cuts->n_log; i++)
		check_operation(cuts, i);
	check_state(cuts, cuts->state, CUT_START);
	report(cuts);
	for (gsize i = 0; i < cuts->n_log; i++)
		g_free(cuts->log[i].before);
	g_free(cuts->log);
	g_free(cuts->state);
}

void
cuts_check_upgrade(Cuts *cuts)
{
	start_recording(cuts);
	cuts->upgrade(cuts);
	record_boots(cuts);
	check_log(cuts);

	// before the request the old one, once it is armed the new one
	if (!cuts->may_be_new_early)
		g_assert_cmpuint(cuts->n_new[CUT_PREPARE], ==, 0);
	g_assert_cmpuint(cuts->n_new[CUT_STORE], ==, 0);
	g_assert_cmpuint(cuts->n_old[CUT_INSTALL] + cuts->n_old[CUT_START], ==, 0);
	g_assert_cmpuint(cuts->n_old[CUT_REQUEST], >, 0);
	g_assert_cmpuint(cuts->n_new[CUT_START], >, 0);
}

void
cuts_check_boots(Cuts *cuts)
{
	start_recording(cuts);
	device_power_on(cuts->device);
	cuts_end_phase(cuts, CUT_PREPARE);
	cuts_end_phase(cuts, CUT_STORE);
	cuts_end_phase(cuts, CUT_REQUEST);
	record_boots(cuts);
	g_assert_cmpuint(cuts->n_log, >=, 2);
	check_log(cuts);
}

void
cuts_upgrade_by_package(Cuts *cuts)
{
	upg_prepare_info_t info = {(guint32) g_bytes_get_size(cuts->new.package)};
	const guint8 *bytes = g_bytes_get_data(cuts->new.package, NULL);

	device_start_application(cuts->device);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	cuts_end_phase(cuts, CUT_PREPARE);
	for (guint32 done = 0; done < info.package_len; done += 256)
		g_assert_cmphex(uapi_upg_write_package_sync(
					done, bytes + done, (uint16_t) MIN(256, info.package_len - done)),
			==, 0);
	cuts_end_phase(cuts, CUT_STORE);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	cuts_end_phase(cuts, CUT_REQUEST);
}

gboolean
cuts_holds_partitions(Cuts *cuts, const Release *release)
{
	Device *device = cuts->device;

	return device_holds(device, GYA_WS63_APPLICATION, release->application) &&
	       (release->flashboot == NULL || device_holds(device, GYA_WS63_FLASHBOOT, release->flashboot)) &&
	       (release->nv == NULL || device_holds(device, GYA_WS63_NV, release->nv));
}

void
cuts_check_result(Cuts *cuts, gboolean is_new)
{
	upg_result_t result;
	uint32_t index;

	if (!is_new) {
		g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_NONE);
		return;
	}
	if (uapi_upg_get_status() != UPG_STATUS_NONE)
		g_assert_cmpint(uapi_upg_get_status(), ==,
			cuts->result == UPG_RESULT_UPDATE_SUCCESS ? UPG_STATUS_SUCC : UPG_STATUS_FAIL);
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
	g_assert_cmpuint(result, ==, cuts->result);
}
