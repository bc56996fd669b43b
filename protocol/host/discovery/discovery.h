// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "protocol/host/discovery/port-holder.h"

/**
 * GyPortKind:
 * @GY_PORT_TTY: a serial port of the kernel
 * @GY_PORT_USB: a USB device without one, with an interface that can carry an agent's bytes
 * @GY_PORT_BLUETOOTH: a paired device
 */
typedef enum { GY_PORT_TTY, GY_PORT_USB, GY_PORT_BLUETOOTH } GyPortKind;

/**
 * GyPort: one port of this computer; texts are "" where nothing is known.
 * @kind: what it is
 * @path: what gy_transport_new() takes
 * @description: for people
 * @vendor_id, @product_id: USB ids, -1 if it is no USB port
 * @serial_number: of the adapter
 * @usb_path: where it is plugged in, such as "1-4.2"
 * @usb_number: of the device on its bus, another one each time it is plugged in; -1 if it is no USB port
 * @driver: of the kernel
 * @can_open: whether this user may open it
 * @holder: program and pid that holds it
 * @place: tells it from all other ports by where it is, whatever is plugged in there: "1-4.2"; "1-4.2:1.2" for a USB
 *   device's further ports; the kernel's device path, or "bt:ADDRESS"
 */
typedef struct {
	GyPortKind kind;
	char *path;
	char *description;
	int vendor_id;
	int product_id;
	char *serial_number;
	char *usb_path;
	int usb_number;
	char *driver;
	gboolean can_open;
	char *holder;
	char *place;
} GyPort;

/** gy_port_new: (transfer full): one of which nothing but its path is known. */
GyPort *gy_port_new(GyPortKind kind, const char *path);
void gy_port_free(GyPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPort, gy_port_free)

/** gy_port_compare: sorts by path, numbers in it by their value. */
int gy_port_compare(const GyPort *a, const GyPort *b);

/**
 * gy_ports_find:
 *
 * Lists serial ports that have hardware behind them and USB devices that could carry an agent, by path, as the kernel
 * tells of them. Opens none of them. @holder is left empty.
 *
 * Returns: (transfer full) (element-type GyPort): the ports there are now
 */
GPtrArray *gy_ports_find(void);

/** gy_ports_find_holders: sets @holder of each of @ports. */
void gy_ports_find_holders(GPtrArray *ports);

/** gy_ports_list: (transfer full) (element-type GyPort): both. */
GPtrArray *gy_ports_list(void);
