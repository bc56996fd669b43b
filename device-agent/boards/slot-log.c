/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/slot-log.h"

#include "protocol/wire/bytes.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/mem.h"

#define SEQUENCE_AT 4u

static uint32_t
slots_of(const struct gya_slot_log *log)
{
	return GYA_SLOT_N_SECTOR * log->nor->sector_size / GYA_SLOT_SIZE;
}

static bool
read_slot(const struct gya_slot_log *log, uint32_t slot, uint8_t raw[GYA_SLOT_SIZE])
{
	return log->nor->read(log->nor->context, log->address + slot * GYA_SLOT_SIZE, raw, GYA_SLOT_SIZE) ==
	       GYA_NOR_OK;
}

static bool
is_whole(const struct gya_slot_log *log, const uint8_t raw[GYA_SLOT_SIZE])
{
	uint32_t crc_at = GYA_SLOT_HEAD + log->size;

	return gyw_get_u32le(raw) == log->magic && gyw_get_u32le(raw + crc_at) == gyw_crc32c(raw, crc_at);
}

static bool
is_blank(const struct gya_slot_log *log, uint32_t slot)
{
	uint8_t raw[GYA_SLOT_SIZE];
	uint32_t i;

	if (!read_slot(log, slot, raw))
		return false;
	for (i = 0; i < sizeof raw; i++)
		if (raw[i] != 0xFF)
			return false;
	return true;
}

/* The slot of the newest whole record, whose bytes are in `newest`; the number of slots if there is none. */
static uint32_t
find_newest(const struct gya_slot_log *log, uint8_t newest[GYA_SLOT_SIZE])
{
	uint32_t n = slots_of(log);
	uint32_t found = n;
	uint32_t slot;

	for (slot = 0; slot < n; slot++) {
		uint8_t raw[GYA_SLOT_SIZE];

		if (!read_slot(log, slot, raw) || !is_whole(log, raw))
			continue;
		if (found != n && gyw_get_u32le(raw + SEQUENCE_AT) < gyw_get_u32le(newest + SEQUENCE_AT))
			continue;
		found = slot;
		memcpy(newest, raw, GYA_SLOT_SIZE);
	}
	return found;
}

bool
gya_slot_log_read(const struct gya_slot_log *log, uint8_t *record)
{
	uint8_t raw[GYA_SLOT_SIZE];

	if (find_newest(log, raw) == slots_of(log))
		return false;
	memcpy(record, raw + GYA_SLOT_HEAD, log->size);
	return true;
}

/* A slot that a cut has spoilt is stepped over. */
static bool
take_slot(const struct gya_slot_log *log, uint32_t newest, uint32_t *slot)
{
	uint32_t n = slots_of(log);
	uint32_t per_sector = n / GYA_SLOT_N_SECTOR;
	uint32_t sector = newest == n ? 0 : newest / per_sector;
	uint32_t first = newest == n ? 0 : newest + 1;

	for (*slot = first; *slot < (sector + 1) * per_sector; *slot += 1)
		if (is_blank(log, *slot))
			return true;
	if (newest != n)
		sector = (sector + 1) % GYA_SLOT_N_SECTOR;
	*slot = sector * per_sector;
	return log->nor->erase(log->nor->context, log->address + sector * log->nor->sector_size,
		       log->nor->sector_size) == GYA_NOR_OK;
}

bool
gya_slot_log_append(const struct gya_slot_log *log, const uint8_t *record)
{
	uint8_t raw[GYA_SLOT_SIZE], check[GYA_SLOT_SIZE];
	uint32_t crc_at = GYA_SLOT_HEAD + log->size;
	uint32_t newest, slot, sequence;

	if (log->size > GYA_SLOT_MOST)
		return false;
	newest = find_newest(log, raw);
	sequence = newest == slots_of(log) ? 0 : gyw_get_u32le(raw + SEQUENCE_AT) + 1;
	if (!take_slot(log, newest, &slot))
		return false;

	memset(raw, 0xFF, sizeof raw);
	gyw_put_u32le(raw, log->magic);
	gyw_put_u32le(raw + SEQUENCE_AT, sequence);
	memcpy(raw + GYA_SLOT_HEAD, record, log->size);
	gyw_put_u32le(raw + crc_at, gyw_crc32c(raw, crc_at));
	return log->nor->program(log->nor->context, log->address + slot * GYA_SLOT_SIZE, raw,
		       GYA_SLOT_SIZE) == GYA_NOR_OK &&
	       read_slot(log, slot, check) && memcmp(check, raw, GYA_SLOT_SIZE) == 0;
}
