// SPDX-License-Identifier: Apache-2.0
#include "app/device-table.h"

#include <stdio.h>
#include <unistd.h>

#include "app/terminal.h"

#define REDRAW_US        (G_USEC_PER_SEC / 10)
#define NAME_MAX_COLUMNS 24
#define WORD_COLUMNS     12
#define BAR_CELLS        12

/* ---- a row ---------------------------------------------------------------------------------------------- */

/* At most @columns characters, filled up with blanks. */
static void
append_cell(GString *line, const char *text, guint columns)
{
	glong length = g_utf8_strlen(text, -1);
	guint kept = (guint) MIN(length, (glong) columns);
	g_autofree char *cut = g_utf8_substring(text, 0, kept);

	g_string_append_printf(line, "%s%*s", cut, (int) (columns - kept), "");
}

static void
append_bar(GString *line, double fraction, gboolean is_utf8)
{
	guint full = (guint) (CLAMP(fraction, 0.0, 1.0) * BAR_CELLS);

	for (guint i = 0; i < BAR_CELLS; i++)
		g_string_append(line, i < full ? (is_utf8 ? "█" : "#") : (is_utf8 ? "░" : "."));
}

static guint
columns_of(const GString *line)
{
	return (guint) g_utf8_strlen(line->str, -1);
}

char *
gy_device_row_line(const GyDeviceRow *row, guint name_width, guint width, gboolean is_utf8)
{
	g_autoptr(GString) line = g_string_new(" ");
	guint usable = width > 1 ? width - 1 : 1;

	append_cell(line, row->name, MIN(name_width, NAME_MAX_COLUMNS));
	g_string_append(line, "  ");
	append_cell(line, row->word, WORD_COLUMNS);
	if (*row->number)
		g_string_append_printf(line, "  %s", row->number);
	if (row->fraction >= 0 && columns_of(line) + 2 + BAR_CELLS <= usable) {
		g_string_append(line, "  ");
		append_bar(line, row->fraction, is_utf8);
	}
	if (*row->text)
		g_string_append_printf(line, "  %s", row->text);
	return g_utf8_substring(line->str, 0, MIN(columns_of(line), usable));
}

/* ---- the table ------------------------------------------------------------------------------------------ */

void
gy_device_table_init(GyDeviceTable *table, const GyOutput *output)
{
	*table = (GyDeviceTable){.output = output, .is_utf8 = gy_terminal_is_utf8()};
}

gboolean
gy_device_table_is_due(const GyDeviceTable *table)
{
	return g_get_monotonic_time() - table->drawn_us >= REDRAW_US;
}

static guint
name_columns(const GyDeviceRow *rows, guint n_rows)
{
	glong most = 0;

	for (guint i = 0; i < n_rows; i++)
		most = MAX(most, g_utf8_strlen(rows[i].name, -1));
	return (guint) most;
}

/* The word has its own style, wherever it stands in the line. */
static void
print_row(GyDeviceTable *table, const GyDeviceRow *row, guint name_width, guint width)
{
	g_autofree char *line = gy_device_row_line(row, name_width, width, table->is_utf8);
	glong length = g_utf8_strlen(line, -1);
	glong word_at = MIN((glong) MIN(name_width, NAME_MAX_COLUMNS) + 3, length);
	glong word_end = MIN(word_at + g_utf8_strlen(row->word, -1), length);
	g_autofree char *before = g_utf8_substring(line, 0, word_at);
	g_autofree char *word = g_utf8_substring(line, word_at, word_end);

	gy_output_print(table->output, "%s", before);
	gy_output_styled(table->output, row->style, "%s", word);
	gy_output_print(table->output, "%s\033[K\r\n", g_utf8_offset_to_pointer(line, word_end));
}

void
gy_device_table_draw(GyDeviceTable *table, const GyDeviceRow *rows, guint n_rows, const char *footer)
{
	guint width = gy_terminal_width(STDOUT_FILENO);
	guint name_width = name_columns(rows, n_rows);
	g_autofree char *last = g_utf8_substring(
		footer, 0, MIN(g_utf8_strlen(footer, -1), (glong) (width > 1 ? width - 1 : 1)));

	if (table->n_drawn > 0)
		gy_output_print(table->output, "\r\033[%uA", table->n_drawn);
	for (guint i = 0; i < n_rows; i++)
		print_row(table, &rows[i], name_width, width);
	gy_output_print(table->output, "%s\033[K", last);
	fflush(stdout);
	table->n_drawn = n_rows;
	table->drawn_us = g_get_monotonic_time();
}

void
gy_device_table_hide(GyDeviceTable *table)
{
	if (table->n_drawn == 0)
		return;
	gy_output_print(table->output, "\r\033[%uA\033[J", table->n_drawn);
	fflush(stdout);
	table->n_drawn = 0;
	table->drawn_us = 0;
}

void
gy_device_table_leave(GyDeviceTable *table)
{
	if (table->n_drawn == 0)
		return;
	gy_output_print(table->output, "\r\n");
	fflush(stdout);
	table->n_drawn = 0;
}
