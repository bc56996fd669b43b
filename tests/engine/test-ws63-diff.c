// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/lzma.h"
#include "engine/formats/ws63/diff.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"
#include "tests/engine/vectors.h"

static const struct {
	const char *name;
	const char *patch;
	const char *new_image;
} cases[] = {
	{"shrink", "d1_shrink.patch", "d1_shrink_new.bin"},
	{"insert", "d2_insert.patch", "d2_insert_new.bin"},
	{"grow", "d3_grow.patch", "d3_grow_new.bin"},
};

static void
gives_the_new_image(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) old = vector_bytes("diff", "old.bin");
	g_autoptr(GBytes) patch = vector_bytes("diff", cases[i].patch);
	g_autoptr(GBytes) expected = vector_bytes("diff", cases[i].new_image);
	guint32 new_size = (guint32) g_bytes_get_size(expected);
	g_autoptr(GError) error = NULL;
	GyWs63Patch applied = {0}, read = {0};
	gsize size = 0;
	const guint8 *payload = g_bytes_get_data(patch, &size);
	g_autoptr(GBytes) made = gy_ws63_patch_apply(payload, size, old, new_size, &applied, &error);

	g_assert_no_error(error);
	assert_same(g_bytes_get_data(made, NULL), g_bytes_get_size(made), g_bytes_get_data(expected, NULL),
		new_size);
	g_assert_true(
		gy_ws63_patch_read(payload, size, (guint32) g_bytes_get_size(old), new_size, &read, &error));
	g_assert_cmpmem(&read, sizeof read, &applied, sizeof applied);
	g_assert_cmpuint(applied.n_changed + applied.n_new, ==, new_size);
}

/* ---- patches that lie ----------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	guint32 magic, copy, extra;
	gint32 seek;
	guint32 bytes; /* that follow the control block */
	guint32 old_size, new_size;
	gboolean good;
} Block;

static const Block blocks[] = {
	{"whole", 0x44564E4B, 8, 8, -1, 16, 16, 16, TRUE},
	{"other-magic", 0x44564E4C, 8, 8, -1, 16, 16, 16, FALSE},
	{"copy-behind-the-stream", 0x44564E4B, 9, 8, -1, 16, 16, 17, FALSE},
	{"extra-behind-the-stream", 0x44564E4B, 8, 0xFFFFFFF8, -1, 16, 16, 16, FALSE},
	{"copy-behind-the-new-image", 0x44564E4B, 16, 0, -1, 16, 16, 15, FALSE},
	{"extra-behind-the-new-image", 0x44564E4B, 8, 8, -1, 16, 16, 15, FALSE},
	{"seek-before-the-start", 0x44564E4B, 8, 8, -9, 16, 16, 16, FALSE},
	{"seek-to-the-end", 0x44564E4B, 16, 0, 0, 16, 16, 16, FALSE},
	{"seek-far-behind", 0x44564E4B, 8, 8, 0x7FFFFFFF, 16, 16, 16, FALSE},
	{"ends-too-early", 0x44564E4B, 8, 8, -1, 16, 20, 20, FALSE},
	{"nothing-new", 0x44564E4B, 0, 0, 0, 0, 16, 0, TRUE},
};

static GBytes *
make_patch(const Block *block)
{
	static const GyLzmaParameters parameters = {4096, 0, 0, 2, 128};
	g_autofree guint8 *stream = g_malloc0(16 + block->bytes);
	g_autoptr(GBytes) plain = NULL;
	g_autoptr(GBytes) packed = NULL;
	const guint8 *data;
	gsize size = 0;
	guint8 *patch;

	gyw_put_u32le(stream, block->magic);
	gyw_put_u32le(stream + 4, block->copy);
	gyw_put_u32le(stream + 8, block->extra);
	gyw_put_u32le(stream + 12, (guint32) block->seek);
	plain = g_bytes_new(stream, 16 + block->bytes);
	packed = gy_lzma_encode_checked(plain, &parameters, NULL);
	data = g_bytes_get_data(packed, &size);
	patch = g_malloc(size - 5);
	memcpy(patch, data, 8); /* properties and the low bytes of the length */
	memcpy(patch + 8, data + 13, size - 13);
	return g_bytes_new_take(patch, size - 5);
}

static void
checks_a_block(gconstpointer data)
{
	const Block *block = data;
	g_autoptr(GBytes) patch = make_patch(block);
	g_autofree guint8 *old_bytes = g_malloc0(block->old_size);
	g_autoptr(GBytes) old = g_bytes_new(old_bytes, block->old_size);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_ws63_patch_apply(
		g_bytes_get_data(patch, NULL), g_bytes_get_size(patch), old, block->new_size, NULL, &error);

	if (block->good) {
		g_assert_no_error(error);
		g_assert_cmpuint(g_bytes_get_size(made), ==, block->new_size);
		return;
	}
	g_assert_null(made);
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED);
}

/* ---- in a package --------------------------------------------------------------------------------------- */

/* v01 with a difference in place of its application: unsigned, which unpacking does not mind. */
static GyPackage *
make_package(GBytes *patch, GBytes *old, guint32 new_size)
{
	g_autoptr(GBytes) base = vector_bytes("v01_app_lzma", "unsigned.fwpkg");
	gsize patch_size = (g_bytes_get_size(patch) + 15) / 16 * 16;
	guint8 *data = g_malloc0(0x2D0 + patch_size);
	guint8 *header = data + 0x230;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;
	GyPackage *package;

	memcpy(data, g_bytes_get_data(base, NULL), 0x2D0);
	memcpy(data + 0x2D0, g_bytes_get_data(patch, NULL), g_bytes_get_size(patch));
	gyw_put_u32le(header + WS63_HEADER_IMAGE_LEN, (guint32) patch_size);
	gy_sha256(data + 0x2D0, patch_size, header + WS63_HEADER_IMAGE_HASH);
	gyw_put_u32le(header + WS63_HEADER_OLD_IMAGE_LEN, (guint32) g_bytes_get_size(old));
	gy_sha256(g_bytes_get_data(old, NULL), g_bytes_get_size(old), header + WS63_HEADER_OLD_IMAGE_HASH);
	gyw_put_u32le(header + WS63_HEADER_NEW_IMAGE_LEN, new_size);
	gyw_put_u32le(header + WS63_HEADER_DECOMPRESS, WS63_FLAG_DIFF);
	bytes = g_bytes_new_take(data, 0x2D0 + patch_size);
	package = gy_package_load_bytes(bytes, "difference", &error);
	g_assert_no_error(error);
	return package;
}

static void
a_package_with_a_difference(void)
{
	g_autoptr(GBytes) old = vector_bytes("diff", "old.bin");
	g_autoptr(GBytes) patch = vector_bytes("diff", "d2_insert.patch");
	g_autoptr(GBytes) expected = vector_bytes("diff", "d2_insert_new.bin");
	g_autoptr(GyPackage) package = make_package(patch, old, (guint32) g_bytes_get_size(expected));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_package_unpack_difference(package, 0, old, &error);
	g_autoptr(GBytes) other = NULL;
	const GyFinding *finding;

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, expected));
	other = gy_package_unpack_difference(package, 0, expected, &error);
	g_assert_null(other);
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
	g_clear_error(&error);
	other = gy_package_unpack_image(package, 0, &error);
	g_assert_null(other);
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED);
	/* explained, and refused for this chip */
	g_assert_true(gy_package_verify(package, NULL, NULL));
	finding = find_finding(package, "image[0].data");
	g_assert_cmpint(finding->severity, ==, GY_SEVERITY_NOTE);
	g_assert_nonnull(strstr(finding->message, "50000 bytes with SHA-256 45693a09"));
	g_assert_cmpint(find_finding(package, "image[0].decompress_flag")->severity, ==, GY_SEVERITY_ERROR);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
			g_strdup_printf("/ws63/difference/gives-the-new-image/%s", cases[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), gives_the_new_image);
	}
	for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/difference/checks-a-block/%s", blocks[i].name);

		g_test_add_data_func(path, &blocks[i], checks_a_block);
	}
	g_test_add_func("/ws63/difference/in-a-package", a_package_with_a_difference);
	return g_test_run();
}
