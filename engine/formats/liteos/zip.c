// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/zip.h"

#include <glib/gi18n-lib.h>

#include "engine/compression/zip-archive.h"
#include "engine/formats/liteos/device.h"
#include "engine/formats/liteos/liteos.h"
#include "engine/formats/liteos/options.h"
#include "engine/formats/liteos/sign.h"
#include "engine/keys/digest.h"
#include "engine/keys/key-rsa.h"
#include "engine/packages/rsa-signing.h"

#define MEMBER    "package.bin"
#define INNER_KEY "gy-liteos-zip-inner"
#define HOW       "SHA-256, RSA PKCS#1 v1.5, beside the zip"

/* ---- the one member ------------------------------------------------------------------------------------- */

static gboolean
has_one_member(const GyZip *zip)
{
	return gy_zip_n_members(zip) == 1 && !g_str_has_suffix(gy_zip_member(zip, 0), "/") &&
	       gy_zip_size(zip, 0) <= GY_LITEOS_MAX;
}

/* (transfer full) (nullable) */
static GBytes *
read_member(GBytes *bytes, const char *name, char **member, GError **error)
{
	g_autoptr(GyZip) zip = gy_zip_open(bytes, name, error);

	if (!zip)
		return NULL;
	if (!has_one_member(zip)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED,
			_("%s is no zip of a package of LiteOS_Lab: it has %u members, expected one file"),
			name, gy_zip_n_members(zip));
		return NULL;
	}
	*member = g_strdup(gy_zip_member(zip, 0));
	return gy_zip_read(zip, 0, error);
}

static gboolean
probe(GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree char *member = NULL;
	g_autoptr(GBytes) inner = gy_zip_probe(data, size) ? read_member(bytes, "", &member, NULL) : NULL;

	return inner && gy_liteos_format.probe(inner);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static GyPackage *
inner_of(GyPackage *package)
{
	return g_object_get_data(G_OBJECT(package), INNER_KEY);
}

/* Where the image's bytes are in the zip nobody can say: they are packed. */
static void
add_images(GyPackage *package, GyPackage *inner)
{
	GPtrArray *images = gy_package_images(inner);

	for (guint i = 0; i < images->len; i++) {
		const GyImage *found = g_ptr_array_index(images, i);
		GyImage *image = g_memdup2(found, sizeof *found);

		image->name = g_strdup(found->name);
		image->version_text = g_strdup(found->version_text);
		image->offset = 0;
		gy_package_add_image(package, image);
	}
}

static GyPackage *
load(GBytes *bytes, const char *name, GError **error)
{
	g_autofree char *member = NULL;
	g_autoptr(GBytes) content = read_member(bytes, name, &member, error);
	GyPackage *inner = content ? gy_liteos_load(content, member, error) : NULL;
	GyPackage *package;

	if (!inner)
		return NULL;
	package = gy_package_new(&gy_liteos_zip_format, GY_LITEOS_ZIP_KIND, name, bytes);
	g_object_set_data_full(G_OBJECT(package), INNER_KEY, inner, g_object_unref);
	gy_package_set_version(package, gy_package_version(inner));
	gy_package_add_field(package, "member", "Member", "%s, %" G_GSIZE_FORMAT " bytes", member,
		g_bytes_get_size(content));
	gy_package_add_field(package, "generation", "Generation", "%s",
		gy_liteos_generation_word(gy_liteos_package_of(inner)->generation));
	add_images(package, inner);
	return package;
}

static GBytes *
unpack_image(GyPackage *package, guint index, GError **error)
{
	return gy_liteos_unpack_image(inner_of(package), index, error);
}

static GBytes *
unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error)
{
	return gy_liteos_unpack_difference(inner_of(package), index, old, error);
}

/* ---- the signature beside it ---------------------------------------------------------------------------- */

static void
refuse_signature(GyPackage *package, GyError code, const char *message)
{
	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, code, "signature", GY_NO_OFFSET,
						NULL, NULL, "%s", message));
}

static void
check_signature(GyPackage *package, const GyPublicKey *key)
{
	GBytes *signature = gy_package_signature(package);
	guint8 digest[GY_SHA256_SIZE];
	gboolean is_good;

	if (!signature) {
		if (key)
			refuse_signature(package, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
				_("the zip's signature is a file of its own: name it with --signature"));
		return;
	}
	gy_sha256(g_bytes_get_data(gy_package_bytes(package), NULL),
		g_bytes_get_size(gy_package_bytes(package)), digest);
	is_good = key && gy_rsa_verify(key, GY_RSA_PKCS1, digest, g_bytes_get_data(signature, NULL),
				 g_bytes_get_size(signature));
	gy_package_set_trust(package, GY_TRUST_SIGNED);
	if (key && !is_good)
		refuse_signature(package, GY_ERROR_PACKAGE_UNTRUSTED_KEY,
			_("the signature was not made by this key over this zip"));
	gy_package_add_link(package, "signature", "Signature",
		!key      ? GY_LINK_UNCHECKED
		: is_good ? GY_LINK_GOOD
			  : GY_LINK_BAD,
		"%s",
		!key      ? _("beside the zip, by which key is not checked")
		: is_good ? _("beside the zip, by the key")
			  : _("not made by the key over this zip"));
}

static GyFinding *
copy_finding(const GyFinding *found)
{
	GyFinding *copy = g_memdup2(found, sizeof *found);

	copy->code = g_strdup(found->code);
	copy->field = g_strdup(found->field);
	copy->found = g_strdup(found->found);
	copy->expected = g_strdup(found->expected);
	copy->message = g_strdup(found->message);
	return copy;
}

/* What is wrong with the package in it is wrong with the zip. */
static gboolean
verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	GyPackage *inner = inner_of(package);
	GPtrArray *findings;

	if (!gy_liteos_verify(inner, NULL, error))
		return FALSE;
	findings = gy_package_findings(inner);
	/* offsets are the member's */
	for (guint i = 0; i < findings->len; i++)
		gy_package_add_finding(package, copy_finding(g_ptr_array_index(findings, i)));
	check_signature(package, key);
	return TRUE;
}

static gboolean
sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	g_autoptr(GBytes) signature = gy_rsa_signing_make(
		options, GY_KEY_RSA2048, GY_RSA_PKCS1, GY_LITEOS_SIGNED, gy_package_bytes(package), error);

	return signature && gy_draft_append_bytes(draft, signature, error);
}

static GPtrArray *
to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	GPtrArray *ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);

	g_ptr_array_add(ranges, gy_signed_range_new(GY_LITEOS_SIGNED, HOW, gy_package_bytes(package)));
	return ranges;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

gboolean
gy_liteos_put_zip(GBytes *package, GyDraft *draft, GError **error)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();

	gy_zip_members_add(members, MEMBER, package);
	return gy_zip_write(members, draft, error);
}

const GyFormat gy_liteos_zip_format = {
	.system = "liteos-zip",
	.title = "LiteOS_Lab",
	.key_types = GY_KEY_RSA2048,
	.max_size = GY_LITEOS_MAX,
	.probe = probe,
	.load = load,
	.verify = verify,
	.unpack_image = unpack_image,
	.unpack_difference = unpack_difference,
	.sign = sign,
	.to_be_signed = to_be_signed,
	.signed_names = gy_liteos_signed_names,
	.signs_beside = TRUE,
	.verifies_none = TRUE,
	.image_name = gy_liteos_image_name,
	.options = gy_liteos_options,
};
