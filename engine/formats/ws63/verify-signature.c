// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

/* One of the two areas, as far as its signature goes. */
typedef struct {
	const char *title;
	const char *field;
	guint64 offset; /* of the area in the file */
	GyError broken; /* what a wrong signature means: the root of the chain, or a link further down */
} Area;

static const Area key_area = {
	N_("key-area"), "key_area.sig_fota_key_area", 0, GY_ERROR_PACKAGE_UNTRUSTED_KEY};
static const Area info_area = {N_("info"), "info_area.sign_fota_info", WS63_INFO, GY_ERROR_PACKAGE_SIGNATURE};

static void
report(GyPackage *package, GySeverity severity, GyError code, const char *field, guint64 offset,
	const char *found, const char *expected, const char *message)
{
	gy_package_add_finding(
		package, gy_finding_new(severity, code, field, offset, found, expected, "%s", message));
}

/* A sequence of two integers of about the right length; cut off here, since the field is too short for all of it. */
static gboolean
looks_like_der(const guint8 *signature)
{
	return signature[0] == 0x30 && signature[1] >= 0x40 && signature[1] <= 0x46 && signature[2] == 0x02 &&
	       signature[3] >= 0x1e && signature[3] <= 0x21;
}

static gboolean
verifies_swapped(const GyPublicKey *key, const guint8 *area)
{
	guint8 swapped[WS63_SIGNATURE_SIZE];

	memcpy(swapped, area + WS63_AREA_SIGNATURE + 32, 32);
	memcpy(swapped + 32, area + WS63_AREA_SIGNATURE, 32);
	return gy_public_key_verify(key, area, WS63_AREA_SIGNATURE, swapped);
}

/* The signature is wrong: says in which of the usual ways. */
static void
report_signature(GyPackage *package, const Area *about, const GyPublicKey *key, const guint8 *area)
{
	guint64 offset = about->offset + WS63_AREA_SIGNATURE;
	const guint8 *signature = area + WS63_AREA_SIGNATURE;
	g_autofree char *message = NULL;
	g_autofree char *found = gy_hex(signature, WS63_SIGNATURE_SIZE);

	if (gy_ws63_is_zero(signature, WS63_SIGNATURE_SIZE)) {
		message = g_strdup_printf(_("the %s signature is missing"), _(about->title));
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, about->field, offset, "zeros",
			_("r then s, 32 bytes each"), message);
	} else if (verifies_swapped(key, area)) {
		message =
			g_strdup_printf(_("the %s signature stands with r and s exchanged"), _(about->title));
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, about->field, offset,
			_("s then r"), _("r then s"), message);
	} else if (looks_like_der(signature)) {
		message = g_strdup_printf(
			_("the %s signature is in DER encoding and cut off"), _(about->title));
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, about->field, offset, found,
			_("r then s, 32 bytes each"), message);
	} else {
		message = about == &key_area
				  ? g_strdup(_("the key-area signature is not the given root key's: "
					       "another key signed it, or the key "
					       "area (0x0 to 0xc0) changed since"))
				  : g_strdup(_("the info signature is not of the external key: the "
					       "info area (0x100 to 0x1c0) or that "
					       "key changed since"));
		report(package, GY_SEVERITY_ERROR, about->broken, about->field, offset, found,
			_("a signature over the 192 bytes before it"), message);
	}
}

static void
check_signature(GyPackage *package, const Area *about, const GyPublicKey *key, const guint8 *area)
{
	if (!gy_public_key_verify(key, area, WS63_AREA_SIGNATURE, area + WS63_AREA_SIGNATURE))
		report_signature(package, about, key, area);
}

/* The external public key, taken with X and Y exchanged if only that makes it a point of the curve. */
static GyPublicKey *
read_external_key(GyPackage *package, const guint8 *data)
{
	const guint8 *xy = data + WS63_KEY_PUBLIC_KEY;
	g_autofree char *found = gy_hex(xy, WS63_PUBLIC_KEY_SIZE);
	GyPublicKey *key = gy_public_key_from_xy(xy, NULL);
	guint8 swapped[WS63_PUBLIC_KEY_SIZE];

	if (key)
		return key;
	memcpy(swapped, xy + 32, 32);
	memcpy(swapped + 32, xy, 32);
	key = gy_public_key_from_xy(swapped, NULL);
	if (key)
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
			"key_area.fota_external_public_key", WS63_KEY_PUBLIC_KEY, _("Y then X"),
			_("X then Y"), _("the external public key stands with X and Y exchanged"));
	else
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
			"key_area.fota_external_public_key", WS63_KEY_PUBLIC_KEY,
			gy_ws63_is_zero(xy, WS63_PUBLIC_KEY_SIZE) ? _("zeros") : found,
			_("a point on brainpoolP256r1"), _("the external public key is no key"));
	return key;
}

static void
check_ecdsa(GyPackage *package, const GyPublicKey *root, const guint8 *data)
{
	g_autoptr(GyPublicKey) external = read_external_key(package, data);

	if (root)
		check_signature(package, &key_area, root, data);
	else
		report(package, GY_SEVERITY_NOTE, GY_ERROR_KEY_NEEDED, key_area.field, WS63_AREA_SIGNATURE,
			NULL, NULL,
			_("the key-area signature was not checked: that takes the root public key"));
	if (external)
		check_signature(package, &info_area, external, data + WS63_INFO);
	else
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, info_area.field,
			WS63_INFO + WS63_AREA_SIGNATURE, NULL, NULL,
			_("the info signature cannot be right: the external public key it belongs to is no "
			  "key"));
}

static void
check_digest(GyPackage *package, const Area *about, const guint8 *area)
{
	const guint8 *stated = area + WS63_AREA_SIGNATURE;
	guint64 offset = about->offset + WS63_AREA_SIGNATURE;
	g_autofree char *message = NULL;
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(area, WS63_AREA_SIGNATURE, digest);
	if (memcmp(digest, stated, sizeof digest) != 0) {
		g_autofree char *found = gy_hex(digest, sizeof digest);
		g_autofree char *expected = gy_hex(stated, sizeof digest);

		message = g_strdup_printf(
			_("the bytes of the %s range are not what the digest behind them says"),
			_(about->title));
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, about->field, offset, found,
			expected, message);
	} else if (!gy_ws63_is_zero(stated + WS63_DIGEST_SIZE, WS63_SIGNATURE_SIZE - WS63_DIGEST_SIZE)) {
		report(package, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, about->field,
			offset + WS63_DIGEST_SIZE, _("other bytes"), "zeros",
			_("there is something behind the digest"));
	}
}

static void
check_digests(GyPackage *package, const GyPublicKey *root, const guint8 *data)
{
	report(package, root ? GY_SEVERITY_ERROR : GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
		"key_area.signature_length", WS63_AREA_SIGNATURE_LENGTH, "0x00000020", "0x00000040",
		_("integrity only, not authentic: the package carries digests, which anyone can make, "
		  "instead "
		  "of signatures"));
	check_digest(package, &key_area, data);
	check_digest(package, &info_area, data + WS63_INFO);
	if (!gy_ws63_is_zero(data + WS63_KEY_PUBLIC_KEY, WS63_PUBLIC_KEY_SIZE))
		report(package, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED,
			"key_area.fota_external_public_key", WS63_KEY_PUBLIC_KEY, _("a key"), "zeros",
			_("a package that is not signed carries a public key"));
}

void
gy_ws63_check_signatures(GyPackage *package, const GyPublicKey *root)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);

	switch (gy_package_trust(package)) {
	case GY_TRUST_UNSIGNED:
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, key_area.field,
			WS63_AREA_SIGNATURE, "zeros", _("r then s, 32 bytes each"),
			_("the package is not signed"));
		return;
	case GY_TRUST_INTEGRITY_ONLY: check_digests(package, root, data); return;
	case GY_TRUST_SIGNED: check_ecdsa(package, root, data); return;
	}
}
