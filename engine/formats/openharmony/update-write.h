// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/config.h"
#include "engine/formats/openharmony/update-bin.h"
#include "engine/key.h"

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
 * @error: return location
 *
 * Returns: (transfer full): an update.bin with zeros in place of its signature, or %NULL with
 *   %GY_ERROR_PACKAGE_TOO_LARGE
 */
GBytes *gy_ohos_update_write(const GyOhosConfig *config, const GyOhosSystem *system, GPtrArray *contents,
	GyKeyType signature_type, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_update_sign: (transfer full): the same with its signature by @key, which has to have the right size for it. */
GBytes *gy_ohos_update_sign(
	GBytes *update, const GyPrivateKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
