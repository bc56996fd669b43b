// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "engine/packages/package.h"

/**
 * GyPackageTable: the images of a package as a table, and below it the package as a strip; what is chosen in one is chosen
 * in the other.
 */
#define GY_TYPE_PACKAGE_TABLE (gy_package_table_get_type())
G_DECLARE_FINAL_TYPE(GyPackageTable, gy_package_table, GY, PACKAGE_TABLE, AdwBin)

/** gy_package_table_set_package: (nullable) @package: an empty table. */
void gy_package_table_set_package(GyPackageTable *table, GyPackage *package);
/** gy_package_table_set_compact: only the columns that tell most, where there is little room. */
void gy_package_table_set_compact(GyPackageTable *table, gboolean is_compact);
