// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/stages.h"

/** GyStageStrip: the seven stages side by side, a mark below each, and the time of those that are done. */
#define GY_TYPE_STAGE_STRIP (gy_stage_strip_get_type())
G_DECLARE_FINAL_TYPE(GyStageStrip, gy_stage_strip, GY, STAGE_STRIP, GtkBox)

void gy_stage_strip_set(GyStageStrip *strip, const GyStages *stages);
