// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/** gy_send_history_attach: Up and Down in @entry go through the lines that were sent from it. */
void gy_send_history_attach(GtkEntry *entry);
/** gy_send_history_add: @line was sent; an empty one, or the same again, is not kept twice. */
void gy_send_history_add(GtkEntry *entry, const char *line);
