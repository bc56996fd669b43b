// SPDX-License-Identifier: Apache-2.0
#include "engine/console/line-end.h"

#include <string.h>

static const struct {
	const char *word;
	const char *bytes;
} ends[] = {
	[GY_LINE_END_CR] = {"cr", "\r"},
	[GY_LINE_END_LF] = {"lf", "\n"},
	[GY_LINE_END_CRLF] = {"crlf", "\r\n"},
};

gboolean
gy_line_end_parse(const char *word, GyLineEnd *end)
{
	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		if (!g_str_equal(word, ends[i].word))
			continue;
		*end = (GyLineEnd) i;
		return TRUE;
	}
	return FALSE;
}

void
gy_line_end_filter_feed(GyLineEndFilter *filter, GByteArray *into, const guint8 *bytes, gsize size)
{
	const char *end = ends[filter->end].bytes;

	for (gsize i = 0; i < size; i++) {
		gboolean was_return = filter->after_return;

		filter->after_return = bytes[i] == '\r';
		if (bytes[i] == '\n' && was_return)
			continue;
		if (bytes[i] == '\r' || bytes[i] == '\n')
			g_byte_array_append(into, (const guint8 *) end, (guint) strlen(end));
		else
			g_byte_array_append(into, &bytes[i], 1);
	}
}
