// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/format.h"

/**
 * gy_detached_export: writes what keys elsewhere have to sign to DIR/KEY.tbs, one file for each key, and says so. The
 * folder is made if it is not there.
 */
gboolean gy_detached_export(const GyOutput *output, GyPackage *package, const GyBuildOptions *options,
	const char *folder, GError **error);

/** gy_detached_import: (transfer full): the signed package from DIR/KEY.tbs and DIR/KEY.sig. */
GBytes *gy_detached_import(
	GyPackage *package, const GyBuildOptions *options, const char *folder, GError **error);
