// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/fota-cfg.h"

#include <string.h>

#include <openssl/crypto.h>

#include "engine/formats/ws63/layout.h"
#include "engine/ini.h"

struct _GyFotaCfg {
	GyIni *ini;
	GyFotaKeyArea key;
	GyFotaInfoArea info;
	char *root_key_file;
	char *sub_key_file;
	int sign_suite;
};

void
gy_fota_cfg_free(GyFotaCfg *cfg)
{
	if (!cfg)
		return;
	gy_ini_free(cfg->ini);
	g_free(cfg->root_key_file);
	g_free(cfg->sub_key_file);
	g_free(cfg);
}

void
gy_fota_image_free(GyFotaImage *image)
{
	if (!image)
		return;
	g_free(image->section);
	OPENSSL_cleanse(image->plain_key, sizeof image->plain_key);
	g_free(image);
}

/* How a number is written: in this file almost everything is hexadecimal, with or without 0x. */
enum base { HEXADECIMAL = 16, DECIMAL = 10 };

typedef struct {
	const char *key;
	enum base base;
	gsize offset; /* of the guint32 in the struct */
} Number;

static const Number key_numbers[] = {
	{"ImageId", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, image_id)},
	{"StructVersion", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, struct_version)},
	{"KeyOwnerId", DECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, key_owner_id)},
	{"KeyId", DECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, key_id)},
	{"KeyAlg", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, key_alg)},
	{"KeyVersion", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, key_version)},
	{"KeyVersionMask", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, key_version_mask)},
	{"Msid", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, msid)},
	{"MsidMask", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaKeyArea, msid_mask)},
};

static const Number info_numbers[] = {
	{"ImageId", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, image_id)},
	{"StructVersion", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, struct_version)},
	{"Version", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, version)},
	{"VersionMask", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, version_mask)},
	{"Msid", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, msid)},
	{"MsidMask", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, msid_mask)},
	{"HardwareID", DECIMAL, G_STRUCT_OFFSET(GyFotaInfoArea, hardware_id)},
};

static const Number image_numbers[] = {
	{"HeaderMagic", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, header_magic)},
	{"ImageId", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, image_id)},
	{"DecompressFlag", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, decompress_flag)},
	{"ReRncFlag", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, re_enc_flag)},
	{"RootKeyType", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, root_key_type)},
	{"version_ext", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, version_ext)},
	{"version_mask", HEXADECIMAL, G_STRUCT_OFFSET(GyFotaImage, version_mask)},
};

static gboolean
parse_number(const char *text, enum base base, guint32 *value)
{
	guint64 number = 0;

	if (base == HEXADECIMAL && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	if (*text == '\0')
		return FALSE;
	for (; *text; text++) {
		int digit = base == HEXADECIMAL ? g_ascii_xdigit_value(*text) : g_ascii_digit_value(*text);

		if (digit < 0)
			return FALSE;
		number = number * (guint64) base + (guint64) digit;
		if (number > G_MAXUINT32)
			return FALSE;
	}
	*value = (guint32) number;
	return TRUE;
}

static gboolean
read_number(const GyIni *ini, const char *section, const Number *number, guint32 *value, GError **error)
{
	g_autofree char *text = gy_ini_get(ini, section, number->key);

	if (!text) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, "%s:%u: section [%s] has no %s",
			gy_ini_name(ini), gy_ini_line(ini, section, NULL), section, number->key);
		return FALSE;
	}
	if (!parse_number(text, number->base, value)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			"%s:%u: %s in section [%s] is \"%s\", expected a %s number of at most 32 bits",
			gy_ini_name(ini), gy_ini_line(ini, section, number->key), number->key, section, text,
			number->base == DECIMAL ? "decimal" : "hexadecimal");
		return FALSE;
	}
	return TRUE;
}

static gboolean
read_numbers(const GyIni *ini, const char *section, const Number *numbers, gsize n_numbers, gpointer into,
	GError **error)
{
	if (!gy_ini_has_section(ini, section)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, "%s: there is no section [%s]",
			gy_ini_name(ini), section);
		return FALSE;
	}
	for (gsize i = 0; i < n_numbers; i++)
		if (!read_number(ini, section, &numbers[i],
			    &G_STRUCT_MEMBER(guint32, into, numbers[i].offset), error))
			return FALSE;
	return TRUE;
}

/* 32 hexadecimal digits, or nothing at all; @there tells which. */
static gboolean
read_block(const GyIni *ini, const char *section, const char *key, guint8 block[16], gboolean *there,
	GError **error)
{
	g_autofree char *text = gy_ini_get(ini, section, key);
	gsize length = text ? strlen(text) : 0;
	gboolean good = length == 32;

	*there = FALSE;
	if (length == 0)
		return TRUE;
	for (guint i = 0; good && i < 16; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		good = high >= 0 && low >= 0;
		block[i] = (guint8) (good ? high << 4 | low : 0);
	}
	/* the value is not shown: PlainKey is a secret */
	OPENSSL_cleanse(text, length);
	if (!good) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			"%s:%u: %s in section [%s] has %" G_GSIZE_FORMAT
			" characters, expected 32 hexadecimal digits",
			gy_ini_name(ini), gy_ini_line(ini, section, key), key, section, length);
		return FALSE;
	}
	*there = TRUE;
	return TRUE;
}

static gboolean
check_area_id(const GyIni *ini, const char *section, guint32 id, GError **error)
{
	if (id == WS63_PACKAGE_ID)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		"%s:%u: ImageId in section [%s] is 0x%08X, expected 0x%08X", gy_ini_name(ini),
		gy_ini_line(ini, section, "ImageId"), section, id, WS63_PACKAGE_ID);
	return FALSE;
}

static char *
get_nonempty(const GyIni *ini, const char *section, const char *key)
{
	char *text = gy_ini_get(ini, section, key);

	if (text && *text == '\0')
		g_clear_pointer(&text, g_free);
	return text;
}

static int
read_sign_suite(const GyIni *ini)
{
	g_autofree char *text = gy_ini_get(ini, "SIGN_CFG", "SignSuite");
	guint32 suite = 0;

	return text && parse_number(text, DECIMAL, &suite) && suite <= G_MAXINT ? (int) suite : -1;
}

GyFotaCfg *
gy_fota_cfg_parse(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = g_new0(GyFotaCfg, 1);

	cfg->ini = gy_ini_parse(bytes, name, GY_INI_PERCENT, error);
	if (!cfg->ini)
		return NULL;
	if (!read_numbers(
		    cfg->ini, "FOTA_KEY_AREA", key_numbers, G_N_ELEMENTS(key_numbers), &cfg->key, error) ||
		!read_numbers(cfg->ini, "FOTA_INFO_AREA", info_numbers, G_N_ELEMENTS(info_numbers),
			&cfg->info, error))
		return NULL;
	if (!check_area_id(cfg->ini, "FOTA_KEY_AREA", cfg->key.image_id, error) ||
		!check_area_id(cfg->ini, "FOTA_INFO_AREA", cfg->info.image_id, error))
		return NULL;
	cfg->root_key_file = get_nonempty(cfg->ini, "SIGN_CFG", "RootKeyFile");
	cfg->sub_key_file = get_nonempty(cfg->ini, "SIGN_CFG", "SubKeyFile");
	cfg->sign_suite = read_sign_suite(cfg->ini);
	return g_steal_pointer(&cfg);
}

/* The vendor's packager stops at a missing protection key, but takes an empty one. */
static gboolean
require_key(const GyIni *ini, const char *section, const char *key, GError **error)
{
	if (gy_ini_line(ini, section, key) != 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, "%s:%u: section [%s] has no %s", gy_ini_name(ini),
		gy_ini_line(ini, section, NULL), section, key);
	return FALSE;
}

GyFotaImage *
gy_fota_cfg_image(const GyFotaCfg *cfg, const char *section, GError **error)
{
	g_autoptr(GyFotaImage) image = g_new0(GyFotaImage, 1);
	gboolean has_l1 = FALSE;
	gboolean has_l2 = FALSE;
	gboolean encrypted;

	image->section = g_strdup(section);
	if (!read_numbers(cfg->ini, section, image_numbers, G_N_ELEMENTS(image_numbers), image, error) ||
		!require_key(cfg->ini, section, "ProtectionKeyL1", error) ||
		!require_key(cfg->ini, section, "ProtectionKeyL2", error) ||
		!read_block(cfg->ini, section, "ProtectionKeyL1", image->protection_key_l1, &has_l1, error) ||
		!read_block(cfg->ini, section, "ProtectionKeyL2", image->protection_key_l2, &has_l2, error) ||
		!read_block(cfg->ini, section, "PlainKey", image->plain_key, &image->has_plain_key, error) ||
		!read_block(cfg->ini, section, "Iv", image->iv, &image->has_iv, error))
		return NULL;

	if (image->header_magic != WS63_HEADER_MAGIC) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			"%s:%u: HeaderMagic in section [%s] is 0x%08X, expected 0x%08X",
			gy_ini_name(cfg->ini), gy_ini_line(cfg->ini, section, "HeaderMagic"), section,
			image->header_magic, WS63_HEADER_MAGIC);
		return NULL;
	}
	encrypted = image->re_enc_flag == WS63_FLAG_ENCRYPTED;
	if (encrypted && (!has_l1 || !has_l2 || !image->has_plain_key || !image->has_iv)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			"%s:%u: section [%s] asks for encryption, which needs ProtectionKeyL1, "
			"ProtectionKeyL2, PlainKey "
			"and Iv",
			gy_ini_name(cfg->ini), gy_ini_line(cfg->ini, section, "ReRncFlag"), section);
		return NULL;
	}
	return g_steal_pointer(&image);
}

const char *
gy_fota_cfg_name(const GyFotaCfg *cfg)
{
	return gy_ini_name(cfg->ini);
}

const GyFotaKeyArea *
gy_fota_cfg_key_area(const GyFotaCfg *cfg)
{
	return &cfg->key;
}

const GyFotaInfoArea *
gy_fota_cfg_info_area(const GyFotaCfg *cfg)
{
	return &cfg->info;
}

const char *
gy_fota_cfg_root_key_file(const GyFotaCfg *cfg)
{
	return cfg->root_key_file;
}

const char *
gy_fota_cfg_sub_key_file(const GyFotaCfg *cfg)
{
	return cfg->sub_key_file;
}

int
gy_fota_cfg_sign_suite(const GyFotaCfg *cfg)
{
	return cfg->sign_suite;
}
