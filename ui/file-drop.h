// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/** GyFileDropFunc: (element-type GFile) @files: what was dropped, at least one. */
typedef void (*GyFileDropFunc)(GSList *files, gpointer data);

/** gy_file_drop_attach: files dropped anywhere on @widget go to @func; @hint is seen while one is dragged over it. */
void gy_file_drop_attach(GtkWidget *widget, GtkWidget *hint, GyFileDropFunc func, gpointer data);
