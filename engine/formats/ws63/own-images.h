// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/** GyWs63OwnImage: an image that a firmware was extended by, and the partition that its map names for it. */
typedef struct {
	guint32 id;
	gboolean has_partition;
	guint8 partition;
} GyWs63OwnImage;

/** gy_ws63_own_image_find: whether the option "device-images" names the id. */
gboolean gy_ws63_own_image_find(const GyBuildOptions *options, guint32 id, GyWs63OwnImage *own);

/** gy_ws63_own_images_check: %FALSE with %GY_ERROR_CFG_VALUE if the option is no list of ID[=PARTITION]. */
gboolean gy_ws63_own_images_check(const GyBuildOptions *options, GError **error);
