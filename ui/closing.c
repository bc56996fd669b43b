// SPDX-License-Identifier: Apache-2.0
#include "ui/closing.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

static void
cancel_all(GyBench *bench)
{
	GListModel *flashes = gy_bench_flashes(bench);

	for (guint i = 0; i < g_list_model_get_n_items(flashes); i++) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i);

		/* one that installs can only be left alone, which the engine does when it is told */
		if (gy_flash_is_running(flash))
			gy_job_cancel(gy_flash_job(flash));
	}
}

static void
on_flash_ended(GyBench *bench, GyFlash *flash, GtkWindow *window)
{
	if (gy_bench_n_running(bench) == 0)
		gtk_window_destroy(window);
}

static void
on_response(AdwMessageDialog *dialog, const char *response, GyBench *bench)
{
	GtkWindow *window = gtk_window_get_transient_for(GTK_WINDOW(dialog));

	if (!g_str_equal(response, "stop"))
		return;
	if (gy_bench_n_running(bench) == 0) {
		gtk_window_destroy(window);
		return;
	}
	g_signal_connect_object(bench, "flash-ended", G_CALLBACK(on_flash_ended), window, (GConnectFlags) 0);
	cancel_all(bench);
}

void
gy_closing_ask(GtkWindow *window, GyBench *bench)
{
	guint n = gy_bench_n_running(bench);
	GtkWidget *dialog = adw_message_dialog_new(window,
		n == 1 ? _("A board is being flashed") : _("Boards are being flashed"),
		_("Stopping leaves each board with the firmware it runs now, unless it is installing "
		  "already: then it "
		  "finishes by itself."));

	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "keep", _("_Keep Flashing"), "stop", _("_Stop and Close"), NULL);
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "stop", ADW_RESPONSE_DESTRUCTIVE);
	adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "keep");
	adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "keep");
	g_signal_connect_object(dialog, "response", G_CALLBACK(on_response), bench, (GConnectFlags) 0);
	gtk_window_present(GTK_WINDOW(dialog));
}
