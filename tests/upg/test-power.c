// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

/*
 * One upgrade is run and every flash operation of it recorded. Then the flash is put into each state that a
 * power cut can leave: before an operation, in its middle (several mixtures), after the last. From each the
 * chip boots until it is quiet, and has to run the old or the new application, whole.
 */

#define BOOTS_MAX 40u

typedef enum { PHASE_PREPARE, PHASE_STORE, PHASE_REQUEST, PHASE_INSTALL, PHASE_FIRST_START, PHASES } Phase;

static const char *const phase_names[PHASES] = {"prepare", "store", "request", "install", "first start"};

// What is on the chip before or after.
typedef struct {
	GBytes *application;
	GBytes *flashboot; // NULL: not looked at
	GBytes *package;
} Release;

// What an earlier upgrade has left in the storage.
typedef enum { STORAGE_BLANK, STORAGE_ARMED, STORAGE_FINISHED } Storage;

typedef struct {
	Device *device;
	Storage storage;
	Release old;
	Release new;
	upg_result_t result;           // that the installation ends with
	struct gya_nor_operation *log; // taken over from the flash
	gsize n_log;
	gsize phase_end[PHASES];
	guint8 *state; // the flash before the operation in question
	guint n_old[PHASES];
	guint n_new[PHASES];
	guint n_again;
} Run;

static gboolean
is_full(void)
{
	return g_getenv("GANTRY_FULL") != NULL;
}

static void
load_state(Run *run, const guint8 *state)
{
	memcpy(run->device->flash->bytes, state, run->device->board->flash_size);
	device_power_on(run->device);
}

static gboolean
runs_release(Run *run, const Release *release)
{
	if (!device_holds(run->device, GYA_WS63_APPLICATION, release->application))
		return FALSE;
	return release->flashboot == NULL ||
	       device_holds(run->device, GYA_WS63_FLASHBOOT, release->flashboot);
}

// Boots until quiet. Returns whether it is the new release that runs; anything but old or new, whole, is a
// failure.
static gboolean
settle(Run *run)
{
	guint64 faults = run->device->flash->n_faults;
	gboolean is_new;

	g_assert_cmpint(device_boot(run->device, BOOTS_MAX, NULL), ==, GYA_BOOT_START);
	is_new = runs_release(run, &run->new);
	g_assert_true(is_new || runs_release(run, &run->old));
	// whatever is left, the module never programs a bit that is already gone
	g_assert_cmpuint(run->device->flash->n_faults, ==, faults);
	return is_new;
}

// The application tells what happened, and the next upgrade goes through from whatever the cut has left.
static void
upgrade_again(Run *run)
{
	device_upgrade(run->device, run->new.package);
	g_assert_true(runs_release(run, &run->new));
	g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_SUCC);
	run->n_again++;
}

/* No cut turns a good upgrade into "all tries failed", or one that did not happen into news. */
static void
check_answer(Run *run, gboolean is_new)
{
	upg_result_t result;
	uint32_t index;

	device_start_application(run->device);
	if (!is_new) {
		g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_NONE);
		return;
	}
	if (uapi_upg_get_status() != UPG_STATUS_NONE)
		g_assert_cmpint(uapi_upg_get_status(), ==,
			run->result == UPG_RESULT_UPDATE_SUCCESS ? UPG_STATUS_SUCC : UPG_STATUS_FAIL);
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
	g_assert_cmpuint(result, ==, run->result);
}

static void
check_state(Run *run, const guint8 *state, Phase phase)
{
	gboolean is_new;

	load_state(run, state);
	is_new = settle(run);
	if (is_new)
		run->n_new[phase]++;
	else
		run->n_old[phase]++;
	check_answer(run, is_new);
}

static void
tear_into(Run *run, guint8 *torn, const struct gya_nor_operation *operation, guint32 seed)
{
	memcpy(torn, run->state, run->device->board->flash_size);
	gya_nor_operation_tear(operation, seed, torn + operation->offset);
}

// The power goes again during the recovery, in the middle of any of its operations.
static void
check_second_cut(Run *run, const guint8 *torn, guint32 seed)
{
	struct gya_nor_file *flash = run->device->flash;
	guint64 n_operations;

	load_state(run, torn);
	flash->n_operations = 0;
	settle(run);
	n_operations = flash->n_operations;
	if (n_operations == 0)
		return;

	load_state(run, torn);
	flash->n_operations = 0;
	flash->cut = (struct gya_nor_cut){
		.moment = GYA_NOR_MIDDLE,
		.operation = (guint64) g_test_rand_int_range(0, (gint32) n_operations),
		.seed = seed,
	};
	device_boot(run->device, BOOTS_MAX, NULL);
	g_assert_true(flash->is_dead);
	device_power_on(run->device);
	settle(run);
}

static Phase
phase_of(const Run *run, gsize operation)
{
	Phase phase = PHASE_PREPARE;

	while (phase < PHASE_FIRST_START && operation >= run->phase_end[phase])
		phase++;
	return phase;
}

/* Pages full of image data are alike; what is written in small pieces and erased decides. */
static guint
mixtures(const Run *run, const struct gya_nor_operation *operation)
{
	const struct gya_partition *storage = gya_board_partition(run->device->board, GYA_WS63_FOTA);
	gboolean is_flag_sector = operation->offset >= storage->address + storage->size - 0x1000 &&
				  operation->offset < storage->address + storage->size;

	// an erase here has the most ways to go wrong, and only a few mixtures show them
	if (is_flag_sector && operation->kind == GYA_NOR_ERASE)
		return is_full() ? 2000 : 400;
	if (is_flag_sector)
		return is_full() ? 240 : 48;
	return is_full() ? 24 : 4;
}

static void
check_operation(Run *run, gsize index)
{
	const struct gya_nor_operation *operation = &run->log[index];
	Phase phase = phase_of(run, index);
	guint n_mixtures = mixtures(run, operation);
	g_autofree guint8 *torn = g_malloc(run->device->board->flash_size);

	check_state(run, run->state, phase);
	for (guint i = 0; i < n_mixtures; i++) {
		guint32 seed = (guint32) (index * 131 + i);

		tear_into(run, torn, operation, seed);
		check_state(run, torn, phase);
		if ((index + i) % (is_full() ? 3 : 29) == 0)
			check_second_cut(run, torn, seed);
		if ((index + i) % (is_full() ? 7 : 41) == 0) {
			load_state(run, torn);
			settle(run);
			upgrade_again(run);
		}
	}
	memcpy(run->state + operation->offset, operation->after, operation->size);
}

static void
take_log(Run *run)
{
	run->log = run->device->flash->log;
	run->n_log = run->device->flash->n_log;
	run->device->flash->log = NULL;
	run->device->flash->n_log = 0;
	run->device->flash->log_room = 0;
	gya_nor_file_forget(run->device->flash);
}

static void
end_phase(Run *run, Phase phase)
{
	run->phase_end[phase] = run->device->flash->n_log;
}

static void
lay_out(Run *run)
{
	device_put(run->device, GYA_WS63_APPLICATION, run->old.application);
	if (run->old.flashboot != NULL)
		device_put(run->device, GYA_WS63_FLASHBOOT, run->old.flashboot);
	if (run->storage == STORAGE_FINISHED)
		device_upgrade(run->device, run->old.package);
	if (run->storage == STORAGE_ARMED) {
		device_start_application(run->device);
		g_assert_cmphex(device_store(run->device, run->new.package, 4096), ==, ERRCODE_SUCC);
		g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	}
}

// From a chip that runs `old` to one that has started `new`.
static void
record_upgrade(Run *run)
{
	upg_prepare_info_t info = {(guint32) g_bytes_get_size(run->new.package)};
	const guint8 *bytes = g_bytes_get_data(run->new.package, NULL);

	lay_out(run);
	run->state = g_memdup2(run->device->flash->bytes, run->device->board->flash_size);

	gya_nor_file_record(run->device->flash);
	device_start_application(run->device);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	end_phase(run, PHASE_PREPARE);
	for (guint32 done = 0; done < info.package_len; done += 256)
		g_assert_cmphex(uapi_upg_write_package_sync(
					done, bytes + done, (uint16_t) MIN(256, info.package_len - done)),
			==, 0);
	end_phase(run, PHASE_STORE);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	end_phase(run, PHASE_REQUEST);
	g_assert_cmpint(device_boot(run->device, BOOTS_MAX, NULL), ==, GYA_BOOT_START);
	end_phase(run, PHASE_INSTALL);
	device_start_application(run->device);
	end_phase(run, PHASE_FIRST_START);
	take_log(run);
	g_assert_true(runs_release(run, &run->new));
}

static void
report(const Run *run)
{
	g_test_message("%-12s %10s %6s %6s", "cut during", "operations", "old", "new");
	for (guint i = 0; i < PHASES; i++)
		g_test_message("%-12s %10zu %6u %6u", phase_names[i],
			run->phase_end[i] - (i == 0 ? 0 : run->phase_end[i - 1]), run->n_old[i],
			run->n_new[i]);
	g_test_message("another upgrade went through from %u of these states", run->n_again);
}

static void
run_clear(Run *run)
{
	for (gsize i = 0; i < run->n_log; i++)
		g_free(run->log[i].before);
	g_free(run->log);
	g_free(run->state);
}

static void
check_every_cut(Run *run)
{
	record_upgrade(run);
	for (gsize i = 0; i < run->n_log; i++)
		check_operation(run, i);
	check_state(run, run->state, PHASE_FIRST_START);
	report(run);

	// before the request the old one, once it is armed the new one
	if (run->storage != STORAGE_ARMED)
		g_assert_cmpuint(run->n_new[PHASE_PREPARE], ==, 0);
	g_assert_cmpuint(run->n_new[PHASE_STORE], ==, 0);
	g_assert_cmpuint(run->n_old[PHASE_INSTALL] + run->n_old[PHASE_FIRST_START], ==, 0);
	g_assert_cmpuint(run->n_old[PHASE_REQUEST], >, 0);
	g_assert_cmpuint(run->n_new[PHASE_INSTALL], >, 0);
	run_clear(run);
}

static GBytes *
package_of(GBytes *application, GBytes *flashboot)
{
	MakeImage images[] = {{.id = GYA_WS63_IMAGE_APPLICATION, .data = application},
		{.id = GYA_WS63_IMAGE_FLASHBOOT, .data = flashboot}};

	return make_package(images, flashboot == NULL ? 1 : 2);
}

static void
test_application_plain(gconstpointer data)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 9000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 8200, 2);
	g_autoptr(GBytes) old_package = package_of(old, NULL);
	g_autoptr(GBytes) new_package = package_of(new, NULL);
	Run run = {.device = device, .old = {old, NULL, old_package}, .new = {new, NULL, new_package}};

	run.storage = (Storage) GPOINTER_TO_INT(data);
	check_every_cut(&run);
}

static void
test_application_lzma(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 1);
	g_autoptr(GBytes) new = vector("inputs", "app_incompressible.bin", NULL);
	g_autoptr(GBytes) old_package = package_of(old, NULL);
	g_autoptr(GBytes) new_package = vector("v09_app_incompressible", "signed.fwpkg", NULL);
	Run run = {.device = device,
		.storage = STORAGE_FINISHED,
		.old = {old, NULL, old_package},
		.new = {new, NULL, new_package}};

	check_every_cut(&run);
}

static void
test_application_and_flashboot(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 1);
	g_autoptr(GBytes) old_boot = make_image(GYA_WS63_IMAGE_FLASHBOOT, 3000, 2);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 3);
	g_autoptr(GBytes) new_boot = make_image(GYA_WS63_IMAGE_FLASHBOOT, 2000, 4);
	g_autoptr(GBytes) old_package = package_of(old, old_boot);
	g_autoptr(GBytes) new_package = package_of(new, new_boot);
	Run run = {
		.device = device, .old = {old, old_boot, old_package}, .new = {new, new_boot, new_package}};

	check_every_cut(&run);
}

static void
test_application_and_nv(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 2500, 2);
	g_autoptr(GBytes) nv = g_bytes_new_take(g_malloc0(4096), 4096);
	MakeImage images[] = {
		{.id = GYA_WS63_IMAGE_NV, .data = nv}, {.id = GYA_WS63_IMAGE_APPLICATION, .data = new}};
	g_autoptr(GBytes) old_package = package_of(old, NULL);
	g_autoptr(GBytes) new_package = make_package(images, 2);
	Run run = {.device = device,
		.storage = STORAGE_FINISHED,
		.old = {old, NULL, old_package},
		.new = {new, NULL, new_package}};

	check_every_cut(&run);
}

static void
test_vector_in_full(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 1);
	g_autoptr(GBytes) old_boot = make_image(GYA_WS63_IMAGE_FLASHBOOT, 3000, 2);
	g_autoptr(GBytes) new = vector("inputs", "app_sign.bin", NULL);
	g_autoptr(GBytes) new_boot = vector("inputs", "flashboot_sign.bin", NULL);
	g_autoptr(GBytes) old_package = package_of(old, old_boot);
	g_autoptr(GBytes) new_package = vector("v04_app_boot_ver", "signed.fwpkg", NULL);
	Run run = {
		.device = device, .old = {old, old_boot, old_package}, .new = {new, new_boot, new_package}};

	if (!is_full()) {
		g_test_skip("GANTRY_FULL is not set");
		return;
	}
	check_every_cut(&run);
}

// From the flash as it is: records the boots up to a started application, and cuts each of their operations.
static void
check_every_cut_of_boots(Run *run)
{
	struct gya_nor_file *flash = run->device->flash;

	run->state = g_memdup2(flash->bytes, run->device->board->flash_size);
	gya_nor_file_record(flash);
	device_power_on(run->device);
	settle(run);
	for (Phase phase = PHASE_PREPARE; phase < PHASES; phase++)
		run->phase_end[phase] = phase < PHASE_INSTALL ? 0 : flash->n_log;
	take_log(run);
	g_assert_cmpuint(run->n_log, >, 20);
	for (gsize i = 0; i < run->n_log; i++)
		check_operation(run, i);
	report(run);
	run_clear(run);
}

// A damaged application is mended from the stored package, and every operation of that may be cut as well.
static void
test_self_repair(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 1);
	g_autoptr(GBytes) package = package_of(image, NULL);
	Run run = {.device = device, .old = {image, NULL, package}, .new = {image, NULL, package}};

	device_put(device, GYA_WS63_APPLICATION, image);
	device_upgrade(device, package);
	device_partition(device, GYA_WS63_APPLICATION)[0x500] ^= 0x40;
	check_every_cut_of_boots(&run);
}

// A package that can never be installed is given up after three tries; no cut makes a success of it.
static void
test_three_failures(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 1);
	g_autoptr(GBytes) large = make_image(GYA_WS63_IMAGE_FLASHBOOT, 0x5000, 2);
	g_autoptr(GBytes) bad_package = package_of(image, large);
	g_autoptr(GBytes) package = package_of(image, NULL);
	Run run = {.device = device,
		.old = {image, NULL, package},
		.new = {image, NULL, package},
		.result = UPG_RESULT_RETRY_ALL_FAILED};

	device_put(device, GYA_WS63_APPLICATION, image);
	device_start_application(device);
	g_assert_cmphex(device_store(device, bad_package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	check_every_cut_of_boots(&run);
}

// Both magics are zeros, or were never written, before the first erase: also when an earlier cut has damaged
// one.
static void
test_prepare_disarms_first(void)
{
	static const struct {
		guint32 head;
		guint32 end;
	} found[] = {{0x55AA55AA, 0xAA55AA55}, {0x55AA55A8, 0xAA55AA55}, {0x55AA55AA, 0x2A55AA55},
		{0, 0xAA55AA55}, {0x55AA55AA, 0xFFFFFFFF}, {0xFFFFFFFF, 0xFFFFFFFF}};

	for (guint i = 0; i < G_N_ELEMENTS(found); i++) {
		g_autoptr(Device) device = device_new(&gya_board_small);
		guint32 head = GUINT32_TO_LE(found[i].head), end = GUINT32_TO_LE(found[i].end);
		upg_prepare_info_t info = {100};
		gsize j = 0;

		memcpy(device_flags(device), &head, 4);
		memcpy(device_flags(device) + 0x68, &end, 4);
		device_start_application(device);
		gya_nor_file_record(device->flash);
		g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
		for (; device->flash->log[j].kind == GYA_NOR_PROGRAM; j++) {
			memset(device->flash->log[j].offset % 0x1000 == 0 ? &head : &end, 0, 4);
			for (guint k = 0; k < 4; k++)
				g_assert_cmpuint(device->flash->log[j].after[k], ==, 0);
		}
		g_assert_true(head == 0 || head == 0xFFFFFFFF);
		g_assert_true(end == 0 || end == 0xFFFFFFFF);
	}
}

/*
 * Why prepare takes the magics away before it erases: half an erase of a finished upgrade's flags under
 * magics that are still right is a pending upgrade whose counts fit nothing, and the boot loader never gets
 * out of it.
 */
static void
test_half_erased_flags_under_magics_loop(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) package = package_of(image, NULL);

	device_put(device, GYA_WS63_APPLICATION, image);
	device_upgrade(device, package);
	memset(device_partition(device, GYA_WS63_FOTA), 0xFF, 0x2000);
	memset(device_flags(device) + 0x0C, 0xFF, 4);
	memset(device_flags(device) + 0x64, 0xFF, 4);
	device_power_on(device);
	g_assert_cmpint(device_boot(device, BOOTS_MAX, NULL), ==, GYA_BOOT_RESET);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func(
		"/ws63/power/every-cut-leaves-old-or-new/application-plain/over-a-finished-upgrade",
		GINT_TO_POINTER(STORAGE_FINISHED), test_application_plain);
	g_test_add_data_func(
		"/ws63/power/every-cut-leaves-old-or-new/application-plain/over-an-armed-package",
		GINT_TO_POINTER(STORAGE_ARMED), test_application_plain);
	g_test_add_data_func("/ws63/power/every-cut-leaves-old-or-new/application-plain/over-blank-storage",
		GINT_TO_POINTER(STORAGE_BLANK), test_application_plain);
	g_test_add_func("/ws63/power/every-cut-leaves-old-or-new/application-lzma", test_application_lzma);
	g_test_add_func("/ws63/power/every-cut-leaves-old-or-new/application-and-flashboot",
		test_application_and_flashboot);
	g_test_add_func(
		"/ws63/power/every-cut-leaves-old-or-new/application-and-nv", test_application_and_nv);
	g_test_add_func("/ws63/power/every-cut-leaves-old-or-new/vector-in-full", test_vector_in_full);
	g_test_add_func("/ws63/power/every-cut-of-self-repair-ends-repaired", test_self_repair);
	g_test_add_func("/ws63/power/every-cut-of-three-failures-ends-with-13", test_three_failures);
	g_test_add_func("/ws63/power/prepare-disarms-before-it-erases", test_prepare_disarms_first);
	g_test_add_func("/ws63/power/half-erased-flags-under-magics-would-loop",
		test_half_erased_flags_under_magics_loop);
	return g_test_run();
}
