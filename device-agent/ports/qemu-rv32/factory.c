/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/factory.h"

#include "device-agent/boards/ws63.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/mem.h"

#define MAGIC  0x31465347u
#define ID_AT  8u
#define CRC_AT (ID_AT + FACTORY_ID_SIZE)
#define SIZE   (CRC_AT + 4u)

bool
factory_read(const struct gya_board *board, const struct gya_nor *nor, struct factory *factory)
{
	const struct gya_partition *partition = gya_board_partition(board, GYA_WS63_FACTORY);
	uint8_t raw[SIZE];

	if (partition == NULL || nor->read(nor->context, partition->address, raw, sizeof raw) != GYA_NOR_OK)
		return false;
	if (gyw_get_u32le(raw) != MAGIC || gyw_get_u32le(raw + CRC_AT) != gyw_crc32c(raw, CRC_AT))
		return false;
	factory->hardware_id = gyw_get_u32le(raw + 4);
	memcpy(factory->device_id, raw + ID_AT, FACTORY_ID_SIZE);
	return true;
}
