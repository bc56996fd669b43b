// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"
#include "engine/packages/package.h"

/** GyPcpProgress: what is going on, and bytes that the device has fetched; called on the thread that works. */
typedef void (*GyPcpProgress)(const char *stage, guint64 done, guint64 total, gpointer data);

/**
 * GyPcpFlash: a package into a stock device of LiteOS_Lab, which has no agent, by PCP.
 * @port: see gy_transport_new()
 * @baud: 0: 115200
 * @version: of what is in the package, 1 to 16 ASCII characters: the device runs it, and says so, when all went well
 * @fragment_size: 32 to 500; 0: 500
 * @progress: (nullable): who looks on
 * @data: for @progress
 */
typedef struct {
	const char *port;
	guint baud;
	const char *version;
	guint fragment_size;
	GyPcpProgress progress;
	gpointer data;
} GyPcpFlash;

/**
 * gy_pcp_flash_check:
 * @package: loaded
 *
 * Only a device of the second generation speaks PCP, and on a line whose damage it may not notice only a signature in front of
 * the package keeps it from installing what came wrong.
 *
 * Returns: %FALSE with %GY_ERROR_PACKAGE_NOT_SUPPORTED for another package, %GY_ERROR_CFG_VALUE for a version or a size that cannot be
 */
gboolean gy_pcp_flash_check(
	const GyPcpFlash *flash, GyPackage *package, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_pcp_flash:
 * @flash: checked
 * @package: what the device fetches
 * @ran: (out) (transfer full): the version that the device ran before, "" if it did not say
 * @device_code: (out): the device's own result of a refusal or failure; otherwise 0
 * @cancellable: (nullable): ends it early; a device that fetches goes on asking, and is served by the next run
 *
 * Blocks until the device says that it runs the new version.
 *
 * Returns: %FALSE with %GY_ERROR_DEVICE_REFUSED, %GY_ERROR_DEVICE_BUSY, %GY_ERROR_UPGRADE_FAILED, %GY_ERROR_CANCELLED or a GY_LINK_ERROR
 */
gboolean gy_pcp_flash(const GyPcpFlash *flash, GBytes *package, char **ran, guint32 *device_code,
	GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
