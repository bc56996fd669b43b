// SPDX-License-Identifier: Apache-2.0
#include "ui/package-passphrase.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "engine/safe-text.h"

static void
on_response(AdwMessageDialog *dialog, const char *response, GyPackageQuestion *question)
{
	GtkWidget *entry;

	/* given up: the dialog may be on its way out, and its entry gone */
	if (!g_str_equal(response, "use")) {
		gy_package_question_answer(question, NULL);
		return;
	}
	/* the engine clears what it gets, the entry its own */
	entry = adw_message_dialog_get_extra_child(dialog);
	gy_package_question_answer(question, gtk_editable_get_text(GTK_EDITABLE(entry)));
}

/* GtkPasswordEntry of GTK 4.8 looks at the keyboard after it was closed by a key; its buffer, in memory of its own that
 * is cleared, is what counts. */
static GtkWidget *
entry_new(void)
{
	g_autoptr(GtkEntryBuffer) buffer = gtk_password_entry_buffer_new();
	GtkWidget *entry = gtk_entry_new_with_buffer(buffer);

	gtk_entry_set_visibility(GTK_ENTRY(entry), FALSE);
	gtk_entry_set_input_purpose(GTK_ENTRY(entry), GTK_INPUT_PURPOSE_PASSWORD);
	gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Passphrase"), -1);
	return entry;
}

void
gy_package_passphrase_ask(GtkWidget *over, GyPackageQuestion *question)
{
	GtkRoot *root = gtk_widget_get_root(over);
	g_autofree char *uri = gy_text_safe(gy_package_question_uri(question));
	/* Translators: which key, "root" or "sub" */
	g_autofree char *heading =
		g_strdup_printf(_("Passphrase of the %s key"), gy_package_question_what(question));
	g_autofree char *body =
		g_strdup_printf(_("%s is encrypted. The passphrase is used now and not stored."), uri);
	GtkWidget *dialog = adw_message_dialog_new(GTK_WINDOW(root), heading, body);
	GtkWidget *entry = entry_new();

	adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), entry);
	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "use", _("_Sign"), NULL);
	adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "use", ADW_RESPONSE_SUGGESTED);
	adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "use");
	adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
	g_signal_connect(dialog, "response", G_CALLBACK(on_response), question);
	gtk_window_present(GTK_WINDOW(dialog));
	gtk_widget_grab_focus(entry);
}
