// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/** gy_liteos_put_signed: signs @unsigned_bytes, info block and patch, by the options' key, and appends both to @draft. */
gboolean gy_liteos_put_signed(
	GBytes *unsigned_bytes, const GyBuildOptions *options, GyDraft *draft, GError **error);

/** gy_liteos_sign, gy_liteos_to_be_signed, gy_liteos_signed_names, gy_liteos_take_signatures: see #GyFormat; of G3, which becomes
 * G2, and of G2, which is signed anew. */
gboolean gy_liteos_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error);
GPtrArray *gy_liteos_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error);
GStrv gy_liteos_signed_names(GyPackage *package);
gboolean gy_liteos_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error);
