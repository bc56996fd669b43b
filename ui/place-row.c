// SPDX-License-Identifier: Apache-2.0
#include "ui/place-row.h"

static GtkWidget *
new_spinner(GyPage *page)
{
	GtkWidget *spinner = gtk_spinner_new();

	g_object_bind_property(page, "is-busy", spinner, "spinning", G_BINDING_SYNC_CREATE);
	g_object_bind_property(page, "is-busy", spinner, "visible", G_BINDING_SYNC_CREATE);
	gtk_accessible_update_property(GTK_ACCESSIBLE(spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
	return spinner;
}

static GtkWidget *
new_note(GyPage *page)
{
	GtkWidget *note = gtk_label_new(NULL);

	gtk_widget_add_css_class(note, "dim-label");
	gtk_widget_add_css_class(note, "tnum");
	g_object_bind_property(page, "note", note, "label", G_BINDING_SYNC_CREATE);
	return note;
}

GtkWidget *
gy_place_row_new(const char *title, const char *icon, GyPage *page)
{
	GtkWidget *row = gtk_list_box_row_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	GtkWidget *image = gtk_image_new_from_icon_name(icon);
	GtkWidget *label = gtk_label_new(title);

	gtk_widget_set_hexpand(label, TRUE);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
	gtk_box_append(GTK_BOX(box), image);
	gtk_box_append(GTK_BOX(box), label);
	gtk_box_append(GTK_BOX(box), new_spinner(page));
	gtk_box_append(GTK_BOX(box), new_note(page));
	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
	gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	gtk_accessible_update_property(GTK_ACCESSIBLE(image), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	return row;
}
