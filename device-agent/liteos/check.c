/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/liteos-check.h"
#include "device-agent/liteos/check-private.h"
#include "protocol/wire/mem.h"

/*
 * The self-test (spec liteos-ota: 5.5): what a board binds is written, read and copied in pieces of any length, as much as there is
 * of it. Each byte that is expected follows from the seed, the area and the offset, so what stands in the wrong place is found
 * as well as what was not kept. All in the module's work memory, half pattern, half piece.
 */

#define PATTERN_SIZE 1024u
#define LONGEST      1023u

struct checking {
	ota_type_t type;
	uint32_t random;
	struct gyw_info_check *check;
	uint8_t inverted; /* 0xFF, or 0: each bit is tried both ways */
	uint8_t *pattern;
	uint8_t *piece; /* PATTERN_SIZE bytes */
};

/* Some bytes of an area, or all of them. */
struct span {
	ota_img_t image;
	uint32_t size;
};

static uint32_t
next_random(struct checking *c)
{
	c->random ^= c->random << 13;
	c->random ^= c->random >> 17;
	c->random ^= c->random << 5;
	return c->random;
}

static bool
fail(struct checking *c, uint32_t what, ota_img_t image, uint32_t offset)
{
	c->check->what = what;
	c->check->area = image;
	c->check->offset = offset;
	return false;
}

static bool
fail_values(struct checking *c, uint32_t expected, uint32_t found)
{
	c->check->expected = expected;
	c->check->found = found;
	return false;
}

static void
enter(struct checking *c, uint32_t step)
{
	const struct gya_liteos_port *port = liteos_module.port;

	c->check->step = step;
	if (port->check_step)
		port->check_step(step);
}

static uint32_t
size_of(const struct checking *c, ota_img_t image)
{
	int size;

	return ota_img_size(c->type, image, &size) == 0 && size > 0 ? (uint32_t) size : 0;
}

/* The next piece ends at random, but before the pattern begins anew. */
static uint32_t
next_piece(struct checking *c, uint32_t offset, uint32_t size)
{
	uint32_t n = 1 + next_random(c) % LONGEST;
	uint32_t room = PATTERN_SIZE - offset % PATTERN_SIZE;

	liteos_watchdog();
	if (n > room)
		n = room;
	return n < size - offset ? n : size - offset;
}

/* The pattern is another in each kilobyte and in each area. */
static uint8_t
byte_at(const struct checking *c, ota_img_t image, uint32_t offset)
{
	uint32_t block = offset / PATTERN_SIZE;

	return (uint8_t) (c->pattern[offset % PATTERN_SIZE] ^ c->inverted ^ block * 7u ^ (block >> 8) * 29u ^
			  image * 85u);
}

/* ---- areas ---- */

static bool
erase(struct checking *c, ota_img_t image)
{
	return ota_img_erase(c->type, image) == 0 || fail(c, GYW_CHECK_ERASE, image, 0);
}

static bool
flush(struct checking *c, ota_img_t image)
{
	return ota_img_flush(c->type, image) == 0 || fail(c, GYW_CHECK_FLUSH, image, 0);
}

static bool
write(struct checking *c, ota_img_t image, uint32_t offset, uint32_t n)
{
	return ota_img_write(c->type, image, (int) offset, c->piece, (int) n) == 0 ||
	       fail(c, GYW_CHECK_WRITE, image, offset);
}

static bool
read(struct checking *c, ota_img_t image, uint32_t offset, uint32_t n)
{
	return ota_img_read(c->type, image, (int) offset, c->piece, (int) n) == 0 ||
	       fail(c, GYW_CHECK_READ, image, offset);
}

/* Whether an area holds what was written into `source`. */
static bool
compare(struct checking *c, const struct span *span, ota_img_t source)
{
	uint32_t offset, n, i;

	for (offset = 0; offset < span->size; offset += n) {
		n = next_piece(c, offset, span->size);
		if (!read(c, span->image, offset, n))
			return false;
		for (i = 0; i < n; i++) {
			uint8_t expected = byte_at(c, source, offset + i);

			if (c->piece[i] == expected)
				continue;
			(void) fail_values(c, expected, c->piece[i]);
			return fail(c, GYW_CHECK_DIFFERS, span->image, offset + i);
		}
	}
	return true;
}

static bool
fill(struct checking *c, ota_img_t image)
{
	struct span span = {image, size_of(c, image)};
	uint32_t offset, n, i;

	if (span.size == 0)
		return fail(c, GYW_CHECK_SIZE, image, 0);
	if (!erase(c, image))
		return false;
	for (offset = 0; offset < span.size; offset += n) {
		n = next_piece(c, offset, span.size);
		for (i = 0; i < n; i++)
			c->piece[i] = byte_at(c, image, offset + i);
		if (!write(c, image, offset, n))
			return false;
	}
	return flush(c, image) && compare(c, &span, image);
}

/* `source`: what stands in `from`. */
static bool
copy(struct checking *c, const struct span *from, ota_img_t to, ota_img_t source)
{
	struct span copied = {to, from->size};
	uint32_t offset, n;

	if (from->size > size_of(c, to)) {
		(void) fail_values(c, from->size, size_of(c, to));
		return fail(c, GYW_CHECK_SIZE, to, 0);
	}
	if (!erase(c, to))
		return false;
	for (offset = 0; offset < from->size; offset += n) {
		n = next_piece(c, offset, from->size);
		if (!read(c, from->image, offset, n) || !write(c, to, offset, n))
			return false;
	}
	return flush(c, to) && compare(c, &copied, source);
}

/* ---- steps ---- */

static bool
compare_record(struct checking *c, ota_img_t image, const uint8_t expected[OTA_FLAG_SIZE])
{
	uint32_t i;

	if (!read(c, image, 0, OTA_FLAG_SIZE))
		return false;
	for (i = 0; i < OTA_FLAG_SIZE; i++) {
		if (c->piece[i] == expected[i])
			continue;
		(void) fail_values(c, expected[i], c->piece[i]);
		return fail(c, GYW_CHECK_DIFFERS, image, i);
	}
	return true;
}

/* The record that asked for the test, with anything in its infos: a cut leaves one that asks again. */
static void
make_record(const struct checking *c, ota_flag_t *flag, uint8_t bytes[OTA_FLAG_SIZE])
{
	ota_img_info_t *const infos[] = {&flag->running, &flag->backup, &flag->download};
	uint32_t i, k;

	gya_liteos_check_ask(flag, c->check->seed);
	for (i = 0; i < sizeof infos / sizeof infos[0]; i++) {
		uint8_t *info = (uint8_t *) infos[i];

		for (k = 0; k < sizeof *infos[i]; k++)
			info[k] = c->pattern[i * sizeof *infos[i] + k] ^ c->inverted;
	}
	liteos_flag_encode(flag, bytes);
}

static bool
check_record(struct checking *c)
{
	uint8_t bytes[OTA_FLAG_SIZE];
	ota_flag_t flag, found;

	make_record(c, &flag, bytes);
	if (ota_flag_save(c->type, &flag) != 0)
		return fail(c, GYW_CHECK_WRITE, OTA_IMG_FLAG, 0);
	if (!compare_record(c, OTA_IMG_FLAG, bytes) || !compare_record(c, OTA_IMG_FLAG_BACKUP, bytes))
		return false;
	if (ota_flag_get(c->type, &found) != 0)
		return fail(c, GYW_CHECK_READ, OTA_IMG_FLAG, 0);
	return memcmp(&found, &flag, sizeof found) == 0 || fail(c, GYW_CHECK_DIFFERS, OTA_IMG_FLAG, 0);
}

static const ota_img_t areas[] = {OTA_IMG_RUNNING, OTA_IMG_DOWNLOAD, OTA_IMG_BACKUP};
#define AREAS (sizeof areas / sizeof areas[0])

static bool
fill_all(struct checking *c)
{
	uint32_t i;

	for (i = 0; i < AREAS; i++)
		if (!fill(c, areas[i]))
			return false;
	return true;
}

/* An erase of more than was asked for, or an address bit that does nothing, spoils what was right when it was read first. */
static bool
check_neighbours(struct checking *c)
{
	uint8_t bytes[OTA_FLAG_SIZE];
	ota_flag_t flag;
	uint32_t i;

	for (i = 0; i < AREAS; i++) {
		struct span span = {areas[i], size_of(c, areas[i])};

		if (!compare(c, &span, areas[i]))
			return false;
	}
	make_record(c, &flag, bytes);
	return compare_record(c, OTA_IMG_FLAG, bytes) && compare_record(c, OTA_IMG_FLAG_BACKUP, bytes);
}

/* As much of Download as Running has room for. */
static bool
copy_download(struct checking *c)
{
	struct span from = {OTA_IMG_DOWNLOAD, size_of(c, OTA_IMG_DOWNLOAD)};
	uint32_t room = size_of(c, OTA_IMG_RUNNING);

	if (from.size > room)
		from.size = room;
	return copy(c, &from, OTA_IMG_RUNNING, OTA_IMG_DOWNLOAD);
}

static bool
put(struct checking *c, ota_img_t image, uint32_t size)
{
	return erase(c, image) && write(c, image, 0, size) && flush(c, image);
}

/* The patcher compares both images by itself. */
static bool
check_patch(struct checking *c)
{
	ota_ret_t ret;

	if (liteos_module.port->lzma[0] == NULL)
		return true;
	liteos_check_old(c->piece);
	if (!put(c, OTA_IMG_BACKUP, LITEOS_CHECK_OLD_SIZE))
		return false;
	memcpy(c->piece, liteos_check_package, LITEOS_CHECK_PACKAGE_SIZE);
	if (!put(c, OTA_IMG_DOWNLOAD, LITEOS_CHECK_PACKAGE_SIZE))
		return false;
	/* it works in the memory that pattern and piece are in: nothing needs them any more */
	ret = ota_patch(c->type, (int) LITEOS_CHECK_PACKAGE_SIZE);
	if (ret == OTA_RET_SUCCESS)
		return true;
	(void) fail_values(c, OTA_RET_SUCCESS, ret);
	return fail(c, GYW_CHECK_APPLY, OTA_IMG_RUNNING, 0);
}

static bool
do_both_ways(struct checking *c, bool (*step)(struct checking *c))
{
	c->inverted = 0xFF;
	if (!step(c))
		return false;
	c->inverted = 0;
	return step(c);
}

static bool
run(struct checking *c)
{
	struct span running = {OTA_IMG_RUNNING, size_of(c, OTA_IMG_RUNNING)};
	struct span backup = {OTA_IMG_BACKUP, running.size};

	enter(c, GYW_CHECK_RECORD);
	if (!do_both_ways(c, check_record))
		return false;
	enter(c, GYW_CHECK_FILL);
	if (!do_both_ways(c, fill_all))
		return false;
	enter(c, GYW_CHECK_NEIGHBOURS);
	if (!check_neighbours(c))
		return false;
	enter(c, GYW_CHECK_BACKUP);
	if (!copy(c, &running, OTA_IMG_BACKUP, OTA_IMG_RUNNING))
		return false;
	enter(c, GYW_CHECK_RECOVER);
	if (!copy(c, &backup, OTA_IMG_RUNNING, OTA_IMG_RUNNING))
		return false;
	enter(c, GYW_CHECK_COPY);
	if (!copy_download(c))
		return false;
	enter(c, GYW_CHECK_PATCH);
	return check_patch(c);
}

void
liteos_check(ota_type_t type, uint32_t seed)
{
	struct checking c = {.type = type,
		.random = seed != 0 ? seed : 1,
		.check = &liteos_module.check,
		.pattern = liteos_module.work.piece,
		.piece = liteos_module.work.piece + PATTERN_SIZE};
	ota_flag_t flag;
	uint32_t i;

	memset(c.check, 0, sizeof *c.check);
	c.check->seed = seed;
	for (i = 0; i < PATTERN_SIZE; i++)
		c.pattern[i] = (uint8_t) (next_random(&c) >> 8);
	if (run(&c))
		c.check->step = GYW_CHECK_PASSED;
	liteos_module.has_check = true;
	/* what is left there is no program; then the record, so that a cut in between only tests once more */
	(void) ota_img_erase(type, OTA_IMG_RUNNING);
	gya_liteos_check_write(&flag, c.check);
	(void) ota_flag_save(type, &flag);
}

const struct gyw_info_check *
gya_liteos_check_result(void)
{
	return liteos_module.has_check ? &liteos_module.check : NULL;
}
