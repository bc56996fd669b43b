/* SPDX-License-Identifier: Apache-2.0 */
#include <upg_ab.h>

#include "device-agent/include/backend-ab.h"
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

/* Fields of a signed image (spec: 4.2): key area, code info, code. */
#define HEADER_SIZE     0x300u
#define KEY_ID          0x000u
#define KEY_LENGTH      0x008u
#define KEY_SIGNATURE   0x00Cu
#define KEY_ALG         0x018u
#define KEY_EXTERNAL    0x080u
#define KEY_SIGNED_SIZE 0x0C0u /* the signature follows */
#define INFO_AT         0x100u
#define INFO_LENGTH     0x108u
#define INFO_SIGNATURE  0x10Cu
#define INFO_CODE_AT    0x120u
#define INFO_CODE_SIZE  0x124u
#define INFO_CODE_HASH  0x128u
#define INFO_SIGNED     0x180u /* bytes from INFO_AT on; the signature follows */

#define ID_KEY_AREA     0x4B0F2D1Eu
#define ID_CODE_INFO    0x4B0F2D2Du
#define ID_PACKAGE      0xCB8D154Eu
#define ID_BURN         0xEFBEADDFu
#define ALG_ECDSA       0x2A13C812u
#define SIGNATURE_SIZE  64u
#define DIGEST_SIZE     32u
#define ROOT_KEY_SIZE   0x80u
#define ROOT_KEY_AT     0x40u
#define PIECE           1024u
#define CHUNK           256u

static struct {
	const struct gya_ws63_ab_setup *setup;
	struct gya_verdict *verdict;
	upg_region_index running; /* that the boot loader has started: never written to */
	upg_region_index other;
	bool is_checked; /* what the other one holds */
	uint32_t regions[1 + GYW_MAX_REGIONS];
	uint8_t root_key[DIGEST_SIZE]; /* SHA-256 of the record */
} ab;

static bool
refuse(uint32_t cause, uint32_t detail)
{
	ab.verdict->cause = cause;
	ab.verdict->detail = detail;
	return false;
}

static bool
went(errcode_t code, uint32_t cause)
{
	ab.verdict->code = code;
	if (code == ERRCODE_SUCC)
		return true;
	ab.verdict->cause = cause;
	return false;
}

static void
sha256(const uint8_t *bytes, uint32_t size, uint8_t digest[DIGEST_SIZE])
{
	const struct gya_crypto *crypto = ab.setup->chip.crypto;
	struct gya_sha256 hash;

	crypto->sha256_init(&hash);
	crypto->sha256_update(&hash, bytes, size);
	crypto->sha256_final(&hash, digest);
}

static bool
is_zero(const uint8_t *bytes, uint32_t size)
{
	while (size > 0 && bytes[size - 1] == 0)
		size--;
	return size == 0;
}

static bool
judge_layout(const uint8_t *header, uint32_t length)
{
	uint32_t id = gyw_get_u32le(header + KEY_ID);
	uint32_t room = length - HEADER_SIZE;

	if (id != ID_KEY_AREA)
		return refuse(id == ID_BURN ? GYW_CAUSE_BURN : GYW_CAUSE_PACKAGE, KEY_ID);
	if (gyw_get_u32le(header + INFO_AT) != ID_CODE_INFO)
		return refuse(GYW_CAUSE_UNKNOWN_IMAGE, gyw_get_u32le(header + INFO_AT));
	if (gyw_get_u32le(header + KEY_LENGTH) != 0x100)
		return refuse(GYW_CAUSE_LAYOUT, KEY_LENGTH);
	if (gyw_get_u32le(header + INFO_LENGTH) != 0x200)
		return refuse(GYW_CAUSE_LAYOUT, INFO_LENGTH);
	if (gyw_get_u32le(header + INFO_CODE_AT) != 0)
		return refuse(GYW_CAUSE_LAYOUT, INFO_CODE_AT);
	if (gyw_get_u32le(header + INFO_CODE_SIZE) == 0 || gyw_get_u32le(header + INFO_CODE_SIZE) > room)
		return refuse(GYW_CAUSE_LAYOUT, INFO_CODE_SIZE);
	return true;
}

/* A signature field of an image that was never signed: a digest, then zeros. */
static bool
has_digest(const uint8_t *bytes, uint32_t size)
{
	uint8_t digest[DIGEST_SIZE];

	sha256(bytes, size, digest);
	return memcmp(digest, bytes + size, sizeof digest) == 0 &&
	       is_zero(bytes + size + DIGEST_SIZE, SIGNATURE_SIZE - DIGEST_SIZE);
}

static bool
judge_digests(const uint8_t *header)
{
	if (!ab.setup->takes_unsigned)
		return refuse(GYW_CAUSE_NOT_AUTHENTIC, KEY_EXTERNAL);
	if (!has_digest(header, KEY_SIGNED_SIZE))
		return refuse(GYW_CAUSE_SIGNATURE, KEY_SIGNED_SIZE);
	return has_digest(header + INFO_AT, INFO_SIGNED) ||
	       refuse(GYW_CAUSE_SIGNATURE, INFO_AT + INFO_SIGNED);
}

static bool
is_signed(const uint8_t key[64], const uint8_t *bytes, uint32_t size)
{
	uint8_t digest[DIGEST_SIZE];

	ab.setup->chip.watchdog();
	sha256(bytes, size, digest);
	return ab.setup->chip.crypto->ecdsa_verify(key, digest, bytes + size);
}

/* Root key in flash, key area, code info: the boot loader asks for it only where a fuse says so. */
static bool
judge_chain(const uint8_t *header)
{
	const struct gya_ws63_setup *chip = &ab.setup->chip;
	uint8_t root[64];

	if (is_zero(header + KEY_EXTERNAL, sizeof root))
		return judge_digests(header);
	if (gyw_get_u32le(header + KEY_ALG) != ALG_ECDSA)
		return refuse(GYW_CAUSE_NOT_AUTHENTIC, KEY_ALG);
	if (gyw_get_u32le(header + KEY_SIGNATURE) != SIGNATURE_SIZE ||
		gyw_get_u32le(header + INFO_SIGNATURE) != SIGNATURE_SIZE)
		return refuse(GYW_CAUSE_NOT_AUTHENTIC, KEY_SIGNATURE);
	if (!chip->read_flash(chip->root_key_offset + ROOT_KEY_AT, root, sizeof root) ||
		!is_signed(root, header, KEY_SIGNED_SIZE))
		return refuse(GYW_CAUSE_UNTRUSTED_KEY, KEY_SIGNED_SIZE);
	return is_signed(header + KEY_EXTERNAL, header + INFO_AT, INFO_SIGNED) ||
	       refuse(GYW_CAUSE_SIGNATURE, INFO_AT + INFO_SIGNED);
}

/* What fits one region only could not be replaced by its like: later the other one has to take it. */
static uint32_t
storage_size(void)
{
	uint32_t a = upg_get_region_size(UPG_REGION_A);
	uint32_t b = upg_get_region_size(UPG_REGION_B);

	return a < b ? a : b;
}

static bool
judge_header(const struct gyw_begin *begin, const uint8_t *header, uint32_t size)
{
	if (begin->target != (uint32_t) ab.other)
		return refuse(GYW_CAUSE_TARGET, (uint32_t) ab.other);
	if (begin->length > storage_size())
		return refuse(GYW_CAUSE_TOO_LARGE, storage_size());
	if (begin->length <= HEADER_SIZE || size != HEADER_SIZE)
		return refuse(GYW_CAUSE_PACKAGE, size);
	return judge_layout(header, begin->length) && judge_chain(header);
}

/* The vendor's call refuses to choose what is chosen, and may lose what it has accepted: the page is read again. */
static bool
choose(upg_region_index region, uint32_t cause)
{
	if (upg_get_run_region() == region)
		return true;
	if (!went(upg_set_run_region(region), cause))
		return false;
	return upg_get_run_region() == region || refuse(cause, (uint32_t) region);
}

/* An armed one that was not started is taken back first: the region to be erased must not be the next to run. */
static bool
prepare(const struct gyw_begin *begin)
{
	(void) begin;
	ab.is_checked = false;
	return choose(ab.running, GYW_CAUSE_PREPARE) && went(upg_region_erase(ab.other), GYW_CAUSE_PREPARE);
}

static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	/* the vendor's parameter is not const; nothing is written to it */
	return went(upg_ab_image_write(ab.other, offset, (uint8_t *) bytes, size), GYW_CAUSE_STORE);
}

static bool
read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return went(upg_ab_image_read(ab.other, offset, bytes, size), GYW_CAUSE_READ) ||
	       refuse(GYW_CAUSE_READ, offset);
}

static bool
judge_code(const uint8_t *header)
{
	const struct gya_crypto *crypto = ab.setup->chip.crypto;
	uint32_t left = gyw_get_u32le(header + INFO_CODE_SIZE);
	uint32_t offset = HEADER_SIZE;
	uint8_t digest[DIGEST_SIZE];
	struct gya_sha256 hash;
	bool ok = true;

	crypto->sha256_init(&hash);
	while (ok && left > 0) {
		uint8_t chunk[CHUNK];
		uint32_t size = left < sizeof chunk ? left : sizeof chunk;

		ab.setup->chip.watchdog();
		ok = read(offset, chunk, size);
		crypto->sha256_update(&hash, chunk, size);
		offset += size;
		left -= size;
	}
	crypto->sha256_final(&hash, digest);
	if (!ok)
		return false;
	return memcmp(digest, header + INFO_CODE_HASH, sizeof digest) == 0 ||
	       refuse(GYW_CAUSE_DATA_HASH, ID_CODE_INFO);
}

static bool
judge(const struct gyw_begin *begin, uint8_t *header, uint32_t size, bool is_stored)
{
	if (!is_stored)
		return judge_header(begin, header, size);
	if (size < HEADER_SIZE || begin->length <= HEADER_SIZE)
		return refuse(GYW_CAUSE_PACKAGE, begin->length);
	ab.is_checked = read(0, header, HEADER_SIZE) && judge_header(begin, header, HEADER_SIZE) &&
			judge_code(header);
	return ab.is_checked;
}

/* What was not stored in this session has not been looked at: signatures and code, as after a FINISH. */
static bool
check_found(void)
{
	uint8_t header[HEADER_SIZE];

	ab.is_checked = read(0, header, HEADER_SIZE) && judge_layout(header, upg_get_region_size(ab.other)) &&
			judge_chain(header) && judge_code(header);
	return ab.is_checked;
}

static bool
arm(void)
{
	return (ab.is_checked || check_found()) && went(upg_region_verify(ab.other), GYW_CAUSE_VERIFY) &&
	       choose(ab.other, GYW_CAUSE_VERIFY);
}

static bool
disarm(void)
{
	return choose(ab.running, GYW_CAUSE_DISARM);
}

uint32_t
gya_ws63_ab_other(void)
{
	return (uint32_t) ab.other;
}

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	static const struct gya_info_tag tags[] = {
		GYA_INFO_TEXT(GYW_INFO_BACKEND, "\1ws63-ab"),
		GYA_INFO_VALUE(GYW_INFO_REGIONS, ab.regions),
		GYA_INFO_VALUE(GYW_INFO_ROOT_KEY, ab.root_key),
		{0, 0, NULL},
	};
	const struct gya_ws63_setup *chip = &ab.setup->chip;
	uint8_t record[ROOT_KEY_SIZE];

	ab.verdict = verdict;
	ab.is_checked = false;
	if (!went(uapi_partition_init(), GYW_CAUSE_PREPARE))
		return NULL;
	/* the boot loader starts what is chosen, and nobody else has chosen since */
	ab.running = upg_get_run_region();
	ab.other = ab.running == UPG_REGION_A ? UPG_REGION_B : UPG_REGION_A;
	ab.regions[0] = (uint32_t) ab.running;
	ab.regions[1] = upg_get_region_size(UPG_REGION_A);
	ab.regions[2] = upg_get_region_size(UPG_REGION_B);
	if (!chip->read_flash(chip->root_key_offset, record, sizeof record))
		return NULL;
	sha256(record, sizeof record, ab.root_key);
	return tags;
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_ws63_setup *chip = &ab.setup->chip;
	const struct gya_partition *partition = gya_board_partition(chip->board, area);

	if (!partition || !partition->readable)
		return refuse(GYW_CAUSE_TARGET, area);
	if (offset > partition->size || size > partition->size - offset)
		return refuse(GYW_CAUSE_RANGE, partition->size);
	return chip->read_flash(partition->address + offset, bytes, size) || refuse(GYW_CAUSE_READ, offset);
}

const struct gya_backend *
gya_backend_ws63_ab(const struct gya_ws63_ab_setup *setup)
{
	static const struct gya_backend backend = {
		.id = 1,
		.mode = GYW_MODE_REGION,
		.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
		.piece = PIECE,
		.manifest_most = HEADER_SIZE,
		.init = init,
		.storage_size = storage_size,
		.judge = judge,
		.prepare = prepare,
		.write = write,
		.read = read,
		.stop = upg_watchdog_kick, /* the region keeps what it has */
		.arm = arm,
		.disarm = disarm,
		.reset = upg_reboot,
		.read_area = read_area,
	};

	ab.setup = setup;
	return &backend;
}
