// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/**
 * GyWs63Sdk:
 * @needs_boot: whether the package has to bring flashboot
 * @needs_old_keys: whether it has to be signed with the two keys of the SDK on the board
 *
 * What a board's present SDK asks of a package that goes to a newer one.
 */
typedef struct {
	gboolean needs_boot;
	gboolean needs_old_keys;
} GyWs63Sdk;

/** Where an SDK keeps the two private keys that its packages are signed with; below its root. */
#define GY_WS63_SDK_ROOT_KEY "build/config/target_config/ws63/sign_config/ec_bp256_oem_root_private_key.pem"
#define GY_WS63_SDK_SUB_KEY  "build/config/target_config/ws63/sign_config/ec_bp256_app_private_key.pem"

/**
 * gy_ws63_sdk_find:
 * @version: of the SDK that the board runs: "1.10.101"
 * @sdk: gets what it asks for
 * @advice: (nullable) (element-type GyFinding): gets notes that say what to do
 * @error: return location
 *
 * Returns: %FALSE with %GY_ERROR_CFG_VALUE for a text that is no version
 */
gboolean gy_ws63_sdk_find(const char *version, GyWs63Sdk *sdk, GPtrArray *advice, GError **error);
