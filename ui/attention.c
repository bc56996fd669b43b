// SPDX-License-Identifier: Apache-2.0
#include "ui/attention.h"

#include <glib/gi18n-lib.h>

#define FLASH   "flash"
#define FACTORY "factory"

typedef struct {
	GtkWindow *window;
	GSettings *settings;
	guint cookie; /* 0: nothing is inhibited */
} Attention;

static void
attention_free(gpointer data)
{
	Attention *attention = data;

	g_object_unref(attention->settings);
	g_free(attention);
}

static void
on_started(GyBench *bench, GyFlash *flash, GtkWindow *window)
{
	Attention *attention = g_object_get_data(G_OBJECT(window), "attention");

	if (attention->cookie || !g_settings_get_boolean(attention->settings, "keep-awake"))
		return;
	attention->cookie = gtk_application_inhibit(gtk_window_get_application(window), window,
		GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_LOGOUT,
		_("A board is being flashed"));
}

/* @place: also the notification's name: a newer one takes the place of the last */
static void
notify(GtkWindow *window, const char *place, const char *headline, const char *body)
{
	g_autoptr(GNotification) notification = g_notification_new(headline);
	g_autofree char *action = g_strconcat("app.show-", place, NULL);

	if (gtk_window_is_active(window))
		return;
	if (*body)
		g_notification_set_body(notification, body);
	g_notification_set_default_action(notification, action);
	g_application_send_notification(
		G_APPLICATION(gtk_window_get_application(window)), place, notification);
}

static void
on_station_ended(GyFactory *factory, const char *headline, const char *body, GtkWindow *window)
{
	notify(window, FACTORY, headline, body);
}

static void
on_ended(GyBench *bench, GyFlash *flash, GtkWindow *window)
{
	Attention *attention = g_object_get_data(G_OBJECT(window), "attention");

	g_autofree char *headline = gy_flash_headline(flash);
	g_autofree char *truth = gy_flash_truth(flash);

	notify(window, FLASH, headline, truth);
	if (attention->cookie && gy_bench_n_running(bench) == 0) {
		gtk_application_uninhibit(gtk_window_get_application(window), attention->cookie);
		attention->cookie = 0;
	}
}

static void
on_active(GtkWindow *window, GParamSpec *spec, gpointer data)
{
	GApplication *application = G_APPLICATION(gtk_window_get_application(window));

	if (!application || !gtk_window_is_active(window))
		return;
	g_application_withdraw_notification(application, FLASH);
	g_application_withdraw_notification(application, FACTORY);
}

void
gy_attention_watch(GtkWindow *window, GyBench *bench, GyFactory *factory, GSettings *settings)
{
	Attention *attention = g_new0(Attention, 1);

	attention->window = window;
	attention->settings = g_object_ref(settings);
	g_object_set_data_full(G_OBJECT(window), "attention", attention, attention_free);
	g_signal_connect_object(bench, "flash-started", G_CALLBACK(on_started), window, (GConnectFlags) 0);
	g_signal_connect_object(bench, "flash-ended", G_CALLBACK(on_ended), window, (GConnectFlags) 0);
	g_signal_connect_object(factory, "ended", G_CALLBACK(on_station_ended), window, (GConnectFlags) 0);
	g_signal_connect(window, "notify::is-active", G_CALLBACK(on_active), NULL);
}
