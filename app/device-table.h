// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"

/**
 * GyDeviceRow: one line of the table.
 * @name: of the slot or the port
 * @number: serial number, may be ""
 * @word: how it stands, first of all: "PASS", "62 %", "Insert board"
 * @style: of the word
 * @fraction: of the bar, negative: none
 * @text: what more there is to say, may be ""
 */
typedef struct {
	const char *name;
	const char *number;
	const char *word;
	GyStyle style;
	double fraction;
	const char *text;
} GyDeviceRow;

/** gy_device_row_line: (transfer full): the row as it stands in @width columns, without styles. */
char *gy_device_row_line(const GyDeviceRow *row, guint name_width, guint width, gboolean is_utf8);

/**
 * GyDeviceTable:
 *
 * Lines at the bottom of a terminal that are drawn again and again: one for each device, and one below them.
 */
typedef struct {
	const GyOutput *output;
	gboolean is_utf8;
	guint n_drawn; /* lines that stand there now */
	gint64 drawn_us;
} GyDeviceTable;

void gy_device_table_init(GyDeviceTable *table, const GyOutput *output);
/** gy_device_table_is_due: whether it was drawn so long ago that a person sees the difference. */
gboolean gy_device_table_is_due(const GyDeviceTable *table);
/** gy_device_table_draw: @footer: the line below, may be "". */
void gy_device_table_draw(GyDeviceTable *table, const GyDeviceRow *rows, guint n_rows, const char *footer);
/** gy_device_table_hide: before anything else is printed. */
void gy_device_table_hide(GyDeviceTable *table);
/** gy_device_table_leave: it stays as it is, and what is printed goes below it. */
void gy_device_table_leave(GyDeviceTable *table);
