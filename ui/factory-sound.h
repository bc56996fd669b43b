// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/** gy_factory_sound: the display's bell: once for something good, twice for something bad; nothing where there is none. */
void gy_factory_sound(GtkWidget *widget, gboolean is_good);
