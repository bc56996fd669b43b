// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-hex.h"

#define ROW 16

static void
append_row(GString *text, const guint8 *data, gsize size, gsize at, gsize wanted)
{
	gsize n = MIN(size - at, ROW);
	gboolean is_wanted = wanted >= at && wanted - at < ROW;

	g_string_append_printf(text, "%s %06" G_GSIZE_MODIFIER "x ", is_wanted ? "▸" : " ", at);
	for (gsize i = 0; i < ROW; i++) {
		/* the byte itself stands between brackets, which a screen reader reads too */
		const char *before = at + i == wanted                             ? "["
				     : is_wanted && i > 0 && at + i - 1 == wanted ? "]"
										  : " ";

		if (i < n)
			g_string_append_printf(text, "%s%02x", before, data[at + i]);
		else
			g_string_append_printf(text, "%s  ", before);
	}
	g_string_append(text, at + ROW - 1 == wanted ? "] " : "  ");
	for (gsize i = 0; i < n; i++)
		g_string_append_c(text, g_ascii_isprint(data[at + i]) ? (char) data[at + i] : '.');
	g_string_append_c(text, '\n');
}

char *
gy_package_hex(GBytes *bytes, guint64 offset, guint n_before, guint n_after)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GString *text = g_string_new(NULL);
	gsize wanted, first;

	if (offset >= size)
		return g_string_free(text, FALSE);
	wanted = (gsize) offset;
	first = wanted / ROW > n_before ? wanted / ROW - n_before : 0;
	for (gsize row = first; row <= wanted / ROW + n_after && row * ROW < size; row++)
		append_row(text, data, size, row * ROW, wanted);
	if (text->len > 0)
		g_string_truncate(text, text->len - 1);
	return g_string_free(text, FALSE);
}
