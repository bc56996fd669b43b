// SPDX-License-Identifier: Apache-2.0
#include "engine/transfer/file-transfer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "protocol/host/ymodem/exchange.h"

#define DEFAULT_BAUD 115200

static void
on_progress(const GyYmodem *ymodem, gpointer data)
{
	const GyFileTransfer *transfer = data;

	if (transfer->progress)
		transfer->progress(gy_ymodem_done(ymodem), gy_ymodem_size(ymodem), transfer->data);
}

static GyTransport *
open_port(const GyFileTransfer *transfer, GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = gy_transport_new(transfer->port, error);
	guint baud = transfer->baud ? transfer->baud : DEFAULT_BAUD;

	return transport && gy_transport_open(transport, baud, cancellable, error)
		       ? g_steal_pointer(&transport)
		       : NULL;
}

static gboolean
run(GyYmodem *ymodem, GyTransport *transport, const GyFileTransfer *transfer, GCancellable *cancellable,
	GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (gy_ymodem_run(ymodem, transport, cancellable, on_progress, (gpointer) transfer, &cause))
		return TRUE;
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		g_set_error(error, GY_ERROR, GY_ERROR_CANCELLED,
			_("stopped after %" PRIu64 " bytes; the other end was told"), gy_ymodem_done(ymodem));
	else
		g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

static GyYmodemOptions
options_of(const GyFileTransfer *transfer)
{
	return (GyYmodemOptions){.block_size = transfer->block_size, .start_ms = transfer->start_ms};
}

static gint64
now(void)
{
	return g_get_monotonic_time() / 1000;
}

gboolean
gy_file_transfer_send(const GyFileTransfer *transfer, GBytes *file, const char *name,
	GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = open_port(transfer, cancellable, error);
	GyYmodemOptions options = options_of(transfer);
	g_autoptr(GyYmodem) ymodem = transport ? gy_ymodem_sender_new(file, name, &options, now()) : NULL;

	return ymodem && run(ymodem, transport, transfer, cancellable, error);
}

GBytes *
gy_file_transfer_receive(
	const GyFileTransfer *transfer, char **name, GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = open_port(transfer, cancellable, error);
	GyYmodemOptions options = options_of(transfer);
	g_autoptr(GyYmodem) ymodem = transport ? gy_ymodem_receiver_new(&options, now()) : NULL;

	if (!ymodem || !run(ymodem, transport, transfer, cancellable, error))
		return NULL;
	if (name)
		*name = g_strdup(gy_ymodem_name(ymodem));
	return gy_ymodem_file(ymodem);
}
