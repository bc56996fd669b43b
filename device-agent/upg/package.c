/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/package-private.h"

#include "device-agent/upg/flash-private.h"
#include "protocol/wire/bytes.h"

errcode_t
upg_head_read(const struct gya_partition *storage, struct upg_head *head)
{
	uint8_t raw[0x4C]; /* up to image_num */
	struct gyw_reader r;
	errcode_t result = upg_flash_read(storage, 0, raw, 0x10);

	if (result != ERRCODE_SUCC)
		return result;
	head->key_id = gyw_get_u32le(raw);
	head->key_signature_length = gyw_get_u32le(raw + 0x0C);

	result = upg_flash_read(storage, UPG_INFO_AT, raw, sizeof raw);
	if (result != ERRCODE_SUCC)
		return result;
	head->info_id = gyw_get_u32le(raw);
	head->info_signature_length = gyw_get_u32le(raw + 0x0C);
	gyw_reader_init(&r, raw + 0x20, sizeof raw - 0x20);
	head->table_offset = gyw_read_u32le(&r);
	head->table_size = gyw_read_u32le(&r);
	gyw_read_bytes(&r, head->table_hash, sizeof head->table_hash);
	head->image_num = gyw_read_u32le(&r);
	/* 0 means "right after the two areas" */
	if (head->table_offset == 0)
		head->table_offset = 2 * UPG_AREA_SIZE;
	return r.failed ? ERRCODE_FAIL : ERRCODE_SUCC;
}

errcode_t
upg_entry_read(
	const struct gya_partition *storage, const struct upg_head *head, uint32_t i, struct upg_entry *entry)
{
	uint8_t raw[UPG_ENTRY_SIZE];
	struct gyw_reader r;
	errcode_t result;

	if (head->table_offset > storage->size || i >= (storage->size - head->table_offset) / UPG_ENTRY_SIZE)
		return ERRCODE_FAIL;
	result = upg_flash_read(storage, head->table_offset + i * UPG_ENTRY_SIZE, raw, sizeof raw);
	if (result != ERRCODE_SUCC)
		return result;
	gyw_reader_init(&r, raw, sizeof raw);
	entry->id = gyw_read_u32le(&r);
	entry->header_offset = gyw_read_u32le(&r);
	gyw_read_u32le(&r); /* image_length: follows from the header */
	gyw_read_bytes(&r, entry->header_hash, sizeof entry->header_hash);
	return r.failed ? ERRCODE_FAIL : ERRCODE_SUCC;
}

errcode_t
upg_image_read(const struct gya_partition *storage, const struct upg_entry *entry, struct upg_image *image)
{
	uint8_t raw[0x68]; /* up to re_enc_flag */
	struct gyw_reader r;
	errcode_t result = upg_flash_read(storage, entry->header_offset, raw, sizeof raw);

	if (result != ERRCODE_SUCC)
		return result;
	gyw_reader_init(&r, raw, sizeof raw);
	image->magic = gyw_read_u32le(&r);
	gyw_read_u32le(&r); /* image_id: the table's counts */
	image->data_offset = gyw_read_u32le(&r);
	image->data_size = gyw_read_u32le(&r);
	gyw_read_bytes(&r, image->data_hash, sizeof image->data_hash);
	gyw_read_view(&r, 4 + UPG_SHA256_SIZE); /* old image, of a difference */
	image->new_size = gyw_read_u32le(&r);
	gyw_read_view(&r, 8); /* version, mask */
	image->decompress_flag = gyw_read_u32le(&r);
	image->encrypt_flag = gyw_read_u32le(&r);
	return r.failed ? ERRCODE_FAIL : ERRCODE_SUCC;
}

bool
upg_id_is_nv(uint32_t id)
{
	const struct gya_board_image *image = gya_board_image(upg_module.port->board, id);

	return image != NULL && image->is_nv;
}

errcode_t
upg_head_count_firmware(const struct gya_partition *storage, const struct upg_head *head, uint32_t *count)
{
	struct upg_entry entry;
	uint32_t i;

	*count = 0;
	for (i = 0; i < head->image_num; i++) {
		errcode_t result = upg_entry_read(storage, head, i, &entry);

		if (result != ERRCODE_SUCC)
			return result;
		if (!upg_id_is_nv(entry.id))
			*count += 1;
	}
	return ERRCODE_SUCC;
}
