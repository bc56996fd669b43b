// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/device.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/formats/liteos/liteos.h"
#include "engine/keys/digest.h"
#include "protocol/wire/message.h"

GBytes *
gy_liteos_manifest(GyPackage *package)
{
	GBytes *bytes = gy_package_bytes(package);

	return g_bytes_new_from_bytes(bytes, 0, MIN(g_bytes_get_size(bytes), GY_LITEOS_MANIFEST));
}

static void
report_size(GyPackage *package, const char *field, guint64 found, guint64 most, const char *message)
{
	g_autofree char *has = g_strdup_printf("%" G_GUINT64_FORMAT, found);
	g_autofree char *takes = g_strdup_printf(_("at most %" PRIu64), most);

	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE, field,
						GY_NO_OFFSET, has, takes, "%s", message));
}

/* What the stock loader of g2 would take, ours and that of g3 find 256 bytes too late, after they have erased. */
static void
check_generation(GyPackage *package, const GyLiteosPackage *own)
{
	if (own->generation == GY_LITEOS_G2)
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "package",
				GY_NO_OFFSET, "g2", _("g3 or gantry"),
				_("the device's agent stores packages of g3, which have no signature "
				  "in front")));
}

static void
refuse_old(GyPackage *package, const char *found, const char *expected, const char *message)
{
	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
						"patch.old", GY_NO_OFFSET, found, expected, "%s", message));
}

/* Applied to another image it makes rubbish, and a loader by the book calls that a success. */
static void
check_old(GyPackage *package, const GyLiteosPackage *own, const GyTarget *target)
{
	const guint8 *expected = own->generation == GY_LITEOS_GANTRY ? own->envelope.old_sha256
				 : target->has_old                   ? target->old_sha256
								     : NULL;
	g_autofree char *found = NULL;
	g_autofree char *wanted = NULL;

	if (!own->is_difference)
		return;
	if (!expected) {
		refuse_old(package, NULL, NULL,
			_("the difference does not say which image it was made against: name that one with "
			  "--old"));
		return;
	}
	/* who sends it found the old image by what such a device tells, and the device compares before it erases */
	if (!target->has_digest && target->old_version &&
		g_strcmp0(target->version, target->old_version) == 0)
		return;
	wanted = gy_hex(expected, GY_SHA256_SIZE);
	found = target->has_digest ? gy_hex(target->digest, GY_SHA256_SIZE) : NULL;
	if (!target->has_digest)
		refuse_old(package, NULL, wanted,
			_("the device does not say what it runs, so a difference cannot be sent to it"));
	else if (memcmp(target->digest, expected, GY_SHA256_SIZE) != 0)
		refuse_old(package, found, wanted,
			_("the difference was made against another image than the device runs"));
}

void
gy_liteos_check_device(GyPackage *package, const GyTarget *target)
{
	const GyLiteosPackage *own = gy_liteos_package_of(package);
	const GyImage *image = gy_package_images(package)->pdata[0];
	guint64 size = g_bytes_get_size(gy_package_bytes(package));

	check_generation(package, own);
	check_old(package, own, target);
	if (target->storage_size > 0 && size > target->storage_size)
		report_size(package, "package", size, target->storage_size,
			_("the package does not fit where the device stores packages"));
	else if (target->storage_size > 0 && image->size > target->storage_size)
		report_size(package, "patch.new_size", image->size, target->storage_size,
			_("the loader takes no image that is larger than the place for packages"));
	for (guint i = 0; target->images && i < target->images->len; i++) {
		const GyTargetImage *place = &g_array_index(target->images, GyTargetImage, i);

		if (place->image_id == GY_LITEOS_IMAGE_ID && place->partition_size > 0 &&
			image->size > place->partition_size)
			report_size(package, "patch.new_size", image->size, place->partition_size,
				_("the new image does not fit where the program runs"));
	}
}

/* Of a difference without an envelope only the size is known. */
GPtrArray *
gy_liteos_identities(GyPackage *package, GError **error)
{
	const GyLiteosPackage *own = gy_liteos_package_of(package);
	const GyImage *image = gy_package_images(package)->pdata[0];
	g_autoptr(GPtrArray) identities = g_ptr_array_new_with_free_func(g_free);
	GyImageIdentity *identity = g_new0(GyImageIdentity, 1);

	g_ptr_array_add(identities, identity);
	identity->image_id = GY_LITEOS_IMAGE_ID;
	identity->size = image->size;
	identity->has_code = !own->is_difference || own->generation == GY_LITEOS_GANTRY;
	if (own->generation == GY_LITEOS_GANTRY) {
		memcpy(identity->sha256, own->envelope.new_sha256, sizeof identity->sha256);
	} else if (!own->is_difference) {
		g_autoptr(GBytes) new = gy_liteos_unpack_image(package, 0, error);

		if (!new)
			return NULL;
		gy_sha256(g_bytes_get_data(new, NULL), g_bytes_get_size(new), identity->sha256);
	}
	memcpy(identity->code_sha256, identity->sha256, sizeof identity->code_sha256);
	return g_steal_pointer(&identities);
}

/* An envelope says it itself. */
GBytes *
gy_liteos_begin_tags(GyPackage *package, gboolean is_forced)
{
	const char *version = gy_package_version(package);
	gsize length = version ? strlen(version) : 0;
	guint8 tags[2 + GYW_ENVELOPE_VERSION_SIZE];
	struct gyw_writer w;

	if (length == 0 || length > GYW_ENVELOPE_VERSION_SIZE ||
		gy_liteos_package_of(package)->generation == GY_LITEOS_GANTRY)
		return NULL;
	gyw_writer_init(&w, tags, sizeof tags);
	gyw_write_tlv(&w, GYW_BEGIN_VERSION, (const guint8 *) version, (guint32) length);
	return g_bytes_new(tags, w.used);
}

char *
gy_liteos_image_name(guint32 id)
{
	return id == GY_LITEOS_IMAGE_ID ? g_strdup("application") : g_strdup_printf("0x%08X", id);
}

const char *
gy_liteos_result_name(guint32 result)
{
	static const char *const names[] = {N_("nothing was upgraded yet"),
		N_("a download was begun and not ended"), N_("a package waits for the loader"),
		N_("the last upgrade went well"),
		N_("the last upgrade failed, and the old firmware was kept")};

	/* our own, beside the documented ones */
	if (result >= 0x10 && result <= 0x12)
		return _("none: its flash was written over by a self-test");
	return result < G_N_ELEMENTS(names) ? _(names[result]) : NULL;
}

const char *
gy_liteos_code_name(guint32 code)
{
	static const char *const names[] = {N_("unknown"), N_("reading Download failed"),
		N_("writing Download failed"), N_("erasing Download failed"), N_("flushing Download failed"),
		N_("there is no package in Download"), N_("Download is too small"),
		N_("reading Backup failed"), N_("writing Backup failed"), N_("erasing Backup failed"),
		N_("flushing Backup failed"), N_("there is no image in Backup"), N_("Backup is too small"),
		N_("reading Running failed"), N_("writing Running failed"),
		N_("erasing Running or Backup failed"), N_("flushing Running failed"),
		N_("there is no image in Running"), N_("Running is too small"),
		N_("the compression is unknown"), N_("the patch could not be applied"),
		N_("a parameter is wrong"), N_("the flag record could not be read"),
		N_("the flag record could not be written"), N_("the backup failed"),
		N_("the patch failed, and the old image was brought back"),
		N_("the old image could not be brought back")};

	return code >= 0x80 && code - 0x80 < G_N_ELEMENTS(names) ? _(names[code - 0x80]) : NULL;
}
