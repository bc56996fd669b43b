// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "protocol/host/discovery/discovery.h"

/**
 * GyDevice:
 *
 * A port of this computer, for lists and views. Its properties are those of GyPort: `path`, `description`, `vendor-id`,
 * `product-id`, `serial-number`, `usb-path`, `driver`, `can-open`, `holder`, `place` and `kind` (the words tty, usb and
 * bluetooth); `name` is the one of our own, "" if it has none. They are read only and notify.
 */
#define GY_TYPE_DEVICE (gy_device_get_type())
G_DECLARE_FINAL_TYPE(GyDevice, gy_device, GY, DEVICE, GObject)

/** gy_device_port: all but the name; valid until the main context runs. */
const GyPort *gy_device_port(GyDevice *device);
const char *gy_device_name(GyDevice *device);
const char *gy_device_kind(GyDevice *device);

/**
 * GyDevices:
 *
 * A GListModel of GyDevice: the ports there are now, by path, and it changes as they are plugged in and out. It belongs
 * to the thread-default main context of the thread that made it. Nothing is opened, and nothing is asked again and
 * again: the kernel tells by way of udev. Paired Bluetooth devices appear once the service has told of them. Who holds a
 * port is looked up when it appears and by gy_devices_refresh(), since nobody tells of it.
 */
#define GY_TYPE_DEVICES (gy_devices_get_type())
G_DECLARE_FINAL_TYPE(GyDevices, gy_devices, GY, DEVICES, GObject)

/** gy_devices_new: (transfer full): holds the ports of the kernel already. */
GyDevices *gy_devices_new(void);

/** gy_devices_refresh: looks at everything again: holders, permissions, names, Bluetooth. */
void gy_devices_refresh(GyDevices *devices);

/**
 * gy_devices_list:
 *
 * Lists the ports there are now, Bluetooth too, for which it waits for the service. Opens none of them.
 *
 * Returns: (transfer full) (element-type GyDevice): the ports
 */
GPtrArray *gy_devices_list(void);
