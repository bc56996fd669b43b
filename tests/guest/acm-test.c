// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "protocol/host/discovery/discovery.h"
#include "tests/guest/acm-bench.h"
#include "tests/guest/bridge.h"
#include "tests/guest/echo.h"
#include "tests/guest/flash-board.h"
#include "tests/transport/conformance.h"

/* CDC-ACM as the kernel makes it: its tty by libserialport, and the device itself by libusb. */

#define BUS_MONITOR "/sys/kernel/debug/usb/usbmon/0u"

static const char *const names[ACM_N_KINDS] = {"serial", "usb", "path"};

static void
gives_back_what_it_got(gconstpointer kind)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(kind));
	g_autoptr(GError) error = NULL;
	g_autoptr(Bridge) bridge = bridge_new(bridge_open_tty, ACM_DEVICE, NULL);

	g_assert_true(gy_transport_open(bench->transport, 115200, NULL, &error));
	g_assert_no_error(error);
	echo_run(bench->transport);
	gy_transport_close(bench->transport);
	bench_pull(bench);
}

/* ---- what goes over the bus ------------------------------------------------------------------------------ */

/* The text of the kernel's bus monitor up to now. */
static void
read_monitor(int monitor, GString *text)
{
	char bytes[4096];
	gssize n;

	while ((n = read(monitor, bytes, sizeof bytes)) > 0)
		g_string_append_len(text, bytes, n);
}

static void
assert_sets(Bench *bench, int monitor, guint baud)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	/* SET_LINE_CODING of interface 0: the speed, little-endian; 1 stop bit, no parity, 8 data bits */
	g_autofree char *request =
		g_strdup_printf("s 21 20 0000 0000 0007 7 = %08x 000008", GUINT32_SWAP_LE_BE((guint32) baud));

	read_monitor(monitor, seen);
	g_string_truncate(seen, 0);
	g_assert_true(gy_transport_set_baud(bench->transport, baud, &error));
	g_assert_no_error(error);
	read_monitor(monitor, seen);
	if (strstr(seen->str, request) == NULL)
		g_error("%s: set to %u, not on the bus: %s\n%s", bench->port, baud, request, seen->str);
}

static void
tells_the_device_its_speed(gconstpointer kind)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(kind));
	int monitor = open(BUS_MONITOR, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	g_assert_cmpint(monitor, >=, 0);
	bench_open(bench);
	assert_sets(bench, monitor, 921600);
	assert_sets(bench, monitor, 2000000);
	assert_sets(bench, monitor, 123456);
	assert_sets(bench, monitor, 115200);
	close(monitor);
}

static void
assert_line_state(Bench *bench, int monitor, GyLine dtr, GyLine rts, guint state)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *request = g_strdup_printf("s 21 22 %04x 0000 0000 0", state);

	g_assert_true(gy_transport_set_lines(bench->transport, dtr, rts, &error));
	g_assert_no_error(error);
	read_monitor(monitor, seen);
	if (strstr(seen->str, request) == NULL)
		g_error("%s: not on the bus: %s\n%s", bench->port, request, seen->str);
}

static void
tells_the_device_its_lines(gconstpointer kind)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(kind));
	int monitor = open(BUS_MONITOR, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	g_assert_cmpint(monitor, >=, 0);
	bench_open(bench);
	assert_line_state(bench, monitor, GY_LINE_LOW, GY_LINE_LOW, 0);
	assert_line_state(bench, monitor, GY_LINE_HIGH, GY_LINE_KEEP, 1);
	assert_line_state(bench, monitor, GY_LINE_KEEP, GY_LINE_HIGH, 3);
	assert_line_state(bench, monitor, GY_LINE_LOW, GY_LINE_KEEP, 2);
	close(monitor);
}

/* ---- who has the device ---------------------------------------------------------------------------------- */

static void
takes_the_device_from_its_driver_and_gives_it_back(void)
{
	g_autoptr(Bench) bench = bench_new(BENCH_N_KINDS + ACM_USB);
	guint i;

	for (i = 0; i < 3; i++) {
		bench_open(bench);
		guest_wait_for(ACM_HOST, FALSE);
		gy_transport_close(bench->transport);
		close(bench->peer);
		guest_wait_for(ACM_HOST, TRUE);
	}
	bench->peer = -1;
}

/* Somebody else's program: this one may have two ports of its own mixed up. */
static GSubprocess *
hold(const char *tty)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
	GError *error = NULL;
	GSubprocess *holder;

	g_subprocess_launcher_set_stdin_file_path(launcher, tty);
	holder = g_subprocess_launcher_spawn(launcher, &error, "/bin/sleep", "600", NULL);
	g_assert_no_error(error);
	return holder;
}

static void
leaves_the_device_to_who_has_it(void)
{
	g_autoptr(Bench) bench = bench_new(BENCH_N_KINDS + ACM_USB);
	g_autoptr(GSubprocess) holder = hold(ACM_HOST);
	g_autoptr(GError) error = NULL;

	g_assert_false(gy_transport_open(bench->transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY);
	g_assert_nonnull(strstr(error->message, ACM_HOST));
	g_assert_nonnull(strstr(error->message, g_subprocess_get_identifier(holder)));
	guest_wait_for(ACM_HOST, TRUE);
	g_subprocess_force_exit(holder);
	g_assert_true(g_subprocess_wait(holder, NULL, NULL));
	bench_open(bench);
}

static void
is_listed_with_what_the_device_says(void)
{
	g_autoptr(GPtrArray) before = gy_ports_find();
	g_autoptr(GPtrArray) ports = NULL;
	const GyPort *found = NULL;
	guint i;

	gadget_plug(ACM_HOST);
	ports = gy_ports_find();
	g_assert_cmpuint(ports->len, ==, before->len + 1);
	for (i = 0; i < ports->len; i++) {
		const GyPort *port = ports->pdata[i];

		if (g_str_equal(port->path, ACM_HOST))
			found = port;
	}
	g_assert_nonnull(found);
	g_assert_cmpint(found->kind, ==, GY_PORT_TTY);
	g_assert_cmphex(found->vendor_id, ==, 0x1d6b);
	g_assert_cmphex(found->product_id, ==, 0x0104);
	g_assert_cmpstr(found->serial_number, ==, "BOARD0001");
	g_assert_cmpstr(found->usb_path, ==, GADGET_PATH);
	g_assert_cmpstr(found->driver, ==, "cdc_acm");
	gadget_unplug(ACM_HOST);
}

/* ---- upgrades -------------------------------------------------------------------------------------------- */

static void
carries_an_upgrade(gconstpointer kind)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(kind));
	g_autoptr(Board) board = flash_board_new(0);
	g_autoptr(Bridge) bridge = bridge_new(bridge_open_tty, ACM_DEVICE, board->address);

	flash_board_by_command(board, bench->port);
	bench_pull(bench);
}

static void
replug_once(const GyJobProgress *progress, gpointer data)
{
	gboolean *is_replugged = data;

	if (*is_replugged || progress->stage != GY_STAGE_TRANSFER ||
		progress->stage_done < FLASH_BOARD_MIDDLE)
		return;
	*is_replugged = TRUE;
	gadget_unplug(ACM_HOST);
	gadget_plug(NULL);
}

static void
an_upgrade_outlives_a_replug(gconstpointer kind)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(kind));
	g_autoptr(Board) board = flash_board_new(460800);
	g_autoptr(Bridge) bridge = bridge_new(bridge_open_tty, ACM_DEVICE, board->address);
	gboolean is_replugged = FALSE;

	flash_board(board, bench->port, replug_once, &is_replugged, 1);
	g_assert_true(is_replugged);
	bench_pull(bench);
}

static void
add(const char *format, guint kind, GTestDataFunc run)
{
	g_autofree char *path = g_strconcat("/guest/acm/", names[kind], format, NULL);

	g_test_add_data_func(path, GUINT_TO_POINTER(BENCH_N_KINDS + kind), run);
}

int
main(int argc, char **argv)
{
	guint i;

	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/guest/acm/is-listed-with-what-the-device-says", is_listed_with_what_the_device_says);
	for (i = 0; i < ACM_N_KINDS; i++) {
		g_autofree char *name = g_strconcat("guest-acm-", names[i], NULL);

		add("/gives-64-KiB-back", i, gives_back_what_it_got);
		/* a place is the tty that stands there: the rest would be the same again */
		if (i == ACM_PATH)
			continue;
		add("/tells-the-device-its-speed", i, tells_the_device_its_speed);
		add("/tells-the-device-its-lines", i, tells_the_device_its_lines);
		add("/carries-an-upgrade", i, carries_an_upgrade);
		add("/an-upgrade-outlives-a-replug", i, an_upgrade_outlives_a_replug);
		conformance_add(name, BENCH_N_KINDS + i);
	}
	g_test_add_func("/guest/acm/usb/takes-the-device-from-its-driver-and-gives-it-back",
		takes_the_device_from_its_driver_and_gives_it_back);
	g_test_add_func("/guest/acm/usb/leaves-the-device-to-who-has-it", leaves_the_device_to_who_has_it);
	return g_test_run();
}
