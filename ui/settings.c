// SPDX-License-Identifier: Apache-2.0
#include "ui/settings.h"

/* (transfer full) (nullable): @name below the folder that the program was built in; %NULL for an installed program */
static char *
in_build_folder(const char *name)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
	g_autofree char *path = folder ? g_build_filename(folder, "..", name, NULL) : NULL;

	return path && g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

static GSettingsSchema *
find_schema(void)
{
	g_autofree char *folder = in_build_folder("resources");
	g_autoptr(GSettingsSchemaSource) own = NULL;
	GSettingsSchemaSource *installed = g_settings_schema_source_get_default();
	GSettingsSchema *schema = NULL;

	if (folder)
		own = g_settings_schema_source_new_from_directory(folder, installed, FALSE, NULL);
	if (own)
		schema = g_settings_schema_source_lookup(own, GY_APPLICATION_ID, FALSE);
	if (!schema && installed)
		schema = g_settings_schema_source_lookup(installed, GY_APPLICATION_ID, TRUE);
	return schema;
}

GSettings *
gy_settings_new(void)
{
	g_autoptr(GSettingsSchema) schema = find_schema();

	return schema ? g_settings_new_full(schema, NULL, NULL) : NULL;
}

char *
gy_settings_locale_folder(void)
{
	char *built = in_build_folder("resources/po");

	return built ? built : g_strdup(GANTRY_LOCALE_DIR);
}
