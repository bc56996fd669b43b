// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/vectors.h"

#include <string.h>

#include <glib/gstdio.h>

const Vector vectors[] = {
	{"v01_app_lzma", {{"application", "app_sign.bin", "app_sign.lzma16"}}},
	{"v02_app_boot_nv", {{"application", "app_sign.bin", "app_sign.lzma16"},
				    {"flashboot", "flashboot_sign.bin", "flashboot_sign.lzma16"},
				    {"nv", "nv.bin", NULL}}},
	{"v03_app_raw_padded", {{"application", "app_unaligned.bin", NULL}}},
	{"v04_app_boot_ver",
		{{"application", "app_sign.bin", "app_sign.lzma16"},
			{"flashboot", "flashboot_sign.bin", "flashboot_sign.lzma16"}},
		.version = "gantry_1.2.3"},
	{"v05_app_versions", {{"application", "app_unaligned.bin", "app_unaligned.lzma16"}}},
	{"v06_app_hashonly", {{"application", "app_sign.bin", "app_sign.lzma16"}}, .hash_only = TRUE},
	{"v07_app_lzma_aes", {{"application", "app_sign.bin", "app_sign.lzma16"}}, .encrypted = TRUE},
	{"v08_boot_only_raw", {{"flashboot", "flashboot_sign.bin", NULL}}},
	{"v09_app_incompressible", {{"application", "app_incompressible.bin", "app_incompressible.lzma16"}}},
};
const guint n_vectors = G_N_ELEMENTS(vectors);

char *
vector_path(const char *folder, const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "ws63", folder, file, NULL);
}

GBytes *
vector_bytes(const char *folder, const char *file)
{
	g_autofree char *path = vector_path(folder, file);
	g_autoptr(GError) error = NULL;
	char *content = NULL;
	gsize size = 0;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

GyBuildOptions *
vector_options(const Vector *vector, GySigning signing)
{
	GyBuildOptions *options = gy_build_options_new();
	g_autofree char *config = vector_path(vector->name, "fota.cfg");

	gy_build_options_set(options, "config", config);
	gy_build_options_set(options, "ver", vector->version);
	gy_build_options_set_signing(options, signing);
	for (const VectorImage *image = vector->images; image->section; image++) {
		g_autofree char *path = vector_path("inputs", image->file);

		gy_build_options_add_image(options, image->section, path);
	}
	return options;
}

char *
root_public(void)
{
	return vector_path("keys", "test_root_public_key.pem");
}

char *
root_private(void)
{
	return vector_path("keys", "test_root_private_key.pem");
}

char *
sub_private(void)
{
	return vector_path("keys", "test_sub_private_key.pem");
}

GyPackage *
load_copy(const guint8 *data, gsize size, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);

	return gy_package_load_bytes(bytes, "copy", error);
}

const GyFinding *
find_finding(GyPackage *package, const char *field)
{
	GPtrArray *findings = gy_package_findings(package);

	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = findings->pdata[i];

		if (g_str_equal(finding->field, field))
			return finding;
	}
	return NULL;
}

guint
count_errors(GyPackage *package)
{
	GPtrArray *findings = gy_package_findings(package);
	guint errors = 0;

	for (guint i = 0; i < findings->len; i++)
		errors += ((const GyFinding *) findings->pdata[i])->severity == GY_SEVERITY_ERROR;
	return errors;
}

void
assert_same(const void *found, gsize found_size, const void *expected, gsize expected_size)
{
	g_assert_cmpuint(found_size, ==, expected_size);
	for (gsize i = 0; i < found_size; i++)
		if (((const guint8 *) found)[i] != ((const guint8 *) expected)[i])
			g_error("byte 0x%" G_GSIZE_MODIFIER "x is 0x%02x, expected 0x%02x", i,
				((const guint8 *) found)[i], ((const guint8 *) expected)[i]);
}

char *
temporary_folder(void)
{
	g_autoptr(GError) error = NULL;
	char *path = g_dir_make_tmp("gantry-test-XXXXXX", &error);

	g_assert_no_error(error);
	return path;
}

void
remove_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *entry = g_build_filename(path, name, NULL);

		if (g_unlink(entry) != 0)
			g_rmdir(entry);
	}
	g_rmdir(path);
}
