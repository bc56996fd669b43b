// SPDX-License-Identifier: Apache-2.0
#include "ui/operator-lock.h"

#define PLACE "factory"

typedef struct {
	GyLocked of;
	gboolean is_locked;
	GPtrArray *disabled; /* names of actions that were enabled before */
} Lock;

static void
lock_free(gpointer data)
{
	Lock *lock = data;

	g_ptr_array_unref(lock->disabled);
	g_free(lock);
}

/* What is an operator's. */
static gboolean
stays(const char *action)
{
	static const char *const names[] = {"show-factory", "escape", "lock-station", "start-slots",
		"retry-failed", "focus-serial", "full-screen"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_equal(names[i], action))
			return TRUE;
	return FALSE;
}

static void
set_enabled(Lock *lock, const char *name, gboolean is_enabled)
{
	GAction *action = g_action_map_lookup_action(G_ACTION_MAP(lock->of.window), name);

	if (action && G_IS_SIMPLE_ACTION(action))
		g_simple_action_set_enabled(G_SIMPLE_ACTION(action), is_enabled);
}

static void
disable_actions(Lock *lock)
{
	g_auto(GStrv) names = g_action_group_list_actions(G_ACTION_GROUP(lock->of.window));

	for (guint i = 0; names[i]; i++) {
		if (stays(names[i]) ||
			!g_action_group_get_action_enabled(G_ACTION_GROUP(lock->of.window), names[i]))
			continue;
		set_enabled(lock, names[i], FALSE);
		g_ptr_array_add(lock->disabled, g_strdup(names[i]));
	}
}

static void
enable_actions(Lock *lock)
{
	for (guint i = 0; i < lock->disabled->len; i++)
		set_enabled(lock, g_ptr_array_index(lock->disabled, i), TRUE);
	g_ptr_array_set_size(lock->disabled, 0);
}

/* A place may find that something can be done now: not before the lock is open. */
static void
on_enabled(GActionGroup *group, const char *name, gboolean is_enabled, Lock *lock)
{
	if (lock->is_locked && is_enabled && !stays(name))
		disable_actions(lock);
}

/* A place that is not seen could still be reached by assistive technology. */
static void
set_places(Lock *lock, gboolean is_sensitive)
{
	GtkWidget *factory = gtk_stack_get_child_by_name(lock->of.pages, PLACE);

	for (GtkWidget *page = gtk_widget_get_first_child(GTK_WIDGET(lock->of.pages)); page;
		page = gtk_widget_get_next_sibling(page))
		if (page != factory)
			gtk_widget_set_sensitive(page, is_sensitive);
	/* its key works also where the button is not seen */
	gtk_menu_button_popdown(lock->of.menu);
	gtk_menu_button_set_primary(lock->of.menu, is_sensitive);
	gtk_widget_set_sensitive(lock->of.sidebar, is_sensitive);
	gtk_widget_set_visible(lock->of.sidebar, is_sensitive);
	adw_leaflet_set_can_navigate_back(lock->of.leaflet, is_sensitive);
}

static void
close_dialogs(Lock *lock)
{
	g_autoptr(GList) windows = gtk_window_list_toplevels();

	for (GList *each = windows; each; each = each->next)
		if (gtk_window_get_transient_for(each->data) == GTK_WINDOW(lock->of.window))
			gtk_window_close(each->data);
}

static void
on_changed(GyFactory *factory, Lock *lock)
{
	gboolean is_locked = gy_factory_is_locked(factory);

	if (is_locked == lock->is_locked)
		return;
	lock->is_locked = is_locked;
	if (is_locked) {
		gtk_widget_activate_action(GTK_WIDGET(lock->of.window), "win.show-" PLACE, NULL);
		close_dialogs(lock);
		disable_actions(lock);
	} else {
		enable_actions(lock);
	}
	set_places(lock, !is_locked);
}

void
gy_operator_lock_attach(const GyLocked *locked, GyFactory *factory)
{
	Lock *lock = g_new0(Lock, 1);

	lock->of = *locked;
	lock->disabled = g_ptr_array_new_with_free_func(g_free);
	g_object_set_data_full(G_OBJECT(locked->window), "operator-lock", lock, lock_free);
	g_signal_connect(locked->window, "action-enabled-changed", G_CALLBACK(on_enabled), lock);
	g_signal_connect(factory, "changed", G_CALLBACK(on_changed), lock);
	on_changed(factory, lock);
}
