// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"

/** gy_alios_key_header: (transfer full): an RSA key as the ota_public_key_config.h that a device is built with. */
GBytes *gy_alios_key_header(const GyPublicKey *key);
