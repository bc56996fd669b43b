// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/transport/transport.h"
#include "tests/transport/usb-mock.h"

/* What the names of USB devices mean in a build without libusb. */

static char *
refusal_of(const char *port, GyLinkError code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyTransport) transport = gy_transport_new(port, &error);

	g_assert_no_error(error);
	g_assert_false(gy_transport_open(transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, (gint) code);
	return g_strdup(error->message);
}

static void
a_device_without_a_tty_needs_another_build(gconstpointer port)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	g_autofree char *message = refusal_of(port, GY_LINK_ERROR_OPEN);

	g_assert_nonnull(strstr(message, port));
	g_assert_nonnull(strstr(message, "built without USB"));
}

/* The file is no terminal, which is as far as it can get here. */
static void
a_device_with_a_tty_is_the_tty(gconstpointer port)
{
	g_autoptr(UsbMock) mock = usb_mock_new(USB_MOCK_ACM, 1, "ONE");
	/* umockdev knows a name of a tty once only */
	const char *tty = g_str_has_prefix(port, "path:") ? "ttyACM4" : "ttyACM5";
	g_autofree char *message = NULL;

	usb_mock_add_tty(mock, tty, 0);
	message = refusal_of(port, GY_LINK_ERROR_BAD_PORT);
	g_assert_nonnull(strstr(message, tty));
}

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	usb_mock_begin();
	g_test_add_data_func(
		"/no-usb/ids/need-a-tty", "usb:1209:0001", a_device_without_a_tty_needs_another_build);
	g_test_add_data_func(
		"/no-usb/place/needs-a-tty", "path:1-1", a_device_without_a_tty_needs_another_build);
	g_test_add_data_func("/no-usb/ids/mean-the-tty", "usb:1209:0001:ONE", a_device_with_a_tty_is_the_tty);
	g_test_add_data_func("/no-usb/place/means-the-tty", "path:1-1", a_device_with_a_tty_is_the_tty);
	result = g_test_run();
	usb_mock_end();
	return result;
}
