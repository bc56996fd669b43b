/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend.h"

#include <stddef.h>
#include <upg.h>

#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

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
	struct gyw_info_result last;
	uint8_t root_key[32]; /* SHA-256 of the record */
} ws63;

/* A manifest that is being judged. */
struct manifest {
	uint8_t *bytes;
	uint32_t size;   /* of what the host sent, or of the room for what was stored */
	uint32_t length; /* of the package */
	bool is_stored;
};

static GYA_OUTLINE bool
refuse(uint32_t cause, uint32_t detail)
{
	struct gya_verdict *verdict = ws63.verdict;

	verdict->cause = cause;
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
	verdict->cause = cause;
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

/* What every package that can be taken has in common. A signature that is no ECDSA one is a digest of the vendor's. */
static bool
judge_fields(const uint8_t *head)
{
	static const struct {
		uint16_t at;
		uint16_t cause;
		uint32_t value;
	} fields[] = {
		{AREA_ID, GYW_CAUSE_PACKAGE, ID_PACKAGE},
		{AREA_SIZE + AREA_ID, GYW_CAUSE_PACKAGE, ID_PACKAGE},
		{AREA_LENGTH, GYW_CAUSE_LAYOUT, AREA_SIZE},
		{AREA_SIZE + AREA_LENGTH, GYW_CAUSE_LAYOUT, AREA_SIZE},
		{AREA_SIGNATURE, GYW_CAUSE_NOT_AUTHENTIC, SIGNATURE_SIZE},
		{AREA_SIZE + AREA_SIGNATURE, GYW_CAUSE_NOT_AUTHENTIC, SIGNATURE_SIZE},
		{KEY_ALG, GYW_CAUSE_NOT_AUTHENTIC, ALG_ECDSA},
	};
	uint32_t i;

	for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		uint32_t found = gyw_get_u32le(head + fields[i].at);

		if (found != fields[i].value)
			return refuse(found == ID_BURN ? GYW_CAUSE_BURN : fields[i].cause, fields[i].at);
	}
	return true;
}

static bool
judge_signature(const uint8_t key[64], const uint8_t *area, uint32_t cause, uint32_t at)
{
	uint8_t digest[32];

	sha256(area, AREA_SIGNED, digest);
	if (ws63.setup->crypto->ecdsa_verify(key, digest, area + AREA_SIGNED))
		return true;
	/* where a signature would begin */
	return refuse(gyw_get_u32le(area + AREA_SIGNED) == 0 ? GYW_CAUSE_UNSIGNED : cause, at + AREA_SIGNED);
}

static bool
judge_signatures(const uint8_t *head)
{
	const struct gya_ws63_setup *setup = ws63.setup;
	uint8_t root[64];

	if (!setup->read_flash(setup->root_key_offset + ROOT_KEY_AT, root, sizeof root))
		return refuse(GYW_CAUSE_UNTRUSTED_KEY, 0);
	return judge_signature(root, head, GYW_CAUSE_UNTRUSTED_KEY, 0) &&
	       judge_signature(head + KEY_EXTERNAL, head + AREA_SIZE, GYW_CAUSE_SIGNATURE, AREA_SIZE);
}

/* Whether the image can be decrypted and unpacked here, and fits where it goes. */
static bool
judge_storage(const struct manifest *m, const uint8_t *header, uint32_t id)
{
	const struct gya_ws63_setup *setup = ws63.setup;
	const struct gya_board *board = setup->board;
	const struct gya_board_image *image = gya_board_image(board, id);
	const struct gya_partition *partition;
	uint32_t flag = gyw_get_u32le(header + HEADER_DECOMPRESS);
	uint32_t most = gyw_get_u32le(header + HEADER_NEW_LENGTH);
	uint32_t length = gyw_get_u32le(header + HEADER_LENGTH);

	/* an id that the boot loader does not know leaves it resetting for ever */
	partition = image ? gya_board_partition(board, image->partition) : NULL;
	if (!partition)
		return refuse(GYW_CAUSE_UNKNOWN_IMAGE, id);
	if (flag == FLAG_DIFF || (gyw_get_u32le(header + HEADER_ENCRYPTED) == FLAG_YES &&
					 (!setup->decrypts || !setup->decrypts(header, m->is_stored))))
		return refuse(GYW_CAUSE_FLAGS, id);
	/* NV is stored as it is, whatever the flag says */
	if ((flag != FLAG_YES || image->is_nv) && length > most)
		most = length;
	return most <= partition->size || refuse(GYW_CAUSE_TOO_LARGE_PARTITION, id);
}

/* Nobody asks for more than 4 KiB: the vendor's call fails on multiples of 64 KiB. */
static bool
read_stored(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	ws63.verdict->detail = offset;
	return went(uapi_upg_read_package(offset, bytes, size), GYW_CAUSE_READ);
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

/* Makes sure of the manifest's next bytes, which stand at `from` in the package. */
static bool
fetch(const struct manifest *m, uint32_t at, uint32_t from, uint32_t size)
{
	if (at > m->size || size > m->size - at || from > m->length || size > m->length - from)
		return refuse(GYW_CAUSE_LAYOUT, from);
	return !m->is_stored || read_stored(from, m->bytes + at, size);
}

/* The part that the signatures cover. */
static bool
judge_head(const struct manifest *m)
{
	const uint8_t *head = m->bytes;
	uint32_t own = ws63.setup->hardware_id;

	if (!fetch(m, 0, 0, HEAD_SIZE) || !judge_fields(head) || !judge_signatures(head))
		return false;
	/* 0 stands for the place where the table always is */
	if ((gyw_get_u32le(head + INFO_TABLE) & ~HEAD_SIZE) != 0)
		return refuse(GYW_CAUSE_LAYOUT, INFO_TABLE);
	if (own != 0 && gyw_get_u32le(head + INFO_HARDWARE) != own)
		return refuse(GYW_CAUSE_HARDWARE, own);
	return true;
}

/* The hash table; returns where it ends, padded, or 0. */
static uint32_t
judge_table(const struct manifest *m, uint32_t n_images)
{
	const uint8_t *head = m->bytes;
	uint32_t size = (n_images * ENTRY_SIZE + 15u) & ~15u;

	if (n_images == 0 || n_images > MAX_IMAGES || gyw_get_u32le(head + INFO_TABLE_SIZE) != size)
		return refuse(GYW_CAUSE_LAYOUT, INFO_N_IMAGES);
	if (!fetch(m, HEAD_SIZE, HEAD_SIZE, size))
		return 0;
	if (!is_hash_of(head + INFO_TABLE_HASH, head + HEAD_SIZE, size))
		return refuse(GYW_CAUSE_TABLE_HASH, HEAD_SIZE);
	return HEAD_SIZE + size;
}

static bool
judge_data(const uint8_t *header, uint32_t id)
{
	uint8_t digest[32];

	if (!hash_stored(
		    gyw_get_u32le(header + HEADER_OFFSET), gyw_get_u32le(header + HEADER_LENGTH), digest))
		return false;
	return memcmp(digest, header + HEADER_HASH, sizeof digest) == 0 || refuse(GYW_CAUSE_DATA_HASH, id);
}

static bool
is_repeated(const uint8_t *table, const uint8_t *entry)
{
	for (; table != entry; table += ENTRY_SIZE)
		if (memcmp(table, entry, 4) == 0)
			return true;
	return false;
}

/* One image at `at` in the package; returns its size with the header, or 0. */
static uint32_t
judge_image(const struct manifest *m, const uint8_t *entry, uint32_t header_at, uint32_t at)
{
	const uint8_t *header = m->bytes + header_at;
	uint32_t id = gyw_get_u32le(entry);
	uint32_t size;

	if (!fetch(m, header_at, at, HEADER_SIZE))
		return 0;
	if (!is_hash_of(entry + ENTRY_HASH, header, HEADER_SIZE))
		return refuse(GYW_CAUSE_HEADER_HASH, id);
	if (is_repeated(m->bytes + HEAD_SIZE, entry))
		return refuse(GYW_CAUSE_DUPLICATE_IMAGE, id);
	size = image_size(entry, header, at, m->length - at);
	if (size == 0)
		refuse(GYW_CAUSE_LAYOUT, at);
	else if (!judge_storage(m, header, id) || (m->is_stored && !judge_data(header, id)))
		return 0;
	return size;
}

/* The images stand one behind the other without a hole, and nothing behind the last: the signed part is all. */
static bool
judge(const struct gyw_begin *begin, uint8_t *bytes, uint32_t size, bool is_stored)
{
	struct manifest m = {bytes, size, begin->length, is_stored};
	const uint8_t *entry = bytes + HEAD_SIZE;
	uint32_t header_at;
	uint32_t at;
	uint32_t n;

	if (!judge_head(&m))
		return false;
	n = gyw_get_u32le(bytes + INFO_N_IMAGES);
	at = header_at = judge_table(&m, n);
	if (at == 0)
		return false;
	for (; n > 0; n--) {
		uint32_t image = judge_image(&m, entry, header_at, at);

		if (image == 0)
			return false;
		entry += ENTRY_SIZE;
		header_at += HEADER_SIZE;
		at += image;
	}
	return at == begin->length || refuse(GYW_CAUSE_LAYOUT, at);
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

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	/* an SDK that needs memory has started the module itself, at boot */
	static const upg_func_t functions = {no_memory, no_free, no_text};
	static const struct gya_info_tag tags[] = {
		GYA_INFO_TEXT(GYW_INFO_BACKEND, "\1ws63"),
		GYA_INFO_VALUE(GYW_INFO_RESULT, ws63.last),
		GYA_INFO_VALUE(GYW_INFO_ROOT_KEY, ws63.root_key),
		{0, 0, NULL},
	};
	const struct gya_ws63_setup *setup = ws63.setup;
	uint8_t record[ROOT_KEY_SIZE];
	upg_result_t result = UPG_RESULT_MAX;
	uint32_t last;
	errcode_t code;

	ws63.verdict = verdict;
	if (!went(uapi_partition_init(), GYW_CAUSE_PREPARE))
		return NULL;
	code = uapi_upg_init(&functions);
	if (code != ERRCODE_UPG_ALREADY_INIT && !went(code, GYW_CAUSE_PREPARE))
		return NULL;
	uapi_upg_get_result(&result, &last);
	ws63.last.result = (uint32_t) result;
	ws63.last.status = (uint32_t) uapi_upg_get_status();
	if (!setup->read_flash(setup->root_key_offset, record, sizeof record))
		return NULL;
	sha256(record, sizeof record, ws63.root_key);
	return tags;
}

static bool
prepare(const struct gyw_begin *begin)
{
	upg_prepare_info_t info = {begin->length};

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
	const struct gya_partition *partition = gya_board_partition(setup->board, area);

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
		.mode = GYW_MODE_PACKAGE,
		.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
		.piece = PIECE,
		.manifest_most = MANIFEST_MOST,
		.init = init,
		.storage_size = uapi_upg_get_storage_size,
		.judge = judge,
		.prepare = prepare,
		.write = write,
		.read = read_stored,
		.stop = upg_watchdog_kick, /* the module keeps what it has until the next prepare */
		.arm = arm,
		.disarm = disarm,
		.reset = upg_reboot,
		.read_area = read_area,
	};

	ws63.setup = setup;
	return &backend;
}
