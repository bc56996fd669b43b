// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

static void
refuse(GyPackage *package, GyError code, const char *field, guint64 offset, guint64 found, guint64 expected,
	const char *message)
{
	g_autofree char *found_text = g_strdup_printf("%" G_GUINT64_FORMAT, found);
	g_autofree char *expected_text = g_strdup_printf("%" G_GUINT64_FORMAT, expected);

	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, code, field, offset, found_text,
						expected_text, "%s", message));
}

static const GyTargetImage *
find_target(const GyTarget *target, guint32 id)
{
	for (guint i = 0; target->images && i < target->images->len; i++)
		if (g_array_index(target->images, GyTargetImage, i).image_id == id)
			return &g_array_index(target->images, GyTargetImage, i);
	return NULL;
}

static void
check_image(GyPackage *package, const GyTarget *target, const GyImage *image, guint index)
{
	const GyTargetImage *place = find_target(target, image->id);
	guint64 header = image->offset - WS63_HEADER_SIZE;
	g_autofree char *id_field = g_strdup_printf("image[%u].image_id", index);
	g_autofree char *size_field = g_strdup_printf("image[%u].new_image_len", index);
	g_autofree char *stored_field = g_strdup_printf("image[%u].image_len", index);
	g_autofree char *version_field = g_strdup_printf("image[%u].version_ext", index);
	g_autofree char *id_text = g_strdup_printf("0x%08X (%s)", image->id, image->name);

	if (!place) {
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNKNOWN_IMAGE, id_field,
				header + WS63_HEADER_IMAGE_ID, id_text, _("an image that the device takes"),
				_("the device does not take the %s image; it would skip it and reset for "
				  "ever"),
				image->name));
		return;
	}
	if (place->partition_size != 0 && image->size > place->partition_size)
		refuse(package, GY_ERROR_PACKAGE_TOO_LARGE, size_field, header + WS63_HEADER_NEW_IMAGE_LEN,
			image->size, place->partition_size,
			_("the image is larger than its partition, which is erased before that shows"));
	/* plain data are written with their padding */
	else if (place->partition_size != 0 && image->storage == GY_STORAGE_PLAIN &&
		 image->stored_size > place->partition_size)
		refuse(package, GY_ERROR_PACKAGE_TOO_LARGE, stored_field, header + WS63_HEADER_IMAGE_LEN,
			image->stored_size, place->partition_size,
			_("the image with its padding is larger than its partition"));
	if (place->minimum_version == G_MAXUINT32)
		refuse(package, GY_ERROR_PACKAGE_ROLLBACK, version_field, header + WS63_HEADER_VERSION_EXT,
			image->version, place->minimum_version,
			_("the device holds versions against its fuses, and has no fuses for this image"));
	else if (image->version < place->minimum_version)
		refuse(package, GY_ERROR_PACKAGE_ROLLBACK, version_field, header + WS63_HEADER_VERSION_EXT,
			image->version, place->minimum_version,
			_("the image's version_ext is below the lowest that the device's fuses allow"));
}

static gboolean
record_matches(const GyPublicKey *key, const guint8 sha256[32])
{
	guint8 record[WS63_ROOT_RECORD_SIZE];
	guint8 digest[GY_SHA256_SIZE];

	gy_ws63_root_record(key, record);
	gy_sha256(record, sizeof record, digest);
	return memcmp(digest, sha256, sizeof digest) == 0;
}

/*
 * Whether the board's root key made the key-area signature. A board that only tells the digest of its key can be
 * asked as well: the signature itself gives the two keys that may have made it.
 */
static gboolean
is_signed_by_board(const guint8 *data, const GyTarget *target)
{
	const guint8 *signature = data + WS63_AREA_SIGNATURE;
	g_autoptr(GPtrArray) candidates = NULL;

	if (target->has_root_xy) {
		g_autoptr(GyPublicKey) root = gy_public_key_from_xy(target->root_xy, NULL);

		return root && gy_public_key_verify(root, data, WS63_AREA_SIGNATURE, signature);
	}
	candidates = gy_public_key_recover(data, WS63_AREA_SIGNATURE, signature);
	for (guint i = 0; i < candidates->len; i++)
		if (record_matches(candidates->pdata[i], target->root_key_sha256))
			return TRUE;
	return FALSE;
}

static void
check_trust(GyPackage *package, const GyTarget *target, const guint8 *data)
{
	switch (gy_package_trust(package)) {
	case GY_TRUST_UNSIGNED:
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED,
				"key_area.sig_fota_key_area", WS63_AREA_SIGNATURE, "zeros", _("a signature"),
				_("the device refuses a package that is not signed")));
		return;
	case GY_TRUST_INTEGRITY_ONLY:
		gy_package_add_finding(package,
			gy_finding_new(target->takes_hash_only ? GY_SEVERITY_WARNING : GY_SEVERITY_ERROR,
				GY_ERROR_PACKAGE_NOT_AUTHENTIC, "key_area.signature_length",
				WS63_AREA_SIGNATURE_LENGTH, "0x00000020", "0x00000040",
				target->takes_hash_only
					? _("integrity only, not authentic: nobody vouches for "
					    "where this package comes from")
					: _("integrity only, not authentic: the device takes "
					    "signed packages only")));
		return;
	case GY_TRUST_SIGNED: break;
	}
	if ((target->has_root_xy || target->has_root_key) && !is_signed_by_board(data, target))
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY,
				"key_area.sig_fota_key_area", WS63_AREA_SIGNATURE, NULL, NULL,
				_("the package is not signed with the root key that this board keeps")));
}

static void
check_hardware(GyPackage *package, const GyTarget *target)
{
	guint32 id = gy_package_hardware_id(package);

	/* a board whose own id is 0 does not compare; a package with 0 is not for every board */
	if (!target->has_hardware_id || target->hardware_id == 0 || target->hardware_id == id)
		return;
	refuse(package, GY_ERROR_PACKAGE_OTHER_HARDWARE, "info_area.hardware_id",
		WS63_INFO + WS63_INFO_HARDWARE_ID, id, target->hardware_id,
		_("the package was built for other hardware"));
}

/*
 * The version number of the image itself is what will run; the one in the package is only held against fuses. The
 * running version is no bound of the device's own, so this only warns.
 */
static void
check_running_version(GyPackage *package, const GyTarget *target, guint index)
{
	const GyImage *image = gy_package_images(package)->pdata[index];
	g_autoptr(GBytes) unpacked = NULL;
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;
	gsize size = 0;
	const guint8 *data;
	guint32 version;

	if (!target->has_version_ext || image->id != WS63_IMAGE_APPLICATION)
		return;
	/* an image that cannot be unpacked has a finding of its own */
	unpacked = gy_package_unpack_image(package, index, NULL);
	data = unpacked ? g_bytes_get_data(unpacked, &size) : NULL;
	if (gy_ws63_image_code_size(data, size) == 0)
		return;
	version = gyw_get_u32le(data + WS63_CODE_INFO + WS63_CODE_VERSION_EXT);
	if (version >= target->version_ext)
		return;
	found = g_strdup_printf("%u", version);
	expected = g_strdup_printf(_("at least %u"), target->version_ext);
	gy_package_add_finding(package,
		gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_ROLLBACK, "code_info.version_ext",
			image->offset, found, expected,
			_("the application's version number is below the one of the running application")));
}

/* A device that does not say what it takes is taken for one that was not extended. */
static void
check_usual_id(GyPackage *package, const GyImage *image, guint index)
{
	g_autofree char *field = g_strdup_printf("image[%u].image_id", index);
	g_autofree char *found = g_strdup_printf("0x%08X", image->id);

	if (gy_ws63_is_known_image(image->id))
		return;
	gy_package_add_finding(
		package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNKNOWN_IMAGE, field,
				 image->offset - WS63_HEADER_SIZE + WS63_HEADER_IMAGE_ID, found,
				 _("application, flashboot, nv or hilink"),
				 _("the device does not say that it takes this image; without it, it would "
				   "reset for ever")));
}

void
gy_ws63_check_device(GyPackage *package, const GyTarget *target)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	GPtrArray *images = gy_package_images(package);

	if (g_str_equal(gy_package_kind(package), GY_WS63_KIND_BURN)) {
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_BURN, "burn.magic", 0, NULL,
				"0xCB8D154E",
				_("a container for the boot ROM never goes through the upgrade path")));
		return;
	}
	if (target->storage_size != 0 && size > target->storage_size)
		refuse(package, GY_ERROR_PACKAGE_TOO_LARGE, "package", GY_NO_OFFSET, size,
			target->storage_size,
			_("the package is larger than the device's storage for packages"));
	check_trust(package, target, data);
	check_hardware(package, target);
	for (guint i = 0; i < images->len; i++) {
		if (target->images)
			check_image(package, target, images->pdata[i], i);
		else
			check_usual_id(package, images->pdata[i], i);
		check_running_version(package, target, i);
	}
}

/* ---- what the device will hold -------------------------------------------------------------------------- */

static GyImageIdentity *
identify(guint32 id, GBytes *unpacked)
{
	GyImageIdentity *identity = g_new0(GyImageIdentity, 1);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(unpacked, &size);
	guint64 code_size;

	identity->image_id = id;
	identity->size = size;
	gy_sha256(data, size, identity->sha256);
	code_size = id == WS63_IMAGE_NV ? 0 : gy_ws63_image_code_size(data, size);
	if (code_size == 0)
		return identity;
	identity->has_code = TRUE;
	gy_sha256(data, (gsize) code_size, identity->code_sha256);
	identity->version_ext = gyw_get_u32le(data + WS63_CODE_INFO + WS63_CODE_VERSION_EXT);
	return identity;
}

GPtrArray *
gy_ws63_identities(GyPackage *package, GError **error)
{
	g_autoptr(GPtrArray) identities = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *images = gy_package_images(package);

	for (guint i = 0; i < images->len; i++) {
		const GyImage *image = images->pdata[i];
		g_autoptr(GBytes) unpacked = NULL;

		/* nobody but the device sees into it */
		if (image->storage & GY_STORAGE_ENCRYPTED) {
			GyImageIdentity *unseen = g_new0(GyImageIdentity, 1);

			unseen->image_id = image->id;
			unseen->size = image->size;
			g_ptr_array_add(identities, unseen);
			continue;
		}
		unpacked = gy_ws63_unpack_image(package, i, error);
		if (!unpacked)
			return NULL;
		g_ptr_array_add(identities, identify(image->id, unpacked));
	}
	return g_steal_pointer(&identities);
}
