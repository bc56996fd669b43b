// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"

/** gy_ohos_public_arr: (transfer full): public_arr.txt of an RSA key: its PKCS#1 DER, as a C initialiser of 18 values a line. */
GBytes *gy_ohos_public_arr(const GyPublicKey *key);

/** gy_ohos_c_array: (transfer full): the same as the array g_pub_key that boot loaders are built with. */
GBytes *gy_ohos_c_array(const GyPublicKey *key);
