// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/own-images.h"
#include "engine/formats/ws63/parts.h"
#include "engine/formats/ws63/sdk.h"
#include "engine/formats/ws63/sign.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

#define VERSION_MAX      16 /* characters that the vendor's script takes */
#define VERSION_READABLE 15 /* characters that its example of reading them back copies */

static void
warn(GPtrArray *notes, GyError code, const char *field, const char *found, const char *expected,
	const char *message)
{
	if (notes)
		g_ptr_array_add(notes, gy_finding_new(GY_SEVERITY_WARNING, code, field, GY_NO_OFFSET, found,
					       expected, "%s", message));
}

/* ---- rules ---------------------------------------------------------------------------------------------- */

static gboolean
is_hash_only(guint32 key_alg)
{
	return key_alg == WS63_KEY_ALG_HASH_ECC || key_alg == WS63_KEY_ALG_HASH_RSA;
}

static gboolean
check_key_alg(const GyFotaCfg *cfg, GySigning signing, GError **error)
{
	guint32 alg = gy_fota_cfg_key_area(cfg)->key_alg;

	if (alg != WS63_KEY_ALG_ECDSA && !is_hash_only(alg)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s: KeyAlg is 0x%08X, expected 0x%08X (ECDSA) or, for digests only, 0x%08X"),
			gy_fota_cfg_name(cfg), alg, WS63_KEY_ALG_ECDSA, WS63_KEY_ALG_HASH_RSA);
		return FALSE;
	}
	if (signing == GY_SIGNING_KEYS && is_hash_only(alg)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("%s: KeyAlg is 0x%08X, digests only, which anyone can make; expected 0x%08X for a "
			  "signed package"),
			gy_fota_cfg_name(cfg), alg, WS63_KEY_ALG_ECDSA);
		return FALSE;
	}
	if (signing == GY_SIGNING_HASH_ONLY && !is_hash_only(alg)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("%s: KeyAlg is 0x%08X, which demands signatures; digests only need KeyAlg 0x%08X"),
			gy_fota_cfg_name(cfg), alg, WS63_KEY_ALG_HASH_RSA);
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_version(const char *version, GPtrArray *notes, GError **error)
{
	glong length;

	if (!version)
		return TRUE;
	if (!g_utf8_validate(version, -1, NULL)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("the version text is not UTF-8"));
		return FALSE;
	}
	length = g_utf8_strlen(version, -1);
	if (length > VERSION_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("the version text has %ld characters, expected at most %d"), length, VERSION_MAX);
		return FALSE;
	}
	if (length > VERSION_READABLE)
		warn(notes, GY_ERROR_CFG_VALUE, "info_area.user_defined", _("16 characters"), _("at most 15"),
			_("firmware that follows the vendor's example loses the last character of the "
			  "version "
			  "text"));
	return TRUE;
}

/* The chip runs encrypted code with the counter of the image's own header, not with that of the package. */
static void
warn_about_iv(const GyWs63Part *part, GPtrArray *notes)
{
	const GyFotaImage *image = part->section;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(part->input, &size);
	const guint8 *named = data + WS63_CODE_INFO + WS63_CODE_IV;
	g_autofree char *expected = gy_hex(image->iv, sizeof image->iv);
	g_autofree char *found = NULL;

	if (image->re_enc_flag != WS63_FLAG_ENCRYPTED || size < WS63_FIRMWARE_HEADER_SIZE ||
		memcmp(named, image->iv, sizeof image->iv) == 0)
		return;
	found = gy_hex(named, sizeof image->iv);
	warn(notes, GY_ERROR_CFG_RULE, "code_info.iv", found, expected,
		_("the image does not name the Iv that it is encrypted with, so a board would install it and "
		  "not start it; sign it with SignSuite 0 and this Iv"));
}

static void
warn_about_cfg(const GyFotaCfg *cfg, GPtrArray *parts, GPtrArray *notes)
{
	int suite = gy_fota_cfg_sign_suite(cfg);
	gboolean suite_is_hash = suite == 4 || suite == 34;
	g_autofree char *suite_text = g_strdup_printf("%d", suite);

	if (suite >= 0 && suite_is_hash != is_hash_only(gy_fota_cfg_key_area(cfg)->key_alg))
		warn(notes, GY_ERROR_CFG_RULE, "SIGN_CFG.SignSuite", suite_text,
			suite_is_hash ? "1" : _("4 or 34"),
			_("SignSuite contradicts KeyAlg; KeyAlg alone decides"));
	if (is_hash_only(gy_fota_cfg_key_area(cfg)->key_alg))
		warn(notes, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "FOTA_KEY_AREA.KeyAlg", NULL, "0x2A13C812",
			_("integrity only, not authentic: the package carries digests, which anyone can "
			  "make"));
	for (guint i = 0; i < parts->len; i++) {
		const GyFotaImage *image = ((GyWs63Part *) parts->pdata[i])->section;
		g_autofree char *field = g_strdup_printf("%s.version_ext", image->section);

		warn_about_iv(parts->pdata[i], notes);
		g_autofree char *found = g_strdup_printf("0x%08X", image->version_ext);

		if ((image->version_ext & (image->version_ext + 1)) != 0)
			warn(notes, GY_ERROR_CFG_VALUE, field, found, _("0, 1, 3, 7, … (ones from bit 0 up)"),
				_("the version number is not unary, so the fuses cannot count with it"));
	}
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static void
write_key_area(guint8 *area, const GyFotaKeyArea *cfg)
{
	gyw_put_u32le(area + WS63_AREA_IMAGE_ID, cfg->image_id);
	gyw_put_u32le(area + WS63_AREA_STRUCT_VERSION, cfg->struct_version);
	gyw_put_u32le(area + WS63_AREA_STRUCT_LENGTH, WS63_AREA_SIZE);
	gyw_put_u32le(area + WS63_AREA_SIGNATURE_LENGTH,
		is_hash_only(cfg->key_alg) ? WS63_DIGEST_SIZE : WS63_SIGNATURE_SIZE);
	gyw_put_u32le(area + WS63_KEY_OWNER_ID, cfg->key_owner_id);
	gyw_put_u32le(area + WS63_KEY_ID, cfg->key_id);
	gyw_put_u32le(area + WS63_KEY_ALG, cfg->key_alg);
	gyw_put_u32le(area + WS63_KEY_VERSION_EXT, cfg->key_version);
	gyw_put_u32le(area + WS63_KEY_VERSION_MASK, cfg->key_version_mask);
	gyw_put_u32le(area + WS63_KEY_MSID, cfg->msid);
	gyw_put_u32le(area + WS63_KEY_MSID_MASK, cfg->msid_mask);
}

/* The table has to be complete: its digest goes in here. */
static void
write_info_area(guint8 *package, const GyFotaCfg *cfg, guint n_images, const char *version)
{
	guint8 *area = package + WS63_INFO;
	const GyFotaInfoArea *info = gy_fota_cfg_info_area(cfg);
	guint32 table_length = (guint32) gy_ws63_table_length(n_images);

	gyw_put_u32le(area + WS63_AREA_IMAGE_ID, info->image_id);
	gyw_put_u32le(area + WS63_AREA_STRUCT_VERSION, info->struct_version);
	gyw_put_u32le(area + WS63_AREA_STRUCT_LENGTH, WS63_AREA_SIZE);
	gyw_put_u32le(area + WS63_AREA_SIGNATURE_LENGTH,
		is_hash_only(gy_fota_cfg_key_area(cfg)->key_alg) ? WS63_DIGEST_SIZE : WS63_SIGNATURE_SIZE);
	gyw_put_u32le(area + WS63_INFO_VERSION_EXT, info->version);
	gyw_put_u32le(area + WS63_INFO_VERSION_MASK, info->version_mask);
	gyw_put_u32le(area + WS63_INFO_MSID, info->msid);
	gyw_put_u32le(area + WS63_INFO_MSID_MASK, info->msid_mask);
	gyw_put_u32le(area + WS63_INFO_TABLE_ADDR, WS63_HEAD_SIZE);
	gyw_put_u32le(area + WS63_INFO_TABLE_LENGTH, table_length);
	gy_sha256(package + WS63_HEAD_SIZE, table_length, area + WS63_INFO_TABLE_HASH);
	gyw_put_u32le(area + WS63_INFO_IMAGE_NUM, n_images);
	gyw_put_u32le(area + WS63_INFO_HARDWARE_ID, info->hardware_id);
	if (version)
		memcpy(area + WS63_INFO_USER_DEFINED, version, strlen(version));
}

static void
write_image_header(guint8 *header, guint32 offset, const GyWs63Part *part)
{
	const GyFotaImage *image = part->section;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(part->data, &size);

	gyw_put_u32le(header + WS63_HEADER_MAGIC_AT, image->header_magic);
	gyw_put_u32le(header + WS63_HEADER_IMAGE_ID, image->image_id);
	gyw_put_u32le(header + WS63_HEADER_IMAGE_OFFSET, offset + WS63_HEADER_SIZE);
	gyw_put_u32le(header + WS63_HEADER_IMAGE_LEN, (guint32) size);
	gy_sha256(data, size, header + WS63_HEADER_IMAGE_HASH);
	gyw_put_u32le(header + WS63_HEADER_NEW_IMAGE_LEN, (guint32) g_bytes_get_size(part->input));
	gyw_put_u32le(header + WS63_HEADER_VERSION_EXT, image->version_ext);
	gyw_put_u32le(header + WS63_HEADER_VERSION_MASK, image->version_mask);
	gyw_put_u32le(header + WS63_HEADER_DECOMPRESS, image->decompress_flag);
	gyw_put_u32le(header + WS63_HEADER_RE_ENC, image->re_enc_flag);
	gyw_put_u32le(header + WS63_HEADER_ROOT_KEY_TYPE, image->root_key_type);
	if (image->re_enc_flag != WS63_FLAG_ENCRYPTED)
		return;
	memcpy(header + WS63_HEADER_KEY_L1, image->protection_key_l1, 16);
	memcpy(header + WS63_HEADER_KEY_L2, image->protection_key_l2, 16);
	memcpy(header + WS63_HEADER_IV, image->iv, 16);
}

/* Header, data and table entry of one image; returns where the next one begins. */
static guint32
write_image(guint8 *package, guint index, guint32 offset, const GyWs63Part *part)
{
	guint8 *entry = package + WS63_HEAD_SIZE + index * WS63_ENTRY_SIZE;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(part->data, &size);
	guint32 length = WS63_HEADER_SIZE + (guint32) size;

	write_image_header(package + offset, offset, part);
	memcpy(package + offset + WS63_HEADER_SIZE, data, size);
	gyw_put_u32le(entry + WS63_ENTRY_IMAGE_ID, part->section->image_id);
	gyw_put_u32le(entry + WS63_ENTRY_IMAGE_ADDR, offset);
	gyw_put_u32le(entry + WS63_ENTRY_IMAGE_LENGTH, length);
	gy_sha256(package + offset, WS63_HEADER_SIZE, entry + WS63_ENTRY_IMAGE_HASH);
	return offset + length;
}

static guint8 *
write_package(const GyFotaCfg *cfg, GPtrArray *parts, const char *version, gsize *size, GError **error)
{
	guint64 total = WS63_HEAD_SIZE + gy_ws63_table_length(parts->len);
	guint32 offset = (guint32) total;
	guint8 *package;

	for (guint i = 0; i < parts->len; i++)
		total += WS63_HEADER_SIZE + g_bytes_get_size(((GyWs63Part *) parts->pdata[i])->data);
	if (total > GY_PACKAGE_MEMORY_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
			_("the package would have %" PRIu64 " bytes, at most %d are possible"), total,
			GY_PACKAGE_MEMORY_MAX);
		return NULL;
	}
	package = g_malloc0((gsize) total);
	write_key_area(package, gy_fota_cfg_key_area(cfg));
	for (guint i = 0; i < parts->len; i++)
		offset = write_image(package, i, offset, parts->pdata[i]);
	write_info_area(package, cfg, parts->len, version);
	*size = (gsize) total;
	return package;
}

/* What the board's storage takes: known if a table was named, else it is the standard one's. */
static gboolean
check_storage(gsize size, const GyBuildOptions *options, GPtrArray *parts, GPtrArray *notes, GError **error)
{
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_board_table(options, parts, error);
	guint32 storage = table ? gy_ws63_partition_table_storage(table) : 0;
	g_autofree char *found = g_strdup_printf("%" G_GSIZE_FORMAT, size);
	g_autofree char *expected = g_strdup_printf(_("at most %u"), storage);

	if (!table)
		return FALSE;
	if (size <= storage)
		return TRUE;
	if (gy_build_options_get(options, "partitions")) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
			_("the package has %s bytes, the storage of the board's partition table takes %s"),
			found, expected);
		return FALSE;
	}
	warn(notes, GY_ERROR_PACKAGE_TOO_LARGE, "package", found, expected,
		_("the package is larger than the storage of the standard partition table"));
	return TRUE;
}

/* Over the configuration goes what the board's present SDK asks for. */
static gboolean
apply_sdk(GyFotaCfg *cfg, const GyBuildOptions *options, GyWs63Sdk *sdk, GPtrArray *notes, GError **error)
{
	const char *version = gy_build_options_get(options, "for-sdk");
	g_autofree char *found = g_strdup_printf("0x%08X", gy_fota_cfg_key_area(cfg)->key_alg);

	if (!version)
		return TRUE;
	if (!gy_ws63_sdk_find(version, sdk, notes, error))
		return FALSE;
	if (gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("a package for a board with SDK %s is signed: digests only and for-sdk exclude "
			  "each "
			  "other"),
			version);
		return FALSE;
	}
	if (gy_fota_cfg_key_area(cfg)->key_alg == WS63_KEY_ALG_ECDSA)
		return TRUE;
	gy_fota_cfg_set_key_alg(cfg, WS63_KEY_ALG_ECDSA);
	warn(notes, GY_ERROR_CFG_RULE, "FOTA_KEY_AREA.KeyAlg", found, "0x2A13C812",
		_("for-sdk goes before the configuration's KeyAlg"));
	return TRUE;
}

static GyFotaCfg *
read_cfg(const GyBuildOptions *options, GyWs63Sdk *sdk, GPtrArray *notes, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = gy_fota_cfg_of_options(options, error);

	if (!cfg || !gy_ws63_own_images_check(options, error) ||
		!apply_sdk(cfg, options, sdk, notes, error) ||
		!check_key_alg(cfg, gy_build_options_get_signing(options), error) ||
		!check_version(gy_build_options_get(options, "ver"), notes, error))
		return NULL;
	return g_steal_pointer(&cfg);
}

/* Laid out, signed, and looked at as anyone else would. */
static GBytes *
finish(const GyFotaCfg *cfg, GPtrArray *parts, const GyBuildOptions *options, GyWs63Keys *keys,
	GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	gsize size = 0;
	guint8 *package = write_package(cfg, parts, gy_build_options_get(options, "ver"), &size, error);

	if (!package)
		return NULL;
	bytes = g_bytes_new_take(package, size);
	if (!gy_ws63_seal(package, gy_build_options_get_signing(options), keys, error) ||
		!gy_ws63_check_built(bytes, gy_build_options_get_signing(options), keys, error))
		return NULL;
	return g_steal_pointer(&bytes);
}

gboolean
gy_ws63_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error)
{
	GyWs63Sdk sdk = {0};
	g_autoptr(GyFotaCfg) cfg = read_cfg(options, &sdk, notes, error);
	g_auto(GyWs63Keys) keys = {NULL};
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!cfg)
		return FALSE;
	/* files are looked at before keys: nobody types a passphrase for a build that cannot be */
	parts = gy_ws63_parts_read(cfg, options, sdk.needs_boot, error);
	if (!parts || !gy_ws63_keys_load(&keys, options, cfg, sdk.needs_old_keys, error) ||
		!gy_ws63_parts_pack(parts, cfg, error) || !gy_ws63_parts_check_fit(parts, options, error))
		return FALSE;
	bytes = finish(cfg, parts, options, &keys, error);
	if (!bytes || !check_storage(g_bytes_get_size(bytes), options, parts, notes, error))
		return FALSE;
	warn_about_cfg(cfg, parts, notes);
	return gy_draft_append_bytes(draft, bytes, error);
}
