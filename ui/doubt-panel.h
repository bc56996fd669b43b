// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/factory.h"

/**
 * GyDoubtPanel:
 *
 * A box of the factory page, there as long as a run that was cut off has left serial numbers in doubt: says how many, and lets
 * a person who has looked at the boards decide on each. Signal `ask`: the supervisor's PIN is needed first; then call
 * gy_doubt_panel_open(). Signal `decided`: something was done, or the list was closed.
 */
#define GY_TYPE_DOUBT_PANEL (gy_doubt_panel_get_type())
G_DECLARE_FINAL_TYPE(GyDoubtPanel, gy_doubt_panel, GY, DOUBT_PANEL, GtkBox)

/** gy_doubt_panel_show: looks at the doubts of @factory; hides itself when there are none. */
void gy_doubt_panel_show(GyDoubtPanel *panel, GyFactory *factory);

/** gy_doubt_panel_open: shows the list, if the factory lets somebody decide now. */
void gy_doubt_panel_open(GyDoubtPanel *panel);

/** gy_doubt_panel_close: back to one line. Returns: whether the list was open */
gboolean gy_doubt_panel_close(GyDoubtPanel *panel);
