// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/package-recipe.h"

/**
 * GyPackageForm: a recipe to be filled in. Its rows are made from the lists of options of the recipe's format: a new system
 * brings its form.
 */
#define GY_TYPE_PACKAGE_FORM (gy_package_form_get_type())
G_DECLARE_FINAL_TYPE(GyPackageForm, gy_package_form, GY, PACKAGE_FORM, AdwBin)

GtkWidget *gy_package_form_new(GyPackageRecipe *recipe);
