// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/target-package.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/packages/package.h"

#define CONFIG_FOLDER "updater_config/"

struct _GyOhosTarget {
	char *path;
	GyZip *zip;
	char *prefix;
};

void
gy_ohos_target_free(GyOhosTarget *target)
{
	if (!target)
		return;
	g_free(target->path);
	gy_zip_free(target->zip);
	g_free(target->prefix);
	g_free(target);
}

/* (transfer full) (nullable): what stands before the configuration's folder in a zip: nothing, or one folder. */
static char *
find_prefix(const GyZip *zip)
{
	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		const char *name = gy_zip_member(zip, i);
		const char *slash = strchr(name, '/');

		if (g_str_has_prefix(name, CONFIG_FOLDER))
			return g_strdup("");
		if (slash && g_str_has_prefix(slash + 1, CONFIG_FOLDER))
			return g_strndup(name, (gsize) (slash + 1 - name));
	}
	return NULL;
}

GyOhosTarget *
gy_ohos_target_open(const char *path, GError **error)
{
	g_autoptr(GyOhosTarget) target = g_new0(GyOhosTarget, 1);
	g_autoptr(GBytes) bytes = NULL;

	target->path = g_strdup(path);
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return g_steal_pointer(&target);
	bytes = gy_file_map(path, GY_OHOS_MEMORY_MAX, GY_PACKAGE_MAX, error);
	target->zip = bytes ? gy_zip_open(bytes, path, error) : NULL;
	if (!target->zip)
		return NULL;
	target->prefix = find_prefix(target->zip);
	if (target->prefix)
		return g_steal_pointer(&target);
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
		_("%s has no folder %s, neither at its root nor in its only folder"), path, CONFIG_FOLDER);
	return NULL;
}

gboolean
gy_ohos_target_has(const GyOhosTarget *target, const char *file)
{
	g_autofree char *full = target->zip ? g_strconcat(target->prefix, file, NULL)
					    : g_build_filename(target->path, file, NULL);

	return target->zip ? gy_zip_find(target->zip, full) >= 0 : g_file_test(full, G_FILE_TEST_EXISTS);
}

static GBytes *
read_file(const char *path, GError **error)
{
	GError *problem = NULL;
	GBytes *bytes = gy_file_map(path, GY_OHOS_MEMORY_MAX, GY_PACKAGE_MAX, &problem);

	if (bytes)
		return bytes;
	/* a component may be empty; what cannot do with an empty one says so itself */
	if (g_error_matches(problem, GY_ERROR, GY_ERROR_FILE_EMPTY)) {
		g_error_free(problem);
		return g_bytes_new(NULL, 0);
	}
	g_propagate_error(error, problem);
	return NULL;
}

GBytes *
gy_ohos_target_read(GyOhosTarget *target, const char *file, GError **error)
{
	g_autofree char *full = target->zip ? g_strconcat(target->prefix, file, NULL)
					    : g_build_filename(target->path, file, NULL);
	int index;

	if (!target->zip)
		return read_file(full, error);
	index = gy_zip_find(target->zip, full);
	if (index >= 0)
		return gy_zip_read(target->zip, (guint) index, error);
	g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND, _("%s has no member %s"), target->path, full);
	return NULL;
}
