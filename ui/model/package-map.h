// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

/**
 * GyPackageRegion: a stretch of the package's bytes, from the first to the last of them.
 * @offset: bytes from the start
 * @size: bytes, at least one
 * @image: index among the package's images, or -1: headers and tables, which belong to none
 */
typedef struct {
	guint64 offset;
	guint64 size;
	int image;
} GyPackageRegion;

/**
 * gy_package_map:
 * @package: any, damaged ones too
 *
 * Returns: (transfer full) (element-type GyPackageRegion): regions in the order of the file, which leave no byte out and
 *   never overlap; of images that claim the same bytes the first one has them, and bytes behind the end do not count
 */
GArray *gy_package_map(GyPackage *package);

/** gy_package_map_find: the region with the byte at @fraction (0 to 1) of the file, or -1. */
int gy_package_map_find(const GArray *regions, double fraction);

/** gy_package_map_region_name: (transfer full): "application, 17.9 KiB at 0x330". */
char *gy_package_map_region_name(GyPackage *package, const GyPackageRegion *region);

/** gy_package_map_sentence: (transfer full): the whole map in words. */
char *gy_package_map_sentence(GyPackage *package, const GArray *regions);
