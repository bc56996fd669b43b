// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/devices/reset-sequence.h"
#include "engine/error.h"

/** GySecondBootProgress: what is going on, and bytes that the loader has acknowledged; called on the thread that works. */
typedef void (*GySecondBootProgress)(const char *stage, guint64 done, guint64 total, gpointer data);

/**
 * GySecondBootFlash: an image through the menu of AliOS Things' second boot loader.
 * @port: see gy_transport_new()
 * @baud: 0: what the board's loader has, 115200 if the board is not known
 * @board: (nullable): one of gy_second_boot_boards()
 * @to_ota: to the partition that holds the next image
 * @address: within one of the partitions; 0: the start of the one that @to_ota says
 * @stay: leave the board in the menu
 * @expect: (nullable): what the board has to print when it starts
 * @reset_sequence: (nullable): resets it; otherwise somebody has to
 * @reset_ms: how long a reset is waited for; 0: 60000
 * @progress: (nullable): who looks on
 * @data: for @progress
 */
typedef struct {
	const char *port;
	guint baud;
	const char *board;
	gboolean to_ota;
	guint32 address;
	gboolean stay;
	const char *expect;
	const GyResetSequence *reset_sequence;
	guint reset_ms;
	GySecondBootProgress progress;
	gpointer data;
} GySecondBootFlash;

/**
 * GySecondBootWritten: what is known once it is done.
 * @address: where the image went
 * @is_ota: that is in the partition that holds the next image: it does not run
 * @baud: rate of the loader
 */
typedef struct {
	guint32 address;
	gboolean is_ota;
	guint baud;
} GySecondBootWritten;

/** gy_second_boot_boards: (transfer full): "mk3060, …": boards whose flash map is known. */
char *gy_second_boot_boards(void);

/** gy_second_boot_board_is_known: whether it is one of them. */
gboolean gy_second_boot_board_is_known(const char *board);

/**
 * gy_second_boot_check_image:
 * @image: a file
 * @name: for messages
 * @error: return location
 *
 * Returns: %FALSE with %GY_ERROR_PACKAGE_NOT_SUPPORTED for what is no image as it lies in the flash: a difference, a packed
 *   one, a message, a package of another system; and with the finding of a trailer that is not right
 */
gboolean gy_second_boot_check_image(
	GBytes *image, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_second_boot_flash:
 * @flash: where and how
 * @image: what is written, checked before
 * @name: what the loader is told that it is called
 * @written: (out): where it went
 * @cancellable: (nullable): ends it early
 * @error: return location
 *
 * Blocks. The loader verifies nothing of what it writes and cannot be read: what is known afterwards is that it
 * acknowledged every block, and with @expect what the board says when it starts. What runs then an agent in it knows, if there
 * is one: gy_running_ask().
 *
 * Returns: %FALSE with GY_LINK_ERROR_* or %GY_ERROR_CANCELLED
 */
gboolean gy_second_boot_flash(const GySecondBootFlash *flash, GBytes *image, const char *name,
	GySecondBootWritten *written, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
