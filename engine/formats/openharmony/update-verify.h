// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/update-bin.h"
#include "engine/keys/key.h"
#include "engine/packages/package.h"

/**
 * gy_ohos_update_verify:
 * @update: an update.bin; its generation may become clear, see gy_ohos_check_signature()
 * @package: gets the findings
 * @key: (nullable): the key that signed it
 *
 * Every check of FORMAT.md, "Checks", that an update.bin by itself allows. Fields of findings begin with "head",
 * "component", "area", "signature" or "hashes".
 */
void gy_ohos_update_verify(GyOhosUpdate *update, GyPackage *package, const GyPublicKey *key);
