// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/package-build.h"

/**
 * GyPackagePreview:
 *
 * The result of a recipe as it would be, kept up with it: a moment after the last change it is built again, without keys.
 *
 * Signals:
 * - `changed`: look again
 */
#define GY_TYPE_PACKAGE_PREVIEW (gy_package_preview_get_type())
G_DECLARE_FINAL_TYPE(GyPackagePreview, gy_package_preview, GY, PACKAGE_PREVIEW, GObject)

GyPackagePreview *gy_package_preview_new(GyPackageRecipe *recipe);

gboolean gy_package_preview_is_busy(GyPackagePreview *preview);
/** gy_package_preview_package: (nullable): the last one that could be built. */
GyPackage *gy_package_preview_package(GyPackagePreview *preview);
/** gy_package_preview_findings: (element-type GyFinding): of the build and of the package; the lack of a signature that is still
 * to come is none. */
GPtrArray *gy_package_preview_findings(GyPackagePreview *preview);
/** gy_package_preview_missing: (nullable): what the recipe still needs before it can be built, as a sentence. */
const char *gy_package_preview_missing(GyPackagePreview *preview);
/** gy_package_preview_error: (nullable): why it cannot be built. */
const GError *gy_package_preview_error(GyPackagePreview *preview);
/** gy_package_preview_summary: (transfer full): "1 image, 18.6 KiB, to be signed when it is saved". */
char *gy_package_preview_summary(GyPackagePreview *preview);
