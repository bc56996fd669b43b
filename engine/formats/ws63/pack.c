// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/pack.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "engine/compression/lzma.h"
#include "engine/formats/ws63/ws63.h"

/* What the device's updater works with on the encrypted path. */
#define DEVICE_INPUT_PIECE   4096
#define DEVICE_OUTPUT_BUFFER 0x4000

/* The vendor tool's parameters: the same bytes come out with the same generation of the encoder. */
static const GyLzmaParameters parameters = {
	.dictionary_size = 4096,
	.lc = 0,
	.lp = 0,
	.pb = 2,
	.fast_bytes = 128,
};

gboolean
gy_ws63_crypt(guint8 *data, gsize size, const guint8 key[16], const guint8 iv[16], GError **error)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int done = 0;
	gboolean good = context && size <= G_MAXINT &&
			EVP_EncryptInit_ex2(context, EVP_aes_128_ctr(), key, iv, NULL) == 1 &&
			EVP_EncryptUpdate(context, data, &done, data, (int) size) == 1 && done == (int) size;

	EVP_CIPHER_CTX_free(context);
	if (!good) {
		const char *reason = ERR_reason_error_string(ERR_peek_last_error());

		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL, _("AES-128-CTR failed (%s)"),
			reason ? reason : _("no reason given"));
		ERR_clear_error();
	}
	return good;
}

static gboolean
piece_fits(guint chunk, gboolean first, gsize produced, guint64 total, gpointer data)
{
	guint64 carried = total % 16;
	gboolean *overflows = data;

	*overflows = first && carried != 0 && produced > DEVICE_OUTPUT_BUFFER - carried;
	return !*overflows;
}

gboolean
gy_ws63_fits_decrypter(const guint8 *data, gsize size, guint32 new_image_len)
{
	gboolean overflows = FALSE;

	if (size < WS63_LZMA_HEADER_SIZE)
		return FALSE;
	return gy_lzma_decode_in_chunks(data, data + WS63_LZMA_HEADER_SIZE, size - WS63_LZMA_HEADER_SIZE,
		new_image_len, DEVICE_INPUT_PIECE, DEVICE_OUTPUT_BUFFER, piece_fits, &overflows);
}

/* The refusals of FORMAT.md, "Encryption", that can be told before compressing. */
static gboolean
check_encryption(const GyFotaImage *image, gsize size, const GyFotaImage *application, GError **error)
{
	if (image->image_id != WS63_IMAGE_APPLICATION) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("section [%s] asks for encryption, but the device decrypts only the application"),
			image->section);
		return FALSE;
	}
	if (image->decompress_flag != WS63_FLAG_LZMA) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("section [%s] asks for encryption with DecompressFlag 0x%08X, expected 0x%08X: the "
			  "device decrypts "
			  "only compressed images and would write this one as it is"),
			image->section, image->decompress_flag, WS63_FLAG_LZMA);
		return FALSE;
	}
	if (size % 16 != 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("the image has %zu bytes, expected a multiple of 16: of an encrypted image the "
			  "device "
			  "never writes the %zu bytes at the end"),
			size, size % 16);
		return FALSE;
	}
	if (!application || !application->has_plain_key || !application->has_iv) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("encryption needs PlainKey and Iv in section [application]"));
		return FALSE;
	}
	return TRUE;
}

/* The tool's header of 13 bytes grows to 16, so that the stream begins where the device looks for it. */
static GByteArray *
compress(GBytes *input, GError **error)
{
	static const guint8 fill[WS63_LZMA_HEADER_SIZE - GY_LZMA_HEADER_SIZE];
	g_autoptr(GBytes) packed = gy_lzma_encode_checked(input, &parameters, error);
	GByteArray *out;
	gsize size = 0;
	const guint8 *data;

	if (!packed)
		return NULL;
	data = g_bytes_get_data(packed, &size);
	out = g_byte_array_sized_new((guint) size + 32);
	g_byte_array_append(out, data, GY_LZMA_HEADER_SIZE);
	g_byte_array_append(out, fill, sizeof fill);
	g_byte_array_append(out, data + GY_LZMA_HEADER_SIZE, (guint) size - GY_LZMA_HEADER_SIZE);
	return out;
}

static gboolean
encrypt(GByteArray *out, const GyFotaImage *image, const GyFotaImage *application, gsize new_image_len,
	GError **error)
{
	if (!gy_ws63_fits_decrypter(out->data, out->len, (guint32) new_image_len)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("image %s would overflow the device's buffer while it is decrypted, since a part "
			  "of "
			  "it compresses too "
			  "well; remove long runs of the same byte from the image, or do not encrypt the "
			  "package"),
			image->section);
		return FALSE;
	}
	return gy_ws63_crypt(out->data, out->len, application->plain_key, application->iv, error);
}

GBytes *
gy_ws63_pack(GBytes *input, const GyFotaImage *image, const GyFotaImage *application, GError **error)
{
	static const guint8 zeros[WS63_ALIGNMENT];
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(input, &size);
	gboolean encrypted = image->re_enc_flag == WS63_FLAG_ENCRYPTED;
	g_autoptr(GByteArray) out = NULL;

	if (encrypted && !check_encryption(image, size, application, error))
		return NULL;
	if (image->decompress_flag == WS63_FLAG_DIFF && image->image_id != WS63_IMAGE_NV) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("section [%s] asks for a difference image (DecompressFlag 0x44494646), which a "
			  "WS63 "
			  "refuses: its updater "
			  "is built without them; use 0x3C7896E1 or 0"),
			image->section);
		return NULL;
	}
	if (image->decompress_flag == WS63_FLAG_LZMA && image->image_id != WS63_IMAGE_NV) {
		out = compress(input, error);
		if (!out)
			return NULL;
	} else {
		out = g_byte_array_sized_new((guint) size + WS63_ALIGNMENT);
		g_byte_array_append(out, data, (guint) size);
	}
	g_byte_array_append(out, zeros, (WS63_ALIGNMENT - out->len % WS63_ALIGNMENT) % WS63_ALIGNMENT);
	if (encrypted && !encrypt(out, image, application, size, error))
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
