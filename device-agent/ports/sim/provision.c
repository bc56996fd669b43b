// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/provision.h"

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "device-agent/boards/alios.h"
#include "device-agent/boards/hota.h"
#include "device-agent/boards/ws63.h"
#include "device-agent/ports/sim/rsa-openssl.h"
#include "protocol/wire/bytes.h"

// root key record, at the start of the flash
#define ROOT_ID      0x4BA5C31Eu
#define ROOT_VERSION 0x00010000u
#define ROOT_SIZE    0x80u
#define ROOT_KEY_AT  0x40u
#define ALGORITHM    0x2A13C812u // ECDSA on brainpoolP256r1 with SHA-256
#define KEY_SIZE     0x40u

// partition table
#define TABLE_ID      0x4B87A54Bu
#define TABLE_VERSION 0x00010000u
#define TABLE_AT      0x380u
#define TABLE_SIZE    0x400u
#define TABLE_HEAD    15u // bytes before the ids
#define TABLE_ITEMS   16u // the device reads so many
#define SPARE_FIRST   0x31u
#define SPARE_LAST    0x35u

G_DEFINE_QUARK(gya_provision_error_quark, gya_provision_error)

static gboolean
program(const struct gya_nor *nor, uint32_t at, const uint8_t *bytes, uint32_t size, const char *what,
	GError **error)
{
	enum gya_nor_result result = nor->program(nor->context, at, bytes, size);

	if (result == GYA_NOR_OK)
		return TRUE;
	g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_FLASH,
		"cannot write %s at flash offset 0x%06X: result %d", what, at, (int) result);
	return FALSE;
}

static EVP_PKEY *
decode_key(const char *path, const char *type, const char *title, GError **error)
{
	EVP_PKEY *key = NULL;
	FILE *file = fopen(path, "rbe");
	OSSL_DECODER_CTX *decoder;

	if (file == NULL) {
		g_set_error(error, G_FILE_ERROR, (gint) g_file_error_from_errno(errno), "cannot open %s: %s",
			path, g_strerror(errno));
		return NULL;
	}
	decoder = OSSL_DECODER_CTX_new_for_pkey(&key, NULL, NULL, type, 0, NULL, NULL);
	if (decoder == NULL || OSSL_DECODER_from_fp(decoder, file) != 1)
		key = NULL;
	OSSL_DECODER_CTX_free(decoder);
	fclose(file);
	ERR_clear_error();
	if (key == NULL)
		g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY,
			"%s holds no %s key in PEM or DER form", path, title);
	return key;
}

// OpenSSL knows the curve under one name, whatever the file calls it.
static gboolean
extract_point(EVP_PKEY *key, const char *path, uint8_t point[65], GError **error)
{
	char group[64] = "an unnamed curve";
	size_t size = 0;

	(void) EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL);
	if (g_strcmp0(group, "brainpoolP256r1") != 0) {
		g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY,
			"%s: the key is on %s, a board takes keys on brainpoolP256r1", path, group);
		return FALSE;
	}
	(void) EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
		OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
	if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, 65, &size) != 1 ||
		size != 65) {
		g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY,
			"%s: the key has no public point of 65 bytes", path);
		return FALSE;
	}
	return TRUE;
}

gboolean
gya_provision_read_key(const char *path, uint8_t key[64], GError **error)
{
	EVP_PKEY *decoded = decode_key(path, "EC", "elliptic curve", error);
	uint8_t point[65]; // 04, X, Y
	gboolean ok;

	if (decoded == NULL)
		return FALSE;
	ok = extract_point(decoded, path, point, error);
	EVP_PKEY_free(decoded);
	if (ok)
		memcpy(key, point + 1, 64);
	return ok;
}

gboolean
gya_provision_root_key(const struct gya_nor *nor, const uint8_t key[64], GError **error)
{
	uint8_t record[ROOT_SIZE] = {0};
	struct gyw_writer w;

	gyw_writer_init(&w, record, sizeof record);
	gyw_write_u32le(&w, ROOT_ID);
	gyw_write_u32le(&w, ROOT_VERSION);
	gyw_write_u32le(&w, ROOT_SIZE);
	gyw_write_u32le(&w, 1); // owner
	gyw_write_u32le(&w, 1); // key id
	gyw_write_u32le(&w, ALGORITHM);
	gyw_write_u32le(&w, ALGORITHM); // curve
	gyw_write_u32le(&w, KEY_SIZE);
	memcpy(record + ROOT_KEY_AT, key, KEY_SIZE);
	return program(nor, 0, record, sizeof record, "the root key record", error);
}

static void
write_item(uint8_t *table, uint32_t i, uint8_t id, uint32_t address, uint32_t size)
{
	uint32_t items_at = (TABLE_HEAD + TABLE_ITEMS + 3u) / 4u * 4u;

	table[TABLE_HEAD + i] = id;
	gyw_put_u32le(table + items_at + i * 8, address);
	gyw_put_u32le(table + items_at + i * 8 + 4, size);
}

// The table has exactly 16 entries: the board's partitions, then spare ids of no size behind the reserve.
gboolean
gya_provision_partition_table(const struct gya_board *board, const struct gya_nor *nor, GError **error)
{
	const struct gya_partition *reserve = gya_board_partition(board, GYA_WS63_RESERVE);
	uint8_t table[TABLE_SIZE] = {0};
	struct gyw_writer w;
	uint32_t n = 0;

	gyw_writer_init(&w, table, TABLE_HEAD);
	gyw_write_u32le(&w, TABLE_ID);
	gyw_write_u32le(&w, TABLE_VERSION);
	gyw_write_u32le(&w, 0); // version
	gyw_write_u16le(&w, (TABLE_HEAD + TABLE_ITEMS + 3u) / 4u * 4u);
	gyw_write_u8(&w, TABLE_ITEMS);
	for (uint32_t i = 0; i < board->n_partitions && n < TABLE_ITEMS; i++, n++)
		write_item(table, n, (uint8_t) board->partitions[i].id, board->partitions[i].address,
			board->partitions[i].size);
	for (uint8_t id = SPARE_FIRST; id <= SPARE_LAST && n < TABLE_ITEMS; id++)
		if (gya_board_partition(board, id) == NULL)
			write_item(table, n++, id, reserve == NULL ? 0 : reserve->address, 0);
	if (n != TABLE_ITEMS) {
		g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_FLASH,
			"the board's layout has %u partitions, the table wants %u", n, TABLE_ITEMS);
		return FALSE;
	}
	return program(nor, TABLE_AT, table, sizeof table, "the partition table", error);
}

// The application is called so on every board, whatever its partition is called there.
static const struct gya_partition *
find_section(const struct gya_board *board, const char *section)
{
	if (strcmp(section, "application") == 0)
		return gya_board_partition(board, board->application);
	for (uint32_t i = 0; i < board->n_partitions; i++)
		if (strcmp(board->partitions[i].name, section) == 0)
			return &board->partitions[i];
	return NULL;
}

// These have contents of the simulator's own making; where a package waits, nothing is put.
static bool
is_taken(const struct gya_board *board, const struct gya_partition *partition)
{
	uint16_t id = partition->id;

	switch (board->system) {
	case GYA_SYSTEM_WS63:
		return id == GYA_WS63_ROOT_KEY || id == GYA_WS63_FACTORY || id == GYA_WS63_RESERVE;
	case GYA_SYSTEM_HOTA: return !partition->readable || id == GYA_HOTA_KEY;
	case GYA_SYSTEM_LITEOS: return !partition->readable;
	case GYA_SYSTEM_ALIOS: return id != GYA_ALIOS_APPLICATION && id != GYA_ALIOS_LOADER;
	}
	return true;
}

static void
set_section_error(const struct gya_board *board, const char *section, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (uint32_t i = 0; i < board->n_partitions; i++)
		if (!is_taken(board, &board->partitions[i]))
			g_string_append_printf(
				names, "%s%s", names->len == 0 ? "" : ", ", board->partitions[i].name);
	g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_IMAGE,
		"no image can be put into a section \"%s\"; this board has %s", section, names->str);
}

gboolean
gya_provision_image(const struct gya_board *board, const struct gya_nor *nor, const char *section,
	const char *path, GError **error)
{
	const struct gya_partition *partition = find_section(board, section);
	g_autofree char *bytes = NULL;
	gsize size = 0;

	if (partition == NULL || is_taken(board, partition)) {
		set_section_error(board, section, error);
		return FALSE;
	}
	if (!g_file_get_contents(path, &bytes, &size, error))
		return FALSE;
	if (size == 0 || size > partition->size) {
		g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_IMAGE,
			"%s has %zu bytes; the section %s takes 1 to %u", path, size, section,
			partition->size);
		return FALSE;
	}
	return program(nor, partition->address, (const uint8_t *) bytes, (uint32_t) size, section, error);
}

gboolean
gya_provision_factory(const struct gya_board *board, const struct gya_nor *nor,
	const struct gya_factory *factory, GError **error)
{
	const struct gya_partition *partition = gya_board_partition(board, GYA_WS63_FACTORY);
	uint8_t raw[GYA_FACTORY_RAW_SIZE];

	if (partition == NULL) {
		g_set_error_literal(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_FLASH,
			"the board's layout has no factory partition");
		return FALSE;
	}
	gya_factory_encode(factory, raw);
	return program(nor, partition->address, raw, sizeof raw, "the factory data", error);
}

// PKCS#1, as the guide's array has it.
static gboolean
encode_rsa(EVP_PKEY *key, const char *path, uint8_t **der, int *size, GError **error)
{
	int bits = EVP_PKEY_get_bits(key);

	*der = NULL;
	*size = 0;
	if (bits != 2048 && bits != 3072) {
		g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY,
			"%s: the key has %d bits, a board takes 2048 or 3072", path, bits);
		return FALSE;
	}
	*size = i2d_PublicKey(key, der);
	if (*size > 0)
		return TRUE;
	g_set_error(
		error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY, "%s: the key has no public half", path);
	return FALSE;
}

static gboolean
fits_alios(const uint8_t *der, uint32_t size, const char *path, GError **error)
{
	struct gya_alios_key key;

	if (gya_rsa_read_alios_key(der, size, &key))
		return TRUE;
	g_set_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY,
		"%s: this board takes RSA keys of 2048 bits", path);
	return FALSE;
}

gboolean
gya_provision_rsa_key(
	const struct gya_board *board, const struct gya_nor *nor, const char *path, GError **error)
{
	bool is_alios = board->system == GYA_SYSTEM_ALIOS;
	const struct gya_partition *partition =
		gya_board_partition(board, is_alios ? GYA_ALIOS_FACTORY : GYA_HOTA_KEY);
	EVP_PKEY *key = decode_key(path, "RSA", "RSA", error);
	uint8_t *der;
	int size;
	gboolean ok;

	if (key == NULL)
		return FALSE;
	ok = encode_rsa(key, path, &der, &size, error) &&
	     (!is_alios || fits_alios(der, (uint32_t) size, path, error)) &&
	     program(nor, partition->address + (is_alios ? GYA_ALIOS_KEY_AT : 0), der, (uint32_t) size,
		     "the public key", error);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return ok;
}
