// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/transport/bench.h"
#include "tests/transport/usb-mock.h"

/* bench.h for USB devices. */

enum { BENCH_USB_ACM = BENCH_N_KINDS, BENCH_USB_BULK, BENCH_USB_PATH };

typedef struct {
	Bench parent;
	UsbMock *mock;
} UsbBench;

/* usb-open-tests.c, usb-byte-tests.c */
void usb_open_tests_add(void);
void usb_byte_tests_add(void);
