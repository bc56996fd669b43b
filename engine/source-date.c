// SPDX-License-Identifier: Apache-2.0
#include "engine/source-date.h"

gboolean
gy_source_date(gint64 *seconds)
{
	const char *text = g_getenv("SOURCE_DATE_EPOCH");
	guint64 value;

	if (!text || !g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &value, NULL))
		return FALSE;
	*seconds = (gint64) value;
	return TRUE;
}
