// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/host/transport/bluetooth.h"
#include "tests/guest/bridge.h"
#include "tests/guest/echo.h"
#include "tests/guest/flash-board.h"
#include "tests/guest/gadget.h"
#include "tests/guest/radio.h"

/*
 * The transport, BlueZ and the kernel's RFCOMM; only the air is made up. Devices out of reach are not tried: Linux 6.1.192
 * stops in hci_chan_del() when a connection over the made up air does not come about.
 */

#define PORT    "bt:" RADIO_ADDRESS "@hci0"
#define LOOK_MS 50

/* BlueZ takes two seconds to hang up, so the drop comes some 8000 bytes later. */
#define DROP_AFTER 3000
#define SLOW_BAUD  38400

static GyTransport *
new_transport(void)
{
	g_autoptr(GError) error = NULL;
	GyTransport *transport = gy_transport_new(PORT, &error);

	g_assert_no_error(error);
	return transport;
}

static int
open_both_ends(GyTransport *transport)
{
	g_autoptr(GError) error = NULL;
	gboolean opened = gy_transport_open(transport, 115200, NULL, &error);
	int peer;

	g_assert_no_error(error);
	g_assert_true(opened);
	peer = radio_accept(GUEST_LONGEST_MS);
	g_assert_cmpint(peer, >=, 0);
	return peer;
}

/* ---- the tests ------------------------------------------------------------------------------------------- */

static int
accept_host(gconstpointer data)
{
	return radio_accept(LOOK_MS);
}

static const GyBluetoothDevice *
find_listed(GPtrArray *devices)
{
	guint i;

	for (i = 0; i < devices->len; i++) {
		const GyBluetoothDevice *device = devices->pdata[i];

		if (g_str_equal(device->address, RADIO_ADDRESS) && g_str_equal(device->adapter, "hci0"))
			return device;
	}
	return NULL;
}

/* It is searched for, paired without a question, connected, and stands in the list from then on. */
static void
meets_a_device(void)
{
	g_autoptr(GyTransport) transport = new_transport();
	g_autoptr(GPtrArray) before = NULL;
	g_autoptr(GPtrArray) after = NULL;
	g_autoptr(GError) error = NULL;
	const GyBluetoothDevice *found;
	int peer;

	radio_forget();
	before = gy_bluetooth_list(NULL, &error);
	g_assert_no_error(error);
	g_assert_null(find_listed(before));
	peer = open_both_ends(transport);
	after = gy_bluetooth_list(NULL, &error);
	g_assert_no_error(error);
	found = find_listed(after);
	g_assert_nonnull(found);
	g_assert_true(found->is_paired);
	g_assert_true(found->is_connected);
	g_assert_true(found->has_serial_port);
	gy_transport_close(transport);
	close(peer);
}

static void
gives_back_what_it_got(void)
{
	g_autoptr(GyTransport) transport = new_transport();
	g_autoptr(Bridge) bridge = bridge_new(accept_host, NULL, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_transport_open(transport, 115200, NULL, &error));
	g_assert_no_error(error);
	echo_run(transport);
	gy_transport_close(transport);
}

/* Three times over: the service and the kernel have to be rid of the old line before there is a new one. */
static void
tells_of_a_drop_and_opens_again(void)
{
	g_autoptr(GyTransport) transport = new_transport();
	guint i;

	for (i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;
		int peer = open_both_ends(transport);
		guint8 bytes[5];

		g_assert_cmpint(gy_transport_write(transport, (const guint8 *) "hello", 5, &error), ==, 5);
		g_assert_cmpint(recv(peer, bytes, sizeof bytes, MSG_WAITALL), ==, 5);
		g_assert_cmpmem(bytes, 5, "hello", 5);
		radio_hang_up();
		g_assert_cmpint(
			gy_transport_wait(transport, G_IO_IN, GUEST_LONGEST_MS, NULL) & G_IO_IN, ==, G_IO_IN);
		g_assert_cmpint(gy_transport_read(transport, bytes, sizeof bytes, &error), ==, -1);
		g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
		g_assert_false(gy_transport_is_open(transport));
		close(peer);
	}
}

/* ---- upgrades -------------------------------------------------------------------------------------------- */

static void
carries_an_upgrade(void)
{
	g_autoptr(Board) board = flash_board_new(0);
	g_autoptr(Bridge) bridge = bridge_new(accept_host, NULL, board->address);

	flash_board_by_command(board, PORT);
}

static void
drop_once(const GyJobProgress *progress, gpointer data)
{
	gboolean *is_dropped = data;

	if (*is_dropped || progress->stage != GY_STAGE_TRANSFER || progress->stage_done < DROP_AFTER)
		return;
	*is_dropped = TRUE;
	radio_hang_up();
}

static void
an_upgrade_outlives_a_drop(void)
{
	g_autoptr(Board) board = flash_board_new(SLOW_BAUD);
	g_autoptr(Bridge) bridge = bridge_new(accept_host, NULL, board->address);
	gboolean is_dropped = FALSE;

	flash_board(board, PORT, drop_once, &is_dropped, 1);
	g_assert_true(is_dropped);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	radio_start();
	g_test_add_func("/guest/bluetooth/meets-a-device", meets_a_device);
	g_test_add_func("/guest/bluetooth/gives-64-KiB-back", gives_back_what_it_got);
	g_test_add_func("/guest/bluetooth/tells-of-a-drop-and-opens-again", tells_of_a_drop_and_opens_again);
	g_test_add_func("/guest/bluetooth/carries-an-upgrade", carries_an_upgrade);
	g_test_add_func("/guest/bluetooth/an-upgrade-outlives-a-drop", an_upgrade_outlives_a_drop);
	return g_test_run();
}
