// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/image-header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

static const struct {
	const char *word;
	guint32 key_id;  /* first word of the file */
	guint32 code_id; /* word at 0x100, and the id in packages */
} images[] = {
	{"application", 0x4B0F2D1E, WS63_IMAGE_APPLICATION},
	{"flashboot", 0x4B1E3C1E, WS63_IMAGE_FLASHBOOT},
	{"flashboot-backup", 0x4B69871E, 0x4B69872D},
	{"loaderboot", 0x4BD2F01E, 0x4BD2F02D},
	{"params", 0x4B87A51E, 0x4B87A52D},
};

guint32
gy_ws63_key_id_of_image(guint32 id)
{
	for (guint i = 0; i < G_N_ELEMENTS(images); i++)
		if (images[i].code_id == id)
			return images[i].key_id;
	return 0;
}

guint64
gy_ws63_image_code_size(const guint8 *data, gsize size)
{
	guint64 whole;

	if (size < WS63_FIRMWARE_HEADER_SIZE)
		return 0;
	whole = WS63_FIRMWARE_HEADER_SIZE +
		(guint64) gyw_get_u32le(data + WS63_CODE_INFO + WS63_CODE_AREA_LEN);
	return whole <= size ? whole : 0;
}

static GyFinding *
wrong_word(
	GyError code, const char *field, guint offset, guint32 found, guint32 expected, const char *message)
{
	g_autofree char *found_text = g_strdup_printf("0x%08X", found);
	g_autofree char *expected_text = g_strdup_printf("0x%08X", expected);

	return gy_finding_new(
		GY_SEVERITY_ERROR, code, field, offset, found_text, expected_text, "%s", message);
}

/* The first word of the file, where FORMAT.md names one for this id. */
static GyFinding *
check_key_area_id(const guint8 *data, guint32 image_id)
{
	guint32 found = gyw_get_u32le(data);
	guint32 expected = gy_ws63_key_id_of_image(image_id);

	if (expected == 0 || found == expected)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(images); i++)
		if (images[i].key_id == found)
			return wrong_word(GY_ERROR_IMAGE_OTHER_SECTION, "firmware.key_area.image_id", 0,
				found, expected, _("the file is a firmware image of another kind"));
	return wrong_word(GY_ERROR_IMAGE_HEADER, "firmware.key_area.image_id", 0, found, expected,
		_("the file has no header of a signed firmware image"));
}

static GyFinding *
check_code(const guint8 *data, guint64 code_end)
{
	const guint8 *info = data + WS63_CODE_INFO;
	g_autofree char *found_text = NULL;
	g_autofree char *expected_text = NULL;
	guint8 digest[GY_SHA256_SIZE];

	/* the digest of code that is encrypted for the flash cannot be checked from outside the chip */
	if (gyw_get_u32le(info + WS63_CODE_ENC_FLAG) != WS63_CODE_NOT_ENCRYPTED)
		return NULL;
	gy_sha256(data + WS63_FIRMWARE_HEADER_SIZE, (gsize) code_end - WS63_FIRMWARE_HEADER_SIZE, digest);
	if (memcmp(digest, info + WS63_CODE_AREA_HASH, sizeof digest) == 0)
		return NULL;
	found_text = gy_hex(digest, sizeof digest);
	expected_text = gy_hex(info + WS63_CODE_AREA_HASH, sizeof digest);
	return gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_IMAGE_HASH, "firmware.code_info.code_area_hash",
		WS63_CODE_INFO + WS63_CODE_AREA_HASH, found_text, expected_text,
		_("the code is not what the firmware image's header says"));
}

GyFinding *
gy_ws63_image_check(const guint8 *data, gsize size, guint32 image_id)
{
	guint64 code_end;
	guint32 code_id;
	GyFinding *finding;

	if (size < WS63_FIRMWARE_HEADER_SIZE) {
		g_autofree char *found = g_strdup_printf(_("%zu bytes"), size);

		return gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_IMAGE_TRUNCATED, "firmware", 0, found,
			_("at least 768 bytes"),
			_("the file is shorter than the header of a firmware image"));
	}
	finding = check_key_area_id(data, image_id);
	if (finding)
		return finding;

	code_id = gyw_get_u32le(data + WS63_CODE_INFO);
	if (code_id != image_id)
		return wrong_word(GY_ERROR_IMAGE_OTHER_SECTION, "firmware.code_info.image_id", WS63_CODE_INFO,
			code_id, image_id, _("the firmware image's code info is of another kind"));

	code_end = gy_ws63_image_code_size(data, size);
	if (code_end == 0) {
		guint32 length = gyw_get_u32le(data + WS63_CODE_INFO + WS63_CODE_AREA_LEN);
		g_autofree char *found = g_strdup_printf("%u", length);
		g_autofree char *expected =
			g_strdup_printf(_("at most %zu"), size - WS63_FIRMWARE_HEADER_SIZE);

		return gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_IMAGE_TRUNCATED,
			"firmware.code_info.code_area_len", WS63_CODE_INFO + WS63_CODE_AREA_LEN, found,
			expected, _("the firmware image ends before its code does"));
	}
	return check_code(data, code_end);
}

/* ---- making the header ---------------------------------------------------------------------------------- */

static void
fill_key_area(guint8 *area, guint32 image_id)
{
	gyw_put_u32le(area + WS63_AREA_IMAGE_ID, image_id);
	gyw_put_u32le(area + WS63_AREA_STRUCT_VERSION, WS63_STRUCT_VERSION);
	gyw_put_u32le(area + WS63_AREA_STRUCT_LENGTH, WS63_AREA_SIZE);
	gyw_put_u32le(area + WS63_AREA_SIGNATURE_LENGTH, WS63_SIGNATURE_SIZE);
	gyw_put_u32le(area + WS63_KEY_OWNER_ID, 1);
	gyw_put_u32le(area + WS63_KEY_ID, 1);
	gyw_put_u32le(area + WS63_KEY_ALG, WS63_KEY_ALG_ECDSA);
	gyw_put_u32le(area + WS63_KEY_CURVE, WS63_KEY_ALG_ECDSA);
	gyw_put_u32le(area + WS63_KEY_LENGTH, WS63_PUBLIC_KEY_SIZE);
}

static void
fill_code_info(
	guint8 *info, guint32 image_id, const GyWs63ImageOptions *options, const guint8 *code, guint32 size)
{
	gyw_put_u32le(info + WS63_AREA_IMAGE_ID, image_id);
	gyw_put_u32le(info + WS63_AREA_STRUCT_VERSION, WS63_STRUCT_VERSION);
	gyw_put_u32le(info + WS63_AREA_STRUCT_LENGTH, WS63_CODE_INFO_SIZE);
	gyw_put_u32le(info + WS63_AREA_SIGNATURE_LENGTH, WS63_SIGNATURE_SIZE);
	gyw_put_u32le(info + WS63_CODE_VERSION_EXT, options->version_ext);
	gyw_put_u32le(info + WS63_CODE_VERSION_MASK, options->version_mask);
	gyw_put_u32le(info + WS63_CODE_AREA_LEN, size);
	gy_sha256(code, size, info + WS63_CODE_AREA_HASH);
	gyw_put_u32le(info + WS63_CODE_ENC_FLAG, WS63_CODE_NOT_ENCRYPTED);
	gyw_put_u32le(info + WS63_CODE_UNCOMPRESSED_LEN, size);
	gyw_put_u32le(info + WS63_CODE_TEXT_SIZE, 0x00010000);
}

static gboolean
sign_range(const GyPrivateKey *key, const guint8 *data, guint size, guint8 *signature, GError **error)
{
	if (!key) {
		gy_sha256(data, size, signature);
		return TRUE;
	}
	return gy_private_key_sign(key, data, size, signature, error);
}

static gboolean
sign_header(guint8 *header, const GyWs63ImageOptions *options, GError **error)
{
	const GyPrivateKey *root = options->hash_only ? NULL : options->root_key;
	const GyPrivateKey *sub = options->hash_only ? NULL : options->sub_key;

	/* the public key first: it lies in the range that the root key signs */
	if (sub) {
		g_autoptr(GyPublicKey) public = gy_private_key_public(sub);

		gy_public_key_get_xy(public, header + WS63_KEY_PUBLIC_KEY);
	}
	return sign_range(root, header, WS63_AREA_SIGNATURE, header + WS63_AREA_SIGNATURE, error) &&
	       sign_range(sub, header + WS63_CODE_INFO, WS63_CODE_SIGNATURE,
		       header + WS63_CODE_INFO + WS63_CODE_SIGNATURE, error);
}

static gboolean
check_bare_code(const guint8 *code, gsize size, GError **error)
{
	if (size == 0 || size > WS63_IMAGE_MAX - WS63_FIRMWARE_HEADER_SIZE - WS63_CODE_ALIGNMENT) {
		g_set_error(error, GY_ERROR, size == 0 ? GY_ERROR_FILE_EMPTY : GY_ERROR_FILE_TOO_LARGE,
			_("the code has %zu bytes, expected 1 to %u"), size,
			WS63_IMAGE_MAX - WS63_FIRMWARE_HEADER_SIZE - WS63_CODE_ALIGNMENT);
		return FALSE;
	}
	for (guint i = 0; size >= WS63_FIRMWARE_HEADER_SIZE && i < G_N_ELEMENTS(images); i++) {
		if (gyw_get_u32le(code) == images[i].key_id &&
			gyw_get_u32le(code + WS63_CODE_INFO) == images[i].code_id) {
			g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_HEADER,
				_("the code begins with the header of a signed %s image (0x%08X at 0, 0x%08X "
				  "at 0x100)"),
				images[i].word, images[i].key_id, images[i].code_id);
			return FALSE;
		}
	}
	return TRUE;
}

GBytes *
gy_ws63_image_sign(GBytes *code, const GyWs63ImageOptions *options, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(code, &size);
	g_autofree guint8 *image = NULL;
	guint kind = 0;
	guint32 padded;

	while (kind < G_N_ELEMENTS(images) && g_strcmp0(images[kind].word, options->image) != 0)
		kind++;
	if (kind == G_N_ELEMENTS(images)) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_SECTION,
			_("there is no firmware image called \"%s\"; expected application, flashboot, "
			  "flashboot-backup, "
			  "loaderboot or params"),
			options->image ? options->image : "");
		return NULL;
	}
	if (!options->hash_only && (!options->root_key || !options->sub_key)) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			_("signing an image needs a root key and a sub key"));
		return NULL;
	}
	if (!check_bare_code(data, size, error))
		return NULL;

	padded = ((guint32) size + WS63_CODE_ALIGNMENT - 1) / WS63_CODE_ALIGNMENT * WS63_CODE_ALIGNMENT;
	image = g_malloc0(WS63_FIRMWARE_HEADER_SIZE + padded);
	memcpy(image + WS63_FIRMWARE_HEADER_SIZE, data, size);
	fill_key_area(image, images[kind].key_id);
	fill_code_info(image + WS63_CODE_INFO, images[kind].code_id, options,
		image + WS63_FIRMWARE_HEADER_SIZE, padded);
	if (!sign_header(image, options, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&image), WS63_FIRMWARE_HEADER_SIZE + padded);
}
