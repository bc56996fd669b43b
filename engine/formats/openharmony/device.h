// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"
#include "engine/packages/target.h"

/* What a device of a mini or small system has to do with its packages; members of GyFormat. */

/** gy_ohos_manifest: head and signature area; %NULL for a standard system, whose packages go another way. */
GBytes *gy_ohos_manifest(GyPackage *package);
/** gy_ohos_check_device: kind, generation, components and their places, and the device's own rule for versions. */
void gy_ohos_check_device(GyPackage *package, const GyTarget *target);
/** gy_ohos_check_storage: of all that, whether it fits the storage: what can be said of a custom package too. */
void gy_ohos_check_storage(GyPackage *package, const GyTarget *target);
GPtrArray *gy_ohos_identities(GyPackage *package, GError **error);
/** gy_ohos_image_name: by the CRC-32C of the name, which is what a device's INFO gives in its place. */
char *gy_ohos_image_name(guint32 id);
/** gy_ohos_result_name, gy_ohos_code_name: a HotaErrorCode; the boot loader ends with one too, 0 if it went well. */
const char *gy_ohos_result_name(guint32 result);
const char *gy_ohos_code_name(guint32 code);

/** gy_ohos_version_may_follow: whether a device that runs the version @running takes @version. */
gboolean gy_ohos_version_may_follow(const char *running, const char *version);
