// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/config.h"
#include "engine/formats/openharmony/signer.h"

/**
 * gy_ohos_tools_build:
 * @script: as gy_ohos_script() gave it
 * @binary: the target's updater_binary
 * @system: which generation
 * @signer: signs every member in the 2025 layout, if it signs
 * @error: return location
 *
 * Returns: (transfer full): a build_tools.zip
 */
GBytes *gy_ohos_tools_build(const char *script, GBytes *binary, const GyOhosSystem *system,
	const GyOhosSigner *signer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_tools_write: (transfer full): the same of other members (element-type GyZipMember); gets the signatures' too. */
GBytes *gy_ohos_tools_write(GPtrArray *members, gboolean is_legacy, const GyOhosSigner *signer,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_tool_range: (transfer full): what is signed of one member, without its signature. */
GySignedRange *gy_ohos_tool_range(const char *member, GBytes *bytes);
