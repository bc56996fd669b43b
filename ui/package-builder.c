// SPDX-License-Identifier: Apache-2.0
#include "ui/package-builder.h"

#include <glib/gi18n-lib.h>

#include "ui/model/error-words.h"
#include "ui/model/package-build.h"
#include "ui/model/package-command.h"
#include "ui/model/package-preview.h"
#include "ui/model/package-words.h"
#include "ui/package-chooser.h"
#include "ui/package-finding.h"
#include "ui/package-form.h"
#include "ui/package-passphrase.h"
#include "ui/package-view.h"

struct _GyPackageBuilder {
	AdwBin parent;

	AdwLeaflet *sides;
	GtkWidget *switcher;
	GtkToggleButton *recipe_button;
	GtkToggleButton *result_button;
	GtkWidget *form_side;
	GtkWidget *result_side;
	AdwBin *form_place;
	GtkLabel *missing;
	AdwBin *error_place;
	GtkSpinner *preview_spinner;
	GyPackageView *view;
	GtkWidget *status_line;
	GtkLabel *status;
	GtkSpinner *spinner;
	GtkWidget *cancel_button;
	GtkWidget *show_button;
	GtkWidget *save_button;

	guint folding;
	GyPackageRecipe *recipe;
	GyPackagePreview *preview;
	GCancellable *saving; /* unless NULL */
	GError *save_error;   /* of the last time, until something changes */
	char *saved_path;
	char *saving_path;
};

G_DEFINE_FINAL_TYPE(GyPackageBuilder, gy_package_builder, ADW_TYPE_BIN)

enum { SIGNAL_PACKAGE_SAVED, SIGNAL_BUSY_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- the result as it would be -------------------------------------------------------------------------- */

static void
show_missing(GyPackageBuilder *builder)
{
	const char *missing = gy_package_preview_missing(builder->preview);

	gtk_label_set_label(builder->missing, missing ? missing : "");
	gtk_widget_set_visible(GTK_WIDGET(builder->missing), missing != NULL);
}

static void
show_error(GyPackageBuilder *builder)
{
	const GError *error =
		builder->save_error ? builder->save_error : gy_package_preview_error(builder->preview);

	/* in this order: what is put into a hidden place gets neither its style nor a place on the accessibility bus */
	gtk_widget_set_visible(GTK_WIDGET(builder->error_place), error != NULL);
	adw_bin_set_child(builder->error_place, error ? gy_package_error_widget_new(error) : NULL);
}

static void
show_save(GyPackageBuilder *builder)
{
	const GError *error = gy_package_preview_error(builder->preview);
	g_autofree char *headline = error ? gy_error_headline(error) : NULL;
	const char *missing = gy_package_preview_missing(builder->preview);
	const char *why_not = builder->saving ? _("The package is being built")
			      : missing       ? missing
					      : headline;

	gtk_widget_set_sensitive(builder->save_button, !why_not);
	gtk_widget_set_tooltip_text(builder->save_button, why_not);
}

static void
on_preview_changed(GyPackagePreview *preview, GyPackageBuilder *builder)
{
	g_autofree char *summary = gy_package_preview_summary(preview);

	gtk_spinner_set_spinning(builder->preview_spinner, gy_package_preview_is_busy(preview));
	show_missing(builder);
	show_error(builder);
	show_save(builder);
	/* what is there stays until the next one is: no flicker at each letter */
	if (gy_package_preview_is_busy(preview))
		return;
	gy_package_view_show(builder->view, gy_package_preview_package(preview), summary, NULL,
		gy_package_preview_findings(preview));
}

/* ---- status line ---------------------------------------------------------------------------------------- */

static void
set_status(GyPackageBuilder *builder, const char *text)
{
	gtk_label_set_label(builder->status, text);
	gtk_widget_set_visible(builder->status_line, *text != '\0');
	gtk_spinner_set_spinning(builder->spinner, builder->saving != NULL);
	gtk_widget_set_visible(GTK_WIDGET(builder->spinner), builder->saving != NULL);
	gtk_widget_set_visible(builder->cancel_button, builder->saving != NULL);
	gtk_widget_set_visible(builder->show_button, builder->saved_path && !builder->saving);
	show_save(builder);
}

static void
set_saving(GyPackageBuilder *builder, GCancellable *saving)
{
	g_set_object(&builder->saving, saving);
	g_signal_emit(builder, signals[SIGNAL_BUSY_CHANGED], 0);
}

static void
on_recipe_changed(GyPackageRecipe *recipe, GyPackageBuilder *builder)
{
	g_clear_error(&builder->save_error);
	if (builder->saving)
		return;
	g_clear_pointer(&builder->saved_path, g_free);
	set_status(builder, "");
}

/* ---- saving --------------------------------------------------------------------------------------------- */

static void
on_recipe_chosen(const char *path, gpointer data)
{
	GyPackageBuilder *builder = data;
	g_autofree char *whole =
		gy_package_recipe_is_name(path) ? g_strdup(path) : g_strconcat(path, ".gantry", NULL);
	g_autofree char *name = g_filename_display_basename(whole);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	if (!builder->recipe)
		return;
	if (!gy_package_recipe_save(builder->recipe, whole, &error)) {
		builder->save_error = g_steal_pointer(&error);
		show_error(builder);
		return;
	}
	text = g_strdup_printf(_("Recipe saved as %s"), name);
	set_status(builder, text);
}

void
gy_package_builder_save_recipe(GyPackageBuilder *builder)
{
	if (!builder->recipe)
		return;
	if (gy_package_recipe_path(builder->recipe))
		on_recipe_chosen(gy_package_recipe_path(builder->recipe), builder);
	else
		gy_package_choose(GTK_WIDGET(builder), GTK_FILE_CHOOSER_ACTION_SAVE, _("Save Recipe"),
			"update.gantry", "*.gantry", _("Recipes"), on_recipe_chosen, G_OBJECT(builder));
}

static void
on_saved(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GyPackageBuilder) builder = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackageBuilt) built = gy_package_build_finish(result, &error);
	g_autofree char *name = g_filename_display_basename(builder->saving_path);
	g_autofree char *summary =
		built ? gy_package_summary(built->package, &(GyPackageSituation){NULL, NULL, FALSE}) : NULL;
	g_autofree char *text = NULL;

	set_saving(builder, NULL);
	if (built) {
		builder->saved_path = g_strdup(builder->saving_path);
		/* Translators: update.fwpkg is saved: 1 image, 18.6 KiB, signed */
		text = g_strdup_printf(_("%1$s is saved: %2$s"), name, summary);
	} else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		text = g_strdup(_("Cancelled; nothing was written"));
	} else {
		text = g_strdup(_("Not saved"));
		builder->save_error = g_steal_pointer(&error);
		adw_leaflet_set_visible_child(builder->sides, builder->result_side);
	}
	if (!builder->recipe)
		return;
	set_status(builder, text);
	show_error(builder);
}

static void
on_question(GyPackageQuestion *question, gpointer data)
{
	gy_package_passphrase_ask(data, question);
}

static void
on_package_chosen(const char *path, gpointer data)
{
	GyPackageBuilder *builder = data;
	g_autoptr(GCancellable) saving = g_cancellable_new();

	if (!builder->recipe || builder->saving)
		return;
	gy_package_recipe_set_output(builder->recipe, path);
	g_free(builder->saving_path);
	builder->saving_path = g_strdup(path);
	g_clear_error(&builder->save_error);
	g_clear_pointer(&builder->saved_path, g_free);
	set_saving(builder, saving);
	show_error(builder);
	set_status(builder, _("Building the package…"));
	gy_package_save_async(
		builder->recipe, path, on_question, builder, saving, on_saved, g_object_ref(builder));
}

void
gy_package_builder_save_package(GyPackageBuilder *builder)
{
	const char *output = builder->recipe ? gy_package_recipe_output(builder->recipe) : NULL;
	const char *usual;
	g_autofree char *name = NULL;
	g_autofree char *pattern = NULL;

	if (!builder->recipe || !gtk_widget_get_sensitive(builder->save_button))
		return;
	usual = gy_format_file_name(gy_package_recipe_format(builder->recipe));
	name = output ? g_path_get_basename(output) : g_strdup(usual);
	pattern = g_strconcat("*", strrchr(usual, '.'), NULL);
	gy_package_choose(GTK_WIDGET(builder), GTK_FILE_CHOOSER_ACTION_SAVE, _("Save Package"), name, pattern,
		_("Upgrade packages"), on_package_chosen, G_OBJECT(builder));
}

gboolean
gy_package_builder_is_busy(GyPackageBuilder *builder)
{
	return builder->saving != NULL;
}

gboolean
gy_package_builder_cancel(GyPackageBuilder *builder)
{
	if (!builder->saving)
		return FALSE;
	g_cancellable_cancel(builder->saving);
	return TRUE;
}

void
gy_package_builder_copy_command(GyPackageBuilder *builder)
{
	g_autofree char *line = builder->recipe ? gy_package_command(builder->recipe) : NULL;

	if (!line)
		return;
	gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(builder)), line);
	set_status(builder, _("The command was copied"));
}

/* ---- buttons and sides ---------------------------------------------------------------------------------- */

static void
on_cancel(GtkButton *button, GyPackageBuilder *builder)
{
	gy_package_builder_cancel(builder);
}

static void
on_save(GtkButton *button, GyPackageBuilder *builder)
{
	gy_package_builder_save_package(builder);
}

static void
on_show(GtkButton *button, GyPackageBuilder *builder)
{
	g_autofree char *path = g_strdup(builder->saved_path);

	g_signal_emit(builder, signals[SIGNAL_PACKAGE_SAVED], 0, path);
}

/* What is folded away keeps its place in the tree that is read out: it has to be told apart. */
static void
tell_side(GyPackageBuilder *builder, GtkWidget *side)
{
	gboolean is_hidden = adw_leaflet_get_folded(builder->sides) &&
			     adw_leaflet_get_visible_child(builder->sides) != side;

	gtk_accessible_update_state(GTK_ACCESSIBLE(side), GTK_ACCESSIBLE_STATE_HIDDEN, is_hidden, -1);
}

static gboolean
on_switcher(gpointer data)
{
	GyPackageBuilder *builder = data;

	builder->folding = 0;
	tell_side(builder, builder->form_side);
	tell_side(builder, builder->result_side);
	gtk_widget_set_visible(builder->switcher, adw_leaflet_get_folded(builder->sides));
	return G_SOURCE_REMOVE;
}

/* Side by side as long as there is room; else one of them. It is told while places are given out, when none may change. */
static void
on_folded(AdwLeaflet *sides, GParamSpec *spec, GyPackageBuilder *builder)
{
	if (!builder->folding)
		builder->folding = g_idle_add(on_switcher, builder);
}

static void
on_side(GtkToggleButton *button, GyPackageBuilder *builder)
{
	if (gtk_toggle_button_get_active(button))
		adw_leaflet_set_visible_child(builder->sides,
			button == builder->recipe_button ? builder->form_side : builder->result_side);
}

static void
on_visible_side(AdwLeaflet *sides, GParamSpec *spec, GyPackageBuilder *builder)
{
	gboolean is_form = adw_leaflet_get_visible_child(sides) == builder->form_side;

	gtk_toggle_button_set_active(is_form ? builder->recipe_button : builder->result_button, TRUE);
	tell_side(builder, builder->form_side);
	tell_side(builder, builder->result_side);
}

/* ---- the recipe ----------------------------------------------------------------------------------------- */

static void
drop_recipe(GyPackageBuilder *builder)
{
	gy_package_builder_cancel(builder);
	if (builder->recipe)
		g_signal_handlers_disconnect_by_data(builder->recipe, builder);
	if (builder->preview)
		g_signal_handlers_disconnect_by_data(builder->preview, builder);
	g_clear_object(&builder->preview);
	g_clear_object(&builder->recipe);
	g_clear_error(&builder->save_error);
	g_clear_pointer(&builder->saved_path, g_free);
}

void
gy_package_builder_set_recipe(GyPackageBuilder *builder, GyPackageRecipe *recipe)
{
	drop_recipe(builder);
	adw_bin_set_child(builder->form_place, recipe ? gy_package_form_new(recipe) : NULL);
	if (!recipe)
		return;
	builder->recipe = g_object_ref(recipe);
	builder->preview = gy_package_preview_new(recipe);
	g_signal_connect(recipe, "changed", G_CALLBACK(on_recipe_changed), builder);
	g_signal_connect(builder->preview, "changed", G_CALLBACK(on_preview_changed), builder);
	adw_leaflet_set_visible_child(builder->sides, builder->form_side);
	gy_package_view_show(builder->view, NULL, NULL, NULL, NULL);
	set_status(builder, "");
	on_preview_changed(builder->preview, builder);
}

GyPackageRecipe *
gy_package_builder_recipe(GyPackageBuilder *builder)
{
	return builder->recipe;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_builder_dispose(GObject *object)
{
	GyPackageBuilder *builder = GY_PACKAGE_BUILDER(object);

	drop_recipe(builder);
	g_clear_handle_id(&builder->folding, g_source_remove);
	g_clear_object(&builder->saving);
	gtk_widget_dispose_template(GTK_WIDGET(builder), GY_TYPE_PACKAGE_BUILDER);
	G_OBJECT_CLASS(gy_package_builder_parent_class)->dispose(object);
}

static void
gy_package_builder_finalize(GObject *object)
{
	g_free(GY_PACKAGE_BUILDER(object)->saving_path);
	g_free(GY_PACKAGE_BUILDER(object)->saved_path);
	G_OBJECT_CLASS(gy_package_builder_parent_class)->finalize(object);
}

static void
bind_children(GtkWidgetClass *widget)
{
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, sides);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, switcher);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, recipe_button);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, result_button);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, form_side);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, result_side);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, form_place);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, missing);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, error_place);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, preview_spinner);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, view);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, status_line);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, status);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, spinner);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, cancel_button);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, show_button);
	gtk_widget_class_bind_template_child(widget, GyPackageBuilder, save_button);
}

static void
gy_package_builder_class_init(GyPackageBuilderClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_package_builder_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_package_builder_finalize;
	signals[SIGNAL_PACKAGE_SAVED] = g_signal_new(
		"package-saved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
	signals[SIGNAL_BUSY_CHANGED] =
		g_signal_new("busy-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	g_type_ensure(GY_TYPE_PACKAGE_VIEW);
	gtk_widget_class_set_template_from_resource(
		widget, "/io/github/gantryfw/Gantry/ui/package-builder.ui");
	bind_children(widget);
}

static void
gy_package_builder_init(GyPackageBuilder *builder)
{
	gtk_widget_init_template(GTK_WIDGET(builder));
	gy_package_view_set_compact(builder->view, TRUE);
	g_signal_connect(builder->cancel_button, "clicked", G_CALLBACK(on_cancel), builder);
	g_signal_connect(builder->save_button, "clicked", G_CALLBACK(on_save), builder);
	g_signal_connect(builder->show_button, "clicked", G_CALLBACK(on_show), builder);
	g_signal_connect(builder->sides, "notify::folded", G_CALLBACK(on_folded), builder);
	g_signal_connect(builder->sides, "notify::visible-child", G_CALLBACK(on_visible_side), builder);
	g_signal_connect(builder->recipe_button, "toggled", G_CALLBACK(on_side), builder);
	g_signal_connect(builder->result_button, "toggled", G_CALLBACK(on_side), builder);
	on_folded(builder->sides, NULL, builder);
}
