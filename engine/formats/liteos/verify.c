// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/liteos/g1.h"
#include "engine/formats/liteos/liteos.h"
#include "engine/keys/digest.h"
#include "engine/keys/key-rsa.h"
#include "protocol/wire/crc32c.h"

#define PATCH_CRC        120
#define DICTIONARY_USUAL 16384 /* what a device with 192 KiB of RAM has room for (spec: 4.2) */

typedef struct {
	GyPackage *package;
	const GyLiteosPackage *own;
	const guint8 *data;
	gsize size;
	const GyPublicKey *key;
} Check;

static void
report(const Check *check, GySeverity severity, GyError code, const char *field, guint64 offset,
	const char *found, const char *expected, const char *message)
{
	gy_package_add_finding(check->package,
		gy_finding_new(severity, code, field, offset, found, expected, "%s", message));
}

/* ---- who made it ---------------------------------------------------------------------------------------- */

static void
check_signature(const Check *check)
{
	guint8 digest[GY_SHA256_SIZE];
	gboolean is_good;

	gy_sha256(check->data + GY_LITEOS_SIGNATURE_SIZE, check->size - GY_LITEOS_SIGNATURE_SIZE, digest);
	is_good = check->key &&
		  gy_rsa_verify(check->key, GY_RSA_PKCS1, digest, check->data, GY_LITEOS_SIGNATURE_SIZE);
	if (check->key && !is_good)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "signature", 0, NULL, NULL,
			_("the package was not signed by this key, or changed since"));
	if (!check->key)
		report(check, GY_SEVERITY_NOTE, GY_ERROR_KEY_NEEDED, "signature", 0, NULL, NULL,
			_("the signature was not checked: that takes the public key"));
	gy_package_add_link(check->package, "signature", "Signature",
		!check->key ? GY_LINK_UNCHECKED
		: is_good   ? GY_LINK_GOOD
			    : GY_LINK_BAD,
		"%s",
		!check->key ? _("signed, by which key is not checked")
		: is_good   ? _("by the key, over all that is behind it")
			    : _("not made by the key over what is behind it"));
}

static void
refuse_key(const Check *check)
{
	if (check->key)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "package", GY_NO_OFFSET,
			NULL, NULL, _("the package carries no signature: generation g2 does"));
}

/* ---- the head ------------------------------------------------------------------------------------------- */

static void
check_info(const Check *check)
{
	const guint8 *info = check->data + check->own->info_offset;
	g_autofree char *found = g_strdup_printf("%u", info[0]);
	guint i = 1;

	if (info[0] != (check->own->is_difference ? 1 : 0))
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "info.type",
			check->own->info_offset, found, check->own->is_difference ? "1" : "0",
			_("the type is not what the patch is; devices go by the patch"));
	while (i < GY_LITEOS_INFO_SIZE && info[i] == 0)
		i++;
	if (i < GY_LITEOS_INFO_SIZE)
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "info.reserved",
			check->own->info_offset + i, NULL, "zeros", _("the reserved bytes are not zero"));
}

static gboolean
check_envelope(const Check *check)
{
	struct gyw_envelope envelope;

	switch (gyw_envelope_decode(&envelope, check->data, (guint32) check->size)) {
	case GYW_ENVELOPE_OK: break;
	case GYW_ENVELOPE_E_MAGIC:
	case GYW_ENVELOPE_E_CRC:
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "envelope.crc", GYW_ENVELOPE_SIZE - 4,
			NULL, NULL, _("the envelope changed since it was made"));
		return FALSE;
	case GYW_ENVELOPE_E_VERSION:
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "envelope.version", 4, NULL,
			"1", _("the envelope is of a later version than this program knows"));
		return FALSE;
	case GYW_ENVELOPE_E_SIZE:
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED, "envelope.patch_size", 8, NULL,
			NULL,
			_("the patch is not as long as the envelope says: the file was cut, or goes on"));
		return FALSE;
	}
	return TRUE;
}

static void
check_patch_kind(const Check *check)
{
	GyPatchKind kind = check->own->patch.kind;
	gboolean is_hi = check->own->generation == GY_LITEOS_GANTRY &&
			 check->own->envelope.kind == GYW_ENVELOPE_HPATCHLITE;

	if (kind != (is_hi ? GY_PATCH_HPATCH_LITE : GY_PATCH_HDIFF13))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "patch",
			check->own->body_offset, gy_patch_kind_word(kind), is_hi ? "hi" : "hdiff13",
			_("the patch is of a kind that the device does not read there"));
}

static void
check_compression(const Check *check)
{
	const GyPatchInfo *patch = &check->own->patch;
	g_autofree char *found = g_strdup_printf("%" G_GUINT64_FORMAT, patch->dictionary);

	if (!g_str_equal(patch->compression, "lzma") && !g_str_equal(patch->compression, "none"))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "patch.compression",
			check->own->body_offset, patch->compression, _("lzma or none"),
			_("devices unpack nothing but LZMA"));
	else if (patch->dictionary > DICTIONARY_USUAL)
		report(check, GY_SEVERITY_NOTE, GY_ERROR_IMAGE_COMPRESSION, "patch.dictionary",
			check->own->body_offset, found, _("at most 16384"),
			_("each decoder of the device needs this much RAM, which small ones do not have"));
}

/* ---- the patch ------------------------------------------------------------------------------------------ */

static void
report_patch(const Check *check, const GError *error)
{
	report(check, GY_SEVERITY_ERROR,
		error->domain == GY_ERROR ? (GyError) error->code : GY_ERROR_PACKAGE_MALFORMED, "patch",
		check->own->body_offset, NULL, NULL, error->message);
}

static void
check_envelope_sizes(const Check *check)
{
	const struct gyw_envelope *envelope = &check->own->envelope;
	const GyPatchInfo *patch = &check->own->patch;

	if (patch->new_size != envelope->new_size ||
		(patch->old_size != GY_PATCH_ANY_SIZE && patch->old_size != envelope->old_size))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "envelope.new_size", 16, NULL,
			NULL, _("envelope and patch are about images of different sizes"));
}

/* Of a whole image all is here; of a difference what it is made against is elsewhere. */
static gboolean
check_whole(const Check *check)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) new = NULL;

	if (check->own->is_difference)
		return TRUE;
	new = gy_liteos_unpack_image(check->package, 0, &error);
	if (!new)
		report_patch(check, error);
	return new != NULL;
}

static gboolean
is_patch_changed(const Check *check, GBytes *body)
{
	guint32 crc = gyw_crc32c(g_bytes_get_data(body, NULL), (guint32) g_bytes_get_size(body));
	g_autofree char *found = g_strdup_printf("0x%08X", crc);
	g_autofree char *expected = g_strdup_printf("0x%08X", check->own->envelope.patch_crc32c);

	if (check->own->generation != GY_LITEOS_GANTRY || crc == check->own->envelope.patch_crc32c)
		return FALSE;
	report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "envelope.patch_crc", PATCH_CRC, found,
		expected, _("the patch changed since the package was built"));
	return TRUE;
}

static gboolean
check_patch(const Check *check)
{
	g_autoptr(GBytes) body = gy_liteos_body(check->package);
	g_autoptr(GError) error = NULL;
	GyPatchInfo info;

	if (is_patch_changed(check, body))
		return FALSE;
	if (!gy_patch_inspect(body, &info, &error)) {
		report_patch(check, error);
		return FALSE;
	}
	check_patch_kind(check);
	check_compression(check);
	if (check->own->generation == GY_LITEOS_GANTRY)
		check_envelope_sizes(check);
	return check_whole(check);
}

static const char *
vouches(const GyLiteosPackage *own, gboolean is_good)
{
	if (!is_good)
		return _("damaged");
	if (own->is_difference)
		return own->generation == GY_LITEOS_GANTRY
			       ? _("the device compares old and new image with the envelope")
			       : _("its parts fit; nothing in it says which image it is made against");
	return own->generation == GY_LITEOS_GANTRY ? _("unpacks to the image that the envelope names")
						   : _("unpacks; nothing in it vouches for the image");
}

gboolean
gy_liteos_verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	Check check = {.package = package, .own = gy_liteos_package_of(package), .key = key};
	gboolean is_good;

	check.data = g_bytes_get_data(gy_package_bytes(package), &check.size);
	if (check.own->generation == GY_LITEOS_G1) {
		gy_liteos_g1_verify(package, key);
		return TRUE;
	}
	if (check.own->generation == GY_LITEOS_G2)
		check_signature(&check);
	else
		refuse_key(&check);
	if (check.own->generation == GY_LITEOS_GANTRY && !check_envelope(&check))
		return TRUE;
	if (check.own->generation != GY_LITEOS_GANTRY)
		check_info(&check);
	is_good = check_patch(&check);
	gy_package_add_link(package, "patch", "Patch", is_good ? GY_LINK_GOOD : GY_LINK_BAD, "%s",
		vouches(check.own, is_good));
	return TRUE;
}
