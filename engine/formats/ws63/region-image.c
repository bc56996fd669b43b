// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

/*
 * The signed application image by itself, as a device with two regions takes it: FORMAT.md, "firmware image". Its key area
 * is laid out as a package's; code info has its own length and its signature elsewhere.
 */

enum {
	CODE_INFO = 0x100,
	CODE_INFO_VERSION_EXT = 0x110,
	CODE_INFO_SIGNED = 0x180, /* bytes from CODE_INFO on, the signature follows */
	IMAGE_HEADER_SIZE = 0x300,
	APPLICATION_IMAGE_ID = 0x4B0F2D2D,
};

static const guint8 *
data_of(GyPackage *package, gsize *size)
{
	return g_bytes_get_data(gy_package_bytes(package), size);
}

static gboolean
probe(GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	return size >= IMAGE_HEADER_SIZE &&
	       gyw_get_u32le(data) == gy_ws63_key_id_of_image(APPLICATION_IMAGE_ID);
}

static void
report(GyPackage *package, GySeverity severity, GyError code, const char *field, guint64 offset,
	const char *message)
{
	gy_package_add_finding(
		package, gy_finding_new(severity, code, field, offset, NULL, NULL, "%s", message));
}

static GyPackage *
load(GBytes *bytes, const char *name, GError **error)
{
	GyPackage *package = gy_package_new(&gy_ws63_region_format, GY_WS63_KIND_UPGRADE, name, bytes);
	gsize size;
	const guint8 *data = data_of(package, &size);
	GyImage *image = g_new0(GyImage, 1);

	gy_package_set_trust(package, gy_ws63_is_zero(data + WS63_KEY_PUBLIC_KEY, WS63_PUBLIC_KEY_SIZE)
					      ? GY_TRUST_INTEGRITY_ONLY
					      : GY_TRUST_SIGNED);
	image->name = g_strdup("application");
	image->id = APPLICATION_IMAGE_ID;
	image->stored_size = size;
	image->size = size;
	image->version = gyw_get_u32le(data + CODE_INFO_VERSION_EXT);
	gy_sha256(data, size, image->sha256);
	gy_package_add_image(package, image);
	gy_package_add_field(package, "version_ext", "Version number", "%u", image->version);
	return package;
}

/* A digest in place of the signature, then zeros. */
static gboolean
has_digest(const guint8 *data, gsize signed_size)
{
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(data, signed_size, digest);
	return memcmp(digest, data + signed_size, sizeof digest) == 0 &&
	       gy_ws63_is_zero(data + signed_size + sizeof digest, WS63_SIGNATURE_SIZE - sizeof digest);
}

static void
check_digests(GyPackage *package, const guint8 *data, const GyPublicKey *root)
{
	report(package, root ? GY_SEVERITY_ERROR : GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
		"key_area.ext_public_key", WS63_KEY_PUBLIC_KEY,
		_("the image is integrity only: it has digests in place of signatures, which anyone can "
		  "make"));
	if (!has_digest(data, WS63_AREA_SIGNATURE))
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "key_area.signature",
			WS63_AREA_SIGNATURE, _("the key area has neither a signature nor its digest"));
	if (!has_digest(data + CODE_INFO, CODE_INFO_SIGNED))
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "code_info.signature",
			CODE_INFO + CODE_INFO_SIGNED,
			_("the code info has neither a signature nor its digest"));
}

static void
check_root(GyPackage *package, const guint8 *data, const GyPublicKey *root, const char *whose)
{
	g_autofree char *message =
		g_strdup_printf(_("the key area is not signed by %s, or changed since"), whose);

	if (!gy_public_key_verify(root, data, WS63_AREA_SIGNATURE, data + WS63_AREA_SIGNATURE))
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "key_area.signature",
			WS63_AREA_SIGNATURE, message);
}

static void
check_signatures(GyPackage *package, const guint8 *data, const GyPublicKey *root)
{
	g_autoptr(GyPublicKey) external = gy_public_key_from_xy(data + WS63_KEY_PUBLIC_KEY, NULL);

	if (root)
		check_root(package, data, root, _("the given root key"));
	else
		report(package, GY_SEVERITY_NOTE, GY_ERROR_KEY_NEEDED, "key_area.signature",
			WS63_AREA_SIGNATURE,
			_("the key-area signature was not checked: that takes the root public key"));
	if (!external)
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "key_area.ext_public_key",
			WS63_KEY_PUBLIC_KEY, _("the external public key is no key"));
	else if (!gy_public_key_verify(
			 external, data + CODE_INFO, CODE_INFO_SIGNED, data + CODE_INFO + CODE_INFO_SIGNED))
		report(package, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "code_info.signature",
			CODE_INFO + CODE_INFO_SIGNED,
			_("the code info is not signed by the external key, or changed since"));
}

static gboolean
verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	gsize size;
	const guint8 *data = data_of(package, &size);
	g_autoptr(GyFinding) wrong = gy_ws63_image_check(data, size, APPLICATION_IMAGE_ID);

	if (wrong)
		gy_package_add_finding(package, g_steal_pointer(&wrong));
	if (gy_package_trust(package) == GY_TRUST_SIGNED)
		check_signatures(package, data, key);
	else
		check_digests(package, data, key);
	return TRUE;
}

static GBytes *
unpack_image(GyPackage *package, guint index, GError **error)
{
	return g_bytes_ref(gy_package_bytes(package));
}

/* What the device judges before it erases the other region. */
static GBytes *
manifest(GyPackage *package)
{
	return g_bytes_new_from_bytes(gy_package_bytes(package), 0, IMAGE_HEADER_SIZE);
}

static void
check_device(GyPackage *package, const GyTarget *target)
{
	gsize size;
	const guint8 *data = data_of(package, &size);

	if (target->storage_size != 0 && size > target->storage_size) {
		g_autofree char *found = g_strdup_printf("%zu", size);
		g_autofree char *expected = g_strdup_printf("%u", target->storage_size);

		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE, "image", 0, found,
				expected, _("the image is larger than the smaller of the two regions")));
	}
	if (target->has_root_xy && gy_package_trust(package) == GY_TRUST_SIGNED) {
		g_autoptr(GyPublicKey) root = gy_public_key_from_xy(target->root_xy, NULL);

		if (root)
			check_root(package, data, root, _("the root key that the device keeps"));
	}
}

static GPtrArray *
identities(GyPackage *package, GError **error)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	GyImageIdentity *identity = g_new0(GyImageIdentity, 1);
	gsize size;
	const guint8 *data = data_of(package, &size);
	guint64 code_size = gy_ws63_image_code_size(data, size);

	identity->image_id = APPLICATION_IMAGE_ID;
	identity->size = size;
	gy_sha256(data, size, identity->sha256);
	identity->has_code = code_size != 0;
	if (identity->has_code)
		gy_sha256(data, (gsize) code_size, identity->code_sha256);
	identity->version_ext = gyw_get_u32le(data + CODE_INFO_VERSION_EXT);
	g_ptr_array_add(all, identity);
	return all;
}

const GyFormat gy_ws63_region_format = {
	.system = "ws63-ab",
	.title = N_("WS63 application image"),
	.key_types = GY_KEY_BP256R1,
	.max_size = GY_PACKAGE_MEMORY_MAX,
	.sent_kind = GY_WS63_KIND_UPGRADE,
	.to_region = TRUE,
	.probe = probe,
	.load = load,
	.verify = verify,
	.unpack_image = unpack_image,
	.manifest = manifest,
	.check_device = check_device,
	.identities = identities,
	.image_name = gy_ws63_image_name,
	.root_key_from_record = gy_ws63_root_record_read,
	.root_key_at = {.area = 0x03, .offset = 0x40, .size = 64},
};
