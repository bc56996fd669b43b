// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <lz4.h>
#include <lz4hc.h>
#include <string.h>

#include "device-agent/core/sha256.h"
#include "device-agent/include/backend-expand.h"

/*
 * The expanding backend before a store that is memory: what the real liblz4 makes goes in, the image has to come out, each
 * byte once, in order and in whole pieces. Everything that the backend is given is a block of its own, for the sanitizer.
 */

#define PIECE    512u
#define ID       9u
#define ROOM     3000u /* of judge, for what it reads back */
#define STORAGE  300000u
#define NO_BREAK G_MAXUINT32

typedef struct {
	GByteArray *stored;
	struct gya_verdict verdict;
	const struct gya_backend *backend;
	guint32 breaks_at; /* the store fails at this offset */
	guint n_judged;    /* by the store, of what is stored */
	struct gyw_begin begin;
	guint watched;
} Bench;

static Bench *bench;

/* ---- the store ------------------------------------------------------------------------------------------ */

static const struct gya_info_tag *
store_init(struct gya_verdict *verdict)
{
	static const struct gya_info_tag none[] = {{0, 0, NULL}};

	return verdict == &bench->verdict ? none : NULL;
}

static uint32_t
store_size(void)
{
	return STORAGE;
}

static bool
store_judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	bench->begin = *begin;
	bench->n_judged += is_stored;
	return true;
}

static bool
store_prepare(const struct gyw_begin *begin)
{
	g_assert_cmpmem(begin->sha256, 32, bench->begin.sha256, 32);
	g_byte_array_set_size(bench->stored, 0);
	return true;
}

static bool
store_write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	g_assert_cmpuint(offset, ==, bench->stored->len);
	g_assert_cmpuint(offset % PIECE, ==, 0);
	g_assert_true(size > 0 && size <= PIECE && size <= bench->begin.length - offset);
	if (offset == bench->breaks_at) {
		bench->verdict.cause = GYW_CAUSE_STORE;
		bench->verdict.code = 77;
		return false;
	}
	g_byte_array_append(bench->stored, bytes, size);
	return true;
}

static bool
store_read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	g_assert_true(size > 0 && size <= 4096);
	g_assert_true(offset <= bench->stored->len && size <= bench->stored->len - offset);
	memcpy(bytes, bench->stored->data + offset, size);
	return true;
}

static void
watchdog(void)
{
	bench->watched++;
}

static const struct gya_backend store = {
	.id = ID,
	.mode = GYW_MODE_REGION,
	.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
	.piece = PIECE,
	.init = store_init,
	.storage_size = store_size,
	.judge = store_judge,
	.prepare = store_prepare,
	.write = store_write,
	.read = store_read,
};

/* ---- the bench ------------------------------------------------------------------------------------------ */

static void
bench_free(Bench *b)
{
	g_byte_array_unref(b->stored);
	g_free(b);
	bench = NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

static Bench *
bench_new(void)
{
	static const struct gya_crypto crypto = {gya_sha256_init, gya_sha256_update, gya_sha256_final, NULL};
	static const struct gya_expand_setup setup = {&store, &crypto, watchdog};

	bench = g_new0(Bench, 1);
	bench->stored = g_byte_array_new();
	bench->breaks_at = NO_BREAK;
	bench->backend = gya_backend_expand(&setup);
	g_assert_nonnull(bench->backend);
	g_assert_nonnull(bench->backend->init(&bench->verdict));
	return bench;
}

static void
digest_of(GBytes *bytes, guint8 digest[32])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize size = 32;

	g_checksum_update(sum, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes));
	g_checksum_get_digest(sum, digest, &size);
}

static bool
begin_with(guint32 length, const guint8 *tags, gsize tags_size)
{
	g_autofree guint8 *copy = g_memdup2(tags, tags_size);
	struct gyw_begin begin = {.mode = GYW_MODE_REGION,
		.length = length,
		.sha256 = {0x5A},
		.tlvs = copy,
		.tlvs_size = (guint32) tags_size};

	memset(&bench->verdict, 0, sizeof bench->verdict);
	if (!bench->backend->judge(&begin, NULL, 0, false))
		return false;
	return bench->backend->prepare(&begin);
}

static bool
begin(GBytes *stream, GBytes *image)
{
	guint8 tags[2 + 36] = {GYW_BEGIN_EXPANDED, 36};

	gyw_put_u32le(tags + 2, (guint32) g_bytes_get_size(image));
	digest_of(image, tags + 6);
	return begin_with((guint32) g_bytes_get_size(stream), tags, sizeof tags);
}

static bool
write_block(guint32 offset, const guint8 *bytes, gsize size)
{
	g_autofree guint8 *copy = g_memdup2(bytes, size);

	return bench->backend->write(offset, copy, (guint32) size);
}

/* In pieces of @part bytes; 0: of any. */
static bool
write_all(GBytes *stream, guint part)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(stream, &size);
	gsize at = 0;

	while (at < size) {
		gsize n = part > 0 ? part : (gsize) g_test_rand_int_range(1, 200);

		n = MIN(n, size - at);
		if (!write_block((guint32) at, bytes + at, n))
			return false;
		at += n;
	}
	return true;
}

static bool
finish(GBytes *stream)
{
	struct gyw_begin announced = {
		.mode = GYW_MODE_REGION, .length = (guint32) g_bytes_get_size(stream), .sha256 = {0x5A}};
	g_autofree guint8 *room = g_malloc(ROOM);

	bench->verdict.cause = 0;
	return bench->backend->judge(&announced, room, ROOM, true);
}

static bool
expand(GBytes *stream, GBytes *image, guint part)
{
	return begin(stream, image) && write_all(stream, part) && finish(stream);
}

static void
assert_stored(GBytes *image)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(image, &size);

	g_assert_cmpmem(bench->stored->data, (int) bench->stored->len, bytes, (int) size);
}

/* ---- images and streams --------------------------------------------------------------------------------- */

static guint8
byte_of(guint kind, gsize i, const guint8 *before)
{
	switch (kind) {
	case 0: return (guint8) g_test_rand_int();
	case 1: return 0xFF;
	case 2: return (guint8) (i % 3);
	case 3: return (guint8) (i * i >> 9);
	/* mostly what stood somewhere before, near or far */
	default:
		return i > 8 && g_test_rand_int_range(0, 8) > 0
			       ? before[i - 1 - (gsize) g_test_rand_int_range(0, (gint32) MIN(i, 7))]
			       : (guint8) g_test_rand_int();
	}
}

#define N_KINDS 5

static GBytes *
make_image(guint kind, gsize size)
{
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = byte_of(kind, i, bytes);
	/* matches that reach as far back as they can, and over pieces */
	if (kind == 4 && size > 70000)
		memcpy(bytes + size - 3000, bytes + size - 3000 - 65535, 3000);
	return g_bytes_new_take(bytes, size);
}

/* Level 0: the quick compressor, which makes other sequences. */
static GBytes *
compress(GBytes *image, int level)
{
	gsize size;
	const char *bytes = g_bytes_get_data(image, &size);
	int most = LZ4_compressBound((int) size);
	g_autofree char *stream = g_malloc((gsize) most);
	int made = level == 0 ? LZ4_compress_default(bytes, stream, (int) size, most)
			      : LZ4_compress_HC(bytes, stream, (int) size, most, level);

	g_assert_cmpint(made, >, 0);
	return g_bytes_new(stream, (gsize) made);
}

static GBytes *
vector(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "inputs", name, NULL);
	g_autoptr(GError) error = NULL;
	char *bytes = NULL;
	gsize size = 0;

	g_file_get_contents(path, &bytes, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(bytes, size);
}

/* ---- what is right -------------------------------------------------------------------------------------- */

static void
check_image(GBytes *image)
{
	static const int levels[] = {0, 9, LZ4HC_CLEVEL_MAX};
	static const guint parts[] = {64, 1, 0, G_MAXINT};

	for (guint i = 0; i < G_N_ELEMENTS(levels); i++) {
		g_autoptr(GBytes) stream = compress(image, levels[i]);

		for (guint j = 0; j < G_N_ELEMENTS(parts); j++) {
			g_autoptr(Bench) b = bench_new();

			g_assert_true(expand(stream, image, parts[j]));
			assert_stored(image);
			g_assert_cmpuint(b->n_judged, ==, 1);
			g_assert_cmpuint(b->begin.length, ==, g_bytes_get_size(image));
			g_assert_cmpuint(b->watched, >=, b->stored->len / 4096);
		}
	}
}

static void
test_expands(void)
{
	static const gsize sizes[] = {1, 2, 5, 12, 13, 270, 511, 512, 513, 4096, 20000, 140001};

	for (guint kind = 0; kind < N_KINDS; kind++) {
		for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
			g_autoptr(GBytes) image = make_image(kind, sizes[i]);

			check_image(image);
		}
	}
}

static void
test_expands_real_images(void)
{
	static const char *const names[] = {
		"app_sign.bin", "app_incompressible.bin", "app_unaligned.bin", "nv.bin"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GBytes) image = vector(names[i]);

		check_image(image);
	}
}

/* The agent reads back what can be read back, and hashes what it hands on where that is all there is. */
static void
test_says_what_was_read_back(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) image = make_image(3, 5000);
	g_autoptr(GBytes) stream = compress(image, 9);

	g_assert_cmphex(b->backend->can, ==, store.can);
	g_assert_true(begin(stream, image));
	g_assert_cmphex(b->backend->can, ==, GYW_CAN_DISARM);
	g_assert_cmpuint(b->backend->piece, ==, 64);
	g_assert_true(write_all(stream, 64));
	g_assert_cmphex(b->backend->can, ==, GYW_CAN_DISARM);
	g_assert_true(finish(stream));
	g_assert_cmphex(b->backend->can, ==, store.can);
}

static void
test_passes_plain_sessions(void)
{
	static const guint8 tags[] = {GYW_BEGIN_VERSION, 3, '1', '.', '0'};
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) image = make_image(0, 1500);
	g_autoptr(GBytes) stream = compress(image, 9);

	/* after a compressed one that was left half way */
	g_assert_true(begin(stream, image) && write_block(0, (const guint8 *) "\x10", 1));
	g_assert_true(begin_with(1500, tags, sizeof tags));
	g_assert_cmphex(b->backend->can, ==, store.can);
	g_assert_cmpuint(b->backend->piece, ==, PIECE);
	g_assert_true(write_all(image, PIECE));
	g_assert_true(finish(image));
	assert_stored(image);
	g_assert_cmpuint(b->begin.length, ==, 1500);
	g_assert_cmpuint(b->begin.sha256[0], ==, 0x5A);
}

/* ---- what is wrong -------------------------------------------------------------------------------------- */

static void
assert_refused(enum gyw_cause cause, guint32 detail)
{
	g_assert_cmpuint(bench->verdict.cause, ==, cause);
	g_assert_cmpuint(bench->verdict.detail, ==, detail);
}

static void
test_refuses_every_cut(void)
{
	for (guint kind = 0; kind < N_KINDS; kind++) {
		g_autoptr(GBytes) image = make_image(kind, 2000);
		g_autoptr(GBytes) stream = compress(image, LZ4HC_CLEVEL_MAX);

		for (gsize size = 1; size < g_bytes_get_size(stream); size++) {
			g_autoptr(Bench) b = bench_new();
			g_autoptr(GBytes) cut = g_bytes_new_from_bytes(stream, 0, size);

			g_assert_true(begin(cut, image));
			g_assert_false(write_all(cut, 64));
			g_assert_cmpuint(b->verdict.cause, ==, GYW_CAUSE_COMPRESSION);
			g_assert_false(finish(cut));
		}
	}
}

/* Whatever bits turn: the exact image, or a refusal that says why, and the store never sees a piece that cannot be. */
static void
test_refuses_flips(void)
{
	static const gsize sizes[] = {40, 700, 5000};
	guint n_exact = 0;
	guint n_refused[2] = {0};

	for (guint i = 0; i < 6000; i++) {
		g_autoptr(Bench) b = bench_new();
		g_autoptr(GBytes) image = make_image(i % N_KINDS, sizes[i / N_KINDS % 3]);
		g_autoptr(GBytes) stream = compress(image, i % 2 ? 9 : 0);
		gsize size = g_bytes_get_size(stream);
		g_autoptr(GByteArray) flipped = g_byte_array_new();
		g_autoptr(GBytes) damaged = NULL;

		g_byte_array_append(flipped, g_bytes_get_data(stream, NULL), (guint) size);
		for (gint n = g_test_rand_int_range(1, 4); n > 0; n--)
			flipped->data[g_test_rand_int_range(0, (gint32) size)] ^=
				(guint8) (1 << g_test_rand_int_range(0, 8));
		damaged = g_bytes_new(flipped->data, size);
		g_assert_true(begin(damaged, image));
		if (write_all(damaged, 0) && finish(damaged)) {
			assert_stored(image);
			n_exact++;
			continue;
		}
		g_assert_true(
			b->verdict.cause == GYW_CAUSE_COMPRESSION || b->verdict.cause == GYW_CAUSE_HASH);
		n_refused[b->verdict.cause == GYW_CAUSE_HASH]++;
		g_assert_cmpuint(b->n_judged, ==, 0);
	}
	g_test_message("%u exact, %u of the stream, %u of the digest", n_exact, n_refused[0], n_refused[1]);
	g_assert_true(n_refused[0] > 0 && n_refused[1] > 0);
}

static const struct {
	const char *name;
	guint32 image_size;
	guint32 come; /* bytes of the image that are there when it is refused */
	guint8 size;
	guint8 stream[16];
} wrong[] = {
	{"distance-before-the-start", 100, 1, 4, {0x10, 'a', 2, 0}},
	{"distance-zero", 100, 1, 4, {0x10, 'a', 0, 0}},
	{"match-without-anything-before", 100, 0, 3, {0x00, 1, 0}},
	{"match-past-the-end", 8, 4, 7, {0x41, 'a', 'b', 'c', 'd', 4, 0}},
	{"long-match-past-the-end", 30, 20, 5, {0x1F, 'a', 1, 0, 11}},
	{"literals-past-the-end", 3, 0, 5, {0x40, 'a', 'b', 'c', 'd'}},
	{"long-literals-past-the-end", 300, 0, 3, {0xF0, 255, 31}},
	{"a-byte-after-the-end", 2, 2, 4, {0x20, 'a', 'b', 0}},
	{"a-match-after-the-end", 2, 2, 5, {0x20, 'a', 'b', 1, 0}},
	{"a-sequence-after-a-match-at-the-end", 5, 5, 5, {0x10, 'a', 1, 0, 0}},
	{"length-of-a-match-that-is-cut", 20, 20, 4, {0x1F, 'a', 1, 0}},
	{"nothing-of-the-rest", 9, 1, 2, {0x10, 'a'}},
};

static void
test_wrong_stream(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autofree guint8 *blank = g_malloc0(wrong[i].image_size);
	g_autoptr(GBytes) image = g_bytes_new(blank, wrong[i].image_size);
	g_autoptr(GBytes) stream = g_bytes_new(wrong[i].stream, wrong[i].size);
	g_autoptr(Bench) b = bench_new();

	g_assert_true(begin(stream, image));
	g_assert_false(write_all(stream, 64));
	assert_refused(GYW_CAUSE_COMPRESSION, wrong[i].come);
	g_assert_false(finish(stream));
	g_assert_cmpuint(b->n_judged, ==, 0);
}

static void
test_refuses_tags(void)
{
	static const struct {
		guint8 size;
		guint8 tags[38];
		enum gyw_cause cause;
		guint32 detail;
	} rows[] = {
		{2, {GYW_BEGIN_EXPANDED, 0}, GYW_CAUSE_MALFORMED, GYW_BEGIN_EXPANDED},
		{37, {GYW_BEGIN_EXPANDED, 35, 1}, GYW_CAUSE_MALFORMED, GYW_BEGIN_EXPANDED},
		{38, {GYW_BEGIN_EXPANDED, 36, 0}, GYW_CAUSE_MALFORMED, GYW_BEGIN_EXPANDED},
		{38, {GYW_BEGIN_EXPANDED, 37, 1}, GYW_CAUSE_MALFORMED, 0},
		{38, {GYW_BEGIN_EXPANDED, 36, 0xE1, 0x93, 4}, GYW_CAUSE_TOO_LARGE, STORAGE},
		{38, {GYW_BEGIN_EXPANDED, 36, 255, 255, 255, 255}, GYW_CAUSE_TOO_LARGE, STORAGE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Bench) b = bench_new();

		g_assert_false(begin_with(100, rows[i].tags, rows[i].size));
		assert_refused(rows[i].cause, rows[i].detail);
		g_assert_cmpuint(b->stored->len, ==, 0);
	}
}

static void
test_finds_what_the_store_lost(void)
{
	g_autoptr(GBytes) image = make_image(3, 5000);
	g_autoptr(GBytes) stream = compress(image, 9);

	for (guint at = 0; at < 5000; at += 499) {
		g_autoptr(Bench) b = bench_new();

		g_assert_true(begin(stream, image) && write_all(stream, 64));
		b->stored->data[at] ^= 0x10;
		g_assert_false(finish(stream));
		assert_refused(GYW_CAUSE_HASH, 0);
		g_assert_cmpuint(b->n_judged, ==, 0);
	}
}

static void
test_hands_on_the_verdict(void)
{
	g_autoptr(GBytes) image = make_image(3, 5000);
	g_autoptr(GBytes) stream = compress(image, 9);

	for (guint at = 0; at < 5000; at += PIECE) {
		g_autoptr(Bench) b = bench_new();

		b->breaks_at = at;
		g_assert_true(begin(stream, image));
		g_assert_false(write_all(stream, 64));
		assert_refused(GYW_CAUSE_STORE, at);
		g_assert_cmpuint(b->verdict.code, ==, 77);
	}
}

static void
test_needs_a_store_that_reads(void)
{
	struct gya_backend blind = store;
	struct gya_backend large = store;
	struct gya_expand_setup setup = {.store = &blind};

	blind.can = 0;
	large.piece = GYA_EXPAND_PIECE + 1;
	g_assert_null(gya_backend_expand(&setup));
	setup.store = &large;
	g_assert_null(gya_backend_expand(&setup));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expand/what-lz4-makes-in-pieces-of-any-size", test_expands);
	g_test_add_func("/expand/real-images", test_expands_real_images);
	g_test_add_func("/expand/reads-back-where-it-can", test_says_what_was_read_back);
	g_test_add_func("/expand/passes-sessions-that-are-not-compressed", test_passes_plain_sessions);
	g_test_add_func("/expand/refuses/every-cut", test_refuses_every_cut);
	g_test_add_func("/expand/refuses/flips-or-is-exact", test_refuses_flips);
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *path = g_strconcat("/expand/refuses/", wrong[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_wrong_stream);
	}
	g_test_add_func("/expand/refuses/tags-that-cannot-be", test_refuses_tags);
	g_test_add_func("/expand/finds-what-the-store-lost", test_finds_what_the_store_lost);
	g_test_add_func("/expand/hands-on-the-store's-verdict", test_hands_on_the_verdict);
	g_test_add_func("/expand/needs-a-store-that-reads-back", test_needs_a_store_that_reads);
	return g_test_run();
}
