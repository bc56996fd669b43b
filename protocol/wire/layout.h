/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_LAYOUT_H
#define GYW_LAYOUT_H

#include "protocol/wire/message.h"

/*
 * The fixed parts of bodies, by the type of their message; one table serves both ends and both directions. What
 * follows the fixed part (bytes, ranges, TLVs) is its writer's and reader's. Types that are not in the table of
 * layout.c must not be asked for.
 */

/* INFO's tags whose value is a struct stand in the same table, as this and the tag. */
#define GYW_LAYOUT_TAG     0x60u

#define GYW_BEGIN_FIXED    44u
#define GYW_MANIFEST_FIXED 8u
#define GYW_DATA_FIXED     4u

/* INFO's fixed part, as struct gyw_info begins, for a device that has no room for the whole. */
struct gyw_info_head {
	uint8_t nonce[GYW_NONCE_SIZE];
	uint8_t protocol;
	uint8_t protocol_max;
	uint32_t capabilities;
	uint16_t mtu;
	uint32_t window;
	uint32_t storage_size;
	uint32_t uptime_ms;
	uint16_t last_session;
	uint8_t reset_cause;
	uint32_t boot_baud;
};

void gyw_write_body(struct gyw_writer *w, uint32_t type, const void *from);
/* Returns false, and leaves `to` as it is, if the body is too short. */
bool gyw_read_body(uint32_t type, void *to, const uint8_t *body, uint32_t size);

/* A TLV with the struct that belongs to the tag; the writer fails if it does not fit whole. */
void gyw_write_tlv_struct(struct gyw_writer *w, uint8_t tag, const void *from);
bool gyw_read_tlv_struct(struct gyw_reader *value, uint8_t tag, void *to);

#endif
