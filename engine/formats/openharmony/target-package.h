// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/compression/zip-archive.h"

/** GY_OHOS_MEMORY_MAX: bytes of the largest file of a target_package that is read into memory. */
#define GY_OHOS_MEMORY_MAX (1024 * 1024)

/** GyOhosTarget: a target_package: a folder, or a zip with the same content at its root or in its only folder. */
typedef struct _GyOhosTarget GyOhosTarget;

/** gy_ohos_target_open: (transfer full): %NULL with GY_ERROR_FILE_* or GY_ERROR_PACKAGE_*. */
GyOhosTarget *gy_ohos_target_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_ohos_target_free(GyOhosTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosTarget, gy_ohos_target_free)

/** gy_ohos_target_has: whether there is such a file; @file counts from the target's top and must not lead out of it. */
gboolean gy_ohos_target_has(const GyOhosTarget *target, const char *file);

/** gy_ohos_target_read: (transfer full): a file, which may be empty; @file as above. */
GBytes *gy_ohos_target_read(GyOhosTarget *target, const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
