/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_INFO_TAG_H
#define GYA_INFO_TAG_H

#include <stdint.h>

/*
 * What a device says of itself in INFO beyond the words, as data: tag (enum gyw_info_tag), size and value as it stands on
 * the line, which on a little-endian device is how it stands in memory. A list ends with tag 0. Ports and backends have
 * one each; in every list what matters most comes first, since what does not fit the frame is left out.
 */
struct gya_info_tag {
	uint8_t tag;
	uint8_t size;
	const void *value;
};

#define GYA_INFO_TEXT(tag, text)                                                                             \
	{                                                                                                    \
		(tag), sizeof(text) - 1, (text)                                                              \
	}
#define GYA_INFO_VALUE(tag, value)                                                                           \
	{                                                                                                    \
		(tag), sizeof(value), &(value)                                                               \
	}

#endif
