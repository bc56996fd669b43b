// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <glib.h>

/*
 * A computer with USB devices that do not exist: sysfs and udev by umockdev, usbfs by this file. Devices are
 * written to and read from by the test's thread; libusb is answered in a thread of umockdev's.
 */

typedef enum {
	USB_MOCK_ACM,      /* control 0, data 1, endpoints 02 and 83 */
	USB_MOCK_ACM_BARE, /* no functional descriptors; data has a setting 0 without endpoints */
	USB_MOCK_BULK,     /* a vendor's interface 0, endpoints 01 and 81 */
	USB_MOCK_COMPOSITE, /* HID, a vendor's interface with three bulk endpoints, and 2 with endpoints 05 and 86 */
	USB_MOCK_DISK,      /* mass storage only */
	USB_MOCK_CONVERTER, /* as USB_MOCK_BULK, but with the ids of a CH340 */
	USB_MOCK_BROKEN,    /* ACM whose functional descriptor claims to be longer than it is */
} UsbMockKind;

typedef struct _UsbMock UsbMock;

/* The computer without devices; before libusb's first use. */
void usb_mock_begin(void);
void usb_mock_end(void);

/* Plugged in at bus 1, port @port; product 1 + @kind of vendor 1209. */
UsbMock *usb_mock_new(UsbMockKind kind, guint port, const char *serial);
void usb_mock_free(UsbMock *mock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UsbMock, usb_mock_free)
void usb_mock_pull(UsbMock *mock);
/* At the same port again, with the next device number. */
void usb_mock_plug(UsbMock *mock);
void usb_mock_move(UsbMock *mock, guint port);
/* udev tells that it has gone, its transfers do not. */
void usb_mock_vanish(UsbMock *mock);

/* The device's end of the bulk endpoints. */
void usb_mock_send(UsbMock *mock, const guint8 *bytes, gsize size);
/* Ends what is sent now with an empty packet. */
void usb_mock_send_empty(UsbMock *mock);
/* What the host has handed over, at most @size of it. */
gsize usb_mock_receive(UsbMock *mock, guint8 *bytes, gsize size);

/* The next so many transfers of the endpoint with bit 7 as in @endpoint fail so; a negative errno as in usbfs. */
void usb_mock_fail(UsbMock *mock, guint8 endpoint, int status, guint n);
/* The next OUT transfer moves so many bytes and stalls. */
void usb_mock_stall_after(UsbMock *mock, gsize size);
/* The device answers no request of its class. */
void usb_mock_stall_control(UsbMock *mock);

typedef struct {
	guint8 line_coding[7];
	int line_state;   /* -1: never set */
	guint breaking;   /* milliseconds, as asked for */
	guint n_claimed;  /* interfaces that usbfs has now */
	guint n_detached; /* interfaces whose driver is away now */
	guint n_reading;  /* IN transfers that wait */
	guint n_empty;    /* OUT transfers that asked for an empty packet at their end */
	guint n_halts_cleared;
	guint setting; /* of the interface that was set last */
	guint8 out;    /* endpoint addresses that were used */
	guint8 in;
} UsbMockState;

UsbMockState usb_mock_state(UsbMock *mock);
/* A driver of the kernel has all interfaces. */
void usb_mock_set_driver(UsbMock *mock, const char *driver);
/* Another program has claimed them. */
void usb_mock_set_busy(UsbMock *mock);
/* A tty of the kernel at interface 0: "ttyACM0"; its device's number. */
void usb_mock_add_tty(UsbMock *mock, const char *tty, dev_t device);
/* Other users may look at this computer, and not open the device. */
void usb_mock_forbid(UsbMock *mock);
/* Where the node is for programs outside: "/dev/ttyACM0" is below it. */
char *usb_mock_root(void);
