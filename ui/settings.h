// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#define GY_APPLICATION_ID "io.github.gantryfw.Gantry"

/**
 * gy_settings_new:
 *
 * Returns: (transfer full) (nullable): what the app remembers; %NULL if its schema is neither installed nor in the folder
 *   that the program was built in
 */
GSettings *gy_settings_new(void);

/** gy_settings_locale_folder: (transfer full): where translations are: beside the program it was built with, or installed. */
char *gy_settings_locale_folder(void);
