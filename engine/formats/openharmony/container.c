// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/container.h"

#include <string.h>

#include "engine/formats/openharmony/layout.h"

#define END_SIZE       22 /* of the end-of-central-directory record without a comment */
#define END_MAGIC      "PK\5\6"
#define END_COMMENT_AT 20
#define FOOTER_SIZE    6
#define FOOTER_MARK    0xFFFF

void
gy_ohos_container_free(GyOhosContainer *container)
{
	if (!container)
		return;
	g_clear_pointer(&container->bytes, g_bytes_unref);
	gy_zip_free(container->zip);
	g_free(container);
}

/* The record without a comment that ends at @end. */
static gboolean
ends_archive(const guint8 *data, gsize end)
{
	return end >= END_SIZE && memcmp(data + end - END_SIZE, END_MAGIC, 4) == 0 &&
	       gy_ohos_get_u16(data + end - 2) == 0;
}

/* Fills in the seal; returns where the archive ends with its comment, if it has one. */
static gsize
find_seal(GyOhosContainer *container, const guint8 *data, gsize size)
{
	gsize total = size >= FOOTER_SIZE ? gy_ohos_get_u16(data + size - 2) : 0;

	if (size > OHOS_AREA_SIZE && ends_archive(data, size - OHOS_AREA_SIZE)) {
		container->seal = GY_OHOS_SEAL_LEGACY;
		container->signature = size - OHOS_AREA_SIZE;
		container->signature_size = OHOS_AREA_SIZE;
		return container->signature;
	}
	if (total > FOOTER_SIZE && total + END_SIZE <= size &&
		gy_ohos_get_u16(data + size - 4) == FOOTER_MARK &&
		gy_ohos_get_u16(data + size - 6) == total &&
		memcmp(data + size - total - END_SIZE, END_MAGIC, 4) == 0 &&
		gy_ohos_get_u16(data + size - total - 2) == total) {
		container->seal = GY_OHOS_SEAL_PKCS7;
		container->signature = size - total;
		container->signature_size = total - FOOTER_SIZE;
	}
	return size;
}

GyOhosContainer *
gy_ohos_container_parse(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyOhosContainer) container = g_new0(GyOhosContainer, 1);
	g_autoptr(GBytes) archive = NULL;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	container->bytes = g_bytes_ref(bytes);
	archive = g_bytes_new_from_bytes(bytes, 0, find_seal(container, data, size));
	container->zip = gy_zip_open(archive, name, error);
	return container->zip ? g_steal_pointer(&container) : NULL;
}

GBytes *
gy_ohos_container_read(const GyOhosContainer *container, const char *member, GError **error)
{
	int index = gy_zip_find(container->zip, member);

	if (index >= 0)
		return gy_zip_read(container->zip, (guint) index, error);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "the package has no member %s", member);
	return NULL;
}

/* A legacy seal covers the area too, as zeros; PKCS#7 leaves out the record that holds its comment. */
void
gy_ohos_container_digest(const GyOhosContainer *container, guint8 digest[GY_SHA256_SIZE])
{
	static const guint8 zeros[OHOS_AREA_SIZE] = {0};
	const guint8 *data = g_bytes_get_data(container->bytes, NULL);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = GY_SHA256_SIZE;

	g_return_if_fail(container->seal != GY_OHOS_SEAL_NONE);

	if (container->seal == GY_OHOS_SEAL_LEGACY) {
		g_checksum_update(sum, data, (gssize) container->signature);
		g_checksum_update(sum, zeros, sizeof zeros);
	} else {
		g_checksum_update(sum, data, (gssize) (container->signature - END_SIZE));
	}
	g_checksum_get_digest(sum, digest, &digest_size);
}

/* ---- sealing -------------------------------------------------------------------------------------------- */

static GBytes *
seal_legacy(GBytes *zip, const GyPrivateKey *key, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(zip, &size);
	g_autofree guint8 *out = g_malloc0(size + OHOS_AREA_SIZE);
	guint8 digest[GY_SHA256_SIZE];

	memcpy(out, data, size);
	gy_sha256(out, size + OHOS_AREA_SIZE, digest);
	if (key && !gy_rsa_sign(key, GY_RSA_PKCS1, digest, out + size + OHOS_SLOT_2048, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&out), size + OHOS_AREA_SIZE);
}

static GBytes *
seal_pkcs7(GBytes *zip, const GyPrivateKey *key, const GyCertificate *certificate, GError **error)
{
	gsize size = 0, der_size = 0;
	const guint8 *data = g_bytes_get_data(zip, &size);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GBytes) der = NULL;
	guint8 digest[GY_SHA256_SIZE];
	guint8 footer[FOOTER_SIZE];
	guint8 comment[2];

	g_return_val_if_fail(ends_archive(data, size), NULL);

	gy_sha256(data, size - END_SIZE, digest);
	der = gy_ohos_pkcs7_make(digest, key, certificate, error);
	if (!der)
		return NULL;
	der_size = g_bytes_get_size(der);
	if (der_size > G_MAXUINT16 - FOOTER_SIZE) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
			"the certificate makes a signature of %" G_GSIZE_FORMAT
			" bytes, more than a zip's comment",
			der_size);
		return NULL;
	}
	gy_ohos_put_u16(comment, (guint16) (der_size + FOOTER_SIZE));
	gy_ohos_put_u16(footer, (guint16) (der_size + FOOTER_SIZE));
	gy_ohos_put_u16(footer + 2, FOOTER_MARK);
	gy_ohos_put_u16(footer + 4, (guint16) (der_size + FOOTER_SIZE));
	g_byte_array_append(out, data, (guint) size - 2);
	g_byte_array_append(out, comment, sizeof comment);
	g_byte_array_append(out, g_bytes_get_data(der, NULL), (guint) der_size);
	g_byte_array_append(out, footer, sizeof footer);
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

GBytes *
gy_ohos_container_seal(GBytes *zip, GyOhosSeal seal, const GyPrivateKey *key,
	const GyCertificate *certificate, GError **error)
{
	switch (seal) {
	case GY_OHOS_SEAL_NONE: return g_bytes_ref(zip);
	case GY_OHOS_SEAL_LEGACY: return seal_legacy(zip, key, error);
	case GY_OHOS_SEAL_PKCS7: return seal_pkcs7(zip, key, certificate, error);
	}
	g_return_val_if_reached(NULL);
}
