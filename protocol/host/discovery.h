// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyPort: one port of this computer; texts are "" where nothing is known.
 * @path: what gy_transport_new() takes
 * @description: for people
 * @vendor_id, @product_id: USB ids, -1 if it is no USB port
 * @serial_number: of the adapter
 * @usb_path: where it is plugged in, such as "1-4.2"
 * @driver: of the kernel
 * @can_open: whether this user may open it
 * @holder: program and pid that holds it
 */
typedef struct {
	char *path;
	char *description;
	int vendor_id;
	int product_id;
	char *serial_number;
	char *usb_path;
	char *driver;
	gboolean can_open;
	char *holder;
} GyPort;

void gy_port_free(GyPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPort, gy_port_free)

/**
 * gy_ports_list:
 *
 * Lists serial ports that have hardware behind them, by path. Opens none of them.
 *
 * Returns: (transfer full) (element-type GyPort): the ports there are now
 */
GPtrArray *gy_ports_list(void);

/** gy_port_holder: (transfer full): "program (pid N)" of a process that has the file at @path open, "" if none is
 * seen; one of another user's is not seen without privileges. */
char *gy_port_holder(const char *path);
