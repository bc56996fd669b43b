// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/factory.h"

/**
 * GyPinPanel:
 *
 * A line of the factory page that asks for the supervisor's PIN: to unlock the station, or to choose one before it is locked for
 * the first time. No dialog: a locked station has none. Signal `closed`: it is of no use any more.
 */
#define GY_TYPE_PIN_PANEL (gy_pin_panel_get_type())
G_DECLARE_FINAL_TYPE(GyPinPanel, gy_pin_panel, GY, PIN_PANEL, GtkBox)

/** gy_pin_panel_ask: what has to be asked is the factory's to say. */
void gy_pin_panel_ask(GyPinPanel *panel, GyFactory *factory);

/** gy_pin_panel_clear: nothing that was typed is left. */
void gy_pin_panel_clear(GyPinPanel *panel);
