/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend.h"

#include <stddef.h>
#include <upg.h>

#include "protocol/wire/bytes.h"
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
	uint32_t result;
	uint8_t status;
	bool has_root_key;
	bool has_stored;
	uint8_t root_key[32]; /* SHA-256 of the record */
	uint8_t stored[32];   /* SHA-256 of the stored package's head */
} ws63;

/* A package's parts while it is judged. */
struct package {
	const uint8_t *head;
	const uint8_t *entry; /* of the table, then of its next image */
	const uint8_t *header;
	uint32_t n_images;
	uint32_t length;
	uint32_t end; /* of the images judged so far */
};

static bool
refuse(struct gya_verdict *verdict, uint16_t cause, uint32_t detail)
{
	verdict->cause = cause;
	verdict->detail = detail;
	return false;
}

/* A vendor call's result, carried on as it is. */
static bool
went(errcode_t code, uint16_t cause, struct gya_verdict *verdict)
{
	verdict->code = code;
	if (code != ERRCODE_SUCC)
		verdict->cause = cause;
	return code == ERRCODE_SUCC;
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
judge_area(const uint8_t *area, uint32_t at, struct gya_verdict *verdict)
{
	uint32_t id = gyw_get_u32le(area + AREA_ID);
	uint32_t signature_size = gyw_get_u32le(area + AREA_SIGNATURE);

	if (id != ID_PACKAGE)
		return refuse(verdict, id == ID_BURN ? GYW_CAUSE_BURN : GYW_CAUSE_PACKAGE, at);
	if (gyw_get_u32le(area + AREA_LENGTH) != AREA_SIZE)
		return refuse(verdict, GYW_CAUSE_LAYOUT, at + AREA_LENGTH);
	if (is_zero(area + AREA_SIGNED, SIGNATURE_SIZE))
		return refuse(verdict, GYW_CAUSE_UNSIGNED, at);
	/* the vendor's code lets the package itself choose a digest instead of a signature */
	if (signature_size == 32)
		return refuse(verdict, GYW_CAUSE_NOT_AUTHENTIC, at + AREA_SIGNATURE);
	if (signature_size != SIGNATURE_SIZE)
		return refuse(verdict, GYW_CAUSE_LAYOUT, at + AREA_SIGNATURE);
	return true;
}

static bool
judge_signatures(const uint8_t *head, struct gya_verdict *verdict)
{
	uint8_t root[64];

	if (!judge_area(head, 0, verdict) || !judge_area(head + AREA_SIZE, AREA_SIZE, verdict))
		return false;
	if (gyw_get_u32le(head + KEY_ALG) != ALG_ECDSA)
		return refuse(verdict, GYW_CAUSE_NOT_AUTHENTIC, KEY_ALG);
	if (!ws63.setup->read_flash(ws63.setup->root_key_offset + ROOT_KEY_AT, root, sizeof root) ||
		!is_signed(root, head))
		return refuse(verdict, GYW_CAUSE_UNTRUSTED_KEY, AREA_SIGNED);
	if (!is_signed(head + KEY_EXTERNAL, head + AREA_SIZE))
		return refuse(verdict, GYW_CAUSE_SIGNATURE, AREA_SIZE + AREA_SIGNED);
	return true;
}

static uint32_t
table_size(uint32_t n_images)
{
	return (n_images * ENTRY_SIZE + 15u) & ~15u;
}

/* The table's place and size. Fills `p` but for the images. */
static bool
judge_layout(const uint8_t *head, uint32_t size, struct package *p, struct gya_verdict *verdict)
{
	uint32_t table = gyw_get_u32le(head + INFO_TABLE);

	p->head = head;
	p->entry = head + HEAD_SIZE;
	p->n_images = gyw_get_u32le(head + INFO_N_IMAGES);
	if (table != 0 && table != HEAD_SIZE)
		return refuse(verdict, GYW_CAUSE_LAYOUT, INFO_TABLE);
	if (p->n_images == 0 || p->n_images > MAX_IMAGES)
		return refuse(verdict, GYW_CAUSE_LAYOUT, INFO_N_IMAGES);
	p->end = HEAD_SIZE + table_size(p->n_images);
	p->header = head + p->end;
	if (gyw_get_u32le(head + INFO_TABLE_SIZE) != p->end - HEAD_SIZE ||
		size != p->end + p->n_images * HEADER_SIZE)
		return refuse(verdict, GYW_CAUSE_LAYOUT, INFO_TABLE_SIZE);
	return true;
}

/* Whether the image can be unpacked here, and fits where it goes. */
static bool
judge_storage(const uint8_t *header, uint32_t id, struct gya_verdict *verdict)
{
	const struct gya_board *board = ws63.setup->board;
	const struct gya_board_image *image = gya_board_image(board, id);
	const struct gya_partition *partition;
	uint32_t flag = gyw_get_u32le(header + HEADER_DECOMPRESS);
	uint32_t new_length = gyw_get_u32le(header + HEADER_NEW_LENGTH);

	/* an id that the boot loader does not know leaves it resetting for ever */
	partition = image ? gya_board_partition(board, image->partition) : NULL;
	if (!partition)
		return refuse(verdict, GYW_CAUSE_UNKNOWN_IMAGE, id);
	if (flag == FLAG_DIFF || gyw_get_u32le(header + HEADER_ENCRYPTED) == FLAG_YES)
		return refuse(verdict, GYW_CAUSE_FLAGS, id);
	/* NV is stored as it is, whatever the flag says */
	if (new_length > partition->size || ((flag != FLAG_YES || image->is_nv) &&
						    gyw_get_u32le(header + HEADER_LENGTH) > partition->size))
		return refuse(verdict, GYW_CAUSE_TOO_LARGE_PARTITION, id);
	return true;
}

static bool
judge_image(struct package *p, struct gya_verdict *verdict)
{
	const uint8_t *entry = p->entry;
	const uint8_t *header = p->header;
	const uint8_t *other;
	uint32_t id = gyw_get_u32le(entry);
	uint32_t length = gyw_get_u32le(header + HEADER_LENGTH);
	uint32_t at = p->end;

	if (!is_hash_of(entry + ENTRY_HASH, header, HEADER_SIZE))
		return refuse(verdict, GYW_CAUSE_HEADER_HASH, id);
	for (other = p->head + HEAD_SIZE; other != entry; other += ENTRY_SIZE)
		if (gyw_get_u32le(other) == id)
			return refuse(verdict, GYW_CAUSE_DUPLICATE_IMAGE, id);
	/* one behind the other without a hole, each inside the package; subtract, never add */
	if (gyw_get_u32le(header) != ID_IMAGE || gyw_get_u32le(header + HEADER_ID) != id ||
		gyw_get_u32le(entry + ENTRY_ADDRESS) != at || at > p->length ||
		p->length - at < HEADER_SIZE || gyw_get_u32le(header + HEADER_OFFSET) != at + HEADER_SIZE ||
		length == 0 || length % 16 != 0 || length > p->length - at - HEADER_SIZE ||
		gyw_get_u32le(entry + ENTRY_LENGTH) != HEADER_SIZE + length)
		return refuse(verdict, GYW_CAUSE_LAYOUT, at);
	p->entry += ENTRY_SIZE;
	p->header += HEADER_SIZE;
	p->end = at + HEADER_SIZE + length;
	return judge_storage(header, id, verdict);
}

static bool
judge(const struct gyw_begin *begin, const uint8_t *manifest, uint32_t size, struct gya_verdict *verdict)
{
	uint32_t own = ws63.setup->hardware_id;
	struct package p;
	uint32_t i;

	if (size < HEAD_SIZE)
		return refuse(verdict, GYW_CAUSE_PACKAGE, size);
	if (!judge_signatures(manifest, verdict) || !judge_layout(manifest, size, &p, verdict))
		return false;
	if (!is_hash_of(manifest + INFO_TABLE_HASH, p.entry, p.end - HEAD_SIZE))
		return refuse(verdict, GYW_CAUSE_TABLE_HASH, HEAD_SIZE);
	if (own != 0 && gyw_get_u32le(manifest + INFO_HARDWARE) != own)
		return refuse(verdict, GYW_CAUSE_HARDWARE, own);
	p.length = begin->length;
	for (i = 0; i < p.n_images; i++)
		if (!judge_image(&p, verdict))
			return false;
	/* the signed part has to be all there is */
	return p.end == begin->length || refuse(verdict, GYW_CAUSE_LAYOUT, p.end);
}

static bool
read_stored(uint32_t offset, uint8_t *bytes, uint32_t size, struct gya_verdict *verdict)
{
	while (size > 0) {
		/* the vendor's call fails on multiples of 64 KiB */
		uint32_t piece = size < 4096 ? size : 4096;

		if (!went(uapi_upg_read_package(offset, bytes, piece), GYW_CAUSE_READ, verdict))
			return refuse(verdict, GYW_CAUSE_READ, offset);
		offset += piece;
		bytes += piece;
		size -= piece;
	}
	return true;
}

/* The manifest as the flash has it. Places are checked as far as reading needs it; judge does the rest. */
static bool
rebuild(uint32_t length, uint8_t *work, uint32_t work_size, uint32_t *size, struct gya_verdict *verdict)
{
	struct package p;
	uint8_t *header;
	uint32_t i;

	if (work_size < HEAD_SIZE || length < HEAD_SIZE)
		return refuse(verdict, GYW_CAUSE_PACKAGE, length);
	if (!read_stored(0, work, HEAD_SIZE, verdict))
		return false;
	*size = gyw_get_u32le(work + INFO_N_IMAGES);
	if (*size <= MAX_IMAGES)
		*size = HEAD_SIZE + table_size(*size) + *size * HEADER_SIZE;
	if (*size > work_size || *size > length)
		return refuse(verdict, GYW_CAUSE_LAYOUT, INFO_N_IMAGES);
	if (!judge_layout(work, *size, &p, verdict) ||
		!read_stored(HEAD_SIZE, work + HEAD_SIZE, p.end - HEAD_SIZE, verdict))
		return false;
	header = work + p.end;
	for (i = 0; i < p.n_images; i++) {
		uint32_t at = gyw_get_u32le(p.entry + ENTRY_ADDRESS);

		if (at > length - HEADER_SIZE)
			return refuse(verdict, GYW_CAUSE_LAYOUT, at);
		if (!read_stored(at, header, HEADER_SIZE, verdict))
			return false;
		header += HEADER_SIZE;
		p.entry += ENTRY_SIZE;
	}
	return true;
}

static bool
judge_data(const uint8_t *header, struct gya_verdict *verdict)
{
	const struct gya_crypto *crypto = ws63.setup->crypto;
	uint32_t offset = gyw_get_u32le(header + HEADER_OFFSET);
	uint32_t left = gyw_get_u32le(header + HEADER_LENGTH);
	uint8_t digest[32];
	struct gya_sha256 hash;
	bool ok = true;

	crypto->sha256_init(&hash);
	while (ok && left > 0) {
		uint8_t chunk[CHUNK];
		uint32_t size = left < sizeof chunk ? left : sizeof chunk;

		ok = read_stored(offset, chunk, size, verdict);
		if (ok)
			crypto->sha256_update(&hash, chunk, size);
		ws63.setup->watchdog();
		offset += size;
		left -= size;
	}
	crypto->sha256_final(&hash, digest);
	if (ok && memcmp(digest, header + HEADER_HASH, sizeof digest) != 0)
		return refuse(verdict, GYW_CAUSE_DATA_HASH, gyw_get_u32le(header + HEADER_ID));
	return ok;
}

static bool
recheck(const struct gyw_begin *begin, uint8_t *work, uint32_t work_size, struct gya_verdict *verdict)
{
	const uint8_t *header;
	uint32_t size;

	if (!rebuild(begin->length, work, work_size, &size, verdict) || !judge(begin, work, size, verdict))
		return false;
	for (header = work + HEAD_SIZE + table_size(gyw_get_u32le(work + INFO_N_IMAGES));
		header < work + size; header += HEADER_SIZE)
		if (!judge_data(header, verdict))
			return false;
	sha256(work, HEAD_SIZE, ws63.stored);
	ws63.has_stored = true;
	return true;
}

/* What tells whose result the vendor's module reports: the package that is still there. */
static void
look_at_stored(void)
{
	struct gya_verdict verdict;
	uint8_t head[HEAD_SIZE];

	ws63.has_stored = read_stored(0, head, sizeof head, &verdict) && gyw_get_u32le(head) == ID_PACKAGE;
	if (ws63.has_stored)
		sha256(head, sizeof head, ws63.stored);
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
	uint8_t record[ROOT_KEY_SIZE];
	upg_result_t result = UPG_RESULT_MAX;
	uint32_t last;
	errcode_t code;

	if (!went(uapi_partition_init(), GYW_CAUSE_PREPARE, verdict))
		return false;
	code = uapi_upg_init(&functions);
	if (code != ERRCODE_UPG_ALREADY_INIT && !went(code, GYW_CAUSE_PREPARE, verdict))
		return false;
	uapi_upg_get_result(&result, &last);
	ws63.result = (uint32_t) result;
	ws63.status = (uint8_t) uapi_upg_get_status();
	ws63.has_root_key = ws63.setup->read_flash(ws63.setup->root_key_offset, record, sizeof record);
	if (ws63.has_root_key)
		sha256(record, sizeof record, ws63.root_key);
	look_at_stored();
	return true;
}

static void
describe_images(struct gyw_info *info)
{
	const struct gya_board *board = ws63.setup->board;
	uint32_t i;

	for (i = 0; i < board->n_images && i < GYW_MAX_IMAGES; i++) {
		const struct gya_partition *partition =
			gya_board_partition(board, board->images[i].partition);

		info->images[i].id = board->images[i].id;
		info->images[i].partition = board->images[i].partition;
		info->images[i].size = partition ? partition->size : 0;
	}
	info->n_images = (uint8_t) i;
}

static void
describe(struct gyw_info *info)
{
	const struct gya_ws63_setup *setup = ws63.setup;
	uint32_t i;

	describe_images(info);
	info->has_hardware_id = true;
	info->hardware_id = setup->hardware_id;
	info->has_root_key = ws63.has_root_key;
	memcpy(info->root_key, ws63.root_key, sizeof info->root_key);
	info->has_digest = setup->has_digest;
	memcpy(info->digest, setup->digest, sizeof info->digest);
	info->has_version_ext = setup->has_digest;
	info->version_ext = setup->version_ext;
	info->has_result = true;
	info->result = ws63.result;
	info->status = ws63.status;
	info->has_stored = ws63.has_stored;
	memcpy(info->stored, ws63.stored, sizeof info->stored);
	for (i = 0; i < GYW_MAX_VERSION && setup->version[i]; i++)
		info->version[i] = setup->version[i];
}

static bool
prepare(const struct gyw_begin *begin, struct gya_verdict *verdict)
{
	upg_prepare_info_t info = {begin->length};

	ws63.has_stored = false;
	return went(uapi_upg_prepare(&info), GYW_CAUSE_PREPARE, verdict);
}

static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size, struct gya_verdict *verdict)
{
	return went(uapi_upg_write_package_sync(offset, bytes, (uint16_t) size), GYW_CAUSE_STORE, verdict);
}

static bool
arm(struct gya_verdict *verdict)
{
	return went(uapi_upg_request_upgrade(false), GYW_CAUSE_VERIFY, verdict);
}

static bool
disarm(struct gya_verdict *verdict)
{
	return went(uapi_upg_reset_upgrade_flag(), GYW_CAUSE_DISARM, verdict);
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size, struct gya_verdict *verdict)
{
	const struct gya_partition *partition =
		area <= UINT16_MAX ? gya_board_partition(ws63.setup->board, (uint16_t) area) : NULL;

	if (!partition || !partition->readable)
		return refuse(verdict, GYW_CAUSE_TARGET, area);
	if (offset > partition->size || size > partition->size - offset)
		return refuse(verdict, GYW_CAUSE_RANGE, partition->size);
	return ws63.setup->read_flash(partition->address + offset, bytes, size) ||
	       refuse(verdict, GYW_CAUSE_READ, offset);
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
