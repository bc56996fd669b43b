// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * gy_alios_version_is_taken: whether a device that runs @running takes @offered, by the rule that is in its code:
 * strncmp(offered, running, strlen(offered)) > 0. Where both have two parts, KERNEL_APP, each is compared for itself.
 */
gboolean gy_alios_version_is_taken(const char *offered, const char *running);

/**
 * gy_alios_version_check:
 * @offered: the new version
 * @running: the one that the device runs
 * @is_forced: whether one that the device does not take is only warned about
 * @notes: (element-type GyFinding): gets warnings where the device's rule surprises
 * @error: return location
 *
 * Returns: %FALSE with %GY_ERROR_PACKAGE_ROLLBACK if the device would say no
 */
gboolean gy_alios_version_check(const char *offered, const char *running, gboolean is_forced,
	GPtrArray *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
