// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"
#include "protocol/host/ymodem/ymodem.h"

/**
 * gy_ymodem_run:
 * @ymodem: one end of a transfer
 * @transport: an open port
 * @cancellable: (nullable): ends it early; the other end is told
 * @progress: (nullable): called after each turn, on this thread
 * @data: for @progress
 * @error: return location
 *
 * Blocks until the transfer is over.
 *
 * Returns: %FALSE with why it failed, or %G_IO_ERROR_CANCELLED
 */
gboolean gy_ymodem_run(GyYmodem *ymodem, GyTransport *transport, GCancellable *cancellable,
	void (*progress)(const GyYmodem *ymodem, gpointer data), gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
