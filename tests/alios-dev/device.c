// SPDX-License-Identifier: Apache-2.0
#include "tests/alios-dev/device.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
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

static EVP_PKEY *
import_key(const struct gya_alios_key *key)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = BN_bin2bn(key->modulus, sizeof key->modulus, NULL);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *parameters;
	EVP_PKEY *result = NULL;

	g_assert_true(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
		      OSSL_PARAM_BLD_push_uint32(build, OSSL_PKEY_PARAM_RSA_E, key->exponent) == 1);
	parameters = OSSL_PARAM_BLD_to_param(build);
	g_assert_true(EVP_PKEY_fromdata_init(context) == 1 &&
		      EVP_PKEY_fromdata(context, &result, EVP_PKEY_PUBLIC_KEY, parameters) == 1);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	BN_free(modulus);
	return result;
}

bool
pkcs1_verify(const struct gya_alios_key *key, const uint8_t digest[32],
	const uint8_t signature[GYA_ALIOS_SIGNATURE_SIZE])
{
	EVP_PKEY *imported = import_key(key);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(imported, NULL);
	bool is_right = EVP_PKEY_verify_init(context) == 1 &&
			EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
			EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
			EVP_PKEY_verify(context, signature, GYA_ALIOS_SIGNATURE_SIZE, digest, 32) == 1;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(imported);
	return is_right;
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
