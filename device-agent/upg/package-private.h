/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_PACKAGE_PRIVATE_H
#define GYA_UPG_PACKAGE_PRIVATE_H

#include "device-agent/upg/module-private.h"

/* A stored package: key area, info area, hash table, then for each image a header and its data. */
#define UPG_AREA_ID           0xCB8D154Eu
#define UPG_IMAGE_MAGIC       0x464F5451u
#define UPG_FLAG_LZMA         0x3C7896E1u
#define UPG_FLAG_DIFF         0x44494646u
#define UPG_FLAG_ENCRYPTED    0x3C7896E1u
#define UPG_AREA_SIZE         0x100u
#define UPG_SIGNED_SIZE       0xC0u /* of either area; its signature follows */
#define UPG_EXTERNAL_KEY_AT   0x80u
#define UPG_INFO_AT           0x100u
#define UPG_USER_DEFINED_AT   0x150u
#define UPG_USER_DEFINED_SIZE 112u
#define UPG_ENTRY_SIZE        44u
#define UPG_HEADER_SIZE       160u
#define UPG_HEADER_HASH_AT    0x10u
#define UPG_HEADER_USED_SIZE  0x9Cu
#define UPG_SHA256_SIZE       32u

struct upg_head {
	uint32_t key_id;
	uint32_t key_signature_length;
	uint32_t info_id;
	uint32_t info_signature_length;
	uint32_t table_offset;
	uint32_t table_size;
	uint8_t table_hash[UPG_SHA256_SIZE];
	uint32_t image_num;
};

struct upg_entry {
	uint32_t id;
	uint32_t header_offset;
	uint8_t header_hash[UPG_SHA256_SIZE];
};

struct upg_image {
	uint32_t magic;
	uint32_t data_offset;
	uint32_t data_size; /* as stored, padded */
	uint8_t data_hash[UPG_SHA256_SIZE];
	uint32_t new_size;
	uint32_t version_ext;
	uint32_t decompress_flag;
	uint32_t encrypt_flag;
	uint8_t salt[GYA_UPG_SALT_SIZE];
	uint8_t iv[16];
};

/* Of the UPG_HEAD_SIZE bytes that stand in the module's head. */
void upg_head_parse(struct upg_head *head);
/* Of a stored package, through the module's head. */
errcode_t upg_head_read(const struct gya_partition *storage, struct upg_head *head);
errcode_t upg_entry_read(const struct gya_partition *storage, const struct upg_head *head, uint32_t i,
	struct upg_entry *entry);
void upg_image_parse(const uint8_t raw[UPG_HEADER_USED_SIZE], struct upg_image *image);
errcode_t upg_image_read(
	const struct gya_partition *storage, const struct upg_entry *entry, struct upg_image *image);
bool upg_id_is_nv(uint32_t id);
/* How many of the package's images the boot loader itself writes, and has flags for. */
errcode_t upg_head_count_firmware(
	const struct gya_partition *storage, const struct upg_head *head, uint32_t *count);

#endif
