// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyFileTransferProgress: how far a transfer is; called on the thread that transfers.
 * @done: bytes that the receiver has
 * @total: bytes of the file, 0 if that is not known yet
 */
typedef void (*GyFileTransferProgress)(guint64 done, guint64 total, gpointer data);

/**
 * GyFileTransfer: a file over a cable with YMODEM, to or from any program that speaks it.
 * @port: see gy_transport_new()
 * @baud: 0: 115200
 * @block_size: of a file that is sent: 128 or 1024; 0: 1024
 * @start_ms: how long the other end is waited for; 0: 60000
 * @progress: (nullable): who looks on
 * @data: for @progress
 */
typedef struct {
	const char *port;
	guint baud;
	guint block_size;
	guint start_ms;
	GyFileTransferProgress progress;
	gpointer data;
} GyFileTransfer;

/**
 * gy_file_transfer_send:
 * @transfer: where and how
 * @file: what is sent
 * @name: what the other end is told that it is called
 * @cancellable: (nullable): ends it early
 * @error: return location
 *
 * Blocks. Returns: %FALSE with GY_LINK_ERROR_* or %GY_ERROR_CANCELLED
 */
gboolean gy_file_transfer_send(const GyFileTransfer *transfer, GBytes *file, const char *name,
	GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_file_transfer_receive:
 * @name: (out) (transfer full) (optional): what the other end says that the file is called: no path to write to
 *
 * The other way. Returns: (transfer full): the file, or %NULL likewise
 */
GBytes *gy_file_transfer_receive(const GyFileTransfer *transfer, char **name, GCancellable *cancellable,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
