/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/verify-private.h"

#include "device-agent/boards/ws63.h"
#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/rollback-private.h"
#include "protocol/wire/mem.h"

#define ROOT_KEY_AT        0x40u
#define KEY_SIZE           64u
#define SIGNATURE_SIZE     64u
#define DIGEST_ONLY_LENGTH 32u /* signature_length of a package that carries a digest instead */

errcode_t
upg_root_key_read(uint8_t key[64])
{
	const struct gya_partition *root;

	if (upg_partition(GYA_WS63_ROOT_KEY, &root) != ERRCODE_SUCC)
		return ERRCODE_UPG_VERIFICATION_KEY_ERROR;
	return upg_flash_read(root, ROOT_KEY_AT, key, KEY_SIZE);
}

/* `signature_length` comes from the package: that it may ask for a bare digest is the vendor's rule. */
static errcode_t
verify_area(uint32_t at, uint32_t signature_length, const uint8_t key[64])
{
	const struct gya_crypto *crypto = upg_module.port->crypto;
	const uint8_t *area = upg_module.head + at;
	const uint8_t *signature = area + UPG_SIGNED_SIZE;
	uint8_t digest[UPG_SHA256_SIZE];
	struct gya_sha256 hash;

	crypto->sha256_init(&hash);
	crypto->sha256_update(&hash, area, UPG_SIGNED_SIZE);
	crypto->sha256_final(&hash, digest);
	if (signature_length == DIGEST_ONLY_LENGTH)
		return memcmp(digest, signature, sizeof digest) == 0 ? ERRCODE_SUCC : ERRCODE_FAIL;
	upg_kick();
	return crypto->ecdsa_verify(key, digest, signature) ? ERRCODE_SUCC : ERRCODE_FAIL;
}

static errcode_t
ask_user(void)
{
	if (upg_module.check == NULL)
		return ERRCODE_SUCC;
	return upg_module.check(
		upg_module.head + UPG_USER_DEFINED_AT, UPG_USER_DEFINED_SIZE, upg_module.check_param);
}

errcode_t
upg_verify_head(const struct upg_head *head)
{
	uint8_t key[KEY_SIZE];
	errcode_t result = upg_root_key_read(key);

	if (result != ERRCODE_SUCC)
		return result;
	if (head->key_id != UPG_AREA_ID || head->info_id != UPG_AREA_ID)
		return ERRCODE_FAIL;
	result = verify_area(0, head->key_signature_length, key);
	if (result == ERRCODE_SUCC)
		result = verify_area(
			UPG_INFO_AT, head->info_signature_length, upg_module.head + UPG_EXTERNAL_KEY_AT);
	return result == ERRCODE_SUCC ? ask_user() : result;
}

static errcode_t
verify_hash(const struct gya_partition *storage, uint32_t offset, uint32_t size, const uint8_t expected[32])
{
	uint8_t digest[UPG_SHA256_SIZE];

	if (upg_flash_sha256(storage, offset, size, digest) != ERRCODE_SUCC)
		return ERRCODE_FAIL;
	return memcmp(digest, expected, sizeof digest) == 0 ? ERRCODE_SUCC : ERRCODE_FAIL;
}

errcode_t
upg_verify_data(const struct gya_partition *storage, const struct upg_image *image)
{
	uint32_t padding = (16u - image->data_size % 16u) % 16u;

	if (image->data_size > storage->size - padding)
		return ERRCODE_FAIL;
	return verify_hash(storage, image->data_offset, image->data_size + padding, image->data_hash);
}

errcode_t
upg_verify_image(const struct gya_partition *storage, const struct upg_entry *entry, struct upg_image *image,
	upg_result_t *failed)
{
	*failed = UPG_RESULT_VERIFY_IMAGE_FAILED;
	if (upg_image_read(storage, entry, image) != ERRCODE_SUCC || image->magic != UPG_IMAGE_MAGIC)
		return ERRCODE_FAIL;
	if (verify_hash(storage, entry->header_offset, UPG_HEADER_SIZE, entry->header_hash) != ERRCODE_SUCC ||
		upg_verify_data(storage, image) != ERRCODE_SUCC)
		return ERRCODE_FAIL;

	*failed = UPG_RESULT_VERIFY_VERSION_FAILED;
	return upg_rollback_check(entry->id, image->version_ext);
}

errcode_t
upg_verify_contents(const struct gya_partition *storage, const struct upg_head *head, upg_result_t *failed)
{
	struct upg_entry entry;
	struct upg_image image;
	errcode_t result;
	uint32_t i;

	*failed = UPG_RESULT_VERIFY_HASH_TABLE_FAILED;
	result = verify_hash(storage, head->table_offset, head->table_size, head->table_hash);
	/* a count that is too large ends at the partition's end, or at the first entry that is none */
	for (i = 0; i < head->image_num && result == ERRCODE_SUCC; i++) {
		*failed = UPG_RESULT_VERIFY_IMAGE_FAILED;
		result = upg_entry_read(storage, head, i, &entry);
		if (result == ERRCODE_SUCC)
			result = upg_verify_image(storage, &entry, &image, failed);
	}
	return result;
}

errcode_t
upg_verify_package(const struct gya_partition *storage, struct upg_head *head, upg_result_t *failed)
{
	errcode_t result;

	*failed = UPG_RESULT_VERIFY_HEAD_FAILED;
	result = upg_head_read(storage, head);
	if (result == ERRCODE_SUCC)
		result = upg_verify_head(head);
	return result == ERRCODE_SUCC ? upg_verify_contents(storage, head, failed) : result;
}
