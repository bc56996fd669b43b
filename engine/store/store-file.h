// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"
#include "engine/store/store.h"

/**
 * gy_store_add_file:
 * @store: the store
 * @path: a package, or the plain image of a program
 * @is_plain: it is an image, whatever it looks like
 * @about: what somebody says of it; of a package, what it does not say itself
 * @added: (element-type GyStoredImage): what is in the store now is appended
 * @notes: (element-type utf8): what was left out, and why
 * @error: return location
 *
 * Of a package each image that a device will run is stored, unpacked. A difference is applied to the stored image that it was
 * made against, if it names it. What is itself what differences are made from (an image of AliOS Things with its trailer, a
 * signed image for a region) is stored as it is.
 *
 * Returns: %FALSE with the error of loading, verifying or unpacking, with %GY_ERROR_STORE_UNKNOWN if the old image of a
 *   difference is not stored, or of gy_store_add()
 */
gboolean gy_store_add_file(GyStore *store, const char *path, gboolean is_plain, const GyStoredImage *about,
	GPtrArray *added, GPtrArray *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
