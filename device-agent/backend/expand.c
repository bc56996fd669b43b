/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend-expand.h"
#include "protocol/wire/mem.h"

/*
 * An LZ4 block is a row of sequences: a token, whose high half counts literals and whose low half the match beyond 4 bytes
 * (15: bytes follow that add up, the last one below 255), the literals, and the match's distance in two bytes, little
 * endian. The last sequence has literals only.
 */
#define HALF_FULL    15u
#define MORE_FULL    255u
#define MATCH_LEAST  4u
#define STREAM_PIECE 64u
#define READ_MOST    4096u
#define DIGEST_SIZE  32u

/* What the next byte of the stream is. */
enum step { STEP_TOKEN, STEP_MORE_LITERALS, STEP_LITERALS, STEP_NEAR, STEP_FAR, STEP_MORE_MATCH };

static struct {
	struct gya_backend backend; /* as the agent sees it: `can` and `piece` are the session's */
	const struct gya_expand_setup *setup;
	struct gya_verdict *verdict;
	bool is_on; /* in this session */
	enum step step;
	uint32_t stream_length;
	uint32_t length;   /* of the image */
	uint32_t done;     /* bytes of it that are there */
	uint32_t stored;   /* of those, in the store; the others stand in `piece` */
	uint32_t literals; /* still to come */
	uint32_t match;    /* low half of the token */
	uint32_t distance;
	uint8_t sha256[DIGEST_SIZE]; /* of the image */
	uint8_t piece[GYA_EXPAND_PIECE];
} expand;

static bool
refuse(uint32_t cause, uint32_t detail)
{
	expand.verdict->cause = cause;
	expand.verdict->detail = detail;
	return false;
}

static bool
refuse_stream(void)
{
	return refuse(GYW_CAUSE_COMPRESSION, expand.done);
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* ---- the stream ---- */

static uint32_t
room(void)
{
	return expand.setup->store->piece - (expand.done - expand.stored);
}

/* `size` bytes more stand in the piece, which is stored when it is full or the last. */
static bool
advance(uint32_t size)
{
	uint32_t stored = expand.stored;

	expand.done += size;
	if (room() > 0 && expand.done != expand.length)
		return true;
	expand.stored = expand.done;
	expand.setup->watchdog();
	expand.verdict->detail = stored;
	return expand.setup->store->write(stored, expand.piece, expand.done - stored);
}

/* Returns how many of the bytes were literals; 0: they could not be stored. */
static uint32_t
take_literals(const uint8_t *bytes, uint32_t size)
{
	uint32_t n = least(least(size, expand.literals), room());

	memcpy(expand.piece + (expand.done - expand.stored), bytes, n);
	expand.literals -= n;
	if (expand.literals == 0)
		expand.step = STEP_NEAR;
	return advance(n) ? n : 0;
}

/* From the store what is there already, from the piece what is not. */
static bool
copy_match(uint32_t left)
{
	if (left > expand.length - expand.done)
		return refuse_stream();
	while (left > 0) {
		uint32_t from = expand.done - expand.distance;
		uint32_t n = least(left, room());
		uint8_t *to = expand.piece + (expand.done - expand.stored);
		uint32_t i;

		if (from < expand.stored) {
			n = least(n, expand.stored - from);
			if (!expand.setup->store->read(from, to, n))
				return false;
		} else {
			/* a match may reach into itself: a byte is there when its turn comes */
			for (i = 0; i < n; i++)
				to[i] = expand.piece[from - expand.stored + i];
		}
		left -= n;
		if (!advance(n))
			return false;
	}
	return true;
}

static bool
count_literals(uint32_t more, uint32_t full)
{
	expand.literals += more;
	if (expand.literals > expand.length - expand.done)
		return refuse_stream();
	if (more == full)
		expand.step = STEP_MORE_LITERALS;
	else
		expand.step = expand.literals > 0 ? STEP_LITERALS : STEP_NEAR;
	return true;
}

/* Any byte but a literal. Each has a part of the image behind it. */
static bool
take_byte(uint32_t byte)
{
	if (expand.done == expand.length)
		return refuse_stream();
	switch (expand.step) {
	case STEP_TOKEN:
		expand.match = byte & HALF_FULL;
		expand.literals = 0;
		return count_literals(byte >> 4, HALF_FULL);
	case STEP_MORE_LITERALS: return count_literals(byte, MORE_FULL);
	case STEP_NEAR:
		expand.distance = byte;
		expand.step = STEP_FAR;
		return true;
	case STEP_FAR:
		expand.distance |= byte << 8;
		if (expand.distance == 0 || expand.distance > expand.done)
			return refuse_stream();
		expand.step = expand.match == HALF_FULL ? STEP_MORE_MATCH : STEP_TOKEN;
		return copy_match(expand.match + MATCH_LEAST);
	case STEP_MORE_MATCH:
		/* copied as it is counted, so that no count can run over */
		if (byte != MORE_FULL)
			expand.step = STEP_TOKEN;
		return copy_match(byte);
	case STEP_LITERALS: break; /* take_literals */
	}
	return false;
}

/* The whole image is there, and no sequence was cut. */
static bool
is_at_end(void)
{
	return expand.done == expand.length && (expand.step == STEP_TOKEN || expand.step == STEP_NEAR);
}

static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	bool is_last;

	if (!expand.is_on)
		return expand.setup->store->write(offset, bytes, size);
	is_last = offset + size == expand.stream_length;
	while (size > 0) {
		uint32_t n = 1;

		if (expand.step == STEP_LITERALS)
			n = take_literals(bytes, size);
		else if (!take_byte(*bytes))
			return false;
		if (n == 0)
			return false;
		bytes += n;
		size -= n;
	}
	return !is_last || is_at_end() || refuse_stream();
}

/* ---- the session ---- */

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	expand.verdict = verdict;
	return expand.setup->store->init(verdict);
}

/* The tag EXPANDED: the image's length and SHA-256. */
static bool
read_tags(const struct gyw_begin *begin)
{
	struct gyw_reader tags;
	struct gyw_reader value;
	uint8_t tag;

	expand.is_on = false;
	gyw_reader_init(&tags, begin->tlvs, begin->tlvs_size);
	while (gyw_read_tlv(&tags, &tag, &value)) {
		if (tag != GYW_BEGIN_EXPANDED)
			continue;
		expand.is_on = true;
		expand.length = gyw_read_u32le(&value);
		gyw_read_bytes(&value, expand.sha256, sizeof expand.sha256);
		if (value.failed || expand.length == 0)
			return refuse(GYW_CAUSE_MALFORMED, GYW_BEGIN_EXPANDED);
	}
	return !tags.failed || refuse(GYW_CAUSE_MALFORMED, 0);
}

/*
 * While the stream comes, the agent hashes what it hands on, as for a store that cannot be read: nobody could read back a
 * stream that was not kept. What was made of it is read back in judge.
 */
static void
start(const struct gyw_begin *begin)
{
	const struct gya_backend *store = expand.setup->store;

	expand.backend.can = expand.is_on ? store->can & ~GYW_CAN_READ_BACK : store->can;
	expand.backend.piece = expand.is_on ? STREAM_PIECE : store->piece;
	expand.stream_length = begin->length;
	expand.step = STEP_TOKEN;
	expand.done = 0;
	expand.stored = 0;
}

/* The BEGIN that the store would have got without compression. */
static const struct gyw_begin *
of_image(const struct gyw_begin *begin, struct gyw_begin *image)
{
	if (!expand.is_on)
		return begin;
	*image = *begin;
	image->length = expand.length;
	memcpy(image->sha256, expand.sha256, sizeof image->sha256);
	return image;
}

static bool
check_stored(uint8_t *bytes, uint32_t most)
{
	const struct gya_crypto *crypto = expand.setup->crypto;
	uint8_t digest[DIGEST_SIZE];
	struct gya_sha256 hash;
	uint32_t offset = 0;
	bool ok = true;

	crypto->sha256_init(&hash);
	while (ok && offset < expand.length) {
		uint32_t n = least(least(most, READ_MOST), expand.length - offset);

		expand.setup->watchdog();
		ok = expand.setup->store->read(offset, bytes, n);
		if (ok)
			crypto->sha256_update(&hash, bytes, n);
		offset += n;
	}
	crypto->sha256_final(&hash, digest);
	if (!ok)
		return false;
	return memcmp(digest, expand.sha256, sizeof digest) == 0 || refuse(GYW_CAUSE_HASH, 0);
}

static bool
judge(const struct gyw_begin *begin, uint8_t *bytes, uint32_t size, bool is_stored)
{
	const struct gya_backend *store = expand.setup->store;
	struct gyw_begin image;

	if (!is_stored) {
		if (!read_tags(begin))
			return false;
		start(begin);
		if (expand.is_on && expand.length > store->storage_size())
			return refuse(GYW_CAUSE_TOO_LARGE, store->storage_size());
	} else if (expand.is_on) {
		if (!is_at_end() || !check_stored(bytes, size))
			return false;
		/* so that VERIFIED says it */
		expand.backend.can = store->can;
	}
	return store->judge(of_image(begin, &image), bytes, size, is_stored);
}

static bool
prepare(const struct gyw_begin *begin)
{
	struct gyw_begin image;

	return expand.setup->store->prepare(of_image(begin, &image));
}

const struct gya_backend *
gya_backend_expand(const struct gya_expand_setup *setup)
{
	const struct gya_backend *store = setup->store;

	if (!(store->can & GYW_CAN_READ_BACK) || store->piece == 0 || store->piece > GYA_EXPAND_PIECE)
		return NULL;
	expand.setup = setup;
	expand.is_on = false;
	expand.backend = *store;
	expand.backend.init = init;
	expand.backend.judge = judge;
	expand.backend.prepare = prepare;
	expand.backend.write = write;
	return &expand.backend;
}
