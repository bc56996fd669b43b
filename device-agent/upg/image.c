/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/image.h"

#include "device-agent/upg/ab-private.h"
#include "device-agent/upg/cipher-private.h"
#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/image-private.h"
#include "device-agent/upg/verify-private.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define KEY_AREA_ID       0x4B0F2D1Eu
#define CODE_INFO_ID      0x4B0F2D2Du
#define CODE_INFO_AT      0x100u
#define CODE_INFO_SIZE    0x7Cu /* the fields in use: up to the iv */
#define CODE_PLAIN        0x3C7896E1u
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
	bool may_be_encrypted; /* what it is says its hash: see has_code_hash */
	bool is_encrypted;
	uint8_t salt[GYA_UPG_SALT_SIZE];
	uint8_t iv[16];
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
is_zero(const uint8_t *bytes, uint32_t size)
{
	while (size > 0 && bytes[size - 1] == 0)
		size--;
	return size == 0;
}

static bool
read_code_info(const struct gya_partition *partition, struct code_info *info)
{
	uint8_t raw[CODE_INFO_SIZE];
	bool may_be_encrypted;
	struct gyw_reader r;

	if (upg_flash_read(partition, CODE_INFO_AT, raw, sizeof raw) != ERRCODE_SUCC)
		return false;
	info->is_encrypted = false;
	gyw_reader_init(&r, raw, sizeof raw);
	info->id = gyw_read_u32le(&r);
	gyw_read_view(&r, 12); /* structure version and length, signature length */
	read_limits(&r, &info->limits);
	info->code_at = gyw_read_u32le(&r);
	info->code_size = gyw_read_u32le(&r);
	gyw_read_bytes(&r, info->code_hash, sizeof info->code_hash);
	may_be_encrypted = gyw_read_u32le(&r) != CODE_PLAIN;
	gyw_read_bytes(&r, info->salt, sizeof info->salt);
	gyw_read_view(&r, 4); /* the end of protection_key_l2 */
	gyw_read_bytes(&r, info->iv, sizeof info->iv);
	info->may_be_encrypted = may_be_encrypted || !is_zero(info->iv, sizeof info->iv);
	if (r.failed || info->code_at != 0 || partition->size < GYA_UPG_IMAGE_HEADER_SIZE)
		return false;
	return info->code_size <= partition->size - GYA_UPG_IMAGE_HEADER_SIZE;
}

/* Takes the code into `hash` as the chip runs it. */
static bool
hash_code(const struct gya_partition *partition, const struct code_info *info, struct gya_sha256 *hash)
{
	struct upg_cipher cipher = {0};
	uint32_t done, step;

	if (info->is_encrypted &&
		(info->code_size % UPG_CIPHER_BLOCK != 0 ||
			!upg_cipher_start(&cipher, GYA_UPG_KEY_FLASH, info->salt, info->iv)))
		return false;
	for (done = 0; done < info->code_size; done += step) {
		step = info->code_size - done;
		if (step > UPG_SECTOR_SIZE)
			step = UPG_SECTOR_SIZE;
		upg_kick();
		if (upg_flash_read(partition, GYA_UPG_IMAGE_HEADER_SIZE + done, upg_module.page, step) !=
			ERRCODE_SUCC)
			return false;
		upg_cipher_apply(&cipher, upg_module.page, step);
		upg_module.port->crypto->sha256_update(hash, upg_module.page, step);
	}
	return true;
}

static bool
try_code_hash(const struct gya_partition *partition, const struct code_info *info)
{
	const struct gya_crypto *crypto = upg_module.port->crypto;
	uint8_t digest[32];
	struct gya_sha256 hash;
	bool is_read;

	crypto->sha256_init(&hash);
	is_read = hash_code(partition, info, &hash);
	crypto->sha256_final(&hash, digest);
	return is_read && memcmp(digest, info->code_hash, sizeof digest) == 0;
}

/*
 * What makes the chip switch its decryption unit on is not documented. Here it is on where the header names an iv or
 * says "encrypted", and the code has its hash only that way.
 */
static bool
has_code_hash(const struct gya_partition *partition, struct code_info *info)
{
	if (try_code_hash(partition, info))
		return true;
	if (!info->may_be_encrypted)
		return false;
	info->is_encrypted = true;
	if (try_code_hash(partition, info))
		return true;
	info->is_encrypted = false;
	return false;
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

/* Finds out in passing whether the code is encrypted. */
static bool
is_startable(const struct gya_partition *partition, struct code_info *info)
{
	bool is_whole = has_code_hash(partition, info);

	if (upg_module.port->fuses.secure_verify != 0 && !has_chain(partition, info))
		return false;
	return is_whole;
}

bool
upg_image_is_startable(const struct gya_partition *partition)
{
	struct code_info info;

	return read_code_info(partition, &info) && is_startable(partition, &info);
}

bool
upg_image_is_whole(const struct gya_partition *partition)
{
	struct code_info info;

	return read_code_info(partition, &info) && has_code_hash(partition, &info);
}

static bool
hash_image(const struct gya_partition *partition, const struct code_info *info, uint8_t digest[32])
{
	const struct gya_crypto *crypto = upg_module.port->crypto;
	struct gya_sha256 hash;
	bool is_read;

	if (upg_flash_read(partition, 0, upg_module.page, GYA_UPG_IMAGE_HEADER_SIZE) != ERRCODE_SUCC)
		return false;
	crypto->sha256_init(&hash);
	crypto->sha256_update(&hash, upg_module.page, GYA_UPG_IMAGE_HEADER_SIZE);
	is_read = hash_code(partition, info, &hash);
	crypto->sha256_final(&hash, digest);
	return is_read;
}

static bool
identify(const struct gya_partition *partition, struct gya_upg_identity *identity)
{
	struct code_info info;

	if (!read_code_info(partition, &info))
		return false;
	identity->valid = is_startable(partition, &info);
	identity->image_size = GYA_UPG_IMAGE_HEADER_SIZE + info.code_size;
	identity->version_ext = info.limits.version;
	return hash_image(partition, &info, identity->sha256);
}

bool
gya_upg_application_identity(uint16_t id, struct gya_upg_identity *identity)
{
	const struct gya_board *board = upg_module.port->board;
	const struct gya_partition *partition = gya_board_partition(board, id);
	struct gya_partition region;
	bool ok;

	memset(identity, 0, sizeof *identity);
	if (board->has_regions && id == board->application) {
		if (!upg_region_place(upg_mapped_region(), &region))
			return false;
		partition = &region;
	}
	ok = partition != NULL && identify(partition, identity);
	if (!ok)
		memset(identity, 0, sizeof *identity);
	return ok;
}
