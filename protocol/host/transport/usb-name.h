// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

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

/* ---- usb-find.c: what the kernel knows, from sysfs ------------------------------------------------------ */

/**
 * GyUsbPlace: one device that is plugged in.
 * @path: where, such as "1-4.2"
 * @serial: (nullable)
 */
typedef struct {
	char *path;
	char *serial;
} GyUsbPlace;

void gy_usb_place_free(GyUsbPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyUsbPlace, gy_usb_place_free)

/**
 * gy_usb_find:
 * @known: (nullable): what was found before; decides between several devices that fit
 *
 * Returns: (transfer full): the device that @name means; %NULL with %GY_LINK_ERROR_NO_PORT, or %GY_LINK_ERROR_BAD_PORT
 *   where several fit, which are listed
 */
GyUsbPlace *gy_usb_find(
	const GyUsbName *name, const GyUsbPlace *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define GY_USB_ANY_INTERFACE (-1)

/**
 * gy_usb_tty_at:
 * @interface: its number, or %GY_USB_ANY_INTERFACE for the lowest that has a tty
 *
 * Returns: (transfer full) (nullable): "/dev/ttyACM0", if a driver of the kernel has made one for the device at @path
 */
char *gy_usb_tty_at(const char *path, int interface);

/* ---- the transports ------------------------------------------------------------------------------------- */

/** gy_usb_port_new: for both kinds of names; finds out at each opening what is there. */
GyTransport *gy_usb_port_new(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_usb_transport_new: the device at @path through libusb, whoever drives it now. Not in a build without USB. */
GyTransport *gy_usb_transport_new(const char *path);
