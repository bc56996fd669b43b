// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/g1.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/keys/digest.h"
#include "engine/keys/key-rsa.h"

#define HEAD_LENGTH   4
#define TOTAL_LENGTH  8
#define TAGS          12
#define HEAD_MAX      4096
#define TAG_HEAD      4
#define TAG_SHA256    1
#define TAG_SIGNATURE 3
#define TAG_TYPE      4
#define SIGNATURE     256

static guint32
get_u32(const guint8 *data)
{
	return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static guint
get_u16(const guint8 *data)
{
	return (guint) data[0] << 8 | data[1];
}

gboolean
gy_liteos_g1_probe(const guint8 *data, gsize size)
{
	guint32 head;

	if (size < TAGS || get_u32(data) != 0 || get_u32(data + TOTAL_LENGTH) != size)
		return FALSE;
	head = get_u32(data + HEAD_LENGTH);
	return head >= TAGS && head <= HEAD_MAX && head < size;
}

gsize
gy_liteos_g1_head_size(const guint8 *data)
{
	return get_u32(data + HEAD_LENGTH);
}

/* The value of the first tag of that type, 0 if there is none; tags that do not fit the head end it. */
static gsize
find_tag(const guint8 *data, guint type, gsize size)
{
	gsize end = gy_liteos_g1_head_size(data);
	gsize at = TAGS;

	while (end - at >= TAG_HEAD) {
		gsize length = get_u16(data + at + 2);

		if (length > end - at - TAG_HEAD)
			return 0;
		if (get_u16(data + at) == type && length == size)
			return at + TAG_HEAD;
		at += TAG_HEAD + length;
	}
	return 0;
}

gboolean
gy_liteos_g1_is_difference(const guint8 *data)
{
	gsize at = find_tag(data, TAG_TYPE, 4);

	return at != 0 && get_u32(data + at) == 1;
}

gboolean
gy_liteos_g1_is_signed(const guint8 *data)
{
	return find_tag(data, TAG_SIGNATURE, SIGNATURE) != 0;
}

/* Over the whole file, with zeros where the checksum stands. */
static void
digest_without(const guint8 *data, gsize size, gsize at, gsize length, guint8 digest[GY_SHA256_SIZE])
{
	g_autofree guint8 *copy = g_memdup2(data, size);

	memset(copy + at, 0, length);
	gy_sha256(copy, size, digest);
}

static void
check_signature(GyPackage *package, const guint8 *data, gsize size, gsize at, const GyPublicKey *key)
{
	guint8 digest[GY_SHA256_SIZE];
	gboolean is_good;

	digest_without(data, size, at, SIGNATURE, digest);
	is_good = key && gy_rsa_verify(key, GY_RSA_PSS, digest, data + at, SIGNATURE);
	if (key && !is_good)
		gy_package_add_finding(
			package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY,
					 "head.signature", at, NULL, NULL,
					 _("the package was not signed by this key, or changed since")));
	gy_package_add_link(package, "signature", "Signature",
		!key      ? GY_LINK_UNCHECKED
		: is_good ? GY_LINK_GOOD
			  : GY_LINK_BAD,
		"%s",
		!key      ? _("signed, by which key is not checked")
		: is_good ? _("RSA-PSS by the key, over the whole file")
			  : _("not made by the key over this file"));
}

static void
check_digest(GyPackage *package, const guint8 *data, gsize size, gsize at)
{
	guint8 digest[GY_SHA256_SIZE];
	gboolean is_good;

	digest_without(data, size, at, GY_SHA256_SIZE, digest);
	is_good = memcmp(digest, data + at, sizeof digest) == 0;
	if (!is_good) {
		g_autofree char *found = gy_hex(digest, sizeof digest);
		g_autofree char *expected = gy_hex(data + at, sizeof digest);

		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "head.sha256", at, found,
				expected, _("the package is not what its head says: it changed since")));
	}
	gy_package_add_link(package, "digest", "Digest", is_good ? GY_LINK_GOOD : GY_LINK_BAD, "%s",
		is_good ? _("SHA-256 of the whole file, as the head says") : _("not what the head says"));
}

void
gy_liteos_g1_verify(GyPackage *package, const GyPublicKey *key)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	gsize signature = find_tag(data, TAG_SIGNATURE, SIGNATURE);
	gsize digest = find_tag(data, TAG_SHA256, GY_SHA256_SIZE);

	if (signature)
		check_signature(package, data, size, signature, key);
	if (digest)
		check_digest(package, data, size, digest);
	if (!signature && key)
		gy_package_add_finding(
			package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "head",
					 GY_NO_OFFSET, NULL, NULL,
					 _("the package carries no signature that the key could have made")));
	if (!signature && !digest)
		gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
							"head", TAGS, NULL, _("a digest or a signature"),
							_("the head has neither digest nor signature")));
}
