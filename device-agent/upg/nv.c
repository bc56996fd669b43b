/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/nv.h"

#include "device-agent/boards/ws63.h"
#include "device-agent/upg/flags-private.h"
#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/nv-page-private.h"
#include "device-agent/upg/storage-private.h"
#include "protocol/wire/mem.h"

/*
 * A page is merged into the page buffer first, then written from there; a byte for each page says how far that has
 * come. So at every moment a page is whole in one of the two places, and what is done again after a cut gives the same.
 */
#define BUFFER_FROM_END 0x3000u
#define STATUS_FROM_END 0x2000u
#define NOT_BUFFERED    0x04u /* cleared when the buffer holds the page */
#define NOT_WRITTEN     0x08u /* cleared when the page is in its place */

struct update {
	const struct gya_partition *storage;
	struct upg_nv_pages stored;
	struct upg_nv_pages image;
};

/* Where a merged page goes: nowhere, to see whether it fits, or into the page buffer. */
struct sink {
	const struct gya_partition *storage;
	bool is_dry;
	uint32_t used;
};

static errcode_t
put(struct sink *sink, const struct gya_partition *from, uint32_t at, uint32_t size)
{
	uint32_t to = sink->storage->size - BUFFER_FROM_END + sink->used;
	uint32_t done, step;
	errcode_t result = ERRCODE_SUCC;

	if (size > UPG_SECTOR_SIZE - sink->used)
		return ERRCODE_UPG_NO_ENOUGH_SPACE;
	sink->used += size;
	for (done = 0; !sink->is_dry && done < size && result == ERRCODE_SUCC; done += step) {
		step = size - done < UPG_CHUNK_SIZE ? size - done : UPG_CHUNK_SIZE;
		result = upg_flash_read(from, at + done, upg_module.chunk, step);
		if (result == ERRCODE_SUCC)
			result = upg_flash_program(sink->storage, to + done, upg_module.chunk, step);
	}
	return result;
}

/* What is stored stays, but for what the image may replace. */
static errcode_t
put_stored(const struct update *u, uint32_t page, struct sink *sink)
{
	struct upg_nv_record record, newer;
	enum upg_nv_step step;
	uint32_t in_page = UPG_NV_HEADER_SIZE;
	errcode_t result = ERRCODE_SUCC;

	while (result == ERRCODE_SUCC &&
		(step = upg_nv_record_read(&u->stored, page, in_page, &record)) != UPG_NV_END) {
		if (step == UPG_NV_DAMAGED)
			return ERRCODE_FAIL;
		in_page += record.size;
		if (!record.is_valid)
			continue;
		if (!record.is_protected && upg_nv_record_find(&u->image, record.key, &newer))
			result = put(sink, u->image.partition, newer.at, newer.size);
		else
			result = put(sink, u->stored.partition, record.at, record.size);
	}
	return result;
}

/* What is stored nowhere is new. */
static errcode_t
put_new(const struct update *u, uint32_t page, struct sink *sink)
{
	struct upg_nv_record record, older;
	enum upg_nv_step step;
	uint32_t in_page = UPG_NV_HEADER_SIZE;
	errcode_t result = ERRCODE_SUCC;

	while (result == ERRCODE_SUCC &&
		(step = upg_nv_record_read(&u->image, page, in_page, &record)) != UPG_NV_END) {
		if (step == UPG_NV_DAMAGED)
			return ERRCODE_FAIL;
		in_page += record.size;
		if (record.is_valid && !upg_nv_record_find(&u->stored, record.key, &older))
			result = put(sink, u->image.partition, record.at, record.size);
	}
	return result;
}

static errcode_t
merge(const struct update *u, uint32_t page, struct sink *sink)
{
	bool is_stored = upg_nv_page_is_good(&u->stored, page);
	bool has_image = page < u->image.count;
	const struct upg_nv_pages *head = is_stored ? &u->stored : &u->image;
	errcode_t result;

	if (!is_stored && !has_image)
		return ERRCODE_SUCC;
	result = put(sink, head->partition, head->offset + page * UPG_SECTOR_SIZE, UPG_NV_HEADER_SIZE);
	if (result == ERRCODE_SUCC && is_stored)
		result = put_stored(u, page, sink);
	if (result == ERRCODE_SUCC && has_image)
		result = put_new(u, page, sink);
	return result;
}

static uint32_t
status_at(const struct update *u, uint32_t page)
{
	return u->storage->size - STATUS_FROM_END + u->stored.partition->address / UPG_SECTOR_SIZE + page;
}

static errcode_t
clear_status(const struct update *u, uint32_t page, uint8_t *status, uint8_t bit)
{
	*status &= (uint8_t) ~bit;
	return upg_flash_program(u->storage, status_at(u, page), status, 1);
}

static errcode_t
fill_buffer(const struct update *u, uint32_t page)
{
	struct sink sink = {.storage = u->storage};
	errcode_t result = upg_flash_erase(u->storage, u->storage->size - BUFFER_FROM_END, UPG_SECTOR_SIZE);

	return result == ERRCODE_SUCC ? merge(u, page, &sink) : result;
}

static errcode_t
write_from_buffer(const struct update *u, uint32_t page)
{
	uint32_t at = page * UPG_SECTOR_SIZE;
	errcode_t result = upg_flash_erase(u->stored.partition, at, UPG_SECTOR_SIZE);

	if (result == ERRCODE_SUCC)
		result = upg_flash_read(
			u->storage, u->storage->size - BUFFER_FROM_END, upg_module.page, UPG_SECTOR_SIZE);
	if (result == ERRCODE_SUCC)
		result = upg_flash_program(u->stored.partition, at, upg_module.page, UPG_SECTOR_SIZE);
	return result;
}

static errcode_t
update_page(const struct update *u, uint32_t page)
{
	uint8_t status;
	errcode_t result = upg_flash_read(u->storage, status_at(u, page), &status, 1);

	if (result == ERRCODE_SUCC && (status & NOT_BUFFERED) != 0) {
		result = fill_buffer(u, page);
		if (result == ERRCODE_SUCC)
			result = clear_status(u, page, &status, NOT_BUFFERED);
	}
	if (result == ERRCODE_SUCC && (status & NOT_WRITTEN) != 0) {
		result = write_from_buffer(u, page);
		if (result == ERRCODE_SUCC)
			result = clear_status(u, page, &status, NOT_WRITTEN);
	}
	return result;
}

/* Before anything is written: every page that was not begun has to come out whole. */
static errcode_t
check_pages(const struct update *u)
{
	uint32_t page;
	uint8_t status;
	errcode_t result = ERRCODE_SUCC;

	for (page = 0; page < u->image.count && result == ERRCODE_SUCC; page++)
		if (!upg_nv_page_is_good(&u->image, page))
			result = ERRCODE_FAIL;
	for (page = 0; page < u->stored.count && result == ERRCODE_SUCC; page++) {
		struct sink sink = {.storage = u->storage, .is_dry = true};

		upg_kick();
		result = upg_flash_read(u->storage, status_at(u, page), &status, 1);
		if (result == ERRCODE_SUCC && (status & NOT_BUFFERED) != 0)
			result = merge(u, page, &sink);
	}
	return result;
}

/* Finds the image where the boot loader saw it, and trusts none of what it wrote down. */
static errcode_t
open_update(struct update *u)
{
	const struct gya_partition *nv;
	uint8_t expected[32], digest[32];
	struct upg_nv_place place;
	errcode_t result = upg_storage(&u->storage);

	if (result == ERRCODE_SUCC)
		result = upg_partition(GYA_WS63_NV, &nv);
	if (result == ERRCODE_SUCC)
		result = upg_flags_read_nv(&place);
	if (result == ERRCODE_SUCC)
		result = upg_flash_read(u->storage, place.hash_offset, expected, sizeof expected);
	if (result == ERRCODE_SUCC)
		result = upg_flash_sha256(u->storage, place.data_offset, place.data_size, digest);
	if (result != ERRCODE_SUCC)
		return result;
	if (memcmp(digest, expected, sizeof digest) != 0)
		return ERRCODE_FAIL;
	if (place.data_size == 0 || place.data_size % UPG_SECTOR_SIZE != 0 || place.data_size > nv->size ||
		(nv->address + nv->size) / UPG_SECTOR_SIZE > UPG_SECTOR_SIZE)
		return ERRCODE_UPG_INVALID_PARAMETER;
	u->stored = (struct upg_nv_pages){nv, 0, nv->size / UPG_SECTOR_SIZE};
	u->image = (struct upg_nv_pages){u->storage, place.data_offset, place.data_size / UPG_SECTOR_SIZE};
	return ERRCODE_SUCC;
}

static errcode_t
update(void)
{
	struct update u;
	uint32_t page;
	errcode_t result = open_update(&u);

	if (result == ERRCODE_SUCC)
		result = check_pages(&u);
	for (page = 0; result == ERRCODE_SUCC && page < u.stored.count; page++)
		/* a place that holds nothing and gets nothing stays blank */
		if (page < u.image.count || upg_nv_page_is_good(&u.stored, page))
			result = update_page(&u, page);
	return result;
}

errcode_t
gya_upg_nv_apply(void)
{
	struct upg_flags flags;
	uint32_t try_index;
	errcode_t result, marked;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	result = upg_flags_read(&flags);
	if (result != ERRCODE_SUCC)
		return result == ERRCODE_PARTITION_NOT_SUPPORT ? ERRCODE_SUCC : result;
	try_index = upg_flags_try(&flags, UPG_NV_FLAGS);
	if (!upg_flags_have_magics(&flags) || flags.complete != UPG_COMPLETE_DONE ||
		!upg_flags_have_nv(&flags) || try_index == UPG_TRIES)
		return ERRCODE_SUCC;

	marked = upg_flags_mark_started(UPG_NV_FLAGS, try_index);
	if (marked != ERRCODE_SUCC)
		return marked;
	result = update();
	if (result == ERRCODE_SUCC)
		return upg_flags_mark_finished(UPG_NV_FLAGS, try_index);
	(void) upg_flags_mark_failed(UPG_NV_FLAGS, try_index);
	return result;
}
