// SPDX-License-Identifier: Apache-2.0
#include "ui/package-page.h"

#include <glib/gi18n-lib.h>

#include "engine/safe-text.h"
#include "ui/back-button.h"
#include "ui/model/error-words.h"
#include "ui/model/package-inspection.h"
#include "ui/package-builder.h"
#include "ui/package-chooser.h"
#include "ui/package-finding.h"
#include "ui/package-verify.h"
#include "ui/package-view.h"

/* What is over sooner is not announced. */
#define LOADING_MS 200

struct _GyPackagePage {
	GyPage parent;

	AdwWindowTitle *title;
	GtkMenuButton *new_button;
	GtkWidget *recipe_button;
	GtkWidget *verify_button;
	GtkWidget *flash_button;
	GtkStack *states;
	GtkLabel *loading_text;
	AdwStatusPage *failed;
	GtkWidget *make_button;
	AdwBin *key_error_place;
	GtkSpinner *check_spinner;
	GyPackageView *view;
	GyPackageBuilder *builder;

	GyPackageInspection *inspection;
	GActionMap *actions;   /* of the window, not owned */
	GyPackageRecipe *next; /* waits for a person to give up the one that is there */
	gboolean is_making;    /* the recipe is looked at, not the package */
	guint loading;
};

G_DEFINE_FINAL_TYPE(GyPackagePage, gy_package_page, GY_TYPE_PAGE)

static GyBench *
bench_of(GyPackagePage *page)
{
	return gy_page_bench(GY_PAGE(page));
}

/* ---- what is seen --------------------------------------------------------------------------------------- */

static void
enable(GyPackagePage *page, const char *name, gboolean is_enabled)
{
	GAction *action = page->actions ? g_action_map_lookup_action(page->actions, name) : NULL;

	if (action)
		g_simple_action_set_enabled(G_SIMPLE_ACTION(action), is_enabled);
}

static void
show_actions(GyPackagePage *page)
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

static void
show_title(GyPackagePage *page)
{
	GyPackageRecipe *recipe = page->is_making ? gy_package_builder_recipe(page->builder) : NULL;
	const char *path = recipe ? gy_package_recipe_path(recipe) : gy_bench_package_path(bench_of(page));
	g_autofree char *name = path ? g_filename_display_basename(path) : NULL;
	gboolean is_changed = recipe && gy_package_recipe_is_changed(recipe);
	g_autofree char *changed = is_changed && name ? g_strdup_printf(_("%s, not saved"), name) : NULL;

	if (recipe && !name)
		adw_window_title_set_subtitle(page->title, _("New recipe"));
	else
		adw_window_title_set_subtitle(page->title, changed ? changed : name ? name : "");
}

static void
show_package(GyPackagePage *page)
{
	GyPackage *package = gy_package_inspection_package(page->inspection);
	const GyPackageSituation *situation = gy_package_inspection_situation(page->inspection);
	const GError *key_error = gy_package_inspection_key_error(page->inspection);
	g_autofree char *summary = package ? gy_package_summary(package, situation) : NULL;
	g_autofree char *verdict = package ? gy_package_verdict(package, situation) : NULL;

	gtk_spinner_set_spinning(page->check_spinner, gy_package_inspection_is_busy(page->inspection));
	gtk_widget_set_visible(GTK_WIDGET(page->key_error_place), key_error != NULL);
	adw_bin_set_child(page->key_error_place, key_error ? gy_package_error_widget_new(key_error) : NULL);
	if (package)
		gy_package_view_show(page->view, package, summary, verdict, gy_package_findings(package));
}

static void
show_failure(GyPackagePage *page)
{
	const GError *error = gy_bench_package_error(bench_of(page));
	g_autofree char *headline = gy_error_headline(error);
	g_autofree char *advice = gy_error_advice(error);
	g_autofree char *message = gy_text_safe(error->message);
	g_autofree char *markup = g_markup_printf_escaped(
		"%s\n\n<small>%s · %s</small>", advice, message, gy_error_code(error));

	adw_status_page_set_title(page->failed, headline);
	adw_status_page_set_description(page->failed, markup);
	gtk_widget_set_visible(
		page->make_button, g_error_matches(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED));
}

static gboolean
on_loading(gpointer data)
{
	GyPackagePage *page = data;
	g_autofree char *name = g_filename_display_basename(gy_bench_package_path(bench_of(page)));
	g_autofree char *text = g_strdup_printf(_("Checking %s…"), name);

	page->loading = 0;
	gtk_label_set_label(page->loading_text, text);
	gtk_stack_set_visible_child_name(page->states, "loading");
	return G_SOURCE_REMOVE;
}

static void
show_state(GyPackagePage *page)
{
	GyLoadState state = gy_bench_package_state(bench_of(page));

	g_clear_handle_id(&page->loading, g_source_remove);
	gy_page_set_busy(
		GY_PAGE(page), state == GY_LOAD_RUNNING || gy_package_builder_is_busy(page->builder));
	show_title(page);
	show_actions(page);
	if (page->is_making) {
		gtk_stack_set_visible_child_name(page->states, "recipe");
		return;
	}
	switch (state) {
	case GY_LOAD_EMPTY: gtk_stack_set_visible_child_name(page->states, "empty"); break;
	case GY_LOAD_RUNNING: page->loading = g_timeout_add(LOADING_MS, on_loading, page); break;
	case GY_LOAD_FAILED:
		show_failure(page);
		gtk_stack_set_visible_child_name(page->states, "failed");
		break;
	case GY_LOAD_DONE: gtk_stack_set_visible_child_name(page->states, "package"); break;
	}
}

static void
on_inspection_changed(GyPackageInspection *inspection, GyPackagePage *page)
{
	show_package(page);
	show_state(page);
}

/* Comes before the inspection looks at it. */
static void
on_package_changed(GyBench *bench, GyPackagePage *page)
{
	g_autofree char *root_key = g_settings_get_string(gy_page_settings(GY_PAGE(page)), "root-key");

	if (gy_bench_package_state(bench) != GY_LOAD_RUNNING)
		return;
	gy_package_inspection_set_usual_key(page->inspection, root_key);
	/* whoever opens a package wants to see it; the recipe stays */
	page->is_making = FALSE;
}

/* ---- recipes -------------------------------------------------------------------------------------------- */

static void
on_recipe_changed(GyPackageRecipe *recipe, GyPackagePage *page)
{
	show_title(page);
}

static void
set_recipe(GyPackagePage *page, GyPackageRecipe *recipe)
{
	gy_package_builder_set_recipe(page->builder, recipe);
	g_signal_connect_object(recipe, "changed", G_CALLBACK(on_recipe_changed), page, (GConnectFlags) 0);
	page->is_making = TRUE;
	show_state(page);
}

static void
on_discard(AdwMessageDialog *dialog, const char *response, GyPackagePage *page)
{
	g_autoptr(GyPackageRecipe) next = g_steal_pointer(&page->next);

	if (next && g_str_equal(response, "discard"))
		set_recipe(page, next);
}

/* What was not saved is not thrown away unasked. */
static void
begin_recipe(GyPackagePage *page, GyPackageRecipe *recipe)
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
static const GyFormat *
usual_format(void)
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

	g_signal_emit_by_name(bench_of(page), "notice", headline);
}

static void
open_recipe(const char *path, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackageRecipe) recipe = gy_package_recipe_load(path, &error);

	if (recipe)
		begin_recipe(data, recipe);
	else
		show_recipe_error(data, error);
}

static void
begin_with_files(GyPackagePage *page, const char *const *paths)
{
	g_autoptr(GyPackageRecipe) recipe = gy_package_recipe_new(usual_format());

	gy_package_recipe_take_files(recipe, paths);
	begin_recipe(page, recipe);
}

gboolean
gy_package_page_take(GyPackagePage *page, const char *const *paths)
{
	if (!paths[0])
		return FALSE;
	if (gy_package_recipe_is_name(paths[0])) {
		open_recipe(paths[0], page);
		return TRUE;
	}
	if (!paths[1] || !usual_format())
		return FALSE;
	begin_with_files(page, paths);
	return TRUE;
}

static void
on_package_saved(GyPackageBuilder *builder, const char *path, GyPackagePage *page)
{
	gy_bench_open(bench_of(page), path);
}

static void
on_busy_changed(GyPackageBuilder *builder, GyPackagePage *page)
{
	gy_page_set_busy(GY_PAGE(page), gy_package_builder_is_busy(builder));
}

static void
on_make(GtkButton *button, GyPackagePage *page)
{
	const char *const paths[] = {gy_bench_package_path(bench_of(page)), NULL};

	if (paths[0] && usual_format())
		begin_with_files(page, paths);
}

/* ---- actions of the window ------------------------------------------------------------------------------ */

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
	begin_recipe(page, recipe);
}

static void
new_package(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	new_for(page, usual_format());
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
		_("Recipes"), open_recipe, G_OBJECT(page));
}

static void
show_recipe(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyPackagePage *page = data;

	page->is_making = TRUE;
	show_state(page);
	show_this_place(page);
}

static void
save_recipe(GSimpleAction *action, GVariant *parameter, gpointer page)
{
	show_this_place(page);
	gy_package_builder_save_recipe(GY_PACKAGE_PAGE(page)->builder);
	show_title(page);
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

static GMenuModel *
new_menu(void)
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

/* ---- keys of the window --------------------------------------------------------------------------------- */

static void
gy_package_page_copy(GyPage *base)
{
	GyPackagePage *page = GY_PACKAGE_PAGE(base);
	GyPackage *package = gy_package_inspection_package(page->inspection);
	g_autofree char *report = NULL;

	if (page->is_making || !package)
		return;
	report = gy_package_report(package, gy_package_inspection_situation(page->inspection));
	gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(page)), report);
	g_signal_emit_by_name(bench_of(page), "notice", _("Copied"));
}

static gboolean
gy_package_page_escape(GyPage *base)
{
	return gy_package_builder_cancel(GY_PACKAGE_PAGE(base)->builder);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_page_root(GtkWidget *widget)
{
	GyPackagePage *page = GY_PACKAGE_PAGE(widget);
	GtkRoot *root;

	GTK_WIDGET_CLASS(gy_package_page_parent_class)->root(widget);
	root = gtk_widget_get_root(widget);
	if (!G_IS_ACTION_MAP(root))
		return;
	page->actions = G_ACTION_MAP(root);
	g_action_map_add_action_entries(page->actions, actions, G_N_ELEMENTS(actions), page);
	show_actions(page);
}

static void
gy_package_page_unroot(GtkWidget *widget)
{
	GyPackagePage *page = GY_PACKAGE_PAGE(widget);

	for (guint i = 0; page->actions && i < G_N_ELEMENTS(actions); i++)
		g_action_map_remove_action(page->actions, actions[i].name);
	page->actions = NULL;
	GTK_WIDGET_CLASS(gy_package_page_parent_class)->unroot(widget);
}

static void
gy_package_page_constructed(GObject *object)
{
	GyPackagePage *page = GY_PACKAGE_PAGE(object);

	G_OBJECT_CLASS(gy_package_page_parent_class)->constructed(object);
	g_signal_connect_object(
		bench_of(page), "package-changed", G_CALLBACK(on_package_changed), page, (GConnectFlags) 0);
	page->inspection = gy_package_inspection_new(bench_of(page));
	g_signal_connect_object(
		page->inspection, "changed", G_CALLBACK(on_inspection_changed), page, (GConnectFlags) 0);
	on_inspection_changed(page->inspection, page);
}

static void
gy_package_page_dispose(GObject *object)
{
	GyPackagePage *page = GY_PACKAGE_PAGE(object);

	g_clear_handle_id(&page->loading, g_source_remove);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_PACKAGE_PAGE);
	g_clear_object(&page->inspection);
	g_clear_object(&page->next);
	G_OBJECT_CLASS(gy_package_page_parent_class)->dispose(object);
}

static void
bind_children(GtkWidgetClass *widget)
{
	gtk_widget_class_bind_template_child(widget, GyPackagePage, title);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, new_button);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, recipe_button);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, verify_button);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, flash_button);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, states);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, loading_text);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, failed);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, make_button);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, key_error_place);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, check_spinner);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, view);
	gtk_widget_class_bind_template_child(widget, GyPackagePage, builder);
}

static void
gy_package_page_class_init(GyPackagePageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->constructed = gy_package_page_constructed;
	G_OBJECT_CLASS(class)->dispose = gy_package_page_dispose;
	widget->root = gy_package_page_root;
	widget->unroot = gy_package_page_unroot;
	GY_PAGE_CLASS(class)->copy = gy_package_page_copy;
	GY_PAGE_CLASS(class)->escape = gy_package_page_escape;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	g_type_ensure(GY_TYPE_PACKAGE_VIEW);
	g_type_ensure(GY_TYPE_PACKAGE_BUILDER);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/package-page.ui");
	bind_children(widget);
}

static void
gy_package_page_init(GyPackagePage *page)
{
	g_autoptr(GMenuModel) menu = new_menu();

	gtk_widget_init_template(GTK_WIDGET(page));
	gtk_menu_button_set_menu_model(page->new_button, menu);
	g_signal_connect(page->make_button, "clicked", G_CALLBACK(on_make), page);
	g_signal_connect(page->builder, "package-saved", G_CALLBACK(on_package_saved), page);
	g_signal_connect(page->builder, "busy-changed", G_CALLBACK(on_busy_changed), page);
}
