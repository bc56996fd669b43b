// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/package-recipe.h"

/**
 * gy_package_command:
 * @recipe: what is built
 *
 * The same build as one line for a shell, every word quoted that needs it. A passphrase never stands in it: the command
 * asks for it.
 *
 * Returns: (transfer full): "gantry build …" without a line end
 */
char *gy_package_command(GyPackageRecipe *recipe);
