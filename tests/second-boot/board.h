// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/wire/message.h"
#include "tests/second-boot/loader.h"

/*
 * A board on a pseudo-terminal, in real time: the second boot loader, and once that has started the application an agent that
 * answers HELLO, if there is one.
 */
typedef struct _Board Board;

/* Reset once the host sends something. @agent: (nullable): what it says of itself. */
Board *board_new(LoaderGeneration generation, const struct gyw_info *agent);
void board_free(Board *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Board, board_free)

/* Before anything is asked of it. */
void board_lose_ack(Board *board, guint block);

const char *board_path(const Board *board);
/* Waits until the loader takes data, at most ten seconds. */
gboolean board_wait_for_data(Board *board);
/* A copy of what the flash holds there. */
GBytes *board_flash(Board *board, guint32 address, gsize size);
