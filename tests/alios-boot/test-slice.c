// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/alios/slice-private.h"
#include "device-agent/ports/sim/xz-liblzma.h"
#include "engine/compression/xz.h"
#include "engine/formats/alios/diff.h"
#include "protocol/host/crc16.h"
#include "protocol/wire/bytes.h"
#include "tests/alios-boot/device.h"
#include "tests/patch/source.h"

#define DICTIONARY 16384

// ---- a difference is made into an image, in RAM, as the loader does it in flash ----

// The new image so far, then the old one behind it.
typedef struct {
	GByteArray *made;
	Source old;
} Mixed;

static bool
read_mixed(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	Mixed *mixed = context;
	guint32 n = offset < mixed->made->len ? MIN(size, mixed->made->len - offset) : 0;

	if (n > 0)
		memcpy(bytes, mixed->made->data + offset, n);
	return n == size || source_read(&mixed->old, offset + n, bytes + n, size - n);
}

typedef struct {
	guint32 slice_size;
	guint32 dictionary;
	guint fail_package;
	guint fail_old;
} Conditions;

static enum gya_patch_result
apply(GBytes *package_bytes, GBytes *old_bytes, const Conditions *conditions, GByteArray *made)
{
	g_autofree struct alios_slice_work *work = g_new(struct alios_slice_work, 1);
	Source package = {package_bytes, 0, conditions->fail_package};
	Mixed mixed = {made, {old_bytes, 0, conditions->fail_old}};
	const struct gya_patch_source source = {
		&package, (guint32) g_bytes_get_size(package_bytes), source_read};
	struct gya_patch_source old = {&mixed, (guint32) g_bytes_get_size(old_bytes), read_mixed};
	struct gya_xz *decoders[ALIOS_SLICE_STREAMS];
	const struct gya_xz *xz[ALIOS_SLICE_STREAMS];
	enum gya_patch_result result = GYA_PATCH_OK;

	for (guint i = 0; i < ALIOS_SLICE_STREAMS; i++)
		xz[i] = decoders[i] = gya_xz_liblzma_new(conditions->dictionary);
	for (guint32 at = 0; at < source.size && result == GYA_PATCH_OK;) {
		struct alios_slice_head head = {0};

		result = alios_slice_read_head(&head, &source, at, conditions->slice_size);
		if (result == GYA_PATCH_OK) {
			// of exactly the size that the head names, so that a byte too far is seen
			g_autofree guint8 *slice = g_malloc(head.new_size);

			// positions behind the old image are of flash that the new one has grown into
			old.size = (guint32) MAX(g_bytes_get_size(old_bytes), made->len);
			result = alios_slice_make(work, &head, &source, xz, &old, slice);
			if (result == GYA_PATCH_OK)
				g_byte_array_append(made, slice, head.new_size);
		}
		at += head.size;
	}
	for (guint i = 0; i < ALIOS_SLICE_STREAMS; i++)
		gya_xz_liblzma_free(decoders[i]);
	return result;
}

static enum gya_patch_result
result_of(GBytes *package, GBytes *old, const Conditions *conditions)
{
	g_autoptr(GByteArray) made = g_byte_array_new();

	return apply(package, old, conditions, made);
}

static void
assert_makes(GBytes *package, GBytes *old, GBytes *new, const Conditions *conditions)
{
	g_autoptr(GByteArray) made = g_byte_array_new();
	gsize size;
	const guint8 *expected = g_bytes_get_data(new, &size);

	g_assert_cmpint(apply(package, old, conditions, made), ==, GYA_PATCH_OK);
	g_assert_cmpmem(made->data, made->len, expected, (guint) size);
}

static const struct {
	const char *name;
	guint32 slice_size;
} cases[] = {
	{"d1", 4096}, {"d2", 4096}, {"d3", 16384}, {"d4", 65536}, {"d5", 4096}, {"d6", 4096}, {"d7", 65536}};

static void
load(const char *name, GBytes **old, GBytes **new, GBytes **diff)
{
	g_autofree char *old_name = g_strconcat(name, ".old", NULL);
	g_autofree char *new_name = g_strconcat(name, ".new", NULL);
	g_autofree char *diff_name = g_strconcat(name, ".diff", NULL);

	*old = vector("diff", old_name);
	*new = vector("diff", new_name);
	*diff = vector("diff", diff_name);
}

static void
test_vectors(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) old = NULL;
		g_autoptr(GBytes) new = NULL;
		g_autoptr(GBytes) diff = NULL;

		load(cases[i].name, &old, &new, &diff);
		assert_makes(diff, old, new, &(Conditions){cases[i].slice_size, DICTIONARY});
	}
}

static void
test_our_own(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) old = NULL;
		g_autoptr(GBytes) new = NULL;
		g_autoptr(GBytes) theirs = NULL;
		g_autoptr(GBytes) diff = NULL;

		load(cases[i].name, &old, &new, &theirs);
		diff = make_difference(old, new, cases[i].slice_size);
		// whose dictionary every decoder has room for
		assert_makes(diff, old, new, &(Conditions){cases[i].slice_size, 4096});
	}
}

static void
test_negatives(void)
{
	static const struct {
		const char *file;
		enum gya_patch_result result;
	} bad[] = {
		{"n1_bad_magic.diff", GYA_PATCH_E_FORMAT},
		{"n2_bad_slice_crc.diff", GYA_PATCH_E_OLD},
		{"n3_truncated.diff", GYA_PATCH_E_DATA},
		{"n4_newsize_mismatch.diff", GYA_PATCH_E_TOO_LARGE},
		{"n5_corrupt_xz.diff", GYA_PATCH_E_DATA},
	};
	g_autoptr(GBytes) old = vector("diff", "d1.old");

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GBytes) diff = vector("neg", bad[i].file);

		g_assert_cmpint(result_of(diff, old, &(Conditions){4096, DICTIONARY}), ==, bad[i].result);
	}
}

static void
test_dictionaries(void)
{
	g_autoptr(GBytes) old = vector("diff", "d1.old");
	g_autoptr(GBytes) diff = vector("diff", "d1.diff");

	g_assert_cmpint(result_of(diff, old, &(Conditions){4096, 8192}), ==, GYA_PATCH_E_COMPRESSION);
	g_assert_cmpint(result_of(diff, old, &(Conditions){4095, DICTIONARY}), ==, GYA_PATCH_E_TOO_LARGE);
}

static void
test_another_old_image(void)
{
	g_autoptr(GBytes) old = vector("diff", "d2.old");
	g_autoptr(GBytes) diff = vector("diff", "d1.diff");

	g_assert_cmpint(result_of(diff, old, &(Conditions){4096, DICTIONARY}), ==, GYA_PATCH_E_OLD);
}

// Each read fails once: of the difference and of the old image.
static void
test_reads_fail(void)
{
	g_autoptr(GBytes) old = vector("diff", "d1.old");
	g_autoptr(GBytes) diff = vector("diff", "d1.diff");
	guint i;

	for (i = 1; result_of(diff, old, &(Conditions){4096, DICTIONARY, .fail_package = i}) != GYA_PATCH_OK;
		i++)
		g_assert_cmpint(result_of(diff, old, &(Conditions){4096, DICTIONARY, .fail_package = i}), ==,
			GYA_PATCH_E_READ_PATCH);
	g_assert_cmpuint(i, >, 30);
	for (i = 1; result_of(diff, old, &(Conditions){4096, DICTIONARY, .fail_old = i}) != GYA_PATCH_OK; i++)
		g_assert_cmpint(result_of(diff, old, &(Conditions){4096, DICTIONARY, .fail_old = i}), ==,
			GYA_PATCH_E_READ_OLD);
	g_assert_cmpuint(i, >, 10);
}

// A flipped bit is found, or it is none that anything comes of: the image is the right one all the same.
static void
test_flips_and_cuts(void)
{
	g_autoptr(GBytes) old = vector("diff", "d1.old");
	g_autoptr(GBytes) new = vector("diff", "d1.new");
	g_autoptr(GBytes) diff = vector("diff", "d1.diff");
	gsize size;
	const guint8 *data = g_bytes_get_data(diff, &size);
	guint n_harmless = 0;

	for (gsize bit = 0; bit < size * 8; bit++) {
		g_autofree guint8 *copy = g_memdup2(data, size);
		g_autoptr(GByteArray) made = g_byte_array_new();
		g_autoptr(GBytes) damaged = NULL;

		copy[bit / 8] ^= (guint8) (1 << bit % 8);
		damaged = g_bytes_new_take(g_steal_pointer(&copy), size);
		if (apply(damaged, old, &(Conditions){4096, DICTIONARY}, made) != GYA_PATCH_OK)
			continue;
		g_assert_cmpmem(
			made->data, made->len, g_bytes_get_data(new, NULL), (guint) g_bytes_get_size(new));
		n_harmless++;
	}
	g_test_message("%u of %zu flipped bits change nothing", n_harmless, size * 8);
	g_assert_cmpuint(n_harmless, <, size * 8 / 100);
	for (gsize cut = 1; cut < size; cut++) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(diff, 0, cut);

		if (cut != 304 && cut != 668) // where slices end
			g_assert_cmpint(
				result_of(part, old, &(Conditions){4096, DICTIONARY}), !=, GYA_PATCH_OK);
	}
}

// ---- slices that no encoder makes ----

static void
put_number(GByteArray *to, gint64 value)
{
	guint64 number = value < 0 ? (guint64) -value | G_GUINT64_CONSTANT(1) << 63 : (guint64) value;
	guint8 bytes[8];

	gyw_put_u32le(bytes, (guint32) number);
	gyw_put_u32le(bytes + 4, (guint32) (number >> 32));
	g_byte_array_append(to, bytes, sizeof bytes);
}

static GBytes *
pack(const guint8 *bytes, gsize size, guint32 dictionary)
{
	g_autoptr(GBytes) plain = g_bytes_new(bytes, size);
	g_autoptr(GError) error = NULL;
	GBytes *packed = size > 0 ? gy_xz_encode(plain, dictionary, &error) : g_bytes_new(NULL, 0);

	g_assert_no_error(error);
	return packed;
}

typedef struct {
	const char *name;
	gint64 triples[3][3];
	guint n_triples;
	gsize n_difference;
	gsize n_extra;
	guint32 new_size;
	enum gya_patch_result result;
} Strange;

static GBytes *
make_strange(const Strange *strange, const guint8 *new, guint32 dictionary)
{
	static const guint8 zeros[512];
	g_autoptr(GByteArray) control = g_byte_array_new();
	GBytes *streams[3];
	GByteArray *slice = g_byte_array_new();

	for (guint i = 0; i < strange->n_triples; i++)
		for (guint j = 0; j < 3; j++)
			put_number(control, strange->triples[i][j]);
	streams[0] = pack(control->data, control->len, dictionary);
	streams[1] = pack(zeros, strange->n_difference, dictionary);
	streams[2] = pack(zeros, strange->n_extra, dictionary);
	g_byte_array_append(slice, (const guint8 *) "BSDIFF40", 8);
	for (guint i = 0; i < 3; i++)
		put_number(slice, (gint64) g_bytes_get_size(streams[i]));
	put_number(slice, strange->new_size);
	put_number(slice, gy_crc16(GY_CRC16_INIT, new, strange->new_size));
	for (guint i = 0; i < 3; i++) {
		g_byte_array_append(
			slice, g_bytes_get_data(streams[i], NULL), (guint) g_bytes_get_size(streams[i]));
		g_bytes_unref(streams[i]);
	}
	return g_byte_array_free_to_bytes(slice);
}

// The old image has 256 zeros, and so has all else.
static const Strange strange_slices[] = {
	{"good", {{100, 20, 0}}, 1, 100, 20, 120, GYA_PATCH_OK},
	{"only-moves", {{0, 0, 100}, {0, 0, -90}, {10, 0, 0}}, 3, 10, 0, 10, GYA_PATCH_OK},
	{"last-move-is-nothing", {{10, 0, -5000}}, 1, 10, 0, 10, GYA_PATCH_OK},
	{"beyond-and-back", {{0, 0, 9000}, {0, 5, -9000}, {5, 0, 0}}, 3, 5, 5, 10, GYA_PATCH_OK},
	{"to-the-last-byte", {{0, 1, 156}, {100, 0, 0}}, 2, 100, 1, 101, GYA_PATCH_OK},
	{"one-byte-too-far", {{0, 1, 157}, {100, 0, 0}}, 2, 100, 1, 101, GYA_PATCH_E_DATA},
	{"negative-add", {{-1, 11, 0}}, 1, 0, 10, 10, GYA_PATCH_E_DATA},
	{"negative-insert", {{11, -1, 0}}, 1, 11, 0, 10, GYA_PATCH_E_DATA},
	{"before-the-start", {{0, 1, -1}, {1, 0, 1}}, 2, 1, 1, 2, GYA_PATCH_E_DATA},
	{"makes-too-much", {{10, 1, 0}}, 1, 10, 0, 10, GYA_PATCH_E_DATA},
	{"makes-too-little", {{5, 4, 0}}, 1, 5, 5, 10, GYA_PATCH_E_DATA},
	{"triple-left-over", {{5, 5, 0}, {0, 0, 0}}, 2, 5, 5, 10, GYA_PATCH_E_DATA},
	{"difference-left-over", {{5, 5, 0}}, 1, 6, 5, 10, GYA_PATCH_E_DATA},
	{"extra-left-over", {{5, 5, 0}}, 1, 5, 6, 10, GYA_PATCH_E_DATA},
	{"too-little-difference", {{6, 4, 0}}, 1, 5, 5, 10, GYA_PATCH_E_DATA},
	{"33-bits", {{0, 5, G_GINT64_CONSTANT(0x100000000)}, {5, 0, 0}}, 2, 5, 5, 10, GYA_PATCH_E_TOO_LARGE},
	{"makes-nothing", {{0, 0, 0}}, 1, 0, 0, 0, GYA_PATCH_E_TOO_LARGE},
	{"no-triple", {{0, 0, 0}}, 0, 5, 5, 10, GYA_PATCH_E_DATA},
};

static void
test_strange(gconstpointer data)
{
	static const guint8 zeros[256];
	const Strange *strange = data;
	g_autoptr(GBytes) old = g_bytes_new_static(zeros, sizeof zeros);
	g_autoptr(GBytes) slice = make_strange(strange, zeros, 4096);

	g_assert_cmpint(result_of(slice, old, &(Conditions){4096, DICTIONARY}), ==, strange->result);
	// the host and the device are of one mind
	if (strange->new_size > 0 && strange->n_triples > 0) {
		g_autoptr(GBytes) made = gy_alios_diff_apply(slice, old, NULL);

		g_assert_cmpint(made != NULL, ==, strange->result == GYA_PATCH_OK);
	}
}

// As the original's decoders, however much memory these have.
static void
test_dictionary_of_slices(void)
{
	static const guint8 zeros[256];
	static const guint32 sizes[] = {4096, 8192, 16384, 24576, 32768};
	g_autoptr(GBytes) old = g_bytes_new_static(zeros, sizeof zeros);

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GBytes) slice = make_strange(&strange_slices[0], zeros, sizes[i]);

		g_assert_cmpint(result_of(slice, old, &(Conditions){4096, 65536}), ==,
			sizes[i] <= 16384 ? GYA_PATCH_OK : GYA_PATCH_E_COMPRESSION);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-boot/slice/vectors-give-the-new-image", test_vectors);
	g_test_add_func("/alios-boot/slice/ours-give-the-new-image", test_our_own);
	g_test_add_func("/alios-boot/slice/negative-vectors", test_negatives);
	g_test_add_func("/alios-boot/slice/dictionary-and-slice-have-a-limit", test_dictionaries);
	g_test_add_func("/alios-boot/slice/another-old-image", test_another_old_image);
	g_test_add_func("/alios-boot/slice/reads-fail", test_reads_fail);
	g_test_add_func("/alios-boot/slice/flips-and-cuts-are-found", test_flips_and_cuts);
	g_test_add_func("/alios-boot/slice/dictionary-of-16-kib", test_dictionary_of_slices);
	for (guint i = 0; i < G_N_ELEMENTS(strange_slices); i++) {
		g_autofree char *path =
			g_strconcat("/alios-boot/slice/strange/", strange_slices[i].name, NULL);

		g_test_add_data_func(path, &strange_slices[i], test_strange);
	}
	return g_test_run();
}
