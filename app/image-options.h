// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/**
 * gy_image_options_apply:
 * @texts: (nullable): SECTION:KEY=VALUE each, as --image-option takes them; ended by %NULL
 * @format: the system that is built for
 * @options: gets them; a section whose file the build finds by itself is described then
 * @error: return location
 *
 * Returns: %FALSE with %GY_USAGE_ERROR for a text of another form, an option that images of the system do not have, a
 *   value that is none, or a section that has no image
 */
gboolean gy_image_options_apply(
	char *const *texts, const GyFormat *format, GyBuildOptions *options, GError **error);
