// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/boot-record.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/sign-block.h"
#include "engine/keys/digest.h"
#include "engine/keys/key-rsa.h"

typedef struct {
	GyPackage *package;
	const guint8 *data;
	gsize size;
	const GyPublicKey *key;
	const GyAliosImage *image;
} Check;

static void
report(const Check *check, GySeverity severity, GyError code, const char *field, guint64 offset,
	const char *found, const char *expected, const char *message)
{
	gy_package_add_finding(check->package,
		gy_finding_new(severity, code, field, offset, found, expected, "%s", message));
}

/* ---- the information block ------------------------------------------------------------------------------ */

static void
check_magic(const Check *check)
{
	const GyAliosImage *image = check->image;
	g_autofree char *found = g_strdup_printf("0x%08X", image->block.magic);

	if (!gy_alios_magic_name(image->block.magic))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "image_magic",
			image->block_offset, found, _("0xEFEFEFEF, 0xABABABAB or 0xCDCDCDCD"),
			_("the block's magic is not known: a device refuses the image"));
	else if (!gy_alios_magic_is_of_2(image->block.magic))
		report(check, GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_NOT_SUPPORTED, "image_magic",
			image->block_offset, found, NULL, _("only a device with 3.x takes this magic"));
}

/* A device goes by what stands there, whatever the file's size is. */
static gboolean
check_image_size(const Check *check)
{
	const GyAliosImage *image = check->image;
	g_autofree char *found = g_strdup_printf("%u", image->block.image_size);
	g_autofree char *expected = g_strdup_printf("%" G_GSIZE_FORMAT, image->body_size);
	guint64 offset = image->block_offset + ALIOS_BLOCK_IMAGE;

	if (image->block.image_size != image->body_size) {
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED, "image_size", offset, found,
			expected, _("the block is about another number of bytes than there are"));
		return FALSE;
	}
	if (image->body_size == 0)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "image_size", offset, found,
			_("at least 1"), _("there is no image: a device refuses a block alone"));
	return TRUE;
}

static void
check_md5(const Check *check)
{
	const GyAliosImage *image = check->image;
	guint8 digest[ALIOS_MD5_SIZE];
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	gy_alios_md5(check->data + image->body_offset, image->body_size, digest);
	if (memcmp(digest, image->block.md5, sizeof digest) == 0)
		return;
	found = gy_hex(digest, sizeof digest);
	expected = gy_hex(image->block.md5, sizeof digest);
	report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "image_md5",
		image->block_offset + ALIOS_BLOCK_MD5, found, expected,
		_("the image is not the one that the block is about"));
}

static void
check_block(const Check *check)
{
	const GyAliosImage *image = check->image;
	g_autofree char *found = g_strdup_printf("0x%08X", image->block.reserved);

	check_magic(check);
	if (check_image_size(check))
		check_md5(check);
	if (image->block.reserved != GY_ALIOS_RESERVED)
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "reserved",
			image->block_offset + ALIOS_BLOCK_RESERVED, found, "0xFFFFFFFF",
			_("the block's reserved bytes are not what generators write"));
}

/* ---- what is packed ------------------------------------------------------------------------------------- */

static void
check_inner(const Check *check, GBytes *unpacked)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(unpacked, &size);
	guint8 digest[ALIOS_MD5_SIZE];
	GyAliosBlock block;

	if (!gy_alios_has_trailer(data, size)) {
		report(check, GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_MALFORMED, "xz", check->image->body_offset,
			NULL, NULL, _("what is packed has no trailer of its own, as images for 3.x have"));
		return;
	}
	block = gy_alios_block_read(data + size - ALIOS_BLOCK_SIZE);
	gy_alios_md5(data, size - ALIOS_BLOCK_SIZE, digest);
	if (memcmp(digest, block.md5, sizeof digest) != 0)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "xz.image_md5",
			check->image->body_offset, NULL, NULL,
			_("the packed image is not the one that its own trailer is about"));
}

static void
check_xz(const Check *check)
{
	const GyAliosImage *image = check->image;
	const guint8 *data = check->data + image->body_offset;
	gsize size = ((const GyImage *) gy_package_images(check->package)->pdata[0])->stored_size;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) unpacked = NULL;
	GyXzInfo info;

	if (!gy_xz_inspect(data, size, &info, &error)) {
		report(check, GY_SEVERITY_ERROR, (GyError) error->code, "xz", image->body_offset, NULL, NULL,
			error->message);
		return;
	}
	if (info.dictionary > GY_ALIOS_XZ_DICTIONARY_MAX) {
		g_autofree char *found = g_strdup_printf("%u", info.dictionary);

		report(check, GY_SEVERITY_ERROR, GY_ERROR_IMAGE_COMPRESSION, "xz.dictionary",
			image->body_offset, found, _("at most 32768"),
			_("the dictionary is larger than a device's decoder"));
		return;
	}
	unpacked = gy_xz_decode(data, size, GY_ALIOS_FILE_MAX, &error);
	if (unpacked)
		check_inner(check, unpacked);
	else
		report(check, GY_SEVERITY_ERROR, (GyError) error->code, "xz", image->body_offset, NULL, NULL,
			error->message);
}

/* ---- the sign block ------------------------------------------------------------------------------------- */

/* A device reads neither: it takes SHA-256 and PKCS#1 v1.5. */
static void
note_sign_block(const Check *check)
{
	guint64 offset = check->image->sign_offset;
	GyAliosSignBlock block = gy_alios_sign_block_read(check->data + offset);
	g_autofree char *padding = g_strdup_printf("%u", block.padding_mode);
	g_autofree char *hashes = g_strdup_printf("%u, %u", block.signature_hash, block.image_hash);

	report(check, GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_NOT_SUPPORTED, "sign.padding_mode",
		offset + ALIOS_SIGN_PADDING, padding, NULL,
		"only devices of 3.x that are built for it look for a sign block; what the numbers of its "
		"padding mode "
		"mean is not known");
	if (block.signature_hash != ALIOS_HASH_SHA256 || block.image_hash != ALIOS_HASH_SHA256)
		report(check, GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_NOT_SUPPORTED, "sign.hashes",
			offset + ALIOS_SIGN_SIGNATURE_HASH, hashes, "1, 1",
			"the sign block names other digests than SHA-256, which a device takes whatever "
			"stands there");
}

static void
check_sign_block(const Check *check)
{
	const GyAliosImage *image = check->image;
	const guint8 *block = check->data + image->sign_offset;
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(check->data + image->body_offset, image->sign_offset - image->body_offset, digest);
	if (memcmp(digest, block + ALIOS_SIGN_SHA256, sizeof digest) != 0)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "sign.sha256",
			image->sign_offset + ALIOS_SIGN_SHA256, NULL, NULL,
			_("the image is not the one that the sign block is about"));
	gy_sha256(block + ALIOS_SIGN_SHA256, GY_SHA256_SIZE, digest);
	if (check->key && !gy_rsa_verify(check->key, GY_RSA_PKCS1, digest, block + ALIOS_SIGN_SIGNATURE,
				  ALIOS_SIGNATURE_SIZE))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "sign.signature",
			image->sign_offset + ALIOS_SIGN_SIGNATURE, NULL, NULL,
			_("the sign block was not signed by this key, or changed since"));
}

/* ---- the chain ------------------------------------------------------------------------------------------ */

static gboolean
is_broken(const Check *check, gboolean of_signature)
{
	GPtrArray *findings = gy_package_findings(check->package);

	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = findings->pdata[i];

		if (finding->severity == GY_SEVERITY_ERROR &&
			g_str_has_prefix(finding->field, "sign") == of_signature)
			return TRUE;
	}
	return FALSE;
}

static void
add_chain(const Check *check, const char *good)
{
	gboolean broken = is_broken(check, FALSE);

	if (check->image && check->image->sign_offset)
		gy_package_add_link(check->package, "signature", "Sign block",
			is_broken(check, TRUE) ? GY_LINK_BAD
			: check->key           ? GY_LINK_GOOD
					       : GY_LINK_UNCHECKED,
			"%s",
			is_broken(check, TRUE) ? _("not signed by the key")
			: check->key           ? _("signed by the key")
					       : _("signed, by which key is not checked"));
	gy_package_add_link(check->package, "data", "Data", broken ? GY_LINK_BAD : GY_LINK_GOOD, "%s",
		broken ? _("not what is vouched for") : good);
}

static void
refuse_key(const Check *check)
{
	if (check->key)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "file", GY_NO_OFFSET, NULL,
			NULL,
			_("the file carries no signature: verify the cloud's message about it, which has "
			  "one"));
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static void
verify_image(const Check *check)
{
	if (g_str_equal(gy_package_kind(check->package), GY_ALIOS_KIND_BLOCK)) {
		check_magic(check);
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED, "image", 0, NULL, NULL,
			_("this is an information block alone, without its image"));
		return;
	}
	check_block(check);
	if (check->image->is_xz)
		check_xz(check);
	if (check->image->sign_offset) {
		note_sign_block(check);
		check_sign_block(check);
	} else {
		refuse_key(check);
	}
	add_chain(check, _("MD5 as the block says"));
}

static void
verify_difference(const Check *check)
{
	guint32 dictionary = 0;
	GyFinding *problem = gy_alios_diff_check(check->data, check->size, &dictionary);
	g_autofree char *found = g_strdup_printf("%u", dictionary);
	g_autoptr(GArray) slices = gy_alios_diff_slices(check->data, check->size, NULL);

	if (problem)
		gy_package_add_finding(check->package, problem);
	else if (dictionary > GY_XZ_DICTIONARY_MIN)
		report(check, GY_SEVERITY_NOTE, GY_ERROR_IMAGE_COMPRESSION, "dictionary", GY_NO_OFFSET, found,
			_("4096 on every chip"),
			_("not every chip unpacks such a dictionary: an esp8266 does not"));
	if (slices->len > 0 && g_array_index(slices, GyAliosSlice, 0).new_size > GY_ALIOS_SLICE_MAX)
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "slice_size", ALIOS_SLICE_NEW,
			NULL, _("at most 65536"), _("no device is known that takes such slices"));
	refuse_key(check);
	add_chain(check, _("every slice can be applied; whether to what a device has, its old image tells"));
}

static void
verify_record(const Check *check)
{
	guint16 crc = gy_alios_record_crc(check->data, check->size);
	guint16 stored = gy_alios_record_stored_crc(check->data, check->size);
	g_autofree char *found = g_strdup_printf("0x%04X", crc);
	g_autofree char *expected = g_strdup_printf("0x%04X", stored);

	if (crc != stored)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "param_crc", check->size - 2, found,
			expected,
			_("the record is not the one that its CRC is about: a loader takes its copy"));
	refuse_key(check);
	add_chain(check, _("CRC-16 as the record says"));
}

gboolean
gy_alios_verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	Check check = {.package = package, .key = key, .image = gy_alios_image_of(package)};

	check.data = g_bytes_get_data(gy_package_bytes(package), &check.size);
	if (gy_alios_message_of(package))
		gy_alios_verify_message(package, key);
	else if (check.image)
		verify_image(&check);
	else if (g_str_equal(gy_package_kind(package), GY_ALIOS_KIND_RECORD))
		verify_record(&check);
	else
		verify_difference(&check);
	return TRUE;
}

gboolean
gy_alios_check(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyPackage) package = gy_alios_load(bytes, name, error);
	const GyFinding *refusal;

	if (!package || !gy_alios_verify(package, NULL, error))
		return FALSE;
	refusal = gy_package_refusal(package);
	if (refusal)
		g_propagate_error(error, gy_finding_to_error(refusal));
	return refusal == NULL;
}
