/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/ws63/running-image.h"

#include <upg.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/ports/ws63/config.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

/* Signed header of an application: key area, code info. */
#define HEADER_SIZE    0x300u
#define KEY_AREA_ID    0x4B0F2D1Eu
#define CODE_INFO_AT   0x100u
#define VERSION_EXT_AT 0x110u
#define CODE_SIZE_AT   0x124u
#define STEP           0x1000u

static uint32_t flash_size;

bool
running_image_read_flash(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (offset > flash_size || size > flash_size - offset)
		return false;
	memcpy(bytes, GANTRY_FLASH + offset, size);
	return true;
}

static void
hash(const struct gya_crypto *crypto, const uint8_t *bytes, uint32_t size, uint8_t digest[32])
{
	struct gya_sha256 state;
	uint32_t done, step;

	crypto->sha256_init(&state);
	for (done = 0; done < size; done += step) {
		step = size - done < STEP ? size - done : STEP;
		upg_watchdog_kick();
		crypto->sha256_update(&state, bytes + done, step);
	}
	crypto->sha256_final(&state, digest);
}

bool
running_image_identify(
	const struct gya_board *board, const struct gya_crypto *crypto, struct running_image *image)
{
	/* with two regions the one that runs is shown at the first one's address */
	const struct gya_partition *partition = gya_board_partition(board, board->application);
	const uint8_t *header = GANTRY_FLASH + partition->address;
	uint32_t code_size;

	flash_size = board->flash_size;
	memset(image, 0, sizeof *image);
	code_size = gyw_get_u32le(header + CODE_SIZE_AT);
	if (gyw_get_u32le(header) != KEY_AREA_ID ||
		gyw_get_u32le(header + CODE_INFO_AT) != GYA_WS63_IMAGE_APPLICATION ||
		code_size > partition->size - HEADER_SIZE)
		return false;
	image->version_ext = gyw_get_u32le(header + VERSION_EXT_AT);
	hash(crypto, header, HEADER_SIZE + code_size, image->sha256);
	return true;
}
