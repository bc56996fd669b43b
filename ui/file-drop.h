// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/**
 * GyFileDropFuncs:
 * @hover: files are dragged over the widget (%TRUE), or not any more
 * @drop: (element-type GFile) @files: what was dropped, at least one; comes after the last @hover
 */
typedef struct {
	void (*hover)(GtkWidget *widget, gboolean is_over, gpointer data);
	void (*drop)(GtkWidget *widget, GSList *files, gpointer data);
} GyFileDropFuncs;

/** gy_file_drop_attach: @funcs hear of files that are dropped on @widget; of widgets in each other the innermost gets them. */
void gy_file_drop_attach(GtkWidget *widget, const GyFileDropFuncs *funcs, gpointer data);
