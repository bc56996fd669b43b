/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/info.h"

__extension__ _Static_assert(
	offsetof(struct gya_board, install_ms) == offsetof(struct gya_board, prepare_ms) + 12,
	"the worst times stand in the order of GYW_INFO_TIMES");

void
gya_info_add(struct gya_info *info, uint8_t tag, const void *value, uint32_t size)
{
	struct gya_info_tag *at = &info->tags[info->n];

	if (info->n == GYA_INFO_MOST || size > UINT8_MAX)
		return;
	info->n++;
	at->tag = tag;
	at->size = (uint8_t) size;
	at->value = value;
}

void
gya_info_add_text(struct gya_info *info, uint8_t tag, const char *text, uint32_t most)
{
	uint32_t size = 0;

	while (size < most && text[size])
		size++;
	gya_info_add(info, tag, text, size);
}

static void
add_images(struct gya_info *info, const struct gya_board *board)
{
	uint32_t n = board->n_images < GYW_MAX_IMAGES ? board->n_images : GYW_MAX_IMAGES;
	uint32_t i;

	for (i = 0; i < n; i++) {
		const struct gya_board_image *image = &board->images[i];
		const struct gya_partition *partition = gya_board_partition(board, image->partition);
		struct gyw_info_image *about = &info->images[i];

		about->id = image->id;
		about->partition = image->partition;
		about->size = partition ? partition->size : 0;
		about->lowest_version = 0;
		gya_info_add(info, GYW_INFO_IMAGE, about, sizeof *about);
	}
}

void
gya_info_add_board(struct gya_info *info, const struct gya_board *board)
{
	gya_info_add(info, GYW_INFO_TIMES, &board->prepare_ms, GYW_N_TIMES * 4u);
	add_images(info, board);
	gya_info_add_text(info, GYW_INFO_CHIP, board->chip, GYW_MAX_TEXT);
	gya_info_add_text(info, GYW_INFO_BOARD, board->name, GYW_MAX_TEXT);
}
