// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/delta/match.h"
#include "engine/delta/patch.h"
#include "tests/delta/delta-data.h"

#define MEBIBYTE (1024 * 1024)

static const GyPatchOptions all_options[] = {
	{.kind = GY_PATCH_HDIFF13},
	{.kind = GY_PATCH_HDIFF13, .is_plain = TRUE},
	{.kind = GY_PATCH_HDIFF13, .dictionary = 65536},
	{.kind = GY_PATCH_HPATCH_LITE},
	{.kind = GY_PATCH_HPATCH_LITE, .is_plain = TRUE},
	{.kind = GY_PATCH_BSDIFF},
};

/* Made, applied and the same again; its size. */
static gsize
make(GBytes *old, GBytes *new_bytes, const GyPatchOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) patch = gy_patch_make(old, new_bytes, options, NULL, &error);
	g_autoptr(GBytes) made = NULL;
	GyPatchInfo info;

	g_assert_no_error(error);
	g_assert_true(gy_patch_inspect(patch, &info, &error));
	g_assert_cmpint(info.kind, ==, options->kind);
	if (options->kind != GY_PATCH_BSDIFF)
		g_assert_cmpuint(
			info.dictionary, <=, options->dictionary ? options->dictionary : GY_PATCH_DICTIONARY);
	made = gy_patch_apply(patch, old, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, new_bytes));
	return g_bytes_get_size(patch);
}

static const struct {
	const char *name;
	const char *old;
	const char *made;
	gsize most[G_N_ELEMENTS(
		all_options)]; /* bytes of each kind; what the original tools give is in the README */
} pairs[] = {
	{"same", "p1_old.bin", "p1_old.bin", {36, 32, 36, 13, 13, 140}},
	{"few-changes", "p1_old.bin", "p1_new.bin", {94, 94, 94, 160, 100201, 230}},
	{"some-changes", "p2_old.bin", "p2_new.bin", {17500, 30000, 17500, 19000, 115000, 16400}},
	{"many-changes", "p3_old.bin", "p3_new.bin", {38700, 64300, 38700, 41700, 187200, 37400}},
	{"nothing-alike", "p4_old.bin", "p4_new.bin", {2807, 2802, 2807, 2788, 2788, 3400}},
	{"one-byte", "p5_old.bin", "p5_new.bin", {26, 22, 26, 10, 10, 130}},
	{"full", "", "p1_new.bin", {60500, 100215, 58000, 61500, 100201, 60500}},
	{"to-nothing", "p4_old.bin", "", {25, 21, 25, 5, 5, 80}},
	{"from-nothing-to-nothing", "", "", {25, 21, 25, 5, 5, 80}},
};

static void
test_pair(gconstpointer data)
{
	guint pair = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) old = delta_image(pairs[pair].old);
	g_autoptr(GBytes) made = delta_image(pairs[pair].made);

	for (guint i = 0; i < G_N_ELEMENTS(all_options); i++)
		g_assert_cmpuint(make(old, made, &all_options[i]), <=, pairs[pair].most[i]);
}

/* ---- random images -------------------------------------------------------------------------------------- */

static GByteArray *
random_image(guint size)
{
	GByteArray *image = g_byte_array_new();

	/* few values: matches everywhere */
	for (guint i = 0; i < size; i++) {
		const guint8 byte = (guint8) g_test_rand_int_range(0, 4);

		g_byte_array_append(image, &byte, 1);
	}
	return image;
}

/* Pieces of the old one in another order, changed here and there, and something new in between. */
static GBytes *
rearranged(const GByteArray *old)
{
	g_autoptr(GByteArray) image = g_byte_array_new();

	for (guint i = (guint) g_test_rand_int_range(0, 12); i > 0 && old->len > 0; i--) {
		guint from = (guint) g_test_rand_int_range(0, (gint32) old->len);
		guint size = (guint) g_test_rand_int_range(0, (gint32) (old->len - from) + 1);
		g_autoptr(GByteArray) fresh = random_image((guint) g_test_rand_int_range(0, 20));

		g_byte_array_append(image, old->data + from, size);
		if (size > 0)
			image->data[image->len - 1 - size / 2] ^= 0x55;
		g_byte_array_append(image, fresh->data, fresh->len);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&image));
}

static void
test_random(void)
{
	for (guint round = 0; round < 40; round++) {
		g_autoptr(GByteArray) array = random_image((guint) g_test_rand_int_range(0, 500));
		g_autoptr(GBytes) old = g_bytes_new(array->data, array->len);
		g_autoptr(GBytes) made = rearranged(array);

		for (guint i = 0; i < G_N_ELEMENTS(all_options); i++)
			make(old, made, &all_options[i]);
	}
}

/* Covers are in order, apart from each other, and inside both images. */
static void
test_covers(void)
{
	g_autoptr(GBytes) old = delta_image("p3_old.bin");
	g_autoptr(GBytes) made = delta_image("p3_new.bin");
	const GyMatchCost cost = {.cover = 5, .literal = 0.7, .change = 1, .same = 0.01};
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) covers = gy_delta_match(old, made, &cost, NULL, &error);
	guint64 end = 0;

	g_assert_no_error(error);
	g_assert_cmpuint(covers->len, >, 10);
	for (guint i = 0; i < covers->len; i++) {
		const GyCover *cover = &g_array_index(covers, GyCover, i);

		g_assert_cmpuint(cover->size, >, 0);
		g_assert_cmpuint(cover->new_offset, >=, end);
		end = (guint64) cover->new_offset + cover->size;
		g_assert_cmpuint((guint64) cover->old_offset + cover->size, <=, g_bytes_get_size(old));
	}
	g_assert_cmpuint(end, <=, g_bytes_get_size(made));
}

/* ---- repetitive images ---------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	guint old_head; /* random bytes in front of the erased ones */
	guint new_head;
	guint every; /* a byte that is programmed in the new image; 0 for none */
} Erased;

static const Erased erased[] = {
	{"same", 0, 0, 0},
	{"shifted", 0, 100, 0},
	{"other-heads", 1024, 1300, 0},
	{"programmed-bytes", 0, 0, 7919},
	{"shifted-programmed-bytes", 1000, 7, 4099},
};

static GBytes *
erased_image(guint head, guint every)
{
	guint8 *image = g_malloc(MEBIBYTE);

	memset(image, 0xFF, MEBIBYTE);
	for (guint i = 0; i < head; i++)
		image[i] = (guint8) g_test_rand_int_range(0, 255);
	for (guint i = head; every > 0 && i < MEBIBYTE; i += every)
		image[i] = (guint8) g_test_rand_int_range(0, 255);
	return g_bytes_new_take(image, MEBIBYTE);
}

/* Processor time, so that a busy machine does no harm; a sanitizer takes its own. */
static void
test_erased(gconstpointer data)
{
	const Erased *row = data;
	g_autoptr(GBytes) old = erased_image(row->old_head, 0);
	g_autoptr(GBytes) made = erased_image(row->new_head, row->every);
	const GyMatchCost cost = {.cover = 5, .literal = 0.7, .change = 1, .same = 0.01};
	g_autoptr(GError) error = NULL;
	clock_t start = clock();
	g_autoptr(GArray) covers = gy_delta_match(old, made, &cost, NULL, &error);
	double seconds = (double) (clock() - start) / CLOCKS_PER_SEC;

	g_assert_no_error(error);
	g_test_message("%s: %.3f s", row->name, seconds);
#ifndef __SANITIZE_ADDRESS__
	g_assert_cmpfloat(seconds, <, 0.5);
#endif
	make(old, made, &all_options[0]);
}

/* ---- watching ------------------------------------------------------------------------------------------- */

typedef struct {
	GCancellable *cancellable;
	double last;
	guint n_told;
	guint cancel_at;
} Looking;

static void
look(double done, gpointer data)
{
	Looking *looking = data;

	g_assert_cmpfloat(done, >=, looking->last);
	g_assert_cmpfloat(done, <=, 1);
	looking->last = done;
	if (++looking->n_told == looking->cancel_at)
		g_cancellable_cancel(looking->cancellable);
}

static void
test_progress(void)
{
	g_autoptr(GBytes) old = delta_image("p3_old.bin");
	g_autoptr(GBytes) made = delta_image("p3_new.bin");
	Looking looking = {NULL};
	const GyWatch watch = {.progress = look, .data = &looking};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) patch = gy_patch_make(old, made, &all_options[0], &watch, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(looking.n_told, >=, 4);
	g_assert_cmpfloat(looking.last, ==, 1);
}

static void
test_cancel(void)
{
	g_autoptr(GBytes) old = delta_image("p3_old.bin");
	g_autoptr(GBytes) made = delta_image("p3_new.bin");

	for (guint at = 1; at <= 4; at++) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		Looking looking = {.cancellable = cancellable, .cancel_at = at};
		const GyWatch watch = {.cancellable = cancellable, .progress = look, .data = &looking};
		g_autoptr(GError) error = NULL;

		g_assert_null(gy_patch_make(old, made, &all_options[0], &watch, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_CANCELLED);
		g_assert_cmpuint(looking.n_told, ==, at);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *path = g_strconcat("/delta/make/", pairs[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_pair);
	}
	for (guint i = 0; i < G_N_ELEMENTS(erased); i++) {
		g_autofree char *path = g_strconcat("/delta/make/erased-flash/", erased[i].name, NULL);

		g_test_add_data_func(path, &erased[i], test_erased);
	}
	g_test_add_func("/delta/make/any-images", test_random);
	g_test_add_func("/delta/match/covers-are-in-order", test_covers);
	g_test_add_func("/delta/make/tells-its-progress", test_progress);
	g_test_add_func("/delta/make/can-be-cancelled", test_cancel);
	return g_test_run();
}
