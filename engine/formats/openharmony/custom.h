// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

#define GY_OHOS_KIND_CUSTOM "custom"

/**
 * gy_ohos_custom_load:
 * @path: any file
 * @error: return location
 *
 * A file as a package of a board's own kind (NOT_USE_DEFAULT_PKG): nothing is known of what is in it, nobody verifies it but
 * the board's boot loader, and only an agent that was built for that takes it.
 *
 * Returns: (transfer full): the package, or %NULL with GY_ERROR_FILE_*
 */
GyPackage *gy_ohos_custom_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
