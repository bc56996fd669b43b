/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/image.h"

#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/image-private.h"
#include "device-agent/upg/verify-private.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define KEY_AREA_ID       0x4B0F2D1Eu
#define CODE_INFO_ID      0x4B0F2D2Du
#define CODE_INFO_AT      0x100u
#define CODE_INFO_SIZE    0x4Cu /* the fields in use: up to code_enc_flag */
#define CODE_SIGNED_SIZE  0x180u
#define CODE_SIGNATURE_AT 0x280u
#define KEY_VERSION_AT    0x24u /* key_version_ext, mask, msid, mask */

/* Version and product id as both areas carry them, each with its mask. */
struct limits {
	uint32_t version;
	uint32_t version_mask;
	uint32_t msid;
	uint32_t msid_mask;
};

struct code_info {
	uint32_t id;
	struct limits limits;
	uint32_t code_at;
	uint32_t code_size;
	uint8_t code_hash[32];
};

static void
read_limits(struct gyw_reader *r, struct limits *limits)
{
	limits->version = gyw_read_u32le(r);
	limits->version_mask = gyw_read_u32le(r);
	limits->msid = gyw_read_u32le(r);
	limits->msid_mask = gyw_read_u32le(r);
}

static bool
read_code_info(const struct gya_partition *partition, struct code_info *info)
{
	uint8_t raw[CODE_INFO_SIZE];
	struct gyw_reader r;

	if (upg_flash_read(partition, CODE_INFO_AT, raw, sizeof raw) != ERRCODE_SUCC)
		return false;
	gyw_reader_init(&r, raw, sizeof raw);
	info->id = gyw_read_u32le(&r);
	gyw_read_view(&r, 12); /* structure version and length, signature length */
	read_limits(&r, &info->limits);
	info->code_at = gyw_read_u32le(&r);
	info->code_size = gyw_read_u32le(&r);
	gyw_read_bytes(&r, info->code_hash, sizeof info->code_hash);
	if (r.failed || info->code_at != 0 || partition->size < GYA_UPG_IMAGE_HEADER_SIZE)
		return false;
	return info->code_size <= partition->size - GYA_UPG_IMAGE_HEADER_SIZE;
}

static bool
has_code_hash(const struct gya_partition *partition, const struct code_info *info)
{
	uint8_t digest[32];

	if (upg_flash_sha256(partition, GYA_UPG_IMAGE_HEADER_SIZE, info->code_size, digest) != ERRCODE_SUCC)
		return false;
	return memcmp(digest, info->code_hash, sizeof digest) == 0;
}

static uint32_t
count_bits(uint32_t word)
{
	uint32_t n = 0;

	for (; word != 0; word &= word - 1)
		n++;
	return n;
}

/* Fuse bits can only be set, so a version is their count; the product id has to agree under its mask. */
static bool
are_within(const struct limits *limits, uint32_t fused_version)
{
	uint32_t fused_msid = upg_module.port->fuses.msid;

	if (count_bits(limits->version & limits->version_mask) <
		count_bits(fused_version & limits->version_mask))
		return false;
	return (limits->msid & limits->msid_mask) == (fused_msid & limits->msid_mask);
}

static bool
is_signed(const struct gya_partition *partition, uint32_t at, uint32_t size, uint32_t signature_at,
	const uint8_t key[64])
{
	uint8_t digest[32];
	uint8_t signature[64];

	if (upg_flash_sha256(partition, at, size, digest) != ERRCODE_SUCC ||
		upg_flash_read(partition, signature_at, signature, sizeof signature) != ERRCODE_SUCC)
		return false;
	upg_kick();
	return upg_module.port->crypto->ecdsa_verify(key, digest, signature);
}

/* Root key in flash, then key area, then code info. */
static bool
has_chain(const struct gya_partition *partition, const struct code_info *info)
{
	const struct gya_upg_fuses *fuses = &upg_module.port->fuses;
	uint8_t raw[KEY_VERSION_AT + 16];
	uint8_t key[64];
	struct limits key_limits;
	struct gyw_reader r;

	if (upg_flash_read(partition, 0, raw, sizeof raw) != ERRCODE_SUCC)
		return false;
	gyw_reader_init(&r, raw + KEY_VERSION_AT, sizeof raw - KEY_VERSION_AT);
	read_limits(&r, &key_limits);
	if (gyw_get_u32le(raw) != KEY_AREA_ID || info->id != CODE_INFO_ID)
		return false;
	if (!are_within(&key_limits, fuses->application_key_version) ||
		!are_within(&info->limits, fuses->application_version))
		return false;

	if (upg_root_key_read(key) != ERRCODE_SUCC ||
		!is_signed(partition, 0, UPG_SIGNED_SIZE, UPG_SIGNED_SIZE, key))
		return false;
	if (upg_flash_read(partition, UPG_EXTERNAL_KEY_AT, key, sizeof key) != ERRCODE_SUCC)
		return false;
	return is_signed(partition, CODE_INFO_AT, CODE_SIGNED_SIZE, CODE_SIGNATURE_AT, key);
}

static bool
is_startable(const struct gya_partition *partition, const struct code_info *info)
{
	if (upg_module.port->fuses.secure_verify != 0 && !has_chain(partition, info))
		return false;
	return has_code_hash(partition, info);
}

bool
upg_image_is_startable(const struct gya_partition *partition)
{
	struct code_info info;

	return read_code_info(partition, &info) && is_startable(partition, &info);
}

bool
gya_upg_application_identity(uint16_t id, struct gya_upg_identity *identity)
{
	const struct gya_partition *partition = gya_board_partition(upg_module.port->board, id);
	struct code_info info;

	memset(identity, 0, sizeof *identity);
	if (partition == NULL || !read_code_info(partition, &info))
		return false;
	if (upg_flash_sha256(partition, 0, GYA_UPG_IMAGE_HEADER_SIZE + info.code_size, identity->sha256) !=
		ERRCODE_SUCC) {
		memset(identity, 0, sizeof *identity);
		return false;
	}
	identity->valid = is_startable(partition, &info);
	identity->image_size = GYA_UPG_IMAGE_HEADER_SIZE + info.code_size;
	identity->version_ext = info.limits.version;
	return true;
}
