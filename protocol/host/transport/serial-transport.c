// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib/gi18n-lib.h>

#include <libserialport.h>

#include "protocol/host/transport/transport-private.h"

/* Serial ports by libserialport. Its handle is polled here: its own waiting cannot be cancelled. */

#define GY_TYPE_SERIAL_TRANSPORT (gy_serial_transport_get_type())
G_DECLARE_FINAL_TYPE(GySerialTransport, gy_serial_transport, GY, SERIAL_TRANSPORT, GyTransport)

struct _GySerialTransport {
	GyTransport parent_instance;
	char *path;
	struct sp_port *port; /* NULL: closed */
};

G_DEFINE_TYPE(GySerialTransport, gy_serial_transport, GY_TYPE_TRANSPORT)

static int
handle_of(struct sp_port *port)
{
	int fd = -1;

	return sp_get_port_handle(port, &fd) == SP_OK ? fd : -1;
}

/* The errno behind a failed call. */
static int
error_number_of(enum sp_return result)
{
	switch (result) {
	case SP_ERR_FAIL: return sp_last_error_code();
	case SP_ERR_ARG: return EINVAL;
	case SP_ERR_MEM: return ENOMEM;
	default: return ENOTSUP;
	}
}

/* What is not named here, DTR and RTS above all, stays as it is. */
static enum sp_return
set_mode(struct sp_port *port, guint baud)
{
	struct sp_port_config *config = NULL;
	enum sp_return result = sp_new_config(&config);

	if (result != SP_OK)
		return result;
	sp_set_config_baudrate(config, (int) baud);
	sp_set_config_bits(config, 8);
	sp_set_config_parity(config, SP_PARITY_NONE);
	sp_set_config_stopbits(config, 1);
	sp_set_config_cts(config, SP_CTS_IGNORE);
	sp_set_config_dsr(config, SP_DSR_IGNORE);
	sp_set_config_xon_xoff(config, SP_XONXOFF_DISABLED);
	result = sp_set_config(port, config);
	sp_free_config(config);
	return result;
}

static int
set_up(struct sp_port *port, guint baud)
{
	int fd = handle_of(port);
	int failed = fd < 0 ? EBADF : gy_tty_lock(fd);
	enum sp_return result;

	if (failed == 0)
		failed = gy_tty_set_raw(fd);
	if (failed != 0)
		return failed;
	result = set_mode(port, baud);
	return result == SP_OK ? 0 : error_number_of(result);
}

/* libserialport wants an entry in /sys/class/tty; what has none is no serial port. */
static gboolean
find(GySerialTransport *self, struct sp_port **port, GError **error)
{
	enum sp_return result = sp_get_port_by_name(self->path, port);

	if (result == SP_OK)
		return TRUE;
	return gy_port_open_error(error, self->path, result == SP_ERR_ARG ? ENOTTY : error_number_of(result));
}

static gboolean
serial_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);
	struct sp_port *port = NULL;
	enum sp_return result;
	int failed;

	if (!g_file_test(self->path, G_FILE_TEST_EXISTS))
		return gy_port_open_error(error, self->path, ENOENT);
	if (!find(self, &port, error))
		return FALSE;
	result = sp_open(port, SP_MODE_READ_WRITE);
	if (result != SP_OK) {
		failed = error_number_of(result);
		sp_free_port(port);
		return gy_port_open_error(error, self->path, failed);
	}
	failed = set_up(port, baud);
	if (failed != 0) {
		sp_close(port);
		sp_free_port(port);
		return gy_port_open_error(error, self->path, failed);
	}
	self->port = port;
	return TRUE;
}

static void
serial_close(GyTransport *transport)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);

	if (self->port == NULL)
		return;
	sp_close(self->port);
	g_clear_pointer(&self->port, sp_free_port);
}

/* A pulled port reads like a quiet one; asking how much waits tells them apart. */
static gssize
serial_read(GyTransport *transport, guint8 *bytes, gsize size, GError **error)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);
	enum sp_return n = sp_nonblocking_read(self->port, bytes, size);

	if (n > 0)
		return n;
	if (n < 0) {
		gy_port_io_error(error, self->path, "reading", error_number_of(n));
		return -1;
	}
	if (sp_input_waiting(self->port) < 0 ||
		(gy_fd_wait(handle_of(self->port), G_IO_IN, 0, NULL) & (G_IO_HUP | G_IO_ERR)) != 0) {
		gy_port_gone_error(error, self->path);
		return -1;
	}
	return 0;
}

static gssize
serial_write(GyTransport *transport, const guint8 *bytes, gsize size, GError **error)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);
	enum sp_return n = sp_nonblocking_write(self->port, bytes, size);
	int failed;

	if (n >= 0)
		return n;
	/* a full port is a failure to version 0.1.1 */
	failed = error_number_of(n);
	if (gy_transport_would_block(failed))
		return 0;
	gy_port_io_error(error, self->path, _("writing to"), failed);
	return -1;
}

static GIOCondition
serial_wait(GyTransport *transport, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	return gy_fd_wait(handle_of(GY_SERIAL_TRANSPORT(transport)->port), what, timeout_ms, cancellable);
}

static gboolean
serial_set_baud(GyTransport *transport, guint baud, GError **error)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);
	enum sp_return result = sp_set_baudrate(self->port, (int) baud);

	return result == SP_OK ||
	       gy_port_io_error(error, self->path, _("setting the speed of"), error_number_of(result));
}

static gboolean
serial_set_lines(GyTransport *transport, GyLine dtr, GyLine rts, GError **error)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);
	enum sp_return result = SP_OK;

	if (dtr != GY_LINE_KEEP)
		result = sp_set_dtr(self->port, dtr == GY_LINE_HIGH ? SP_DTR_ON : SP_DTR_OFF);
	if (result == SP_OK && rts != GY_LINE_KEEP)
		result = sp_set_rts(self->port, rts == GY_LINE_HIGH ? SP_RTS_ON : SP_RTS_OFF);
	return result == SP_OK ||
	       gy_port_io_error(error, self->path, _("setting DTR or RTS of"), error_number_of(result));
}

static gboolean
serial_set_break(GyTransport *transport, gboolean on, GError **error)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(transport);
	enum sp_return result = on ? sp_start_break(self->port) : sp_end_break(self->port);

	return result == SP_OK ||
	       gy_port_io_error(error, self->path, _("a break on"), error_number_of(result));
}

static gsize
serial_unsent(GyTransport *transport)
{
	enum sp_return waiting = sp_output_waiting(GY_SERIAL_TRANSPORT(transport)->port);

	return waiting > 0 ? (gsize) waiting : 0;
}

static void
gy_serial_transport_finalize(GObject *object)
{
	GySerialTransport *self = GY_SERIAL_TRANSPORT(object);

	serial_close(GY_TRANSPORT(self));
	g_free(self->path);
	G_OBJECT_CLASS(gy_serial_transport_parent_class)->finalize(object);
}

static void
gy_serial_transport_class_init(GySerialTransportClass *klass)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = gy_serial_transport_finalize;
	transport->open = serial_open;
	transport->close = serial_close;
	transport->read = serial_read;
	transport->write = serial_write;
	transport->wait = serial_wait;
	transport->set_baud = serial_set_baud;
	transport->has_rate = TRUE;
	transport->set_lines = serial_set_lines;
	transport->unsent = serial_unsent;
	transport->set_break = serial_set_break;
}

static void
gy_serial_transport_init(GySerialTransport *self)
{
}

GyTransport *
gy_serial_transport_new(const char *path)
{
	GySerialTransport *self = g_object_new(GY_TYPE_SERIAL_TRANSPORT, NULL);

	self->path = g_strdup(path);
	return GY_TRANSPORT(self);
}
