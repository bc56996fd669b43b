// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport.h"

/**
 * GyUsbName: which USB device a port's name means.
 * @text: the port as it was given
 * @path: (nullable): where it is plugged in, such as "1-4.2": bus, then the hubs' ports; %NULL: by its ids
 * @serial: (nullable): its serial number, %NULL: any
 */
typedef struct {
	char *text;
	char *path;
	guint16 vendor_id;
	guint16 product_id;
	char *serial;
} GyUsbName;

/** gy_usb_name_parse: `usb:VID:PID[:SERIAL]` or `path:BUS-PORT[.PORT...]`; %GY_LINK_ERROR_BAD_PORT. */
GyUsbName *gy_usb_name_parse(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_usb_name_free(GyUsbName *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyUsbName, gy_usb_name_free)

/** gy_usb_path_text: (transfer full): "1-4.2". */
char *gy_usb_path_text(guint bus, const guint8 *ports, guint n_ports);

/** gy_usb_serial_at: (transfer full) (nullable): the serial number that the kernel has read from the device at @path. */
char *gy_usb_serial_at(const char *path);

#define GY_USB_ANY_INTERFACE (-1)

/**
 * gy_usb_tty_at:
 * @interface: its number, or %GY_USB_ANY_INTERFACE for the lowest that has a tty
 *
 * Returns: (transfer full) (nullable): "/dev/ttyACM0", if a driver of the kernel has made one for the device at @path
 */
char *gy_usb_tty_at(const char *path, int interface);

/** gy_usb_port_new: the registry's line for both kinds of names. */
GyTransport *gy_usb_port_new(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_usb_transport_new: through libusb, whoever drives the device now; takes @name. Not there in a build without USB. */
GyTransport *gy_usb_transport_new(GyUsbName *name);
