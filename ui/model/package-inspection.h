// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/bench.h"
#include "ui/model/package-words.h"

/**
 * GyPackageInspection:
 *
 * The bench's package as a person looks at it: with every check that can be made, under the root key that was chosen and
 * against the board that is there.
 *
 * Signals:
 * - `changed`: look again
 */
#define GY_TYPE_PACKAGE_INSPECTION (gy_package_inspection_get_type())
G_DECLARE_FINAL_TYPE(GyPackageInspection, gy_package_inspection, GY, PACKAGE_INSPECTION, GObject)

GyPackageInspection *gy_package_inspection_new(GyBench *bench);

/** gy_package_inspection_set_usual_key: (nullable) @root_key: what the bench verifies a package under when it opens it. */
void gy_package_inspection_set_usual_key(GyPackageInspection *inspection, const char *root_key);

/** gy_package_inspection_package: (nullable): with the findings of all checks so far. */
GyPackage *gy_package_inspection_package(GyPackageInspection *inspection);
const GyPackageSituation *gy_package_inspection_situation(GyPackageInspection *inspection);
/** gy_package_inspection_is_busy: whether a check runs. */
gboolean gy_package_inspection_is_busy(GyPackageInspection *inspection);
/** gy_package_inspection_key_error: (nullable): why the key that was chosen cannot be used. */
const GError *gy_package_inspection_key_error(GyPackageInspection *inspection);

/** gy_package_inspection_verify: (nullable) @root_key: no key. Counts until another package is opened. */
void gy_package_inspection_verify(GyPackageInspection *inspection, const char *root_key);
