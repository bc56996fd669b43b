// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/bench.h"

/** gy_board_details_new: everything that is known of a board, with its name and whether its port is trusted. */
GtkWindow *gy_board_details_new(GtkWindow *parent, GyBoard *board, GyBench *bench, GSettings *settings);
