/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend.h"

#include <stddef.h>
#include <upg.h>

#include "device-agent/include/outline.h"
#include "protocol/wire/layout.h"
#include "protocol/wire/mem.h"

/* Package layout; numbers are offsets of 32-bit fields unless said otherwise. */
#define AREA_SIZE         0x100u /* key area, then info area */
#define AREA_ID           0x00u
#define AREA_LENGTH       0x08u
#define AREA_SIGNATURE    0x0Cu /* length of the signature */
#define AREA_SIGNED       0xC0u /* bytes; the signature follows */
#define KEY_ALG           0x18u
#define KEY_EXTERNAL      0x80u /* 64 bytes */
#define INFO_TABLE        0x120u
#define INFO_TABLE_SIZE   0x124u
#define INFO_TABLE_HASH   0x128u /* 32 bytes */
#define INFO_N_IMAGES     0x148u
#define INFO_HARDWARE     0x14Cu
#define HEAD_SIZE         0x200u
#define ENTRY_SIZE        44u
#define ENTRY_ADDRESS     4u
#define ENTRY_LENGTH      8u
#define ENTRY_HASH        12u /* 32 bytes */
#define HEADER_SIZE       160u
#define HEADER_ID         0x04u
#define HEADER_OFFSET     0x08u
#define HEADER_LENGTH     0x0Cu
#define HEADER_HASH       0x10u /* 32 bytes */
#define HEADER_NEW_LENGTH 0x54u
#define HEADER_DECOMPRESS 0x60u
#define HEADER_ENCRYPTED  0x64u
#define SIGNATURE_SIZE    64u
#define MAX_IMAGES        20u
#define MANIFEST_MOST     (HEAD_SIZE + MAX_IMAGES * (ENTRY_SIZE + HEADER_SIZE))

#define ID_PACKAGE        0xCB8D154Eu
#define ID_BURN           0xEFBEADDFu
#define ID_IMAGE          0x464F5451u
#define ALG_ECDSA         0x2A13C812u
#define FLAG_YES          0x3C7896E1u /* LZMA, or encrypted */
#define FLAG_DIFF         0x44494646u

#define ROOT_KEY_SIZE     0x80u
#define ROOT_KEY_AT       0x40u
#define PIECE             1024u
#define CHUNK             256u

/* The backend's state; the rest is the vendor's. */
static struct {
	const struct gya_ws63_setup *setup;
	struct gya_verdict *verdict; /* the agent's */
	bool has_root_key;
	bool has_stored;
	uint8_t root_key[32]; /* SHA-256 of the record */
	uint8_t stored[32];   /* SHA-256 of the stored package's head */
	struct gya_last_result last;
} ws63;

static GYA_OUTLINE bool
refuse(uint32_t cause, uint32_t detail)
{
	struct gya_verdict *verdict = ws63.verdict;

	verdict->cause = (uint16_t) cause;
	verdict->detail = detail;
	return false;
}

/* A vendor call's result, carried on as it is. */
static GYA_OUTLINE bool
went(errcode_t code, uint32_t cause)
{
	struct gya_verdict *verdict = ws63.verdict;

	verdict->code = code;
	if (code == ERRCODE_SUCC)
		return true;
	verdict->cause = (uint16_t) cause;
	return false;
}

static void
sha256(const uint8_t *bytes, uint32_t size, uint8_t digest[32])
{
	const struct gya_crypto *crypto = ws63.setup->crypto;
	struct gya_sha256 hash;

	crypto->sha256_init(&hash);
	crypto->sha256_update(&hash, bytes, size);
	crypto->sha256_final(&hash, digest);
}

static bool
is_hash_of(const uint8_t expected[32], const uint8_t *bytes, uint32_t size)
{
	uint8_t digest[32];

	sha256(bytes, size, digest);
	return memcmp(digest, expected, sizeof digest) == 0;
}

static bool
is_signed(const uint8_t key[64], const uint8_t *area)
{
	uint8_t digest[32];

	sha256(area, AREA_SIGNED, digest);
	return ws63.setup->crypto->ecdsa_verify(key, digest, area + AREA_SIGNED);
}

static bool
is_zero(const uint8_t *bytes, uint32_t size)
{
	while (size > 0 && bytes[size - 1] == 0)
		size--;
	return size == 0;
}

/* What an area says of itself; `at` is its place, for the detail. */
static bool
judge_area(const uint8_t *head, uint32_t at)
{
	const uint8_t *area = head + at;
	uint32_t id = gyw_get_u32le(area + AREA_ID);
	uint32_t signature_size = gyw_get_u32le(area + AREA_SIGNATURE);

	if (id != ID_PACKAGE)
		return refuse(id == ID_BURN ? GYW_CAUSE_BURN : GYW_CAUSE_PACKAGE, at);
	if (gyw_get_u32le(area + AREA_LENGTH) != AREA_SIZE)
		return refuse(GYW_CAUSE_LAYOUT, at + AREA_LENGTH);
	if (is_zero(area + AREA_SIGNED, SIGNATURE_SIZE))
		return refuse(GYW_CAUSE_UNSIGNED, at);
	/* the vendor's code lets the package itself choose a digest (32) instead of a signature */
	if (signature_size != SIGNATURE_SIZE)
		return refuse(signature_size == 32 ? GYW_CAUSE_NOT_AUTHENTIC : GYW_CAUSE_LAYOUT,
			at + AREA_SIGNATURE);
	return true;
}

static bool
judge_signatures(const uint8_t *head)
{
	const struct gya_ws63_setup *setup = ws63.setup;
	uint8_t root[64];

	if (!judge_area(head, 0) || !judge_area(head, AREA_SIZE))
		return false;
	if (gyw_get_u32le(head + KEY_ALG) != ALG_ECDSA)
		return refuse(GYW_CAUSE_NOT_AUTHENTIC, KEY_ALG);
	if (!setup->read_flash(setup->root_key_offset + ROOT_KEY_AT, root, sizeof root) ||
		!is_signed(root, head))
		return refuse(GYW_CAUSE_UNTRUSTED_KEY, AREA_SIGNED);
	if (!is_signed(head + KEY_EXTERNAL, head + AREA_SIZE))
		return refuse(GYW_CAUSE_SIGNATURE, AREA_SIZE + AREA_SIGNED);
	return true;
}

/* Where the headers begin in the manifest of so many images: behind the table, which is padded. */
static uint32_t
headers_at(uint32_t n_images)
{
	return HEAD_SIZE + ((n_images * ENTRY_SIZE + 15u) & ~15u);
}

/* The number of images that a head names, 0 if it cannot be. */
static uint32_t
count_images(const uint8_t *head)
{
	uint32_t n = gyw_get_u32le(head + INFO_N_IMAGES);

	return n <= MAX_IMAGES ? n : 0;
}

static uint32_t
manifest_size(uint32_t n_images)
{
	return headers_at(n_images) + n_images * HEADER_SIZE;
}

/* Whether the image can be unpacked here, and fits where it goes. */
static bool
judge_storage(const uint8_t *header, uint32_t id)
{
	const struct gya_board *board = ws63.setup->board;
	const struct gya_board_image *image = gya_board_image(board, id);
	const struct gya_partition *partition;
	uint32_t flag = gyw_get_u32le(header + HEADER_DECOMPRESS);
	uint32_t most = gyw_get_u32le(header + HEADER_NEW_LENGTH);
	uint32_t length = gyw_get_u32le(header + HEADER_LENGTH);

	/* an id that the boot loader does not know leaves it resetting for ever */
	partition = image ? gya_board_partition(board, image->partition) : NULL;
	if (!partition)
		return refuse(GYW_CAUSE_UNKNOWN_IMAGE, id);
	if (flag == FLAG_DIFF || gyw_get_u32le(header + HEADER_ENCRYPTED) == FLAG_YES)
		return refuse(GYW_CAUSE_FLAGS, id);
	/* NV is stored as it is, whatever the flag says */
	if ((flag != FLAG_YES || image->is_nv) && length > most)
		most = length;
	return most <= partition->size || refuse(GYW_CAUSE_TOO_LARGE_PARTITION, id);
}

/*
 * Whether entry and header agree on an image at `at` that has `room` bytes to the package's end. Returns its size
 * with the header, 0 if they do not.
 */
static uint32_t
image_size(const uint8_t *entry, const uint8_t *header, uint32_t at, uint32_t room)
{
	uint32_t length = gyw_get_u32le(header + HEADER_LENGTH);
	uint8_t expected[12];

	gyw_put_u32le(expected, ID_IMAGE);
	memcpy(expected + HEADER_ID, entry, 4);
	gyw_put_u32le(expected + HEADER_OFFSET, at + HEADER_SIZE);
	/* subtract, never add */
	if (memcmp(header, expected, sizeof expected) != 0 || gyw_get_u32le(entry + ENTRY_ADDRESS) != at ||
		room < HEADER_SIZE || length == 0 || length % 16 != 0 || length > room - HEADER_SIZE ||
		gyw_get_u32le(entry + ENTRY_LENGTH) != HEADER_SIZE + length)
		return 0;
	return HEADER_SIZE + length;
}

/* One behind the other without a hole, each inside the package, and nothing behind the last: the signed part is all. */
static bool
judge_images(const uint8_t *head, uint32_t n_images, uint32_t length)
{
	uint32_t at = headers_at(n_images);
	const uint8_t *header = head + at;
	const uint8_t *entry = head + HEAD_SIZE;

	for (; n_images > 0; n_images--) {
		uint32_t id = gyw_get_u32le(entry);
		const uint8_t *other;
		uint32_t size;

		if (!is_hash_of(entry + ENTRY_HASH, header, HEADER_SIZE))
			return refuse(GYW_CAUSE_HEADER_HASH, id);
		for (other = head + HEAD_SIZE; other != entry; other += ENTRY_SIZE)
			if (gyw_get_u32le(other) == id)
				return refuse(GYW_CAUSE_DUPLICATE_IMAGE, id);
		size = at > length ? 0 : image_size(entry, header, at, length - at);
		if (size == 0)
			return refuse(GYW_CAUSE_LAYOUT, at);
		if (!judge_storage(header, id))
			return false;
		at += size;
		entry += ENTRY_SIZE;
		header += HEADER_SIZE;
	}
	return at == length || refuse(GYW_CAUSE_LAYOUT, at);
}

static bool
judge(const struct gyw_begin *begin, const uint8_t *head, uint32_t size)
{
	uint32_t own = ws63.setup->hardware_id;
	uint32_t table;
	uint32_t table_size;
	uint32_t n;

	if (size < HEAD_SIZE)
		return refuse(GYW_CAUSE_PACKAGE, size);
	if (!judge_signatures(head))
		return false;
	table = gyw_get_u32le(head + INFO_TABLE);
	if (table != 0 && table != HEAD_SIZE)
		return refuse(GYW_CAUSE_LAYOUT, INFO_TABLE);
	n = count_images(head);
	if (n == 0)
		return refuse(GYW_CAUSE_LAYOUT, INFO_N_IMAGES);
	table_size = headers_at(n) - HEAD_SIZE;
	if (gyw_get_u32le(head + INFO_TABLE_SIZE) != table_size || size != manifest_size(n))
		return refuse(GYW_CAUSE_LAYOUT, INFO_TABLE_SIZE);
	if (!is_hash_of(head + INFO_TABLE_HASH, head + HEAD_SIZE, table_size))
		return refuse(GYW_CAUSE_TABLE_HASH, HEAD_SIZE);
	if (own != 0 && gyw_get_u32le(head + INFO_HARDWARE) != own)
		return refuse(GYW_CAUSE_HARDWARE, own);
	return judge_images(head, n, begin->length);
}

static bool
read_stored(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	while (size > 0) {
		/* the vendor's call fails on multiples of 64 KiB */
		uint32_t piece = size < 4096 ? size : 4096;

		if (!went(uapi_upg_read_package(offset, bytes, piece), GYW_CAUSE_READ))
			return refuse(GYW_CAUSE_READ, offset);
		offset += piece;
		bytes += piece;
		size -= piece;
	}
	return true;
}

static bool
hash_stored(uint32_t offset, uint32_t left, uint8_t digest[32])
{
	const struct gya_ws63_setup *setup = ws63.setup;
	struct gya_sha256 hash;
	bool ok = true;

	setup->crypto->sha256_init(&hash);
	while (ok && left > 0) {
		uint8_t chunk[CHUNK];
		uint32_t size = left < sizeof chunk ? left : sizeof chunk;

		setup->watchdog();
		ok = read_stored(offset, chunk, size);
		setup->crypto->sha256_update(&hash, chunk, size);
		offset += size;
		left -= size;
	}
	setup->crypto->sha256_final(&hash, digest);
	return ok;
}

/* What tells whose result the vendor's module reports: the package that is still there. */
static void
look_at_stored(void)
{
	uint8_t id[4];

	ws63.has_stored = read_stored(AREA_ID, id, sizeof id) && gyw_get_u32le(id) == ID_PACKAGE &&
			  hash_stored(0, HEAD_SIZE, ws63.stored);
}

/* The manifest's size as the flash has it in `work`, or 0. Only what reading needs is checked; judge does the rest. */
static uint32_t
rebuild(uint32_t length, uint8_t *work, uint32_t work_size)
{
	const uint8_t *entry = work + HEAD_SIZE;
	uint32_t header = HEAD_SIZE;
	uint32_t size;
	uint32_t n;

	if (work_size > length)
		work_size = length;
	if (work_size < HEAD_SIZE) {
		refuse(GYW_CAUSE_PACKAGE, length);
		return 0;
	}
	if (!read_stored(0, work, HEAD_SIZE))
		return 0;
	n = count_images(work);
	size = manifest_size(n);
	if (n == 0 || size > work_size) {
		refuse(GYW_CAUSE_LAYOUT, INFO_N_IMAGES);
		return 0;
	}
	header = headers_at(n);
	if (!read_stored(HEAD_SIZE, work + HEAD_SIZE, header - HEAD_SIZE))
		return 0;
	for (; header < size; header += HEADER_SIZE) {
		uint32_t at = gyw_get_u32le(entry + ENTRY_ADDRESS);

		if (at > length - HEADER_SIZE) {
			refuse(GYW_CAUSE_LAYOUT, at);
			return 0;
		}
		if (!read_stored(at, work + header, HEADER_SIZE))
			return 0;
		entry += ENTRY_SIZE;
	}
	return size;
}

static bool
judge_data(const uint8_t *header)
{
	uint8_t digest[32];

	if (!hash_stored(
		    gyw_get_u32le(header + HEADER_OFFSET), gyw_get_u32le(header + HEADER_LENGTH), digest))
		return false;
	return memcmp(digest, header + HEADER_HASH, sizeof digest) == 0 ||
	       refuse(GYW_CAUSE_DATA_HASH, gyw_get_u32le(header + HEADER_ID));
}

static bool
recheck(const struct gyw_begin *begin, uint8_t *work, uint32_t work_size)
{
	uint32_t size = rebuild(begin->length, work, work_size);
	uint32_t header;

	if (size == 0 || !judge(begin, work, size))
		return false;
	for (header = headers_at(count_images(work)); header < size; header += HEADER_SIZE)
		if (!judge_data(work + header))
			return false;
	look_at_stored();
	return true;
}

static void *
no_memory(const uint32_t size)
{
	(void) size;
	return NULL;
}

static void
no_free(void *pointer)
{
	(void) pointer;
}

static void
no_text(const char c)
{
	(void) c;
}

static bool
init(struct gya_verdict *verdict)
{
	/* an SDK that needs memory has started the module itself, at boot */
	static const upg_func_t functions = {no_memory, no_free, no_text};
	const struct gya_ws63_setup *setup = ws63.setup;
	uint8_t record[ROOT_KEY_SIZE];
	upg_result_t result = UPG_RESULT_MAX;
	uint32_t last;
	errcode_t code;

	ws63.verdict = verdict;
	if (!went(uapi_partition_init(), GYW_CAUSE_PREPARE))
		return false;
	code = uapi_upg_init(&functions);
	if (code != ERRCODE_UPG_ALREADY_INIT && !went(code, GYW_CAUSE_PREPARE))
		return false;
	uapi_upg_get_result(&result, &last);
	ws63.last.result = (uint32_t) result;
	ws63.last.status = (uint8_t) uapi_upg_get_status();
	ws63.has_root_key = setup->read_flash(setup->root_key_offset, record, sizeof record);
	if (ws63.has_root_key)
		sha256(record, sizeof record, ws63.root_key);
	look_at_stored();
	return true;
}

static void
describe_images(struct gyw_writer *w)
{
	const struct gya_board *board = ws63.setup->board;
	const struct gya_board_image *image = board->images;
	uint32_t left;

	for (left = board->n_images; left > 0; left--, image++) {
		const struct gya_partition *partition = gya_board_partition(board, image->partition);
		struct gyw_info_image about = {image->id, image->partition, 0, 0};

		if (partition)
			about.size = partition->size;
		gyw_write_tlv_struct(w, GYW_INFO_IMAGE, &about);
	}
}

static void
describe(struct gyw_writer *w)
{
	const struct gya_ws63_setup *setup = ws63.setup;

	describe_images(w);
	gyw_write_tlv_struct(w, GYW_INFO_HARDWARE_ID, &setup->hardware_id);
	if (setup->has_digest) {
		gyw_write_tlv(w, GYW_INFO_DIGEST, setup->digest, sizeof setup->digest);
		gyw_write_tlv_struct(w, GYW_INFO_VERSION_EXT, &setup->version_ext);
	}
	if (ws63.has_root_key)
		gyw_write_tlv(w, GYW_INFO_ROOT_KEY, ws63.root_key, sizeof ws63.root_key);
	if (ws63.has_stored)
		gyw_write_tlv(w, GYW_INFO_STORED, ws63.stored, sizeof ws63.stored);
	gyw_write_tlv_text(w, GYW_INFO_VERSION, setup->version, GYW_MAX_VERSION);
}

static bool
prepare(const struct gyw_begin *begin)
{
	upg_prepare_info_t info = {begin->length};

	ws63.has_stored = false;
	return went(uapi_upg_prepare(&info), GYW_CAUSE_PREPARE);
}

static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	return went(uapi_upg_write_package_sync(offset, bytes, (uint16_t) size), GYW_CAUSE_STORE);
}

static bool
arm(void)
{
	return went(uapi_upg_request_upgrade(false), GYW_CAUSE_VERIFY);
}

static bool
disarm(void)
{
	return went(uapi_upg_reset_upgrade_flag(), GYW_CAUSE_DISARM);
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_ws63_setup *setup = ws63.setup;
	const struct gya_partition *partition =
		area <= UINT16_MAX ? gya_board_partition(setup->board, (uint16_t) area) : NULL;

	if (!partition || !partition->readable)
		return refuse(GYW_CAUSE_TARGET, area);
	if (offset > partition->size || size > partition->size - offset)
		return refuse(GYW_CAUSE_RANGE, partition->size);
	return setup->read_flash(partition->address + offset, bytes, size) || refuse(GYW_CAUSE_READ, offset);
}

const struct gya_backend *
gya_backend_ws63(const struct gya_ws63_setup *setup)
{
	static const struct gya_backend backend = {
		.id = 1,
		.name = "ws63",
		.piece = PIECE,
		.manifest_most = MANIFEST_MOST,
		.reads_back = true,
		.result = &ws63.last,
		.init = init,
		.describe = describe,
		.storage_size = uapi_upg_get_storage_size,
		.judge = judge,
		.prepare = prepare,
		.write = write,
		.read = read_stored,
		.recheck = recheck,
		.arm = arm,
		.disarm = disarm,
		.reset = upg_reboot,
		.read_area = read_area,
	};

	ws63.setup = setup;
	return &backend;
}
