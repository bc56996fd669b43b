// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * GyPresence:
 *
 * Whether something is plugged in at ports: a USB path, a name, a tty, a socket. It opens none of them. A port server and a
 * Bluetooth device are taken for present, since nothing tells.
 *
 * Signals, on the thread-default main context of the thread that made it:
 * - `changed`: something may have come or gone: look again
 */
#define GY_TYPE_PRESENCE (gy_presence_get_type())
G_DECLARE_FINAL_TYPE(GyPresence, gy_presence, GY, PRESENCE, GObject)

GyPresence *gy_presence_new(void);

/** gy_presence_add: @port: see gy_port_resolve(). What tells of it is watched from now on. */
void gy_presence_add(GyPresence *presence, const char *port);

/**
 * gy_presence_look:
 * @ports: ended by %NULL
 * @present: (out): one for each of @ports
 *
 * Looks at all of them at once.
 */
void gy_presence_look(GyPresence *presence, const char *const *ports, gboolean *present);
