// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib/gstdio.h>

#include "app/command.h"
#include "app/text.h"
#include "engine/file.h"
#include "engine/packages/package.h"

/* A name out of a package is no path: whatever is not plain becomes an underscore. */
static char *
file_name(const GyImage *image)
{
	char *name = g_strdup_printf("%s.bin", image->name);

	g_strcanon(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-", '_');
	if (*name == '.')
		*name = '_';
	return name;
}

/* Two images of one name stay two files. */
static char *
path_of(const char *folder, const GyImage *image, GHashTable *taken)
{
	g_autofree char *name = file_name(image);

	for (guint i = 2; !g_hash_table_add(taken, g_strdup(name)); i++) {
		g_autofree char *plain = file_name(image);

		g_free(name);
		name = g_strdup_printf("%u-%s", i, plain);
	}
	return g_build_filename(folder, name, NULL);
}

static gboolean
make_folder(const char *folder, GError **error)
{
	if (g_mkdir_with_parents(folder, 0777) == 0 && g_file_test(folder, G_FILE_TEST_IS_DIR))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "%s: %s", folder,
		g_strerror(errno ? errno : ENOTDIR));
	return FALSE;
}

/* All or none, as far as it can be told beforehand. */
static gboolean
check_free(GPtrArray *paths, GError **error)
{
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);

		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE,
			"%s is there already; --force replaces it", path);
		return FALSE;
	}
	return TRUE;
}

/* The first of the old images that it was made against. */
static GBytes *
apply_difference(GyPackage *package, guint index, GPtrArray *old, GError **error)
{
	for (guint i = 0; i < old->len; i++) {
		g_autoptr(GError) cause = NULL;
		GBytes *applied =
			gy_package_unpack_difference(package, index, g_ptr_array_index(old, i), &cause);

		/* only the last one's complaint is told */
		if (applied || i + 1 == old->len ||
			!g_error_matches(cause, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD)) {
			if (!applied)
				g_propagate_error(error, g_steal_pointer(&cause));
			return applied;
		}
	}
	return gy_package_unpack_image(package, index, error);
}

static GPtrArray *
unpack_all(GyPackage *package, GPtrArray *old, GError **error)
{
	g_autoptr(GPtrArray) contents = g_ptr_array_new_with_free_func((GDestroyNotify) g_bytes_unref);

	for (guint i = 0; i < gy_package_images(package)->len; i++) {
		const GyImage *image = g_ptr_array_index(gy_package_images(package), i);
		GBytes *bytes = image->storage & GY_STORAGE_DIFF ? apply_difference(package, i, old, error)
								 : gy_package_unpack_image(package, i, error);

		if (!bytes)
			return NULL;
		g_ptr_array_add(contents, bytes);
	}
	return g_steal_pointer(&contents);
}

static GPtrArray *
read_old(char **paths, GError **error)
{
	g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func((GDestroyNotify) g_bytes_unref);

	for (char **path = paths; path && *path; path++) {
		GBytes *bytes = gy_file_map(*path, GY_PACKAGE_MEMORY_MAX, GY_PACKAGE_MAX, error);

		if (!bytes)
			return NULL;
		g_ptr_array_add(old, bytes);
	}
	return g_steal_pointer(&old);
}

static gboolean
write_all(const GyOutput *output, const char *input, GPtrArray *paths, GPtrArray *contents, GError **error)
{
	const char *const inputs[] = {input, NULL};

	for (guint i = 0; i < contents->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		GBytes *bytes = g_ptr_array_index(contents, i);

		if (!gy_command_check_output(path, inputs, error) || !gy_command_write(path, bytes, error))
			return FALSE;
		gy_command_print_written(output, path, bytes, "image as it was before packing");
	}
	return TRUE;
}

static gboolean
unpack(const GyOutput *output, const char *input, char **old_paths, const char *folder, gboolean force,
	GError **error)
{
	g_autoptr(GPtrArray) old = read_old(old_paths, error);
	g_autoptr(GyPackage) package = old ? gy_package_load(input, error) : NULL;
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) contents = package ? unpack_all(package, old, error) : NULL;
	gboolean was_there = g_file_test(folder, G_FILE_TEST_EXISTS);

	/* nothing is written before everything has been unpacked and found sound */
	if (!contents || !make_folder(folder, error))
		return FALSE;
	for (guint i = 0; i < contents->len; i++)
		g_ptr_array_add(
			paths, path_of(folder, g_ptr_array_index(gy_package_images(package), i), taken));
	if (!force && !check_free(paths, error))
		return FALSE;
	if (write_all(output, input, paths, contents, error))
		return TRUE;
	/* goes only if not even one image found room in it */
	if (!was_there)
		g_rmdir(folder);
	return FALSE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *folder = NULL;
	g_auto(GStrv) old = NULL;
	g_autoptr(GError) error = NULL;
	gboolean force = FALSE;
	const char *input;
	const GOptionEntry entries[] = {
		{"directory", 'C', 0, G_OPTION_ARG_FILENAME, &folder,
			"Where the images go; made if it is not there", "DIR"},
		{"old", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &old,
			"The image that a difference was made against; may be repeated", "FILE"},
		{"force", 0, 0, G_OPTION_ARG_NONE, &force, "Replace files that are there", NULL},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !gy_command_need_option(folder, "-C DIR", &error) ||
		!unpack(output, input, old, folder, force, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_unpack = {
	.name = "unpack",
	.arguments = "FILE -C DIR",
	.summary = "Writes each image of a package to DIR/NAME.bin, as it was before packing",
	.example = "  gantry unpack update.fwpkg -C images",
	.run = run,
};
