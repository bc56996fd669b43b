// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "engine/packages/package.h"

/**
 * GyPackageStrip:
 *
 * The bytes of a package from the first to the last, drawn to scale. The pointer over a region names it; a click chooses its
 * image. For keyboards and screen readers there is the table of images beside it, and the strip's label says it all.
 *
 * Signals:
 * - `image-chosen` (int image): an image's region was clicked
 */
#define GY_TYPE_PACKAGE_STRIP (gy_package_strip_get_type())
G_DECLARE_FINAL_TYPE(GyPackageStrip, gy_package_strip, GY, PACKAGE_STRIP, GtkWidget)

GtkWidget *gy_package_strip_new(void);
/** gy_package_strip_set_package: (nullable) @package: nothing is drawn. */
void gy_package_strip_set_package(GyPackageStrip *strip, GyPackage *package);
/** gy_package_strip_set_chosen: an image's index, or -1. */
void gy_package_strip_set_chosen(GyPackageStrip *strip, int image);
