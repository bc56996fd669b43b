// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/**
 * gy_alios_build_message:
 * @options: "ver", "url", "digest", "running-ver", "any-version", and the keys
 * @file: what the message is about
 * @notes: (element-type GyFinding): gets warnings
 * @error: return location
 *
 * Returns: (transfer full): the cloud's message, signed if there is a key; %NULL with %GY_ERROR_CFG_MISSING,
 *   %GY_ERROR_CFG_VALUE, %GY_ERROR_PACKAGE_ROLLBACK or GY_ERROR_KEY_*
 */
GBytes *gy_alios_build_message(const GyBuildOptions *options, GBytes *file, GPtrArray *notes,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
