// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** GyConsoleAction: what a key means. */
typedef enum {
	GY_CONSOLE_SEND, /* it goes to the device */
	GY_CONSOLE_MENU, /* the next one is for us */
	GY_CONSOLE_QUIT,
	GY_CONSOLE_BREAK,
	GY_CONSOLE_TOGGLE_DTR,
	GY_CONSOLE_TOGGLE_RTS,
	GY_CONSOLE_HEX,
	GY_CONSOLE_TIMESTAMPS,
	GY_CONSOLE_HELP,
	GY_CONSOLE_UNKNOWN,
} GyConsoleAction;

/**
 * GyConsoleKeys: Ctrl-] begins a command of one key; twice, it goes to the device itself.
 */
typedef struct {
	gboolean in_menu;
} GyConsoleKeys;

GyConsoleAction gy_console_keys_press(GyConsoleKeys *keys, guint8 key);

/** gy_console_keys_help: the menu, one line for each key. */
const char *gy_console_keys_help(void);
