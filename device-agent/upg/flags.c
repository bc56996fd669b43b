/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/flags-private.h"

#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/storage-private.h"
#include "protocol/wire/bytes.h"

#define HEAD_MAGIC 0x55AA55AAu
#define END_MAGIC  0xAA55AA55u

enum {
	AT_HEAD_MAGIC = 0x00,
	AT_HEAD_BEFORE_OFFSET = 0x04,
	AT_PACKAGE_LENGTH = 0x08,
	AT_FIRMWARE_NUM = 0x0C,
	AT_FIRMWARE_FLAG = 0x10,
	AT_NV_FLAG = 0x4C,
	AT_VER_CHANGE_FLAG = 0x4F,
	AT_UPDATE_RESULT = 0x50,
	AT_NV_DATA_OFFSET = 0x54,
	AT_NV_DATA_LEN = 0x58,
	AT_NV_HASH_OFFSET = 0x5C,
	AT_NV_HASH_LEN = 0x60,
	AT_COMPLETE_FLAG = 0x64,
	AT_END_MAGIC = 0x68
};

/* the tries of NV data stand where those of a twenty-first image would */
__extension__ _Static_assert(AT_NV_FLAG == AT_FIRMWARE_FLAG + UPG_NV_FLAGS * UPG_TRIES, "NV tries");

enum { TRY_BLANK = 0xFF, TRY_STARTED = 0x0F, TRY_OVER = 0x00 };

static errcode_t
locate(const struct gya_partition **storage, uint32_t *offset)
{
	errcode_t result = upg_storage(storage);

	if (result == ERRCODE_SUCC)
		*offset = (*storage)->size - UPG_SECTOR_SIZE;
	return result;
}

errcode_t
upg_flags_read(struct upg_flags *flags)
{
	const struct gya_partition *storage;
	uint8_t raw[UPG_FLAGS_SIZE];
	struct gyw_reader r;
	uint32_t offset, image;
	errcode_t result = locate(&storage, &offset);

	if (result == ERRCODE_SUCC)
		result = upg_flash_read(storage, offset, raw, sizeof raw);
	if (result != ERRCODE_SUCC)
		return result;

	gyw_reader_init(&r, raw, sizeof raw);
	flags->head_magic = gyw_read_u32le(&r);
	gyw_read_u32le(&r); /* head_before_offset */
	flags->package_length = gyw_read_u32le(&r);
	flags->firmware_num = gyw_read_u32le(&r);
	for (image = 0; image <= UPG_NV_FLAGS; image++)
		gyw_read_bytes(&r, flags->tries[image], UPG_TRIES);
	flags->status_told = gyw_read_u8(&r);
	flags->result = gyw_read_u32le(&r);
	gyw_read_view(&r, AT_COMPLETE_FLAG - AT_NV_DATA_OFFSET);
	flags->complete = gyw_read_u32le(&r);
	flags->end_magic = gyw_read_u32le(&r);
	return r.failed ? ERRCODE_FAIL : ERRCODE_SUCC;
}

bool
upg_flags_have_magics(const struct upg_flags *flags)
{
	return flags->head_magic == HEAD_MAGIC && flags->end_magic == END_MAGIC;
}

bool
upg_flags_are_pending(const struct upg_flags *flags)
{
	return upg_flags_have_magics(flags) && flags->complete != UPG_COMPLETE_DONE;
}

bool
upg_flags_are_untouched(const struct upg_flags *flags)
{
	uint32_t image, i;

	for (image = 0; image < UPG_IMAGES_MAX; image++)
		for (i = 0; i < UPG_TRIES; i++)
			if (flags->tries[image][i] != TRY_BLANK)
				return false;
	return true;
}

static errcode_t
write_bytes(uint32_t at, const uint8_t *bytes, uint32_t size)
{
	const struct gya_partition *storage;
	uint32_t offset;
	errcode_t result = locate(&storage, &offset);

	return result == ERRCODE_SUCC ? upg_flash_program(storage, offset + at, bytes, size) : result;
}

static errcode_t
write_u32(uint32_t at, uint32_t value)
{
	uint8_t bytes[4];

	gyw_put_u32le(bytes, value);
	return write_bytes(at, bytes, sizeof bytes);
}

static errcode_t
write_u8(uint32_t at, uint8_t value)
{
	return write_bytes(at, &value, 1);
}

/*
 * An erase that is cut leaves any mixture of old and erased bits. With both magics still right and
 * complete_flag no longer zero, the leftovers of a finished upgrade would read as a pending one whose counts
 * make no sense, and the boot loader would return to it for ever. A magic of zeros cannot become right by
 * accident, and a magic that is being zeroed is right or wrong over flags that are still whole.
 */
errcode_t
upg_flags_disarm(void)
{
	struct upg_flags flags;
	errcode_t result = upg_flags_read(&flags);

	/* a damaged magic as well: half an erase could mend it; only a blank one has nothing to lose */
	if (result == ERRCODE_SUCC && flags.head_magic != UPG_NEVER_WRITTEN)
		result = write_u32(AT_HEAD_MAGIC, 0);
	if (result == ERRCODE_SUCC && flags.end_magic != UPG_NEVER_WRITTEN)
		result = write_u32(AT_END_MAGIC, 0);
	return result;
}

errcode_t
upg_flags_begin(uint32_t package_length)
{
	const struct gya_partition *storage;
	uint32_t offset;
	errcode_t result = locate(&storage, &offset);

	if (result == ERRCODE_SUCC)
		result = upg_flash_erase(storage, storage->size - UPG_TAIL_SIZE, UPG_TAIL_SIZE);
	if (result == ERRCODE_SUCC)
		result = write_u32(AT_HEAD_BEFORE_OFFSET, 0);
	if (result == ERRCODE_SUCC)
		result = write_u32(AT_PACKAGE_LENGTH, package_length);
	if (result == ERRCODE_SUCC)
		result = write_u32(AT_HEAD_MAGIC, HEAD_MAGIC);
	return result;
}

errcode_t
upg_flags_arm(uint32_t firmware_num)
{
	errcode_t result = write_u32(AT_FIRMWARE_NUM, firmware_num);

	/* the magic makes the upgrade pending: a cut before this line leaves the old application running */
	return result == ERRCODE_SUCC ? write_u32(AT_END_MAGIC, END_MAGIC) : result;
}

/*
 * The first byte that is not 00 is the try in question. Any value but FF counts as begun: half a mark, or
 * half an end, means the same as 0F, namely that the target may be damaged and this try is to be repeated.
 */
uint32_t
upg_flags_try(const struct upg_flags *flags, uint32_t image)
{
	uint32_t i;

	for (i = 0; i < UPG_TRIES; i++)
		if (flags->tries[image][i] != TRY_OVER)
			break;
	return i;
}

static uint32_t
try_at(uint32_t image, uint32_t try_index)
{
	return AT_FIRMWARE_FLAG + image * UPG_TRIES + try_index;
}

errcode_t
upg_flags_mark_started(uint32_t image, uint32_t try_index)
{
	struct upg_flags flags;
	errcode_t result = upg_flags_read(&flags);
	uint8_t now;

	if (result != ERRCODE_SUCC)
		return result;
	/* bits that half an end has cleared stay so; programming them to 1 is not possible and not needed */
	now = flags.tries[image][try_index];
	if ((now & ~TRY_STARTED) == 0)
		return ERRCODE_SUCC;
	return write_u8(try_at(image, try_index), now & TRY_STARTED);
}

/*
 * Later tries first: a cut in between leaves this try's byte as it was, so the image is written again under
 * the same try. In the other order the last try could seem to be the one in question, and end with "all tries
 * failed".
 */
errcode_t
upg_flags_mark_finished(uint32_t image, uint32_t try_index)
{
	uint32_t i;
	errcode_t result = ERRCODE_SUCC;

	for (i = UPG_TRIES; i > try_index && result == ERRCODE_SUCC; i--)
		result = write_u8(try_at(image, i - 1), TRY_OVER);
	return result;
}

errcode_t
upg_flags_mark_failed(uint32_t image, uint32_t try_index)
{
	return write_u8(try_at(image, try_index), TRY_OVER);
}

errcode_t
upg_flags_hand_over_nv(const struct upg_nv_place *place)
{
	errcode_t result = write_u32(AT_NV_DATA_OFFSET, place->data_offset);

	if (result == ERRCODE_SUCC)
		result = write_u32(AT_NV_DATA_LEN, place->data_size);
	if (result == ERRCODE_SUCC)
		result = write_u32(AT_NV_HASH_OFFSET, place->hash_offset);
	if (result == ERRCODE_SUCC)
		result = write_u32(AT_NV_HASH_LEN, 32);
	/* last: the application acts on the flag */
	return result == ERRCODE_SUCC ? write_u8(try_at(UPG_NV_FLAGS, 0), TRY_STARTED) : result;
}

bool
upg_flags_have_nv(const struct upg_flags *flags)
{
	return (flags->tries[UPG_NV_FLAGS][0] & ~TRY_STARTED) == 0;
}

errcode_t
upg_flags_read_nv(struct upg_nv_place *place)
{
	const struct gya_partition *storage;
	uint8_t raw[AT_COMPLETE_FLAG - AT_NV_DATA_OFFSET];
	uint32_t offset;
	errcode_t result = locate(&storage, &offset);

	if (result == ERRCODE_SUCC)
		result = upg_flash_read(storage, offset + AT_NV_DATA_OFFSET, raw, sizeof raw);
	if (result != ERRCODE_SUCC)
		return result;
	place->data_offset = gyw_get_u32le(raw);
	place->data_size = gyw_get_u32le(raw + AT_NV_DATA_LEN - AT_NV_DATA_OFFSET);
	place->hash_offset = gyw_get_u32le(raw + AT_NV_HASH_OFFSET - AT_NV_DATA_OFFSET);
	return gyw_get_u32le(raw + AT_NV_HASH_LEN - AT_NV_DATA_OFFSET) == 32 ? ERRCODE_SUCC : ERRCODE_FAIL;
}

errcode_t
upg_flags_set_result(upg_result_t result)
{
	return write_u32(AT_UPDATE_RESULT, (uint32_t) result);
}

errcode_t
upg_flags_set_complete(uint32_t complete)
{
	return write_u32(AT_COMPLETE_FLAG, complete);
}

errcode_t
upg_flags_mark_status_told(void)
{
	return write_u8(AT_VER_CHANGE_FLAG, 0);
}
