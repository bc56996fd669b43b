// SPDX-License-Identifier: Apache-2.0
#include "ui/package-option.h"

#include <glib/gi18n-lib.h>

#include "ui/model/error-words.h"
#include "ui/model/package-key.h"
#include "ui/model/package-terms.h"
#include "ui/package-chooser.h"

/* One option's row, and the label below it. Goes with the row. */
typedef struct {
	GyPackageRecipe *recipe;
	int image;
	const GyOption *option;
	GtkWidget *row;
	GtkWidget *note_row;
	GtkLabel *note;
	char *key_shown;          /* the key that is described, or on its way */
	GCancellable *describing; /* unless NULL */
} OptionRow;

static void
option_row_free(gpointer data)
{
	OptionRow *own = data;

	if (own->describing)
		g_cancellable_cancel(own->describing);
	g_clear_object(&own->describing);
	g_object_unref(own->recipe);
	g_free(own->key_shown);
	g_free(own);
}

/* ---- what is said of a value ---------------------------------------------------------------------------- */

static void
set_note(OptionRow *own, const char *text, gboolean is_problem)
{
	gtk_label_set_label(own->note, text ? text : "");
	gtk_widget_set_visible(own->note_row, text && *text);
	(is_problem ? gtk_widget_add_css_class : gtk_widget_remove_css_class)(own->row, "error");
	(is_problem ? gtk_widget_add_css_class : gtk_widget_remove_css_class)(GTK_WIDGET(own->note), "error");
}

static void
on_described(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = gy_package_key_describe_finish(result, &error);
	g_autofree char *headline = NULL;
	OptionRow *own;

	/* another key was typed since, or the row is gone */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	own = data;
	g_clear_object(&own->describing);
	headline = error ? gy_error_headline(error) : NULL;
	set_note(own, headline ? headline : text, error != NULL);
}

static void
describe_key(OptionRow *own, const char *uri)
{
	if (g_strcmp0(uri, own->key_shown) == 0)
		return;
	g_free(own->key_shown);
	own->key_shown = g_strdup(uri);
	if (own->describing)
		g_cancellable_cancel(own->describing);
	g_clear_object(&own->describing);
	set_note(own, NULL, FALSE);
	if (!uri)
		return;
	own->describing = g_cancellable_new();
	gy_package_key_describe_async(uri, own->describing, on_described, own);
}

/* Keys are named only where they sign. */
static gboolean
counts(OptionRow *own)
{
	return g_strcmp0(own->option->group, "keys") != 0 || g_str_equal(own->option->key, "signing") ||
	       gy_package_recipe_signs_with_keys(own->recipe);
}

static void
refresh(OptionRow *own)
{
	g_autofree char *problem = gy_package_recipe_problem(own->recipe, own->image, own->option);

	gtk_widget_set_sensitive(own->row, counts(own));
	if (own->option->kind == GY_OPTION_KEY)
		describe_key(own, gy_package_recipe_get(own->recipe, own->image, own->option->key));
	else
		set_note(own, problem, problem != NULL);
}

static void
on_recipe_changed(GyPackageRecipe *recipe, GtkWidget *row)
{
	refresh(g_object_get_data(G_OBJECT(row), "option"));
}

static void
set_value(OptionRow *own, const char *text)
{
	gy_package_recipe_set(own->recipe, own->image, own->option->key, text);
}

void
gy_package_name_icons(GtkWidget *row, const char *name)
{
	for (GtkWidget *child = gtk_widget_get_first_child(row); child;
		child = gtk_widget_get_next_sibling(child)) {
		if (GTK_IS_IMAGE(child) || GTK_IS_LIST_BOX(child))
			gtk_accessible_update_property(
				GTK_ACCESSIBLE(child), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
		/* rows within have names of their own */
		if (!GTK_IS_LIST_BOX(child))
			gy_package_name_icons(child, name);
	}
}

/* ---- rows by kind --------------------------------------------------------------------------------------- */

/* "Hardware id (0)": what counts if it is left empty stands behind the name. */
static char *
title_of(const GyOption *option)
{
	const char *label = gy_package_term(option->label);

	if (!option->fallback)
		return g_strdup(label);
	/* Translators: the name of an option, then the value that counts if none is given */
	return g_strdup_printf(_("%1$s (%2$s)"), label, option->fallback);
}

static void
on_text(GtkEditable *editable, OptionRow *own)
{
	set_value(own, gtk_editable_get_text(editable));
}

static GtkWidget *
entry_row(OptionRow *own)
{
	gboolean is_secret = own->option->kind == GY_OPTION_HEX;
	GtkWidget *row = is_secret ? adw_password_entry_row_new() : adw_entry_row_new();
	const char *text = gy_package_recipe_get(own->recipe, own->image, own->option->key);
	g_autofree char *title = title_of(own->option);

	g_object_set(row, "title", title, "use-markup", FALSE, NULL);
	gtk_editable_set_text(GTK_EDITABLE(row), text ? text : "");
	g_signal_connect(row, "changed", G_CALLBACK(on_text), own);
	return row;
}

/* Of a long path its end is what tells files apart. */
static void
show_path(gpointer row, const char *path)
{
	gtk_editable_set_text(GTK_EDITABLE(row), path ? path : "");
	gtk_editable_set_position(GTK_EDITABLE(row), -1);
}

static void
on_chosen(const char *path, gpointer row)
{
	show_path(row, path);
}

static void
on_browse(GtkButton *button, OptionRow *own)
{
	gboolean is_folder = own->option->kind == GY_OPTION_FOLDER;

	gy_package_choose(own->row,
		is_folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
		gy_package_term(own->option->label), NULL, NULL, NULL, on_chosen, G_OBJECT(own->row));
}

static GtkWidget *
browse_button(const char *what)
{
	GtkWidget *button = gtk_button_new_from_icon_name("document-open-symbolic");
	/* Translators: what is chosen: "Choose Root key" */
	g_autofree char *name = g_strdup_printf(_("Choose %s"), what);

	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(button, "flat");
	gtk_widget_set_tooltip_text(button, name);
	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
	return button;
}

static GtkWidget *
path_row(OptionRow *own)
{
	GtkWidget *row = entry_row(own);
	GtkWidget *button = browse_button(gy_package_term(own->option->label));

	g_signal_connect(button, "clicked", G_CALLBACK(on_browse), own);
	adw_entry_row_add_suffix(ADW_ENTRY_ROW(row), button);
	return row;
}

static void
on_choice(AdwComboRow *row, GParamSpec *spec, OptionRow *own)
{
	guint i = adw_combo_row_get_selected(row);

	set_value(own, i == 0 || i == GTK_INVALID_LIST_POSITION ? NULL : own->option->choices[i - 1].value);
}

/* (transfer full): "Usual: LZMA": what counts if nothing is chosen */
static char *
unset_label(const GyOption *option)
{
	for (const GyOptionChoice *choice = option->choices; choice->value; choice++)
		if (g_strcmp0(choice->value, option->fallback) == 0)
			return g_strdup_printf(_("Usual: %s"), gy_package_term(choice->label));
	return g_strdup(_("Not set"));
}

static GtkWidget *
choice_row(OptionRow *own)
{
	g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
	const char *value = gy_package_recipe_get(own->recipe, own->image, own->option->key);
	g_autofree char *unset = unset_label(own->option);
	GtkWidget *row = adw_combo_row_new();
	guint selected = 0;

	gtk_string_list_append(names, unset);
	for (guint i = 0; own->option->choices[i].value; i++) {
		gtk_string_list_append(names, gy_package_term(own->option->choices[i].label));
		if (g_strcmp0(own->option->choices[i].value, value) == 0)
			selected = i + 1;
	}
	g_object_set(row, "title", gy_package_term(own->option->label), "use-markup", FALSE, NULL);
	adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(names));
	adw_combo_row_set_selected(ADW_COMBO_ROW(row), selected);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, gy_package_term(own->option->label), -1);
	g_signal_connect(row, "notify::selected", G_CALLBACK(on_choice), own);
	return row;
}

static void
on_flag(GtkSwitch *flag, GParamSpec *spec, OptionRow *own)
{
	gboolean is_on = gtk_switch_get_active(flag);

	/* what counts anyway need not stand in the recipe */
	set_value(own, is_on == (g_strcmp0(own->option->fallback, "yes") == 0) ? NULL : is_on ? "yes" : "no");
}

static GtkWidget *
flag_row(OptionRow *own)
{
	const char *value = gy_package_recipe_get(own->recipe, own->image, own->option->key);
	GtkWidget *row = adw_action_row_new();
	GtkWidget *flag = gtk_switch_new();

	g_object_set(row, "title", gy_package_term(own->option->label), "use-markup", FALSE, NULL);
	gtk_switch_set_active(GTK_SWITCH(flag), g_strcmp0(value ? value : own->option->fallback, "yes") == 0);
	gtk_widget_set_valign(flag, GTK_ALIGN_CENTER);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(flag), GTK_ACCESSIBLE_PROPERTY_LABEL, gy_package_term(own->option->label), -1);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), flag);
	adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), flag);
	g_signal_connect(flag, "notify::active", G_CALLBACK(on_flag), own);
	return row;
}

static GtkWidget *
row_of(OptionRow *own)
{
	switch (own->option->kind) {
	case GY_OPTION_FILE:
	case GY_OPTION_FOLDER:
	case GY_OPTION_KEY: return path_row(own);
	case GY_OPTION_TEXT:
	case GY_OPTION_NUMBER:
	case GY_OPTION_HEX: return entry_row(own);
	case GY_OPTION_CHOICE: return choice_row(own);
	case GY_OPTION_FLAG: return flag_row(own);
	}
	g_return_val_if_reached(adw_action_row_new());
}

/* ---- together ------------------------------------------------------------------------------------------- */

static GtkWidget *
note_row_new(GtkLabel **note)
{
	GtkWidget *row = g_object_new(
		GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "focusable", FALSE, "visible", FALSE, NULL);
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_widget_add_css_class(label, "caption");
	gtk_widget_add_css_class(label, "option-note");
	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), label);
	*note = GTK_LABEL(label);
	return row;
}

void
gy_package_option_add(
	GyPackageRecipe *recipe, int image, const GyOption *option, GtkWidget *parent, GyPackageAddRow add)
{
	OptionRow *own = g_new0(OptionRow, 1);

	own->recipe = g_object_ref(recipe);
	own->image = image;
	own->option = option;
	own->row = row_of(own);
	own->note_row = note_row_new(&own->note);
	gtk_widget_set_tooltip_text(own->row, gy_package_term(option->help));
	if (option->kind != GY_OPTION_FLAG)
		gy_package_name_icons(own->row, gy_package_term(option->label));
	g_object_set_data_full(G_OBJECT(own->row), "option", own, option_row_free);
	add(parent, own->row);
	add(parent, own->note_row);
	g_signal_connect_object(
		recipe, "changed", G_CALLBACK(on_recipe_changed), own->row, (GConnectFlags) 0);
	refresh(own);
}

/* ---- the file of an image ------------------------------------------------------------------------------- */

static void
on_path(GtkEditable *editable, GyPackageRecipe *recipe)
{
	guint image = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(editable), "image"));

	gy_package_recipe_set_image_path(recipe, image, gtk_editable_get_text(editable));
}

static void
on_browse_image(GtkButton *button, GtkWidget *row)
{
	gy_package_choose(row, GTK_FILE_CHOOSER_ACTION_OPEN, _("Choose Image"), NULL, NULL, NULL, on_chosen,
		G_OBJECT(row));
}

GtkWidget *
gy_package_path_row_new(GyPackageRecipe *recipe, guint image, const char *label)
{
	const GyBuildImage *at = gy_package_recipe_image(recipe, image);
	GtkWidget *row = adw_entry_row_new();
	GtkWidget *button = browse_button(label);

	g_object_set(row, "title", label, "use-markup", FALSE, NULL);
	gtk_widget_set_tooltip_text(row, _("The file of this image"));
	show_path(row, at->path);
	g_object_set_data(G_OBJECT(row), "image", GUINT_TO_POINTER(image));
	g_signal_connect_object(row, "changed", G_CALLBACK(on_path), recipe, (GConnectFlags) 0);
	g_signal_connect(button, "clicked", G_CALLBACK(on_browse_image), row);
	gy_package_name_icons(row, label);
	adw_entry_row_add_suffix(ADW_ENTRY_ROW(row), button);
	return row;
}
