// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/transport/bluez-private.h"

#define BUS_FLAGS                                                                                            \
	(G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION)

static void
forward_cancel(GCancellable *cancellable, gpointer stop)
{
	g_cancellable_cancel(stop);
}

GyBluez *
gy_bluez_new(const char *what, GCancellable *cancellable)
{
	GyBluez *bluez = g_new0(GyBluez, 1);

	bluez->what = g_strdup(what);
	bluez->context = g_main_context_new();
	g_main_context_push_thread_default(bluez->context);
	bluez->stop = g_cancellable_new();
	if (cancellable != NULL) {
		bluez->cancellable = g_object_ref(cancellable);
		bluez->chain = g_cancellable_connect(
			cancellable, G_CALLBACK(forward_cancel), g_object_ref(bluez->stop), g_object_unref);
	}
	return bluez;
}

static void
clear_timer(GyBluez *bluez)
{
	if (bluez->timer == NULL)
		return;
	g_source_destroy(bluez->timer);
	g_clear_pointer(&bluez->timer, g_source_unref);
}

/* What the connection says at its end holds references to it, and comes to the context a little later. */
static void
close_bus(GyBluez *bluez)
{
	if (bluez->bus == NULL)
		return;
	/* closing alone would drop what was told and is not written yet */
	g_dbus_connection_flush_sync(bluez->bus, NULL, NULL);
	g_dbus_connection_close_sync(bluez->bus, NULL, NULL);
	while (!bluez->bus_is_closed)
		g_main_context_iteration(bluez->context, TRUE);
	g_clear_object(&bluez->bus);
}

void
gy_bluez_free(GyBluez *bluez)
{
	if (bluez == NULL)
		return;
	clear_timer(bluez);
	close_bus(bluez);
	g_cancellable_disconnect(bluez->cancellable, bluez->chain);
	g_clear_object(&bluez->cancellable);
	g_clear_object(&bluez->stop);
	while (g_main_context_iteration(bluez->context, FALSE))
		;
	g_main_context_pop_thread_default(bluez->context);
	g_main_context_unref(bluez->context);
	g_free(bluez->what);
	g_free(bluez);
}

/* ---- waiting -------------------------------------------------------------------------------------------- */

static gboolean
time_is_up(gpointer stop)
{
	g_cancellable_cancel(stop);
	return G_SOURCE_REMOVE;
}

void
gy_bluez_give_ms(GyBluez *bluez, guint time_ms)
{
	clear_timer(bluez);
	bluez->time_ms = time_ms;
	bluez->timer = g_timeout_source_new(time_ms);
	g_source_set_callback(bluez->timer, time_is_up, bluez->stop, NULL);
	g_source_attach(bluez->timer, bluez->context);
}

static gboolean
wake(GCancellable *stop, gpointer data)
{
	return G_SOURCE_CONTINUE;
}

gboolean
gy_bluez_wait(GyBluez *bluez, GyBluezTest is_done, gpointer data, GError **cause)
{
	GSource *waker = g_cancellable_source_new(bluez->stop);
	gboolean done;

	g_source_set_callback(waker, G_SOURCE_FUNC(wake), NULL, NULL);
	g_source_attach(waker, bluez->context);
	while (!(done = is_done(data)) && !g_cancellable_set_error_if_cancelled(bluez->stop, cause))
		g_main_context_iteration(bluez->context, TRUE);
	g_source_destroy(waker);
	g_source_unref(waker);
	return done;
}

static gboolean
set_flag(gpointer flag)
{
	*(gboolean *) flag = TRUE;
	return G_SOURCE_REMOVE;
}

static gboolean
is_set(gpointer flag)
{
	return *(gboolean *) flag;
}

gboolean
gy_bluez_pause(GyBluez *bluez, guint time_ms, GError **cause)
{
	GSource *timer = g_timeout_source_new(time_ms);
	gboolean is_over = FALSE;
	gboolean done;

	g_source_set_callback(timer, set_flag, &is_over, NULL);
	g_source_attach(timer, bluez->context);
	done = gy_bluez_wait(bluez, is_set, &is_over, cause);
	g_source_destroy(timer);
	g_source_unref(timer);
	return done;
}

/* ---- the bus -------------------------------------------------------------------------------------------- */

/* What an asynchronous call of GIO came to. */
typedef struct {
	GDBusConnection *bus;
	GVariant *reply;
	GError *error;
	gboolean is_done;
} Outcome;

static void
take_bus(GObject *source, GAsyncResult *result, gpointer data)
{
	Outcome *outcome = data;

	outcome->bus = g_dbus_connection_new_for_address_finish(result, &outcome->error);
	outcome->is_done = TRUE;
}

/* The call has the stop itself: it always ends, and must, since it writes into the outcome. */
static void
finish(GyBluez *bluez, const Outcome *outcome)
{
	while (!outcome->is_done)
		g_main_context_iteration(bluez->context, TRUE);
}

static gboolean
explain_no_bus(GyBluez *bluez, const GError *cause, GError **error)
{
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return gy_bluez_explain(bluez, cause, error);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_BLUETOOTH,
		_("%s: the system's message bus cannot be reached: %s"), bluez->what, cause->message);
	return FALSE;
}

static void
on_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer data)
{
	((GyBluez *) data)->bus_is_closed = TRUE;
}

gboolean
gy_bluez_connect(GyBluez *bluez, GError **error)
{
	g_autofree char *address = NULL;
	g_autoptr(GError) cause = NULL;
	Outcome outcome = {0};

	address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, bluez->stop, &cause);
	if (address == NULL)
		return explain_no_bus(bluez, cause, error);
	g_dbus_connection_new_for_address(address, BUS_FLAGS, NULL, bluez->stop, take_bus, &outcome);
	finish(bluez, &outcome);
	cause = outcome.error;
	if (outcome.bus == NULL)
		return explain_no_bus(bluez, cause, error);
	bluez->bus = outcome.bus;
	g_signal_connect(bluez->bus, "closed", G_CALLBACK(on_closed), bluez);
	return TRUE;
}

GDBusConnection *
gy_bluez_new_bus_sync(GyBluez *bluez, GError **error)
{
	g_autofree char *address = NULL;
	g_autoptr(GError) cause = NULL;
	GDBusConnection *bus = NULL;

	address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, bluez->stop, &cause);
	if (address != NULL)
		bus = g_dbus_connection_new_for_address_sync(address, BUS_FLAGS, NULL, bluez->stop, &cause);
	if (bus == NULL)
		explain_no_bus(bluez, cause, error);
	return bus;
}

static void
take_reply(GObject *source, GAsyncResult *result, gpointer data)
{
	Outcome *outcome = data;

	outcome->reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &outcome->error);
	outcome->is_done = TRUE;
}

static void
start_call(GDBusConnection *bus, const char *service, const char *path, const char *method,
	GVariant *arguments, GCancellable *stop, GAsyncReadyCallback callback, gpointer data)
{
	const char *dot = strrchr(method, '.');
	g_autofree char *interface = g_strndup(method, (gsize) (dot - method));

	/* the timer of GyBluez is the only one */
	g_dbus_connection_call(bus, service, path, interface, dot + 1, arguments, NULL,
		G_DBUS_CALL_FLAGS_NONE, G_MAXINT, stop, callback, data);
}

GVariant *
gy_bluez_call_on(GyBluez *bluez, GDBusConnection *bus, const char *path, const char *method,
	GVariant *arguments, GError **cause)
{
	Outcome outcome = {0};

	start_call(bus, GY_BLUEZ_SERVICE, path, method, arguments, bluez->stop, take_reply, &outcome);
	finish(bluez, &outcome);
	if (outcome.error != NULL)
		g_propagate_error(cause, outcome.error);
	return outcome.reply;
}

GVariant *
gy_bluez_call(GyBluez *bluez, const char *path, const char *method, GVariant *arguments, GError **cause)
{
	return gy_bluez_call_on(bluez, bluez->bus, path, method, arguments, cause);
}

void
gy_bluez_tell(GyBluez *bluez, const char *path, const char *method, GVariant *arguments)
{
	start_call(bluez->bus, GY_BLUEZ_SERVICE, path, method, arguments, NULL, NULL, NULL);
}

char *
gy_bluez_owner(GyBluez *bluez, GDBusConnection *bus, GError **cause)
{
	Outcome outcome = {0};
	char *owner = NULL;

	start_call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.GetNameOwner",
		g_variant_new("(s)", GY_BLUEZ_SERVICE), bluez->stop, take_reply, &outcome);
	finish(bluez, &outcome);
	if (outcome.error != NULL)
		g_propagate_error(cause, outcome.error);
	if (outcome.reply == NULL)
		return NULL;
	g_variant_get(outcome.reply, "(s)", &owner);
	g_variant_unref(outcome.reply);
	return owner;
}
