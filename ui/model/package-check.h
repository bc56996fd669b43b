// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"
#include "engine/packages/target.h"

/**
 * gy_package_check_async:
 * @package: a loaded one; it is not touched
 * @root_key: (nullable): public key that its chain of trust has to start from
 * @target: (transfer full) (nullable): the board that it has to fit
 * @cancellable: (nullable): its end is told at once, the thread goes on
 *
 * Loads the same bytes again and makes every check on them, in a thread.
 */
void gy_package_check_async(GyPackage *package, const char *root_key, GyTarget *target,
	GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/**
 * gy_package_check_finish:
 * @result: what the callback got
 * @fits: (out): whether the board takes it, as far as the package alone does not forbid that
 * @error: return location
 *
 * Returns: (transfer full): with the findings of all checks, or %NULL with GY_ERROR_KEY_* or %G_IO_ERROR_CANCELLED
 */
GyPackage *gy_package_check_finish(GAsyncResult *result, gboolean *fits, GError **error);
