// SPDX-License-Identifier: Apache-2.0
#include "tests/hota/device.h"

#include <string.h>

#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/rsa-openssl.h"

static HotaDevice *told_to;

static void
console_putc(void *context, char c)
{
	g_string_append_c(((HotaDevice *) context)->console, c);
}

static void
watchdog_kick(void *context)
{
}

static void
reboot(void *context)
{
	((HotaDevice *) context)->n_reboots++;
}

GBytes *
hota_vector(const char *first, ...)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autofree char *below = NULL;
	g_autofree char *path = NULL;
	va_list arguments;
	char *content;
	gsize size;
	GError *error = NULL;

	va_start(arguments, first);
	for (const char *word = first; word != NULL; word = va_arg(arguments, const char *))
		g_ptr_array_add(words, (gpointer) word);
	va_end(arguments);
	g_ptr_array_add(words, NULL);
	below = g_build_filenamev((char **) words->pdata);
	path = g_test_build_filename(G_TEST_DIST, "vectors", "openharmony", below, NULL);
	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

GBytes *
hota_noise(gsize size, guint32 seed)
{
	guint8 *bytes = g_malloc(size);
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) g_rand_int(rand);
	return g_bytes_new_take(bytes, size);
}

GBytes *
hota_first_kernel(void)
{
	return hota_noise(5000, 1);
}

guint8 *
hota_device_partition(HotaDevice *device, guint32 id)
{
	const struct gya_partition *partition = gya_board_partition(device->board->board, id);

	g_assert_nonnull(partition);
	return device->flash->bytes + partition->address;
}

static void
put(HotaDevice *device, guint32 partition, GBytes *bytes)
{
	memcpy(hota_device_partition(device, partition), g_bytes_get_data(bytes, NULL),
		g_bytes_get_size(bytes));
}

HotaDevice *
hota_device_new(const struct gya_hota_board *board, const char *key, const char *version)
{
	HotaDevice *device = g_new0(HotaDevice, 1);
	g_autoptr(GBytes) public_key = hota_vector("keys", key, NULL);
	g_autoptr(GBytes) kernel = hota_first_kernel();

	device->board = board;
	device->flash = gya_nor_file_open(NULL, board->board->flash_size);
	g_assert_nonnull(device->flash);
	device->console = g_string_new(NULL);
	device->told = g_string_new(NULL);
	device->port = (struct gya_hota_port){
		.board = board,
		.nor = &device->flash->nor,
		.crypto = &gya_crypto_openssl,
		.pss_verify = gya_rsa_pss_openssl,
		.context = device,
		.console_putc = console_putc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
	};
	put(device, GYA_HOTA_KEY, public_key);
	put(device, board->board->application, kernel);
	hota_device_power_on(device);
	g_assert_true(gya_hota_provision((guint32) g_bytes_get_size(kernel), version));
	return device;
}

void
hota_device_free(HotaDevice *device)
{
	if (told_to == device)
		told_to = NULL;
	gya_hota_power_on(&device->port); // ends a hash that runs
	gya_nor_file_close(device->flash);
	g_string_free(device->console, TRUE);
	g_string_free(device->told, TRUE);
	g_free(device);
}

void
hota_device_power_on(HotaDevice *device)
{
	gya_nor_file_power_on(device->flash);
	gya_hota_power_on(&device->port);
}

gboolean
hota_device_holds(HotaDevice *device, guint32 id, GBytes *bytes)
{
	return memcmp(hota_device_partition(device, id), g_bytes_get_data(bytes, NULL),
		       g_bytes_get_size(bytes)) == 0;
}

gboolean
hota_device_runs(HotaDevice *device, GBytes *kernel, const char *version)
{
	struct gya_hota_image running;
	guint32 partition;

	return gya_hota_running(&running, &partition) && running.size == g_bytes_get_size(kernel) &&
	       strcmp(running.version, version) == 0 && hota_device_holds(device, partition, kernel);
}

// ---- the component ----

static void
on_error(HotaErrorCode code)
{
	g_string_append_printf(told_to->told, "e%u", (guint) code);
}

static void
on_status(HotaStatus status)
{
	g_string_append_printf(told_to->told, "%u", (guint) status);
}

int
hota_device_init(HotaDevice *device)
{
	told_to = device;
	g_string_truncate(device->told, 0);
	return HotaInit(on_error, on_status);
}

int
hota_device_write(GBytes *package, gsize piece)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	int result = 0;

	for (gsize done = 0; done < size && result == 0; done += piece) {
		gsize part = MIN(piece, size - done);
		// exact, so that one byte too far is found
		g_autofree guint8 *copy = g_memdup2(bytes + done, part);

		result = HotaWrite(copy, (guint32) done, (guint32) part);
	}
	return result;
}

guint
hota_device_stored_status(void)
{
	UpdateMetaData data;

	g_assert_cmpint(HotaHalGetMetaData(&data), ==, 0);
	return data.otaStatus;
}
