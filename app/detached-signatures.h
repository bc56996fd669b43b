// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/packages/format.h"

/**
 * gy_detached_export: writes what keys elsewhere have to sign to DIR/NAME.tbs, one file for each signature, and says so. The
 * folder is made if it is not there.
 */
gboolean gy_detached_export(const GyOutput *output, GyPackage *package, const GyBuildOptions *options,
	const char *folder, GError **error);

/** gy_detached_import: the signed package into a draft, from DIR/NAME.tbs and DIR/NAME.sig. */
gboolean gy_detached_import(GyPackage *package, const GyBuildOptions *options, const char *folder,
	GyDraft *draft, GError **error);
