// SPDX-License-Identifier: Apache-2.0
#include "ui/history-export.h"

#include <glib/gi18n-lib.h>

typedef struct {
	GyHistory *history;
	GtkFileChooserNative *chooser;
	GyRecordFormat format;
	GyHistoryExported exported;
	GObject *data;
	char *path;
} Export;

static void
export_free(Export *export)
{
	g_object_unref(export->history);
	g_object_unref(export->chooser);
	g_object_unref(export->data);
	g_free(export->path);
	g_free(export);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
	Export *export = data;
	g_autoptr(GError) error = NULL;
	gssize n = gy_history_export_finish(export->history, result, &error);
	g_autofree char *name = g_path_get_basename(export->path);
	g_autofree char *shown = g_filename_display_name(name);
	g_autofree char *sentence = n < 0 ? g_strdup_printf(_("Not exported: %s"), error->message)
					  : g_strdup_printf(ngettext("%1$u run exported to %2$s",
								    "%1$u runs exported to %2$s", (gulong) n),
						    (guint) n, shown);

	export->exported(sentence, export->data);
	export_free(export);
}

/* (transfer full): a name without an ending gets that of the format, so that it is what was asked for. */
static char *
with_ending(const char *path, GyRecordFormat format)
{
	const char *ending = format == GY_RECORD_JSON ? ".json" : ".csv";
	g_autofree char *folded = g_ascii_strdown(path, -1);

	return g_str_has_suffix(folded, ending) ? g_strdup(path) : g_strconcat(path, ending, NULL);
}

static void
on_response(GtkNativeDialog *dialog, int response, gpointer data)
{
	Export *export = data;
	g_autoptr(GFile) file = NULL;
	g_autofree char *path = NULL;

	if (response == GTK_RESPONSE_ACCEPT)
		file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
	path = file ? g_file_get_path(file) : NULL;
	if (!path) {
		export_free(export);
		return;
	}
	export->path = with_ending(path, export->format);
	gy_history_export_async(export->history, export->path, NULL, on_written, export);
}

void
gy_history_export_ask(
	GtkWidget *over, GyHistory *history, GyRecordFormat format, GyHistoryExported exported, GObject *data)
{
	Export *export = g_new0(Export, 1);
	gboolean is_json = format == GY_RECORD_JSON;

	export->history = g_object_ref(history);
	export->format = format;
	export->exported = exported;
	export->data = g_object_ref(data);
	export->chooser = gtk_file_chooser_native_new(is_json ? _("Export as JSON") : _("Export as CSV"),
		GTK_WINDOW(gtk_widget_get_root(over)), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), NULL);
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(export->chooser), TRUE);
	gtk_file_chooser_set_current_name(
		GTK_FILE_CHOOSER(export->chooser), is_json ? "gantry-runs.json" : "gantry-runs.csv");
	g_signal_connect(export->chooser, "response", G_CALLBACK(on_response), export);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(export->chooser));
}
