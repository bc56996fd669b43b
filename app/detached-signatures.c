// SPDX-License-Identifier: Apache-2.0
#include "app/detached-signatures.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "app/command.h"
#include "engine/file.h"

/* Far more than any range or signature. */
#define FILE_MAX 65536

static char *
path_of(const char *folder, const char *key, const char *ending)
{
	g_autofree char *name = g_strdup_printf("%s.%s", key, ending);

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
		g_autofree char *path = path_of(folder, range->key, "tbs");
		g_autofree char *signature = path_of(folder, range->key, "sig");
		g_autofree char *what = g_strdup_printf(
			"for the %s key to sign (SHA-256, ECDSA) into %s", range->key, signature);

		if (!gy_command_write(path, range->bytes, error))
			return FALSE;
		gy_command_print_written(output, path, range->bytes, what);
	}
	return TRUE;
}

/* The ranges as they lie in the folder: what was signed is what was exported, and nothing made up again here. */
static gboolean
read_back(GPtrArray *ranges, GPtrArray *signatures, const char *folder, const char *key, GError **error)
{
	g_autofree char *range_path = path_of(folder, key, "tbs");
	g_autofree char *signature_path = path_of(folder, key, "sig");
	g_autoptr(GBytes) range_bytes = gy_file_read(range_path, FILE_MAX, error);
	GBytes *signature = range_bytes ? gy_file_read(signature_path, FILE_MAX, error) : NULL;
	GySignedRange *range;

	if (!signature)
		return FALSE;
	range = g_new0(GySignedRange, 1);
	range->key = g_strdup(key);
	range->bytes = g_steal_pointer(&range_bytes);
	g_ptr_array_add(ranges, range);
	g_ptr_array_add(signatures, signature);
	return TRUE;
}

GBytes *
gy_detached_import(GyPackage *package, const GyBuildOptions *options, const char *folder, GError **error)
{
	static const char *const keys[] = {"root", "sub", NULL};
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	g_autoptr(GPtrArray) signatures = g_ptr_array_new_with_free_func((GDestroyNotify) g_bytes_unref);

	for (const char *const *key = keys; *key; key++)
		if (!read_back(ranges, signatures, folder, *key, error))
			return NULL;
	return gy_package_format(package)->take_signatures(package, options, ranges, signatures, error);
}
