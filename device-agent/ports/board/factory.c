/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/board/factory.h"

#include "device-agent/boards/ws63.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/mem.h"

/* "GSF1", hardware id u32, device id 16, CRC-32C u32 over all before it */
#define MAGIC          0x31465347u
#define HARDWARE_ID_AT 4u
#define DEVICE_ID_AT   8u
#define CRC_AT         (GYA_FACTORY_RAW_SIZE - 4u)

bool
gya_factory_read(const struct gya_board *board, const struct gya_nor *nor, struct gya_factory *factory)
{
	const struct gya_partition *partition = gya_board_partition(board, GYA_WS63_FACTORY);
	uint8_t raw[GYA_FACTORY_RAW_SIZE];

	if (partition == NULL || nor->read(nor->context, partition->address, raw, sizeof raw) != GYA_NOR_OK)
		return false;
	if (gyw_get_u32le(raw) != MAGIC || gyw_get_u32le(raw + CRC_AT) != gyw_crc32c(raw, CRC_AT))
		return false;
	factory->hardware_id = gyw_get_u32le(raw + HARDWARE_ID_AT);
	memcpy(factory->device_id, raw + DEVICE_ID_AT, GYA_DEVICE_ID_SIZE);
	return true;
}

void
gya_factory_encode(const struct gya_factory *factory, uint8_t raw[GYA_FACTORY_RAW_SIZE])
{
	gyw_put_u32le(raw, MAGIC);
	gyw_put_u32le(raw + HARDWARE_ID_AT, factory->hardware_id);
	memcpy(raw + DEVICE_ID_AT, factory->device_id, GYA_DEVICE_ID_SIZE);
	gyw_put_u32le(raw + CRC_AT, gyw_crc32c(raw, CRC_AT));
}
