// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/model/error-words.h"
#include "ui/package-page-private.h"

static void
on_recipe_changed(GyPackageRecipe *recipe, GyPackagePage *page)
{
	gy_package_page_show_title(page);
}

static void
set_recipe(GyPackagePage *page, GyPackageRecipe *recipe)
{
	gy_package_builder_set_recipe(page->builder, recipe);
	g_signal_connect_object(recipe, "changed", G_CALLBACK(on_recipe_changed), page, (GConnectFlags) 0);
	page->is_making = TRUE;
	gy_package_page_show_state(page);
}

static void
on_discard(AdwMessageDialog *dialog, const char *response, GyPackagePage *page)
{
	g_autoptr(GyPackageRecipe) next = g_steal_pointer(&page->next);

	if (next && g_str_equal(response, "discard"))
		set_recipe(page, next);
}

/* What was not saved is not thrown away unasked. */
void
gy_package_page_begin(GyPackagePage *page, GyPackageRecipe *recipe)
{
	GyPackageRecipe *old = gy_package_builder_recipe(page->builder);
	GtkWidget *dialog;

	if (!old || !gy_package_recipe_is_changed(old)) {
		set_recipe(page, recipe);
		return;
	}
	g_set_object(&page->next, recipe);
	dialog = adw_message_dialog_new(GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(page))),
		_("Discard the Recipe?"), _("The recipe that you work on was not saved."));
	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "discard", _("_Discard"), NULL);
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
	adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
	adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
	g_signal_connect_object(dialog, "response", G_CALLBACK(on_discard), page, (GConnectFlags) 0);
	gtk_window_present(GTK_WINDOW(dialog));
}

/* (nullable): the first system that packages can be made for */
const GyFormat *
gy_package_page_usual_format(void)
{
	const GyFormat *const *format = gy_format_list();

	while (*format && !(*format)->build)
		format++;
	return *format;
}

static void
show_recipe_error(GyPackagePage *page, const GError *error)
{
	g_autofree char *headline = gy_error_headline(error);

	g_signal_emit_by_name(gy_page_bench(GY_PAGE(page)), "notice", headline);
}

void
gy_package_page_open_recipe(const char *path, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackageRecipe) recipe = gy_package_recipe_load(path, &error);

	if (recipe)
		gy_package_page_begin(data, recipe);
	else
		show_recipe_error(data, error);
}

void
gy_package_page_begin_with_files(GyPackagePage *page, const char *const *paths)
{
	g_autoptr(GyPackageRecipe) recipe = gy_package_recipe_new(gy_package_page_usual_format());

	gy_package_recipe_take_files(recipe, paths);
	gy_package_page_begin(page, recipe);
}

gboolean
gy_package_page_take(GyPackagePage *page, const char *const *paths)
{
	if (!paths[0])
		return FALSE;
	if (gy_package_recipe_is_name(paths[0])) {
		gy_package_page_open_recipe(paths[0], page);
		return TRUE;
	}
	if (!paths[1] || !gy_package_page_usual_format())
		return FALSE;
	gy_package_page_begin_with_files(page, paths);
	return TRUE;
}
