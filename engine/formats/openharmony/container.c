// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/container.h"

#include <glib/gi18n-lib.h>
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
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED, _("the package has no member %s"), member);
	return NULL;
}

gboolean
gy_ohos_container_is_signed(const GyOhosContainer *container)
{
	const guint8 *area = (const guint8 *) g_bytes_get_data(container->bytes, NULL) + container->signature;

	if (container->seal != GY_OHOS_SEAL_LEGACY)
		return container->seal == GY_OHOS_SEAL_PKCS7;
	for (guint i = 0; i < OHOS_SLOT_2048_SIZE; i++)
		if (area[OHOS_SLOT_2048 + i] != 0)
			return TRUE;
	return FALSE;
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

GBytes *
gy_ohos_container_message(GBytes *bytes, GyOhosSeal seal)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	guint8 digest[GY_SHA256_SIZE];

	if (seal != GY_OHOS_SEAL_PKCS7)
		return g_bytes_ref(bytes);
	gy_sha256(data, size - END_SIZE, digest);
	return g_bytes_new(digest, sizeof digest);
}

static gboolean
seal_legacy(GyDraft *draft, const GyOhosSigner *signer, GError **error)
{
	static const guint8 zeros[OHOS_AREA_SIZE] = {0};
	guint64 area = gy_draft_size(draft);
	guint8 signature[GY_RSA_SIGNATURE_MAX];
	g_autoptr(GBytes) message = NULL;

	if (!gy_draft_append(draft, zeros, sizeof zeros, error))
		return FALSE;
	if (!gy_ohos_signer_signs(signer, OHOS_SIGNED_ZIP))
		return TRUE;
	message = gy_draft_read(draft, error);
	return message &&
	       gy_ohos_signer_sign(signer, OHOS_SIGNED_ZIP, GY_RSA_PKCS1, message, signature, error) &&
	       gy_draft_put(draft, area + OHOS_SLOT_2048, signature, OHOS_SLOT_2048_SIZE, error);
}

static GBytes *
make_pkcs7(GBytes *zip, const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GBytes) message = gy_ohos_container_message(zip, GY_OHOS_SEAL_PKCS7);
	guint8 signature[GY_RSA_SIGNATURE_MAX];
	g_autoptr(GBytes) signature_bytes = NULL;
	g_autoptr(GBytes) der = NULL;

	if (!gy_ohos_signer_sign(signer, OHOS_SIGNED_ZIP, GY_RSA_PKCS1, message, signature, error))
		return NULL;
	signature_bytes = g_bytes_new(signature, gy_rsa_signature_size(gy_public_key_type(signer->public)));
	der = gy_ohos_pkcs7_make(
		g_bytes_get_data(message, NULL), signature_bytes, signer->certificate, error);
	if (!der || g_bytes_get_size(der) <= G_MAXUINT16 - FOOTER_SIZE)
		return g_steal_pointer(&der);
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
		_("the certificate makes a signature of %zu bytes, more than a zip's comment"),
		g_bytes_get_size(der));
	return NULL;
}

static gboolean
seal_pkcs7(GyDraft *draft, const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GBytes) zip = gy_draft_read(draft, error);
	g_autoptr(GBytes) der = NULL;
	guint8 footer[FOOTER_SIZE];
	guint8 comment[2];

	if (!zip)
		return FALSE;
	g_return_val_if_fail(ends_archive(g_bytes_get_data(zip, NULL), g_bytes_get_size(zip)), FALSE);
	der = make_pkcs7(zip, signer, error);
	if (!der)
		return FALSE;
	gy_ohos_put_u16(comment, (guint16) (g_bytes_get_size(der) + FOOTER_SIZE));
	memcpy(footer, comment, sizeof comment);
	gy_ohos_put_u16(footer + 2, FOOTER_MARK);
	memcpy(footer + 4, comment, sizeof comment);
	return gy_draft_put(draft, g_bytes_get_size(zip) - 2, comment, sizeof comment, error) &&
	       gy_draft_append_bytes(draft, der, error) &&
	       gy_draft_append(draft, footer, sizeof footer, error);
}

gboolean
gy_ohos_container_seal(GyDraft *draft, GyOhosSeal seal, const GyOhosSigner *signer, GError **error)
{
	switch (seal) {
	case GY_OHOS_SEAL_NONE: return TRUE;
	case GY_OHOS_SEAL_LEGACY: return seal_legacy(draft, signer, error);
	case GY_OHOS_SEAL_PKCS7: return seal_pkcs7(draft, signer, error);
	}
	g_return_val_if_reached(FALSE);
}
