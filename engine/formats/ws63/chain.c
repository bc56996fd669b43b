// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

/* Which fields of findings belong to which link; the first that fits, from the most special on. */
static const struct {
	const char *prefix;
	const char *suffix;
	const char *link;
} fields[] = {
	{"key_area.fota_external_public_key", "", "external-key"},
	{"key_area.", "", "key-area"},
	{"info_area.image_", "", "table"},
	{"info_area.", "", "info-area"},
	{"image[", "].image_hash", "data"},
	{"image[", "].data", "data"},
	{"image[", "].data.lzma_header", "data"},
	{"image[", "", "headers"},
	{"hash_table[", "].image_hash", "headers"},
	{"hash_table", "", "table"},
	{"package", "", "data"},
};

static const char *
link_of(const GyFinding *finding)
{
	/* what is inside an image is its data's business */
	if (strstr(finding->field, ".firmware"))
		return "data";
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_str_has_prefix(finding->field, fields[i].prefix) &&
			g_str_has_suffix(finding->field, fields[i].suffix))
			return fields[i].link;
	return "";
}

static gboolean
is_broken(GyPackage *package, const char *link)
{
	GPtrArray *findings = gy_package_findings(package);

	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = findings->pdata[i];

		if (finding->severity == GY_SEVERITY_ERROR && g_str_equal(link_of(finding), link))
			return TRUE;
	}
	return FALSE;
}

static char *
fingerprint(const guint8 xy[WS63_PUBLIC_KEY_SIZE])
{
	guint8 record[WS63_ROOT_RECORD_SIZE];
	guint8 digest[GY_SHA256_SIZE];

	gy_ws63_root_record_from_xy(xy, record);
	gy_sha256(record, sizeof record, digest);
	return gy_hex(digest, sizeof digest);
}

static void
add_root_key(GyPackage *package, const GyPublicKey *root)
{
	guint8 xy[WS63_PUBLIC_KEY_SIZE];
	g_autofree char *digest = NULL;

	if (!root) {
		gy_package_add_link(package, "root-key", "Root key", GY_LINK_UNCHECKED,
			gy_package_trust(package) == GY_TRUST_SIGNED ? _("not given")
								     : _("none, the package is not signed"));
		return;
	}
	gy_public_key_get_xy(root, xy);
	digest = fingerprint(xy);
	gy_package_add_link(
		package, "root-key", "Root key", GY_LINK_GOOD, _("as given, root record SHA-256 %s"), digest);
}

static void
add_key_area(GyPackage *package, const GyPublicKey *root)
{
	GyTrust trust = gy_package_trust(package);
	gboolean broken = is_broken(package, "key-area");

	if (trust == GY_TRUST_UNSIGNED)
		gy_package_add_link(package, "key-area", "Key area", GY_LINK_BAD, _("not signed"));
	else if (trust == GY_TRUST_INTEGRITY_ONLY)
		gy_package_add_link(package, "key-area", "Key area", broken ? GY_LINK_BAD : GY_LINK_UNCHECKED,
			_("a digest, which anyone can make, in place of the root key's signature"));
	else if (broken)
		gy_package_add_link(
			package, "key-area", "Key area", GY_LINK_BAD, _("not what the root key signed"));
	else if (!root)
		gy_package_add_link(package, "key-area", "Key area", GY_LINK_UNCHECKED,
			_("signed, by which root key is not checked"));
	else
		gy_package_add_link(
			package, "key-area", "Key area", GY_LINK_GOOD, _("signed by the root key"));
}

static void
add_external_key(GyPackage *package, const guint8 *data, const GyPublicKey *root)
{
	const guint8 *xy = data + WS63_KEY_PUBLIC_KEY;
	g_autofree char *x = gy_hex(xy, 8);
	gboolean vouched = root && !is_broken(package, "key-area");

	if (gy_ws63_is_zero(xy, WS63_PUBLIC_KEY_SIZE))
		gy_package_add_link(package, "external-key", "External key",
			gy_package_trust(package) == GY_TRUST_SIGNED ? GY_LINK_BAD : GY_LINK_UNCHECKED,
			_("none"));
	else if (is_broken(package, "external-key"))
		gy_package_add_link(package, "external-key", "External key", GY_LINK_BAD,
			_("X %s…, no key of the curve"), x);
	else
		gy_package_add_link(package, "external-key", "External key",
			vouched ? GY_LINK_GOOD : GY_LINK_UNCHECKED,
			vouched ? _("X %s…, in the key area that the root key signed")
				: _("X %s…, nothing vouches for it"),
			x);
}

static void
add_info_area(GyPackage *package)
{
	GyTrust trust = gy_package_trust(package);
	gboolean broken = is_broken(package, "info-area");

	if (trust == GY_TRUST_UNSIGNED)
		gy_package_add_link(package, "info-area", "Info area", GY_LINK_BAD, _("not signed"));
	else if (broken)
		gy_package_add_link(
			package, "info-area", "Info area", GY_LINK_BAD, _("not what is vouched for"));
	else if (trust == GY_TRUST_INTEGRITY_ONLY)
		gy_package_add_link(package, "info-area", "Info area", GY_LINK_UNCHECKED,
			_("a digest, which anyone can make, in place of the external key's signature"));
	else
		gy_package_add_link(
			package, "info-area", "Info area", GY_LINK_GOOD, _("signed by the external key"));
}

static void
add_digests(GyPackage *package, gboolean can_be_walked)
{
	static const struct {
		const char *name;
		const char *label;
		const char *good;
		const char *bad;
	} digests[] = {
		{"table", "Hash table", N_("as the info area says"), N_("not as the info area says")},
		{"headers", "Image headers", N_("as the hash table says"), N_("not as the hash table says")},
		{"data", "Image data", N_("as the image headers say"), N_("not as the image headers say")},
	};
	guint n_images = gy_package_images(package)->len;

	for (guint i = 0; i < G_N_ELEMENTS(digests); i++) {
		gboolean broken = is_broken(package, digests[i].name);

		if (i > 0 && !can_be_walked)
			gy_package_add_link(package, digests[i].name, digests[i].label, GY_LINK_UNCHECKED,
				_("the hash table cannot be read"));
		else
			gy_package_add_link(package, digests[i].name, digests[i].label,
				broken ? GY_LINK_BAD : GY_LINK_GOOD,
				g_dngettext(
					GETTEXT_PACKAGE, "%1$u image, %2$s", "%1$u images, %2$s", n_images),
				n_images, broken ? _(digests[i].bad) : _(digests[i].good));
	}
}

void
gy_ws63_add_chain(GyPackage *package, const GyPublicKey *root, gboolean can_be_walked)
{
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), NULL);

	add_root_key(package, root);
	add_key_area(package, root);
	add_external_key(package, data, root);
	add_info_area(package);
	add_digests(package, can_be_walked);
}
