// SPDX-License-Identifier: Apache-2.0
#include "ui/package-form.h"

#include <glib/gi18n-lib.h>

#include "ui/model/package-terms.h"
#include "ui/package-option.h"

#define OWN_SECTION "" /* an image that the system has no word for */

struct _GyPackageForm {
	AdwBin parent;

	GyPackageRecipe *recipe;
	AdwPreferencesGroup *images;
	GPtrArray *image_rows; /* which the group cannot list */
	guint rebuild;
};

G_DEFINE_FINAL_TYPE(GyPackageForm, gy_package_form, ADW_TYPE_BIN)

static void
add_to_group(GtkWidget *group, GtkWidget *row)
{
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), row);
}

static void
add_to_expander(GtkWidget *expander, GtkWidget *row)
{
	adw_expander_row_add_row(ADW_EXPANDER_ROW(expander), row);
}

/* ---- images --------------------------------------------------------------------------------------------- */

static gboolean
is_known_section(GyPackageForm *form, const char *section)
{
	const GyOptionChoice *known = gy_package_recipe_format(form->recipe)->image_sections;

	for (; known && known->value; known++)
		if (g_str_equal(known->value, section))
			return TRUE;
	return FALSE;
}

static const char *
section_label(GyPackageForm *form, const char *section)
{
	const GyOptionChoice *known = gy_package_recipe_format(form->recipe)->image_sections;

	for (; known && known->value; known++)
		if (g_str_equal(known->value, section))
			return gy_package_term(known->label);
	return *section ? section : _("Image of Your Own");
}

static guint
index_of(gpointer row)
{
	return GPOINTER_TO_UINT(g_object_get_data(row, "image"));
}

/* "Encrypted, Version number": what differs from the usual */
static void
show_set(GyPackageForm *form, GtkWidget *row)
{
	const GyOption *option = gy_package_recipe_format(form->recipe)->image_options;
	g_autoptr(GString) text = g_string_new(NULL);

	for (; option && option->key; option++)
		if (gy_package_recipe_get(form->recipe, (int) index_of(row), option->key))
			g_string_append_printf(
				text, "%s%s", text->len ? ", " : "", gy_package_term(option->label));
	adw_expander_row_set_subtitle(ADW_EXPANDER_ROW(row), text->str);
}

static void
on_recipe_changed(GyPackageRecipe *recipe, GyPackageForm *form)
{
	for (guint i = 0; !form->rebuild && i < form->image_rows->len; i++)
		if (ADW_IS_EXPANDER_ROW(g_ptr_array_index(form->image_rows, i)))
			show_set(form, g_ptr_array_index(form->image_rows, i));
}

static void
on_section(GtkEditable *editable, GtkWidget *row)
{
	GyPackageForm *form = GY_PACKAGE_FORM(gtk_widget_get_ancestor(row, GY_TYPE_PACKAGE_FORM));

	gy_package_recipe_set_image_section(form->recipe, index_of(row), gtk_editable_get_text(editable));
}

static void
on_remove(GtkButton *button, GtkWidget *row)
{
	GyPackageForm *form = GY_PACKAGE_FORM(gtk_widget_get_ancestor(row, GY_TYPE_PACKAGE_FORM));

	gy_package_recipe_remove_image(form->recipe, index_of(row));
}

static GtkWidget *
remove_button(const char *what)
{
	GtkWidget *button = gtk_button_new_from_icon_name("user-trash-symbolic");
	g_autofree char *name = g_strdup_printf(_("Remove %s"), what);

	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(button, "flat");
	gtk_widget_set_tooltip_text(button, name);
	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
	return button;
}

static void
add_image_row(GyPackageForm *form, GtkWidget *row, guint i)
{
	g_object_set_data(G_OBJECT(row), "image", GUINT_TO_POINTER(i));
	adw_preferences_group_add(form->images, row);
	g_ptr_array_add(form->image_rows, row);
}

/* The file is all that most images need. */
static void
add_file_row(GyPackageForm *form, guint i)
{
	const char *label = section_label(form, gy_package_recipe_image(form->recipe, i)->section);
	GtkWidget *row = gy_package_path_row_new(form->recipe, i, label);
	GtkWidget *button = remove_button(label);

	g_signal_connect(button, "clicked", G_CALLBACK(on_remove), row);
	adw_entry_row_add_suffix(ADW_ENTRY_ROW(row), button);
	add_image_row(form, row, i);
}

static GtkWidget *
section_row_new(GyPackageForm *form, GtkWidget *over, guint i)
{
	GtkWidget *row = adw_entry_row_new();

	g_object_set(row, "title", _("Name of the Image"), "text",
		gy_package_recipe_image(form->recipe, i)->section, NULL);
	gy_package_name_icons(row, _("Name of the Image"));
	g_signal_connect(row, "changed", G_CALLBACK(on_section), over);
	return row;
}

static void
add_options_row(GyPackageForm *form, guint i)
{
	const GyBuildImage *image = gy_package_recipe_image(form->recipe, i);
	const GyOption *option = gy_package_recipe_format(form->recipe)->image_options;
	GtkWidget *row = g_object_new(ADW_TYPE_EXPANDER_ROW, "use-markup", FALSE, NULL);
	gboolean is_own = !is_known_section(form, image->section);
	/* Translators: the name of an image */
	g_autofree char *title = g_strdup_printf(_("Options of %s"), section_label(form, image->section));

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	add_image_row(form, row, i);
	if (is_own)
		add_to_expander(row, section_row_new(form, row, i));
	for (; option && option->key; option++)
		gy_package_option_add(form->recipe, (int) i, option, row, add_to_expander);
	/* an image without a name is none */
	adw_expander_row_set_expanded(ADW_EXPANDER_ROW(row), is_own);
	gy_package_name_icons(row, title);
	show_set(form, row);
}

/* An image of one's own has its name at least. */
static gboolean
has_options(GyPackageForm *form, guint i)
{
	return gy_package_recipe_format(form->recipe)->image_options ||
	       !is_known_section(form, gy_package_recipe_image(form->recipe, i)->section);
}

static void
build_images(GyPackageForm *form)
{
	for (guint i = 0; i < form->image_rows->len; i++)
		adw_preferences_group_remove(form->images, g_ptr_array_index(form->image_rows, i));
	g_ptr_array_set_size(form->image_rows, 0);
	for (guint i = 0; i < gy_package_recipe_n_images(form->recipe); i++) {
		add_file_row(form, i);
		if (has_options(form, i))
			add_options_row(form, i);
	}
}

static gboolean
on_rebuild(gpointer data)
{
	GyPackageForm *form = data;

	form->rebuild = 0;
	build_images(form);
	return G_SOURCE_REMOVE;
}

/* Not at once: it may come from a button of a row that goes. */
static void
on_images_changed(GyPackageRecipe *recipe, GyPackageForm *form)
{
	if (!form->rebuild)
		form->rebuild = g_idle_add_full(G_PRIORITY_HIGH_IDLE, on_rebuild, form, NULL);
}

static void
on_add(GtkButton *button, GyPackageForm *form)
{
	GtkWidget *popover = gtk_widget_get_ancestor(GTK_WIDGET(button), GTK_TYPE_POPOVER);

	gtk_popover_popdown(GTK_POPOVER(popover));
	gy_package_recipe_add_image(form->recipe, g_object_get_data(G_OBJECT(button), "section"), NULL);
}

static void
append_section(GyPackageForm *form, GtkWidget *box, const char *section)
{
	GtkWidget *button = gtk_button_new_with_label(section_label(form, section));

	gtk_widget_add_css_class(button, "flat");
	g_object_set_data(G_OBJECT(button), "section", (gpointer) section);
	g_signal_connect(button, "clicked", G_CALLBACK(on_add), form);
	gtk_box_append(GTK_BOX(box), button);
}

static GtkWidget *
add_button_new(GyPackageForm *form)
{
	const GyOptionChoice *section = gy_package_recipe_format(form->recipe)->image_sections;
	GtkWidget *button = gtk_menu_button_new();
	GtkWidget *popover = gtk_popover_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	for (; section && section->value; section++)
		append_section(form, box, section->value);
	append_section(form, box, OWN_SECTION);
	gtk_popover_set_child(GTK_POPOVER(popover), box);
	gtk_menu_button_set_label(GTK_MENU_BUTTON(button), _("Add"));
	gtk_widget_set_tooltip_text(button, _("Add an image"));
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Add an image"), -1);
	gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(button, "flat");
	return button;
}

static GtkWidget *
images_group_new(GyPackageForm *form)
{
	GtkWidget *group = adw_preferences_group_new();

	adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), _("Images"));
	adw_preferences_group_set_header_suffix(ADW_PREFERENCES_GROUP(group), add_button_new(form));
	form->images = ADW_PREFERENCES_GROUP(group);
	build_images(form);
	/* a system whose images are in what it is built from has none to choose */
	gtk_widget_set_visible(group, !gy_package_recipe_format(form->recipe)->input);
	return group;
}

/* ---- groups of options ---------------------------------------------------------------------------------- */

static const char *
group_title(const char *group)
{
	static const struct {
		const char *group;
		const char *title;
	} titles[] = {{"package", N_("Package")}, {"source", N_("Source")}, {"keys", N_("Keys")}};

	for (guint i = 0; i < G_N_ELEMENTS(titles); i++)
		if (g_str_equal(titles[i].group, group))
			return _(titles[i].title);
	return group;
}

/* Numbers that are hardly ever anything but their usual value are folded away. */
static gboolean
is_rare(const GyOption *option)
{
	return option->kind == GY_OPTION_NUMBER && g_strcmp0(option->fallback, "0") == 0;
}

static GtkWidget *
group_new(GyPackageForm *form, const char *name)
{
	GtkWidget *group = adw_preferences_group_new();
	GtkWidget *rare = adw_expander_row_new();
	guint n_rare = 0;

	adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), group_title(name));
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(rare), _("Numbers and Masks"));
	for (const GyOption *option = gy_package_recipe_format(form->recipe)->options; option->key;
		option++) {
		if (g_strcmp0(option->group, name) != 0)
			continue;
		n_rare += is_rare(option);
		gy_package_option_add(form->recipe, GY_PACKAGE_WHOLE, option, is_rare(option) ? rare : group,
			is_rare(option) ? add_to_expander : add_to_group);
	}
	if (n_rare > 0) {
		adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), rare);
		gy_package_name_icons(rare, _("Numbers and Masks"));
	} else {
		g_object_unref(g_object_ref_sink(rare));
	}
	return group;
}

static void
add_groups(GyPackageForm *form, GtkBox *box)
{
	const GyOption *options = gy_package_recipe_format(form->recipe)->options;

	for (const GyOption *option = options; option->key; option++)
		/* those of a group stand together */
		if (option == options || g_strcmp0(option[-1].group, option->group) != 0)
			gtk_box_append(box, group_new(form, option->group));
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_form_dispose(GObject *object)
{
	GyPackageForm *form = GY_PACKAGE_FORM(object);

	g_clear_handle_id(&form->rebuild, g_source_remove);
	g_clear_object(&form->recipe);
	G_OBJECT_CLASS(gy_package_form_parent_class)->dispose(object);
}

static void
gy_package_form_finalize(GObject *object)
{
	g_ptr_array_unref(GY_PACKAGE_FORM(object)->image_rows);
	G_OBJECT_CLASS(gy_package_form_parent_class)->finalize(object);
}

static void
gy_package_form_class_init(GyPackageFormClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_package_form_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_package_form_finalize;
}

static void
gy_package_form_init(GyPackageForm *form)
{
	form->image_rows = g_ptr_array_new();
}

GtkWidget *
gy_package_form_new(GyPackageRecipe *recipe)
{
	GyPackageForm *form = g_object_new(GY_TYPE_PACKAGE_FORM, NULL);
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 18);

	form->recipe = g_object_ref(recipe);
	gtk_box_append(GTK_BOX(box), images_group_new(form));
	add_groups(form, GTK_BOX(box));
	adw_bin_set_child(ADW_BIN(form), box);
	g_signal_connect_object(recipe, "changed", G_CALLBACK(on_recipe_changed), form, (GConnectFlags) 0);
	g_signal_connect_object(
		recipe, "images-changed", G_CALLBACK(on_images_changed), form, (GConnectFlags) 0);
	return GTK_WIDGET(form);
}
