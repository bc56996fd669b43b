// SPDX-License-Identifier: Apache-2.0
#include "ui/package-verify.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "ui/package-chooser.h"

static void
on_response(AdwMessageDialog *dialog, const char *response, GyPackageInspection *inspection)
{
	if (g_str_equal(response, "verify"))
		gy_package_inspection_verify(
			inspection, gtk_editable_get_text(g_object_get_data(G_OBJECT(dialog), "entry")));
}

static void
on_text(GtkEditable *entry, AdwMessageDialog *dialog)
{
	adw_message_dialog_set_response_enabled(dialog, "verify", *gtk_editable_get_text(entry) != '\0');
}

static void
on_chosen(const char *path, gpointer entry)
{
	gtk_editable_set_text(GTK_EDITABLE(entry), path);
}

static void
on_browse(GtkButton *button, GtkWidget *entry)
{
	gy_package_choose(entry, GTK_FILE_CHOOSER_ACTION_OPEN, _("Choose Root Key"), NULL, "*.pem", _("Keys"),
		on_chosen, G_OBJECT(entry));
}

static GtkWidget *
child_new(GtkWidget *entry)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkWidget *button = gtk_button_new_with_mnemonic(_("_Choose…"));

	gtk_widget_set_hexpand(entry, TRUE);
	gtk_entry_set_placeholder_text(GTK_ENTRY(entry), _("File or pkcs11: URI"));
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Root public key"), -1);
	g_signal_connect(button, "clicked", G_CALLBACK(on_browse), entry);
	gtk_box_append(GTK_BOX(box), entry);
	gtk_box_append(GTK_BOX(box), button);
	return box;
}

void
gy_package_verify_ask(GtkWidget *over, GyPackageInspection *inspection, const char *root_key)
{
	GtkWidget *dialog =
		adw_message_dialog_new(GTK_WINDOW(gtk_widget_get_root(over)), _("Verify With a Root Key"),
			_("The public key that the board keeps. Every signature is followed back to it."));
	GtkWidget *entry = gtk_entry_new();

	adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), child_new(entry));
	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "verify", _("_Verify"), NULL);
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "verify", ADW_RESPONSE_SUGGESTED);
	adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "verify");
	adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
	g_object_set_data(G_OBJECT(dialog), "entry", entry);
	g_signal_connect(entry, "changed", G_CALLBACK(on_text), dialog);
	gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
	g_signal_connect_object(dialog, "response", G_CALLBACK(on_response), inspection, (GConnectFlags) 0);
	gtk_editable_set_text(GTK_EDITABLE(entry), root_key ? root_key : "");
	on_text(GTK_EDITABLE(entry), ADW_MESSAGE_DIALOG(dialog));
	gtk_window_present(GTK_WINDOW(dialog));
	gtk_widget_grab_focus(entry);
}
