// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/config.h"
#include "engine/formats/openharmony/incremental.h"

/**
 * gy_ohos_script:
 * @config: names the images
 * @system: which generation
 * @has_partitions: whether the package changes the partitions
 * @differences: (element-type GyOhosMade): what is made from old images; may be empty
 * @sizes: (element-type guint64): bytes of each full image, in the order of @config
 *
 * Returns: (transfer full): the updater's script
 */
char *gy_ohos_script(const GyOhosConfig *config, const GyOhosSystem *system, gboolean has_partitions,
	GPtrArray *differences, GArray *sizes);
