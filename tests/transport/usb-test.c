// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/conformance.h"
#include "tests/transport/usb-bench.h"

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	usb_mock_begin();
	conformance_add("usb-acm", BENCH_USB_ACM);
	conformance_add("usb-bulk", BENCH_USB_BULK);
	conformance_add("usb-path", BENCH_USB_PATH);
	usb_open_tests_add();
	usb_byte_tests_add();
	result = g_test_run();
	usb_mock_end();
	return result;
}
