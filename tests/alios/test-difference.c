// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/diff-make.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/triples.h"
#include "tests/alios/data.h"

#define N_VECTORS 7

static const guint32 slice_sizes[N_VECTORS] = {4096, 4096, 16384, 65536, 4096, 4096, 65536};

static GBytes *
vector(guint number, const char *ending)
{
	g_autofree char *file = g_strdup_printf("diff/d%u.%s", number, ending);

	return alios_bytes(file);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static void
test_apply(gconstpointer data)
{
	guint number = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) old = vector(number, "old");
	g_autoptr(GBytes) expected = vector(number, "new");
	g_autoptr(GBytes) diff = vector(number, "diff");
	g_autoptr(GyPackage) package = gy_package_load_bytes(diff, "vector", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = NULL;

	g_assert_nonnull(package);
	g_assert_cmpstr(gy_package_kind(package), ==, GY_ALIOS_KIND_DIFFERENCE);
	g_assert_false(has_complaint(diff, NULL));
	made = gy_package_unpack_difference(package, 0, old, &error);
	g_assert_no_error(error);
	assert_equal_bytes(made, expected);
}

static void
check_stream(const guint8 *data, gsize size, guint *n_streams)
{
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(GBytes) again = NULL;
	g_autoptr(GBytes) stored = g_bytes_new_static(data, size);

	if (size == 0)
		return;
	raw = gy_xz_decode(data, size, 1u << 20, NULL);
	g_assert_nonnull(raw);
	again = gy_xz_encode(raw, GY_ALIOS_DIFF_DICTIONARY_MAX, NULL);
	assert_equal_bytes(again, stored);
	(*n_streams)++;
}

static void
test_every_stream_is_packed_as_the_original_s(void)
{
	guint n_streams = 0;

	for (guint i = 1; i <= N_VECTORS; i++) {
		g_autoptr(GBytes) diff = vector(i, "diff");
		const guint8 *data = g_bytes_get_data(diff, NULL);
		g_autoptr(GArray) slices = gy_alios_diff_slices(data, g_bytes_get_size(diff), NULL);

		for (guint j = 0; j < slices->len; j++) {
			const GyAliosSlice *slice = &g_array_index(slices, GyAliosSlice, j);
			const guint8 *at = data + slice->offset + ALIOS_SLICE_HEAD;

			check_stream(at, slice->control_size, &n_streams);
			check_stream(at + slice->control_size, slice->difference_size, &n_streams);
			check_stream(at + slice->control_size + slice->difference_size, slice->extra_size,
				&n_streams);
		}
	}
	g_assert_cmpuint(n_streams, ==, 67);
}

/* Only the old image tells a wrong CRC. */
static void
test_a_wrong_crc_is_found_by_applying(void)
{
	g_autoptr(GBytes) diff = alios_bytes("neg/n2_bad_slice_crc.diff");
	g_autoptr(GBytes) old = alios_bytes("diff/d1.old");
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_alios_diff_apply(diff, old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
}

static void
test_another_old_image_is_found(void)
{
	g_autoptr(GBytes) diff = vector(1, "diff");
	g_autoptr(GBytes) other = vector(2, "old");
	g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_alios_diff_apply(diff, other, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
	g_clear_error(&error);
	g_assert_null(gy_alios_diff_apply(diff, nothing, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
}

/* By verifying, or if it is in a CRC by applying. A packer's parameters may be others without any effect. */
static void
test_every_flipped_bit_is_found(void)
{
	g_autoptr(GBytes) diff = vector(1, "diff");
	g_autoptr(GBytes) old = vector(1, "old");
	g_autoptr(GBytes) expected = vector(1, "new");
	guint n_by_applying = 0, n_without_effect = 0;

	for (gsize bit = 0; bit < g_bytes_get_size(diff) * 8; bit++) {
		g_autoptr(GBytes) flipped = with_flipped_bit(diff, bit);
		g_autoptr(GBytes) made = NULL;

		if (has_complaint(flipped, NULL))
			continue;
		made = gy_alios_diff_apply(flipped, old, NULL);
		if (made)
			assert_equal_bytes(made, expected);
		n_without_effect += made != NULL;
		n_by_applying += made == NULL;
	}
	g_assert_cmpuint(n_by_applying, ==, 3 * 16);
	g_test_message("%u bits without effect", n_without_effect);
	g_assert_cmpuint(n_without_effect, <, 30);
}

static void
test_every_cut_is_found(void)
{
	g_autoptr(GBytes) diff = vector(1, "diff");
	g_autoptr(GBytes) old = vector(1, "old");
	g_autoptr(GArray) slices =
		gy_alios_diff_slices(g_bytes_get_data(diff, NULL), g_bytes_get_size(diff), NULL);

	for (gsize size = 0; size < g_bytes_get_size(diff); size++) {
		g_autoptr(GBytes) part = g_bytes_new(g_bytes_get_data(diff, NULL), size);
		gboolean is_between = FALSE;

		for (guint i = 1; i < slices->len; i++)
			is_between |= g_array_index(slices, GyAliosSlice, i).offset == size;
		/* a difference does not say how many slices it has: the message about it says its size */
		g_assert_true(has_complaint(part, NULL) == !is_between);
	}
}

/* ---- triples -------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	struct {
		gint64 add, insert, seek;
	} triples[4];
	guint n_triples;
	gsize difference_size, extra_size;
	const char *problem; /* (nullable): part of what is said */
} TripleCase;

static const TripleCase triple_cases[] = {
	{"the-usual", {{0, 4, 8}, {6, 0, 0}}, 2, 6, 4, NULL},
	{"that-only-move", {{0, 0, 8}, {0, 0, -8}, {10, 0, 0}}, 3, 10, 0, NULL},
	{"of-a-last-seek-anywhere", {{10, 0, -99}}, 1, 10, 0, NULL},
	{"before-the-old-image", {{2, 0, -3}, {8, 0, 0}}, 2, 10, 0, "before the start"},
	{"of-too-many-bytes", {{11, 0, 0}}, 1, 11, 0, "more bytes than the slice"},
	{"of-too-few-bytes", {{9, 0, 0}}, 1, 9, 0, "fewer bytes"},
	{"of-more-difference-than-there-is", {{10, 0, 0}}, 1, 9, 0, "the diff stream"},
	{"of-more-extra-than-there-is", {{0, 10, 0}}, 1, 0, 9, "the extra stream"},
	{"with-difference-left", {{9, 1, 0}}, 1, 10, 1, "left in the streams"},
	{"with-extra-left", {{10, 0, 0}}, 1, 10, 1, "left in the streams"},
	{"with-a-triple-left", {{10, 0, 0}, {0, 0, 0}}, 2, 10, 0, "left in the streams"},
	{"of-more-than-32-bits", {{10, 0, 1ll << 40}}, 1, 10, 0, "32 bits"},
	{"of-nothing", {{0, 0, 0}}, 0, 0, 0, "fewer bytes"},
};

static void
test_triples(gconstpointer data)
{
	const TripleCase *one = data;
	g_autoptr(GByteArray) control = g_byte_array_new();
	g_autofree guint8 *zeros = g_malloc0(16);
	GyAliosStreams streams = {.difference = g_bytes_new(zeros, one->difference_size),
		.extra = g_bytes_new(zeros, one->extra_size)};
	g_autofree char *problem = NULL;

	for (guint i = 0; i < one->n_triples; i++)
		gy_alios_triple_append(control, (guint32) one->triples[i].add,
			(guint32) one->triples[i].insert, one->triples[i].seek);
	streams.control = g_bytes_new(control->data, control->len);
	problem = gy_alios_triples_check(&streams, 10);
	if (one->problem)
		g_assert_nonnull(problem ? strstr(problem, one->problem) : NULL);
	else
		g_assert_cmpstr(problem, ==, NULL);
	gy_alios_streams_clear(&streams);
}

/* The encoder has no negative sizes to write: the sign is set in what it wrote. */
static void
test_negative_sizes_are_refused(void)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GByteArray) control = g_byte_array_new();
		GyAliosStreams streams = {.difference = g_bytes_new(NULL, 0), .extra = g_bytes_new(NULL, 0)};
		g_autofree char *problem = NULL;

		gy_alios_triple_append(control, 5, 5, 0);
		control->data[8 * i + 7] |= 0x80;
		streams.control = g_bytes_new(control->data, control->len);
		problem = gy_alios_triples_check(&streams, 10);
		g_assert_nonnull(strstr(problem, "negative"));
		gy_alios_streams_clear(&streams);
	}
}

/* ---- making --------------------------------------------------------------------------------------------- */

static void
assert_made_well(GBytes *old, GBytes *new_bytes, const GyAliosDiffOptions *how, gsize *size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) diff = gy_alios_diff_make(old, new_bytes, how, NULL, &error);
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GArray) slices = NULL;
	gsize new_size = g_bytes_get_size(new_bytes);
	guint32 dictionary = 0;

	g_assert_no_error(error);
	slices = gy_alios_diff_slices(g_bytes_get_data(diff, NULL), g_bytes_get_size(diff), NULL);
	g_assert_cmpuint(slices->len, ==, (new_size + how->slice_size - 1) / how->slice_size);
	for (guint i = 0; i < slices->len; i++)
		g_assert_cmpuint(g_array_index(slices, GyAliosSlice, i).new_size, ==,
			MIN(how->slice_size, new_size - (gsize) i * how->slice_size));
	g_assert_null(gy_alios_diff_check(g_bytes_get_data(diff, NULL), g_bytes_get_size(diff), &dictionary));
	g_assert_cmpuint(dictionary, ==, how->dictionary);
	made = gy_alios_diff_apply(diff, old, &error);
	g_assert_no_error(error);
	assert_equal_bytes(made, new_bytes);
	*size = g_bytes_get_size(diff);
}

static void
test_make(gconstpointer data)
{
	guint number = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) old = vector(number, "old");
	g_autoptr(GBytes) new_bytes = vector(number, "new");
	g_autoptr(GBytes) original = vector(number, "diff");
	gsize size = 0;

	for (guint i = 0; i < 3; i++) {
		GyAliosDiffOptions how = {.slice_size = GY_ALIOS_SLICE_MIN << 2 * i, .dictionary = 4096};

		assert_made_well(old, new_bytes, &how, &size);
	}
	assert_made_well(old, new_bytes,
		&(GyAliosDiffOptions){slice_sizes[number - 1], GY_ALIOS_DIFF_DICTIONARY_MAX}, &size);
	g_test_message("d%u: %" G_GSIZE_FORMAT " bytes, the original has %" G_GSIZE_FORMAT, number, size,
		g_bytes_get_size(original));
	g_assert_cmpuint(size, <=, g_bytes_get_size(original) + g_bytes_get_size(original) / 20);
}

/* Pieces of the old image in another order, changed here and there, with new ones between. */
static GBytes *
mix(GBytes *old)
{
	gsize old_size = 0;
	const guint8 *data = g_bytes_get_data(old, &old_size);
	GByteArray *out = g_byte_array_new();
	guint n_pieces = (guint) g_test_rand_int_range(1, 12);

	for (guint i = 0; i < n_pieces; i++) {
		guint from = (guint) g_test_rand_int_range(0, (gint) old_size);
		guint size = (guint) g_test_rand_int_range(1, (gint) MIN(old_size - from, 9000) + 1);

		g_byte_array_append(out, data + from, size);
		for (guint j = 0; j < 4; j++)
			out->data[g_test_rand_int_range(0, (gint) out->len)] ^= 0x55;
		for (guint j = (guint) g_test_rand_int_range(0, 60); j > 0; j--)
			g_byte_array_append(out, &(guint8){(guint8) g_test_rand_int()}, 1);
	}
	return g_byte_array_free_to_bytes(out);
}

static void
test_mixed_images_come_out_right(void)
{
	g_autoptr(GBytes) whole = vector(3, "old");

	for (guint i = 0; i < 12; i++) {
		g_autoptr(GBytes) old =
			g_bytes_new_from_bytes(whole, 0, (gsize) g_test_rand_int_range(1, 30000));
		g_autoptr(GBytes) new_bytes = mix(old);
		gsize size;

		if (!g_bytes_equal(old, new_bytes))
			assert_made_well(old, new_bytes, &(GyAliosDiffOptions){4096, 4096}, &size);
	}
}

static void
test_equal_images_are_refused(void)
{
	g_autoptr(GBytes) old = vector(1, "old");
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_alios_diff_make(old, old, &(GyAliosDiffOptions){4096, 4096}, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_RULE);
}

static void
test_build_wants_trailers(void)
{
	g_autofree char *old = alios_path("diff/d4.old");
	g_autofree char *new_path = alios_path("diff/d4.new");
	g_autofree char *old_whole = alios_path("diff/d7.old");
	g_autofree char *new_whole = alios_path("diff/d7.new");
	g_autoptr(GBytes) built = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(build_with(NULL, &error, "image:image", new_whole, "old", old, NULL));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_RULE);
	g_clear_error(&error);
	g_assert_null(build_with(NULL, &error, "image:image", new_path, "old", old_whole, NULL));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_RULE);
	g_clear_error(&error);
	built = build_with(NULL, &error, "image:image", new_whole, "old", old_whole, NULL);
	g_assert_no_error(error);
	g_assert_false(has_complaint(built, NULL));
}

/* ---- for what a device runs ------------------------------------------------------------------------------- */

static GBytes *
make_for_device(GBytes *whole, GBytes *old, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load_bytes(whole, "whole", NULL);
	const GyDifferenceOptions options = {0};

	g_assert_nonnull(package);
	return gy_package_format(package)->make_difference(package, old, &options, NULL, error);
}

static void
test_made_for_a_device(void)
{
	g_autoptr(GBytes) old = vector(7, "old");
	g_autoptr(GBytes) whole = vector(7, "new");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) difference = make_for_device(whole, old, &error);
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GBytes) made = NULL;

	g_assert_no_error(error);
	package = gy_package_load_bytes(difference, "difference", NULL);
	made = gy_package_unpack_difference(package, 0, old, &error);
	g_assert_no_error(error);
	assert_equal_bytes(made, whole);
}

typedef struct {
	const char *name;
	const char *whole;
	const char *old;
} NoDifference;

static const NoDifference no_differences[] = {
	{"old-image-without-trailer", "diff/d7.new", "diff/d4.old"},
	{"packed-image", "xz/m3_5000.bin.xz.md5.bin", "diff/d7.old"},
	{"difference", "diff/d7.diff", "diff/d7.old"},
};

static void
test_not_made(gconstpointer data)
{
	const NoDifference *wanted = data;
	g_autoptr(GBytes) whole = alios_bytes(wanted->whole);
	g_autoptr(GBytes) old = alios_bytes(wanted->old);
	g_autoptr(GError) error = NULL;

	g_assert_null(make_for_device(whole, old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED);
}

/* What a device of 3.x takes for the sign block would be the end of the difference. */
static void
test_not_made_for_a_sign_block(void)
{
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autofree char *image = alios_path("md5/m2_256.bin");
	g_autoptr(GBytes) old = vector(7, "old");
	g_autoptr(GPtrArray) notes = notes_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) whole =
		build_with(notes, &error, "image:image", image, "generation", "3.x", "key", key, NULL);

	g_assert_no_error(error);
	g_assert_null(make_for_device(whole, old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED);
	g_assert_nonnull(strstr(error->message, "sign block"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 1; i <= N_VECTORS; i++) {
		g_autofree char *apply = g_strdup_printf("/alios/difference/apply/d%u", i);
		g_autofree char *make = g_strdup_printf("/alios/difference/make/d%u", i);

		g_test_add_data_func(apply, GUINT_TO_POINTER(i), test_apply);
		g_test_add_data_func(make, GUINT_TO_POINTER(i), test_make);
	}
	for (guint i = 0; i < G_N_ELEMENTS(triple_cases); i++) {
		g_autofree char *path = g_strdup_printf("/alios/difference/triples/%s", triple_cases[i].name);

		g_test_add_data_func(path, &triple_cases[i], test_triples);
	}
	g_test_add_func(
		"/alios/difference/triples/negative-sizes-are-refused", test_negative_sizes_are_refused);
	g_test_add_func("/alios/difference/every-stream-is-packed-as-the-original-s",
		test_every_stream_is_packed_as_the_original_s);
	g_test_add_func(
		"/alios/difference/a-wrong-crc-is-found-by-applying", test_a_wrong_crc_is_found_by_applying);
	g_test_add_func("/alios/difference/another-old-image-is-found", test_another_old_image_is_found);
	g_test_add_func("/alios/difference/every-flipped-bit-is-found", test_every_flipped_bit_is_found);
	g_test_add_func("/alios/difference/every-cut-is-found", test_every_cut_is_found);
	g_test_add_func("/alios/difference/mixed-images-come-out-right", test_mixed_images_come_out_right);
	g_test_add_func("/alios/difference/equal-images-are-refused", test_equal_images_are_refused);
	g_test_add_func("/alios/difference/build-wants-trailers", test_build_wants_trailers);
	g_test_add_func("/alios/difference/for-a-device/made", test_made_for_a_device);
	g_test_add_func(
		"/alios/difference/for-a-device/not-with-a-sign-block", test_not_made_for_a_sign_block);
	for (guint i = 0; i < G_N_ELEMENTS(no_differences); i++) {
		g_autofree char *path =
			g_strdup_printf("/alios/difference/for-a-device/not-with-%s", no_differences[i].name);

		g_test_add_data_func(path, &no_differences[i], test_not_made);
	}
	return g_test_run();
}
