// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/core/sha256.h"
#include "device-agent/include/backend-expand.h"
#include "tests/fuzz/script.h"
#include "tests/fuzz/target.h"

/*
 * Any stream into the expanding backend. First the image's length (u16), then the sizes of the pieces that the stream comes
 * in (a byte, from which all follow), then the stream. The store is a block of the image's size, so that a sanitizer sees one byte
 * too far, and wants each byte once, in order and in whole pieces. What is taken for whole has to be so.
 */

#define PIECE       256u
#define LENGTH_MOST 4096u /* more only makes each run slower */

typedef struct {
	guint8 *memory;
	guint32 stored;
	guint32 length;
	struct gya_verdict verdict;
} Store;

static Store *store;

static const struct gya_info_tag *
store_init(struct gya_verdict *verdict)
{
	static const struct gya_info_tag none[] = {{0, 0, NULL}};

	return none;
}

static uint32_t
store_size(void)
{
	return UINT16_MAX;
}

static bool
store_judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	g_assert_cmpuint(begin->length, ==, store->length);
	/* its digest is that of an image of zeros */
	for (guint32 i = 0; is_stored && i < store->length; i++)
		g_assert_cmpuint(store->memory[i], ==, 0);
	return true;
}

static bool
store_prepare(const struct gyw_begin *begin)
{
	return true;
}

static bool
store_write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	g_assert_cmpuint(offset, ==, store->stored);
	g_assert_true(size > 0 && size <= store->length - offset);
	g_assert_true(size == PIECE || offset + size == store->length);
	memcpy(store->memory + offset, bytes, size);
	store->stored += size;
	return true;
}

static bool
store_read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	g_assert_true(size > 0 && offset <= store->stored && size <= store->stored - offset);
	memcpy(bytes, store->memory + offset, size);
	return true;
}

static void
watchdog(void)
{
}

static const struct gya_backend memory = {
	.can = GYW_CAN_READ_BACK,
	.piece = PIECE,
	.init = store_init,
	.storage_size = store_size,
	.judge = store_judge,
	.prepare = store_prepare,
	.write = store_write,
	.read = store_read,
};

static void
begin(const struct gya_backend *backend, guint32 stream_size)
{
	guint8 tags[2 + 36] = {GYW_BEGIN_EXPANDED, 36};
	struct gyw_begin announced = {.length = stream_size, .tlvs = tags, .tlvs_size = sizeof tags};
	struct gya_sha256 hash;

	gyw_put_u32le(tags + 2, store->length);
	gya_sha256_init(&hash);
	gya_sha256_update(&hash, store->memory, store->length);
	gya_sha256_final(&hash, tags + 6);
	g_assert_true(backend->judge(&announced, NULL, 0, false) && backend->prepare(&announced));
}

static void
run(const struct gya_backend *backend, const guint8 *stream, guint32 size, guint8 seed)
{
	struct gyw_begin announced = {.length = size};
	guint8 room[300];
	guint32 at = 0;

	begin(backend, size);
	while (at < size) {
		guint32 part = MIN(1 + seed % 100u, size - at);

		if (!backend->write(at, stream + at, part)) {
			g_assert_cmpuint(store->verdict.cause, ==, GYW_CAUSE_COMPRESSION);
			g_assert_cmpuint(store->verdict.detail, <=, store->length);
			return;
		}
		at += part;
		seed = (guint8) (seed * 5 + 1);
	}
	g_assert_cmpuint(store->stored, ==, store->length);
	if (!backend->judge(&announced, room, sizeof room, true))
		g_assert_cmpuint(store->verdict.cause, ==, GYW_CAUSE_HASH);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gya_crypto crypto = {gya_sha256_init, gya_sha256_update, gya_sha256_final, NULL};
	static const struct gya_expand_setup setup = {&memory, &crypto, watchdog};
	const struct gya_backend *backend = gya_backend_expand(&setup);
	Script script = {data, size};
	guint16 length = script_u16(&script) % LENGTH_MOST;
	guint8 seed;

	store = g_new0(Store, 1);
	store->length = MAX(length, 1);
	store->memory = g_malloc0(store->length);
	seed = script_u8(&script);
	backend->init(&store->verdict);
	if (script.left > 0)
		run(backend, script.at, (guint32) script.left, seed);
	g_free(store->memory);
	g_free(store);
	return 0;
}
