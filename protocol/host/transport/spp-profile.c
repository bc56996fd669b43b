// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gunixfdlist.h>
#include <glib-unix.h>

#include "protocol/host/transport/bluez-private.h"

#define PROFILE_PATH  "/gantry/serial"
#define UNREGISTER_MS 1000

static const char profile_xml[] =
	"<node><interface name='org.bluez.Profile1'>"
	"<method name='Release'/>"
	"<method name='NewConnection'><arg type='o' direction='in'/>"
	"<arg type='h' direction='in'/><arg type='a{sv}' direction='in'/></method>"
	"<method name='RequestDisconnection'><arg type='o' direction='in'/></method>"
	"</interface></node>";

/*
 * The registration, with a thread that answers the service: the threads that open lines come and go, and none of them
 * may have to look after the line of another.
 */
typedef struct {
	GDBusConnection *bus;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	guint object;
	guint subscription;
	/* under lines_lock */
	char *owner; /* the service's unique name; nobody else may hand lines over */
	gboolean is_registered;
} Profile;

struct _GySppLine {
	char *device_path;
	GMainContext *context; /* to wake; NULL: settled */
	int fd;                /* -1: none yet */
};

/* Order: profile_lock, then lines_lock. The first is held while the service is asked, the second for moments. */
static GMutex profile_lock;
static GMutex lines_lock;
static Profile *profile;  /* as long as there are lines */
static GSList *all_lines; /* GySppLine */

static GySppLine *
find_line(const char *device_path)
{
	GSList *at;

	for (at = all_lines; at != NULL; at = at->next) {
		GySppLine *line = at->data;

		if (g_str_equal(line->device_path, device_path))
			return line;
	}
	return NULL;
}

/* ---- the service's calls, in the profile's thread ------------------------------------------------------- */

static int
take_descriptor(GDBusMethodInvocation *invocation, gint32 handle)
{
	GDBusMessage *message = g_dbus_method_invocation_get_message(invocation);
	GUnixFDList *fds = g_dbus_message_get_unix_fd_list(message);
	int fd;

	if (fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length(fds))
		return -1;
	fd = g_unix_fd_list_get(fds, handle, NULL);
	/* BlueZ hands it over not blocking, others need not */
	if (fd >= 0 && !g_unix_set_fd_nonblocking(fd, TRUE, NULL)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* FALSE: nobody waits for it. */
static gboolean
hand_over(const char *device_path, int fd)
{
	GySppLine *line;
	gboolean taken = FALSE;

	g_mutex_lock(&lines_lock);
	line = find_line(device_path);
	if (line != NULL && line->context != NULL && line->fd < 0) {
		line->fd = fd;
		taken = TRUE;
		g_main_context_wakeup(line->context);
	}
	g_mutex_unlock(&lines_lock);
	return taken;
}

static void
new_connection(GVariant *arguments, GDBusMethodInvocation *invocation)
{
	const char *device_path;
	gint32 handle;
	int fd;

	g_variant_get(arguments, "(&oha{sv})", &device_path, &handle, NULL);
	fd = take_descriptor(invocation, handle);
	if (fd >= 0 && hand_over(device_path, fd)) {
		g_dbus_method_invocation_return_value(invocation, NULL);
		return;
	}
	if (fd >= 0)
		close(fd);
	g_dbus_method_invocation_return_dbus_error(
		invocation, "org.bluez.Error.Rejected", "no such connection is wanted");
}

/* The line's user reads the end of it. */
static void
hang_up(const char *device_path)
{
	GySppLine *line;

	g_mutex_lock(&lines_lock);
	line = find_line(device_path);
	if (line != NULL && line->fd >= 0)
		shutdown(line->fd, SHUT_RDWR);
	g_mutex_unlock(&lines_lock);
}

static void
forget_registration(Profile *self)
{
	g_mutex_lock(&lines_lock);
	self->is_registered = FALSE;
	g_mutex_unlock(&lines_lock);
}

static gboolean
is_registered(Profile *self)
{
	gboolean is_so;

	g_mutex_lock(&lines_lock);
	is_so = self->is_registered;
	g_mutex_unlock(&lines_lock);
	return is_so;
}

static gboolean
is_from_service(Profile *self, const char *sender)
{
	gboolean is_so;

	g_mutex_lock(&lines_lock);
	is_so = g_strcmp0(sender, self->owner) == 0;
	g_mutex_unlock(&lines_lock);
	return is_so;
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
	GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
	Profile *self = data;
	const char *device_path;

	if (!is_from_service(self, sender)) {
		g_dbus_method_invocation_return_dbus_error(
			invocation, "org.bluez.Error.Rejected", "only for the Bluetooth service");
		return;
	}
	if (g_str_equal(method, "NewConnection")) {
		new_connection(arguments, invocation);
		return;
	}
	if (g_str_equal(method, "RequestDisconnection")) {
		g_variant_get(arguments, "(&o)", &device_path);
		hang_up(device_path);
	} else {
		forget_registration(self);
	}
	g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
on_owner_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
	const char *signal, GVariant *arguments, gpointer data)
{
	/* a service that has been started anew knows nothing of us */
	forget_registration(data);
}

static const GDBusInterfaceVTable vtable = {.method_call = on_call};

/* ---- the registration; profile_lock is held ------------------------------------------------------------- */

static gpointer
run_loop(gpointer data)
{
	Profile *self = data;

	g_main_context_push_thread_default(self->context);
	g_main_loop_run(self->loop);
	g_main_context_pop_thread_default(self->context);
	return NULL;
}

/* It is the last that the connection says, and it says it in the loop. */
static void
on_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer data)
{
	g_main_loop_quit(((Profile *) data)->loop);
}

static void
profile_free(Profile *self)
{
	g_autoptr(GVariant) reply = NULL;

	if (is_registered(self))
		reply = g_dbus_connection_call_sync(self->bus, GY_BLUEZ_SERVICE, "/org/bluez",
			"org.bluez.ProfileManager1", "UnregisterProfile", g_variant_new("(o)", PROFILE_PATH),
			NULL, G_DBUS_CALL_FLAGS_NONE, UNREGISTER_MS, NULL, NULL);
	if (self->object != 0)
		g_dbus_connection_unregister_object(self->bus, self->object);
	if (self->subscription != 0)
		g_dbus_connection_signal_unsubscribe(self->bus, self->subscription);
	if (self->thread != NULL) {
		g_dbus_connection_close_sync(self->bus, NULL, NULL);
		g_thread_join(self->thread);
	}
	while (g_main_context_iteration(self->context, FALSE))
		;
	g_clear_object(&self->bus);
	g_main_loop_unref(self->loop);
	g_main_context_unref(self->context);
	g_free(self->owner);
	g_free(self);
}

/* What comes over the bus goes to the context that is the thread's default here. */
static gboolean
listen_on_bus(Profile *self, GyBluez *bluez, GError **error)
{
	g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(profile_xml, NULL);
	g_autoptr(GError) cause = NULL;

	self->bus = gy_bluez_new_bus_sync(bluez, error);
	if (self->bus == NULL)
		return FALSE;
	g_signal_connect(self->bus, "closed", G_CALLBACK(on_closed), self);
	self->subscription = g_dbus_connection_signal_subscribe(self->bus, "org.freedesktop.DBus",
		"org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus", GY_BLUEZ_SERVICE,
		G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, self, NULL);
	self->object = g_dbus_connection_register_object(
		self->bus, PROFILE_PATH, node->interfaces[0], &vtable, self, NULL, &cause);
	return self->object != 0 || gy_bluez_explain(bluez, cause, error);
}

static Profile *
profile_new(GyBluez *bluez, GError **error)
{
	Profile *self = g_new0(Profile, 1);
	gboolean listens;

	self->context = g_main_context_new();
	self->loop = g_main_loop_new(self->context, FALSE);
	g_main_context_push_thread_default(self->context);
	listens = listen_on_bus(self, bluez, error);
	g_main_context_pop_thread_default(self->context);
	if (self->bus != NULL)
		self->thread = g_thread_new("spp-profile", run_loop, self);
	if (listens)
		return self;
	profile_free(self);
	return NULL;
}

/* Pairing comes before connecting, so what the profile demands would add nothing but trouble with devices from before
 * Bluetooth 2.1: those decide themselves; with later ones the kernel encrypts in any case. */
static GVariant *
registration(void)
{
	GVariantBuilder options;

	g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
	g_variant_builder_add(&options, "{sv}", "Name", g_variant_new_string("Gantry"));
	g_variant_builder_add(&options, "{sv}", "Role", g_variant_new_string("client"));
	g_variant_builder_add(&options, "{sv}", "RequireAuthentication", g_variant_new_boolean(FALSE));
	g_variant_builder_add(&options, "{sv}", "RequireAuthorization", g_variant_new_boolean(FALSE));
	g_variant_builder_add(&options, "{sv}", "AutoConnect", g_variant_new_boolean(FALSE));
	return g_variant_new("(osa{sv})", PROFILE_PATH, GY_BLUEZ_SPP, &options);
}

static gboolean
explain_registration(GyBluez *bluez, const GError *cause, GError **error)
{
	if (!gy_bluez_is_error(cause, "NotPermitted") && !gy_bluez_is_error(cause, "AlreadyExists"))
		return gy_bluez_explain(bluez, cause, error);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY,
		_("%s: another program has registered for Bluetooth serial ports, "
		  "and the system lets only one do that"),
		bluez->what);
	return FALSE;
}

static gboolean
ensure_registered(Profile *self, GyBluez *bluez, GError **error)
{
	g_autofree char *owner = NULL;
	g_autoptr(GVariant) reply = NULL;
	g_autoptr(GError) cause = NULL;

	if (is_registered(self))
		return TRUE;
	owner = gy_bluez_owner(bluez, self->bus, &cause);
	if (owner == NULL)
		return gy_bluez_explain(bluez, cause, error);
	g_mutex_lock(&lines_lock);
	g_free(self->owner);
	self->owner = g_steal_pointer(&owner);
	self->is_registered = TRUE;
	g_mutex_unlock(&lines_lock);
	reply = gy_bluez_call_on(bluez, self->bus, "/org/bluez", "org.bluez.ProfileManager1.RegisterProfile",
		registration(), &cause);
	if (reply != NULL)
		return TRUE;
	forget_registration(self);
	return explain_registration(bluez, cause, error);
}

static gboolean
ensure_profile(GyBluez *bluez, GError **error)
{
	/* the bus was started anew */
	if (profile != NULL && g_dbus_connection_is_closed(profile->bus))
		g_clear_pointer(&profile, profile_free);
	if (profile == NULL)
		profile = profile_new(bluez, error);
	return profile != NULL && ensure_registered(profile, bluez, error);
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static GySppLine *
add_line(GyBluez *bluez, const char *device_path, GError **error)
{
	GySppLine *line = NULL;

	g_mutex_lock(&lines_lock);
	if (find_line(device_path) == NULL) {
		line = g_new0(GySppLine, 1);
		line->device_path = g_strdup(device_path);
		line->context = g_main_context_ref(bluez->context);
		line->fd = -1;
		all_lines = g_slist_prepend(all_lines, line);
	}
	g_mutex_unlock(&lines_lock);
	if (line == NULL)
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY,
			_("%s: it is in use by this program already"), bluez->what);
	return line;
}

GySppLine *
gy_spp_line_new(GyBluez *bluez, const char *device_path, GError **error)
{
	GySppLine *line = NULL;

	g_mutex_lock(&profile_lock);
	if (ensure_profile(bluez, error))
		line = add_line(bluez, device_path, error);
	if (all_lines == NULL)
		g_clear_pointer(&profile, profile_free);
	g_mutex_unlock(&profile_lock);
	return line;
}

void
gy_spp_line_free(GySppLine *line)
{
	if (line == NULL)
		return;
	g_mutex_lock(&profile_lock);
	g_mutex_lock(&lines_lock);
	all_lines = g_slist_remove(all_lines, line);
	g_mutex_unlock(&lines_lock);
	if (line->fd >= 0) {
		/* the service has the socket open too: closing alone would not end the connection */
		shutdown(line->fd, SHUT_RDWR);
		close(line->fd);
	}
	if (all_lines == NULL)
		g_clear_pointer(&profile, profile_free);
	g_mutex_unlock(&profile_lock);
	g_clear_pointer(&line->context, g_main_context_unref);
	g_free(line->device_path);
	g_free(line);
}

int
gy_spp_line_fd(GySppLine *line)
{
	int fd;

	g_mutex_lock(&lines_lock);
	fd = line->fd;
	g_mutex_unlock(&lines_lock);
	return fd;
}

void
gy_spp_line_settle(GySppLine *line)
{
	g_mutex_lock(&lines_lock);
	g_clear_pointer(&line->context, g_main_context_unref);
	g_mutex_unlock(&lines_lock);
}
