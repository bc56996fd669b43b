// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

/** GyBackButton: leads from a place back to the sidebar; there only while the window is too narrow for both. */
#define GY_TYPE_BACK_BUTTON (gy_back_button_get_type())
G_DECLARE_FINAL_TYPE(GyBackButton, gy_back_button, GY, BACK_BUTTON, AdwBin)
