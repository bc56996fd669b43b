// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/boot-record.h"
#include "engine/formats/alios/build.h"
#include "engine/formats/alios/device.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/difference.h"
#include "engine/formats/alios/options.h"
#include "engine/formats/alios/sign-block.h"
#include "engine/formats/alios/sign.h"
#include "engine/keys/digest.h"
#include "protocol/wire/bytes.h"

#define IMAGE_KEY   "gy-alios-image"
#define MESSAGE_KEY "gy-alios-message"

const GyAliosImage *
gy_alios_image_of(GyPackage *package)
{
	return g_object_get_data(G_OBJECT(package), IMAGE_KEY);
}

const GyAliosMessage *
gy_alios_message_of(GyPackage *package)
{
	return g_object_get_data(G_OBJECT(package), MESSAGE_KEY);
}

/* ---- recognising ---------------------------------------------------------------------------------------- */

/* One damaged word is for verification to complain about: magic, or size, may be wrong, if the other is right. */
static gboolean
is_block_of(const guint8 *bytes, gsize image_size)
{
	GyAliosBlock block = gy_alios_block_read(bytes);

	return gy_alios_magic_name(block.magic) ||
	       (block.image_size == image_size && block.reserved == GY_ALIOS_RESERVED);
}

/* At the front there is an image's own beginning in all other files: nothing may be wrong. */
static gboolean
has_head(const guint8 *data, gsize size)
{
	GyAliosBlock block;

	if (size < ALIOS_BLOCK_SIZE)
		return FALSE;
	block = gy_alios_block_read(data);
	return gy_alios_magic_name(block.magic) && block.reserved == GY_ALIOS_RESERVED;
}

static gboolean
has_trailer(const guint8 *data, gsize size)
{
	return size >= ALIOS_BLOCK_SIZE &&
	       is_block_of(data + size - ALIOS_BLOCK_SIZE, size - ALIOS_BLOCK_SIZE);
}

/* An image behind a head may have a trailer of its own. */
static gboolean
is_behind_head(const guint8 *data, gsize size)
{
	return has_head(data, size) && gy_alios_block_read(data).image_size == size - ALIOS_BLOCK_SIZE &&
	       !gy_alios_has_trailer(data, size);
}

static gboolean
probe(GBytes *bytes)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	GyAliosRecordKind kind;

	return gy_alios_diff_probe(data, size) || gy_alios_message_probe(data, size) ||
	       gy_alios_record_probe(data, size, &kind) || has_trailer(data, size) || has_head(data, size);
}

/* ---- images --------------------------------------------------------------------------------------------- */

static void
find_sign_block(GyAliosImage *image, const guint8 *data)
{
	gsize at = image->body_offset + image->body_size - ALIOS_SIGN_SIZE;

	if (image->body_size < ALIOS_SIGN_SIZE || gyw_get_u32le(data + at) != ALIOS_SIGN_MAGIC_RSA)
		return;
	image->sign_offset = at;
	/* only the size tells whether the block is about what is before the sign block, or about both */
	if (image->block.image_size == image->body_size - ALIOS_SIGN_SIZE)
		image->body_size -= ALIOS_SIGN_SIZE;
}

static GyAliosImage *
find_image(const guint8 *data, gsize size, const char **kind)
{
	GyAliosImage *image = g_new0(GyAliosImage, 1);
	gboolean is_trailer = has_trailer(data, size) && !is_behind_head(data, size);

	image->block_offset = is_trailer ? size - ALIOS_BLOCK_SIZE : 0;
	image->body_offset = is_trailer ? 0 : ALIOS_BLOCK_SIZE;
	image->body_size = size - ALIOS_BLOCK_SIZE;
	image->block = gy_alios_block_read(data + image->block_offset);
	image->is_xz = gy_xz_probe(data + image->body_offset, image->body_size);
	find_sign_block(image, data);
	if (size == ALIOS_BLOCK_SIZE && image->block.image_size != 0)
		*kind = GY_ALIOS_KIND_BLOCK;
	else
		*kind = image->is_xz ? GY_ALIOS_KIND_XZ
			: is_trailer ? GY_ALIOS_KIND_IMAGE
				     : GY_ALIOS_KIND_HEAD;
	return image;
}

static GyImage *
new_image(const char *name, guint32 id, const guint8 *data, gsize offset, gsize size)
{
	GyImage *image = g_new0(GyImage, 1);

	image->name = g_strdup(name);
	image->id = id;
	image->offset = offset;
	image->stored_size = size;
	image->size = size;
	gy_sha256(data + offset, size, image->sha256);
	return image;
}

/* Bytes of the image itself: a sign block is none. */
static gsize
plain_size(const GyAliosImage *own)
{
	return own->sign_offset ? own->sign_offset - own->body_offset : own->body_size;
}

static char *
magic_name(guint32 magic)
{
	const char *name = gy_alios_magic_name(magic);

	return name ? g_strdup(name) : g_strdup_printf("0x%08X", magic);
}

static void
add_image(GyPackage *package, const GyAliosImage *own, const guint8 *data)
{
	g_autofree char *name = magic_name(own->block.magic);
	gsize size = plain_size(own);
	GyImage *image = new_image(name, own->block.magic, data, own->body_offset, size);
	GyXzInfo info;

	if (own->is_xz) {
		image->storage = GY_STORAGE_LZMA;
		if (gy_xz_inspect(data + own->body_offset, size, &info, NULL)) {
			image->size = info.size;
			gy_package_add_field(package, "dictionary", "Dictionary", "%u", info.dictionary);
		}
	}
	gy_package_add_image(package, image);
}

static void
add_sign_block(GyPackage *package, const GyAliosImage *own, const guint8 *data)
{
	GyAliosSignBlock block;

	gy_package_add_field(
		package, "sign_block", "Sign block", "%s", own->sign_offset ? _("yes") : _("no"));
	if (!own->sign_offset)
		return;
	block = gy_alios_sign_block_read(data + own->sign_offset);
	gy_package_add_field(package, "padding_mode", "Padding mode", "%u", block.padding_mode);
	gy_package_add_field(package, "signature_hash", "Signature hash", "%u", block.signature_hash);
	gy_package_add_field(package, "image_hash", "Image hash", "%u", block.image_hash);
}

static GyPackage *
load_image(GBytes *bytes, const char *name)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	const char *kind;
	GyAliosImage *own = find_image(data, size, &kind);
	GyPackage *package = gy_package_new(&gy_alios_format, kind, name, bytes);
	g_autofree char *magic = magic_name(own->block.magic);
	g_autofree char *md5 = gy_hex(own->block.md5, sizeof own->block.md5);

	gy_package_set_trust(package, own->sign_offset ? GY_TRUST_SIGNED : GY_TRUST_INTEGRITY_ONLY);
	gy_package_add_field(package, "magic", "Magic", "0x%08X (%s)", own->block.magic, magic);
	gy_package_add_field(package, "image_size", "Image size", "%u", own->block.image_size);
	gy_package_add_field(package, "md5", "MD5", "%s", md5);
	add_sign_block(package, own, data);
	if (!g_str_equal(kind, GY_ALIOS_KIND_BLOCK))
		add_image(package, own, data);
	g_object_set_data_full(G_OBJECT(package), IMAGE_KEY, own, g_free);
	return package;
}

/* ---- differences ---------------------------------------------------------------------------------------- */

static GyPackage *
load_difference(GBytes *bytes, const char *name)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GyPackage *package = gy_package_new(&gy_alios_format, GY_ALIOS_KIND_DIFFERENCE, name, bytes);
	g_autoptr(GArray) slices = gy_alios_diff_slices(data, size, NULL);
	GyImage *image = new_image("image", 0, data, 0, size);

	image->storage = GY_STORAGE_DIFF;
	image->size = 0;
	for (guint i = 0; i < slices->len; i++)
		image->size += g_array_index(slices, GyAliosSlice, i).new_size;
	gy_package_set_trust(package, GY_TRUST_INTEGRITY_ONLY);
	gy_package_add_field(package, "slices", "Slices", "%u", slices->len);
	if (slices->len > 0)
		gy_package_add_field(package, "slice_size", "Slice size", "%u",
			g_array_index(slices, GyAliosSlice, 0).new_size);
	gy_package_add_image(package, image);
	return package;
}

/* ---- messages ------------------------------------------------------------------------------------------- */

static void
add_text(GyPackage *package, const char *name, const char *label, const char *text)
{
	if (text)
		gy_package_add_field(package, name, label, "%s", text);
}

static GyPackage *
load_message(GBytes *bytes, const char *name, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GyAliosMessage *message = gy_alios_message_parse(data, size, error);
	GyPackage *package;

	if (!message) {
		g_prefix_error(error, "%s: ", name);
		return NULL;
	}
	package = gy_package_new(&gy_alios_format, GY_ALIOS_KIND_MESSAGE, name, bytes);
	g_object_set_data_full(
		G_OBJECT(package), MESSAGE_KEY, message, (GDestroyNotify) gy_alios_message_free);
	gy_package_set_trust(package, message->signature ? GY_TRUST_SIGNED : GY_TRUST_INTEGRITY_ONLY);
	gy_package_set_version(package, message->version);
	add_text(package, "version", "Version", message->version);
	add_text(package, "url", "URL", message->url);
	gy_package_add_field(package, "file_size", "File size", "%" G_GUINT64_FORMAT, message->size);
	add_text(package, "sign_method", "Digest", message->is_old_form ? "MD5" : message->method_text);
	add_text(package, "sign", "File digest", message->digest);
	if (message->is_difference)
		gy_package_add_field(package, "slice_size", "Slice size", "%u", message->slice_size);
	return package;
}

/* ---- boot records --------------------------------------------------------------------------------------- */

static GyPackage *
load_record(GBytes *bytes, const char *name, GyAliosRecordKind kind)
{
	const guint8 *data = g_bytes_get_data(bytes, NULL);
	GyPackage *package = gy_package_new(&gy_alios_format, GY_ALIOS_KIND_RECORD, name, bytes);
	guint32 flag = gy_alios_record_get(data, kind, "upg_flag");
	static const char *const texts[] = {"ver", "url", "hash"};

	gy_package_set_trust(package, GY_TRUST_INTEGRITY_ONLY);
	gy_package_add_field(package, "structure", "Structure", "%s", gy_alios_record_kind_name(kind));
	gy_package_add_field(package, "asks_for", "Asks for", "%s", gy_alios_record_flag_text(flag));
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = gy_alios_record_text(data, kind, texts[i]);

		add_text(package, texts[i], texts[i], text);
	}
	for (const GyAliosRecordField *field = gy_alios_record_fields(); field->name; field++)
		if (field->offset[kind] >= 0)
			gy_package_add_field(package, field->name, field->name, "0x%X",
				gy_alios_record_get(data, kind, field->name));
	return package;
}

/* ---- the format ----------------------------------------------------------------------------------------- */

GyPackage *
gy_alios_load(GBytes *bytes, const char *name, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GyAliosRecordKind kind;

	if (gy_alios_diff_probe(data, size))
		return load_difference(bytes, name);
	if (gy_alios_message_probe(data, size))
		return load_message(bytes, name, error);
	if (gy_alios_record_probe(data, size, &kind))
		return load_record(bytes, name, kind);
	if (has_trailer(data, size) || has_head(data, size))
		return load_image(bytes, name);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED,
		_("%s is no file for AliOS Things: it has no information block"), name);
	return NULL;
}

GBytes *
gy_alios_unpack_image(GyPackage *package, guint index, GError **error)
{
	const GyImage *image = gy_package_images(package)->pdata[index];
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), NULL);

	if (image->storage & GY_STORAGE_DIFF) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("the image is stored as a difference: name the old one with --old"));
		return NULL;
	}
	if (image->storage & GY_STORAGE_LZMA)
		return gy_xz_decode(data + image->offset, image->stored_size, GY_ALIOS_FILE_MAX, error);
	return g_bytes_new_from_bytes(gy_package_bytes(package), image->offset, image->stored_size);
}

GBytes *
gy_alios_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error)
{
	if (g_str_equal(gy_package_kind(package), GY_ALIOS_KIND_DIFFERENCE))
		return gy_alios_diff_apply(gy_package_bytes(package), old, error);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		_("the image is stored as a whole, not as a difference"));
	return NULL;
}

/* Images go by their magic, places on a device by a number of ours. */
static char *
image_name(guint32 id)
{
	return id == GY_ALIOS_IMAGE_ID ? g_strdup("application") : magic_name(id);
}

static const char *
result_name(guint32 result)
{
	return NULL;
}

const GyFormat gy_alios_format = {
	.system = "alios",
	.title = "AliOS Things",
	.key_types = GY_KEY_RSA2048,
	.max_size = GY_ALIOS_FILE_MAX,
	.probe = probe,
	.load = gy_alios_load,
	.verify = gy_alios_verify,
	.unpack_image = gy_alios_unpack_image,
	.unpack_difference = gy_alios_unpack_difference,
	.make_difference = gy_alios_make_difference,
	.manifest = gy_alios_manifest,
	.begin_tags = gy_alios_begin_tags,
	.build = gy_alios_build,
	.sign = gy_alios_sign,
	.to_be_signed = gy_alios_to_be_signed,
	.signed_names = gy_alios_signed_names,
	.take_signatures = gy_alios_take_signatures,
	.check_device = gy_alios_check_device,
	.identities = gy_alios_identities,
	.image_name = image_name,
	.result_name = result_name,
	.stored_kind = GY_ALIOS_KIND_IMAGE,
	.code_name = gy_alios_code_name,
	.sent_kind = GY_ALIOS_KIND_IMAGE,
	.difference_kind = GY_ALIOS_KIND_DIFFERENCE,
	.message_kind = GY_ALIOS_KIND_MESSAGE,
	.announced = gy_alios_announced,
	.verifies_none = TRUE,
	.is_application = TRUE,
	.has_boot_menu = TRUE,
	.file_name = "image.md5.bin",
	.options = gy_alios_options,
	.image_sections = gy_alios_image_sections,
};
