// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/openharmony/signer.h"

/**
 * gy_ohos_check_own: loads and verifies a package that was made here, as anyone else would. Without @public it may be
 * unsigned, else too while @is_part: not everything in it was signed yet.
 */
gboolean gy_ohos_check_own(
	GBytes *bytes, const GyPublicKey *public, gboolean is_part, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What #GyFormat has of signing a package that was built before. A zip takes two turns where signatures are made
 * elsewhere: first what is in it, then the zip. */
gboolean gy_ohos_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error);
GStrv gy_ohos_signed_names(GyPackage *package);
GPtrArray *gy_ohos_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error);
gboolean gy_ohos_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error);
