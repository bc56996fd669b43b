// SPDX-License-Identifier: Apache-2.0
#include "app/console-keys.h"

#define KEY_MENU 0x1d /* Ctrl-] */

GyConsoleAction
gy_console_keys_press(GyConsoleKeys *keys, guint8 key)
{
	if (!keys->in_menu) {
		keys->in_menu = key == KEY_MENU;
		return keys->in_menu ? GY_CONSOLE_MENU : GY_CONSOLE_SEND;
	}
	keys->in_menu = FALSE;
	switch (key) {
	case KEY_MENU: return GY_CONSOLE_SEND;
	case 'q': return GY_CONSOLE_QUIT;
	case 'b': return GY_CONSOLE_BREAK;
	case 'd': return GY_CONSOLE_TOGGLE_DTR;
	case 'r': return GY_CONSOLE_TOGGLE_RTS;
	case 'h': return GY_CONSOLE_HEX;
	case 't': return GY_CONSOLE_TIMESTAMPS;
	case '?': return GY_CONSOLE_HELP;
	default: return GY_CONSOLE_UNKNOWN;
	}
}

const char *
gy_console_keys_help(void)
{
	return "Ctrl-] q  leave\n"
	       "Ctrl-] b  send a break\n"
	       "Ctrl-] d  DTR on or off\n"
	       "Ctrl-] r  RTS on or off\n"
	       "Ctrl-] h  hexadecimal view on or off\n"
	       "Ctrl-] t  timestamps on or off\n"
	       "Ctrl-] ?  this list\n"
	       "Ctrl-] Ctrl-]  send Ctrl-]";
}
