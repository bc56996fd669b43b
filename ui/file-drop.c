// SPDX-License-Identifier: Apache-2.0
#include "ui/file-drop.h"

typedef struct {
	GtkWidget *widget;
	const GyFileDropFuncs *funcs;
	gpointer data;
} Drop;

static GdkDragAction
on_enter(GtkDropTarget *target, double x, double y, Drop *drop)
{
	drop->funcs->hover(drop->widget, TRUE, drop->data);
	return GDK_ACTION_COPY;
}

static void
on_leave(GtkDropTarget *target, Drop *drop)
{
	drop->funcs->hover(drop->widget, FALSE, drop->data);
}

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y, Drop *drop)
{
	g_autoptr(GSList) files = NULL;

	drop->funcs->hover(drop->widget, FALSE, drop->data);
	if (G_VALUE_HOLDS(value, G_TYPE_FILE)) {
		drop->funcs->drop(drop->widget, &(GSList){.data = g_value_get_object(value)}, drop->data);
		return TRUE;
	}
	if (!G_VALUE_HOLDS(value, GDK_TYPE_FILE_LIST))
		return FALSE;
	files = gdk_file_list_get_files(g_value_get_boxed(value));
	if (files)
		drop->funcs->drop(drop->widget, files, drop->data);
	return files != NULL;
}

void
gy_file_drop_attach(GtkWidget *widget, const GyFileDropFuncs *funcs, gpointer data)
{
	GType types[] = {GDK_TYPE_FILE_LIST, G_TYPE_FILE};
	GtkDropTarget *target = gtk_drop_target_new(G_TYPE_INVALID, GDK_ACTION_COPY);
	Drop *drop = g_new(Drop, 1);

	*drop = (Drop){.widget = widget, .funcs = funcs, .data = data};
	gtk_drop_target_set_gtypes(target, types, G_N_ELEMENTS(types));
	g_signal_connect(target, "enter", G_CALLBACK(on_enter), drop);
	g_signal_connect(target, "leave", G_CALLBACK(on_leave), drop);
	g_signal_connect(target, "drop", G_CALLBACK(on_drop), drop);
	g_object_set_data_full(G_OBJECT(target), "drop", drop, g_free);
	gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(target));
}
