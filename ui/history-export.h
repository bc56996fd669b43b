// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/history.h"

/** GyHistoryExported: @sentence says how it went; nothing is said when a person thought better of it. */
typedef void (*GyHistoryExported)(const char *sentence, gpointer data);

/**
 * gy_history_export_ask:
 * @over: a widget of the window that the chooser belongs to
 * @format: what the file's name ends with
 *
 * Asks where the runs that are shown go, and writes them there. Both live on until @exported or until it was given up;
 * @data is an object, which is kept for so long.
 */
void gy_history_export_ask(GtkWidget *over, GyHistory *history, GyRecordFormat format,
	GyHistoryExported exported, GObject *data);
