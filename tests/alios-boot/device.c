// SPDX-License-Identifier: Apache-2.0
#include "tests/alios-boot/device.h"

#include <ota_hal_plat.h>
#include <string.h>

#include "device-agent/alios/hal.h"
#include "device-agent/include/checksum.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/xz-liblzma.h"
#include "engine/formats/alios/diff-make.h"
#include "tests/patch/source.h"

#define SECTOR      GYA_NOR_FILE_SECTOR
#define BOOTS_MOST  16
#define MAGIC_WHOLE 0xEFEFEFEFu

static void
console_putc(void *context, char c)
{
	Device *device = context;

	g_string_append_c(device->console, c);
}

static void
reboot(void *context)
{
}

static void
add_partition(Device *device, guint16 id, guint32 size)
{
	struct gya_partition *partition = &device->partitions[device->board.n_partitions++];

	*partition = (struct gya_partition){id, true, device->board.flash_size, size, "part"};
	device->board.flash_size += size;
}

static void
make_board(Device *device, const DeviceOptions *options)
{
	device->board = (struct gya_board){.system = GYA_SYSTEM_ALIOS,
		.sector_size = SECTOR,
		.storage = GYA_ALIOS_OTA_TEMP,
		.application = GYA_ALIOS_APPLICATION,
		.partitions = device->partitions,
		.name = "test"};
	add_partition(device, GYA_ALIOS_LOADER, SECTOR);
	add_partition(device, GYA_ALIOS_PARAMETER_1, SECTOR);
	add_partition(device, GYA_ALIOS_PARAMETER_2, 2 * SECTOR);
	add_partition(device, GYA_ALIOS_BACK_PARA, 2 * SECTOR);
	add_partition(device, GYA_ALIOS_BANK, 2 * SECTOR);
	add_partition(device, GYA_ALIOS_APPLICATION, options->application_size);
	add_partition(device, GYA_ALIOS_OTA_TEMP, options->ota_size);
	device->alios = (struct gya_alios_board){.board = &device->board,
		.generation = options->generation,
		.recovery = options->recovery,
		.slice_size = options->slice_size,
		.n_slices = 16,
		.n_parts = 8,
		.dictionary = options->dictionary ? options->dictionary : 16384,
		.backup_offset = options->backup_offset};
}

Device *
device_new(const DeviceOptions *options)
{
	Device *device = g_new0(Device, 1);

	make_board(device, options);
	device->console = g_string_new(NULL);
	device->flash = gya_nor_file_open(NULL, device->board.flash_size);
	g_assert_nonnull(device->flash);
	device->port = (struct gya_alios_port){.board = &device->alios,
		.nor = &device->flash->nor,
		.crypto = &gya_crypto_openssl,
		.context = device,
		.console_putc = console_putc,
		.reboot = reboot,
		.version = "app-1.0.0",
		.slice = g_malloc(options->slice_size)};
	for (guint i = 0; i < GYA_ALIOS_XZ_STREAMS; i++)
		device->port.xz[i] = device->xz[i] = gya_xz_liblzma_new(device->alios.dictionary);
	gya_alios_power_on(&device->port);
	return device;
}

void
device_free(Device *device)
{
	for (guint i = 0; i < GYA_ALIOS_XZ_STREAMS; i++)
		gya_xz_liblzma_free(device->xz[i]);
	gya_nor_file_close(device->flash);
	g_string_free(device->console, TRUE);
	g_free(device->port.slice);
	g_free(device);
}

void
device_boot(Device *device)
{
	gboolean has_installed = FALSE, has_gone_back = FALSE;

	for (guint i = 0; i < BOOTS_MOST; i++) {
		gya_alios_power_on(&device->port);
		device->booted = gya_alios_boot();
		if (device->flash->is_dead)
			return;
		has_installed |= device->booted.has_installed;
		has_gone_back |= device->booted.has_gone_back;
		if (device->booted.outcome != GYA_ALIOS_BOOT_RESET)
			break;
	}
	g_assert_cmpint(device->booted.outcome, !=, GYA_ALIOS_BOOT_RESET);
	device->booted.has_installed = has_installed;
	device->booted.has_gone_back = has_gone_back;
}

/* ---- flash ---- */

const struct gya_partition *
device_partition(Device *device, guint16 id)
{
	const struct gya_partition *partition = gya_board_partition(&device->board, id);

	g_assert_nonnull(partition);
	return partition;
}

void
device_put(Device *device, guint16 id, GBytes *bytes)
{
	const struct gya_partition *partition = device_partition(device, id);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	g_assert_cmpuint(size, <=, partition->size);
	memset(device->flash->bytes + partition->address, 0xFF, partition->size);
	memcpy(device->flash->bytes + partition->address, data, size);
}

gboolean
device_holds(Device *device, guint16 id, GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	return memcmp(device->flash->bytes + device_partition(device, id)->address, data, size) == 0;
}

gboolean
device_runs(Device *device, GBytes *bytes)
{
	return device->booted.outcome == GYA_ALIOS_BOOT_START &&
	       device_holds(device, (guint16) device->booted.partition, bytes);
}

guint
device_count_operations(Device *device, guint16 id)
{
	const struct gya_partition *partition = device_partition(device, id);
	guint n = 0;

	for (gsize i = 0; i < device->flash->n_log; i++) {
		guint32 offset = device->flash->log[i].offset;

		n += offset >= partition->address && offset - partition->address < partition->size;
	}
	return n;
}

/* ---- what the application does ---- */

void
device_download(Device *device, GBytes *bytes, gboolean is_difference)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	ota_boot_param_t param = {.len = (guint32) size,
		.upg_flag = is_difference ? OTA_DIFF : OTA_RAW,
		.splict_size = device->alios.slice_size,
		.res_type = OTA_FINISH};
	g_autofree char *copy = g_memdup2(data, size);

	gya_alios_register();
	// a power cut makes any of them fail
	(void) (ota_hal_init(&param) == 0 && ota_hal_write(NULL, copy, (int) size) == 0 &&
		ota_hal_boot(&param) == 0);
}

void
device_ask(Device *device, guint32 flag, GBytes *download)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(download, &size);
	struct alios_record record = {.len = (guint32) size,
		.rec_size = (guint32) size,
		.splict_size = device->alios.slice_size,
		.upg_flag = flag,
		.crc = gya_crc16(0, data, (guint32) size)};

	record.is_patch = flag == ALIOS_FLAG_RECOVERY || flag == ALIOS_FLAG_DIFF_3_X;
	g_assert_true(alios_record_write(&record));
}

struct alios_record
device_record(Device *device)
{
	struct alios_record record;

	g_assert_cmpint(alios_record_read(&record), !=, ALIOS_RECORD_BAD);
	return record;
}

/* ---- images ---- */

GBytes *
vector(const char *folder, const char *name)
{
	return vector_read("alios", folder, name);
}

GBytes *
with_trailer(GBytes *image)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
	guint32 size = (guint32) g_bytes_get_size(image);
	guint32 head[2] = {GUINT32_TO_LE(MAGIC_WHOLE), GUINT32_TO_LE(size)};
	guint8 md5[16];
	gsize md5_size = sizeof md5;
	GByteArray *whole = g_byte_array_new();

	g_checksum_update(sum, g_bytes_get_data(image, NULL), size);
	g_checksum_get_digest(sum, md5, &md5_size);
	g_byte_array_append(whole, g_bytes_get_data(image, NULL), size);
	g_byte_array_append(whole, (const guint8 *) head, sizeof head);
	g_byte_array_append(whole, md5, sizeof md5);
	g_byte_array_append(whole, (const guint8 *) "\xFF\xFF\xFF\xFF", 4);
	return g_byte_array_free_to_bytes(whole);
}

GBytes *
make_difference(GBytes *old, GBytes *new, guint32 slice_size)
{
	g_autoptr(GError) error = NULL;
	GBytes *made = gy_alios_diff_make(old, new, &(GyAliosDiffOptions){slice_size, 4096}, NULL, &error);

	g_assert_no_error(error);
	return made;
}

GBytes *
random_bytes(gsize size, guint32 seed)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	guint8 *data = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		data[i] = (guint8) g_rand_int(rand);
	return g_bytes_new_take(data, size);
}

guint32
sectors(gsize size)
{
	return (guint32) ((size + SECTOR - 1) / SECTOR * SECTOR);
}
