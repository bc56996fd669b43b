// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/store/store.h"

/** GY_STORE_PATCHES_MOST, GY_STORE_PATCHES_BYTES_MAX: how many made differences are kept; those used longest ago go first. */
#define GY_STORE_PATCHES_MOST      200
#define GY_STORE_PATCHES_BYTES_MAX (G_GUINT64_CONSTANT(64) * 1024 * 1024)

/**
 * gy_patch_cache_get:
 * @store: whose cache it is
 * @key: all that the difference depends on, as text
 *
 * Returns: (transfer full) (nullable): what was kept for it, as it was kept; what is damaged is not there. Whether it makes the
 *   right image is for the caller to try
 */
GBytes *gy_patch_cache_get(GyStore *store, const char *key);

/** gy_patch_cache_put: keeps a difference. One that cannot be written is made again next time. */
void gy_patch_cache_put(GyStore *store, const char *key, GBytes *patch);
