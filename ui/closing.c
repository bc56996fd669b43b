// SPDX-License-Identifier: Apache-2.0
#include "ui/closing.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* What may run in a window that is to close; it is the window's. */
typedef struct {
	GyBench *bench;
	GyFactory *factory;
} Closing;

static void
closing_free(gpointer data)
{
	Closing *closing = data;

	g_object_unref(closing->bench);
	g_object_unref(closing->factory);
	g_free(closing);
}

static guint
n_running(GyBench *bench, GyFactory *factory)
{
	return gy_bench_n_running(bench) + gy_factory_n_busy(factory);
}

static void
cancel_all(GyBench *bench, GyFactory *factory)
{
	GListModel *flashes = gy_bench_flashes(bench);

	for (guint i = 0; i < g_list_model_get_n_items(flashes); i++) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i);

		/* one that installs can only be left alone, which the engine does when it is told */
		if (gy_flash_is_running(flash))
			gy_job_cancel(gy_flash_job(flash));
	}
	gy_factory_stop(factory, TRUE);
}

static gboolean
destroy_if_idle(GtkWindow *window)
{
	const Closing *closing = g_object_get_data(G_OBJECT(window), "closing");

	if (n_running(closing->bench, closing->factory) > 0)
		return FALSE;
	gtk_window_destroy(window);
	return TRUE;
}

static void
look_again(gpointer data)
{
	g_autoptr(GtkWindow) window = data;

	/* closed already it has nothing left to say */
	if (gtk_widget_get_mapped(GTK_WIDGET(window)))
		destroy_if_idle(window);
}

/* Who tells it has not ended telling: what the window holds must not go before. */
static void
on_flash_ended(GyBench *bench, GyFlash *flash, GtkWindow *window)
{
	g_idle_add_once(look_again, g_object_ref(window));
}

static void
on_totals(GyFactory *factory, GtkWindow *window)
{
	g_idle_add_once(look_again, g_object_ref(window));
}

static void
on_response(AdwMessageDialog *dialog, const char *response, GtkWindow *window)
{
	const Closing *closing = g_object_get_data(G_OBJECT(window), "closing");

	if (!g_str_equal(response, "stop") || destroy_if_idle(window))
		return;
	g_signal_connect_object(
		closing->bench, "flash-ended", G_CALLBACK(on_flash_ended), window, (GConnectFlags) 0);
	g_signal_connect_object(closing->factory, "totals", G_CALLBACK(on_totals), window, (GConnectFlags) 0);
	cancel_all(closing->bench, closing->factory);
}

void
gy_closing_ask(GtkWindow *window, GyBench *bench, GyFactory *factory)
{
	guint n = n_running(bench, factory);
	Closing *closing = g_new0(Closing, 1);
	GtkWidget *dialog = adw_message_dialog_new(window,
		n == 1 ? _("A board is being flashed") : _("Boards are being flashed"),
		_("Stopping leaves each board with the firmware it runs now, unless it is installing "
		  "already: then it "
		  "finishes by itself."));

	closing->bench = g_object_ref(bench);
	closing->factory = g_object_ref(factory);
	g_object_set_data_full(G_OBJECT(window), "closing", closing, closing_free);
	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "keep", _("_Keep Flashing"), "stop", _("_Stop and Close"), NULL);
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "stop", ADW_RESPONSE_DESTRUCTIVE);
	adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "keep");
	adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "keep");
	g_signal_connect_object(dialog, "response", G_CALLBACK(on_response), window, (GConnectFlags) 0);
	gtk_window_present(GTK_WINDOW(dialog));
}
