// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/devices/devices.h"
#include "tests/bluetooth/mock-bluez.h"

/* Bluetooth devices in the list of ports, told of by a service of the test's. */

#define PATIENCE_S 10

static MockBluez *mock;

static gboolean
too_late(gpointer data)
{
	g_error("nothing changed for %d s", PATIENCE_S);
	return G_SOURCE_REMOVE;
}

static guint
count_bluetooth(GListModel *model)
{
	guint n = 0;

	for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
		g_autoptr(GyDevice) device = g_list_model_get_item(model, i);

		n += gy_device_port(device)->kind == GY_PORT_BLUETOOTH;
	}
	return n;
}

static void
wait_for(GyDevices *devices, guint n)
{
	guint timer = g_timeout_add_seconds(PATIENCE_S, too_late, NULL);

	while (count_bluetooth(G_LIST_MODEL(devices)) != n)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

static void
the_list_has_paired_devices(void)
{
	g_autoptr(GPtrArray) devices = NULL;
	guint n = 0;

	mock_bluez_reset(mock);
	mock->setup.devices[1].is_paired = FALSE;
	devices = gy_devices_list();
	for (guint i = 0; i < devices->len; i++) {
		const GyPort *port = gy_device_port(g_ptr_array_index(devices, i));

		if (port->kind != GY_PORT_BLUETOOTH)
			continue;
		n++;
		g_assert_true(g_str_has_prefix(port->path, "bt:"));
		g_assert_nonnull(strstr(port->path, mock_addresses[0]));
		g_assert_true(g_str_has_suffix(port->place, mock_addresses[0]));
		g_assert_true(port->can_open);
		g_assert_cmpstr(gy_device_kind(g_ptr_array_index(devices, i)), ==, "bluetooth");
	}
	g_assert_cmpuint(n, ==, 1);
}

static void
the_model_has_them_once_the_service_has_told(void)
{
	g_autoptr(GyDevices) devices = NULL;

	mock_bluez_reset(mock);
	devices = gy_devices_new();
	g_assert_cmpuint(count_bluetooth(G_LIST_MODEL(devices)), ==, 0);
	wait_for(devices, MOCK_N_DEVICES);
	mock->setup.devices[0].is_paired = FALSE;
	gy_devices_refresh(devices);
	wait_for(devices, MOCK_N_DEVICES - 1);
}

static gboolean
look_again(gpointer data)
{
	return G_SOURCE_CONTINUE;
}

/* The list may go while it waits for the service; the thread that asks may be the last to hold it, and wakes nobody. */
static void
the_model_may_go_at_any_time(void)
{
	guint timer = g_timeout_add(5, look_again, NULL);
	GyDevices *devices;

	mock_bluez_reset(mock);
	devices = gy_devices_new();
	g_object_add_weak_pointer(G_OBJECT(devices), (gpointer *) &devices);
	g_object_unref(devices);
	while (g_atomic_pointer_get(&devices))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

int
main(int argc, char **argv)
{
	g_autofree char *daemon = g_find_program_in_path("dbus-daemon");
	g_autoptr(GTestDBus) bus = NULL;
	int status;

	g_test_init(&argc, &argv, NULL);
	if (!daemon) {
		g_print("1..0 # SKIP needs dbus-daemon\n");
		return 0;
	}
	bus = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(bus);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(bus), TRUE);
	mock = mock_bluez_start();
	g_test_add_func("/ports/bluetooth/list-has-paired-devices", the_list_has_paired_devices);
	g_test_add_func("/ports/bluetooth/model-has-them-once-the-service-has-told",
		the_model_has_them_once_the_service_has_told);
	g_test_add_func("/ports/bluetooth/model-may-go-at-any-time", the_model_may_go_at_any_time);
	status = g_test_run();
	mock_bluez_stop(mock);
	g_test_dbus_stop(bus);
	return status;
}
