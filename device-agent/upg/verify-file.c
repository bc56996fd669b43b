/* SPDX-License-Identifier: Apache-2.0 */
#include <upg.h>

#include "device-agent/upg/rollback-private.h"
#include "device-agent/upg/storage-private.h"
#include "device-agent/upg/verify-private.h"
#include "protocol/wire/mem.h"

__extension__ _Static_assert(sizeof(upg_fota_key_area_t) == UPG_AREA_SIZE, "as in flash");
__extension__ _Static_assert(sizeof(upg_package_header_t) == UPG_HEAD_SIZE, "as in flash");
__extension__ _Static_assert(
	offsetof(upg_package_header_t, info_area.user_defined) == UPG_USER_DEFINED_AT, "as in flash");
__extension__ _Static_assert(sizeof(upg_image_hash_node_t) == UPG_ENTRY_SIZE, "as in flash");
__extension__ _Static_assert(sizeof(upg_image_header_t) == UPG_HEADER_SIZE, "as in flash");

/* The caller's structs are the bytes of the package on a little endian chip, so they are taken as such. */
static errcode_t
take_head(const upg_package_header_t *pkg_header, struct upg_head *head)
{
	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (pkg_header == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	memcpy(upg_module.head, pkg_header, sizeof upg_module.head);
	upg_head_parse(head);
	return ERRCODE_SUCC;
}

errcode_t
uapi_upg_verify_file_head(const upg_package_header_t *pkg_header)
{
	struct upg_head head;
	errcode_t result = take_head(pkg_header, &head);

	return result == ERRCODE_SUCC ? upg_verify_head(&head) : result;
}

/* The head is the caller's, table and images are those in storage. */
errcode_t
uapi_upg_verify_file(const upg_package_header_t *pkg_header)
{
	const struct gya_partition *storage;
	struct upg_head head;
	upg_result_t failed;
	errcode_t result = take_head(pkg_header, &head);

	if (result == ERRCODE_SUCC)
		result = upg_storage(&storage);
	if (result == ERRCODE_SUCC)
		result = upg_verify_head(&head);
	return result == ERRCODE_SUCC ? upg_verify_contents(storage, &head, &failed) : result;
}

static bool
is_header_of(const uint8_t expected[32], const uint8_t header[UPG_HEADER_SIZE])
{
	const struct gya_crypto *crypto = upg_module.port->crypto;
	uint8_t digest[UPG_SHA256_SIZE];
	struct gya_sha256 hash;

	crypto->sha256_init(&hash);
	crypto->sha256_update(&hash, header, UPG_HEADER_SIZE);
	crypto->sha256_final(&hash, digest);
	return memcmp(digest, expected, sizeof digest) == 0;
}

errcode_t
uapi_upg_verify_file_image(
	const upg_image_header_t *img_header, const uint8_t *hash, uint32_t hash_len, bool verify_old)
{
	const struct gya_partition *storage;
	uint8_t raw[UPG_HEADER_SIZE];
	struct upg_image image;
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (img_header == NULL || hash == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	if (hash_len != UPG_SHA256_SIZE)
		return ERRCODE_UPG_INVALID_PARAMETER;
	result = upg_storage(&storage);
	if (result != ERRCODE_SUCC)
		return result;
	memcpy(raw, img_header, sizeof raw);
	upg_image_parse(raw, &image);
	if (image.magic != UPG_IMAGE_MAGIC || !is_header_of(hash, raw))
		return ERRCODE_FAIL;
	/* only a difference has an old image, and this chip takes none */
	if (verify_old && image.decompress_flag == UPG_FLAG_DIFF)
		return ERRCODE_UPG_NOT_SUPPORTED;
	result = upg_verify_data(storage, &image);
	return result == ERRCODE_SUCC ? upg_rollback_check(img_header->image_id, image.version_ext) : result;
}
