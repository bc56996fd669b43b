// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/radio.h"

#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/guest/gadget.h"

#define CHANNEL         7
#define PROTOCOL_RFCOMM 3
#define HOST_PATH       "/org/bluez/hci0"
#define DEVICE_PATH     "/org/bluez/hci1"
#define DEVICE_OF_HOST  HOST_PATH "/dev_00_AA_01_01_00_01"
#define HOST_OF_DEVICE  DEVICE_PATH "/dev_00_AA_01_00_00_00"
#define RETRY_US        (50 * 1000)

/* As the kernel has it; its header comes with BlueZ's library, which nothing here needs. */
typedef struct {
	sa_family_t family;
	guint8 address[6]; /* last byte first */
	guint8 channel;
} RfcommAddress;

static const RfcommAddress here = {AF_BLUETOOTH, {0x01, 0x00, 0x01, 0x01, 0xAA, 0x00}, CHANNEL};
static int listener = -1;
static GDBusConnection *bus;

static GVariant *
call(const char *path, const char *interface, const char *method, GVariant *arguments, GError **error)
{
	return g_dbus_connection_call_sync(bus, "org.bluez", path, interface, method, arguments, NULL,
		G_DBUS_CALL_FLAGS_NO_AUTO_START, GUEST_LONGEST_MS, NULL, error);
}

static gboolean
try_set(const char *path, const char *property, gboolean on, GError **error)
{
	g_autoptr(GVariant) reply = call(path, "org.freedesktop.DBus.Properties", "Set",
		g_variant_new("(ssv)", "org.bluez.Adapter1", property, g_variant_new_boolean(on)), error);

	return reply != NULL;
}

/* The service may not have come so far yet, or be at another change of the radio. */
static void
set(const char *path, const char *property, gboolean on)
{
	gint64 end_us = g_get_monotonic_time() + (gint64) GUEST_LONGEST_MS * 1000;

	for (;;) {
		g_autoptr(GError) error = NULL;

		if (try_set(path, property, on, &error))
			return;
		if (g_get_monotonic_time() > end_us)
			g_error("%s of %s: %s", property, path, error->message);
		g_usleep(RETRY_US);
	}
}

static void
listen_for_hosts(void)
{
	listener = socket(AF_BLUETOOTH, SOCK_STREAM | SOCK_CLOEXEC, PROTOCOL_RFCOMM);
	g_assert_cmpint(listener, >=, 0);
	g_assert_cmpint(bind(listener, (const struct sockaddr *) &here, sizeof here), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
}

void
radio_start(void)
{
	g_autoptr(GError) error = NULL;

	bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &error);
	g_assert_no_error(error);
	set(HOST_PATH, "Powered", TRUE);
	set(DEVICE_PATH, "Powered", TRUE);
	set(DEVICE_PATH, "Pairable", TRUE);
	set(DEVICE_PATH, "Discoverable", TRUE);
	listen_for_hosts();
}

void
radio_hang_up(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = call(HOST_OF_DEVICE, "org.bluez.Device1", "Disconnect", NULL, &error);

	g_assert_no_error(error);
}

int
radio_accept(gint timeout_ms)
{
	GPollFD polled = {.fd = listener, .events = G_IO_IN};

	if (g_poll(&polled, 1, timeout_ms) != 1)
		return -1;
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

static void
remove_device(const char *adapter, const char *device)
{
	g_autoptr(GVariant) reply =
		call(adapter, "org.bluez.Adapter1", "RemoveDevice", g_variant_new("(o)", device), NULL);
}

void
radio_forget(void)
{
	remove_device(HOST_PATH, DEVICE_OF_HOST);
	remove_device(DEVICE_PATH, HOST_OF_DEVICE);
}
