// SPDX-License-Identifier: Apache-2.0
#include "ui/about.h"

#include <glib/gi18n-lib.h>
#include <sys/utsname.h>

#include "ui/settings.h"

static char *
debug_info(GtkWindow *parent)
{
	struct utsname system = {0};
	GtkNative *native = gtk_widget_get_native(GTK_WIDGET(parent));
	GskRenderer *renderer = native ? gtk_native_get_renderer(native) : NULL;

	uname(&system);
	return g_strdup_printf("Gantry %s\nGTK %u.%u.%u\nlibadwaita %u.%u.%u\nGLib %u.%u.%u\n%s %s %s\n"
			       "Display: %s\nRenderer: %s\nLanguage: %s\n",
		GANTRY_VERSION, gtk_get_major_version(), gtk_get_minor_version(), gtk_get_micro_version(),
		adw_get_major_version(), adw_get_minor_version(), adw_get_micro_version(), glib_major_version,
		glib_minor_version, glib_micro_version, system.sysname, system.release, system.machine,
		G_OBJECT_TYPE_NAME(gtk_widget_get_display(GTK_WIDGET(parent))),
		renderer ? G_OBJECT_TYPE_NAME(renderer) : "none", g_get_language_names()[0]);
}

GtkWindow *
gy_about_new(GtkWindow *parent)
{
	g_autofree char *info = debug_info(parent);

	return g_object_new(ADW_TYPE_ABOUT_WINDOW, "transient-for", parent, "modal", TRUE, "application-name",
		_("Gantry"), "application-icon", GY_APPLICATION_ID, "version", GANTRY_VERSION,
		"developer-name", _("The Gantry authors"), "comments",
		_("Builds, checks and flashes firmware upgrade packages."), "license-type",
		GTK_LICENSE_APACHE_2_0, "debug-info", info, "debug-info-filename", "gantry-debug.txt", NULL);
}
