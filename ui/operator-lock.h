// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/factory.h"

/**
 * GyLocked: what there is to lock.
 * @window: with the actions
 * @leaflet: of @sidebar and @pages
 * @menu: of the sidebar, that a key opens
 * @pages: of which one is called "factory"
 */
typedef struct {
	GtkApplicationWindow *window;
	AdwLeaflet *leaflet;
	GtkWidget *sidebar;
	GtkMenuButton *menu;
	GtkStack *pages;
} GyLocked;

/**
 * gy_operator_lock_attach: while @factory is locked, nothing but its place is left of the window: no other place, no action, no
 * menu, no dialog. The lock goes with the window.
 */
void gy_operator_lock_attach(const GyLocked *locked, GyFactory *factory);
