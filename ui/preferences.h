// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

/** GyPreferences: the few choices that belong to no recipe. */
#define GY_TYPE_PREFERENCES (gy_preferences_get_type())
G_DECLARE_FINAL_TYPE(GyPreferences, gy_preferences, GY, PREFERENCES, AdwPreferencesWindow)

GtkWindow *gy_preferences_new(GtkWindow *parent, GSettings *settings);
