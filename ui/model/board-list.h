// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/board.h"

/**
 * GyBoardList:
 *
 * A GListModel of GyBoard: the ports of this computer and the simulated boards, in the order of where they are plugged
 * in. One that a job works with stays when it is unplugged, and is the same object when it is back.
 */
#define GY_TYPE_BOARD_LIST (gy_board_list_get_type())
G_DECLARE_FINAL_TYPE(GyBoardList, gy_board_list, GY, BOARD_LIST, GObject)

/** gy_board_list_new: (transfer full): @devices is a GListModel of GyDevice. */
GyBoardList *gy_board_list_new(GListModel *devices);

/** gy_board_list_add_simulated: (transfer none): the board of a child process; it goes when that ends. */
GyBoard *gy_board_list_add_simulated(GyBoardList *list, GySimulatedBoard *simulated);
void gy_board_list_remove_simulated(GyBoardList *list, GyBoard *board);

/** gy_board_list_settle: removes what was only kept for a job. */
void gy_board_list_settle(GyBoardList *list);
