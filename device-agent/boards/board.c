/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/board.h"

#include <stddef.h>

const struct gya_partition *
gya_board_partition(const struct gya_board *board, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < board->n_partitions; i++)
		if (board->partitions[i].id == id)
			return &board->partitions[i];
	return NULL;
}

const struct gya_board_image *
gya_board_image(const struct gya_board *board, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < board->n_images; i++)
		if (board->images[i].id == id)
			return &board->images[i];
	return NULL;
}
