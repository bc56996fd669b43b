// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/flash.h"

/**
 * GyFlashView:
 *
 * One job: its stages, bar, rate and result. Signals:
 * - `again`: a person wants this board flashed once more
 */
#define GY_TYPE_FLASH_VIEW (gy_flash_view_get_type())
G_DECLARE_FINAL_TYPE(GyFlashView, gy_flash_view, GY, FLASH_VIEW, AdwBin)

GtkWidget *gy_flash_view_new(GyFlash *flash);
GyFlash *gy_flash_view_flash(GyFlashView *view);

/** gy_flash_view_set_compact: only what tells one job from others, for several at once. */
void gy_flash_view_set_compact(GyFlashView *view, gboolean is_compact);
void gy_flash_view_set_details(GyFlashView *view, gboolean are_shown);
void gy_flash_view_copy(GyFlashView *view);
