// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/own-images.h"

#include <glib/gi18n-lib.h>

#define OPTION "device-images"

/* ID or ID=PARTITION */
static gboolean
parse_entry(const char *text, GyWs63OwnImage *own)
{
	g_auto(GStrv) halves = g_strsplit(text, "=", 2);
	guint32 partition = 0;

	if (!halves[0] || !gy_number_parse(g_strstrip(halves[0]), &own->id))
		return FALSE;
	own->has_partition = halves[1] != NULL;
	if (halves[1] && (!gy_number_parse(g_strstrip(halves[1]), &partition) || partition > 0xff))
		return FALSE;
	own->partition = (guint8) partition;
	return TRUE;
}

gboolean
gy_ws63_own_image_find(const GyBuildOptions *options, guint32 id, GyWs63OwnImage *own)
{
	const char *list = gy_build_options_get(options, OPTION);
	g_auto(GStrv) entries = g_strsplit(list ? list : "", ",", -1);

	for (guint i = 0; entries[i]; i++)
		if (parse_entry(entries[i], own) && own->id == id)
			return TRUE;
	return FALSE;
}

gboolean
gy_ws63_own_images_check(const GyBuildOptions *options, GError **error)
{
	const char *list = gy_build_options_get(options, OPTION);
	g_auto(GStrv) entries = g_strsplit(list ? list : "", ",", -1);
	GyWs63OwnImage own;

	for (guint i = 0; entries[i]; i++) {
		if (parse_entry(entries[i], &own))
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s names \"%s\", expected ID or ID=PARTITION such as 0x4B12345D=0x32"), OPTION,
			entries[i]);
		return FALSE;
	}
	return TRUE;
}
