// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "engine/file.h"
#include "ui/factory-page-private.h"
#include "ui/model/factory-template.h"
#include "ui/package-chooser.h"
#include "ui/shell.h"

/* ---- station files -------------------------------------------------------------------------------------- */

static void
toast(GyFactoryPage *page, const char *sentence)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(page));

	if (root && GY_IS_SHELL(root))
		gy_shell_toast(GY_SHELL(root), sentence);
}

static void
on_chosen(const char *path, gpointer data)
{
	GyFactoryPage *page = GY_FACTORY_PAGE(data);

	if (!gy_factory_open(page->factory, path, FALSE))
		toast(page, _("Boards are being flashed: wait until they have ended"));
}

static void
open_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gtk_widget_activate_action(data, "win.show-factory", NULL);
	gy_package_choose(data, GTK_FILE_CHOOSER_ACTION_OPEN, _("Open Station"), NULL, "*.station",
		_("Station files"), on_chosen, data);
}

static void
on_named(const char *path, gpointer data)
{
	GyFactoryPage *page = GY_FACTORY_PAGE(data);
	GyBench *bench = gy_page_bench(GY_PAGE(page));
	g_autofree char *name =
		g_str_has_suffix(path, ".station") ? g_strdup(path) : g_strconcat(path, ".station", NULL);
	char *text = gy_factory_template(name, gy_bench_boards(bench), gy_bench_package_path(bench));
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
	g_autoptr(GError) error = NULL;

	if (gy_file_write(name, bytes, 0666, &error))
		gy_factory_open(page->factory, name, FALSE);
	else
		toast(page, error->message);
}

static void
new_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gtk_widget_activate_action(data, "win.show-factory", NULL);
	gy_package_choose(data, GTK_FILE_CHOOSER_ACTION_SAVE, _("New Station"), "line-1.station", "*.station",
		_("Station files"), on_named, data);
}

static void
reload_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_factory_reload(GY_FACTORY_PAGE(data)->factory);
}

static void
close_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_factory_close(GY_FACTORY_PAGE(data)->factory);
}

/* A desktop that has Gantry opens station files with it: what is wanted here is what texts are edited with. */
static gboolean
edit_as_text(const char *uri)
{
	g_autoptr(GAppInfo) editor = g_app_info_get_default_for_type("text/plain", FALSE);
	GList uris = {.data = (gpointer) uri};

	return editor && g_app_info_launch_uris(editor, &uris, NULL, NULL);
}

static void
edit_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyFactoryPage *page = data;
	g_autofree char *uri = g_filename_to_uri(gy_factory_path(page->factory), NULL, NULL);

	if (uri && !edit_as_text(uri))
		gtk_show_uri(GTK_WINDOW(gtk_widget_get_root(data)), uri, GDK_CURRENT_TIME);
}

/* ---- at work -------------------------------------------------------------------------------------------- */

static void
run_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyFactory *factory = GY_FACTORY_PAGE(data)->factory;

	/* the second time it does not wait for those that run */
	if (gy_factory_is_running(factory))
		gy_factory_stop(factory, gy_factory_is_stopping(factory));
	else
		gy_factory_run(factory);
}

static void
start_slots(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_factory_go(GY_FACTORY_PAGE(data)->factory);
}

static void
retry_failed(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_factory_retry_all(GY_FACTORY_PAGE(data)->factory);
}

static void
focus_serial(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gtk_widget_activate_action(data, "win.show-factory", NULL);
	gy_factory_page_focus(data);
}

/* Locks; asks for a PIN where one is needed: to unlock, or where the station has none yet. */
static void
lock_station(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyFactoryPage *page = data;

	gtk_widget_activate_action(data, "win.show-factory", NULL);
	if (gy_factory_is_locked(page->factory))
		gy_factory_page_ask_pin(page, GY_PIN_TO_UNLOCK);
	else if (!gy_factory_has_pin(page->factory))
		gy_factory_page_ask_pin(page, GY_PIN_TO_LOCK);
	else
		gy_factory_lock(page->factory);
}

static void
full_screen(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(data));

	if (gtk_window_is_fullscreen(window))
		gtk_window_unfullscreen(window);
	else
		gtk_window_fullscreen(window);
}

/* ---- the window's actions ------------------------------------------------------------------------------- */

static const GActionEntry actions[] = {
	{"open-station", open_station},
	{"new-station", new_station},
	{"reload-station", reload_station},
	{"close-station", close_station},
	{"edit-station", edit_station},
	{"run-station", run_station},
	{"lock-station", lock_station},
	{"start-slots", start_slots},
	{"retry-failed", retry_failed},
	{"focus-serial", focus_serial},
	{"full-screen", full_screen},
};

static void
enable(GyFactoryPage *page, const char *name, gboolean is_enabled)
{
	GAction *action = page->actions ? g_action_map_lookup_action(page->actions, name) : NULL;

	if (action)
		g_simple_action_set_enabled(G_SIMPLE_ACTION(action), is_enabled);
}

void
gy_factory_page_show_actions(GyFactoryPage *page)
{
	GyFactory *factory = page->factory;
	gboolean is_locked = gy_factory_is_locked(factory);
	gboolean is_loaded = gy_factory_state(factory) == GY_FACTORY_LOADED;
	gboolean is_running = gy_factory_is_running(factory);
	gboolean may_leave = !is_locked && gy_factory_n_busy(factory) == 0;

	enable(page, "open-station", may_leave);
	enable(page, "new-station", may_leave);
	enable(page, "reload-station", may_leave && gy_factory_path(factory));
	enable(page, "close-station", may_leave && gy_factory_path(factory));
	enable(page, "edit-station", !is_locked && gy_factory_path(factory));
	enable(page, "run-station", is_loaded && !is_locked);
	enable(page, "lock-station", is_loaded || is_locked);
	enable(page, "start-slots", is_running);
	enable(page, "retry-failed", is_running);
}

void
gy_factory_page_add_actions(GyFactoryPage *page)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(page));

	if (!root || !G_IS_ACTION_MAP(root))
		return;
	page->actions = G_ACTION_MAP(root);
	page->application = gtk_window_get_application(GTK_WINDOW(root));
	g_action_map_add_action_entries(page->actions, actions, G_N_ELEMENTS(actions), page);
	gy_factory_page_show_actions(page);
}

void
gy_factory_page_remove_actions(GyFactoryPage *page)
{
	for (guint i = 0; page->actions && i < G_N_ELEMENTS(actions); i++)
		g_action_map_remove_action(page->actions, actions[i].name);
	page->actions = NULL;
}
