// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "protocol/host/transport/bluez-private.h"
#include "protocol/host/transport/transport-private.h"

#define PREFIX      "bt:"
#define ADDRESS_LEN 17
#define RETRY_MS    100

/* A search takes 10.24 s, a page 5.12 s and a question about services some seconds more. */
#define ANSWER_MS  5000
#define SEARCH_MS  12000
#define PAIR_MS    60000
#define CONNECT_MS 20000

struct _GyBluetoothTransport {
	GyTransport parent_instance;
	char *address;
	char *adapter; /* NULL: any */
	GyBluetoothTimes times;
	GyBluetoothAsk ask;
	gpointer ask_data;
	GDestroyNotify free_ask_data;

	GySppLine *line; /* NULL: closed */
	int fd;          /* the line's */
	int queue_at_rest;
	gsize written; /* since the queue was at rest */
};

G_DEFINE_FINAL_TYPE(GyBluetoothTransport, gy_bluetooth_transport, GY_TYPE_TRANSPORT)

/* ---- names ---------------------------------------------------------------------------------------------- */

static gboolean
is_address(const char *text)
{
	guint i;

	for (i = 0; i < ADDRESS_LEN; i++)
		if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit(text[i]))
			return FALSE;
	return TRUE;
}

static gboolean
is_adapter(const char *text)
{
	return g_str_has_prefix(text, "hci") &&
	       g_ascii_string_to_unsigned(text + strlen("hci"), 10, 0, G_MAXUINT16, NULL, NULL);
}

GyTransport *
gy_bluetooth_transport_new(const char *port, GError **error)
{
	const char *address = port + strlen(PREFIX);
	const char *end = address + ADDRESS_LEN;
	GyBluetoothTransport *self;

	if (!is_address(address) || (end[0] != 0 && (end[0] != '@' || !is_adapter(end + 1)))) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
			_("%s is not the name of a port: expected bt:ADDRESS, such as bt:00:11:22:33:44:55, "
			  "or "
			  "bt:ADDRESS@hci0"),
			port);
		return NULL;
	}
	self = g_object_new(GY_TYPE_BLUETOOTH_TRANSPORT, NULL);
	self->address = g_ascii_strup(address, ADDRESS_LEN);
	self->adapter = end[0] != 0 ? g_strdup(end + 1) : NULL;
	return GY_TRANSPORT(self);
}

/* ---- opening -------------------------------------------------------------------------------------------- */

static GyBluetoothDevice *
find_device(GyBluetoothTransport *self, GyBluez *bluez, GError **error)
{
	g_autoptr(GyBluezObjects) objects = gy_bluez_objects_get(bluez, error);
	const GyBluezAdapter *adapter;
	GyBluetoothDevice *device;

	if (objects == NULL)
		return NULL;
	adapter = gy_bluez_objects_choose_adapter(bluez, objects, self->adapter, self->address, error);
	if (adapter == NULL)
		return NULL;
	device = gy_bluez_objects_take_device(objects, adapter, self->address);
	if (device != NULL)
		return device;
	gy_bluez_give_ms(bluez, self->times.search_ms);
	return gy_bluez_search(bluez, adapter, self->address, error);
}

static gboolean
explain_pairing(GyBluez *bluez, const GyBluetoothDevice *device, const char *refusal, const GError *cause,
	GError **error)
{
	if (refusal == NULL || g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return gy_bluez_explain(bluez, cause, error);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NOT_PAIRED, _("%s: it is not paired, and %s %s"),
		bluez->what, device->name, refusal);
	return FALSE;
}

static gboolean
pair(GyBluetoothTransport *self, GyBluez *bluez, const GyBluetoothDevice *device, GError **error)
{
	g_autoptr(GVariant) reply = NULL;
	g_autoptr(GError) cause = NULL;
	g_autoptr(GyBluezAgent) agent = NULL;

	gy_bluez_give_ms(bluez, self->times.pair_ms);
	agent = gy_bluez_agent_new(bluez, device, self->ask, self->ask_data, error);
	if (agent == NULL)
		return FALSE;
	reply = gy_bluez_call(bluez, device->object_path, "org.bluez.Device1.Pair", NULL, &cause);
	if (reply != NULL || gy_bluez_is_error(cause, "AlreadyExists"))
		return TRUE;
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		gy_bluez_tell(bluez, device->object_path, "org.bluez.Device1.CancelPairing", NULL);
	return explain_pairing(bluez, device, gy_bluez_agent_refusal(agent), cause, error);
}

/* So that the service takes the device up again after a drop without asking anyone. */
static void
trust(GyBluez *bluez, const GyBluetoothDevice *device)
{
	gy_bluez_tell(bluez, device->object_path, "org.freedesktop.DBus.Properties.Set",
		g_variant_new("(ssv)", "org.bluez.Device1", "Trusted", g_variant_new_boolean(TRUE)));
}

static gboolean
has_come(gpointer line)
{
	return gy_spp_line_fd(line) >= 0;
}

/* The descriptor comes before the reply, or after it. */
static gboolean
try_connect(GyBluez *bluez, const GyBluetoothDevice *device, GySppLine *line, GError **cause)
{
	g_autoptr(GVariant) reply = gy_bluez_call(bluez, device->object_path,
		"org.bluez.Device1.ConnectProfile", g_variant_new("(s)", GY_BLUEZ_SPP), cause);

	return reply != NULL && gy_bluez_wait(bluez, has_come, line, cause);
}

/* After a drop the service may still be busy with the end of the old connection. */
static gboolean
connect_device(GyBluez *bluez, const GyBluetoothDevice *device, GySppLine *line, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GError) passing = NULL;

	while (!try_connect(bluez, device, line, &cause)) {
		if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
			gy_bluez_is_error(cause, "AlreadyConnected"))
			gy_bluez_tell(bluez, device->object_path, "org.bluez.Device1.DisconnectProfile",
				g_variant_new("(s)", GY_BLUEZ_SPP));
		if (!gy_bluez_is_passing(cause))
			break;
		g_clear_error(&passing);
		passing = g_steal_pointer(&cause);
		if (!gy_bluez_pause(bluez, RETRY_MS, &cause))
			break;
	}
	if (cause == NULL)
		return TRUE;
	/* what it was that did not pass says more than that the time is up */
	if (passing != NULL && !g_cancellable_is_cancelled(bluez->cancellable) &&
		g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return gy_bluez_explain(bluez, passing, error);
	return gy_bluez_explain(bluez, cause, error);
}

static int
queue_size(int fd)
{
	int size = 0;

	return ioctl(fd, SIOCOUTQ, &size) == 0 && size > 0 ? size : 0;
}

static gboolean
open_line(GyBluetoothTransport *self, GyBluez *bluez, GError **error)
{
	g_autoptr(GyBluetoothDevice) device = find_device(self, bluez, error);
	g_autoptr(GySppLine) line = NULL;

	if (device == NULL || (!device->is_paired && !pair(self, bluez, device, error)))
		return FALSE;
	gy_bluez_give_ms(bluez, self->times.answer_ms);
	trust(bluez, device);
	line = gy_spp_line_new(bluez, device->object_path, error);
	if (line == NULL)
		return FALSE;
	gy_bluez_give_ms(bluez, self->times.connect_ms);
	if (!connect_device(bluez, device, line, error))
		return FALSE;
	gy_spp_line_settle(line);
	self->line = g_steal_pointer(&line);
	return TRUE;
}

static gboolean
bluetooth_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	GyBluetoothTransport *self = GY_BLUETOOTH_TRANSPORT(transport);
	g_autofree char *failure =
		g_strdup_printf(_("the port %s could not be opened"), gy_transport_name(transport));
	g_autoptr(GyBluez) bluez = gy_bluez_new(failure, cancellable);

	gy_bluez_give_ms(bluez, self->times.answer_ms);
	if (!gy_bluez_connect(bluez, error) || !open_line(self, bluez, error))
		return FALSE;
	self->fd = gy_spp_line_fd(self->line);
	self->queue_at_rest = queue_size(self->fd);
	self->written = 0;
	return TRUE;
}

/* ---- the line ------------------------------------------------------------------------------------------- */

static void
bluetooth_close(GyTransport *transport)
{
	GyBluetoothTransport *self = GY_BLUETOOTH_TRANSPORT(transport);

	g_clear_pointer(&self->line, gy_spp_line_free);
	self->fd = -1;
}

/* The radio's ways to end besides those of a cable: out of reach, switched off, hung up. */
static gboolean
is_dropped(int error_number)
{
	switch (error_number) {
	case ETIMEDOUT:
	case ECONNABORTED:
	case ENOTCONN:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETDOWN:
	case ESHUTDOWN: return TRUE;
	default: return gy_port_is_gone(error_number);
	}
}

static gssize
failed(GyTransport *transport, const char *what, int error_number, GError **error)
{
	if (gy_transport_would_block(error_number))
		return 0;
	gy_port_io_error(
		error, gy_transport_name(transport), what, is_dropped(error_number) ? EPIPE : error_number);
	return -1;
}

static gssize
bluetooth_read(GyTransport *transport, guint8 *bytes, gsize size, GError **error)
{
	gssize n = recv(GY_BLUETOOTH_TRANSPORT(transport)->fd, bytes, size, MSG_DONTWAIT);

	if (n > 0)
		return n;
	return failed(transport, "reading", n == 0 ? EPIPE : errno, error);
}

static gssize
bluetooth_write(GyTransport *transport, const guint8 *bytes, gsize size, GError **error)
{
	GyBluetoothTransport *self = GY_BLUETOOTH_TRANSPORT(transport);
	gssize n = send(self->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0)
		return failed(transport, _("writing to"), errno, error);
	self->written += (gsize) n;
	return n;
}

static GIOCondition
bluetooth_wait(GyTransport *transport, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	return gy_fd_wait(GY_BLUETOOTH_TRANSPORT(transport)->fd, what, timeout_ms, cancellable);
}

/*
 * Bluetooth sockets of Linux say how much room there is where others say how much waits; so what counts is how far it
 * is from what it was at rest. It is memory, which is more than bytes, so what was written bounds it.
 */
static gsize
bluetooth_unsent(GyTransport *transport)
{
	GyBluetoothTransport *self = GY_BLUETOOTH_TRANSPORT(transport);
	gsize waiting = (gsize) ABS(queue_size(self->fd) - self->queue_at_rest);

	if (waiting == 0)
		self->written = 0;
	return MIN(waiting, self->written);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

void
gy_bluetooth_transport_set_ask(
	GyBluetoothTransport *self, GyBluetoothAsk ask, gpointer data, GDestroyNotify free_data)
{
	if (self->free_ask_data != NULL)
		self->free_ask_data(self->ask_data);
	self->ask = ask;
	self->ask_data = data;
	self->free_ask_data = free_data;
}

static void
set_time(guint *time_ms, guint to_ms)
{
	if (to_ms != 0)
		*time_ms = to_ms;
}

void
gy_bluetooth_transport_set_times(GyBluetoothTransport *self, const GyBluetoothTimes *times)
{
	set_time(&self->times.answer_ms, times->answer_ms);
	set_time(&self->times.search_ms, times->search_ms);
	set_time(&self->times.pair_ms, times->pair_ms);
	set_time(&self->times.connect_ms, times->connect_ms);
}

static void
gy_bluetooth_transport_finalize(GObject *object)
{
	GyBluetoothTransport *self = GY_BLUETOOTH_TRANSPORT(object);

	bluetooth_close(GY_TRANSPORT(self));
	gy_bluetooth_transport_set_ask(self, NULL, NULL, NULL);
	g_free(self->address);
	g_free(self->adapter);
	G_OBJECT_CLASS(gy_bluetooth_transport_parent_class)->finalize(object);
}

static void
gy_bluetooth_transport_class_init(GyBluetoothTransportClass *klass)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = gy_bluetooth_transport_finalize;
	transport->open = bluetooth_open;
	transport->close = bluetooth_close;
	transport->read = bluetooth_read;
	transport->write = bluetooth_write;
	transport->wait = bluetooth_wait;
	transport->unsent = bluetooth_unsent;
}

static void
gy_bluetooth_transport_init(GyBluetoothTransport *self)
{
	self->times = (GyBluetoothTimes){ANSWER_MS, SEARCH_MS, PAIR_MS, CONNECT_MS};
	self->fd = -1;
}
