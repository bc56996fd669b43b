// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <upg_ab.h>

#include "device-agent/upg/nv.h"
#include "tests/upg/cuts.h"
#include "tests/upg/make-package.h"

// What an earlier upgrade has left in the storage.
typedef enum { STORAGE_BLANK, STORAGE_ARMED, STORAGE_FINISHED } Storage;

static void
lay_out(Cuts *cuts, Storage storage)
{
	device_put(cuts->device, GYA_WS63_APPLICATION, cuts->old.application);
	if (cuts->old.flashboot != NULL)
		device_put(cuts->device, GYA_WS63_FLASHBOOT, cuts->old.flashboot);
	if (storage == STORAGE_FINISHED)
		device_upgrade(cuts->device, cuts->old.package);
	if (storage == STORAGE_ARMED) {
		device_start_application(cuts->device);
		g_assert_cmphex(device_store(cuts->device, cuts->new.package, 4096), ==, ERRCODE_SUCC);
		g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	}
}

static Cuts
cuts_of_package(Device *device, Release old, Release new)
{
	return (Cuts){
		.device = device,
		.old = old,
		.new = new,
		.upgrade = cuts_upgrade_by_package,
		.holds = cuts_holds_partitions,
		.check_answer = cuts_check_result,
	};
}

static void
check_upgrade(Release old, Release new, Storage storage)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	Cuts cuts = cuts_of_package(device, old, new);

	cuts.may_be_new_early = storage == STORAGE_ARMED;
	lay_out(&cuts, storage);
	cuts_check_upgrade(&cuts);
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
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 9000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 8200, 2);
	g_autoptr(GBytes) old_package = package_of(old, NULL);
	g_autoptr(GBytes) new_package = package_of(new, NULL);

	check_upgrade((Release){.application = old, .package = old_package},
		(Release){.application = new, .package = new_package}, (Storage) GPOINTER_TO_INT(data));
}

static void
test_application_lzma(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 1);
	g_autoptr(GBytes) new = vector("inputs", "app_incompressible.bin", NULL);
	g_autoptr(GBytes) old_package = package_of(old, NULL);
	g_autoptr(GBytes) new_package = vector("v09_app_incompressible", "signed.fwpkg", NULL);

	check_upgrade((Release){.application = old, .package = old_package},
		(Release){.application = new, .package = new_package}, STORAGE_FINISHED);
}

static void
test_application_and_flashboot(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 1);
	g_autoptr(GBytes) old_boot = make_image(GYA_WS63_IMAGE_FLASHBOOT, 3000, 2);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 3);
	g_autoptr(GBytes) new_boot = make_image(GYA_WS63_IMAGE_FLASHBOOT, 2000, 4);
	g_autoptr(GBytes) old_package = package_of(old, old_boot);
	g_autoptr(GBytes) new_package = package_of(new, new_boot);

	check_upgrade((Release){.application = old, .flashboot = old_boot, .package = old_package},
		(Release){.application = new, .flashboot = new_boot, .package = new_package}, STORAGE_BLANK);
}

static GBytes *
bytes_of_partition(Device *device, guint16 id)
{
	return g_bytes_new(device_partition(device, id), gya_board_partition(device->board, id)->size);
}

// Two pages of NV data, merged by the application: all of them with the new application, none with the old one.
static void
test_application_and_nv(void)
{
	static const MakeNvRecord stored[] = {{1, 100, 0x11}, {2, 8, 0x12}, {3, 2000, 0x13}};
	static const MakeNvRecord other[] = {{4, 600, 0x14}, {5, 4, 0x15, .is_permanent = TRUE}};
	static const MakeNvRecord image[] = {{1, 100, 0x21}, {3, 1999, 0x23}, {6, 12, 0x26}};
	static const MakeNvRecord image_other[] = {{4, 600, 0x24}, {5, 4, 0x25}};
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 2500, 2);
	g_autoptr(GBytes) stored_page = make_nv_page(0, 7, stored, G_N_ELEMENTS(stored));
	g_autoptr(GBytes) stored_other = make_nv_page(1, 7, other, G_N_ELEMENTS(other));
	g_autoptr(GBytes) page = make_nv_page(0, 1, image, G_N_ELEMENTS(image));
	g_autoptr(GBytes) page_other = make_nv_page(1, 1, image_other, G_N_ELEMENTS(image_other));
	g_autoptr(GByteArray) data = g_byte_array_new();
	g_autoptr(GBytes) old_package = package_of(old, NULL);
	g_autoptr(GBytes) nv = NULL, old_nv = NULL, new_nv = NULL, new_package = NULL;
	g_autofree guint8 *before = NULL;
	Cuts cuts;

	g_byte_array_append(data, g_bytes_get_data(page, NULL), 4096);
	g_byte_array_append(data, g_bytes_get_data(page_other, NULL), 4096);
	nv = g_bytes_new(data->data, data->len);
	new_package = make_package((MakeImage[]){{.id = GYA_WS63_IMAGE_NV, .data = nv},
					   {.id = GYA_WS63_IMAGE_APPLICATION, .data = new}},
		2);
	cuts = cuts_of_package(device, (Release){.application = old, .package = old_package},
		(Release){.application = new, .package = new_package});
	lay_out(&cuts, STORAGE_FINISHED);
	device_put(device, GYA_WS63_NV, stored_page);
	memcpy(device_partition(device, GYA_WS63_NV) + 4096, g_bytes_get_data(stored_other, NULL), 4096);

	// what it comes to without a cut
	before = g_memdup2(device->flash->bytes, device->board->flash_size);
	cuts.old.nv = old_nv = bytes_of_partition(device, GYA_WS63_NV);
	device_upgrade(device, new_package);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	cuts.new.nv = new_nv = bytes_of_partition(device, GYA_WS63_NV);
	g_assert_false(g_bytes_equal(old_nv, new_nv));
	memcpy(device->flash->bytes, before, device->board->flash_size);
	device_power_on(device);

	cuts_check_upgrade(&cuts);
	g_assert_cmpuint(cuts.phase_end[CUT_START] - cuts.phase_end[CUT_INSTALL], >, 20);
}

static void
test_vector_in_full(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 1);
	g_autoptr(GBytes) old_boot = make_image(GYA_WS63_IMAGE_FLASHBOOT, 3000, 2);
	g_autoptr(GBytes) new = vector("inputs", "app_sign.bin", NULL);
	g_autoptr(GBytes) new_boot = vector("inputs", "flashboot_sign.bin", NULL);
	g_autoptr(GBytes) old_package = package_of(old, old_boot);
	g_autoptr(GBytes) new_package = vector("v04_app_boot_ver", "signed.fwpkg", NULL);

	if (g_getenv("GANTRY_FULL") == NULL) {
		g_test_skip("GANTRY_FULL is not set");
		return;
	}
	check_upgrade((Release){.application = old, .flashboot = old_boot, .package = old_package},
		(Release){.application = new, .flashboot = new_boot, .package = new_package}, STORAGE_BLANK);
}

// A damaged application is mended from the stored package, and every operation of that may be cut as well.
static void
test_self_repair(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 1);
	g_autoptr(GBytes) package = package_of(image, NULL);
	Release release = {.application = image, .package = package};
	Cuts cuts = cuts_of_package(device, release, release);

	device_put(device, GYA_WS63_APPLICATION, image);
	device_upgrade(device, package);
	device_partition(device, GYA_WS63_APPLICATION)[0x500] ^= 0x40;
	cuts_check_boots(&cuts);
}

// The operation of applying NV data that programs its first page, whose old content is erased by then.
static guint64
first_nv_program(Device *device)
{
	const struct gya_partition *nv = gya_board_partition(device->board, GYA_WS63_NV);
	gsize i = 0;

	gya_nor_file_record(device->flash);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	while (i < device->flash->n_log && (device->flash->log[i].kind != GYA_NOR_PROGRAM ||
						   device->flash->log[i].offset < nv->address ||
						   device->flash->log[i].offset >= nv->address + nv->size))
		i++;
	g_assert_cmpuint(i, <, device->flash->n_log);
	gya_nor_file_forget(device->flash);
	return i;
}

/*
 * Power goes while NV data are merged, and the application is damaged when it comes back: the repair erases the page
 * buffer, which is where the page is.
 */
static void
test_self_repair_in_the_middle_of_nv(void)
{
	static const MakeNvRecord stored[] = {
		{1, 100, 0x11}, {2, 8, 0x12}, {3, 2000, 0x13, .is_permanent = TRUE}};
	static const MakeNvRecord image[] = {{1, 100, 0x21}, {3, 1999, 0x23}, {6, 12, 0x26}};
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) application = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) stored_page = make_nv_page(0, 7, stored, G_N_ELEMENTS(stored));
	g_autoptr(GBytes) page = make_nv_page(0, 1, image, G_N_ELEMENTS(image));
	g_autoptr(GBytes) package =
		make_package((MakeImage[]){{.id = GYA_WS63_IMAGE_NV, .data = page},
				     {.id = GYA_WS63_IMAGE_APPLICATION, .data = application}},
			2);
	g_autoptr(GBytes) merged = NULL;
	g_autofree guint8 *before = NULL;
	Release release = {.application = application, .package = package};
	guint64 operation;
	Cuts cuts;

	device_put(device, GYA_WS63_APPLICATION, application);
	device_put(device, GYA_WS63_NV, stored_page);
	device_upgrade(device, package);
	before = g_memdup2(device->flash->bytes, device->board->flash_size);
	operation = first_nv_program(device);
	release.nv = merged = bytes_of_partition(device, GYA_WS63_NV);
	g_assert_false(device_holds(device, GYA_WS63_NV, stored_page));

	memcpy(device->flash->bytes, before, device->board->flash_size);
	device_power_on(device);
	device_start_application(device);
	device->flash->n_operations = 0;
	device->flash->cut = (struct gya_nor_cut){.moment = GYA_NOR_MIDDLE, .operation = operation};
	g_assert_cmphex(gya_upg_nv_apply(), !=, ERRCODE_SUCC);
	device_power_on(device);
	device_partition(device, GYA_WS63_APPLICATION)[0x500] ^= 0x40;
	cuts = cuts_of_package(device, release, release);
	cuts_check_boots(&cuts);
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
	Release release = {.application = image, .package = package};
	Cuts cuts = cuts_of_package(device, release, release);

	cuts.result = UPG_RESULT_RETRY_ALL_FAILED;
	device_put(device, GYA_WS63_APPLICATION, image);
	device_start_application(device);
	g_assert_cmphex(device_store(device, bad_package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	cuts_check_boots(&cuts);
}

/*
 * With regions nothing is installed: the image is written beside the one that runs, and a page chooses.
 */
static void
upgrade_by_region(Cuts *cuts)
{
	gsize size;
	guint8 *bytes = (guint8 *) g_bytes_get_data(cuts->new.application, &size);
	upg_region_index other;

	device_start_application(cuts->device);
	other = upg_get_upg_region();
	g_assert_cmphex(upg_region_erase(other), ==, ERRCODE_SUCC);
	cuts_end_phase(cuts, CUT_PREPARE);
	for (gsize done = 0; done < size; done += 256)
		g_assert_cmphex(
			upg_ab_image_write(other, (uint32_t) done, bytes + done, MIN(256, size - done)), ==,
			ERRCODE_SUCC);
	cuts_end_phase(cuts, CUT_STORE);
	g_assert_cmphex(upg_region_verify(other), ==, ERRCODE_SUCC);
	g_assert_cmphex(upg_set_run_region(other), ==, ERRCODE_SUCC);
	cuts_end_phase(cuts, CUT_REQUEST);
}

static gboolean
runs_region_of(Cuts *cuts, const Release *release)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(release->application, &size);
	upg_region_index running = cuts->device->region_register == 0 ? UPG_REGION_A : UPG_REGION_B;

	return memcmp(cuts->device->flash->bytes + upg_get_region_addr(running), bytes, size) == 0;
}

// From A to B, and then from B to A.
static void
test_regions(gconstpointer data)
{
	gboolean runs_b = GPOINTER_TO_INT(data);
	g_autoptr(Device) device = device_new(&gya_board_small_ab);
	g_autoptr(GBytes) first = make_image(GYA_WS63_IMAGE_APPLICATION, 9000, 1);
	g_autoptr(GBytes) second = make_image(GYA_WS63_IMAGE_APPLICATION, 8200, 2);
	g_autoptr(GBytes) third = make_image(GYA_WS63_IMAGE_APPLICATION, 10000, 3);
	Cuts cuts = {.device = device,
		.old.application = first,
		.new.application = second,
		.upgrade = upgrade_by_region,
		.holds = runs_region_of};

	device_put(device, GYA_WS63_APPLICATION, first);
	g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
	if (runs_b) {
		upgrade_by_region(&cuts);
		g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
		g_assert_cmpuint(device->region_register, ==, 1);
		cuts.old.application = second;
		cuts.new.application = third;
	}
	cuts_check_upgrade(&cuts);
}

// The region that runs is spoilt: the boot loader goes over to the other one, and back.
static void
test_region_switch(gconstpointer data)
{
	gboolean runs_b = GPOINTER_TO_INT(data);
	g_autoptr(Device) device = device_new(&gya_board_small_ab);
	g_autoptr(GBytes) first = make_image(GYA_WS63_IMAGE_APPLICATION, 9000, 1);
	g_autoptr(GBytes) second = make_image(GYA_WS63_IMAGE_APPLICATION, 8200, 2);
	Cuts cuts = {.device = device,
		.new.application = second,
		.upgrade = upgrade_by_region,
		.holds = runs_region_of};

	device_put(device, GYA_WS63_APPLICATION, first);
	g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
	upgrade_by_region(&cuts);
	g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
	device_start_application(device);
	if (!runs_b)
		g_assert_cmphex(upg_set_run_region(UPG_REGION_A), ==, ERRCODE_SUCC);
	device->flash->bytes[upg_get_region_addr(runs_b ? UPG_REGION_B : UPG_REGION_A) + 0x400] ^= 0x08;
	cuts.new.application = cuts.old.application = runs_b ? first : second;
	cuts.upgrade = NULL;
	cuts_check_boots(&cuts);
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
	g_assert_cmpint(device_boot(device, 40, NULL), ==, GYA_BOOT_RESET);
}

int
main(int argc, char **argv)
{
	static const char every[] = "/ws63/power/every-cut-leaves-old-or-new";
	static const struct {
		const char *name;
		GTestDataFunc test;
		int data;
	} rows[] = {
		{"application-plain/over-a-finished-upgrade", test_application_plain, STORAGE_FINISHED},
		{"application-plain/over-an-armed-package", test_application_plain, STORAGE_ARMED},
		{"application-plain/over-blank-storage", test_application_plain, STORAGE_BLANK},
		{"region/a-to-b", test_regions, FALSE},
		{"region/b-to-a", test_regions, TRUE},
		{"region/switch-away-from-a", test_region_switch, FALSE},
		{"region/switch-away-from-b", test_region_switch, TRUE},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("%s/%s", every, rows[i].name);

		g_test_add_data_func(path, GINT_TO_POINTER(rows[i].data), rows[i].test);
	}
	g_test_add_func("/ws63/power/every-cut-leaves-old-or-new/application-lzma", test_application_lzma);
	g_test_add_func("/ws63/power/every-cut-leaves-old-or-new/application-and-flashboot",
		test_application_and_flashboot);
	g_test_add_func(
		"/ws63/power/every-cut-leaves-old-or-new/application-and-nv", test_application_and_nv);
	g_test_add_func("/ws63/power/every-cut-leaves-old-or-new/vector-in-full", test_vector_in_full);
	g_test_add_func("/ws63/power/every-cut-of-self-repair-ends-repaired", test_self_repair);
	g_test_add_func("/ws63/power/every-cut-of-self-repair-in-the-middle-of-nv-ends-repaired",
		test_self_repair_in_the_middle_of_nv);
	g_test_add_func("/ws63/power/every-cut-of-three-failures-ends-with-13", test_three_failures);
	g_test_add_func("/ws63/power/prepare-disarms-before-it-erases", test_prepare_disarms_first);
	g_test_add_func("/ws63/power/half-erased-flags-under-magics-would-loop",
		test_half_erased_flags_under_magics_loop);
	return g_test_run();
}
