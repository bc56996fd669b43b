// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/compression/lzma.h"
#include "engine/formats/ws63/diff.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

static gboolean
check_data_hash(const guint8 *package, const GyWs63Image *image, GError **error)
{
	guint8 digest[GY_SHA256_SIZE];
	const guint8 *stated = package + image->header + WS63_HEADER_IMAGE_HASH;
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	gy_sha256(package + image->data, (gsize) image->data_size, digest);
	if (memcmp(digest, stated, sizeof digest) == 0)
		return TRUE;
	found = gy_hex(digest, sizeof digest);
	expected = gy_hex(stated, sizeof digest);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_HASH,
		_("the data at 0x%" PRIx64 " has SHA-256 %s, its header says %s"), image->data, found,
		expected);
	return FALSE;
}

static GBytes *
unpack_lzma(const guint8 *data, guint64 data_size, guint32 size, GError **error)
{
	if (data_size < WS63_LZMA_HEADER_SIZE) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("compressed data of %" PRIu64 " bytes is shorter than its header of %u"), data_size,
			WS63_LZMA_HEADER_SIZE);
		return NULL;
	}
	if (memcmp(data, WS63_LZMA_PROPERTIES, GY_LZMA_PROPERTIES_SIZE) != 0) {
		g_autofree char *found = gy_hex(data, GY_LZMA_PROPERTIES_SIZE);

		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("compressed data begins with %s, expected 5a00100000"), found);
		return NULL;
	}
	if (gyw_get_u32le(data + WS63_LZMA_SIZE_AT) != size) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("the LZMA header announces %u bytes, new_image_len is %u"),
			gyw_get_u32le(data + WS63_LZMA_SIZE_AT), size);
		return NULL;
	}
	return gy_lzma_decode(data, data + WS63_LZMA_HEADER_SIZE, (gsize) data_size - WS63_LZMA_HEADER_SIZE,
		size, NULL, error);
}

GBytes *
gy_ws63_unpack(const guint8 *package, const GyWs63Image *image, GError **error)
{
	const guint8 *header = package + image->header;
	guint32 decompress = gyw_get_u32le(header + WS63_HEADER_DECOMPRESS);
	guint32 size = gyw_get_u32le(header + WS63_HEADER_NEW_IMAGE_LEN);
	gboolean is_nv = gyw_get_u32le(header + WS63_HEADER_IMAGE_ID) == WS63_IMAGE_NV;

	if (gyw_get_u32le(header + WS63_HEADER_RE_ENC) == WS63_FLAG_ENCRYPTED) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("the image is encrypted for the chip, and the package does not hold the key"));
		return NULL;
	}
	if (decompress == WS63_FLAG_DIFF && !is_nv) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("the image is a difference against an image of %u bytes, which gives nothing "
			  "without "
			  "it; a WS63 "
			  "does not take it"),
			gyw_get_u32le(header + WS63_HEADER_OLD_IMAGE_LEN));
		return NULL;
	}
	if (!check_data_hash(package, image, error))
		return NULL;
	if (decompress == WS63_FLAG_LZMA && !is_nv)
		return unpack_lzma(package + image->data, image->data_size, size, error);
	if (size > image->data_size) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("new_image_len is %u, but only %" PRIu64 " bytes are stored"), size,
			image->data_size);
		return NULL;
	}
	return g_bytes_new(package + image->data, size);
}

/* Entries whose image lies outside have no GyImage, so the two are matched by where the data are. */
static gboolean
find_in_table(GyPackage *package, guint index, GyWs63Image *image)
{
	const GyImage *wanted = gy_package_images(package)->pdata[index];
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	guint n_entries = gy_ws63_n_entries(data, size);

	for (guint i = 0; i < n_entries; i++)
		if (gy_ws63_find_image(data, size, i, image) && image->data == wanted->offset)
			return TRUE;
	return FALSE;
}

GBytes *
gy_ws63_unpack_image(GyPackage *package, guint index, GError **error)
{
	const GyImage *wanted = gy_package_images(package)->pdata[index];
	GyWs63Image image;
	GBytes *unpacked;

	if (g_str_equal(gy_package_kind(package), GY_WS63_KIND_BURN))
		return gy_ws63_burn_unpack(package, index, error);
	g_return_val_if_fail(find_in_table(package, index, &image), NULL);
	unpacked = gy_ws63_unpack(g_bytes_get_data(gy_package_bytes(package), NULL), &image, error);
	if (!unpacked)
		g_prefix_error(error, _("image %s: "), wanted->name);
	return unpacked;
}

/* The device compares both before it begins. */
static gboolean
check_old(const guint8 *header, GBytes *old, GError **error)
{
	guint32 stated = gyw_get_u32le(header + WS63_HEADER_OLD_IMAGE_LEN);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(old, &size);
	guint8 digest[GY_SHA256_SIZE];
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	gy_sha256(data, size, digest);
	if (size == stated && memcmp(digest, header + WS63_HEADER_OLD_IMAGE_HASH, sizeof digest) == 0)
		return TRUE;
	found = gy_hex(digest, sizeof digest);
	expected = gy_hex(header + WS63_HEADER_OLD_IMAGE_HASH, sizeof digest);
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
		_("the old image has %zu bytes and SHA-256 %s, the difference was made against %u bytes with "
		  "%s"),
		size, found, stated, expected);
	return FALSE;
}

GBytes *
gy_ws63_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error)
{
	const GyImage *wanted = gy_package_images(package)->pdata[index];
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), NULL);
	GyWs63Image image;
	const guint8 *header;
	GBytes *applied = NULL;

	if (!(wanted->storage & GY_STORAGE_DIFF) || (wanted->storage & GY_STORAGE_ENCRYPTED)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, _("image %s is stored %s"),
			wanted->name,
			wanted->storage & GY_STORAGE_ENCRYPTED ? _("encrypted")
							       : _("as a whole, not as a difference"));
		return NULL;
	}
	g_return_val_if_fail(find_in_table(package, index, &image), NULL);
	header = data + image.header;
	if (check_data_hash(data, &image, error) && check_old(header, old, error))
		applied = gy_ws63_patch_apply(data + image.data, (gsize) image.data_size, old,
			gyw_get_u32le(header + WS63_HEADER_NEW_IMAGE_LEN), NULL, error);
	if (!applied)
		g_prefix_error(error, _("image %s: "), wanted->name);
	return applied;
}
