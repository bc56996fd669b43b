// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/** GyPackageChosen: a path was chosen; not called if the person thought better of it. */
typedef void (*GyPackageChosen)(const char *path, gpointer data);

/**
 * gy_package_choose:
 * @over: a widget of the window that the chooser belongs to
 * @action: open, save or choose a folder
 * @title: of its window
 * @name: (nullable): of the file, for saving
 * @pattern: (nullable): what is listed first, such as "*.gantry"; everything can be listed too
 * @pattern_name: (nullable): how people call that
 * @chosen: gets the path
 * @data: an object, which is kept until then
 */
void gy_package_choose(GtkWidget *over, GtkFileChooserAction action, const char *title, const char *name,
	const char *pattern, const char *pattern_name, GyPackageChosen chosen, GObject *data);
