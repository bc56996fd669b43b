/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/record.h"

#include <stddef.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/mem.h"

#define CRC_SIZE       2u
#define DIFF_3_X       0xB44Bu /* the flag of a difference */
#define NO             (-1)
#define SIZE_BOOT_1_0  33u
#define SIZE_BOOT_2_1  37u
#define SIZE_3_X       708u
#define STATES_AT_1_0  49u /* of a patch record: behind what has a fixed place */
#define STATES_AT_2_1  53u
#define VERSIONS_1_0   128u /* two texts behind the places of the difference's parts, which nobody reads */
#define MEMBER(member) offsetof(struct alios_record, member), sizeof(((struct alios_record *) 0)->member)

/* The structures that a field may stand in; those of 3.x are one. */
enum layout { BOOT_1_0, BOOT_2_1, PATCH_1_0, PATCH_2_1, BOTH_3_X, LAYOUTS };

/* What has a fixed place (spec: 2.4), by where it is in the structure, its bytes there, and its bytes in flash. */
static const struct field {
	uint8_t member;
	uint8_t member_size;
	uint8_t size;
	int16_t at[LAYOUTS];
} fields[] = {
	{MEMBER(dst_adr), 4, {0, 0, 0, 0, 0}},
	{MEMBER(src_adr), 4, {4, 4, 4, 4, 4}},
	{MEMBER(len), 4, {8, 8, 8, 8, 8}},
	{MEMBER(crc), 2, {12, 12, 12, 12, 12}},
	{MEMBER(upg_flag), 4, {14, 14, 14, 14, NO}},
	{MEMBER(upg_flag), 2, {NO, NO, NO, NO, 14}},
	{MEMBER(boot_count), 1, {18, 18, 18, 18, 16}},
	{MEMBER(rec_size), 4, {NO, 19, NO, 19, NO}},
	{MEMBER(splict_size), 4, {19, 23, 19, 23, NO}},
	{MEMBER(off_bp), 4, {23, 27, NO, NO, NO}},
	{MEMBER(res_type), 4, {27, 31, NO, NO, NO}},
	{MEMBER(recovery_phase), 2, {NO, NO, 23, 27, NO}},
	{MEMBER(seekpos), 4, {NO, NO, 25, 29, 676}},
	{MEMBER(patched_size), 4, {NO, NO, 29, 33, 680}},
	{MEMBER(pending_size), 4, {NO, NO, 33, 37, NO}},
	{MEMBER(status), 2, {NO, NO, 37, 41, 674}},
	{MEMBER(diff), 1, {NO, NO, 39, 43, NO}},
	{MEMBER(num), 2, {NO, NO, 40, 44, 672}},
	{MEMBER(swap_addr), 2, {NO, NO, 42, 46, NO}},
	{MEMBER(swaped_idx), 2, {NO, NO, 44, 48, NO}},
	{MEMBER(swaped_state), 2, {NO, NO, 46, 50, NO}},
	{MEMBER(patch_index), 1, {NO, NO, 48, 52, NO}},
};

static enum layout
layout_of(const struct gya_alios_board *board, bool is_patch)
{
	switch (board->generation) {
	case GYA_ALIOS_1_0: return is_patch ? PATCH_1_0 : BOOT_1_0;
	case GYA_ALIOS_2_1: return is_patch ? PATCH_2_1 : BOOT_2_1;
	case GYA_ALIOS_3_X: break;
	}
	return BOTH_3_X;
}

static uint32_t
states_at(enum layout layout)
{
	return layout == PATCH_1_0 ? STATES_AT_1_0 : STATES_AT_2_1;
}

uint32_t
alios_record_size(const struct gya_alios_board *board, bool is_patch)
{
	uint32_t lists = board->n_slices + 2 * board->n_parts;

	switch (layout_of(board, is_patch)) {
	case BOOT_1_0: return SIZE_BOOT_1_0;
	case BOOT_2_1: return SIZE_BOOT_2_1;
	case PATCH_1_0: return STATES_AT_1_0 + lists + VERSIONS_1_0 + CRC_SIZE;
	case PATCH_2_1: return STATES_AT_2_1 + lists + CRC_SIZE;
	case BOTH_3_X:
	case LAYOUTS: break;
	}
	return SIZE_3_X;
}

uint32_t
alios_record_diff_size(const struct gya_alios_board *board, const struct alios_record *record)
{
	return board->generation == GYA_ALIOS_2_1 ? record->rec_size : record->len;
}

/* Of 1, 2 or 4 bytes, as the processor has it. */
static uint32_t
get_member(const uint8_t *at, uint32_t size)
{
	uint16_t half;
	uint32_t word;

	if (size == 1)
		return *at;
	if (size == 2) {
		memcpy(&half, at, sizeof half);
		return half;
	}
	memcpy(&word, at, sizeof word);
	return word;
}

static void
set_member(uint8_t *at, uint32_t size, uint32_t value)
{
	uint16_t half = (uint16_t) value;

	if (size == 1)
		*at = (uint8_t) value;
	else if (size == 2)
		memcpy(at, &half, sizeof half);
	else
		memcpy(at, &value, sizeof value);
}

static void
put_le(uint8_t *at, uint32_t size, uint32_t value)
{
	for (; size > 0; size--, value >>= 8)
		*at++ = (uint8_t) value;
}

static uint32_t
get_le(const uint8_t *at, uint32_t size)
{
	uint32_t value = 0;

	while (size-- > 0)
		value = value << 8 | at[size];
	return value;
}

static bool
has_lists(enum layout layout)
{
	return layout == PATCH_1_0 || layout == PATCH_2_1;
}

void
alios_record_encode(const struct gya_alios_board *board, const struct alios_record *record, uint8_t *raw)
{
	enum layout layout = layout_of(board, record->is_patch);
	uint32_t crc_at = alios_record_size(board, record->is_patch) - CRC_SIZE;
	uint32_t i;

	memset(raw, 0, crc_at);
	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (fields[i].at[layout] != NO)
			put_le(raw + fields[i].at[layout], fields[i].size,
				get_member(
					(const uint8_t *) record + fields[i].member, fields[i].member_size));
	if (has_lists(layout)) {
		uint8_t *states = raw + states_at(layout);

		memcpy(states, record->slices, board->n_slices);
		for (i = 0; i < board->n_parts; i++)
			put_le(states + board->n_slices + 2 * i, 2, record->ota_addr[i]);
	}
	put_le(raw + crc_at, CRC_SIZE, gya_crc16(0, raw, crc_at));
}

bool
alios_record_decode(
	const struct gya_alios_board *board, bool is_patch, const uint8_t *raw, struct alios_record *record)
{
	enum layout layout = layout_of(board, is_patch);
	uint32_t crc_at = alios_record_size(board, is_patch) - CRC_SIZE;
	uint32_t i;

	if (get_le(raw + crc_at, CRC_SIZE) != gya_crc16(0, raw, crc_at))
		return false;
	memset(record, 0, sizeof *record);
	record->is_patch = is_patch;
	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (fields[i].at[layout] != NO)
			set_member((uint8_t *) record + fields[i].member, fields[i].member_size,
				get_le(raw + fields[i].at[layout], fields[i].size));
	/* 3.x has one structure for both, and its flag says which it is */
	if (layout == BOTH_3_X)
		record->is_patch = record->upg_flag == DIFF_3_X;
	if (has_lists(layout)) {
		const uint8_t *states = raw + states_at(layout);

		memcpy(record->slices, states, board->n_slices);
		for (i = 0; i < board->n_parts; i++)
			record->ota_addr[i] = (uint16_t) get_le(states + board->n_slices + 2 * i, 2);
	}
	return true;
}

/* ---- in flash ---- */

static bool
decode_any(const uint8_t *raw, struct alios_record *record)
{
	const struct gya_alios_board *board = alios_port->board;

	return alios_record_decode(board, true, raw, record) ||
	       alios_record_decode(board, false, raw, record);
}

static bool
read_copy(uint32_t partition, struct alios_record *record)
{
	uint8_t raw[ALIOS_RECORD_MOST];

	return alios_flash_read(partition, 0, raw, alios_record_size(alios_port->board, true)) &&
	       decode_any(raw, record);
}

enum alios_record_result
alios_record_read(struct alios_record *record)
{
	if (read_copy(GYA_ALIOS_PARAMETER_1, record) || read_copy(GYA_ALIOS_BACK_PARA, record))
		return ALIOS_RECORD_OK;
	memset(record, 0, sizeof *record);
	return alios_flash_is_blank(GYA_ALIOS_PARAMETER_1, 0, SIZE_BOOT_1_0) &&
			       alios_flash_is_blank(GYA_ALIOS_BACK_PARA, 0, SIZE_BOOT_1_0)
		       ? ALIOS_RECORD_NONE
		       : ALIOS_RECORD_BAD;
}

static bool
write_copy(uint32_t partition, const struct alios_record *record)
{
	uint8_t raw[ALIOS_RECORD_MOST];

	alios_record_encode(alios_port->board, record, raw);
	return alios_flash_erase(partition, 0, alios_port->nor->sector_size) &&
	       alios_flash_program(partition, 0, raw, alios_record_size(alios_port->board, record->is_patch));
}

static bool
is_copied(const struct alios_record *record)
{
	return alios_flash_is_same(GYA_ALIOS_PARAMETER_1, 0, GYA_ALIOS_BACK_PARA, 0,
		alios_record_size(alios_port->board, record->is_patch));
}

/*
 * While the first copy is being written the second one counts, so that has to be what the first one was, not one that a
 * cut has left behind.
 */
bool
alios_record_write(const struct alios_record *record)
{
	struct alios_record before;

	if (read_copy(GYA_ALIOS_PARAMETER_1, &before) && !is_copied(&before) &&
		!write_copy(GYA_ALIOS_BACK_PARA, &before))
		return false;
	return write_copy(GYA_ALIOS_PARAMETER_1, record) && write_copy(GYA_ALIOS_BACK_PARA, record);
}
