// SPDX-License-Identifier: Apache-2.0
#include "ui/package-page.h"

#include "ui/back-button.h"

struct _GyPackagePage {
	GyPage parent;
};

G_DEFINE_FINAL_TYPE(GyPackagePage, gy_package_page, GY_TYPE_PAGE)

static void
gy_package_page_dispose(GObject *object)
{
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_PACKAGE_PAGE);
	G_OBJECT_CLASS(gy_package_page_parent_class)->dispose(object);
}

static void
gy_package_page_class_init(GyPackagePageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_package_page_dispose;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/package-page.ui");
}

static void
gy_package_page_init(GyPackagePage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
}
