// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/** GyFileDropFunc: @file is the first of what was dropped. */
typedef void (*GyFileDropFunc)(GFile *file, gpointer data);

/** gy_file_drop_attach: files dropped anywhere on @widget go to @func; @hint is seen while one is dragged over it. */
void gy_file_drop_attach(GtkWidget *widget, GtkWidget *hint, GyFileDropFunc func, gpointer data);
