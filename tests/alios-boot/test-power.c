// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/xz.h"
#include "tests/alios-boot/device.h"
#include "tests/power/power.h"

typedef struct {
	Device *device;
	GBytes *old;
	GBytes *new;
	GBytes *download;
	gboolean is_difference;
	guint n_starts; // before it is looked at: of an image that nobody confirms
} Upgrade;

static void
boot(gpointer data)
{
	Upgrade *upgrade = data;

	for (guint i = 0; i < MAX(upgrade->n_starts, 1) && !upgrade->device->flash->is_dead; i++)
		device_boot(upgrade->device);
}

static void
download(gpointer data)
{
	Upgrade *upgrade = data;

	gya_alios_power_on(&upgrade->device->port);
	device_download(upgrade->device, upgrade->download, upgrade->is_difference);
}

static PowerOutcome
look(gpointer data)
{
	Upgrade *upgrade = data;

	if (device_runs(upgrade->device, upgrade->new))
		return POWER_NEW;
	return device_runs(upgrade->device, upgrade->old) ? POWER_OLD : POWER_NEITHER;
}

static PowerCuts
check(Upgrade *upgrade, const char *name, void (*act)(gpointer data))
{
	gboolean is_full = g_getenv("GANTRY_FULL") != NULL;
	PowerCuts cuts = {.name = name,
		.flash = upgrade->device->flash,
		.data = upgrade,
		.act = act,
		.start = boot,
		.look = look,
		.n_mixtures = is_full ? 12 : 2,
		.n_second = is_full ? 400 : 3};

	power_cuts_check(&cuts);
	return cuts;
}

// The download, and the boots after it. `ends` is what has to run once nothing is cut any more.
static void
check_upgrade(Upgrade *upgrade, const char *name, GBytes *ends)
{
	power_cuts_head();
	device_put(upgrade->device, GYA_ALIOS_APPLICATION, upgrade->old);
	device_boot(upgrade->device);
	check(upgrade, "download and record", download);
	g_assert_true(device_runs(upgrade->device, ends));

	// as a device that has never been upgraded
	memset(upgrade->device->flash->bytes, 0xFF, upgrade->device->flash->nor.size);
	device_put(upgrade->device, GYA_ALIOS_APPLICATION, upgrade->old);
	download(upgrade);
	check(upgrade, name, boot);
	g_assert_true(device_runs(upgrade->device, ends));
}

static Device *
device_make(
	enum gya_alios_recovery recovery, guint32 application_size, guint32 ota_size, guint32 backup_offset)
{
	return device_new(&(DeviceOptions){.recovery = recovery,
		.generation = GYA_ALIOS_2_1,
		.application_size = application_size,
		.ota_size = ota_size,
		.slice_size = 0x1000,
		.backup_offset = backup_offset});
}

/* ---- whole images ---- */

static void
check_whole(enum gya_alios_recovery recovery, const char *name)
{
	g_autoptr(GBytes) one = random_bytes(5000, 1);
	g_autoptr(GBytes) other = random_bytes(4500, 2);
	g_autoptr(GBytes) old = with_trailer(one);
	g_autoptr(GBytes) new = with_trailer(other);
	g_autoptr(Device) device = device_make(recovery, 0x2000, 0x2000, 0x1000);
	Upgrade upgrade = {device, old, new, new, FALSE, 0};

	check_upgrade(&upgrade, name, new);
}

static void
test_whole(void)
{
	check_whole(GYA_ALIOS_DIRECT, "whole image, copied");
}

static void
test_banks(void)
{
	check_whole(GYA_ALIOS_ABBOOT, "whole image, other bank");
}

static void
boot_five_times(gpointer data)
{
	Upgrade *upgrade = data;

	for (guint i = 0; i < 5; i++)
		device_boot(upgrade->device);
}

// Nobody confirms: five starts, and the old image runs again. A cut counts as a start, so it may be the new one sooner or later.
static void
test_going_back(void)
{
	g_autoptr(GBytes) one = random_bytes(5000, 1);
	g_autoptr(GBytes) other = random_bytes(4500, 2);
	g_autoptr(GBytes) old = with_trailer(one);
	g_autoptr(GBytes) new = with_trailer(other);
	g_autoptr(Device) device = device_make(GYA_ALIOS_ABBOOT, 0x2000, 0x2000, 0);
	Upgrade upgrade = {device, old, new, new, FALSE, 5};

	check_upgrade(&upgrade, "five starts, then back", old);

	// and with the board looked at after the first boot behind the cut, whichever that starts
	memset(device->flash->bytes, 0xFF, device->flash->nor.size);
	device_put(device, GYA_ALIOS_APPLICATION, old);
	download(&upgrade);
	upgrade.n_starts = 0;
	check(&upgrade, "five starts, cut into", boot_five_times);
}

/* ---- .xz ---- */

static void
ask_for_xz(gpointer data)
{
	Upgrade *upgrade = data;

	device_put(upgrade->device, GYA_ALIOS_OTA_TEMP, upgrade->download);
	device_ask(upgrade->device, ALIOS_FLAG_XZ_3_X, upgrade->download);
}

static void
test_xz(void)
{
	g_autoptr(GBytes) old = random_bytes(7000, 1);
	g_autoptr(GBytes) new = vector("md5", "m3_5000.bin");
	g_autoptr(GBytes) packed = vector("xz", "m3_5000.bin.xz.md5.bin");
	g_autoptr(Device) device = device_new(&(DeviceOptions){.recovery = GYA_ALIOS_DIRECT,
		.generation = GYA_ALIOS_3_X,
		.application_size = 0x2000,
		.ota_size = 0x1000,
		.slice_size = 0x1000,
		.dictionary = 32768});
	Upgrade upgrade = {device, old, new, packed, FALSE, 0};

	power_cuts_head();
	device_put(device, GYA_ALIOS_APPLICATION, old);
	ask_for_xz(&upgrade);
	check(&upgrade, ".xz, unpacked", boot);
	g_assert_true(device_runs(device, new));
}

/* ---- differences ---- */

static const struct Difference {
	const char *path;
	const char *name; // in the table
	const char *vector;
	enum gya_alios_recovery recovery;
	guint32 application_size;
	guint32 ota_size;
	guint32 backup_offset;
} differences[] = {
	{"difference-in-place", "difference, in place", "d1", GYA_ALIOS_DIRECT, 0x3000, 0x2000, 0x1000},
	{"difference-aside", "difference, aside and copied", "d1", GYA_ALIOS_ABBACK, 0x4000, 0x4000, 0x3000},
	{"difference-into-the-other-bank", "difference, other bank", "d1", GYA_ALIOS_ABBOOT, 0x4000, 0x4000,
		0},
	// neighbours that change places: a slice is made of what the one before it has just become
	{"exchanged-slices", "exchanged slices, in place", "d2", GYA_ALIOS_DIRECT, 0x4000, 0x3000, 0x2000},
};

static GBytes *
image_of(const struct Difference *difference, const char *suffix)
{
	g_autofree char *file = g_strconcat(difference->vector, suffix, NULL);
	g_autoptr(GBytes) image = vector("diff", file);

	// a bank is chosen by its trailer
	return difference->recovery == GYA_ALIOS_ABBOOT ? with_trailer(image) : g_bytes_ref(image);
}

static void
test_difference(gconstpointer data)
{
	const struct Difference *d = data;
	g_autoptr(GBytes) old = image_of(d, ".old");
	g_autoptr(GBytes) new = image_of(d, ".new");
	g_autoptr(GBytes) diff = make_difference(old, new, 0x1000);
	g_autoptr(Device) device =
		device_make(d->recovery, d->application_size, d->ota_size, d->backup_offset);
	Upgrade upgrade = {device, old, new, diff, TRUE, 0};

	check_upgrade(&upgrade, d->name, new);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-boot/power/whole-image", test_whole);
	g_test_add_func("/alios-boot/power/other-bank", test_banks);
	g_test_add_func("/alios-boot/power/going-back", test_going_back);
	g_test_add_func("/alios-boot/power/xz", test_xz);
	for (guint i = 0; i < G_N_ELEMENTS(differences); i++) {
		g_autofree char *path = g_strconcat("/alios-boot/power/", differences[i].path, NULL);

		g_test_add_data_func(path, &differences[i], test_difference);
	}
	return g_test_run();
}
