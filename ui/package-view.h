// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "engine/packages/package.h"

/**
 * GyPackageView: everything that is known of one package: a summary, findings, images, the chain of trust, metadata.
 */
#define GY_TYPE_PACKAGE_VIEW (gy_package_view_get_type())
G_DECLARE_FINAL_TYPE(GyPackageView, gy_package_view, GY, PACKAGE_VIEW, AdwBin)

/**
 * gy_package_view_show:
 * @view: the view
 * @package: (nullable): which
 * @summary: one line
 * @verdict: (nullable): one sentence for all checks
 * @findings: (element-type GyFinding): what is listed
 */
void gy_package_view_show(GyPackageView *view, GyPackage *package, const char *summary, const char *verdict,
	GPtrArray *findings);

/** gy_package_view_set_compact: for a package that is only about to be: no chain of trust, fewer columns. */
void gy_package_view_set_compact(GyPackageView *view, gboolean is_compact);
