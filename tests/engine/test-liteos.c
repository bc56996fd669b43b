// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/draft.h"
#include "engine/file.h"
#include "engine/formats/liteos/liteos.h"
#include "tests/engine/vectors.h"

static char *
path_of(const char *folder, const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "liteos", folder, name, NULL);
}

static GBytes *
bytes_of(const char *folder, const char *name)
{
	g_autofree char *path = path_of(folder, name);
	g_autoptr(GError) error = NULL;
	GBytes *bytes = gy_file_read(path, GY_LITEOS_MAX, &error);

	g_assert_no_error(error);
	return bytes;
}

/* The key's path if `has_key`. */
static const GyFinding *
refusal_of(GBytes *bytes, gboolean has_key, GyPackage **package)
{
	g_autofree char *key = path_of("pkg", "test_rsa2048_public.pem");
	g_autoptr(GError) error = NULL;

	*package = gy_package_load_bytes(bytes, "a package", &error);
	if (!*package)
		return NULL;
	g_assert_true(gy_package_verify(*package, has_key ? key : NULL, &error));
	g_assert_no_error(error);
	return gy_package_refusal(*package);
}

/* Whether it is no package at all, or one with an error. */
static gboolean
is_refused(GBytes *bytes, gboolean has_key)
{
	g_autoptr(GyPackage) package = NULL;

	return refusal_of(bytes, has_key, &package) || !package;
}

/* ---- the vendor's --------------------------------------------------------------------------------------- */

typedef struct {
	const char *file;
	const char *generation;
	gboolean is_difference;
	gboolean has_key;
	const char *old;
	const char *new;
	const char *code; /* of the refusal; NULL: it is good */
} Vector3;

static const Vector3 packages[] = {
	{"p1_full.info32.bin", "g3", FALSE, FALSE, NULL, "p1_new.bin", NULL},
	{"p2_diff.info32.bin", "g3", TRUE, FALSE, "p2_old.bin", "p2_new.bin", NULL},
	{"p1_full.signed.bin", "g2", FALSE, TRUE, NULL, "p1_new.bin", NULL},
	{"p2_diff.signed.bin", "g2", TRUE, TRUE, "p2_old.bin", "p2_new.bin", NULL},
	{"g1_sha256.bin", "g1", FALSE, FALSE, NULL, "p4_new.bin", NULL},
	{"g1_sha256_rsa2048pss.bin", "g1", FALSE, TRUE, NULL, "p4_new.bin", NULL},
	{"p2_diff.signed_corrupt.bin", "g2", TRUE, TRUE, NULL, NULL, "package/untrusted-key"},
	{"p2_diff.info32_trailing1.bin", "g3", TRUE, FALSE, NULL, NULL, "patch/trailing-bytes"},
	{"p2_diff.info32.bin", "g3", TRUE, TRUE, NULL, NULL, "package/not-authentic"},
	{"g1_sha256.bin", "g1", FALSE, TRUE, NULL, NULL, "package/not-authentic"},
};

static GBytes *
unpack(GyPackage *package, const char *old_name, GError **error)
{
	g_autoptr(GBytes) old = old_name ? bytes_of("fw", old_name) : NULL;

	return old ? gy_package_unpack_difference(package, 0, old, error)
		   : gy_package_unpack_image(package, 0, error);
}

static void
test_package(gconstpointer data)
{
	const Vector3 *v = data;
	g_autoptr(GBytes) bytes = bytes_of("pkg", v->file);
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GError) error = NULL;
	const GyFinding *refusal = refusal_of(bytes, v->has_key, &package);
	const GyLiteosPackage *own = gy_liteos_package_of(package);
	g_autoptr(GBytes) expected = v->new ? bytes_of("fw", v->new) : NULL;
	g_autoptr(GBytes) found = NULL;

	g_assert_cmpstr(refusal ? refusal->code : NULL, ==, v->code);
	g_assert_cmpstr(gy_liteos_generation_word(own->generation), ==, v->generation);
	g_assert_cmpint(own->is_difference, ==, v->is_difference);
	if (!expected)
		return;
	found = unpack(package, v->old, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(found, expected));
}

/* ---- ours ----------------------------------------------------------------------------------------------- */

typedef struct {
	const char *pair;
	const char *generation;
	gboolean is_difference;
	gboolean has_key;
} Build;

static const Build builds[] = {
	{"p2", "g3", TRUE, FALSE},
	{"p2", "g3", FALSE, FALSE},
	{"p2", "g2", TRUE, TRUE},
	{"p3", "gantry", TRUE, FALSE},
	{"p3", "gantry", FALSE, FALSE},
	{"p4", "g3", TRUE, FALSE},
	{"p4", "gantry", TRUE, FALSE},
	{"p5", "g2", FALSE, TRUE},
	{"p5", "gantry", TRUE, FALSE},
};

static GBytes *
build(const Build *how, GError **error)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree char *old_name = g_strconcat(how->pair, "_old.bin", NULL);
	g_autofree char *new_name = g_strconcat(how->pair, "_new.bin", NULL);
	g_autofree char *old = path_of("fw", old_name);
	g_autofree char *new = path_of("fw", new_name);
	g_autofree char *key = path_of("pkg", "test_rsa2048_private.pem");

	gy_build_options_add_image(options, "application", new);
	gy_build_options_set(options, "generation", how->generation);
	if (how->is_difference)
		gy_build_options_set(options, "old", old);
	if (how->has_key)
		gy_build_options_set(options, "key", key);
	if (g_str_equal(how->generation, "gantry"))
		gy_build_options_set(options, "ver", "2.0.1");
	return gy_format_build(&gy_liteos_format, options, notes, error);
}

static void
test_build(gconstpointer data)
{
	const Build *how = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = build(how, &error);
	g_autofree char *old_name = g_strconcat(how->pair, "_old.bin", NULL);
	g_autofree char *new_name = g_strconcat(how->pair, "_new.bin", NULL);
	g_autoptr(GBytes) expected = bytes_of("fw", new_name);
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GBytes) found = NULL;
	const GyLiteosPackage *own;

	g_assert_no_error(error);
	g_assert_null(refusal_of(bytes, how->has_key, &package));
	own = gy_liteos_package_of(package);
	g_assert_cmpstr(gy_liteos_generation_word(own->generation), ==, how->generation);
	g_assert_cmpint(own->is_difference, ==, how->is_difference);
	found = unpack(package, how->is_difference ? old_name : NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(found, expected));
}

static void
test_same_bytes(void)
{
	const Build how = {"p4", "g2", TRUE, TRUE};
	g_autoptr(GBytes) bytes = build(&how, NULL);
	g_autoptr(GBytes) again = build(&how, NULL);

	g_assert_true(g_bytes_equal(bytes, again));
}

/* No larger than what the original tools make of the same images, by more than a fiftieth. */
static void
test_sizes(void)
{
	static const struct {
		Build how;
		const char *original;
		gsize head;
	} cases[] = {
		{{"p2", "g3", TRUE, FALSE}, "p2_hdiff13_lzma4k.hdiff", 32},
		{{"p2", "gantry", TRUE, FALSE}, "p2_lite_lzma4k.hi", GYW_ENVELOPE_SIZE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) bytes = build(&cases[i].how, NULL);
		g_autoptr(GBytes) original = bytes_of("diff", cases[i].original);
		gsize most = g_bytes_get_size(original) * 51 / 50;

		g_assert_cmpuint(g_bytes_get_size(bytes) - cases[i].head, <=, most);
	}
}

static void
test_other_old(void)
{
	const Build how = {"p2", "gantry", TRUE, FALSE};
	g_autoptr(GBytes) bytes = build(&how, NULL);
	g_autoptr(GBytes) other = bytes_of("fw", "p1_old.bin");
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(refusal_of(bytes, FALSE, &package));
	g_assert_null(gy_package_unpack_difference(package, 0, other, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
}

/* ---- damage --------------------------------------------------------------------------------------------- */

static GBytes *
flipped(GBytes *bytes, gsize bit)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	guint8 *copy = g_memdup2(data, size);

	copy[bit / 8] ^= (guint8) (1u << bit % 8);
	return g_bytes_new_take(copy, size);
}

/* Every bit of a signed package; of one in an envelope too, since it is a whole image that comes out. */
static void
test_any_bit(gconstpointer data)
{
	const Build *how = data;
	g_autoptr(GBytes) bytes = build(how, NULL);
	gsize n_bits = g_bytes_get_size(bytes) * 8;

	g_assert_false(is_refused(bytes, how->has_key));
	for (gsize bit = 0; bit < n_bits; bit += 1 + bit % 3) {
		g_autoptr(GBytes) damaged = flipped(bytes, bit);

		if (!is_refused(damaged, how->has_key))
			g_error("bit %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " may change", bit, n_bits);
	}
}

static void
test_cut_off(gconstpointer data)
{
	g_autoptr(GBytes) bytes = build(data, NULL);

	for (gsize size = 0; size < g_bytes_get_size(bytes); size++) {
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(bytes, 0, size);

		g_assert_true(is_refused(cut, FALSE));
	}
}

/* ---- what is refused ------------------------------------------------------------------------------------ */

static void
test_refuses(void)
{
	static const struct {
		const char *key;
		const char *value;
		GyError code;
	} cases[] = {
		{"dictionary", "100", GY_ERROR_CFG_VALUE},
		{"dictionary", "131072", GY_ERROR_CFG_VALUE},
		{"ver", "2.0", GY_ERROR_CFG_RULE},
		{"key", "key.pem", GY_ERROR_CFG_RULE},
		{"signing", "hash-only", GY_ERROR_CFG_RULE},
		{"old", "not-there.bin", GY_ERROR_FILE_NOT_FOUND},
	};
	g_autofree char *image = path_of("fw", "p4_new.bin");

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GyBuildOptions) options = gy_build_options_new();
		g_autoptr(GError) error = NULL;

		gy_build_options_add_image(options, "application", image);
		gy_build_options_set(options, "generation", "g3");
		gy_build_options_set(options, cases[i].key, cases[i].value);
		g_assert_null(gy_format_build(&gy_liteos_format, options, NULL, &error));
		g_assert_error(error, GY_ERROR, (int) cases[i].code);
	}
}

int
main(int argc, char **argv)
{
	static const Build flips[] = {{"p5", "g2", TRUE, TRUE}, {"p5", "gantry", FALSE, FALSE}};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(packages); i++) {
		const Vector3 *v = &packages[i];
		g_autofree char *path = g_strdup_printf("/liteos/%s/%s%s", v->code ? "refuses" : "reads",
			v->file, v->has_key ? "-by-key" : "");

		g_test_add_data_func(path, v, test_package);
	}
	for (guint i = 0; i < G_N_ELEMENTS(builds); i++) {
		g_autofree char *path = g_strdup_printf("/liteos/builds/%s-%s-%s", builds[i].pair,
			builds[i].generation, builds[i].is_difference ? "difference" : "whole");

		g_test_add_data_func(path, &builds[i], test_build);
	}
	g_test_add_func("/liteos/builds/the-same-bytes-each-time", test_same_bytes);
	g_test_add_func("/liteos/differences-are-as-small-as-the-originals", test_sizes);
	g_test_add_func("/liteos/envelope-knows-another-old-image", test_other_old);
	g_test_add_data_func("/liteos/any-flipped-bit-is-found/g2", &flips[0], test_any_bit);
	g_test_add_data_func("/liteos/any-flipped-bit-is-found/gantry", &flips[1], test_any_bit);
	g_test_add_data_func("/liteos/cut-off-anywhere-is-found/g2", &flips[0], test_cut_off);
	g_test_add_data_func("/liteos/cut-off-anywhere-is-found/gantry", &flips[1], test_cut_off);
	g_test_add_func("/liteos/wrong-options-are-refused", test_refuses);
	return g_test_run();
}
