/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/ab-private.h"

#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/image-private.h"
#include "protocol/wire/bytes.h"

/*
 * The config page: last sector of the second partition, two words. It has no copy and no check but its first word.
 * While it is rewritten both regions are whole, so that whatever a cut leaves in it, an application starts.
 */
#define CONFIG_CHECK   0x70746C6Cu
#define CONFIG_SIZE    8u
#define CONFIG_TRIES   3u
#define REGIONS_ACTIVE 1u /* in the region register: B is where A's address is */

struct config {
	uint32_t check;
	uint32_t run_region;
};

/* Both partitions as one span. */
static bool
find_span(struct gya_partition *span)
{
	const struct gya_board *board = upg_module.port->board;
	const struct gya_partition *a = gya_board_partition(board, board->application);
	const struct gya_partition *b = gya_board_partition(board, board->storage);

	if (!board->has_regions || a == NULL || b == NULL)
		return false;
	*span = *a;
	span->size = a->size + b->size;
	return true;
}

bool
upg_region_place(upg_region_index region, struct gya_partition *place)
{
	uint32_t usable, single;

	if ((region != UPG_REGION_A && region != UPG_REGION_B) || !find_span(place))
		return false;
	usable = place->size - UPG_SECTOR_SIZE;
	single = (usable / 2 + UPG_SECTOR_SIZE - 1) & ~(UPG_SECTOR_SIZE - 1);
	if (region == UPG_REGION_B)
		place->address += single;
	place->size = region == UPG_REGION_A ? single : usable - single;
	return true;
}

upg_region_index
upg_mapped_region(void)
{
	const uint32_t *mapped = upg_module.port->region_register;

	return mapped != NULL && *mapped == REGIONS_ACTIVE ? UPG_REGION_B : UPG_REGION_A;
}

static errcode_t
read_config(struct gya_partition *span, struct config *config)
{
	uint8_t raw[CONFIG_SIZE];
	errcode_t result;

	if (!find_span(span))
		return ERRCODE_PARTITION_NOT_SUPPORT;
	result = upg_flash_read(span, span->size - UPG_SECTOR_SIZE, raw, sizeof raw);
	config->check = gyw_get_u32le(raw);
	config->run_region = gyw_get_u32le(raw + 4);
	return result;
}

static errcode_t
write_config(const struct gya_partition *span, const struct config *config)
{
	uint32_t at = span->size - UPG_SECTOR_SIZE;
	uint8_t raw[CONFIG_SIZE];
	errcode_t result = ERRCODE_FAIL;
	uint32_t i;

	gyw_put_u32le(raw, config->check);
	gyw_put_u32le(raw + 4, config->run_region);
	for (i = 0; i < CONFIG_TRIES && result != ERRCODE_SUCC; i++) {
		result = upg_flash_erase(span, at, UPG_SECTOR_SIZE);
		if (result == ERRCODE_SUCC)
			result = upg_flash_program(span, at, raw, sizeof raw);
	}
	return result;
}

/* A number that is no region reads as A. */
static upg_region_index
region_of(const struct config *config)
{
	return config->run_region == UPG_REGION_B ? UPG_REGION_B : UPG_REGION_A;
}

/* A page that is none is made one that says A. */
upg_region_index
upg_get_run_region(void)
{
	static const struct config first = {CONFIG_CHECK, UPG_REGION_A};
	struct gya_partition span;
	struct config config;

	if (read_config(&span, &config) != ERRCODE_SUCC)
		return UPG_REGION_A;
	if (config.check == CONFIG_CHECK)
		return region_of(&config);
	(void) write_config(&span, &first);
	return UPG_REGION_A;
}

upg_region_index
upg_get_upg_region(void)
{
	return upg_get_run_region() == UPG_REGION_A ? UPG_REGION_B : UPG_REGION_A;
}

uint32_t
upg_get_region_addr(upg_region_index region)
{
	struct gya_partition place;

	return upg_region_place(region, &place) ? place.address : 0;
}

uint32_t
upg_get_region_size(upg_region_index region)
{
	struct gya_partition place;

	return upg_region_place(region, &place) ? place.size : 0;
}

/*
 * The vendor's test is inverted, so that neither region can be started; for any other number it initialises the module,
 * which fails where that was done, and erases the region that does not run.
 */
errcode_t
upg_ab_start(upg_region_index region)
{
	static const upg_func_t functions = {0};
	errcode_t result;

	if (region == UPG_REGION_A || region == UPG_REGION_B)
		return ERRCODE_INVALID_PARAM;
	result = uapi_upg_init(&functions);
	return result == ERRCODE_SUCC ? upg_region_erase(upg_get_upg_region()) : result;
}

errcode_t
upg_region_erase(upg_region_index region)
{
	struct gya_partition place;

	if (!upg_region_place(region, &place))
		return ERRCODE_INVALID_PARAM;
	return upg_flash_erase(&place, 0, place.size);
}

uint32_t
upg_ab_image_write(upg_region_index region, uint32_t offset, uint8_t *buf, size_t len)
{
	struct gya_partition place;

	if (buf == NULL || !upg_region_place(region, &place))
		return ERRCODE_INVALID_PARAM;
	if (offset > place.size || len > place.size - offset)
		return ERRCODE_UPG_NO_ENOUGH_SPACE;
	return upg_flash_program(&place, offset, buf, (uint32_t) len);
}

uint32_t
upg_ab_image_read(upg_region_index region, uint32_t offset, uint8_t *buf, size_t len)
{
	struct gya_partition place;

	if (buf == NULL || !upg_region_place(region, &place))
		return ERRCODE_INVALID_PARAM;
	if (offset > place.size || len > place.size - offset)
		return ERRCODE_UPG_NO_ENOUGH_SPACE;
	return upg_flash_read(&place, offset, buf, (uint32_t) len);
}

/*
 * The argument does not count: what is at B's address is looked at, and that is the region that was not started. Its
 * code hash only; nobody asks who made it.
 */
errcode_t
upg_region_verify(upg_region_index region)
{
	upg_region_index other = upg_mapped_region() == UPG_REGION_A ? UPG_REGION_B : UPG_REGION_A;
	struct gya_partition place;

	(void) region;
	if (!upg_region_place(other, &place))
		return ERRCODE_INVALID_PARAM;
	return upg_image_is_whole(&place) ? ERRCODE_SUCC : ERRCODE_FAIL;
}

/*
 * A page that is none keeps its wrong first word, as in the vendor's: the call says that it went well, and the next look
 * makes the page say A. The boot loader looks at every boot, so only a board that never booted meets that.
 */
errcode_t
upg_set_run_region(upg_region_index region)
{
	struct gya_partition span;
	struct config config;
	errcode_t result;

	if (region != UPG_REGION_A && region != UPG_REGION_B)
		return ERRCODE_INVALID_PARAM;
	result = read_config(&span, &config);
	if (result != ERRCODE_SUCC)
		return result;
	if (region == region_of(&config))
		return ERRCODE_INVALID_PARAM;
	config.run_region = (uint32_t) region;
	return write_config(&span, &config);
}
