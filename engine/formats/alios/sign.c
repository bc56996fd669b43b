// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/sign.h"

#include <glib/gi18n-lib.h>

#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/sign-block.h"
#include "engine/packages/rsa-signing.h"

#define HOW "SHA-256, RSA PKCS#1 v1.5"

gboolean
gy_alios_wants_signature(const GyBuildOptions *options)
{
	return gy_build_options_get_signing(options) == GY_SIGNING_KEYS &&
	       (gy_build_options_get(options, "key") || gy_build_options_get(options, "signer"));
}

static GBytes *
sign_digest(const GyBuildOptions *options, GBytes *digest, GError **error)
{
	return gy_rsa_signing_make(options, GY_KEY_RSA2048, GY_RSA_PKCS1, GY_ALIOS_SIGNED, digest, error);
}

/* ---- messages ------------------------------------------------------------------------------------------- */

/* (transfer full): the digest of the message, which has to be one. */
static GBytes *
need_digest(const GyAliosMessage *message, GError **error)
{
	GBytes *digest = gy_alios_message_digest(message);

	if (!digest)
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("the message has no digest of the file, which is what is signed"));
	return digest;
}

static void
set_signature(GyAliosMessage *message, GBytes *signature)
{
	g_free(message->signature);
	message->signature = g_base64_encode(g_bytes_get_data(signature, NULL), g_bytes_get_size(signature));
}

gboolean
gy_alios_message_sign(GyAliosMessage *message, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GBytes) digest = need_digest(message, error);
	g_autoptr(GBytes) signature = digest ? sign_digest(options, digest, error) : NULL;

	if (!signature)
		return FALSE;
	set_signature(message, signature);
	return TRUE;
}

/* (transfer full): the message with a signature. */
static GBytes *
message_with(GyPackage *package, GBytes *signature, GError **error)
{
	GBytes *bytes = gy_package_bytes(package);
	g_autoptr(GyAliosMessage) message =
		gy_alios_message_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error);

	if (!message)
		return NULL;
	set_signature(message, signature);
	return gy_alios_message_write(message);
}

/* ---- images --------------------------------------------------------------------------------------------- */

GBytes *
gy_alios_image_sign(GBytes *image, guint8 padding_mode, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GBytes) digest = gy_alios_sign_block_digest(image);
	g_autoptr(GBytes) signature = sign_digest(options, digest, error);

	return signature ? gy_alios_with_sign_block(image, padding_mode, signature) : NULL;
}

/* (transfer full): the image as it is stored, without a sign block. */
static GBytes *
plain_image(GyPackage *package)
{
	const GyImage *image = gy_package_images(package)->pdata[0];

	return g_bytes_new_from_bytes(gy_package_bytes(package), image->offset, image->stored_size);
}

/* (transfer full): the image with a sign block in place of the one that it may have, and a new trailer. */
static GBytes *
image_with(GyPackage *package, GBytes *signature)
{
	const GyAliosImage *own = gy_alios_image_of(package);
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), NULL);
	guint8 padding_mode =
		own->sign_offset ? gy_alios_sign_block_read(data + own->sign_offset).padding_mode : 0;
	g_autoptr(GBytes) image = plain_image(package);
	g_autoptr(GBytes) body = gy_alios_with_sign_block(image, padding_mode, signature);

	return gy_alios_with_trailer(body, own->block.magic);
}

/* ---- a file that is there already ----------------------------------------------------------------------- */

static gboolean
is_trailered(GyPackage *package)
{
	return g_str_equal(gy_package_kind(package), GY_ALIOS_KIND_IMAGE) ||
	       g_str_equal(gy_package_kind(package), GY_ALIOS_KIND_XZ);
}

/* (transfer full): what is signed. A damaged image would get a trailer that hides the damage. */
static GBytes *
need_signed_digest(GyPackage *package, GError **error)
{
	g_autoptr(GBytes) image = NULL;

	if (gy_alios_message_of(package))
		return need_digest(gy_alios_message_of(package), error);
	if (!is_trailered(package)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s: such a file for AliOS Things carries no signature (%s), the message about it "
			  "does: make one "
			  "with gantry build alios --form message"),
			gy_package_name(package), gy_package_kind(package));
		return NULL;
	}
	if (!gy_alios_check(gy_package_bytes(package), gy_package_name(package), error))
		return NULL;
	image = plain_image(package);
	return gy_alios_sign_block_digest(image);
}

static gboolean
put_signed(GyPackage *package, GBytes *signature, GyDraft *draft, GError **error)
{
	g_autoptr(GBytes) bytes = gy_alios_message_of(package) ? message_with(package, signature, error)
							       : image_with(package, signature);

	return bytes && gy_alios_check(bytes, GY_ALIOS_NEW, error) &&
	       gy_draft_append_bytes(draft, bytes, error);
}

gboolean
gy_alios_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	g_autoptr(GBytes) digest = need_signed_digest(package, error);
	g_autoptr(GBytes) signature = NULL;

	if (digest && gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("a file for AliOS Things has no digest in place of its signature"));
		return FALSE;
	}
	signature = digest ? sign_digest(options, digest, error) : NULL;
	return signature && put_signed(package, signature, draft, error);
}

GPtrArray *
gy_alios_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	g_autoptr(GBytes) digest = need_signed_digest(package, error);

	if (!digest)
		return NULL;
	g_ptr_array_add(ranges, gy_signed_range_new(GY_ALIOS_SIGNED, HOW, digest));
	return g_steal_pointer(&ranges);
}

GStrv
gy_alios_signed_names(GyPackage *package)
{
	static const char *const names[] = {GY_ALIOS_SIGNED, NULL};

	return g_strdupv((GStrv) names);
}

gboolean
gy_alios_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error)
{
	const GySignedRange *range = ranges->pdata[0];
	g_autoptr(GBytes) digest = need_signed_digest(package, error);

	return digest &&
	       gy_rsa_signing_check_range(options, GY_KEY_RSA2048, GY_RSA_PKCS1, digest, range, error) &&
	       put_signed(package, range->signature, draft, error);
}
