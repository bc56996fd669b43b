// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/digest.h"
#include "engine/file.h"
#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/pack.h"
#include "engine/formats/ws63/sign.h"
#include "engine/formats/ws63/ws63.h"

#define VERSION_MAX      16 /* characters that the vendor's script takes */
#define VERSION_READABLE 15 /* characters that its example of reading them back copies */

/* One image on its way into the package. */
typedef struct {
	GyFotaImage *section;
	GBytes *input;
	GBytes *data;
} Part;

static void
part_free(Part *part)
{
	gy_fota_image_free(part->section);
	g_clear_pointer(&part->input, g_bytes_unref);
	g_clear_pointer(&part->data, g_bytes_unref);
	g_free(part);
}

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
			"%s: KeyAlg is 0x%08X, expected 0x%08X (ECDSA) or, for digests only, 0x%08X",
			gy_fota_cfg_name(cfg), alg, WS63_KEY_ALG_ECDSA, WS63_KEY_ALG_HASH_RSA);
		return FALSE;
	}
	if (signing == GY_SIGNING_KEYS && is_hash_only(alg)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			"%s: KeyAlg is 0x%08X, digests only, which anyone can make; expected 0x%08X for a "
			"signed package",
			gy_fota_cfg_name(cfg), alg, WS63_KEY_ALG_ECDSA);
		return FALSE;
	}
	if (signing == GY_SIGNING_HASH_ONLY && !is_hash_only(alg)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			"%s: KeyAlg is 0x%08X, which demands signatures; digests only need KeyAlg 0x%08X",
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
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, "the version text is not UTF-8");
		return FALSE;
	}
	length = g_utf8_strlen(version, -1);
	if (length > VERSION_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			"the version text has %ld characters, expected at most %d", length, VERSION_MAX);
		return FALSE;
	}
	if (length > VERSION_READABLE)
		warn(notes, GY_ERROR_CFG_VALUE, "info_area.user_defined", "16 characters", "at most 15",
			"firmware that follows the vendor's example loses the last character of the version "
			"text");
	return TRUE;
}

static gboolean
check_section_id(const GyFotaCfg *cfg, const GyFotaImage *image, GError **error)
{
	if (gy_ws63_is_known_image(image->image_id))
		return TRUE;
	if (image->image_id == WS63_IMAGE_RES_INDEX || image->image_id == WS63_IMAGE_RES_DATA) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"%s: section [%s] is a resource image, which a WS63 refuses: its updater is built "
			"without them",
			gy_fota_cfg_name(cfg), image->section);
		return FALSE;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_UNKNOWN_IMAGE,
		"%s: section [%s] has ImageId 0x%08X, which no device knows: it would skip the image, never "
		"finish the "
		"upgrade, and reset for ever; expected application, flashboot, nv or hilink",
		gy_fota_cfg_name(cfg), image->section, image->image_id);
	return FALSE;
}

static gboolean
check_selection(GPtrArray *parts, GError **error)
{
	gboolean has_nv = FALSE;
	gboolean has_application = FALSE;

	for (guint i = 0; i < parts->len; i++) {
		const GyFotaImage *image = ((Part *) parts->pdata[i])->section;

		has_nv |= image->image_id == WS63_IMAGE_NV;
		has_application |= image->image_id == WS63_IMAGE_APPLICATION;
		for (guint j = 0; j < i; j++) {
			const GyFotaImage *other = ((Part *) parts->pdata[j])->section;

			if (other->image_id != image->image_id)
				continue;
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
				"images %s and %s have the same ImageId 0x%08X, each may be there once",
				other->section, image->section, image->image_id);
			return FALSE;
		}
	}
	if (has_nv && !has_application) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			"an nv image needs the application in the same package, since the application "
			"applies it");
		return FALSE;
	}
	return TRUE;
}

static void
warn_about_cfg(const GyFotaCfg *cfg, GPtrArray *parts, GPtrArray *notes)
{
	int suite = gy_fota_cfg_sign_suite(cfg);
	gboolean suite_is_hash = suite == 4 || suite == 34;
	g_autofree char *suite_text = g_strdup_printf("%d", suite);

	if (suite >= 0 && suite_is_hash != is_hash_only(gy_fota_cfg_key_area(cfg)->key_alg))
		warn(notes, GY_ERROR_CFG_RULE, "SIGN_CFG.SignSuite", suite_text,
			suite_is_hash ? "1" : "4 or 34",
			"SignSuite contradicts KeyAlg; KeyAlg alone decides");
	if (is_hash_only(gy_fota_cfg_key_area(cfg)->key_alg))
		warn(notes, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "FOTA_KEY_AREA.KeyAlg", NULL, "0x2A13C812",
			"integrity only, not authentic: the package carries digests, which anyone can make");
	for (guint i = 0; i < parts->len; i++) {
		const GyFotaImage *image = ((Part *) parts->pdata[i])->section;
		g_autofree char *field = g_strdup_printf("%s.version_ext", image->section);
		g_autofree char *found = g_strdup_printf("0x%08X", image->version_ext);

		if ((image->version_ext & (image->version_ext + 1)) != 0)
			warn(notes, GY_ERROR_CFG_VALUE, field, found, "0, 1, 3, 7, … (ones from bit 0 up)",
				"the version number is not unary, so the fuses cannot count with it");
	}
}

/* ---- inputs --------------------------------------------------------------------------------------------- */

static gboolean
check_input(const Part *part, const char *path, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(part->input, &size);
	GyFinding *finding;

	if (part->section->image_id == WS63_IMAGE_NV) {
		if (size % WS63_NV_PAGE == 0)
			return TRUE;
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_TRUNCATED,
			"%s has %" G_GSIZE_FORMAT
			" bytes, expected whole pages of %u: the device fails with others after the "
			"reset",
			path, size, WS63_NV_PAGE);
		return FALSE;
	}
	finding = gy_ws63_image_check(data, size, part->section->image_id);
	if (!finding)
		return TRUE;
	if (error) {
		*error = gy_finding_to_error(finding);
		g_prefix_error(error, "%s for section [%s]: ", path, part->section->section);
	}
	gy_finding_free(finding);
	return FALSE;
}

static Part *
read_part(const GyFotaCfg *cfg, const GyBuildImage *wanted, GError **error)
{
	Part *part = g_new0(Part, 1);

	part->section = gy_fota_cfg_image(cfg, wanted->section, error);
	if (part->section && check_section_id(cfg, part->section, error))
		part->input = gy_file_read(wanted->path, WS63_IMAGE_MAX, error);
	if (!part->input || !check_input(part, wanted->path, error)) {
		part_free(part);
		return NULL;
	}
	return part;
}

static GPtrArray *
read_parts(const GyFotaCfg *cfg, GPtrArray *images, GError **error)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify) part_free);

	for (guint i = 0; i < images->len; i++) {
		const GyBuildImage *wanted = images->pdata[i];
		Part *part;

		/* one without a file is only described */
		if (!wanted->path)
			continue;
		part = read_part(cfg, wanted, error);
		if (!part)
			return NULL;
		g_ptr_array_add(parts, part);
	}
	if (parts->len < 1 || parts->len > WS63_MAX_IMAGES) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			"%u images were given, a package holds 1 to %u", parts->len, WS63_MAX_IMAGES);
		return NULL;
	}
	if (!check_selection(parts, error))
		return NULL;
	return g_steal_pointer(&parts);
}

static gboolean
pack_parts(const GyFotaCfg *cfg, GPtrArray *parts, GError **error)
{
	/* keys for all encryption stand in one section, whether or not it is packed itself */
	g_autoptr(GyFotaImage) application = gy_fota_cfg_image(cfg, "application", NULL);

	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];

		part->data = gy_ws63_pack(part->input, part->section, application, error);
		if (!part->data)
			return FALSE;
	}
	return TRUE;
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
write_image_header(guint8 *header, guint32 offset, const Part *part)
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
write_image(guint8 *package, guint index, guint32 offset, const Part *part)
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
		total += WS63_HEADER_SIZE + g_bytes_get_size(((Part *) parts->pdata[i])->data);
	if (total > GY_PACKAGE_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
			"the package would have %" G_GUINT64_FORMAT " bytes, at most %d are possible", total,
			GY_PACKAGE_MAX);
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

static void
warn_about_size(gsize size, GPtrArray *notes)
{
	g_autofree char *found = g_strdup_printf("%" G_GSIZE_FORMAT, size);

	if (size > WS63_DEFAULT_STORAGE)
		warn(notes, GY_ERROR_PACKAGE_TOO_LARGE, "package", found, "at most 1572864",
			"the package is larger than the storage of the standard partition table");
}

static GyFotaCfg *
read_cfg(const GyBuildOptions *options, GPtrArray *notes, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!gy_build_options_get(options, "config")) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			"a package for the WS63 is built after a fota.cfg");
		return NULL;
	}
	bytes = gy_file_read(gy_build_options_get(options, "config"), WS63_CONFIG_MAX, error);
	cfg = bytes ? gy_fota_cfg_parse(bytes, gy_build_options_get(options, "config"), error) : NULL;
	if (!cfg || !check_key_alg(cfg, gy_build_options_get_signing(options), error) ||
		!check_version(gy_build_options_get(options, "ver"), notes, error))
		return NULL;
	return g_steal_pointer(&cfg);
}

GBytes *
gy_ws63_build(const GyBuildOptions *options, GPtrArray *notes, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = read_cfg(options, notes, error);
	g_auto(GyWs63Keys) keys = {NULL, NULL};
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(GBytes) bytes = NULL;
	guint8 *package;
	gsize size = 0;

	if (!cfg)
		return NULL;
	/* files are looked at before keys: nobody types a passphrase for a build that cannot be */
	parts = read_parts(cfg, options->images, error);
	if (!parts || !gy_ws63_keys_load(&keys, options, cfg, error) || !pack_parts(cfg, parts, error))
		return NULL;
	package = write_package(cfg, parts, gy_build_options_get(options, "ver"), &size, error);
	if (!package)
		return NULL;
	bytes = g_bytes_new_take(package, size);
	if (!gy_ws63_seal(package, gy_build_options_get_signing(options), &keys, error) ||
		!gy_ws63_check_own(bytes, gy_build_options_get_signing(options), keys.root, error))
		return NULL;
	warn_about_cfg(cfg, parts, notes);
	warn_about_size(size, notes);
	return g_steal_pointer(&bytes);
}
