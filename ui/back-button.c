// SPDX-License-Identifier: Apache-2.0
#include "ui/back-button.h"

#include <glib/gi18n-lib.h>

#include "ui/shell.h"

struct _GyBackButton {
	AdwBin parent;

	GBinding *binding;
};

G_DEFINE_FINAL_TYPE(GyBackButton, gy_back_button, ADW_TYPE_BIN)

/* Only in a window is it known whether that is narrow. */
static void
gy_back_button_root(GtkWidget *widget)
{
	GyBackButton *button = GY_BACK_BUTTON(widget);
	GtkRoot *root;

	GTK_WIDGET_CLASS(gy_back_button_parent_class)->root(widget);
	root = gtk_widget_get_root(widget);
	if (GY_IS_SHELL(root))
		button->binding =
			g_object_bind_property(root, "is-folded", widget, "visible", G_BINDING_SYNC_CREATE);
}

static void
gy_back_button_unroot(GtkWidget *widget)
{
	GyBackButton *button = GY_BACK_BUTTON(widget);

	if (button->binding)
		g_binding_unbind(g_steal_pointer(&button->binding));
	GTK_WIDGET_CLASS(gy_back_button_parent_class)->unroot(widget);
}

static void
gy_back_button_class_init(GyBackButtonClass *class)
{
	GTK_WIDGET_CLASS(class)->root = gy_back_button_root;
	GTK_WIDGET_CLASS(class)->unroot = gy_back_button_unroot;
}

static void
gy_back_button_init(GyBackButton *back)
{
	GtkWidget *button = gtk_button_new_from_icon_name("go-previous-symbolic");

	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.show-sidebar");
	gtk_widget_set_tooltip_text(button, _("Show Places"));
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show Places"), -1);
	adw_bin_set_child(ADW_BIN(back), button);
}
