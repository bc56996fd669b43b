// SPDX-License-Identifier: Apache-2.0
#include "ui/package-page.h"

#include <glib/gi18n-lib.h>

#include "engine/safe-text.h"
#include "ui/back-button.h"
#include "ui/model/error-words.h"
#include "ui/package-finding.h"
#include "ui/package-page-private.h"

/* What is over sooner is not announced. */
#define LOADING_MS 200

G_DEFINE_FINAL_TYPE(GyPackagePage, gy_package_page, GY_TYPE_PAGE)

/* ---- what is seen --------------------------------------------------------------------------------------- */

void
gy_package_page_show_title(GyPackagePage *page)
{
	GyPackageRecipe *recipe = page->is_making ? gy_package_builder_recipe(page->builder) : NULL;
	const char *path =
		recipe ? gy_package_recipe_path(recipe) : gy_bench_package_path(gy_page_bench(GY_PAGE(page)));
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
	const GError *error = gy_bench_package_error(gy_page_bench(GY_PAGE(page)));
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
	g_autofree char *name =
		g_filename_display_basename(gy_bench_package_path(gy_page_bench(GY_PAGE(page))));
	g_autofree char *text = g_strdup_printf(_("Checking %s…"), name);

	page->loading = 0;
	gtk_label_set_label(page->loading_text, text);
	gtk_stack_set_visible_child_name(page->states, "loading");
	return G_SOURCE_REMOVE;
}

void
gy_package_page_show_state(GyPackagePage *page)
{
	GyLoadState state = gy_bench_package_state(gy_page_bench(GY_PAGE(page)));

	g_clear_handle_id(&page->loading, g_source_remove);
	gy_page_set_busy(
		GY_PAGE(page), state == GY_LOAD_RUNNING || gy_package_builder_is_busy(page->builder));
	gy_package_page_show_title(page);
	gy_package_page_show_actions(page);
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
	gy_package_page_show_state(page);
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

/* ---- what the builder and the buttons say ----------------------------------------------------------------- */

static void
on_package_saved(GyPackageBuilder *builder, const char *path, GyPackagePage *page)
{
	gy_bench_open(gy_page_bench(GY_PAGE(page)), path);
}

static void
on_busy_changed(GyPackageBuilder *builder, GyPackagePage *page)
{
	gy_page_set_busy(GY_PAGE(page), gy_package_builder_is_busy(builder));
}

static void
on_make(GtkButton *button, GyPackagePage *page)
{
	const char *const paths[] = {gy_bench_package_path(gy_page_bench(GY_PAGE(page))), NULL};

	if (paths[0] && gy_package_page_usual_format())
		gy_package_page_begin_with_files(page, paths);
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
	g_signal_emit_by_name(gy_page_bench(GY_PAGE(page)), "notice", _("Copied"));
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
	GTK_WIDGET_CLASS(gy_package_page_parent_class)->root(widget);
	gy_package_page_add_actions(GY_PACKAGE_PAGE(widget));
}

static void
gy_package_page_unroot(GtkWidget *widget)
{
	gy_package_page_remove_actions(GY_PACKAGE_PAGE(widget));
	GTK_WIDGET_CLASS(gy_package_page_parent_class)->unroot(widget);
}

static void
gy_package_page_constructed(GObject *object)
{
	GyPackagePage *page = GY_PACKAGE_PAGE(object);

	G_OBJECT_CLASS(gy_package_page_parent_class)->constructed(object);
	g_signal_connect_object(gy_page_bench(GY_PAGE(page)), "package-changed",
		G_CALLBACK(on_package_changed), page, (GConnectFlags) 0);
	page->inspection = gy_package_inspection_new(gy_page_bench(GY_PAGE(page)));
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
	g_autoptr(GMenuModel) menu = gy_package_page_new_menu();

	gtk_widget_init_template(GTK_WIDGET(page));
	gtk_menu_button_set_menu_model(page->new_button, menu);
	g_signal_connect(page->make_button, "clicked", G_CALLBACK(on_make), page);
	g_signal_connect(page->builder, "package-saved", G_CALLBACK(on_package_saved), page);
	g_signal_connect(page->builder, "busy-changed", G_CALLBACK(on_busy_changed), page);
}
