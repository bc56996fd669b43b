// SPDX-License-Identifier: Apache-2.0
#include "app/detached-signatures.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "app/command.h"
#include "engine/file.h"

/* Far more than any signature. */
#define SIGNATURE_MAX 65536

static char *
path_of(const char *folder, const char *range, const char *ending)
{
	g_autofree char *name = g_strdup_printf("%s.%s", range, ending);

	return g_build_filename(folder, name, NULL);
}

gboolean
gy_detached_export(const GyOutput *output, GyPackage *package, const GyBuildOptions *options,
	const char *folder, GError **error)
{
	g_autoptr(GPtrArray) ranges = gy_package_format(package)->to_be_signed(package, options, error);

	if (!ranges)
		return FALSE;
	if (g_mkdir_with_parents(folder, 0777) != 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "%s: %s", folder, g_strerror(errno));
		return FALSE;
	}
	for (guint i = 0; i < ranges->len; i++) {
		const GySignedRange *range = ranges->pdata[i];
		g_autofree char *path = path_of(folder, range->name, "tbs");
		g_autofree char *signature = path_of(folder, range->name, "sig");
		g_autofree char *what = g_strdup_printf(
			"to be signed as \"%s\" (%s) into %s", range->name, range->how, signature);

		if (!gy_command_write(path, range->bytes, error))
			return FALSE;
		gy_command_print_written(output, path, range->bytes, what);
	}
	return TRUE;
}

/* A range as it lies in the folder: what was signed is what was exported, and nothing made up again here. */
static gboolean
read_back(GPtrArray *ranges, const char *folder, const char *name, guint64 max_size, GError **error)
{
	g_autofree char *range_path = path_of(folder, name, "tbs");
	g_autofree char *signature_path = path_of(folder, name, "sig");
	g_autoptr(GBytes) bytes = gy_file_map(range_path, GY_PACKAGE_MEMORY_MAX, max_size, error);
	g_autoptr(GBytes) signature = bytes ? gy_file_read(signature_path, SIGNATURE_MAX, error) : NULL;
	GySignedRange *range;

	if (!signature)
		return FALSE;
	range = gy_signed_range_new(name, NULL, bytes);
	range->signature = g_steal_pointer(&signature);
	g_ptr_array_add(ranges, range);
	return TRUE;
}

gboolean
gy_detached_import(
	GyPackage *package, const GyBuildOptions *options, const char *folder, GyDraft *draft, GError **error)
{
	const GyFormat *format = gy_package_format(package);
	g_auto(GStrv) names = format->signed_names(package);
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);

	for (char **name = names; *name; name++)
		if (!read_back(ranges, folder, *name, format->max_size, error))
			return FALSE;
	return format->take_signatures(package, options, ranges, draft, error);
}
