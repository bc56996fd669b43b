// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/liteos/build.h"
#include "engine/formats/liteos/device.h"
#include "engine/formats/liteos/difference.h"
#include "engine/formats/liteos/g1.h"
#include "engine/formats/liteos/liteos.h"
#include "engine/formats/liteos/options.h"
#include "engine/formats/liteos/sign.h"
#include "engine/keys/digest.h"

#define PACKAGE_KEY "gy-liteos-package"
#define MAGIC       "HDIFF13&"
#define MAGIC_SIZE  8
#define MAGIC_LEAST 6 /* a byte or two may be damaged, for verification to say so */

const char *
gy_liteos_generation_word(GyLiteosGeneration generation)
{
	static const char *const words[] = {"g1", "g2", "g3", "gantry"};

	return words[generation];
}

const GyLiteosPackage *
gy_liteos_package_of(GyPackage *package)
{
	return g_object_get_data(G_OBJECT(package), PACKAGE_KEY);
}

GBytes *
gy_liteos_body(GyPackage *package)
{
	GBytes *bytes = gy_package_bytes(package);
	gsize offset = gy_liteos_package_of(package)->body_offset;

	return g_bytes_new_from_bytes(bytes, offset, g_bytes_get_size(bytes) - offset);
}

/* ---- recognising ---------------------------------------------------------------------------------------- */

static gboolean
has_magic(const guint8 *data, gsize size, gsize at)
{
	guint n = 0;

	if (size < at + MAGIC_SIZE)
		return FALSE;
	for (guint i = 0; i < MAGIC_SIZE; i++)
		n += data[at + i] == (guint8) MAGIC[i];
	return n >= MAGIC_LEAST;
}

/* A damaged head is recognised as well: the rest of it is what it would be. */
static gboolean
has_envelope(const guint8 *data, gsize size)
{
	struct gyw_envelope envelope;

	return size >= GYW_ENVELOPE_SIZE && size <= G_MAXUINT32 &&
	       gyw_envelope_decode(&envelope, data, (guint32) size) != GYW_ENVELOPE_E_MAGIC;
}

static gboolean
find(const guint8 *data, gsize size, GyLiteosPackage *own)
{
	if (has_envelope(data, size)) {
		own->generation = GY_LITEOS_GANTRY;
		own->body_offset = GYW_ENVELOPE_SIZE;
	} else if (has_magic(data, size, GY_LITEOS_INFO_SIZE)) {
		own->generation = GY_LITEOS_G3;
		own->body_offset = GY_LITEOS_INFO_SIZE;
	} else if (has_magic(data, size, GY_LITEOS_SIGNATURE_SIZE + GY_LITEOS_INFO_SIZE)) {
		own->generation = GY_LITEOS_G2;
		own->info_offset = GY_LITEOS_SIGNATURE_SIZE;
		own->body_offset = GY_LITEOS_SIGNATURE_SIZE + GY_LITEOS_INFO_SIZE;
	} else if (gy_liteos_g1_probe(data, size)) {
		own->generation = GY_LITEOS_G1;
		own->body_offset = gy_liteos_g1_head_size(data);
	} else {
		return FALSE;
	}
	return TRUE;
}

static gboolean
probe(GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GyLiteosPackage own = {0};

	return find(data, size, &own);
}

/* ---- what it says of itself ----------------------------------------------------------------------------- */

static void
look_into(GyPackage *package, GyLiteosPackage *own)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	g_autoptr(GBytes) body = NULL;

	if (own->generation == GY_LITEOS_G1) {
		own->is_difference = gy_liteos_g1_is_difference(data);
		return;
	}
	if (own->generation == GY_LITEOS_GANTRY &&
		gyw_envelope_decode(&own->envelope, data, (guint32) size) == GYW_ENVELOPE_OK)
		own->body_offset = own->envelope.head_size;
	body = g_bytes_new_from_bytes(gy_package_bytes(package), own->body_offset, size - own->body_offset);
	own->has_patch = gy_patch_inspect(body, &own->patch, NULL);
	if (own->generation == GY_LITEOS_GANTRY)
		own->is_difference = own->envelope.old_size > 0;
	else
		own->is_difference = own->has_patch ? own->patch.old_size > 0 : data[own->info_offset] == 1;
}

static void
add_image(GyPackage *package, const GyLiteosPackage *own)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	GyImage *image = g_new0(GyImage, 1);

	image->name = g_strdup("application");
	image->id = GY_LITEOS_IMAGE_ID;
	image->offset = own->body_offset;
	image->stored_size = size - own->body_offset;
	image->size = own->has_patch ? own->patch.new_size : image->stored_size;
	image->version_text = g_strdup(gy_package_version(package));
	if (own->has_patch && g_str_equal(own->patch.compression, "lzma"))
		image->storage |= GY_STORAGE_LZMA;
	if (own->is_difference)
		image->storage |= GY_STORAGE_DIFF;
	gy_sha256(data + own->body_offset, image->stored_size, image->sha256);
	gy_package_add_image(package, image);
}

static void
add_envelope_fields(GyPackage *package, const struct gyw_envelope *envelope)
{
	g_autofree char *old = gy_hex(envelope->old_sha256, sizeof envelope->old_sha256);
	g_autofree char *new = gy_hex(envelope->new_sha256, sizeof envelope->new_sha256);

	if (gy_package_version(package))
		gy_package_add_field(package, "version", "Version", "%s", gy_package_version(package));
	if (envelope->old_size > 0)
		gy_package_add_field(package, "old_sha256", "Old image", "%s", old);
	gy_package_add_field(package, "new_sha256", "New image", "%s", new);
}

static void
add_fields(GyPackage *package, const GyLiteosPackage *own)
{
	gy_package_add_field(
		package, "generation", "Generation", "%s", gy_liteos_generation_word(own->generation));
	gy_package_add_field(
		package, "type", "Type", "%s", own->is_difference ? _("difference") : _("whole image"));
	if (own->generation == GY_LITEOS_GANTRY)
		add_envelope_fields(package, &own->envelope);
	if (!own->has_patch)
		return;
	gy_package_add_field(package, "patch", "Patch", "%s", gy_patch_kind_word(own->patch.kind));
	gy_package_add_field(package, "compression", "Compression", "%s", own->patch.compression);
	if (own->patch.old_size != GY_PATCH_ANY_SIZE && own->patch.old_size > 0)
		gy_package_add_field(
			package, "old_size", "Old size", "%" G_GUINT64_FORMAT, own->patch.old_size);
	if (own->patch.dictionary > 0) {
		gy_package_add_field(
			package, "dictionary", "Dictionary", "%" G_GUINT64_FORMAT, own->patch.dictionary);
		gy_package_add_field(package, "decoders", "Decoders at once", "%u", own->patch.n_decoders);
	}
}

/* ---- the format ----------------------------------------------------------------------------------------- */

static GyTrust
trust_of(const GyLiteosPackage *own, const guint8 *data)
{
	switch (own->generation) {
	case GY_LITEOS_G1: return gy_liteos_g1_is_signed(data) ? GY_TRUST_SIGNED : GY_TRUST_INTEGRITY_ONLY;
	case GY_LITEOS_G2: return GY_TRUST_SIGNED;
	case GY_LITEOS_G3: return GY_TRUST_UNSIGNED;
	case GY_LITEOS_GANTRY: return GY_TRUST_INTEGRITY_ONLY;
	}
	return GY_TRUST_UNSIGNED;
}

static void
set_version(GyPackage *package, const struct gyw_envelope *envelope)
{
	g_autofree char *text = g_strndup((const char *) envelope->version, sizeof envelope->version);
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	if (*valid)
		gy_package_set_version(package, valid);
}

GyPackage *
gy_liteos_load(GBytes *bytes, const char *name, GError **error)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GyLiteosPackage found = {0};
	GyLiteosPackage *own;
	GyPackage *package;

	if (!find(data, size, &found)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED,
			_("%s is no package of LiteOS_Lab: there is no HDIFF13 stream behind its info block"),
			name);
		return NULL;
	}
	own = g_memdup2(&found, sizeof found);
	package = gy_package_new(&gy_liteos_format,
		own->generation == GY_LITEOS_G1 ? GY_LITEOS_KIND_OLDEST : GY_LITEOS_KIND_UPGRADE, name,
		bytes);
	g_object_set_data_full(G_OBJECT(package), PACKAGE_KEY, own, g_free);
	gy_package_set_trust(package, trust_of(own, data));
	look_into(package, own);
	set_version(package, &own->envelope);
	add_fields(package, own);
	add_image(package, own);
	return package;
}

static GBytes *
check_new(const GyLiteosPackage *own, GBytes *new, GError **error)
{
	guint8 digest[GY_SHA256_SIZE];

	if (own->generation != GY_LITEOS_GANTRY)
		return new;
	gy_sha256(g_bytes_get_data(new, NULL), g_bytes_get_size(new), digest);
	if (memcmp(digest, own->envelope.new_sha256, sizeof digest) == 0)
		return new;
	g_bytes_unref(new);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_HASH,
		_("what the patch makes is not the image that the envelope names: the package changed since "
		  "it "
		  "was "
		  "built"));
	return NULL;
}

GBytes *
gy_liteos_unpack_image(GyPackage *package, guint index, GError **error)
{
	const GyLiteosPackage *own = gy_liteos_package_of(package);
	g_autoptr(GBytes) body = gy_liteos_body(package);
	g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);
	GBytes *new;

	if (own->is_difference) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
			_("%s is a difference: name the old image with --old"), gy_package_name(package));
		return NULL;
	}
	if (own->generation == GY_LITEOS_G1)
		return g_steal_pointer(&body);
	new = gy_patch_apply(body, nothing, error);
	return new ? check_new(own, new, error) : NULL;
}

static gboolean
check_old(const GyLiteosPackage *own, GBytes *old, GError **error)
{
	guint8 digest[GY_SHA256_SIZE];

	if (own->generation != GY_LITEOS_GANTRY)
		return TRUE;
	gy_sha256(g_bytes_get_data(old, NULL), g_bytes_get_size(old), digest);
	if (memcmp(digest, own->envelope.old_sha256, sizeof digest) == 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
		_("the difference was made against another image than the one given as the old one"));
	return FALSE;
}

GBytes *
gy_liteos_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error)
{
	const GyLiteosPackage *own = gy_liteos_package_of(package);
	g_autoptr(GBytes) body = gy_liteos_body(package);
	GBytes *new;

	if (own->generation == GY_LITEOS_G1) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("differences of the first generation are of a kind that only its devices read"));
		return NULL;
	}
	if (!check_old(own, old, error))
		return NULL;
	new = gy_patch_apply(body, old, error);
	return new ? check_new(own, new, error) : NULL;
}

const GyFormat gy_liteos_format = {
	.system = "liteos",
	.title = "LiteOS_Lab",
	.key_types = GY_KEY_RSA2048,
	.max_size = GY_LITEOS_MAX,
	.probe = probe,
	.load = gy_liteos_load,
	.verify = gy_liteos_verify,
	.unpack_image = gy_liteos_unpack_image,
	.unpack_difference = gy_liteos_unpack_difference,
	.make_difference = gy_liteos_make_difference,
	.manifest = gy_liteos_manifest,
	.build = gy_liteos_build,
	.sign = gy_liteos_sign,
	.to_be_signed = gy_liteos_to_be_signed,
	.signed_names = gy_liteos_signed_names,
	.take_signatures = gy_liteos_take_signatures,
	.check_device = gy_liteos_check_device,
	.begin_tags = gy_liteos_begin_tags,
	.identities = gy_liteos_identities,
	.image_name = gy_liteos_image_name,
	.result_name = gy_liteos_result_name,
	.good_result = GY_LITEOS_RESULT_GOOD,
	.code_name = gy_liteos_code_name,
	.sent_kind = GY_LITEOS_KIND_UPGRADE,
	.verifies_none = TRUE,
	.options = gy_liteos_options,
	.image_sections = gy_liteos_image_sections,
};
