/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/board-private.h"
#include "device-agent/include/slot-log.h"

#define MAGIC 0x31424147u /* "GAB1" */
#define BANKS 2u

static bool
open_log(struct gya_slot_log *log)
{
	const struct gya_board *board = alios_port->board->board;
	const struct gya_partition *partition = gya_board_partition(board, GYA_ALIOS_BANK);

	if (alios_port->board->recovery != GYA_ALIOS_ABBOOT || !partition ||
		partition->size < GYA_SLOT_N_SECTOR * alios_port->nor->sector_size)
		return false;
	log->nor = alios_port->nor;
	log->address = partition->address;
	log->magic = MAGIC;
	log->size = 1;
	return true;
}

/* A chip whose option bytes were never written starts bank 0. */
uint32_t
alios_bank(void)
{
	struct gya_slot_log log;
	uint8_t bank;

	return open_log(&log) && gya_slot_log_read(&log, &bank) && bank < BANKS ? bank : 0;
}

bool
alios_bank_select(uint32_t bank)
{
	const uint8_t number = (uint8_t) bank;
	struct gya_slot_log log;

	if (bank >= BANKS || !open_log(&log))
		return false;
	return alios_bank() == bank || gya_slot_log_append(&log, &number);
}

uint32_t
alios_running_partition(void)
{
	return alios_bank() == 0 ? GYA_ALIOS_APPLICATION : GYA_ALIOS_OTA_TEMP;
}

uint32_t
alios_download_partition(void)
{
	return alios_bank() == 0 ? GYA_ALIOS_OTA_TEMP : GYA_ALIOS_APPLICATION;
}
