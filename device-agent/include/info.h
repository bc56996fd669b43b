/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_INFO_H
#define GYA_INFO_H

#include "device-agent/include/board.h"
#include "device-agent/include/info-tag.h"
#include "protocol/wire/message.h"

#define GYA_INFO_MOST (10 + GYW_MAX_IMAGES)

/*
 * A port's list of INFO's tags, put together once at boot. A port that knows all of it when it is built may have a constant
 * list instead. Zeroed, it is empty; `tags` is what struct gya_port wants.
 */
struct gya_info {
	struct gya_info_tag tags[GYA_INFO_MOST + 1];
	uint32_t n;
	struct gyw_info_image images[GYW_MAX_IMAGES];
};

/* `value` stays the caller's, as it stands on the line. What is one tag too many is left out. */
void gya_info_add(struct gya_info *info, uint8_t tag, const void *value, uint32_t size);
/* A text; what is over `most` bytes of it is left out. */
void gya_info_add_text(struct gya_info *info, uint8_t tag, const char *text, uint32_t most);
/* Worst times, images with their partitions' sizes, chip and name. */
void gya_info_add_board(struct gya_info *info, const struct gya_board *board);

#endif
