// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/package-chooser.h"
#include "ui/package-page-private.h"
#include "ui/package-verify.h"

static void
show_this_place(GyPackagePage *page)
{
	gtk_widget_activate_action(GTK_WIDGET(page), "win.show-package", NULL);
}

static void
new_for(GyPackagePage *page, const GyFormat *format)
{
	g_autoptr(GyPackageRecipe) recipe = NULL;

	if (!format || !format->build)
		return;
	recipe = gy_package_recipe_new(format);
	show_this_place(page);
	gy_package_page_begin(page, recipe);
}

static void
new_package(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	new_for(page, gy_package_page_usual_format());
}

static void
new_package_for(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	new_for(page, gy_format_by_system(g_variant_get_string(parameter, NULL)));
}

static void
choose_recipe(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	show_this_place(page);
	gy_package_choose(GTK_WIDGET(page), GTK_FILE_CHOOSER_ACTION_OPEN, _("Open Recipe"), NULL, "*.gantry",
		_("Recipes"), gy_package_page_open_recipe, G_OBJECT(page));
}

static void
show_recipe(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyPackagePage *page = data;

	page->is_making = TRUE;
	gy_package_page_show_state(page);
	show_this_place(page);
}

static void
save_recipe(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	show_this_place(page);
	gy_package_builder_save_recipe(GY_PACKAGE_PAGE(page)->builder);
	gy_package_page_show_title(page);
}

static void
save_package(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	show_this_place(page);
	gy_package_builder_save_package(GY_PACKAGE_PAGE(page)->builder);
}

static void
copy_command(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	gy_package_builder_copy_command(GY_PACKAGE_PAGE(page)->builder);
}

static void
verify(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyPackagePage *page = data;
	g_autofree char *usual = g_settings_get_string(gy_page_settings(GY_PAGE(page)), "root-key");
	const char *root_key = gy_package_inspection_situation(page->inspection)->root_key;

	show_this_place(page);
	gy_package_verify_ask(GTK_WIDGET(page), page->inspection, root_key ? root_key : usual);
}

static void
flash_package(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	gtk_widget_activate_action(page, "win.show-flash", NULL);
}

static const GActionEntry actions[] = {
	{"new-package", new_package},
	{"new-package-for", new_package_for, "s"},
	{"open-recipe", choose_recipe},
	{"show-recipe", show_recipe},
	{"save-recipe", save_recipe},
	{"save-package", save_package},
	{"copy-command", copy_command},
	{"verify", verify},
	{"flash-package", flash_package},
};

GMenuModel *
gy_package_page_new_menu(void)
{
	GMenu *menu = g_menu_new();
	g_autoptr(GMenu) systems = g_menu_new();
	g_autoptr(GMenu) others = g_menu_new();

	for (const GyFormat *const *format = gy_format_list(); *format; format++) {
		g_autofree char *action = g_strdup_printf("win.new-package-for('%s')", (*format)->system);
		/* Translators: the name of a system */
		g_autofree char *label = g_strdup_printf(_("%s Package"), (*format)->title);

		if ((*format)->build)
			g_menu_append(systems, label, action);
	}
	g_menu_append(others, _("Open _Recipe…"), "win.open-recipe");
	g_menu_append(others, _("_Continue Recipe"), "win.show-recipe");
	g_menu_append_section(menu, NULL, G_MENU_MODEL(systems));
	g_menu_append_section(menu, NULL, G_MENU_MODEL(others));
	return G_MENU_MODEL(menu);
}

/* ---- on the window -------------------------------------------------------------------------------------- */

static void
enable(GyPackagePage *page, const char *name, gboolean is_enabled)
{
	GAction *action = page->actions ? g_action_map_lookup_action(page->actions, name) : NULL;

	if (action)
		g_simple_action_set_enabled(G_SIMPLE_ACTION(action), is_enabled);
}

void
gy_package_page_show_actions(GyPackagePage *page)
{
	gboolean has_recipe = gy_package_builder_recipe(page->builder) != NULL;
	gboolean has_package = gy_package_inspection_package(page->inspection) != NULL;
	gboolean can_flash =
		has_package && !gy_package_refusal(gy_package_inspection_package(page->inspection));

	enable(page, "save-recipe", page->is_making);
	enable(page, "save-package", page->is_making);
	enable(page, "copy-command", page->is_making);
	enable(page, "show-recipe", has_recipe && !page->is_making);
	enable(page, "verify", has_package && !page->is_making);
	enable(page, "flash-package", can_flash && !page->is_making);
	gtk_widget_set_visible(page->recipe_button, has_recipe && !page->is_making);
	gtk_widget_set_visible(page->verify_button, has_package && !page->is_making);
	gtk_widget_set_visible(page->flash_button, has_package && !page->is_making);
}

void
gy_package_page_add_actions(GyPackagePage *page)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(page));

	if (!G_IS_ACTION_MAP(root))
		return;
	page->actions = G_ACTION_MAP(root);
	g_action_map_add_action_entries(page->actions, actions, G_N_ELEMENTS(actions), page);
	gy_package_page_show_actions(page);
}

void
gy_package_page_remove_actions(GyPackagePage *page)
{
	for (guint i = 0; page->actions && i < G_N_ELEMENTS(actions); i++)
		g_action_map_remove_action(page->actions, actions[i].name);
	page->actions = NULL;
}
