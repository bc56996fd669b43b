// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/watch.h"
#include "engine/formats/openharmony/config.h"
#include "engine/formats/openharmony/differences.h"

/** GyOhosMade: a difference and the patch that belongs to it. */
typedef struct {
	GyOhosDifference *about;
	GBytes *patch;
} GyOhosMade;

/**
 * gy_ohos_incremental_make:
 * @config: of the target; its components of compType 1 become differences
 * @target: has the new images
 * @source: path of the source package, a folder or a zip
 * @notes: (element-type GyFinding): told about images that did not change and are left out
 * @error: return location
 *
 * Whole-image mode: one patch for each image. Every patch was applied and gave the new image. One image after the other
 * takes memory: 8 bytes for each of a piece of at most 40 MiB.
 *
 * Returns: (transfer full) (element-type GyOhosMade): %NULL with GY_ERROR_CFG_* (the source is not older, or has no such
 *   component), GY_ERROR_FILE_*, GY_ERROR_PACKAGE_* or as gy_patch_make()
 */
GPtrArray *gy_ohos_incremental_make(const GyOhosConfig *config, GyOhosTarget *target, const char *source,
	GPtrArray *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_incremental_none: (transfer full): an empty list of these. */
GPtrArray *gy_ohos_incremental_none(void);
