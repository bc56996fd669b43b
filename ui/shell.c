// SPDX-License-Identifier: Apache-2.0
#include "ui/shell.h"

#include <glib/gi18n-lib.h>

#include "ui/about.h"
#include "ui/attention.h"
#include "ui/closing.h"
#include "ui/console-page.h"
#include "ui/devices-page.h"
#include "ui/factory-page.h"
#include "ui/file-drop.h"
#include "ui/flash-page.h"
#include "ui/history-page.h"
#include "ui/operator-lock.h"
#include "ui/package-page.h"
#include "ui/place-row.h"
#include "ui/preferences.h"

struct _GyShell {
	AdwApplicationWindow parent;

	AdwToastOverlay *toasts;
	AdwLeaflet *leaflet;
	GtkWidget *sidebar;
	GtkMenuButton *menu_button;
	GtkListBox *places;
	GtkStack *pages;
	GtkWidget *drop_hint;
	GtkLabel *drop_text;

	GyBench *bench;
	GSettings *settings;
	GtkFileChooserNative *chooser; /* nobody else keeps it alive */
};

G_DEFINE_FINAL_TYPE(GyShell, gy_shell, ADW_TYPE_APPLICATION_WINDOW)

enum { PROP_0, PROP_IS_FOLDED, N_PROPS };

static GParamSpec *props[N_PROPS];

/* In the order of work, which is that of the sidebar and of Alt+1, Alt+2, ... */
static const struct {
	const char *name;
	const char *title;
	const char *icon;
	GType (*type)(void);
} all_places[] = {
	{"devices", N_("Devices"), "gantry-board-symbolic", gy_devices_page_get_type},
	{"package", N_("Package"), "gantry-package-symbolic", gy_package_page_get_type},
	{"flash", N_("Flash"), "gantry-flash-symbolic", gy_flash_page_get_type},
	{"factory", N_("Factory"), "gantry-station-symbolic", gy_factory_page_get_type},
	{"console", N_("Console"), "gantry-console-symbolic", gy_console_page_get_type},
	{"history", N_("History"), "gantry-history-symbolic", gy_history_page_get_type},
};

static const char *const package_patterns[] = {
	"*.fwpkg", "*.bin", "*.zip", "*.img", "*.xz", "*.diff", "*.json", "*.gantry"};

/* ---- places --------------------------------------------------------------------------------------------- */

static GyPage *
current_page(GyShell *shell)
{
	return GY_PAGE(gtk_stack_get_visible_child(shell->pages));
}

static GyFactory *
factory_of(GyShell *shell)
{
	GtkWidget *page = gtk_stack_get_child_by_name(shell->pages, "factory");

	return gy_factory_page_factory(GY_FACTORY_PAGE(page));
}

void
gy_shell_show_place(GyShell *shell, const char *place)
{
	if (gy_factory_is_locked(factory_of(shell)) && !g_str_equal(place, "factory"))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(all_places); i++)
		if (g_str_equal(all_places[i].name, place)) {
			gtk_list_box_select_row(
				shell->places, gtk_list_box_get_row_at_index(shell->places, (int) i));
			adw_leaflet_set_visible_child(shell->leaflet, GTK_WIDGET(shell->pages));
			return;
		}
}

static void
on_row_selected(GtkListBox *list, GtkListBoxRow *row, GyShell *shell)
{
	const char *name;

	if (!row)
		return;
	name = all_places[gtk_list_box_row_get_index(row)].name;
	gtk_stack_set_visible_child_name(shell->pages, name);
	g_settings_set_string(shell->settings, "place", name);
}

static void
on_row_activated(GtkListBox *list, GtkListBoxRow *row, GyShell *shell)
{
	adw_leaflet_set_visible_child(shell->leaflet, GTK_WIDGET(shell->pages));
}

static void
on_folded(GObject *leaflet, GParamSpec *spec, GyShell *shell)
{
	g_object_notify_by_pspec(G_OBJECT(shell), props[PROP_IS_FOLDED]);
}

static void
fill_places(GyShell *shell)
{
	for (guint i = 0; i < G_N_ELEMENTS(all_places); i++) {
		GyPage *page = g_object_new(
			all_places[i].type(), "bench", shell->bench, "settings", shell->settings, NULL);
		GtkWidget *row = gy_place_row_new(_(all_places[i].title), all_places[i].icon, page);

		gtk_stack_add_named(shell->pages, GTK_WIDGET(page), all_places[i].name);
		gtk_list_box_append(shell->places, row);
	}
}

/* ---- actions, each without a parameter: menu, key, accessibility bus and tests reach the same -------------- */

static void
show_place(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_shell_show_place(data, g_action_get_name(G_ACTION(action)) + strlen("show-"));
}

static void
show_sidebar(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyShell *shell = data;

	if (adw_leaflet_get_folded(shell->leaflet))
		adw_leaflet_set_visible_child(shell->leaflet, shell->sidebar);
	gtk_widget_child_focus(shell->sidebar, GTK_DIR_TAB_FORWARD);
}

static void
rescan(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_bench_rescan(GY_SHELL(data)->bench);
}

static void
search(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_page_search(current_page(data));
}

static void
copy(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_page_copy(current_page(data));
}

static void
escape(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_page_escape(current_page(data));
}

static void
preferences(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gtk_window_present(gy_preferences_new(data, GY_SHELL(data)->settings));
}

static void
about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gtk_window_present(gy_about_new(data));
}

static void
close_window(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gtk_window_close(data);
}

void
gy_shell_toast(GyShell *shell, const char *text)
{
	g_autofree char *markup = g_markup_escape_text(text, -1);

	adw_toast_overlay_add_toast(shell->toasts, adw_toast_new(markup));
}

/* ---- opening -------------------------------------------------------------------------------------------- */

static gboolean
take_station(GyShell *shell, const char *path)
{
	GtkWidget *page = gtk_stack_get_child_by_name(shell->pages, "factory");

	if (!gy_factory_page_take(GY_FACTORY_PAGE(page), path))
		return FALSE;
	gy_shell_show_place(shell, "factory");
	return TRUE;
}

/* Recipes, and images that become one, are not for flashing. */
static gboolean
take_for_making(GyShell *shell, const char *const *paths)
{
	GtkWidget *page = gtk_stack_get_child_by_name(shell->pages, "package");

	if (!gy_package_page_take(GY_PACKAGE_PAGE(page), paths))
		return FALSE;
	gy_shell_show_place(shell, "package");
	return TRUE;
}

void
gy_shell_open(GyShell *shell, GFile *file)
{
	g_autofree char *path = g_file_get_path(file);
	g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;

	if (!path) {
		gy_shell_toast(shell, _("Only files on this computer can be opened"));
		return;
	}
	if (gy_factory_is_locked(factory_of(shell)) || take_station(shell, path) ||
		take_for_making(shell, (const char *const[]){path, NULL}))
		return;
	gy_bench_open(shell->bench, path);
	g_settings_set_string(shell->settings, "last-folder", folder);
	g_settings_set_string(shell->settings, "last-package", path);
}

static void
on_chosen(GtkNativeDialog *chooser, int response, GyShell *shell)
{
	g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser));

	if (response == GTK_RESPONSE_ACCEPT && file)
		gy_shell_open(shell, file);
	g_clear_object(&shell->chooser);
}

static void
add_filters(GtkFileChooser *chooser)
{
	g_autoptr(GtkFileFilter) packages = gtk_file_filter_new();
	g_autoptr(GtkFileFilter) all = gtk_file_filter_new();

	gtk_file_filter_set_name(packages, _("Upgrade packages"));
	for (guint i = 0; i < G_N_ELEMENTS(package_patterns); i++)
		gtk_file_filter_add_pattern(packages, package_patterns[i]);
	gtk_file_filter_set_name(all, _("All files"));
	gtk_file_filter_add_pattern(all, "*");
	gtk_file_chooser_add_filter(chooser, packages);
	gtk_file_chooser_add_filter(chooser, all);
}

static void
open_package(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyShell *shell = data;
	g_autofree char *folder = g_settings_get_string(shell->settings, "last-folder");
	g_autoptr(GFile) start = *folder ? g_file_new_for_path(folder) : NULL;

	if (shell->chooser)
		return;
	shell->chooser = gtk_file_chooser_native_new(
		_("Open Package"), GTK_WINDOW(shell), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
	add_filters(GTK_FILE_CHOOSER(shell->chooser));
	if (start)
		gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(shell->chooser), start, NULL);
	g_signal_connect(shell->chooser, "response", G_CALLBACK(on_chosen), shell);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(shell->chooser));
}

gboolean
gy_shell_open_files(GyShell *shell, GSList *files)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

	for (GSList *file = files; file; file = file->next)
		if (g_file_peek_path(file->data))
			g_ptr_array_add(paths, g_file_get_path(file->data));
	g_ptr_array_add(paths, NULL);
	/* a drop on a widget within is none of the window's: nobody tells it that it is over */
	gtk_widget_hide(shell->drop_hint);
	if (gy_factory_is_locked(factory_of(shell)) || take_station(shell, paths->pdata[0]) ||
		take_for_making(shell, (const char *const *) paths->pdata))
		return FALSE;
	gy_shell_open(shell, files->data);
	return TRUE;
}

void
gy_shell_hint_drop(GyShell *shell, const char *text)
{
	gtk_label_set_label(shell->drop_text, text ? text : _("Drop to check this package"));
}

static void
on_hover(GtkWidget *widget, gboolean is_over, gpointer data)
{
	gy_shell_hint_drop(data, NULL);
	gtk_widget_set_visible(GY_SHELL(data)->drop_hint, is_over);
}

static void
on_drop(GtkWidget *widget, GSList *files, gpointer data)
{
	GyShell *shell = data;
	gboolean stays = g_str_equal(gtk_stack_get_visible_child_name(shell->pages), "flash");

	/* who is about to flash sees there what the package is */
	if (gy_shell_open_files(shell, files) && !stays)
		gy_shell_show_place(shell, "package");
}

static void
simulate(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_bench_simulate(GY_SHELL(data)->bench, NULL);
}

static void
start(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyShell *shell = data;
	const char *why = NULL;

	gy_shell_show_place(shell, "flash");
	if (!gy_bench_can_start(shell->bench, &why))
		gy_shell_toast(shell, why ? why : _("There is nothing to flash"));
	else
		gy_bench_start(shell->bench);
}

static void
on_notice(GyBench *bench, const char *sentence, GyShell *shell)
{
	gy_shell_toast(shell, sentence);
}

/* What is wrong with a file is told wherever people are; the page of the package has it in full. */
static void
on_package_changed(GyBench *bench, GyShell *shell)
{
	g_autofree char *summary = NULL;

	if (gy_bench_package_state(bench) != GY_LOAD_FAILED || GY_IS_PACKAGE_PAGE(current_page(shell)))
		return;
	summary = gy_bench_package_summary(bench);
	gy_shell_toast(shell, summary);
}

static gboolean
gy_shell_close_request(GtkWindow *window)
{
	GyShell *shell = GY_SHELL(window);
	GyFactory *factory = factory_of(shell);

	if (gy_factory_is_locked(factory))
		return TRUE;
	if (gy_bench_n_running(shell->bench) == 0 && gy_factory_n_busy(factory) == 0)
		return GTK_WINDOW_CLASS(gy_shell_parent_class)->close_request(window);
	gy_closing_ask(window, shell->bench, factory);
	return TRUE;
}

static const GActionEntry actions[] = {
	{"show-devices", show_place},
	{"show-package", show_place},
	{"show-flash", show_place},
	{"show-factory", show_place},
	{"show-console", show_place},
	{"show-history", show_place},
	{"show-sidebar", show_sidebar},
	{"open", open_package},
	{"simulate", simulate},
	{"start", start},
	{"rescan", rescan},
	{"search", search},
	{"copy-details", copy},
	{"escape", escape},
	{"preferences", preferences},
	{"about", about},
	{"close", close_window},
};

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
remember_size(GyShell *shell)
{
	g_settings_bind(shell->settings, "window-width", shell, "default-width", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(shell->settings, "window-height", shell, "default-height", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(shell->settings, "window-maximized", shell, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static void
gy_shell_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	switch (id) {
	case PROP_IS_FOLDED:
		g_value_set_boolean(value, adw_leaflet_get_folded(GY_SHELL(object)->leaflet));
		break;
	default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
}

static void
gy_shell_dispose(GObject *object)
{
	GyShell *shell = GY_SHELL(object);

	gtk_widget_dispose_template(GTK_WIDGET(shell), GY_TYPE_SHELL);
	g_clear_object(&shell->chooser);
	g_clear_object(&shell->bench);
	g_clear_object(&shell->settings);
	G_OBJECT_CLASS(gy_shell_parent_class)->dispose(object);
}

static void
gy_shell_class_init(GyShellClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	object->get_property = gy_shell_get_property;
	object->dispose = gy_shell_dispose;
	GTK_WINDOW_CLASS(class)->close_request = gy_shell_close_request;
	props[PROP_IS_FOLDED] = g_param_spec_boolean(
		"is-folded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
	g_object_class_install_properties(object, N_PROPS, props);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/shell.ui");
	gtk_widget_class_bind_template_child(widget, GyShell, toasts);
	gtk_widget_class_bind_template_child(widget, GyShell, leaflet);
	gtk_widget_class_bind_template_child(widget, GyShell, sidebar);
	gtk_widget_class_bind_template_child(widget, GyShell, menu_button);
	gtk_widget_class_bind_template_child(widget, GyShell, places);
	gtk_widget_class_bind_template_child(widget, GyShell, pages);
	gtk_widget_class_bind_template_child(widget, GyShell, drop_hint);
	gtk_widget_class_bind_template_child(widget, GyShell, drop_text);
}

static void
gy_shell_init(GyShell *shell)
{
	gtk_widget_init_template(GTK_WIDGET(shell));
	g_action_map_add_action_entries(G_ACTION_MAP(shell), actions, G_N_ELEMENTS(actions), shell);
	g_signal_connect(shell->leaflet, "notify::folded", G_CALLBACK(on_folded), shell);
}

static const GyFileDropFuncs drop_funcs = {on_hover, on_drop};

GyShell *
gy_shell_new(AdwApplication *application, GyBench *bench, GSettings *settings)
{
	GyShell *shell = g_object_new(GY_TYPE_SHELL, "application", application, NULL);
	g_autofree char *place = g_settings_get_string(settings, "place");
	g_autofree char *package = g_settings_get_string(settings, "last-package");

	shell->bench = g_object_ref(bench);
	shell->settings = g_object_ref(settings);
	remember_size(shell);
	fill_places(shell);
	g_signal_connect(shell->places, "row-selected", G_CALLBACK(on_row_selected), shell);
	g_signal_connect(shell->places, "row-activated", G_CALLBACK(on_row_activated), shell);
	g_signal_connect_object(bench, "notice", G_CALLBACK(on_notice), shell, (GConnectFlags) 0);
	g_signal_connect_object(
		bench, "package-changed", G_CALLBACK(on_package_changed), shell, (GConnectFlags) 0);
	gy_attention_watch(GTK_WINDOW(shell), bench, factory_of(shell), settings);
	gy_file_drop_attach(GTK_WIDGET(shell), &drop_funcs, shell);
	gy_operator_lock_attach(&(GyLocked){GTK_APPLICATION_WINDOW(shell), shell->leaflet, shell->sidebar,
					shell->menu_button, shell->pages},
		factory_of(shell));
	gy_shell_show_place(shell, all_places[0].name);
	gy_shell_show_place(shell, place);
	if (gy_bench_package_state(bench) == GY_LOAD_EMPTY)
		gy_bench_open_again(bench, package);
	return shell;
}
