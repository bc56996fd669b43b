// SPDX-License-Identifier: Apache-2.0
#include <gtk/gtk.h>

/* A window that gives the file of its argument to whom it is dragged. */

static GdkContentProvider *
prepare(GtkDragSource *source, double x, double y, gpointer path)
{
	g_autoptr(GFile) file = g_file_new_for_path(path);
	GdkFileList *files = gdk_file_list_new_from_array(&file, 1);
	g_auto(GValue) value = G_VALUE_INIT;

	g_value_init(&value, GDK_TYPE_FILE_LIST);
	g_value_take_boxed(&value, files);
	return gdk_content_provider_new_for_value(&value);
}

static void
activate(GtkApplication *application, gpointer path)
{
	GtkWidget *window = gtk_application_window_new(application);
	GtkWidget *label = gtk_label_new("Drag me");
	GtkDragSource *source = gtk_drag_source_new();

	g_signal_connect(source, "prepare", G_CALLBACK(prepare), path);
	gtk_widget_add_controller(label, GTK_EVENT_CONTROLLER(source));
	gtk_window_set_title(GTK_WINDOW(window), "Drag source");
	gtk_window_set_default_size(GTK_WINDOW(window), 150, 120);
	gtk_window_set_child(GTK_WINDOW(window), label);
	gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
	g_autoptr(GtkApplication) application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);

	if (argc < 2)
		return 2;
	g_signal_connect(application, "activate", G_CALLBACK(activate), argv[1]);
	return g_application_run(G_APPLICATION(application), 1, argv);
}
