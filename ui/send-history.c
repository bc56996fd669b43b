// SPDX-License-Identifier: Apache-2.0
#include "ui/send-history.h"

#define LINES_MAX 200

typedef struct {
	GPtrArray *lines; /* char *, oldest first */
	guint at;         /* lines->len: the one being written */
} History;

static void
history_free(gpointer data)
{
	History *history = data;

	g_ptr_array_unref(history->lines);
	g_free(history);
}

static void
show(GtkEntry *entry, const History *history)
{
	const char *line =
		history->at < history->lines->len ? g_ptr_array_index(history->lines, history->at) : "";

	gtk_editable_set_text(GTK_EDITABLE(entry), line);
	gtk_editable_set_position(GTK_EDITABLE(entry), -1);
}

static gboolean
on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, GtkEntry *entry)
{
	History *history = g_object_get_data(G_OBJECT(entry), "history");

	if (key == GDK_KEY_Up && history->at > 0)
		history->at--;
	else if (key == GDK_KEY_Down && history->at < history->lines->len)
		history->at++;
	else
		return key == GDK_KEY_Up;
	show(entry, history);
	return TRUE;
}

void
gy_send_history_attach(GtkEntry *entry)
{
	History *history = g_new0(History, 1);
	GtkEventController *keys = gtk_event_controller_key_new();

	history->lines = g_ptr_array_new_with_free_func(g_free);
	g_object_set_data_full(G_OBJECT(entry), "history", history, history_free);
	gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), entry);
	gtk_widget_add_controller(GTK_WIDGET(entry), keys);
}

void
gy_send_history_add(GtkEntry *entry, const char *line)
{
	History *history = g_object_get_data(G_OBJECT(entry), "history");
	GPtrArray *lines = history->lines;

	if (*line && (lines->len == 0 || !g_str_equal(g_ptr_array_index(lines, lines->len - 1), line)))
		g_ptr_array_add(lines, g_strdup(line));
	if (lines->len > LINES_MAX)
		g_ptr_array_remove_index(lines, 0);
	history->at = lines->len;
}
