// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/xz.h"
#include "tests/alios-boot/device.h"

static const struct {
	const char *name;
	guint32 slice_size;
} cases[] = {
	{"d1", 4096}, {"d2", 4096}, {"d3", 16384}, {"d4", 65536}, {"d5", 4096}, {"d6", 4096}, {"d7", 65536}};

typedef struct {
	GBytes *old;
	GBytes *new;
	GBytes *diff;
	guint32 slice_size;
} Difference;

static GBytes *
part_of(const char *name, const char *suffix)
{
	g_autofree char *file = g_strconcat(name, suffix, NULL);

	return vector("diff", file);
}

static Difference
difference_load(guint i)
{
	return (Difference){part_of(cases[i].name, ".old"), part_of(cases[i].name, ".new"),
		part_of(cases[i].name, ".diff"), cases[i].slice_size};
}

static void
difference_clear(Difference *difference)
{
	g_bytes_unref(difference->old);
	g_bytes_unref(difference->new);
	g_bytes_unref(difference->diff);
}

static guint32
image_room(const Difference *d)
{
	return sectors(MAX(g_bytes_get_size(d->old), g_bytes_get_size(d->new)));
}

// Room for the difference and the saved slice, and not for the new image beside the difference.
static Device *
device_in_place(const Difference *d)
{
	guint32 stored = sectors(g_bytes_get_size(d->diff));

	return device_new(&(DeviceOptions){.recovery = GYA_ALIOS_DIRECT,
		.generation = GYA_ALIOS_2_1,
		.application_size = image_room(d),
		.ota_size = stored + d->slice_size,
		.slice_size = d->slice_size,
		.backup_offset = stored});
}

static Device *
device_aside(const Difference *d, enum gya_alios_recovery recovery)
{
	guint32 room = image_room(d) + sectors(g_bytes_get_size(d->diff));

	return device_new(&(DeviceOptions){.recovery = recovery,
		.generation = GYA_ALIOS_2_1,
		.application_size = room,
		.ota_size = room,
		.slice_size = d->slice_size,
		.backup_offset = room - d->slice_size});
}

static void
boot_with_difference(Device *device, const Difference *d, GBytes *diff)
{
	device_put(device, GYA_ALIOS_APPLICATION, d->old);
	device_put(device, GYA_ALIOS_OTA_TEMP, diff);
	device_ask(device, ALIOS_FLAG_RECOVERY, diff);
	gya_nor_file_record(device->flash);
	device_boot(device);
}

// Where the bytes behind an image begin, nothing stands.
static void
assert_clear_behind(Device *device, guint16 id, gsize size)
{
	const struct gya_partition *partition = device_partition(device, id);

	for (guint32 i = sectors(size); i < partition->size; i++)
		g_assert_cmphex(device->flash->bytes[partition->address + i], ==, 0xFF);
}

/* ---- differences ---- */

static void
test_in_place(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Difference d = difference_load(i);

		g_autoptr(Device) device = device_in_place(&d);

		boot_with_difference(device, &d, d.diff);
		g_assert_true(device_runs(device, d.new));
		g_assert_true(device->booted.has_installed);
		g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_VERIFY);
		assert_clear_behind(device, GYA_ALIOS_APPLICATION, g_bytes_get_size(d.new));
		// the difference has stayed where it was: nothing was made aside
		g_assert_true(device_holds(device, GYA_ALIOS_OTA_TEMP, d.diff));
		difference_clear(&d);
	}
}

static void
test_aside(void)
{
	static const enum gya_alios_recovery ways[] = {GYA_ALIOS_DIRECT, GYA_ALIOS_ABBACK};

	for (guint i = 0; i < G_N_ELEMENTS(cases) * G_N_ELEMENTS(ways); i++) {
		Difference d = difference_load(i / 2);
		g_autoptr(Device) device = device_aside(&d, ways[i % 2]);

		boot_with_difference(device, &d, d.diff);
		g_assert_true(device_runs(device, d.new));
		g_assert_true(device->booted.has_installed);
		assert_clear_behind(device, GYA_ALIOS_APPLICATION, g_bytes_get_size(d.new));
		difference_clear(&d);
	}
}

// Only d7 has trailers, by which a bank is chosen.
static void
test_banks(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Difference d = difference_load(i);
		g_autoptr(Device) device = device_aside(&d, GYA_ALIOS_ABBOOT);
		gboolean has_trailer = g_str_equal(cases[i].name, "d7");

		boot_with_difference(device, &d, d.diff);
		g_assert_true(device_runs(device, has_trailer ? d.new : d.old));
		g_assert_cmpint(device->booted.has_installed, ==, has_trailer);
		g_assert_cmpuint(device->booted.partition, ==,
			has_trailer ? GYA_ALIOS_OTA_TEMP : GYA_ALIOS_APPLICATION);
		g_assert_true(device_holds(device, GYA_ALIOS_APPLICATION, d.old));
		difference_clear(&d);
	}
}

// Each with its own record, and 3.x with its own flags and no probation.
static void
test_generations(void)
{
	static const enum gya_alios_generation generations[] = {GYA_ALIOS_1_0, GYA_ALIOS_2_1, GYA_ALIOS_3_X};
	static const enum gya_alios_recovery ways[] = {GYA_ALIOS_DIRECT, GYA_ALIOS_ABBACK, GYA_ALIOS_ABBOOT};
	Difference d = difference_load(G_N_ELEMENTS(cases) - 1);

	for (guint i = 0; i < G_N_ELEMENTS(generations) * G_N_ELEMENTS(ways); i++) {
		g_autoptr(Device) device = device_aside(&d, ways[i % 3]);
		gboolean is_3 = generations[i / 3] == GYA_ALIOS_3_X;

		device->alios.generation = generations[i / 3];
		device_put(device, GYA_ALIOS_APPLICATION, d.old);
		device_put(device, GYA_ALIOS_OTA_TEMP, d.diff);
		device_ask(device, is_3 ? ALIOS_FLAG_DIFF_3_X : ALIOS_FLAG_RECOVERY, d.diff);
		device_boot(device);
		g_assert_true(device_runs(device, d.new));
		g_assert_true(device->booted.has_installed);
		g_assert_cmphex(
			device_record(device).upg_flag, ==, is_3 ? ALIOS_FLAG_NORMAL : ALIOS_FLAG_VERIFY);
	}
	difference_clear(&d);
}

static void
assert_refused(Device *device, const Difference *d, GBytes *diff)
{
	boot_with_difference(device, d, diff);
	g_assert_true(device_runs(device, d->old));
	g_assert_false(device->booted.has_installed);
	g_assert_cmpuint(device_count_operations(device, GYA_ALIOS_APPLICATION), ==, 0);
	g_assert_cmpuint(device_count_operations(device, GYA_ALIOS_OTA_TEMP), ==, 0);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	gya_nor_file_forget(device->flash);
}

static void
test_bad_differences(void)
{
	static const char *const bad[] = {"n1_bad_magic.diff", "n2_bad_slice_crc.diff", "n3_truncated.diff",
		"n4_newsize_mismatch.diff", "n5_corrupt_xz.diff"};
	Difference d = difference_load(0);

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GBytes) diff = vector("neg", bad[i]);
		g_autoptr(Device) in_place = device_in_place(&d);

		assert_refused(in_place, &d, diff);
	}
	difference_clear(&d);
}

static GBytes *
with_flipped_bit(GBytes *bytes, gsize bit)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	guint8 *copy = g_memdup2(data, size);

	copy[bit / 8] ^= (guint8) (1 << bit % 8);
	return g_bytes_new_take(copy, size);
}

// The download is damaged in flash, or was damaged before its CRC was taken; in the slices behind the first.
static void
test_flipped_differences(void)
{
	Difference d = difference_load(0);
	g_autoptr(Device) device = device_in_place(&d);

	for (gsize bit = 304 * 8; bit < g_bytes_get_size(d.diff) * 8; bit += 17) {
		g_autoptr(GBytes) damaged = with_flipped_bit(d.diff, bit);
		// the sums of slices are all that nothing but the image itself can be held against
		gboolean is_sum = (bit / 8 - 304) / 2 == 20 || (bit / 8 - 668) / 2 == 20;

		device_put(device, GYA_ALIOS_APPLICATION, d.old);
		device_put(device, GYA_ALIOS_OTA_TEMP, damaged);
		device_ask(device, ALIOS_FLAG_RECOVERY, is_sum ? d.diff : damaged);
		gya_nor_file_record(device->flash);
		device_boot(device);
		if (!device_runs(device, d.new)) {
			g_assert_true(device_runs(device, d.old));
			g_assert_cmpuint(device_count_operations(device, GYA_ALIOS_APPLICATION), ==, 0);
		}
		gya_nor_file_forget(device->flash);
	}
	difference_clear(&d);
}

static void
test_unsuitable_differences(void)
{
	Difference d = difference_load(0);
	g_autoptr(GBytes) other = g_bytes_ref(d.new);
	Difference wrong = {other, d.new, d.diff, d.slice_size};
	g_autoptr(Device) device = device_in_place(&d);
	g_autoptr(Device) little = NULL;

	// made for another image
	assert_refused(device, &wrong, d.diff);
	g_clear_pointer(&device, device_free);
	// a dictionary for which there is no memory
	device = device_in_place(&d);
	for (guint i = 0; i < GYA_ALIOS_XZ_STREAMS; i++)
		device->xz[i]->dictionary = 8192;
	assert_refused(device, &d, d.diff);
	// no memory for differences at all
	device->port.xz[2] = NULL;
	assert_refused(device, &d, d.diff);
	g_clear_pointer(&device, device_free);
	// another size of slices
	device = device_in_place(&d);
	device->alios.slice_size = 2048;
	assert_refused(device, &d, d.diff);
	g_clear_pointer(&device, device_free);
	// no room for what it makes
	little = device_new(&(DeviceOptions){.recovery = GYA_ALIOS_DIRECT,
		.generation = GYA_ALIOS_2_1,
		.application_size = image_room(&d),
		.ota_size = 0x1000,
		.slice_size = d.slice_size});
	little->alios.backup_offset = 0x1000;
	assert_refused(little, &d, d.diff);
	difference_clear(&d);
}

/* ---- whole images ---- */

static Device *
device_whole(enum gya_alios_recovery recovery, enum gya_alios_generation generation)
{
	return device_new(&(DeviceOptions){.recovery = recovery,
		.generation = generation,
		.application_size = 0x4000,
		.ota_size = 0x4000,
		.slice_size = 0x1000,
		.backup_offset = 0x3000,
		.dictionary = 32768});
}

typedef struct {
	GBytes *old;
	GBytes *new;
} Images;

static Images
images_make(void)
{
	g_autoptr(GBytes) old = random_bytes(9000, 1);
	g_autoptr(GBytes) new = random_bytes(5100, 2);

	return (Images){with_trailer(old), with_trailer(new)};
}

static void
images_clear(Images *images)
{
	g_bytes_unref(images->old);
	g_bytes_unref(images->new);
}

// The old one runs, and the new one was downloaded.
static Device *
device_upgrading(enum gya_alios_recovery recovery, const Images *images)
{
	Device *device = device_whole(recovery, GYA_ALIOS_2_1);

	device_put(device, GYA_ALIOS_APPLICATION, images->old);
	device_download(device, images->new, FALSE);
	return device;
}

static void
assert_starts(Device *device, GBytes *image, guint times)
{
	for (guint i = 0; i < times; i++) {
		device_boot(device);
		g_assert_true(device_runs(device, image));
		g_assert_false(device->booted.has_gone_back);
	}
}

static void
test_whole(void)
{
	static const enum gya_alios_recovery ways[] = {GYA_ALIOS_DIRECT, GYA_ALIOS_ABBACK, GYA_ALIOS_ABBOOT};
	Images images = images_make();

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(Device) device = device_upgrading(ways[i], &images);

		assert_starts(device, images.new, 1);
		g_assert_true(device->booted.has_installed);
		g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_VERIFY);
	}
	images_clear(&images);
}

static void
test_bad_whole(void)
{
	static const char *const bad[] = {
		"n6_trailer_bad_magic.md5.bin", "n7_body_bitflip.md5.bin", "n8_trailer_size_too_big.md5.bin"};
	static const enum gya_alios_recovery ways[] = {GYA_ALIOS_DIRECT, GYA_ALIOS_ABBOOT};
	Images images = images_make();

	for (guint i = 0; i < G_N_ELEMENTS(bad) * G_N_ELEMENTS(ways); i++) {
		g_autoptr(GBytes) image = vector("neg", bad[i / 2]);
		g_autoptr(Device) device = device_whole(ways[i % 2], GYA_ALIOS_2_1);

		device_put(device, GYA_ALIOS_APPLICATION, images.old);
		device_download(device, image, FALSE);
		gya_nor_file_record(device->flash);
		device_boot(device);
		g_assert_true(device_runs(device, images.old));
		g_assert_cmpuint(device_count_operations(device, GYA_ALIOS_APPLICATION), ==, 0);
		g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	}
	images_clear(&images);
}

/* ---- .xz of 3.x ---- */

static void
ask_for_xz(Device *device, GBytes *old, GBytes *download)
{
	device_put(device, GYA_ALIOS_APPLICATION, old);
	device_put(device, GYA_ALIOS_OTA_TEMP, download);
	device_ask(device, ALIOS_FLAG_XZ_3_X, download);
	gya_nor_file_record(device->flash);
	device_boot(device);
}

static void
test_xz(void)
{
	g_autoptr(GBytes) image = vector("md5", "m3_5000.bin");
	g_autoptr(GBytes) packed = vector("xz", "m3_5000.bin.xz");
	g_autoptr(GBytes) with_md5 = vector("xz", "m3_5000.bin.xz.md5.bin");
	Images images = images_make();

	for (guint i = 0; i < 2; i++) {
		g_autoptr(Device) device = device_whole(GYA_ALIOS_DIRECT, GYA_ALIOS_3_X);

		ask_for_xz(device, images.old, i == 0 ? packed : with_md5);
		g_assert_true(device_runs(device, image));
		g_assert_true(device->booted.has_installed);
		assert_clear_behind(device, GYA_ALIOS_APPLICATION, 5000);
	}
	images_clear(&images);
}

static void
assert_xz_refused(Device *device, GBytes *old, GBytes *download)
{
	ask_for_xz(device, old, download);
	g_assert_true(device_runs(device, old));
	g_assert_cmpuint(device_count_operations(device, GYA_ALIOS_APPLICATION), ==, 0);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	gya_nor_file_forget(device->flash);
}

static void
test_bad_xz(void)
{
	g_autoptr(GBytes) packed = vector("xz", "m3_5000.bin.xz");
	g_autoptr(GBytes) large = vector("xz", "d3_old.bin.xz");
	g_autoptr(Device) device = device_whole(GYA_ALIOS_DIRECT, GYA_ALIOS_3_X);
	Images images = images_make();

	for (gsize i = 0; i < g_bytes_get_size(packed); i += 61) {
		g_autoptr(GBytes) damaged = with_flipped_bit(packed, i * 8 + i % 8);

		assert_xz_refused(device, images.old, damaged);
	}
	device->xz[0]->dictionary = 16384;
	assert_xz_refused(device, images.old, packed);
	g_clear_pointer(&device, device_free);
	// more than fits where it would go
	device = device_new(&(DeviceOptions){.recovery = GYA_ALIOS_DIRECT,
		.generation = GYA_ALIOS_3_X,
		.application_size = 0xE000,
		.ota_size = 0xA000,
		.slice_size = 0x1000,
		.dictionary = 32768});
	assert_xz_refused(device, images.old, large);
	images_clear(&images);
}

/* ---- probation ---- */

static void
test_going_back(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_upgrading(GYA_ALIOS_ABBOOT, &images);

	// four starts that nobody confirms
	assert_starts(device, images.new, 4);
	device_boot(device);
	g_assert_true(device_runs(device, images.old));
	g_assert_true(device->booted.has_gone_back);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	images_clear(&images);
}

// A download over what was left: there is nothing to go back to any more, and what runs stays.
static void
test_not_back_to_a_download(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_upgrading(GYA_ALIOS_ABBOOT, &images);
	guint8 *left = device->flash->bytes + device_partition(device, GYA_ALIOS_APPLICATION)->address;

	assert_starts(device, images.new, 1);
	left[0x1800] &= left[0x1800] - 1;
	assert_starts(device, images.new, 6);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	images_clear(&images);
}

static void
test_one_address_stays(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_upgrading(GYA_ALIOS_DIRECT, &images);

	assert_starts(device, images.new, 7);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	images_clear(&images);
}

static void
test_nothing_there(void)
{
	g_autoptr(Device) device = device_whole(GYA_ALIOS_DIRECT, GYA_ALIOS_2_1);

	device_boot(device);
	g_assert_cmpint(device->booted.outcome, ==, GYA_ALIOS_BOOT_DEAD);
}

// A record of which neither copy is whole asks for nothing.
static void
test_damaged_record(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_upgrading(GYA_ALIOS_DIRECT, &images);

	device->flash->bytes[device_partition(device, GYA_ALIOS_PARAMETER_1)->address] ^= 1;
	device->flash->bytes[device_partition(device, GYA_ALIOS_BACK_PARA)->address + 14] ^= 1;
	device_boot(device);
	g_assert_true(device_runs(device, images.old));
	images_clear(&images);
}

/* ---- the menu, by polling ---- */

#define NO_POWER (-2)

// What comes to the UART, byte after byte, each after some polls in vain; at its end nothing comes any more, or the power goes.
typedef struct {
	const char *keys;
	guint wait;
	gboolean ends;
	guint n_polls;
} Keyboard;

static Keyboard keyboard;

static int
getc_keyboard(void *context, uint32_t wait_ms)
{
	g_assert_cmpuint(wait_ms, <=, 100);
	if (++keyboard.n_polls % (keyboard.wait + 1) != 0)
		return GYA_ALIOS_NO_BYTE;
	if (*keyboard.keys != '\0')
		return *keyboard.keys++;
	return keyboard.ends ? NO_POWER : GYA_ALIOS_NO_BYTE;
}

static struct gya_alios_booted
boot_with_keys(Device *device, const Keyboard *keys)
{
	keyboard = *keys;
	device->port.console_getc = getc_keyboard;
	gya_alios_power_on(&device->port);
	device->booted = gya_alios_boot();
	return device->booted;
}

static void
test_menu(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_whole(GYA_ALIOS_DIRECT, GYA_ALIOS_2_1);

	device_put(device, GYA_ALIOS_APPLICATION, images.old);
	device_put(device, GYA_ALIOS_OTA_TEMP, images.new);
	// other keys do not open it
	boot_with_keys(device, &(Keyboard){.keys = "xyz"});
	g_assert_true(device_runs(device, images.old));
	g_assert_nonnull(strstr(device->console->str, "Waiting 100ms ...\r\n"));
	g_assert_null(strstr(device->console->str, "boot# "));
	// nor does one that comes too late
	boot_with_keys(device, &(Keyboard){.keys = "w", .wait = 1});
	g_assert_true(device_runs(device, images.old));
	// the power may go in it
	g_assert_cmpint(boot_with_keys(device, &(Keyboard){.keys = "wh", .ends = TRUE}).outcome, ==,
		GYA_ALIOS_BOOT_RESET);
	g_assert_nonnull(strstr(device->console->str, "ymodem"));
	// the image that waits is activated, and installed at the boot after that
	g_assert_cmpint(boot_with_keys(device, &(Keyboard){.keys = "w22", .ends = TRUE}).outcome, ==,
		GYA_ALIOS_BOOT_RESET);
	device->port.console_getc = NULL;
	device_boot(device);
	g_assert_true(device_runs(device, images.new));
	images_clear(&images);
}

// Without an image there nothing happens.
static void
test_menu_activates_images_only(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_whole(GYA_ALIOS_DIRECT, GYA_ALIOS_1_0);

	device_put(device, GYA_ALIOS_APPLICATION, images.old);
	boot_with_keys(device, &(Keyboard){.keys = "w5", .ends = TRUE});
	device->port.console_getc = NULL;
	gya_nor_file_record(device->flash);
	device_boot(device);
	g_assert_true(device_runs(device, images.old));
	g_assert_cmpuint(device_count_operations(device, GYA_ALIOS_APPLICATION), ==, 0);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	images_clear(&images);
}

// 3.x erases at once what may be half of an installation.
static void
test_menu_drops_what_waits(void)
{
	Images images = images_make();
	g_autoptr(Device) device = device_whole(GYA_ALIOS_DIRECT, GYA_ALIOS_3_X);
	guint32 address = device_partition(device, GYA_ALIOS_APPLICATION)->address;
	g_autofree char *keys = g_strdup_printf("w10x%x\r", address);

	device_put(device, GYA_ALIOS_APPLICATION, images.old);
	device_put(device, GYA_ALIOS_OTA_TEMP, images.new);
	device_ask(device, ALIOS_FLAG_RAW_3_X, images.new);
	boot_with_keys(device, &(Keyboard){.keys = keys, .ends = TRUE});
	g_assert_nonnull(strstr(device->console->str, "Please start ymodem"));
	g_assert_cmphex(device->flash->bytes[address], ==, 0xFF);
	g_assert_cmphex(device_record(device).upg_flag, ==, ALIOS_FLAG_NORMAL);
	images_clear(&images);
}

/* ---- flash that refuses ---- */

static enum gya_nor_result (*real_program)(void *, uint32_t, const uint8_t *, uint32_t);
static guint32 worn_from, worn_to;

static enum gya_nor_result
program_worn(void *context, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	return offset >= worn_from && offset < worn_to ? GYA_NOR_E_FAULT
						       : real_program(context, offset, bytes, size);
}

static void
wear_out(Device *device, guint16 id)
{
	const struct gya_partition *partition = device_partition(device, id);

	worn_from = partition->address;
	worn_to = partition->address + partition->size;
	real_program = device->flash->nor.program;
	device->flash->nor.program = program_worn;
}

// What may be torn is not started; what was only read is.
static void
test_worn_flash(void)
{
	Difference d = difference_load(0);
	g_autoptr(Device) device = device_in_place(&d);

	wear_out(device, GYA_ALIOS_APPLICATION);
	boot_with_difference(device, &d, d.diff);
	g_assert_cmpint(device->booted.outcome, ==, GYA_ALIOS_BOOT_DEAD);
	// once the part works again, so does the board
	device->flash->nor.program = real_program;
	gya_nor_file_forget(device->flash);
	device_boot(device);
	g_assert_true(device_runs(device, d.new));
	g_clear_pointer(&device, device_free);

	device = device_aside(&d, GYA_ALIOS_ABBACK);
	wear_out(device, GYA_ALIOS_OTA_TEMP);
	boot_with_difference(device, &d, d.diff);
	g_assert_true(device_runs(device, d.old));
	g_assert_false(device->booted.has_installed);
	difference_clear(&d);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-boot/difference/in-place", test_in_place);
	g_test_add_func("/alios-boot/difference/aside", test_aside);
	g_test_add_func("/alios-boot/difference/into-the-other-bank", test_banks);
	g_test_add_func("/alios-boot/difference/all-generations", test_generations);
	g_test_add_func("/alios-boot/difference/bad-ones-write-nothing", test_bad_differences);
	g_test_add_func("/alios-boot/difference/damaged-in-flash", test_flipped_differences);
	g_test_add_func("/alios-boot/difference/unsuitable-ones-write-nothing", test_unsuitable_differences);
	g_test_add_func("/alios-boot/whole/installed", test_whole);
	g_test_add_func("/alios-boot/whole/bad-ones-write-nothing", test_bad_whole);
	g_test_add_func("/alios-boot/xz/installed", test_xz);
	g_test_add_func("/alios-boot/xz/bad-ones-write-nothing", test_bad_xz);
	g_test_add_func("/alios-boot/probation/the-fifth-start-goes-back", test_going_back);
	g_test_add_func("/alios-boot/probation/not-back-to-what-has-changed", test_not_back_to_a_download);
	g_test_add_func("/alios-boot/probation/one-address-has-no-way-back", test_one_address_stays);
	g_test_add_func("/alios-boot/nothing-there-is-not-started", test_nothing_there);
	g_test_add_func("/alios-boot/damaged-record-asks-for-nothing", test_damaged_record);
	g_test_add_func("/alios-boot/menu/opened-in-time-or-not", test_menu);
	g_test_add_func("/alios-boot/menu/activates-images-only", test_menu_activates_images_only);
	g_test_add_func("/alios-boot/menu/drops-what-waits", test_menu_drops_what_waits);
	g_test_add_func("/alios-boot/worn-flash-does-not-start-what-is-torn", test_worn_flash);
	return g_test_run();
}
