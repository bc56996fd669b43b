// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <grp.h>
#include <pty.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "protocol/host/transport/usb-private.h"
#include "tests/transport/usb-bench.h"

#define NOBODY 65534

static GyTransport *
new_port(const char *port)
{
	g_autoptr(GError) error = NULL;
	GyTransport *transport = gy_transport_new(port, &error);

	g_assert_no_error(error);
	return transport;
}

static void
assert_opens(GyTransport *transport)
{
	g_autoptr(GError) error = NULL;
	gboolean opened = gy_transport_open(transport, 115200, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(opened);
}

/* Returns the sentence. */
static char *
assert_refuses(GyTransport *transport, GyLinkError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(gy_transport_open(transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, (gint) code);
	g_assert_false(gy_transport_is_open(transport));
	return g_strdup(error->message);
}

static void
assert_says(const char *message, const char *part)
{
	if (strstr(message, part) == NULL)
		g_error("\"%s\" does not say \"%s\"", message, part);
}

/* The device gets the bytes, so it is the one that is open. */
static void
assert_reaches(GyTransport *transport, UsbMock *mock)
{
	g_autoptr(GError) error = NULL;
	char found[5];

	g_assert_cmpint(gy_transport_write(transport, (const guint8 *) "hello", 5, &error), ==, 5);
	g_assert_no_error(error);
	g_assert_cmpuint(usb_mock_receive(mock, (guint8 *) found, sizeof found), ==, 5);
	g_assert_cmpmem(found, 5, "hello", 5);
}

/* ---- descriptors ---------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	UsbMockKind kind;
	guint8 in;
	guint8 out;
	guint setting;
	guint n_claimed;
} layouts[] = {
	{"acm-by-its-union", USB_MOCK_ACM, 0x83, 0x02, 0, 2},
	{"acm-without-a-union-in-a-second-setting", USB_MOCK_ACM_BARE, 0x83, 0x02, 1, 2},
	{"acm-with-a-descriptor-that-is-too-long", USB_MOCK_BROKEN, 0x83, 0x02, 0, 2},
	{"vendor", USB_MOCK_BULK, 0x81, 0x01, 0, 1},
	{"vendor-with-one-endpoint-each-way-among-others", USB_MOCK_COMPOSITE, 0x86, 0x05, 0, 1},
};

static void
takes_endpoints_from_the_descriptors(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(UsbMock) mock = usb_mock_new(layouts[i].kind, 1, NULL);
	g_autoptr(GyTransport) transport = new_port("path:1-1");
	UsbMockState state;

	assert_opens(transport);
	assert_reaches(transport, mock);
	state = usb_mock_state(mock);
	g_assert_cmphex(state.in, ==, layouts[i].in);
	g_assert_cmphex(state.out, ==, layouts[i].out);
	g_assert_cmpuint(state.setting, ==, layouts[i].setting);
	g_assert_cmpuint(state.n_claimed, ==, layouts[i].n_claimed);
	gy_transport_close(transport);
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
}

static void
refuses_a_device_of_another_class(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_DISK, 1, "DISK");
	g_autoptr(GyTransport) transport = new_port("path:1-1");
	g_autofree char *message = assert_refuses(transport, GY_LINK_ERROR_BAD_PORT);

	assert_says(message, "mass storage");
	assert_says(message, "CDC-ACM");
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
}

/* Functional descriptors are the device's claims: whatever they are, no byte outside them is read. */
static void
reads_no_byte_outside_functional_descriptors(void)
{
	guint round;

	for (round = 0; round < 20000; round++) {
		int size = g_test_rand_int_range(0, 12);
		g_autofree guint8 *extra = g_malloc((gsize) size);
		struct libusb_endpoint_descriptor endpoints[] = {
			{.bEndpointAddress = 0x81, .bmAttributes = 2, .wMaxPacketSize = 64},
			{.bEndpointAddress = 0x01, .bmAttributes = 2, .wMaxPacketSize = 64},
		};
		struct libusb_interface_descriptor settings[] = {
			{.bInterfaceClass = 2, .bInterfaceSubClass = 2, .extra = extra, .extra_length = size},
			{.bInterfaceNumber = 1,
				.bInterfaceClass = 10,
				.bNumEndpoints = 2,
				.endpoint = endpoints},
		};
		struct libusb_interface interfaces[] = {{&settings[0], 1}, {&settings[1], 1}};
		struct libusb_config_descriptor config = {.bNumInterfaces = 2, .interface = interfaces};
		GyUsbLayout layout = {0};
		int i;

		for (i = 0; i < size; i++)
			extra[i] = (guint8) g_test_rand_int_range(0, g_test_rand_bit() ? 8 : 256);
		if (size > 4 && g_test_rand_bit())
			extra[1] = 0x24;
		g_assert_true(gy_usb_layout_find(&config, &layout));
		g_assert_cmpint(layout.control, ==, 0);
		g_assert_cmpint(layout.data, ==, 1);
	}
}

/* ---- which device --------------------------------------------------------------------------------------- */

static void
tells_that_there_is_no_such_device(void)
{
	static const char *const ports[] = {
		"usb:1209:0003", "usb:1209:0001:OTHER", "usb:1d6b:0002", "path:1-2", "path:1-1.1"};
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	guint i;

	for (i = 0; i < G_N_ELEMENTS(ports); i++) {
		g_autoptr(GyTransport) transport = new_port(ports[i]);
		g_autofree char *message = assert_refuses(transport, GY_LINK_ERROR_NO_PORT);

		assert_says(message, ports[i]);
	}
}

static void
lists_the_devices_that_a_name_fits(void)
{
	g_autoptr(UsbMock) one = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	g_autoptr(UsbMock) two = usb_mock_new(USB_MOCK_ACM, 2, "TWO");
	g_autoptr(UsbMock) other = usb_mock_new(USB_MOCK_BULK, 4, "OTHER");
	g_autoptr(GyTransport) any = new_port("usb:1209:0001");
	g_autoptr(GyTransport) by_serial = new_port("usb:1209:1:TWO");
	g_autoptr(GyTransport) by_path = new_port("path:1-1");
	g_autofree char *message = assert_refuses(any, GY_LINK_ERROR_BAD_PORT);

	assert_says(message, "fits 2 devices");
	assert_says(message, "path:1-1 with serial number ONE");
	assert_says(message, "path:1-2 with serial number TWO");
	g_assert_null(strstr(message, "OTHER"));
	assert_opens(by_serial);
	assert_reaches(by_serial, two);
	assert_opens(by_path);
	assert_reaches(by_path, one);
}

static void
finds_the_same_device_again(void)
{
	g_autoptr(UsbMock) one = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	g_autoptr(UsbMock) two = NULL;
	g_autoptr(GyTransport) transport = new_port("usb:1209:0001");

	assert_opens(transport);
	two = usb_mock_new(USB_MOCK_ACM, 2, "TWO");
	gy_transport_close(transport);
	usb_mock_move(one, 4);
	assert_opens(transport);
	assert_reaches(transport, one);
}

/* Without serial numbers only the place tells two devices apart. */
static void
finds_a_nameless_device_at_its_place(void)
{
	g_autoptr(UsbMock) one = usb_mock_new(USB_MOCK_BULK, 1, NULL);
	g_autoptr(UsbMock) two = NULL;
	g_autoptr(GyTransport) transport = new_port("usb:1209:0003");
	g_autofree char *message = NULL;

	assert_opens(transport);
	gy_transport_close(transport);
	two = usb_mock_new(USB_MOCK_BULK, 2, NULL);
	usb_mock_pull(one);
	usb_mock_plug(one);
	assert_opens(transport);
	assert_reaches(transport, one);
	gy_transport_close(transport);
	usb_mock_move(one, 4);
	message = assert_refuses(transport, GY_LINK_ERROR_BAD_PORT);
	assert_says(message, "path:1-4");
}

/* ---- who has it ----------------------------------------------------------------------------------------- */

static void
takes_it_from_the_driver_and_gives_it_back(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	g_autoptr(GyTransport) transport = new_port("usb:1209:0001");

	usb_mock_set_driver(mock, "cdc_acm");
	assert_opens(transport);
	g_assert_cmpuint(usb_mock_state(mock).n_detached, ==, 2);
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 2);
	gy_transport_close(transport);
	g_assert_cmpuint(usb_mock_state(mock).n_detached, ==, 0);
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
}

static void
tells_that_another_program_has_it(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_BULK, 1, "ONE");
	g_autoptr(GyTransport) transport = new_port("usb:1209:0003");
	g_autofree char *message = NULL;

	usb_mock_set_busy(mock);
	message = assert_refuses(transport, GY_LINK_ERROR_BUSY);
	assert_says(message, "1209:0003 at path:1-1 is in use by");
}

/* A tty of the kernel's for the device, which is a terminal in truth. Returns the other end. */
static int
make_tty(UsbMock *mock, const char *tty, int *slave)
{
	g_autofree char *root = usb_mock_root();
	g_autofree char *node = g_strdup_printf("%s/dev/%s", root, tty);
	char name[64];
	struct stat terminal;
	int master;

	g_assert_cmpint(openpty(&master, slave, name, NULL, NULL), ==, 0);
	g_assert_cmpint(fstat(*slave, &terminal), ==, 0);
	usb_mock_add_tty(mock, tty, terminal.st_rdev);
	g_assert_cmpint(g_unlink(node), ==, 0);
	g_assert_cmpint(symlink(name, node), ==, 0);
	return master;
}

static void
does_not_take_a_tty_that_is_open_elsewhere(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	g_autoptr(GyTransport) transport = new_port("usb:1209:0001");
	g_autofree char *message = NULL;
	int slave;
	int master = make_tty(mock, "ttyACM0", &slave);
	int leash[2];
	char byte;
	pid_t child;

	g_assert_cmpint(pipe(leash), ==, 0);
	child = fork();
	if (child == 0) {
		close(leash[1]);
		_exit(read(leash[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(leash[0]);
	close(slave);
	message = assert_refuses(transport, GY_LINK_ERROR_BUSY);
	assert_says(message, "/dev/ttyACM0 is in use by");
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
	close(leash[1]);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	assert_opens(transport);
	assert_reaches(transport, mock);
	close(master);
}

static void
assert_reaches_terminal(GyTransport *transport, int master)
{
	g_autoptr(GError) error = NULL;
	char found[5];

	g_assert_cmpint(gy_transport_write(transport, (const guint8 *) "hello", 5, &error), ==, 5);
	g_assert_no_error(error);
	g_assert_cmpint(read(master, found, sizeof found), ==, 5);
	g_assert_cmpmem(found, 5, "hello", 5);
}

static void
the_ids_of_a_converter_mean_its_tty(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_CONVERTER, 1, "ONE");
	g_autoptr(GyTransport) transport = new_port("usb:1a86:7523");
	int slave;
	int master = make_tty(mock, "ttyUSB3", &slave);

	close(slave);
	assert_opens(transport);
	assert_reaches_terminal(transport, master);
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
	close(master);
}

static void
refuses_a_converter_without_its_driver(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_CONVERTER, 1, "ONE");
	g_autoptr(GyTransport) transport = new_port("path:1-1");
	g_autofree char *message = assert_refuses(transport, GY_LINK_ERROR_OPEN);

	assert_says(message, "1a86:7523 at path:1-1 is a serial converter without a tty");
	assert_says(message, "ch341");
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
}

static void
a_place_prefers_the_tty(void)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	g_autoptr(GyTransport) transport = new_port("path:1-1");
	int slave;
	int master = make_tty(mock, "ttyACM7", &slave);

	close(slave);
	assert_opens(transport);
	assert_reaches_terminal(transport, master);
	g_assert_cmpuint(usb_mock_state(mock).n_claimed, ==, 0);
	gy_transport_close(transport);
	close(master);
	/* plugged in again, and no driver takes it */
	usb_mock_move(mock, 1);
	assert_opens(transport);
	assert_reaches(transport, mock);
}

/* ---- rights --------------------------------------------------------------------------------------------- */

/* In a child without root's rights; hands the sentence back after the code. */
static GyLinkError
open_as_nobody(GyTransport *transport, char *text, gsize size)
{
	int ends[2];
	guint8 code = 0xFF;
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	child = fork();
	if (child == 0) {
		g_autoptr(GError) error = NULL;

		if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
			setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
			!gy_transport_open(transport, 115200, NULL, &error)) {
			code = (guint8) error->code;
			g_strlcpy(text, error->message, size);
		}
		_exit(write(ends[1], &code, 1) == 1 && write(ends[1], text, size) > 0 ? 0 : 1);
	}
	close(ends[1]);
	g_assert_cmpint(read(ends[0], &code, 1), ==, 1);
	g_assert_cmpint(read(ends[0], text, size), ==, (gssize) size);
	close(ends[0]);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	return (GyLinkError) code;
}

static void
tells_the_udev_rule_that_is_missing(void)
{
	g_autoptr(UsbMock) mock = NULL;
	g_autoptr(GyTransport) transport = NULL;
	char text[512] = {0};

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	mock = usb_mock_new(USB_MOCK_BULK, 1, "ONE");
	transport = new_port("usb:1209:0003");
	usb_mock_forbid(mock);
	g_assert_cmpint(open_as_nobody(transport, text, sizeof text), ==, GY_LINK_ERROR_FORBIDDEN);
	assert_says(text, "/etc/udev/rules.d/");
	assert_says(text, "ATTR{idVendor}==\"1209\", ATTR{idProduct}==\"0003\"");
}

void
usb_open_tests_add(void)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(layouts); i++) {
		g_autofree char *path = g_strconcat("/usb/endpoints/", layouts[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), takes_endpoints_from_the_descriptors);
	}
	g_test_add_func(
		"/usb/endpoints/refuses-a-device-of-another-class", refuses_a_device_of_another_class);
	g_test_add_func("/usb/endpoints/reads-no-byte-outside-functional-descriptors",
		reads_no_byte_outside_functional_descriptors);
	g_test_add_func("/usb/device/tells-that-there-is-no-such-device", tells_that_there_is_no_such_device);
	g_test_add_func("/usb/device/lists-the-devices-that-a-name-fits", lists_the_devices_that_a_name_fits);
	g_test_add_func("/usb/device/finds-the-same-device-again", finds_the_same_device_again);
	g_test_add_func(
		"/usb/device/finds-a-nameless-device-at-its-place", finds_a_nameless_device_at_its_place);
	g_test_add_func("/usb/driver/gets-the-device-back", takes_it_from_the_driver_and_gives_it_back);
	g_test_add_func("/usb/busy/tells-that-another-program-has-it", tells_that_another_program_has_it);
	g_test_add_func("/usb/busy/does-not-take-a-tty-that-is-open-elsewhere",
		does_not_take_a_tty_that_is_open_elsewhere);
	g_test_add_func("/usb/tty/the-ids-of-a-converter-mean-its-tty", the_ids_of_a_converter_mean_its_tty);
	g_test_add_func(
		"/usb/tty/refuses-a-converter-without-its-driver", refuses_a_converter_without_its_driver);
	g_test_add_func("/usb/tty/a-place-prefers-the-tty", a_place_prefers_the_tty);
	g_test_add_func(
		"/usb/rights/tells-the-udev-rule-that-is-missing", tells_the_udev_rule_that_is_missing);
}
