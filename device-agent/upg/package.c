/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/package-private.h"

#include "device-agent/upg/flash-private.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

void
upg_head_parse(struct upg_head *head)
{
	const uint8_t *info = upg_module.head + UPG_INFO_AT;

	head->key_id = gyw_get_u32le(upg_module.head);
	head->key_signature_length = gyw_get_u32le(upg_module.head + 0x0C);
	head->info_id = gyw_get_u32le(info);
	head->info_signature_length = gyw_get_u32le(info + 0x0C);
	head->table_offset = gyw_get_u32le(info + 0x20);
	head->table_size = gyw_get_u32le(info + 0x24);
	memcpy(head->table_hash, info + 0x28, sizeof head->table_hash);
	head->image_num = gyw_get_u32le(info + 0x48);
	/* 0 means "right after the two areas" */
	if (head->table_offset == 0)
		head->table_offset = UPG_HEAD_SIZE;
}

errcode_t
upg_head_read(const struct gya_partition *storage, struct upg_head *head)
{
	errcode_t result = upg_flash_read(storage, 0, upg_module.head, UPG_HEAD_SIZE);

	if (result == ERRCODE_SUCC)
		upg_head_parse(head);
	return result;
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

void
upg_image_parse(const uint8_t raw[UPG_HEADER_USED_SIZE], struct upg_image *image)
{
	image->magic = gyw_get_u32le(raw);
	/* image_id: the table's counts */
	image->data_offset = gyw_get_u32le(raw + 0x08);
	image->data_size = gyw_get_u32le(raw + 0x0C);
	memcpy(image->data_hash, raw + UPG_HEADER_HASH_AT, sizeof image->data_hash);
	image->new_size = gyw_get_u32le(raw + 0x54);
	image->version_ext = gyw_get_u32le(raw + 0x58);
	image->decompress_flag = gyw_get_u32le(raw + 0x60);
	image->encrypt_flag = gyw_get_u32le(raw + 0x64);
	/* ProtectionKeyL1 and the first 12 bytes of ProtectionKeyL2 */
	memcpy(image->salt, raw + 0x6C, sizeof image->salt);
	memcpy(image->iv, raw + 0x8C, sizeof image->iv);
}

errcode_t
upg_image_read(const struct gya_partition *storage, const struct upg_entry *entry, struct upg_image *image)
{
	uint8_t raw[UPG_HEADER_USED_SIZE];
	errcode_t result = upg_flash_read(storage, entry->header_offset, raw, sizeof raw);

	if (result == ERRCODE_SUCC)
		upg_image_parse(raw, image);
	return result;
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
