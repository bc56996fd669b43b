// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/factory.h"

/**
 * gy_operator_lock_attach: while @factory is locked, nothing but its place is left of the window: no other place, no action, no
 * dialog.
 * @window: with the actions
 * @leaflet: of @sidebar and @pages
 * @pages: of which one is called "factory"
 */
void gy_operator_lock_attach(GtkApplicationWindow *window, AdwLeaflet *leaflet, GtkWidget *sidebar,
	GtkStack *pages, GyFactory *factory);
