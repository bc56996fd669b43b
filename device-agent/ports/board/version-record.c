/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/board/version-record.h"

#include "device-agent/boards/ws63.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/mem.h"

/* "GSV1": magic u32, sequence u32, identity 32, text 112 filled with zeros, CRC-32C u32 over all before it */
#define MAGIC       0x31565347u
#define SEQUENCE_AT 4u
#define IDENTITY_AT 8u
#define TEXT_AT     40u
#define CRC_AT      (TEXT_AT + GYA_VERSION_TEXT_SIZE)
#define RECORD_SIZE (CRC_AT + 4u)
#define SLOT_SIZE   256u
#define N_SECTORS   2u

struct log {
	const struct gya_nor *nor;
	uint32_t address;
	uint32_t sector_size;
	uint32_t n_slots; /* in both sectors */
};

static bool
open_log(const struct gya_board *board, const struct gya_nor *nor, struct log *log)
{
	const struct gya_partition *reserve = gya_board_partition(board, GYA_WS63_RESERVE);

	if (reserve == NULL || reserve->size < N_SECTORS * nor->sector_size)
		return false;
	log->nor = nor;
	log->address = reserve->address;
	log->sector_size = nor->sector_size;
	log->n_slots = N_SECTORS * nor->sector_size / SLOT_SIZE;
	return true;
}

static bool
read_slot(const struct log *log, uint32_t slot, uint8_t raw[SLOT_SIZE])
{
	return log->nor->read(log->nor->context, log->address + slot * SLOT_SIZE, raw, SLOT_SIZE) ==
	       GYA_NOR_OK;
}

static bool
is_whole(const uint8_t raw[SLOT_SIZE])
{
	return gyw_get_u32le(raw) == MAGIC && gyw_get_u32le(raw + CRC_AT) == gyw_crc32c(raw, CRC_AT);
}

static bool
is_blank(const struct log *log, uint32_t slot)
{
	uint8_t raw[SLOT_SIZE];

	if (!read_slot(log, slot, raw))
		return false;
	for (uint32_t i = 0; i < sizeof raw; i++)
		if (raw[i] != 0xFF)
			return false;
	return true;
}

/* The slot of the newest whole record, whose bytes are in `newest`; n_slots if there is none. */
static uint32_t
find_newest(const struct log *log, uint8_t newest[SLOT_SIZE])
{
	uint32_t found = log->n_slots;

	for (uint32_t slot = 0; slot < log->n_slots; slot++) {
		uint8_t raw[SLOT_SIZE];

		if (!read_slot(log, slot, raw) || !is_whole(raw))
			continue;
		if (found != log->n_slots &&
			gyw_get_u32le(raw + SEQUENCE_AT) < gyw_get_u32le(newest + SEQUENCE_AT))
			continue;
		found = slot;
		memcpy(newest, raw, SLOT_SIZE);
	}
	return found;
}

bool
gya_version_record_read(
	const struct gya_board *board, const struct gya_nor *nor, struct gya_version_record *record)
{
	uint8_t raw[SLOT_SIZE];
	struct log log;

	if (!open_log(board, nor, &log) || find_newest(&log, raw) == log.n_slots)
		return false;
	memcpy(record->identity, raw + IDENTITY_AT, sizeof record->identity);
	memcpy(record->text, raw + TEXT_AT, GYA_VERSION_TEXT_SIZE);
	record->text[GYA_VERSION_TEXT_SIZE] = '\0';
	return true;
}

/*
 * A slot that a cut has spoilt is stepped over; when a sector is full the other one, which holds only what is older, is
 * erased.
 */
static bool
take_slot(const struct log *log, uint32_t newest, uint32_t *slot)
{
	uint32_t per_sector = log->n_slots / N_SECTORS;
	uint32_t sector = newest == log->n_slots ? 0 : newest / per_sector;
	uint32_t first = newest == log->n_slots ? 0 : newest + 1;

	for (*slot = first; *slot < (sector + 1) * per_sector; *slot += 1)
		if (is_blank(log, *slot))
			return true;
	if (newest != log->n_slots)
		sector = (sector + 1) % N_SECTORS;
	*slot = sector * per_sector;
	return log->nor->erase(log->nor->context, log->address + sector * log->sector_size,
		       log->sector_size) == GYA_NOR_OK;
}

static uint32_t
text_size(const struct gya_version_record *record)
{
	uint32_t n = 0;

	while (n < GYA_VERSION_TEXT_SIZE && record->text[n] != '\0')
		n++;
	return n;
}

bool
gya_version_record_append(
	const struct gya_board *board, const struct gya_nor *nor, const struct gya_version_record *record)
{
	uint8_t raw[SLOT_SIZE], check[SLOT_SIZE];
	uint32_t newest, slot, sequence;
	struct log log;

	if (!open_log(board, nor, &log))
		return false;
	newest = find_newest(&log, raw);
	sequence = newest == log.n_slots ? 0 : gyw_get_u32le(raw + SEQUENCE_AT) + 1;
	if (!take_slot(&log, newest, &slot))
		return false;

	memset(raw, 0, RECORD_SIZE);
	memset(raw + RECORD_SIZE, 0xFF, SLOT_SIZE - RECORD_SIZE);
	gyw_put_u32le(raw, MAGIC);
	gyw_put_u32le(raw + SEQUENCE_AT, sequence);
	memcpy(raw + IDENTITY_AT, record->identity, sizeof record->identity);
	memcpy(raw + TEXT_AT, record->text, text_size(record));
	gyw_put_u32le(raw + CRC_AT, gyw_crc32c(raw, CRC_AT));
	return nor->program(nor->context, log.address + slot * SLOT_SIZE, raw, SLOT_SIZE) == GYA_NOR_OK &&
	       read_slot(&log, slot, check) && memcmp(check, raw, SLOT_SIZE) == 0;
}
