// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/package-recipe.h"

/** GyPackageAddRow: puts a row below those that are there. */
typedef void (*GyPackageAddRow)(GtkWidget *parent, GtkWidget *row);

/**
 * gy_package_option_add:
 * @recipe: that it changes
 * @image: an index, or %GY_PACKAGE_WHOLE
 * @option: decides what kind of row it is
 * @parent: for @add
 * @add: gets the row, and one below it for what is to be said of its value
 */
void gy_package_option_add(
	GyPackageRecipe *recipe, int image, const GyOption *option, GtkWidget *parent, GyPackageAddRow add);

/** gy_package_path_row_new: a row for the file of an image, which is called @label. */
GtkWidget *gy_package_path_row_new(GyPackageRecipe *recipe, guint image, const char *label);

/** gy_package_name_icons: gives the pictures that the platform puts into a row the row's name, which would have none. */
void gy_package_name_icons(GtkWidget *row, const char *name);
