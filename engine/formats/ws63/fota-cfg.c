// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/fota-cfg.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "engine/file.h"
#include "engine/formats/ws63/fota-cfg-fields.h"
#include "engine/formats/ws63/options.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/ini.h"

struct _GyFotaCfg {
	char *name;
	GyIni *ini;                    /* NULL without a file */
	const GyBuildOptions *options; /* NULL without any */
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
	g_free(cfg->name);
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

static gboolean
parse_number(const char *text, gboolean is_decimal, guint32 *value)
{
	guint base = is_decimal ? 10 : 16;
	guint64 number = 0;

	if (!is_decimal && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	if (*text == '\0')
		return FALSE;
	for (; *text; text++) {
		int digit = is_decimal ? g_ascii_digit_value(*text) : g_ascii_xdigit_value(*text);

		if (digit < 0)
			return FALSE;
		number = number * base + (guint64) digit;
		if (number > G_MAXUINT32)
			return FALSE;
	}
	*value = (guint32) number;
	return TRUE;
}

static gboolean
read_number(const GyIni *ini, const char *section, const GyFotaNumber *number, guint32 *value, GError **error)
{
	g_autofree char *text = gy_ini_get(ini, section, number->key);

	if (!text) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("%s:%u: section [%s] has no %s"),
			gy_ini_name(ini), gy_ini_line(ini, section, NULL), section, number->key);
		return FALSE;
	}
	if (!parse_number(text, number->is_decimal, value)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s:%u: %s in section [%s] is \"%s\", expected a %s number of at most 32 bits"),
			gy_ini_name(ini), gy_ini_line(ini, section, number->key), number->key, section, text,
			number->is_decimal ? _("decimal") : _("hexadecimal"));
		return FALSE;
	}
	return TRUE;
}

static gboolean
read_numbers(
	const GyIni *ini, const char *section, const GyFotaNumber *numbers, gpointer into, GError **error)
{
	if (!gy_ini_has_section(ini, section)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("%s: there is no section [%s]"),
			gy_ini_name(ini), section);
		return FALSE;
	}
	for (; numbers->key; numbers++)
		if (!read_number(
			    ini, section, numbers, &G_STRUCT_MEMBER(guint32, into, numbers->offset), error))
			return FALSE;
	return TRUE;
}

static void
set_usual_numbers(const GyFotaNumber *numbers, gpointer into)
{
	for (; numbers->key; numbers++)
		G_STRUCT_MEMBER(guint32, into, numbers->offset) = numbers->usual;
}

/* 32 hexadecimal digits, or nothing at all. */
static gboolean
read_block(
	const GyIni *ini, const char *section, const GyFotaBlock *block, GyFotaImage *image, GError **error)
{
	g_autofree char *text = gy_ini_get(ini, section, block->key);
	gsize length = text ? strlen(text) : 0;
	gboolean good;

	if (length == 0)
		return TRUE;
	good = gy_fota_block_parse(text, &G_STRUCT_MEMBER(guint8, image, block->offset));
	/* the value is not shown: PlainKey is a secret */
	OPENSSL_cleanse(text, length);
	if (!good) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s:%u: %s in section [%s] has %zu characters, expected 32 hexadecimal digits"),
			gy_ini_name(ini), gy_ini_line(ini, section, block->key), block->key, section, length);
		return FALSE;
	}
	G_STRUCT_MEMBER(gboolean, image, block->there) = TRUE;
	return TRUE;
}

static gboolean
check_area_id(const GyIni *ini, const char *section, guint32 id, GError **error)
{
	if (id == WS63_PACKAGE_ID)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("%s:%u: ImageId in section [%s] is 0x%08X, expected 0x%08X"), gy_ini_name(ini),
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

	return text && parse_number(text, TRUE, &suite) && suite <= G_MAXINT ? (int) suite : -1;
}

GyFotaCfg *
gy_fota_cfg_parse(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = g_new0(GyFotaCfg, 1);

	cfg->name = g_strdup(name);
	cfg->ini = gy_ini_parse(bytes, name, GY_INI_PERCENT, error);
	if (!cfg->ini)
		return NULL;
	if (!read_numbers(cfg->ini, GY_FOTA_KEY_AREA, gy_fota_key_numbers, &cfg->key, error) ||
		!read_numbers(cfg->ini, GY_FOTA_INFO_AREA, gy_fota_info_numbers, &cfg->info, error))
		return NULL;
	if (!check_area_id(cfg->ini, GY_FOTA_KEY_AREA, cfg->key.image_id, error) ||
		!check_area_id(cfg->ini, GY_FOTA_INFO_AREA, cfg->info.image_id, error))
		return NULL;
	cfg->root_key_file = get_nonempty(cfg->ini, GY_FOTA_SIGN, "RootKeyFile");
	cfg->sub_key_file = get_nonempty(cfg->ini, GY_FOTA_SIGN, "SubKeyFile");
	cfg->sign_suite = read_sign_suite(cfg->ini);
	return g_steal_pointer(&cfg);
}

/* ---- options over it ------------------------------------------------------------------------------------ */

static GyFotaCfg *
usual_cfg(const GyBuildOptions *options)
{
	GyFotaCfg *cfg = g_new0(GyFotaCfg, 1);

	cfg->name = g_strdup(_("the build's options"));
	set_usual_numbers(gy_fota_key_numbers, &cfg->key);
	set_usual_numbers(gy_fota_info_numbers, &cfg->info);
	cfg->sign_suite = -1;
	if (gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY)
		cfg->key.key_alg = WS63_KEY_ALG_HASH_RSA;
	return cfg;
}

static gboolean
apply_number(const GyFotaNumber *number, const char *text, gpointer into, GError **error)
{
	if (!text || !*text || gy_number_parse(text, &G_STRUCT_MEMBER(guint32, into, number->offset)))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("%s is \"%s\", expected a number of 32 bits"),
		number->option, text);
	return FALSE;
}

static gboolean
apply_numbers(const GyBuildOptions *options, const GyFotaNumber *numbers, gpointer into, GError **error)
{
	for (; numbers->key; numbers++)
		if (numbers->option &&
			!apply_number(numbers, gy_build_options_get(options, numbers->option), into, error))
			return FALSE;
	return TRUE;
}

static gboolean
apply_key_alg(GyFotaCfg *cfg, const GyBuildOptions *options, GError **error)
{
	const char *word = gy_build_options_get(options, "key-alg");
	guint32 alg = word ? gy_ws63_key_alg_of_word(word) : 0;

	if (alg != 0)
		cfg->key.key_alg = alg;
	if (!word || alg != 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("key-alg is \"%s\", which is not known"), word);
	return FALSE;
}

GyFotaCfg *
gy_fota_cfg_of_options(const GyBuildOptions *options, GError **error)
{
	const char *path = gy_build_options_get(options, "config");
	g_autoptr(GBytes) bytes = path ? gy_file_read(path, WS63_CONFIG_MAX, error) : NULL;
	g_autoptr(GyFotaCfg) cfg = bytes  ? gy_fota_cfg_parse(bytes, path, error)
				   : path ? NULL
					  : usual_cfg(options);

	if (!cfg || !apply_numbers(options, gy_fota_key_numbers, &cfg->key, error) ||
		!apply_numbers(options, gy_fota_info_numbers, &cfg->info, error) ||
		!apply_key_alg(cfg, options, error))
		return NULL;
	cfg->options = options;
	return g_steal_pointer(&cfg);
}

void
gy_fota_cfg_set_key_alg(GyFotaCfg *cfg, guint32 key_alg)
{
	cfg->key.key_alg = key_alg;
}

/* ---- images --------------------------------------------------------------------------------------------- */

/* The vendor's packager stops at a missing protection key, but takes an empty one. */
static gboolean
require_key(const GyIni *ini, const char *section, const char *key, GError **error)
{
	if (gy_ini_line(ini, section, key) != 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("%s:%u: section [%s] has no %s"),
		gy_ini_name(ini), gy_ini_line(ini, section, NULL), section, key);
	return FALSE;
}

static gboolean
read_image(const GyIni *ini, const char *section, GyFotaImage *image, GError **error)
{
	if (!read_numbers(ini, section, gy_fota_image_numbers, image, error) ||
		!require_key(ini, section, "ProtectionKeyL1", error) ||
		!require_key(ini, section, "ProtectionKeyL2", error))
		return FALSE;
	for (const GyFotaBlock *block = gy_fota_blocks; block->key; block++)
		if (!read_block(ini, section, block, image, error))
			return FALSE;
	return TRUE;
}

static void
set_usual_image(const char *section, GyFotaImage *image)
{
	set_usual_numbers(gy_fota_image_numbers, image);
	image->image_id = gy_ws63_image_id(section);
	if (image->image_id == WS63_IMAGE_NV)
		image->decompress_flag = 0;
}

static void
apply_words(const GyBuildImage *given, GyFotaImage *image)
{
	const char *compression = gy_build_image_get(given, "compression");
	const char *encrypted = gy_build_image_get(given, "encrypted");

	if (compression && *compression)
		image->decompress_flag = g_str_equal(compression, "lzma")   ? WS63_FLAG_LZMA
					 : g_str_equal(compression, "diff") ? WS63_FLAG_DIFF
									    : 0;
	if (encrypted && *encrypted)
		image->re_enc_flag = g_str_equal(encrypted, "yes") ? WS63_FLAG_ENCRYPTED : 0;
}

static gboolean
apply_blocks(const GyBuildImage *given, GyFotaImage *image, GError **error)
{
	for (const GyFotaBlock *block = gy_fota_blocks; block->key; block++) {
		const char *text = gy_build_image_get(given, block->option);

		if (!text || !*text)
			continue;
		if (!gy_fota_block_parse(text, &G_STRUCT_MEMBER(guint8, image, block->offset))) {
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
				_("%s of image %s is not 32 hexadecimal digits"), block->option,
				given->section);
			return FALSE;
		}
		G_STRUCT_MEMBER(gboolean, image, block->there) = TRUE;
	}
	return TRUE;
}

static gboolean
apply_image(const GyBuildImage *given, GyFotaImage *image, GError **error)
{
	for (const GyFotaNumber *number = gy_fota_image_numbers; number->key; number++)
		if (number->option &&
			!apply_number(number, gy_build_image_get(given, number->option), image, error))
			return FALSE;
	apply_words(given, image);
	return apply_blocks(given, image, error);
}

static gboolean
check_image(const GyFotaCfg *cfg, const GyFotaImage *image, GError **error)
{
	const char *section = image->section;

	if (image->header_magic != WS63_HEADER_MAGIC) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s:%u: HeaderMagic in section [%s] is 0x%08X, expected 0x%08X"), cfg->name,
			gy_ini_line(cfg->ini, section, "HeaderMagic"), section, image->header_magic,
			WS63_HEADER_MAGIC);
		return FALSE;
	}
	if (image->re_enc_flag == WS63_FLAG_ENCRYPTED &&
		(!image->has_protection_key_l1 || !image->has_protection_key_l2 || !image->has_plain_key ||
			!image->has_iv)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("%s: section [%s] asks for encryption, which needs ProtectionKeyL1, "
			  "ProtectionKeyL2, PlainKey and Iv"),
			cfg->name, section);
		return FALSE;
	}
	return TRUE;
}

/* An image that neither the file nor this program knows has to bring its id. */
static gboolean
has_own_id(const GyBuildImage *given)
{
	const char *id = given ? gy_build_image_get(given, "id") : NULL;

	return id && *id;
}

static gboolean
begin_image(const GyFotaCfg *cfg, const GyBuildImage *given, GyFotaImage *image, GError **error)
{
	gboolean is_usual = !cfg->ini && gy_ws63_image_id(image->section) != 0;

	if (!is_usual && !has_own_id(given) && !cfg->ini) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("image %s is none of application, flashboot, nv and hilink, so it needs an id"),
			image->section);
		return FALSE;
	}
	if (is_usual || (has_own_id(given) && !(cfg->ini && gy_ini_has_section(cfg->ini, image->section)))) {
		set_usual_image(image->section, image);
		return TRUE;
	}
	return read_image(cfg->ini, image->section, image, error);
}

GyFotaImage *
gy_fota_cfg_image(const GyFotaCfg *cfg, const char *section, GError **error)
{
	const GyBuildImage *given = cfg->options ? gy_build_options_find_image(cfg->options, section) : NULL;
	g_autoptr(GyFotaImage) image = g_new0(GyFotaImage, 1);

	image->section = g_strdup(section);
	if (!begin_image(cfg, given, image, error) || (given && !apply_image(given, image, error)) ||
		!check_image(cfg, image, error))
		return NULL;
	return g_steal_pointer(&image);
}

const char *
gy_fota_cfg_name(const GyFotaCfg *cfg)
{
	return cfg->name;
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

char *
gy_fota_cfg_text(const GyFotaCfg *cfg, const char *section, const char *key)
{
	return cfg->ini ? gy_ini_get(cfg->ini, section, key) : NULL;
}

char **
gy_fota_cfg_sections(const GyFotaCfg *cfg)
{
	return cfg->ini ? gy_ini_sections(cfg->ini) : g_new0(char *, 1);
}
