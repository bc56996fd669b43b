// SPDX-License-Identifier: Apache-2.0
#include "tests/alios-dev/device.h"

#include <string.h>

#include "device-agent/ports/sim/crypto-openssl.h"

static void
console_putc(void *context, char c)
{
}

static void
reboot(void *context)
{
	((Device *) context)->n_reboots++;
}

static void
sleep_ms(void *context, uint32_t ms)
{
	((Device *) context)->slept_ms += ms;
}

Device *
device_new(const struct gya_alios_board *board)
{
	Device *device = g_new0(Device, 1);

	device->board = board;
	device->flash = gya_nor_file_open(NULL, board->board->flash_size);
	g_assert_nonnull(device->flash);
	device->port = (struct gya_alios_port){.board = board,
		.nor = &device->flash->nor,
		.crypto = &gya_crypto_openssl,
		.context = device,
		.console_putc = console_putc,
		.reboot = reboot,
		.sleep_ms = sleep_ms,
		.version = "app-1.0.0"};
	device_power_on(device);
	return device;
}

void
device_free(Device *device)
{
	gya_nor_file_close(device->flash);
	g_free(device);
}

void
device_power_on(Device *device)
{
	memset(&device->service, 0, sizeof device->service);
	gya_alios_power_on(&device->port);
	(void) ota_service_init(&device->service);
}

guint8 *
device_partition(Device *device, guint32 id)
{
	const struct gya_partition *partition = gya_board_partition(device->board->board, id);

	g_assert_nonnull(partition);
	return device->flash->bytes + partition->address;
}

gboolean
device_holds(Device *device, guint32 id, GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	return memcmp(device_partition(device, id), data, size) == 0;
}

GBytes *
vector(const char *folder, const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "alios", folder, name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
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

GBytes *
with_trailer(GBytes *image)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
	gsize size = g_bytes_get_size(image);
	guint8 *all = g_malloc(size + ALIOS_TRAILER_SIZE);
	guint8 *trailer = all + size;
	guint32 number = GUINT32_TO_LE((guint32) size);
	gsize md5_size = ALIOS_MD5_SIZE;

	memcpy(all, g_bytes_get_data(image, NULL), size);
	memset(trailer, 0xEF, 4);
	memcpy(trailer + 4, &number, sizeof number);
	g_checksum_update(sum, all, (gssize) size);
	g_checksum_get_digest(sum, trailer + 8, &md5_size);
	memset(trailer + 24, 0xFF, 4);
	return g_bytes_new_take(all, size + ALIOS_TRAILER_SIZE);
}

char *
upper_hash(GChecksumType type, GBytes *bytes)
{
	g_autofree char *lower = g_compute_checksum_for_bytes(type, bytes);

	return g_ascii_strup(lower, -1);
}

struct gya_alios_key
vector_key(void)
{
	g_autoptr(GBytes) text = vector("rsa", "test_pub_n_hex.txt");
	const char *digits = g_bytes_get_data(text, NULL);
	struct gya_alios_key key = {.exponent = 65537};

	for (guint i = 0; i < sizeof key.modulus; i++)
		key.modulus[i] = (guint8) (g_ascii_xdigit_value(digits[2 * i]) << 4 |
					   g_ascii_xdigit_value(digits[2 * i + 1]));
	return key;
}
