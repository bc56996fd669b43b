// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/**
 * GyWs63Source: where one image of a build comes from.
 * @section: which image
 * @name: of the file or of the entry it is, for messages
 * @bytes: the image
 */
typedef struct {
	char *section;
	char *name;
	GBytes *bytes;
} GyWs63Source;

/**
 * gy_ws63_sources:
 * @options: of a build
 * @with_boot: whether flashboot is taken too, although --pkt does not name it
 * @error: return location
 *
 * The images that --pkt names, out of the SDK's output or a burn container, in the packager's order: application, hilink,
 * flashboot, nv. Images that were given one by one go in their place, or behind them in the order in which they were given.
 *
 * Returns: (transfer full) (element-type GyWs63Source): or %NULL with GY_ERROR_FILE_*, %GY_ERROR_CFG_VALUE,
 *   %GY_ERROR_CFG_RULE or what is wrong with the container
 */
GPtrArray *gy_ws63_sources(
	const GyBuildOptions *options, gboolean with_boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;
