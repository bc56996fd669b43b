// SPDX-License-Identifier: Apache-2.0
#include "tests/bluetooth/mock-bluez.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gio/gunixfdlist.h>

#define SPP     "00001101-0000-1000-8000-00805f9b34fb"
#define CALL_MS 5000

static const char xml[] =
	"<node>"
	"<interface name='org.freedesktop.DBus.ObjectManager'><method name='GetManagedObjects'>"
	"<arg type='a{oa{sa{sv}}}' direction='out'/></method></interface>"
	"<interface name='org.bluez.ProfileManager1'><method name='RegisterProfile'><arg type='o' "
	"direction='in'/>"
	"<arg type='s' direction='in'/><arg type='a{sv}' direction='in'/></method>"
	"<method name='UnregisterProfile'><arg type='o' direction='in'/></method></interface>"
	"<interface name='org.bluez.AgentManager1'><method name='RegisterAgent'><arg type='o' "
	"direction='in'/>"
	"<arg type='s' direction='in'/></method></interface>"
	"<interface name='org.bluez.Adapter1'><method name='SetDiscoveryFilter'>"
	"<arg type='a{sv}' direction='in'/></method>"
	"<method name='StartDiscovery'/><method name='StopDiscovery'/></interface>"
	"<interface name='org.bluez.Device1'><method name='Pair'/><method name='CancelPairing'/>"
	"<method name='ConnectProfile'><arg type='s' direction='in'/></method>"
	"<method name='DisconnectProfile'><arg type='s' direction='in'/></method>"
	"<property name='Trusted' type='b' access='readwrite'/></interface>"
	"</node>";

const char *const mock_addresses[MOCK_N_DEVICES] = {"00:AA:01:01:00:01", "00:AA:01:01:00:02"};

typedef struct {
	MockBluez open; /* what tests see */
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	GDBusConnection *bus;
	GDBusNodeInfo *node;
	GAsyncQueue *peers;  /* of int + 1 */
	char *profile_owner; /* NULL: none */
	char *profile_path;
	char *agent_owner;
	char *agent_path;
	int kept[MOCK_N_DEVICES];       /* the service's own descriptors; -1: none */
	GDBusMethodInvocation *pending; /* a mute device's caller */
} Mock;

/* ---- what is there -------------------------------------------------------------------------------------- */

static char *
device_path(const Mock *mock, guint i)
{
	g_autofree char *part = g_strdelimit(g_strdup(mock_addresses[i]), ":", '_');

	return g_strdup_printf("/org/bluez/hci%u/dev_%s", mock->open.setup.devices[i].adapter, part);
}

static guint
device_index(const char *path)
{
	guint i;

	for (i = 0; i < MOCK_N_DEVICES; i++) {
		g_autofree char *part = g_strdelimit(g_strdup(mock_addresses[i]), ":", '_');

		if (g_str_has_suffix(path, part))
			return i;
	}
	g_assert_not_reached();
}

static void
add_boolean(GVariantBuilder *properties, const char *name, gboolean value)
{
	g_variant_builder_add(properties, "{sv}", name, g_variant_new_boolean(value));
}

static GVariant *
adapter_interfaces(const Mock *mock, guint i)
{
	GVariantBuilder interfaces;
	GVariantBuilder properties;

	g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
	add_boolean(&properties, "Powered", mock->open.setup.is_powered[i]);
	g_variant_builder_init(&interfaces, G_VARIANT_TYPE("a{sa{sv}}"));
	g_variant_builder_add(&interfaces, "{sa{sv}}", "org.bluez.Adapter1", &properties);
	return g_variant_builder_end(&interfaces);
}

static GVariant *
device_interfaces(const Mock *mock, guint i)
{
	const MockDevice *device = &mock->open.setup.devices[i];
	g_autofree char *adapter = g_strdup_printf("/org/bluez/hci%u", device->adapter);
	g_autofree char *name = g_strdup_printf("Board %u", i);
	const char *uuids[] = {SPP, NULL};
	GVariantBuilder interfaces;
	GVariantBuilder properties;

	g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
	g_variant_builder_add(&properties, "{sv}", "Address", g_variant_new_string(mock_addresses[i]));
	g_variant_builder_add(&properties, "{sv}", "Alias", g_variant_new_string(name));
	g_variant_builder_add(&properties, "{sv}", "Adapter", g_variant_new_object_path(adapter));
	add_boolean(&properties, "Paired", device->is_paired);
	add_boolean(&properties, "Connected", mock->kept[i] >= 0);
	/* only a device that was paired has told what it offers, and only a near one how near it is */
	if (device->is_paired)
		g_variant_builder_add(&properties, "{sv}", "UUIDs", g_variant_new_strv(uuids, -1));
	else
		g_variant_builder_add(&properties, "{sv}", "RSSI", g_variant_new_int16(-42));
	g_variant_builder_init(&interfaces, G_VARIANT_TYPE("a{sa{sv}}"));
	g_variant_builder_add(&interfaces, "{sa{sv}}", "org.bluez.Device1", &properties);
	return g_variant_builder_end(&interfaces);
}

static GVariant *
managed_objects(const Mock *mock)
{
	GVariantBuilder objects;
	guint i;

	g_variant_builder_init(&objects, G_VARIANT_TYPE("a{oa{sa{sv}}}"));
	for (i = 0; i < MOCK_N_ADAPTERS; i++) {
		g_autofree char *path = g_strdup_printf("/org/bluez/hci%u", i);

		if (mock->open.setup.has_adapter[i])
			g_variant_builder_add(&objects, "{o@a{sa{sv}}}", path, adapter_interfaces(mock, i));
	}
	for (i = 0; i < MOCK_N_DEVICES; i++) {
		g_autofree char *path = device_path(mock, i);

		if (mock->open.setup.devices[i].is_known)
			g_variant_builder_add(&objects, "{o@a{sa{sv}}}", path, device_interfaces(mock, i));
	}
	return g_variant_new("(a{oa{sa{sv}}})", &objects);
}

/* ---- answers -------------------------------------------------------------------------------------------- */

static void
ok(GDBusMethodInvocation *invocation)
{
	g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
fail(GDBusMethodInvocation *invocation, const char *name, const char *message)
{
	g_autofree char *whole =
		strchr(name, '.') != NULL ? g_strdup(name) : g_strconcat("org.bluez.Error.", name, NULL);

	g_dbus_method_invocation_return_dbus_error(invocation, whole, message);
}

static gboolean
fails(MockError *error, GDBusMethodInvocation *invocation)
{
	if (error->name == NULL)
		return FALSE;
	fail(invocation, error->name, error->message != NULL ? error->message : "");
	if (error->n_times == 1)
		error->name = NULL;
	if (error->n_times > 1)
		error->n_times--;
	return TRUE;
}

static void
be_mute(Mock *mock, GDBusMethodInvocation *invocation)
{
	g_clear_object(&mock->pending);
	mock->pending = invocation;
	g_cancellable_cancel(mock->open.setup.cancel);
}

static gboolean
stays_mute(Mock *mock, const MockDevice *device, GDBusMethodInvocation *invocation)
{
	if (device->is_mute)
		be_mute(mock, invocation);
	return device->is_mute;
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static void
drop_line(Mock *mock, guint i)
{
	if (mock->kept[i] >= 0)
		close(mock->kept[i]);
	mock->kept[i] = -1;
}

static void
drop_profile(Mock *mock)
{
	guint i;

	for (i = 0; i < MOCK_N_DEVICES; i++)
		drop_line(mock, i);
	g_clear_pointer(&mock->profile_owner, g_free);
	g_clear_pointer(&mock->profile_path, g_free);
	mock->open.seen.is_registered = FALSE;
}

typedef struct {
	Mock *mock;
	guint device;
	GDBusMethodInvocation *invocation; /* of Pair or ConnectProfile; NULL: was answered */
} Caller;

static void
handed_over(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Caller *caller = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish(
		G_DBUS_CONNECTION(source), NULL, result, &error);

	if (error != NULL)
		drop_line(caller->mock, caller->device);
	if (caller->invocation == NULL)
		return;
	if (error != NULL)
		fail(caller->invocation, "Failed", "br-connection-refused");
	else
		ok(caller->invocation);
}

/* @fds without a descriptor is what no service should send. */
static void
call_profile(Mock *mock, guint i, GUnixFDList *fds, GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *path = device_path(mock, i);

	g_dbus_connection_call_with_unix_fd_list(mock->bus, mock->profile_owner, mock->profile_path,
		"org.bluez.Profile1", "NewConnection", g_variant_new("(oha{sv})", path, 0, NULL), NULL,
		G_DBUS_CALL_FLAGS_NONE, CALL_MS, fds, NULL, callback, data);
}

/* A board's socket, as if the air were between. */
static int
reach_board(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpuint(
		g_strlcpy(address.sun_path, path, sizeof address.sun_path), <, sizeof address.sun_path);
	g_assert_cmpint(connect(fd, (const struct sockaddr *) &address, sizeof address), ==, 0);
	return fd;
}

static int
reach_test(Mock *mock, gboolean is_blocking)
{
	int type = SOCK_STREAM | SOCK_CLOEXEC | (is_blocking ? 0 : SOCK_NONBLOCK);
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, type, 0, ends), ==, 0);
	g_async_queue_push(mock->peers, GINT_TO_POINTER(ends[1] + 1));
	return ends[0];
}

static void
hand_line_over(Mock *mock, guint i, GDBusMethodInvocation *invocation)
{
	const MockDevice *device = &mock->open.setup.devices[i];
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();
	Caller *caller = g_new0(Caller, 1);

	drop_line(mock, i);
	mock->kept[i] =
		device->socket != NULL ? reach_board(device->socket) : reach_test(mock, device->is_blocking);
	g_assert_cmpint(g_unix_fd_list_append(fds, mock->kept[i], NULL), ==, 0);
	caller->mock = mock;
	caller->device = i;
	caller->invocation = invocation;
	call_profile(mock, i, fds, handed_over, caller);
}

static void
connect_profile(Mock *mock, guint i, GDBusMethodInvocation *invocation)
{
	MockDevice *device = &mock->open.setup.devices[i];

	mock->open.seen.n_connects++;
	if (fails(&device->connect_error, invocation) || stays_mute(mock, device, invocation))
		return;
	if (mock->profile_owner == NULL) {
		fail(invocation, "InvalidArguments", "nobody wants this profile");
		return;
	}
	if (device->is_line_strange)
		call_profile(mock, i, NULL, NULL, NULL);
	if (device->is_line_late || device->is_line_lost)
		ok(g_steal_pointer(&invocation));
	if (!device->is_line_lost)
		hand_line_over(mock, i, invocation);
}

/* ---- pairing -------------------------------------------------------------------------------------------- */

static const struct {
	const char *method;
	const char *reply; /* type */
} questions[] = {
	[MOCK_JUST_WORKS] = {NULL, "()"},
	[MOCK_PIN] = {"RequestPinCode", "(s)"},
	[MOCK_PASSKEY] = {"RequestPasskey", "(u)"},
	[MOCK_CONFIRM] = {"RequestConfirmation", "()"},
	[MOCK_ALLOW] = {"RequestAuthorization", "()"},
	[MOCK_SHOW_PIN] = {"DisplayPinCode", "()"},
	[MOCK_SHOW_PASSKEY] = {"DisplayPasskey", "()"},
};

static GVariant *
question_arguments(const Mock *mock, guint i)
{
	g_autofree char *path = device_path(mock, i);
	guint32 passkey = (guint32) g_ascii_strtoull(MOCK_CODE, NULL, 10);

	switch (mock->open.setup.devices[i].pairing) {
	case MOCK_CONFIRM: return g_variant_new("(ou)", path, passkey);
	case MOCK_SHOW_PIN: return g_variant_new("(os)", path, MOCK_CODE);
	case MOCK_SHOW_PASSKEY: return g_variant_new("(ouq)", path, passkey, 0);
	default: return g_variant_new("(o)", path);
	}
}

static gboolean
is_right(MockPairing pairing, GVariant *reply)
{
	const char *pin;
	guint32 passkey;

	switch (pairing) {
	case MOCK_PIN: g_variant_get(reply, "(&s)", &pin); return g_str_equal(pin, MOCK_CODE);
	case MOCK_PASSKEY:
		g_variant_get(reply, "(u)", &passkey);
		return passkey == g_ascii_strtoull(MOCK_CODE, NULL, 10);
	default: return TRUE;
	}
}

static void
agent_answered(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Caller *caller = data;
	MockDevice *device = &caller->mock->open.setup.devices[caller->device];
	g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);

	if (reply == NULL) {
		fail(caller->invocation, "AuthenticationCanceled", "Authentication Canceled");
	} else if (!is_right(device->pairing, reply)) {
		fail(caller->invocation, "AuthenticationFailed", "Authentication Failed");
	} else {
		device->is_paired = TRUE;
		ok(caller->invocation);
	}
}

static void
pair(Mock *mock, guint i, GDBusMethodInvocation *invocation)
{
	MockDevice *device = &mock->open.setup.devices[i];
	Caller *caller;

	mock->open.seen.n_pairings++;
	if (fails(&device->pair_error, invocation))
		return;
	if (device->pairing == MOCK_JUST_WORKS) {
		if (stays_mute(mock, device, invocation))
			return;
		device->is_paired = TRUE;
		ok(invocation);
		return;
	}
	g_assert_cmpstr(mock->agent_owner, ==, g_dbus_method_invocation_get_sender(invocation));
	caller = g_new0(Caller, 1);
	caller->mock = mock;
	caller->device = i;
	caller->invocation = invocation;
	g_dbus_connection_call(mock->bus, mock->agent_owner, mock->agent_path, "org.bluez.Agent1",
		questions[device->pairing].method, question_arguments(mock, i),
		G_VARIANT_TYPE(questions[device->pairing].reply), G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL,
		agent_answered, caller);
}

/* ---- calls ---------------------------------------------------------------------------------------------- */

static void
device_call(Mock *mock, const char *path, const char *method, GDBusMethodInvocation *invocation)
{
	guint i = device_index(path);

	if (g_str_equal(method, "ConnectProfile")) {
		connect_profile(mock, i, invocation);
	} else if (g_str_equal(method, "Pair")) {
		pair(mock, i, invocation);
	} else if (g_str_equal(method, "CancelPairing")) {
		mock->open.seen.was_pairing_cancelled = TRUE;
		ok(invocation);
	} else {
		mock->open.seen.was_disconnected = TRUE;
		ok(invocation);
	}
}

static void
start_search(Mock *mock, GDBusMethodInvocation *invocation)
{
	guint i;

	mock->open.seen.is_searching = TRUE;
	ok(invocation);
	g_cancellable_cancel(mock->open.setup.cancel);
	for (i = 0; i < MOCK_N_DEVICES; i++) {
		g_autofree char *path = device_path(mock, i);

		if (!mock->open.setup.devices[i].is_findable)
			continue;
		mock->open.setup.devices[i].is_known = TRUE;
		g_dbus_connection_emit_signal(mock->bus, NULL, "/", "org.freedesktop.DBus.ObjectManager",
			"InterfacesAdded", g_variant_new("(o@a{sa{sv}})", path, device_interfaces(mock, i)),
			NULL);
	}
}

static void
adapter_call(Mock *mock, const char *method, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	g_autoptr(GVariant) filter = NULL;
	const char *transport;

	if (g_str_equal(method, "StartDiscovery")) {
		start_search(mock, invocation);
		return;
	}
	if (g_str_equal(method, "SetDiscoveryFilter")) {
		filter = g_variant_get_child_value(arguments, 0);
		mock->open.seen.had_filter = g_variant_lookup(filter, "Transport", "&s", &transport) &&
					     g_str_equal(transport, "bredr");
	} else {
		mock->open.seen.is_searching = FALSE;
	}
	ok(invocation);
}

static void
register_profile(Mock *mock, const char *sender, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	g_autoptr(GVariant) options = g_variant_get_child_value(arguments, 2);
	const char *path;
	const char *uuid;
	const char *role = "";

	g_variant_get(arguments, "(&o&s@a{sv})", &path, &uuid, NULL);
	g_variant_lookup(options, "Role", "&s", &role);
	g_assert_cmpstr(uuid, ==, SPP);
	g_assert_cmpstr(role, ==, "client");
	if (mock->open.setup.is_profile_taken || mock->profile_owner != NULL) {
		fail(invocation, "NotPermitted", "UUID already registered");
		return;
	}
	mock->profile_owner = g_strdup(sender);
	mock->profile_path = g_strdup(path);
	mock->open.seen.is_registered = TRUE;
	mock->open.seen.n_registered++;
	ok(invocation);
}

static void
register_agent(Mock *mock, const char *sender, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	g_free(mock->agent_owner);
	g_free(mock->agent_path);
	g_free(mock->open.seen.ability);
	mock->agent_owner = g_strdup(sender);
	g_variant_get(arguments, "(os)", &mock->agent_path, &mock->open.seen.ability);
	ok(invocation);
}

static void
manager_call(Mock *mock, const char *sender, const char *method, GVariant *arguments,
	GDBusMethodInvocation *invocation)
{
	if (g_str_equal(method, "RegisterProfile")) {
		register_profile(mock, sender, arguments, invocation);
	} else if (g_str_equal(method, "RegisterAgent")) {
		register_agent(mock, sender, arguments, invocation);
	} else if (g_strcmp0(sender, mock->profile_owner) == 0) {
		drop_profile(mock);
		ok(invocation);
	} else {
		fail(invocation, "DoesNotExist", "Does Not Exist");
	}
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
	GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
	Mock *mock = data;

	if (g_str_equal(interface, "org.bluez.Device1")) {
		device_call(mock, path, method, invocation);
	} else if (g_str_equal(interface, "org.bluez.Adapter1")) {
		adapter_call(mock, method, arguments, invocation);
	} else if (!g_str_equal(method, "GetManagedObjects")) {
		manager_call(mock, sender, method, arguments, invocation);
	} else if (mock->open.setup.is_service_mute) {
		be_mute(mock, invocation);
	} else {
		g_dbus_method_invocation_return_value(invocation, managed_objects(mock));
	}
}

static GVariant *
on_get(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
	const char *property, GError **error, gpointer data)
{
	return g_variant_new_boolean(((Mock *) data)->open.seen.is_trusted[device_index(path)]);
}

static gboolean
on_set(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
	const char *property, GVariant *value, GError **error, gpointer data)
{
	((Mock *) data)->open.seen.is_trusted[device_index(path)] = g_variant_get_boolean(value);
	return TRUE;
}

/* As bluetoothd, which drops what belongs to a program that has gone. */
static void
on_owner_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
	const char *signal, GVariant *arguments, gpointer data)
{
	Mock *mock = data;
	const char *name;
	const char *now;

	g_variant_get(arguments, "(&s&s&s)", &name, NULL, &now);
	if (now[0] == 0 && g_strcmp0(name, mock->profile_owner) == 0)
		drop_profile(mock);
}

static const GDBusInterfaceVTable vtable = {on_call, on_get, on_set, {0}};

/* ---- life ----------------------------------------------------------------------------------------------- */

static void
serve(Mock *mock, const char *path, const char *interface)
{
	g_autoptr(GError) error = NULL;

	g_dbus_connection_register_object(mock->bus, path,
		g_dbus_node_info_lookup_interface(mock->node, interface), &vtable, mock, NULL, &error);
	g_assert_no_error(error);
}

static void
serve_all(Mock *mock)
{
	static const char *const adapters[] = {"/org/bluez/hci0", "/org/bluez/hci1"};
	guint i;
	guint k;

	serve(mock, "/", "org.freedesktop.DBus.ObjectManager");
	serve(mock, "/org/bluez", "org.bluez.ProfileManager1");
	serve(mock, "/org/bluez", "org.bluez.AgentManager1");
	for (i = 0; i < MOCK_N_ADAPTERS; i++) {
		serve(mock, adapters[i], "org.bluez.Adapter1");
		for (k = 0; k < MOCK_N_DEVICES; k++) {
			g_autofree char *part = g_strdelimit(g_strdup(mock_addresses[k]), ":", '_');
			g_autofree char *path = g_strdup_printf("%s/dev_%s", adapters[i], part);

			serve(mock, path, "org.bluez.Device1");
		}
	}
}

static void
bus_call(Mock *mock, const char *method, GVariant *arguments)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(mock->bus, "org.freedesktop.DBus",
		"/org/freedesktop/DBus", "org.freedesktop.DBus", method, arguments, NULL,
		G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, &error);

	g_assert_no_error(error);
}

static gpointer
run_loop(gpointer data)
{
	Mock *mock = data;

	g_main_context_push_thread_default(mock->context);
	g_main_loop_run(mock->loop);
	g_main_context_pop_thread_default(mock->context);
	return NULL;
}

static void
on_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer loop)
{
	g_main_loop_quit(loop);
}

static GDBusConnection *
new_bus(void)
{
	g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);
	g_autoptr(GError) error = NULL;
	GDBusConnection *bus = g_dbus_connection_new_for_address_sync(address,
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, NULL, &error);

	g_assert_no_error(error);
	return bus;
}

MockBluez *
mock_bluez_start(void)
{
	Mock *mock = g_new0(Mock, 1);

	mock->context = g_main_context_new();
	mock->loop = g_main_loop_new(mock->context, FALSE);
	mock->peers = g_async_queue_new();
	mock->node = g_dbus_node_info_new_for_xml(xml, NULL);
	memset(mock->kept, 0xFF, sizeof mock->kept);
	g_main_context_push_thread_default(mock->context);
	mock->bus = new_bus();
	g_signal_connect(mock->bus, "closed", G_CALLBACK(on_closed), mock->loop);
	serve_all(mock);
	g_dbus_connection_signal_subscribe(mock->bus, "org.freedesktop.DBus", "org.freedesktop.DBus",
		"NameOwnerChanged", "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed,
		mock, NULL);
	g_main_context_pop_thread_default(mock->context);
	bus_call(mock, "RequestName", g_variant_new("(su)", "org.bluez", 4));
	mock->thread = g_thread_new("mock", run_loop, mock);
	return &mock->open;
}

static void
close_peers(Mock *mock)
{
	gpointer peer;

	while ((peer = g_async_queue_try_pop(mock->peers)) != NULL)
		close(GPOINTER_TO_INT(peer) - 1);
}

void
mock_bluez_stop(MockBluez *open)
{
	Mock *mock = (Mock *) open;

	g_dbus_connection_close_sync(mock->bus, NULL, NULL);
	g_thread_join(mock->thread);
	while (g_main_context_iteration(mock->context, FALSE))
		;
	drop_profile(mock);
	close_peers(mock);
	g_clear_object(&mock->pending);
	g_object_unref(mock->bus);
	g_main_loop_unref(mock->loop);
	g_main_context_unref(mock->context);
	g_async_queue_unref(mock->peers);
	g_dbus_node_info_unref(mock->node);
	g_free(mock->agent_owner);
	g_free(mock->agent_path);
	g_free(mock->open.seen.ability);
	g_free(mock);
}

void
mock_bluez_reset(MockBluez *open)
{
	Mock *mock = (Mock *) open;
	guint i;

	mock_bluez_settle(open);
	close_peers(mock);
	g_free(open->seen.ability);
	open->setup = (MockSetup){0};
	open->seen = (MockSeen){0};
	open->setup.has_adapter[0] = open->setup.is_powered[0] = TRUE;
	for (i = 0; i < MOCK_N_DEVICES; i++)
		open->setup.devices[i] = (MockDevice){.is_known = TRUE, .is_paired = TRUE};
}

int
mock_bluez_take_peer(MockBluez *open)
{
	gpointer peer = g_async_queue_timeout_pop(((Mock *) open)->peers, CALL_MS * 1000);

	g_assert_nonnull(peer);
	return GPOINTER_TO_INT(peer) - 1;
}

void
mock_bluez_request_disconnection(MockBluez *open, guint device)
{
	Mock *mock = (Mock *) open;
	g_autofree char *path = device_path(mock, device);
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(mock->bus, mock->profile_owner,
		mock->profile_path, "org.bluez.Profile1", "RequestDisconnection", g_variant_new("(o)", path),
		NULL, G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, &error);

	g_assert_no_error(error);
}

void
mock_bluez_settle(MockBluez *open)
{
	g_autoptr(GDBusConnection) bus = new_bus();
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = NULL;

	/* its loop answers one after the other */
	open->setup.is_service_mute = FALSE;
	reply = g_dbus_connection_call_sync(bus, "org.bluez", "/", "org.freedesktop.DBus.ObjectManager",
		"GetManagedObjects", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, &error);
	g_assert_no_error(error);
	g_dbus_connection_close_sync(bus, NULL, NULL);
}

void
mock_bluez_restart(MockBluez *open)
{
	Mock *mock = (Mock *) open;

	bus_call(mock, "ReleaseName", g_variant_new("(s)", "org.bluez"));
	bus_call(mock, "RequestName", g_variant_new("(su)", "org.bluez", 4));
	drop_profile(mock);
}
