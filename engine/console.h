// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyConsole:
 *
 * The device's console on a cable: text both ways, frames left out. It uses the thread-default main context.
 *
 * Signals:
 * - `text` (GBytes *text): the device printed this
 * - `closed` (GError *error): the port went away
 */
#define GY_TYPE_CONSOLE (gy_console_get_type())
G_DECLARE_FINAL_TYPE(GyConsole, gy_console, GY, CONSOLE, GObject)

/** gy_console_open: (transfer full): opens the port now; %NULL with GY_LINK_ERROR_*. @baud 0: 115200. */
GyConsole *gy_console_open(const char *port, guint baud, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_console_send: queues text for the device. */
void gy_console_send(GyConsole *console, const guint8 *bytes, gsize size);

void gy_console_close(GyConsole *console);
