/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend-alios.h"

#include <ota_hal_plat.h>
#include <stddef.h>

#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

#define PIECE          1024u
#define CHUNK          256u
#define DIGEST_SIZE    32u
#define MD5_SIZE       16u
#define SIGNATURE_SIZE 256u
#define TRAILER_SIZE   28u
#define SLICE_HEAD     GYA_ALIOS_SLICE_HEAD

/* What BEGIN's tags say, in the order of `tags`; MANIFEST or flash say the rest. */
enum tag { TYPE, SLICE_SIZE, OLD_SIZE, OLD_SHA256, DIGEST, SIGNATURE, VERSION, TAGS };

struct offer {
	uint32_t size[TAGS]; /* bytes that came */
	uint32_t type;       /* OTA_RAW or OTA_DIFF */
	uint32_t slice_size;
	uint32_t old_size;
	uint8_t old_sha256[DIGEST_SIZE];
	uint8_t digest[DIGEST_SIZE];
	uint8_t signature[SIGNATURE_SIZE];
	uint8_t version[OTA_VER_LEN]; /* ends with a zero */
};

#define PLACE(member) offsetof(struct offer, member), sizeof(((struct offer *) 0)->member)

static const struct {
	uint8_t tag;
	uint16_t at;
	uint16_t most;
} tags[TAGS] = {
	[TYPE] = {GYW_BEGIN_ALIOS_TYPE, PLACE(type)},
	[SLICE_SIZE] = {GYW_BEGIN_SLICE_SIZE, PLACE(slice_size)},
	[OLD_SIZE] = {GYW_BEGIN_OLD_SIZE, PLACE(old_size)},
	[OLD_SHA256] = {GYW_BEGIN_OLD_SHA256, PLACE(old_sha256)},
	[DIGEST] = {GYW_BEGIN_DIGEST, PLACE(digest)},
	[SIGNATURE] = {GYW_BEGIN_SIGNATURE, PLACE(signature)},
	[VERSION] = {GYW_BEGIN_VERSION, offsetof(struct offer, version), OTA_VER_LEN - 1},
};

static struct {
	const struct gya_alios_setup *setup;
	struct gya_verdict *verdict; /* the agent's */
	struct gya_info_tag tags[4];
	uint8_t running_sha256[DIGEST_SIZE];
	ota_boot_param_t param;
	struct gya_sha256 hash;
	struct offer offer;
} alios;

static GYA_OUTLINE bool
refuse(uint32_t cause, uint32_t detail)
{
	alios.verdict->cause = cause;
	alios.verdict->detail = detail;
	return false;
}

/* A call's result. */
static GYA_OUTLINE bool
went(int code, uint32_t cause)
{
	alios.verdict->code = (uint32_t) code;
	return code == 0 || refuse(cause, alios.verdict->detail);
}

static GYA_OUTLINE bool
read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	int at = (int) offset;

	alios.setup->watchdog();
	return went(ota_hal_read(&at, (char *) bytes, (int) size), GYW_CAUSE_READ);
}

/* ---- SHA-256 of what can be read ---- */

static void
hash_start(void)
{
	alios.setup->crypto->sha256_init(&alios.hash);
}

static void
hash_more(const uint8_t *bytes, uint32_t size)
{
	alios.setup->crypto->sha256_update(&alios.hash, bytes, size);
}

static void
hash_end(uint8_t digest[DIGEST_SIZE])
{
	alios.setup->crypto->sha256_final(&alios.hash, digest);
}

static bool
hash_on(bool (*reader)(uint32_t offset, uint8_t *bytes, uint32_t size), uint32_t offset, uint32_t size)
{
	uint8_t chunk[CHUNK];

	while (size > 0) {
		uint32_t n = size < CHUNK ? size : CHUNK;

		if (!reader(offset, chunk, n))
			return false;
		hash_more(chunk, n);
		offset += n;
		size -= n;
	}
	return true;
}

static bool
hash_running(uint32_t size, uint8_t digest[DIGEST_SIZE])
{
	bool is_read;

	hash_start();
	is_read = hash_on(alios.setup->read_running, 0, size);
	hash_end(digest);
	return is_read;
}

/* ---- what comes ---- */

/* A signature is longer than a tag may be, and comes in two. Numbers stand on the line as they do in memory. */
static bool
read_tag(uint32_t i, const struct gyw_reader *value)
{
	struct offer *offer = &alios.offer;
	uint32_t size = offer->size[i];

	if (value->left > tags[i].most - size)
		return false;
	memcpy((uint8_t *) offer + tags[i].at + size, value->at, value->left);
	offer->size[i] = size + value->left;
	return true;
}

static bool
read_offer(const struct gyw_begin *begin)
{
	struct gyw_reader tlvs, value;
	uint8_t tag;
	uint32_t i;

	memset(&alios.offer, 0, sizeof alios.offer);
	gyw_reader_init(&tlvs, begin->tlvs, begin->tlvs_size);
	while (gyw_read_tlv(&tlvs, &tag, &value))
		for (i = 0; i < TAGS; i++)
			if (tags[i].tag == tag && !read_tag(i, &value))
				return false;
	return true;
}

/* strncmp(offered, running, strlen(offered)) > 0, if a version was told (spec: 3.1). */
static bool
judge_version(void)
{
	const uint8_t *offered = alios.offer.version;
	const uint8_t *running = (const uint8_t *) ota_hal_get_version(0);

	while (*offered != 0 && *offered == *running) {
		offered++;
		running++;
	}
	if (*offered > *running || alios.offer.size[VERSION] == 0)
		return true;
	alios.verdict->code = (uint32_t) OTA_INIT_VER_FAIL;
	return refuse(GYW_CAUSE_ROLLBACK, 0);
}

static bool
judge_signature(void)
{
	const struct offer *offer = &alios.offer;

	if (offer->size[SIGNATURE] == 0)
		return !alios.setup->wants_signature || refuse(GYW_CAUSE_UNSIGNED, 0);
	if (!alios.setup->check_signature || offer->size[DIGEST] == 0)
		return refuse(GYW_CAUSE_NOT_OFFERED, 0);
	if (offer->size[SIGNATURE] != SIGNATURE_SIZE)
		return refuse(GYW_CAUSE_SIGNATURE, offer->size[SIGNATURE]);
	return went(alios.setup->check_signature(offer->digest, offer->size[DIGEST], offer->signature),
		GYW_CAUSE_SIGNATURE);
}

/* A difference that is applied to another image makes rubbish. */
static bool
judge_old(void)
{
	const struct offer *offer = &alios.offer;
	uint32_t size = offer->old_size;
	uint8_t digest[DIGEST_SIZE];

	if (size == 0)
		size = alios.setup->running_size();
	return (offer->size[OLD_SHA256] == DIGEST_SIZE && hash_running(size, digest) &&
		       memcmp(digest, offer->old_sha256, DIGEST_SIZE) == 0) ||
	       refuse(GYW_CAUSE_OLD_IMAGE, size);
}

/* The application's, or of what is downloaded. */
static GYA_OUTLINE uint32_t
size_of(uint32_t partition)
{
	return gya_board_partition(alios.setup->board, partition)->size;
}

/* `head`: of its first slice; NULL: all of it is stored. */
static bool
judge_difference(const uint8_t *head, uint32_t length)
{
	uint32_t bad;

	if (!alios.setup->slices)
		return refuse(GYW_CAUSE_NOT_OFFERED, 0);
	if (alios.offer.slice_size != alios.setup->slice_size) {
		alios.verdict->code = (uint32_t) OTA_UPGRADE_DIFF_FAIL;
		return refuse(GYW_CAUSE_LAYOUT, alios.setup->slice_size);
	}
	bad = alios.setup->slices(alios.setup, head, length);
	return bad == 0 ? judge_old() : refuse(GYW_CAUSE_LAYOUT, bad - 1);
}

/* The trailer of an image, as far as it can be told from it alone (spec: 1.2). */
static bool
judge_trailer(const uint8_t trailer[TRAILER_SIZE], uint32_t length)
{
	uint32_t magic = gyw_get_u32le(trailer);

	if (length > size_of(alios.setup->board->application))
		return refuse(GYW_CAUSE_TOO_LARGE_PARTITION, 0);
	if (magic != 0xEFEFEFEFu && magic != 0xABABABABu && magic != 0xCDCDCDCDu)
		return refuse(GYW_CAUSE_PACKAGE, length - TRAILER_SIZE);
	return (length > TRAILER_SIZE && gyw_get_u32le(trailer + 4) == length - TRAILER_SIZE) ||
	       refuse(GYW_CAUSE_LAYOUT, length - TRAILER_SIZE + 4);
}

static bool
judge_manifest(const uint8_t *manifest, uint32_t size, uint32_t length)
{
	if (alios.offer.type == OTA_DIFF)
		return size == SLICE_HEAD ? judge_difference(manifest, length)
					  : refuse(GYW_CAUSE_LAYOUT, size);
	if (alios.offer.type != OTA_RAW)
		return refuse(GYW_CAUSE_PACKAGE, alios.offer.type);
	return size == TRAILER_SIZE ? judge_trailer(manifest, length) : refuse(GYW_CAUSE_LAYOUT, size);
}

/* The stored bytes have begin's SHA-256, that is known. */
static bool
judge_digest(const struct gyw_begin *begin)
{
	const struct offer *offer = &alios.offer;
	const uint8_t *found = begin->sha256;
	uint8_t md5[MD5_SIZE];

	if (offer->size[DIGEST] == MD5_SIZE && alios.setup->md5) {
		if (!went(alios.setup->md5(begin->length, md5), GYW_CAUSE_READ))
			return false;
		found = md5;
	} else if (offer->size[DIGEST] != 0 && offer->size[DIGEST] != DIGEST_SIZE) {
		return refuse(GYW_CAUSE_NOT_OFFERED, offer->size[DIGEST]);
	}
	return memcmp(found, offer->digest, offer->size[DIGEST]) == 0 || refuse(GYW_CAUSE_DATA_HASH, 0);
}

/* In the service's order: file hash, signature, trailer (spec: 3.3). */
static bool
judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	if (!is_stored)
		return read_offer(begin) && judge_version() && judge_signature() &&
		       judge_manifest(manifest, size, begin->length);
	if (!judge_digest(begin) || !judge_signature())
		return false;
	if (alios.offer.type == OTA_DIFF)
		return judge_difference(NULL, begin->length);
	return went(alios.setup->check_image(begin->length), GYW_CAUSE_DATA_HASH);
}

/* ---- the rest of the session ---- */

static bool
prepare(const struct gyw_begin *begin)
{
	const struct gya_alios_breakpoints *breakpoints = alios.setup->breakpoints;
	ota_boot_param_t *param = &alios.param;

	memset(param, 0, sizeof *param);
	param->len = begin->length;
	param->upg_flag = alios.offer.type;
	if (alios.offer.type == OTA_DIFF) {
		param->rec_size = begin->length;
		param->splict_size = alios.offer.slice_size;
	}
	if (!breakpoints || !breakpoints->resume(begin, param))
		return went(ota_hal_init(param), GYW_CAUSE_PREPARE);
	alios.verdict->detail = (uint32_t) param->off_bp;
	return true;
}

static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	const struct gya_alios_breakpoints *breakpoints = alios.setup->breakpoints;
	int at = (int) offset;

	alios.setup->watchdog();
	if (!went(ota_hal_write(&at, (char *) (uintptr_t) bytes, (int) size), GYW_CAUSE_STORE))
		return false;
	if (breakpoints)
		breakpoints->stored(bytes, size);
	return true;
}

static void
stop(void)
{
	if (alios.setup->breakpoints)
		alios.setup->breakpoints->forget();
}

/* It is the reset that arms. */
static bool
arm(void)
{
	stop();
	return true;
}

static void
reset(void)
{
	alios.param.res_type = OTA_FINISH;
	(void) ota_hal_boot(&alios.param);
}

static uint32_t
storage_size(void)
{
	return size_of(alios.setup->board->storage);
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	/* the board opens what runs alone: the rest comes and goes */
	if (area != alios.setup->board->application)
		return refuse(GYW_CAUSE_TARGET, area);
	return alios.setup->read_running(offset, bytes, size) || refuse(GYW_CAUSE_READ, offset);
}

/* ---- what runs ---- */

static void
add_tag(uint32_t i, uint8_t tag, const void *value, uint32_t size)
{
	alios.tags[i].tag = tag;
	alios.tags[i].size = (uint8_t) size;
	alios.tags[i].value = value;
}

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	static const char name[] = "\4alios";
	const char *version = ota_hal_get_version(0);
	uint32_t size = alios.setup->running_size();
	uint32_t length = 0;
	uint32_t n = 1;

	alios.verdict = verdict;
	if (!version)
		return NULL;
	while (version[length] != '\0' && length < OTA_VER_LEN)
		length++;
	add_tag(0, GYW_INFO_BACKEND, name, sizeof name - 1);
	if (size > 0 && hash_running(size, alios.running_sha256))
		add_tag(n++, GYW_INFO_DIGEST, alios.running_sha256, DIGEST_SIZE);
	add_tag(n, GYW_INFO_VERSION, version, length);
	return alios.tags;
}

const struct gya_backend *
gya_backend_alios(const struct gya_alios_setup *setup)
{
	static const struct gya_backend backend = {
		.id = 4,
		.mode = GYW_MODE_PACKAGE,
		.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM | GYW_ARMING_RESETS,
		.piece = PIECE,
		.manifest_most = SLICE_HEAD,
		.init = init,
		.storage_size = storage_size,
		.judge = judge,
		.prepare = prepare,
		.write = write,
		.read = read,
		.stop = stop,
		.arm = arm,
		.disarm = arm,
		.reset = reset,
		.read_area = read_area,
	};

	memset(&alios, 0, sizeof alios);
	alios.setup = setup;
	return &backend;
}
