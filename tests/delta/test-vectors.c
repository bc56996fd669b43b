// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/delta/patch.h"
#include "tests/delta/delta-data.h"

/* Patches of the original tools: tests/vectors/liteos/README.md. */

/* A block of exactly that size, so that one byte too far is seen. */
static GBytes *
copy_of(GBytes *bytes, gsize size)
{
	g_autoptr(GBytes) part = g_bytes_new_from_bytes(bytes, 0, size);

	return g_bytes_new(g_bytes_get_data(part, NULL), size);
}

typedef struct {
	const char *patch;
	const char *old; /* "" for none */
	const char *made;
	GyPatchKind kind;
	const char *compression;
	guint dictionary;
} Row;

static const Row rows[] = {
	{"p1_full_lzma16k.hdiff", "", "p1_new.bin", GY_PATCH_HDIFF13, "lzma", 16384},
	{"p1_hdiff13_lzma4k.hdiff", "p1_old.bin", "p1_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p1_hdiff13_none.hdiff", "p1_old.bin", "p1_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p1_lite_lzma4k.hi", "p1_old.bin", "p1_new.bin", GY_PATCH_HPATCH_LITE, "lzma", 4096},
	{"p1_lite_none.hi", "p1_old.bin", "p1_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p1_same_lzma4k.hdiff", "p1_old.bin", "p1_old.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p1_sf20_step4k_lzma.hdiff", "p1_old.bin", "p1_new.bin", GY_PATCH_HDIFFSF20, "none", 0},
	{"p2_full_lzma16k.hdiff", "", "p2_new.bin", GY_PATCH_HDIFF13, "lzma", 16384},
	{"p2_hdiff13_lzma4k.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFF13, "lzma", 4096},
	{"p2_hdiff13_lzma64k.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFF13, "lzma", 16384},
	{"p2_hdiff13_m0_noblock_lzma64k.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFF13, "lzma", 16384},
	{"p2_hdiff13_none.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p2_hdiff13_stream64_lzma64k.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFF13, "lzma", 65536},
	{"p2_inplace0_lzma4k.hi", "p2_old.bin", "p2_new.bin", GY_PATCH_HPATCH_LITE, "lzma", 4096},
	{"p2_inplace4096_lzma4k.hi", "p2_old.bin", "p2_new.bin", GY_PATCH_HPATCH_LITE, "lzma", 4096},
	{"p2_lite_lzma4k.hi", "p2_old.bin", "p2_new.bin", GY_PATCH_HPATCH_LITE, "lzma", 4096},
	{"p2_lite_none.hi", "p2_old.bin", "p2_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p2_sf20_step4k_lzma.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFFSF20, "lzma", 32768},
	{"p2_sf20_step64k_lzma.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFFSF20, "lzma", 32768},
	{"p2_sf20_step64k_none.hdiff", "p2_old.bin", "p2_new.bin", GY_PATCH_HDIFFSF20, "none", 0},
	{"p3_full_lzma16k.hdiff", "", "p3_new.bin", GY_PATCH_HDIFF13, "lzma", 16384},
	{"p3_hdiff13_lzma4k.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFF13, "lzma", 4096},
	{"p3_hdiff13_lzma64k.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFF13, "lzma", 49152},
	{"p3_hdiff13_m0_noblock_lzma64k.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFF13, "lzma", 49152},
	{"p3_hdiff13_none.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p3_hdiff13_stream64_lzma64k.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFF13, "lzma", 65536},
	{"p3_lite_lzma4k.hi", "p3_old.bin", "p3_new.bin", GY_PATCH_HPATCH_LITE, "lzma", 4096},
	{"p3_lite_none.hi", "p3_old.bin", "p3_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p3_sf20_step4k_lzma.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFFSF20, "lzma", 65536},
	{"p3_sf20_step64k_lzma.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFFSF20, "lzma", 65536},
	{"p3_sf20_step64k_none.hdiff", "p3_old.bin", "p3_new.bin", GY_PATCH_HDIFFSF20, "none", 0},
	{"p4_full_lzma16k.hdiff", "", "p4_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p4_full_none.hdiff", "", "p4_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p4_hdiff13_lzma4k.hdiff", "p4_old.bin", "p4_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p4_hdiff13_none.hdiff", "p4_old.bin", "p4_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p4_lite_lzma4k.hi", "p4_old.bin", "p4_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p4_lite_none.hi", "p4_old.bin", "p4_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p4_sf20_step4k_lzma.hdiff", "p4_old.bin", "p4_new.bin", GY_PATCH_HDIFFSF20, "none", 0},
	{"p4_toempty.hdiff", "p4_old.bin", "", GY_PATCH_HDIFF13, "none", 0},
	{"p5_hdiff13_lzma4k.hdiff", "p5_old.bin", "p5_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p5_hdiff13_none.hdiff", "p5_old.bin", "p5_new.bin", GY_PATCH_HDIFF13, "none", 0},
	{"p5_lite_lzma4k.hi", "p5_old.bin", "p5_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p5_lite_none.hi", "p5_old.bin", "p5_new.bin", GY_PATCH_HPATCH_LITE, "none", 0},
	{"p5_sf20_step4k_lzma.hdiff", "p5_old.bin", "p5_new.bin", GY_PATCH_HDIFFSF20, "none", 0},
};

static void
test_restores(gconstpointer data)
{
	const Row *row = data;
	g_autoptr(GBytes) file = delta_file("diff", row->patch);
	g_autoptr(GBytes) patch = copy_of(file, g_bytes_get_size(file));
	g_autoptr(GBytes) old = delta_image(row->old);
	g_autoptr(GBytes) expected = delta_image(row->made);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_patch_apply(patch, old, &error);
	GyPatchInfo info;

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, expected));
	g_assert_true(gy_patch_probe(patch));
	g_assert_true(gy_patch_inspect(patch, &info, &error));
	g_assert_cmpint(info.kind, ==, row->kind);
	g_assert_cmpstr(info.compression, ==, row->compression);
	g_assert_cmpuint(info.dictionary, ==, row->dictionary);
	g_assert_cmpuint(info.new_size, ==, g_bytes_get_size(expected));
	if (info.old_size != GY_PATCH_ANY_SIZE)
		g_assert_cmpuint(info.old_size, ==, g_bytes_get_size(old));
}

/* No byte may be missing and none too many, and every refusal is one of a patch. */
static void
test_refuses_other_lengths(gconstpointer data)
{
	const Row *row = data;
	g_autoptr(GBytes) file = delta_file("diff", row->patch);
	g_autoptr(GBytes) old = delta_image(row->old);
	gsize size = g_bytes_get_size(file);
	g_autofree guint8 *longer = g_malloc0(size + 1);
	g_autoptr(GBytes) trailing = NULL;
	g_autoptr(GError) error = NULL;

	memcpy(longer, g_bytes_get_data(file, NULL), size);
	trailing = g_bytes_new(longer, size + 1);
	g_assert_null(gy_patch_apply(trailing, old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PATCH_TRAILING);
	for (gsize cut = 0; cut < size; cut += MAX(1, (size - cut) / 16)) {
		g_autoptr(GBytes) part = copy_of(file, cut);
		g_autoptr(GError) refusal = NULL;

		g_assert_null(gy_patch_apply(part, old, &refusal));
		g_assert_true(g_str_has_prefix(gy_error_code(refusal), "patch/"));
		g_assert_cmpstr(gy_error_code(refusal), !=, "patch/trailing-bytes");
	}
}

static void
test_refuses_other_old(gconstpointer data)
{
	const Row *row = data;
	g_autoptr(GBytes) patch = delta_file("diff", row->patch);
	g_autoptr(GBytes) old = g_bytes_new_static("another", 7);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_patch_apply(patch, old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
}

static void
test_refuses_compression(gconstpointer name)
{
	g_autoptr(GBytes) patch = delta_file("diff", name);
	g_autoptr(GBytes) old = delta_file("fw", "p2_old.bin");
	g_autoptr(GError) error = NULL;
	GyPatchInfo info;

	g_assert_true(gy_patch_inspect(patch, &info, &error));
	g_assert_null(gy_patch_apply(patch, old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PATCH_NOT_SUPPORTED);
}

/* Never more or fewer bytes than the head says, whatever else a flipped bit does. */
static void
test_flipped_bits(gconstpointer name)
{
	g_autoptr(GBytes) file = delta_file("diff", name);
	g_autoptr(GBytes) old = delta_file("fw", "p1_old.bin");
	gsize size = g_bytes_get_size(file);

	for (gsize i = 0; i < size * 8; i++) {
		g_autofree guint8 *flipped = g_memdup2(g_bytes_get_data(file, NULL), size);
		g_autoptr(GBytes) patch = NULL;
		g_autoptr(GBytes) made = NULL;
		g_autoptr(GError) error = NULL;
		GyPatchInfo info;

		flipped[i / 8] ^= (guint8) (1u << (i % 8));
		patch = g_bytes_new(flipped, size);
		made = gy_patch_apply(patch, old, &error);
		g_assert_true(!made == (error != NULL));
		if (!made)
			continue;
		g_assert_true(gy_patch_inspect(patch, &info, NULL));
		g_assert_cmpuint(g_bytes_get_size(made), ==, info.new_size);
	}
}

static void
add(const char *path, const char *name, gconstpointer data, GTestDataFunc test)
{
	g_autofree char *full = g_strdup_printf("/delta/%s/%s", path, name);

	g_test_add_data_func(full, data, test);
}

int
main(int argc, char **argv)
{
	static const char *const unknown[] = {"p2_hdiff13_bz2.hdiff", "p2_hdiff13_lzma2.hdiff",
		"p2_hdiff13_zlib.hdiff", "p2_lite_tuz4k.hi"};
	static const char *const small[] = {
		"p1_hdiff13_lzma4k.hdiff", "p1_lite_lzma4k.hi", "p1_sf20_step4k_lzma.hdiff"};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		/* a plain body of hI says by nothing where it ends but by its covers */
		add("vectors/restored", rows[i].patch, &rows[i], test_restores);
		add("vectors/no-other-length", rows[i].patch, &rows[i], test_refuses_other_lengths);
		if (rows[i].kind != GY_PATCH_HPATCH_LITE)
			add("vectors/no-other-old", rows[i].patch, &rows[i], test_refuses_other_old);
	}
	for (guint i = 0; i < G_N_ELEMENTS(unknown); i++)
		add("vectors/compression-not-read", unknown[i], unknown[i], test_refuses_compression);
	for (guint i = 0; i < G_N_ELEMENTS(small); i++)
		add("vectors/flipped-bits", small[i], small[i], test_flipped_bits);
	return g_test_run();
}
