// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/update-bin.h"
#include "engine/keys/key-rsa.h"

/**
 * gy_ohos_scheme_digest:
 * @update: parsed
 * @generation: whose rule
 * @digest: what the signature is made over, see gy_rsa_sign()
 *
 * FORMAT.md, "Signatures".
 */
void gy_ohos_scheme_digest(
	const GyOhosUpdate *update, GyOhosGeneration generation, guint8 digest[GY_SHA256_SIZE]);

/**
 * gy_ohos_scheme_message: (transfer full): the bytes of which that digest is the SHA-256, for a signer that hashes; of a
 * package whose signature area still holds zeros, where the whole file is signed.
 */
GBytes *gy_ohos_scheme_message(const GyOhosUpdate *update, GyOhosGeneration generation);

/** gy_ohos_scheme_padding: likewise. */
GyRsaPadding gy_ohos_scheme_padding(const GyOhosUpdate *update, GyOhosGeneration generation);

/** gy_ohos_twice_digest: SHA-256 of the SHA-256, as the later packagers sign. */
void gy_ohos_twice_digest(const guint8 *data, gsize size, guint8 digest[GY_SHA256_SIZE]);

/** gy_ohos_is_signed: whether anything but zeros stands in the place of the signature. */
gboolean gy_ohos_is_signed(const GyOhosUpdate *update);

/**
 * gy_ohos_check_signature:
 * @update: parsed; its generation becomes %GY_OHOS_2022 if only that rule fits a file whose layout says no more
 * @key: an RSA key
 *
 * Whether @key made the signature.
 */
gboolean gy_ohos_check_signature(GyOhosUpdate *update, const GyPublicKey *key);
