// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/terminal.h"

/** GyConsoleControls: what a terminal's cable has beside text: buttons for DTR, RTS and a break. */
#define GY_TYPE_CONSOLE_CONTROLS (gy_console_controls_get_type())
G_DECLARE_FINAL_TYPE(GyConsoleControls, gy_console_controls, GY, CONSOLE_CONTROLS, GtkBox)

/** gy_console_controls_set_terminal: once; it is followed from then on. */
void gy_console_controls_set_terminal(GyConsoleControls *controls, GyTerminal *terminal);
