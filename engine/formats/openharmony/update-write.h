// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/config.h"
#include "engine/formats/openharmony/signer.h"
#include "engine/formats/openharmony/update-bin.h"

/** GyOhosContent: a component that goes into an update.bin. @name: with its slash for standard systems. */
typedef struct {
	const char *name;
	guint16 id;
	guint8 res_type;
	guint8 type;
	const char *version;
	GBytes *bytes;
} GyOhosContent;

/**
 * gy_ohos_update_write:
 * @config: for the head
 * @system: which layout
 * @contents: (element-type GyOhosContent): components in order; every text fits its field
 * @signature_type: type of the key that will sign: %GY_KEY_RSA2048 or %GY_KEY_RSA3072
 * @draft: empty; gets an update.bin with zeros in place of its signature
 * @error: return location
 *
 * Returns: %FALSE with %GY_ERROR_PACKAGE_TOO_LARGE or GY_ERROR_FILE_*
 */
gboolean gy_ohos_update_write(const GyOhosConfig *config, const GyOhosSystem *system, GPtrArray *contents,
	GyKeyType signature_type, GyDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_update_sign: puts the signature into the update.bin that @draft holds, with zeros in its place so far; the key
 * has to have the size for it. */
gboolean gy_ohos_update_sign(
	GyDraft *draft, const GyOhosSigner *signer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_update_range: (transfer full): what is signed of an update.bin that is not signed yet. */
GySignedRange *gy_ohos_update_range(const GyOhosUpdate *update);
