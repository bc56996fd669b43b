// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/board.h"

/**
 * GyBoardRow: a board in the list of devices. Signals:
 * - `flash`: a person wants this board flashed
 * - `identify`: a person wants to know what it is
 */
#define GY_TYPE_BOARD_ROW (gy_board_row_get_type())
G_DECLARE_FINAL_TYPE(GyBoardRow, gy_board_row, GY, BOARD_ROW, GtkListBoxRow)

GtkWidget *gy_board_row_new(GyBoard *board);
GyBoard *gy_board_row_board(GyBoardRow *row);
