/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/board/version-record.h"

#include "device-agent/boards/ws63.h"
#include "device-agent/include/slot-log.h"
#include "protocol/wire/mem.h"

/* "GSV1": identity 32, text 112 filled with zeros */
#define MAGIC       0x31565347u
#define TEXT_AT     32u
#define RECORD_SIZE (TEXT_AT + GYA_VERSION_TEXT_SIZE)

static bool
open_log(const struct gya_board *board, const struct gya_nor *nor, struct gya_slot_log *log)
{
	const struct gya_partition *reserve = gya_board_partition(board, GYA_WS63_RESERVE);

	if (reserve == NULL || reserve->size < GYA_SLOT_N_SECTOR * nor->sector_size)
		return false;
	log->nor = nor;
	log->address = reserve->address;
	log->magic = MAGIC;
	log->size = RECORD_SIZE;
	return true;
}

bool
gya_version_record_read(
	const struct gya_board *board, const struct gya_nor *nor, struct gya_version_record *record)
{
	uint8_t raw[RECORD_SIZE];
	struct gya_slot_log log;

	if (!open_log(board, nor, &log) || !gya_slot_log_read(&log, raw))
		return false;
	memcpy(record->identity, raw, sizeof record->identity);
	memcpy(record->text, raw + TEXT_AT, GYA_VERSION_TEXT_SIZE);
	record->text[GYA_VERSION_TEXT_SIZE] = '\0';
	return true;
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
	uint8_t raw[RECORD_SIZE] = {0};
	struct gya_slot_log log;

	if (!open_log(board, nor, &log))
		return false;
	memcpy(raw, record->identity, sizeof record->identity);
	memcpy(raw + TEXT_AT, record->text, text_size(record));
	return gya_slot_log_append(&log, raw);
}
