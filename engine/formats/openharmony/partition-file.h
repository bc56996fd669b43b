// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/config.h"

/**
 * gy_ohos_partition_file_apply:
 * @bytes: a partition_file.xml
 * @name: stands in findings
 * @config: its components become those of the partitions that have an image
 * @findings: (element-type GyFinding): gets everything that is wrong, each with file and line
 * @error: return location
 *
 * Returns: (transfer full): the component /partitions_file, or %NULL with %GY_ERROR_CFG_SYNTAX
 */
GBytes *gy_ohos_partition_file_apply(GBytes *bytes, const char *name, GyOhosConfig *config,
	GPtrArray *findings, GError **error) G_GNUC_WARN_UNUSED_RESULT;
