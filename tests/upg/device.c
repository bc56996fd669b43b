// SPDX-License-Identifier: Apache-2.0
#include "tests/upg/device.h"

#include <string.h>

#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "tests/upg/make-package.h"

static void
console_putc(void *context, char c)
{
	Device *device = context;

	g_string_append_c(device->console, c);
}

static void
watchdog_kick(void *context)
{
	Device *device = context;

	device->n_kicks++;
}

static void
reboot(void *context)
{
	Device *device = context;

	device->n_reboots++;
}

static bool
read_word(void *context, enum gya_upg_word word, uint32_t *value)
{
	*value = ((Device *) context)->words[word];
	return true;
}

static bool
burn_word(void *context, enum gya_upg_word word, uint32_t value)
{
	((Device *) context)->words[word] |= value;
	return true;
}

static bool
derive_key(void *context, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE], uint8_t key[16])
{
	const Device *device = context;

	memcpy(key, use == GYA_UPG_KEY_PACKAGE ? device->package_key : device->flash_key, 16);
	return true;
}

void
device_give_keys(Device *device)
{
	static const guint8 sample[16] = {0x70, 0xD3, 0x77, 0x64, 0x27, 0x9C, 0x2B, 0x08, 0x66, 0x04, 0x07,
		0x8E, 0x8C, 0x57, 0x75, 0x05};

	memcpy(device->package_key, sample, sizeof sample);
	memset(device->flash_key, 0x5C, sizeof device->flash_key);
	device->port.derive_key = derive_key;
}

Device *
device_new(const struct gya_board *board)
{
	Device *device = g_new0(Device, 1);
	g_autoptr(GBytes) root_key = make_root_public_key();

	device->board = board;
	device->flash = gya_nor_file_open(NULL, board->flash_size);
	g_assert_nonnull(device->flash);
	device->lzma = gya_lzma_sdk_new(GYA_LZMA_SDK_WS63);
	g_assert_nonnull(device->lzma);
	device->console = g_string_new(NULL);
	device->port = (struct gya_upg_port){
		.board = board,
		.nor = &device->flash->nor,
		.crypto = &gya_crypto_openssl,
		.lzma = device->lzma,
		.context = device,
		.console_putc = console_putc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
		.retry_register = &device->retry_register,
		.region_register = &device->region_register,
	};
	device->rollback = (struct gya_upg_rollback){read_word, burn_word};
	memcpy(device_partition(device, GYA_WS63_ROOT_KEY) + 0x40, g_bytes_get_data(root_key, NULL), 64);
	device_power_on(device);
	return device;
}

void
device_free(Device *device)
{
	gya_nor_file_close(device->flash);
	gya_lzma_sdk_free(device->lzma);
	g_string_free(device->console, TRUE);
	g_free(device);
}

guint8 *
device_partition(Device *device, guint16 id)
{
	const struct gya_partition *partition = gya_board_partition(device->board, id);

	g_assert_nonnull(partition);
	return device->flash->bytes + partition->address;
}

guint8 *
device_flags(Device *device)
{
	return device_partition(device, GYA_WS63_FOTA) +
	       gya_board_partition(device->board, GYA_WS63_FOTA)->size - 0x1000;
}

void
device_set_flags(Device *device, guint at, guint32 value)
{
	value = GUINT32_TO_LE(value);
	memcpy(device_flags(device) + at, &value, sizeof value);
}

void
device_put(Device *device, guint16 partition, GBytes *image)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(image, &size);

	g_assert_cmpuint(size, <=, gya_board_partition(device->board, partition)->size);
	memcpy(device_partition(device, partition), bytes, size);
}

gboolean
device_holds(Device *device, guint16 partition, GBytes *image)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(image, &size);

	return memcmp(device_partition(device, partition), bytes, size) == 0;
}

void
device_power_on(Device *device)
{
	device->retry_register = 0;
	device->region_register = 0;
	gya_nor_file_power_on(device->flash);
	gya_upg_port_power_on(&device->port);
}

enum gya_boot
device_boot(Device *device, guint limit, guint *n_boots)
{
	enum gya_boot boot = GYA_BOOT_RESET;
	guint i;

	for (i = 0; i < limit && boot == GYA_BOOT_RESET && !device->flash->is_dead; i++)
		boot = gya_flashboot_run();
	if (n_boots != NULL)
		*n_boots = i;
	return boot;
}

void
device_start_application(Device *device)
{
	static const upg_func_t functions = {0};

	gya_upg_port_power_on(&device->port);
	g_assert_cmphex(uapi_partition_init(), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_init(&functions), ==, ERRCODE_SUCC);
}

errcode_t
device_store(Device *device, GBytes *package, gsize piece)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	upg_prepare_info_t info = {(uint32_t) size};
	errcode_t result = uapi_upg_prepare(&info);

	for (gsize done = 0; done < size && result == ERRCODE_SUCC; done += piece)
		result = uapi_upg_write_package_sync(
			(uint32_t) done, bytes + done, (uint16_t) MIN(piece, size - done));
	return result;
}

void
device_upgrade(Device *device, GBytes *package)
{
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmpint(device_boot(device, 20, NULL), ==, GYA_BOOT_START);
	device_start_application(device);
}

GBytes *
vector(const char *first, ...)
{
	g_autofree char *name = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	va_list parts;
	char *bytes;
	gsize size;

	va_start(parts, first);
	name = g_build_filename_valist(first, &parts);
	va_end(parts);
	path = g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
	g_file_get_contents(path, &bytes, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(bytes, size);
}
