// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/package-recipe.h"

/**
 * GyPackageBuilder:
 *
 * A recipe on the left, on the right the package as it would be; both can be saved. Signals:
 * - `package-saved` (char *path): and a person wants to look at it
 * - `busy-changed`: gy_package_builder_is_busy()
 */
#define GY_TYPE_PACKAGE_BUILDER (gy_package_builder_get_type())
G_DECLARE_FINAL_TYPE(GyPackageBuilder, gy_package_builder, GY, PACKAGE_BUILDER, AdwBin)

/** gy_package_builder_set_recipe: (nullable) @recipe: nothing is seen. */
void gy_package_builder_set_recipe(GyPackageBuilder *builder, GyPackageRecipe *recipe);
/** gy_package_builder_recipe: (nullable). */
GyPackageRecipe *gy_package_builder_recipe(GyPackageBuilder *builder);

/** gy_package_builder_save_recipe: asks where, the first time. */
void gy_package_builder_save_recipe(GyPackageBuilder *builder);
/** gy_package_builder_save_package: asks where, and for passphrases; builds and writes it. */
void gy_package_builder_save_package(GyPackageBuilder *builder);
/** gy_package_builder_copy_command: the same build as a line for a shell. */
void gy_package_builder_copy_command(GyPackageBuilder *builder);

/** gy_package_builder_is_busy: whether a package is being saved. */
gboolean gy_package_builder_is_busy(GyPackageBuilder *builder);
/** gy_package_builder_cancel: %FALSE if nothing was running. */
gboolean gy_package_builder_cancel(GyPackageBuilder *builder);
