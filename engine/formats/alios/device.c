// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/device.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/layout.h"
#include "engine/formats/alios/version.h"
#include "engine/keys/digest.h"
#include "protocol/wire/message.h"

#define TYPE_IMAGE      0 /* OTA_RAW and OTA_DIFF of the system */
#define TYPE_DIFFERENCE 1
#define TAGS_MAX        640
#define MESSAGE_KEY     "gy-alios-announcement" /* the message that a file came with */
#define TAG_MOST        128                     /* of a signature in one tag, which has room for 255 bytes */
#define VERSION_FORM    "app-[0-9]+\\.[0-9]+\\.[0-9]+-[0-9]{8}\\.[0-9]{4}"

static gboolean
is_difference(GyPackage *package)
{
	return g_str_equal(gy_package_kind(package), GY_ALIOS_KIND_DIFFERENCE);
}

static guint32
slice_size_of(GyPackage *package)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	g_autoptr(GArray) slices = gy_alios_diff_slices(data, size, NULL);

	return slices->len > 0 ? g_array_index(slices, GyAliosSlice, 0).new_size : 0;
}

/* ---- versions ------------------------------------------------------------------------------------------- */

char *
gy_alios_version_of_image(GBytes *image)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(image, &size);
	g_autoptr(GRegex) form = g_regex_new(VERSION_FORM, G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *found = NULL;

	if (size == 0)
		return NULL;
	(void) g_regex_match_full(form, data, (gssize) size, 0, 0, &match, NULL);
	while (g_match_info_matches(match)) {
		g_autofree char *text = g_match_info_fetch(match, 0);

		if (found && !g_str_equal(found, text))
			return NULL;
		g_free(found);
		found = g_steal_pointer(&text);
		if (!g_match_info_next(match, NULL))
			break;
	}
	return g_steal_pointer(&found);
}

/* What a difference makes is not known without the old image. */
static char *
version_of(GyPackage *package)
{
	if (gy_package_version(package))
		return g_strdup(gy_package_version(package));
	return is_difference(package) ? NULL : gy_alios_version_of_image(gy_package_bytes(package));
}

/* The device refuses what is not newer by its rule; without the version's tag it takes it. */
static void
check_version(GyPackage *package, const GyTarget *target)
{
	g_autofree char *offered = version_of(package);
	g_autofree char *expected = NULL;

	if (!offered || !target->version || *target->version == '\0' ||
		gy_alios_version_is_taken(offered, target->version))
		return;
	expected = g_strdup_printf(_("after %s"), target->version);
	gy_package_add_finding(package,
		gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_ROLLBACK, "version", GY_NO_OFFSET,
			offered, expected,
			_("the device holds the version for not newer than the one that runs: it compares "
			  "letter by letter")));
}

/* ---- what a device has to know -------------------------------------------------------------------------- */

/* Of an image its trailer, of a difference the head of its first slice. */
GBytes *
gy_alios_manifest(GyPackage *package)
{
	GBytes *bytes = gy_package_bytes(package);
	gsize size = g_bytes_get_size(bytes);
	gsize head = is_difference(package) ? ALIOS_SLICE_HEAD : ALIOS_BLOCK_SIZE;

	if (size < head)
		return g_bytes_ref(bytes);
	return g_bytes_new_from_bytes(bytes, is_difference(package) ? 0 : size - head, head);
}

/* What the message says of the file goes with it, as the cloud would have told the device. */
static void
write_announcement(struct gyw_writer *w, const GyAliosMessage *message)
{
	g_autoptr(GBytes) digest = gy_alios_message_digest(message);
	g_autoptr(GBytes) signature = gy_alios_message_signature(message);
	const guint8 *bytes = signature ? g_bytes_get_data(signature, NULL) : NULL;

	if (digest)
		gyw_write_tlv(w, GYW_BEGIN_DIGEST, g_bytes_get_data(digest, NULL),
			(guint32) g_bytes_get_size(digest));
	for (guint at = 0; bytes && at < ALIOS_SIGNATURE_SIZE; at += TAG_MOST)
		gyw_write_tlv(w, GYW_BEGIN_SIGNATURE, bytes + at, TAG_MOST);
}

GyPackage *
gy_alios_announced(GyPackage *package, GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) bytes = gy_alios_message_file(package, &name);
	GyPackage *file;

	if (!bytes) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is not beside the message"), name ? name : _("the file"));
		return NULL;
	}
	file = gy_alios_load(bytes, name, error);
	if (!file)
		return NULL;
	gy_package_set_version(file, gy_package_version(package));
	gy_package_set_trust(file, gy_package_trust(package));
	g_object_set_data_full(G_OBJECT(file), MESSAGE_KEY, g_object_ref(package), g_object_unref);
	return file;
}

GBytes *
gy_alios_begin_tags(GyPackage *package, gboolean is_forced)
{
	GyPackage *message = g_object_get_data(G_OBJECT(package), MESSAGE_KEY);
	const guint8 type = is_difference(package) ? TYPE_DIFFERENCE : TYPE_IMAGE;
	g_autofree char *version = is_forced ? NULL : version_of(package);
	guint8 tags[TAGS_MAX];
	guint8 slice_size[4];
	struct gyw_writer w;

	gyw_writer_init(&w, tags, sizeof tags);
	gyw_write_tlv(&w, GYW_BEGIN_ALIOS_TYPE, &type, sizeof type);
	if (type == TYPE_DIFFERENCE) {
		gyw_put_u32le(slice_size, slice_size_of(package));
		gyw_write_tlv(&w, GYW_BEGIN_SLICE_SIZE, slice_size, sizeof slice_size);
	}
	if (version && strlen(version) <= ALIOS_VERSION_MAX)
		gyw_write_tlv(&w, GYW_BEGIN_VERSION, (const guint8 *) version, (guint32) strlen(version));
	if (message)
		write_announcement(&w, gy_alios_message_of(message));
	return g_bytes_new(tags, w.used);
}

/* ---- whether it fits ------------------------------------------------------------------------------------ */

static void
refuse_size(GyPackage *package, const char *field, guint64 found, guint64 most, const char *message)
{
	g_autofree char *has = g_strdup_printf("%" PRIu64, found);
	g_autofree char *takes = g_strdup_printf(_("at most %" PRIu64), most);

	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE, field,
						GY_NO_OFFSET, has, takes, "%s", message));
}

/* The bytes that will stand where the application runs: an image's trailer comes with it. */
static guint64
stored_size(GyPackage *package)
{
	const GyImage *image = gy_package_images(package)->pdata[0];

	return is_difference(package) ? image->size : g_bytes_get_size(gy_package_bytes(package));
}

static void
check_sizes(GyPackage *package, const GyTarget *target)
{
	guint64 size = g_bytes_get_size(gy_package_bytes(package));

	if (target->storage_size > 0 && size > target->storage_size)
		refuse_size(package, "package", size, target->storage_size,
			_("the package does not fit where the device stores packages"));
	for (guint i = 0; target->images && i < target->images->len; i++) {
		const GyTargetImage *place = &g_array_index(target->images, GyTargetImage, i);

		if (place->image_id == GY_ALIOS_IMAGE_ID && place->partition_size > 0 &&
			stored_size(package) > place->partition_size)
			refuse_size(package, "image.size", stored_size(package), place->partition_size,
				_("the new image does not fit where the program runs"));
	}
}

static void
refuse_old(GyPackage *package, const char *found, const char *expected, const char *message)
{
	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
						"image.old", GY_NO_OFFSET, found, expected, "%s", message));
}

/* A difference says nothing of its old image, and applied to another one it ends in the middle. */
static void
check_old(GyPackage *package, const GyTarget *target)
{
	g_autofree char *found = target->has_digest ? gy_hex(target->digest, GY_SHA256_SIZE) : NULL;
	g_autofree char *wanted = target->has_old ? gy_hex(target->old_sha256, GY_SHA256_SIZE) : NULL;

	if (!target->has_old)
		refuse_old(package, NULL, NULL,
			_("the difference does not say which image it was made against: name that one with "
			  "--old"));
	else if (!target->has_digest)
		refuse_old(package, NULL, wanted,
			_("the device does not say what it runs, so a difference cannot be sent to it"));
	else if (!g_str_equal(found, wanted))
		refuse_old(package, found, wanted,
			_("the difference was made against another image than the device runs"));
}

/* What only 3.x knows: the agent is one of 2.1. */
static void
check_magic(GyPackage *package)
{
	const GyAliosImage *own = gy_alios_image_of(package);
	g_autofree char *found = NULL;

	if (!own || own->block.magic == ALIOS_MAGIC_ALL || own->block.magic == ALIOS_MAGIC_APP ||
		own->block.magic == ALIOS_MAGIC_KERNEL)
		return;
	found = g_strdup_printf("0x%08X", own->block.magic);
	gy_package_add_finding(
		package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "magic",
				 GY_NO_OFFSET, found, "0xEFEFEFEF, 0xABABABAB, 0xCDCDCDCD",
				 _("the device does not know such images")));
}

void
gy_alios_check_device(GyPackage *package, const GyTarget *target)
{
	check_magic(package);
	check_sizes(package, target);
	if (is_difference(package))
		check_old(package, target);
	check_version(package, target);
}

/* What a device that runs an image hashes has the trailer. Of a difference only the size is known. */
GPtrArray *
gy_alios_identities(GyPackage *package, GError **error)
{
	g_autoptr(GPtrArray) identities = g_ptr_array_new_with_free_func(g_free);
	GyImageIdentity *identity = g_new0(GyImageIdentity, 1);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);

	g_ptr_array_add(identities, identity);
	identity->image_id = GY_ALIOS_IMAGE_ID;
	identity->size = stored_size(package);
	identity->has_code = !is_difference(package);
	if (identity->has_code)
		gy_sha256(data, size, identity->sha256);
	memcpy(identity->code_sha256, identity->sha256, sizeof identity->code_sha256);
	return g_steal_pointer(&identities);
}

const char *
gy_alios_code_name(guint32 code)
{
	static const char *const names[] = {N_("ota init failed"), N_("ota version not match"),
		N_("the transport failed"), N_("ota download failed"), N_("ota download url failed"),
		N_("ota download ip failed"), N_("ota download connect failed"),
		N_("ota download read failed"), N_("ota download write failed"), N_("ota verify failed"),
		N_("ota verify hash failed"), N_("ota verify rsa failed"), N_("ota upgrade failed"),
		N_("ota diff failed"), N_("ota reboot failed"), N_("the message could not be read"),
		N_("a parameter is wrong")};
	guint32 index = ~code; /* -1 is the first */

	return index < G_N_ELEMENTS(names) ? _(names[index]) : NULL;
}
