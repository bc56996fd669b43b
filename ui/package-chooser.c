// SPDX-License-Identifier: Apache-2.0
#include "ui/package-chooser.h"

#include <glib/gi18n-lib.h>

typedef struct {
	GtkFileChooserNative *chooser; /* nobody else keeps it alive */
	GyPackageChosen chosen;
	GObject *data;
} Choice;

static void
on_response(GtkNativeDialog *dialog, int response, Choice *choice)
{
	g_autoptr(GFile) file =
		response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
	g_autofree char *path = file ? g_file_get_path(file) : NULL;

	if (path)
		choice->chosen(path, choice->data);
	g_object_unref(choice->chooser);
	g_object_unref(choice->data);
	g_free(choice);
}

static void
add_filter(GtkFileChooser *chooser, const char *name, const char *pattern)
{
	g_autoptr(GtkFileFilter) filter = gtk_file_filter_new();

	gtk_file_filter_set_name(filter, name);
	gtk_file_filter_add_pattern(filter, pattern);
	gtk_file_chooser_add_filter(chooser, filter);
}

void
gy_package_choose(GtkWidget *over, GtkFileChooserAction action, const char *title, const char *name,
	const char *pattern, const char *pattern_name, GyPackageChosen chosen, GObject *data)
{
	gboolean is_save = action == GTK_FILE_CHOOSER_ACTION_SAVE;
	Choice *choice = g_new0(Choice, 1);

	choice->chosen = chosen;
	choice->data = g_object_ref(data);
	choice->chooser = gtk_file_chooser_native_new(title, GTK_WINDOW(gtk_widget_get_root(over)), action,
		is_save ? _("_Save") : _("_Choose"), _("_Cancel"));
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(choice->chooser), TRUE);
	if (name && is_save)
		gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(choice->chooser), name);
	if (pattern) {
		add_filter(GTK_FILE_CHOOSER(choice->chooser), pattern_name, pattern);
		add_filter(GTK_FILE_CHOOSER(choice->chooser), _("All files"), "*");
	}
	g_signal_connect(choice->chooser, "response", G_CALLBACK(on_response), choice);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(choice->chooser));
}
