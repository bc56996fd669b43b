// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/factory.h"

/**
 * GyPinPanel:
 *
 * A line of the factory page that asks for the supervisor's PIN. No dialog: a locked station has none. Signal `closed`: it is of no use any more.
 */
#define GY_TYPE_PIN_PANEL (gy_pin_panel_get_type())
G_DECLARE_FINAL_TYPE(GyPinPanel, gy_pin_panel, GY, PIN_PANEL, GtkBox)

/**
 * GyPinReason: what a PIN is asked for.
 * @GY_PIN_TO_LOCK: a new one is chosen, which will unlock the station
 * @GY_PIN_TO_UNLOCK: the station
 * @GY_PIN_TO_DECIDE: on serial numbers in doubt; the station stays locked
 */
typedef enum { GY_PIN_TO_LOCK, GY_PIN_TO_UNLOCK, GY_PIN_TO_DECIDE } GyPinReason;

void gy_pin_panel_ask(GyPinPanel *panel, GyFactory *factory, GyPinReason reason);

/** gy_pin_panel_clear: nothing that was typed is left. */
void gy_pin_panel_clear(GyPinPanel *panel);
