// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/signature.h"

#include <string.h>

/* Of the whole file, as if the signature area held zeros. */
static void
digest_without_area(const GyOhosUpdate *update, guint8 digest[GY_SHA256_SIZE])
{
	static const guint8 zeros[OHOS_AREA_SIZE] = {0};
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(update->bytes, &size);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = GY_SHA256_SIZE;

	g_checksum_update(sum, data, (gssize) update->head_size);
	g_checksum_update(sum, zeros, sizeof zeros);
	g_checksum_update(sum, data + update->data, (gssize) (size - update->data));
	g_checksum_get_digest(sum, digest, &digest_size);
}

void
gy_ohos_twice_digest(const guint8 *data, gsize size, guint8 digest[GY_SHA256_SIZE])
{
	guint8 once[GY_SHA256_SIZE];

	gy_sha256(data, size, once);
	gy_sha256(once, sizeof once, digest);
}

void
gy_ohos_scheme_digest(const GyOhosUpdate *update, GyOhosGeneration generation, guint8 digest[GY_SHA256_SIZE])
{
	const guint8 *data = g_bytes_get_data(update->bytes, NULL);
	guint8 once[GY_SHA256_SIZE];

	switch (generation) {
	case GY_OHOS_LEGACY:
		if (update->is_standard)
			digest_without_area(update, digest);
		else
			gy_sha256(data, (gsize) update->head_size, digest);
		return;
	case GY_OHOS_2022:
		digest_without_area(update, once);
		gy_sha256(once, sizeof once, digest);
		return;
	case GY_OHOS_2025:
		gy_ohos_twice_digest(data, (gsize) update->signature - OHOS_BLOCK_HEAD, digest);
		return;
	}
	g_return_if_reached();
}

GBytes *
gy_ohos_scheme_message(const GyOhosUpdate *update, GyOhosGeneration generation)
{
	const guint8 *data = g_bytes_get_data(update->bytes, NULL);
	guint8 digest[GY_SHA256_SIZE];

	switch (generation) {
	case GY_OHOS_LEGACY:
		return update->is_standard
			       ? g_bytes_ref(update->bytes)
			       : g_bytes_new_from_bytes(update->bytes, 0, (gsize) update->head_size);
	case GY_OHOS_2022: digest_without_area(update, digest); break;
	case GY_OHOS_2025: gy_sha256(data, (gsize) update->signature - OHOS_BLOCK_HEAD, digest); break;
	}
	return g_bytes_new(digest, sizeof digest);
}

GyRsaPadding
gy_ohos_scheme_padding(const GyOhosUpdate *update, GyOhosGeneration generation)
{
	return update->is_standard || generation == GY_OHOS_2025 ? GY_RSA_PKCS1 : GY_RSA_PSS;
}

gboolean
gy_ohos_is_signed(const GyOhosUpdate *update)
{
	const guint8 *signature = (const guint8 *) g_bytes_get_data(update->bytes, NULL) + update->signature;

	for (guint64 i = 0; i < update->signature_size; i++)
		if (signature[i] != 0)
			return TRUE;
	return FALSE;
}

static gboolean
fits(const GyOhosUpdate *update, GyOhosGeneration generation, const GyPublicKey *key)
{
	const guint8 *data = g_bytes_get_data(update->bytes, NULL);
	guint8 digest[GY_SHA256_SIZE];

	gy_ohos_scheme_digest(update, generation, digest);
	return gy_rsa_verify(key, gy_ohos_scheme_padding(update, generation), digest,
		data + update->signature, (gsize) update->signature_size);
}

gboolean
gy_ohos_check_signature(GyOhosUpdate *update, const GyPublicKey *key)
{
	if (fits(update, update->generation, key))
		return TRUE;
	if (update->generation != GY_OHOS_LEGACY || update->is_standard || !fits(update, GY_OHOS_2022, key))
		return FALSE;
	update->generation = GY_OHOS_2022;
	return TRUE;
}
