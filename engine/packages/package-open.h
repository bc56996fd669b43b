// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

/**
 * gy_package_open_async:
 * @path: a file
 * @key_uri: (nullable): see gy_package_verify()
 * @cancellable: (nullable): its end is told at once, the thread goes on
 *
 * gy_package_load() and gy_package_verify() in a thread.
 */
void gy_package_open_async(const char *path, const char *key_uri, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);

/** gy_package_open_finish: (transfer full): %NULL with an error of either. */
GyPackage *gy_package_open_finish(GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
