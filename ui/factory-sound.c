// SPDX-License-Identifier: Apache-2.0
#include "ui/factory-sound.h"

/* Short enough to be one signal, long enough to be heard as two. */
#define AGAIN_MS 180

static gboolean
beep(gpointer data)
{
	gdk_display_beep(data);
	return G_SOURCE_REMOVE;
}

void
gy_factory_sound(GtkWidget *widget, gboolean is_good)
{
	GdkDisplay *display = gtk_widget_get_display(widget);

	gdk_display_beep(display);
	if (!is_good)
		g_timeout_add_full(G_PRIORITY_DEFAULT, AGAIN_MS, beep, g_object_ref(display), g_object_unref);
}
