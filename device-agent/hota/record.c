/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/hota/board-private.h"
#include "device-agent/hota/module-private.h"
#include "device-agent/include/slot-log.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define MAGIC      0x31524847u /* "GHR1" */
#define DATA_SIZE  7u
#define COMMIT_AT  7u
#define REGION_AT  8u
#define RUNNING_AT 12u
#define SHA256_AT  4u /* of an image */
#define VERSION_AT 36u
#define IMAGE_SIZE 100u
#define SIZE       (RUNNING_AT + 2u * IMAGE_SIZE)

static bool
open_log(struct gya_slot_log *log)
{
	const struct gya_hota_port *port = hota_module.port;
	const struct gya_partition *partition = gya_board_partition(port->board->board, GYA_HOTA_RECORD);

	if (!partition || partition->size < GYA_SLOT_N_SECTOR * port->nor->sector_size)
		return false;
	log->nor = port->nor;
	log->address = partition->address;
	log->magic = MAGIC;
	log->size = SIZE;
	return true;
}

static void
get_image(struct gya_hota_image *image, const uint8_t *raw)
{
	image->size = gyw_get_u32le(raw);
	memcpy(image->sha256, raw + SHA256_AT, sizeof image->sha256);
	memcpy(image->version, raw + VERSION_AT, sizeof image->version);
	image->version[sizeof image->version - 1] = '\0';
}

static void
put_image(uint8_t *raw, const struct gya_hota_image *image)
{
	gyw_put_u32le(raw, image->size);
	memcpy(raw + SHA256_AT, image->sha256, sizeof image->sha256);
	memcpy(raw + VERSION_AT, image->version, sizeof image->version);
}

bool
hota_record_read(struct hota_record *record)
{
	uint8_t raw[SIZE];
	struct gya_slot_log log;

	memset(record, 0, sizeof *record);
	if (!open_log(&log) || !gya_slot_log_read(&log, raw))
		return false;
	memcpy(&record->data, raw, DATA_SIZE);
	record->commit = raw[COMMIT_AT];
	record->region = raw[REGION_AT] != 0;
	get_image(&record->running, raw + RUNNING_AT);
	get_image(&record->next, raw + RUNNING_AT + IMAGE_SIZE);
	return true;
}

bool
hota_record_write(const struct hota_record *record)
{
	uint8_t raw[SIZE] = {0};
	struct gya_slot_log log;

	memcpy(raw, &record->data, DATA_SIZE);
	raw[COMMIT_AT] = record->commit;
	raw[REGION_AT] = record->region;
	put_image(raw + RUNNING_AT, &record->running);
	put_image(raw + RUNNING_AT + IMAGE_SIZE, &record->next);
	return open_log(&log) && gya_slot_log_append(&log, raw);
}
