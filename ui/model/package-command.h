// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/package-recipe.h"

/**
 * gy_package_command:
 * @recipe: what is built
 * @why_not: (out) (transfer full) (optional): a sentence, where there is no such line
 *
 * The same build as one line for a shell, every word quoted that needs it: all that it is made from where the command line
 * has options for it, else the saved recipe. A passphrase never stands in it: the command asks for it.
 *
 * Returns: (transfer full) (nullable): "gantry build …" without a line end
 */
char *gy_package_command(GyPackageRecipe *recipe, char **why_not);
