// SPDX-License-Identifier: Apache-2.0
#include "engine/store/patch-cache.h"

#include <string.h>

#include "engine/file.h"
#include "engine/store/folder.h"

#define FOLDER       "patches"
#define DIGEST_CHARS 64

static char *
folder_of(GyStore *store)
{
	return g_build_filename(gy_store_path(store), FOLDER, NULL);
}

static char *
file_of(GyStore *store, const char *key)
{
	g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);

	return g_build_filename(gy_store_path(store), FOLDER, name, NULL);
}

static gboolean
is_patch(const char *name, gpointer data)
{
	return strspn(name, "0123456789abcdef") == DIGEST_CHARS && name[DIGEST_CHARS] == '\0';
}

GBytes *
gy_patch_cache_get(GyStore *store, const char *key)
{
	g_autofree char *path = file_of(store, key);
	GBytes *patch = gy_file_read(path, GY_STORE_PATCHES_BYTES_MAX, NULL);

	if (patch)
		gy_folder_touch(path);
	return patch;
}

void
gy_patch_cache_put(GyStore *store, const char *key, GBytes *patch)
{
	g_autofree char *folder = folder_of(store);
	g_autofree char *path = file_of(store, key);
	g_autofree char *name = g_path_get_basename(path);
	const GyFolderBounds bounds = {GY_STORE_PATCHES_MOST, GY_STORE_PATCHES_BYTES_MAX, name, NULL};
	g_autoptr(GPtrArray) files = NULL;
	g_autoptr(GError) error = NULL;

	if (g_bytes_get_size(patch) > GY_STORE_PATCHES_BYTES_MAX)
		return;
	if (!gy_folder_ensure(folder, &error) || !gy_file_write(path, patch, 0666, &error)) {
		g_debug("a difference is not kept: %s", error->message);
		return;
	}
	gy_folder_sweep(folder);
	files = gy_folder_list(folder, is_patch, NULL, NULL);
	if (files)
		gy_folder_trim(folder, files, &bounds);
}
