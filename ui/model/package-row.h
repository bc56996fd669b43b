// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

/** GyPackageColumn: of the table of images. */
typedef enum {
	GY_PACKAGE_COLUMN_NAME,
	GY_PACKAGE_COLUMN_VERSION,
	GY_PACKAGE_COLUMN_STORAGE,
	GY_PACKAGE_COLUMN_SIZE,
	GY_PACKAGE_COLUMN_PACKED,
	GY_PACKAGE_COLUMN_WHERE,
	GY_PACKAGE_COLUMN_HASH,
	GY_PACKAGE_N_COLUMNS,
} GyPackageColumn;

/** GyPackageRow: one image of a package, for a list. */
#define GY_TYPE_PACKAGE_ROW (gy_package_row_get_type())
G_DECLARE_FINAL_TYPE(GyPackageRow, gy_package_row, GY, PACKAGE_ROW, GObject)

/** gy_package_rows_new: (transfer full): a GListModel of GyPackageRow, in package order; of no package, an empty one. */
GListModel *gy_package_rows_new(GyPackage *package);

const GyImage *gy_package_row_image(GyPackageRow *row);
/** gy_package_row_text: (transfer full): what stands in a column. */
char *gy_package_row_text(GyPackageRow *row, GyPackageColumn column);
/** gy_package_row_detail: (transfer full) (nullable): what does not fit into the column: the whole hash. */
char *gy_package_row_detail(GyPackageRow *row, GyPackageColumn column);

/** gy_package_column_title: translated. */
const char *gy_package_column_title(GyPackageColumn column);
