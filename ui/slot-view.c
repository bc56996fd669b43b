// SPDX-License-Identifier: Apache-2.0
#include "ui/slot-view.h"

#include <glib/gi18n-lib.h>

struct _GySlotView {
	GtkBox parent;

	GtkLabel *title;
	GtkLabel *word;
	GtkLabel *number;
	GtkLabel *detail;
	GtkLabel *code;
	GtkProgressBar *bar;
	GtkWidget *retry;

	GyFactorySlot *slot;
};

G_DEFINE_FINAL_TYPE(GySlotView, gy_slot_view, GTK_TYPE_BOX)

static guint retry_signal;

static const char *const classes[] = {
	[GY_FACTORY_OFF] = "off",
	[GY_FACTORY_EMPTY_SLOT] = "off",
	[GY_FACTORY_SCAN] = "waiting",
	[GY_FACTORY_READY_SLOT] = "waiting",
	[GY_FACTORY_BUSY] = "busy",
	[GY_FACTORY_PASS] = "pass",
	[GY_FACTORY_FAIL] = "fail",
};

/* An empty line takes its place, so that nothing jumps. */
static void
show_text(GtkLabel *label, char *text)
{
	g_autofree char *own = text;

	gtk_label_set_label(label, own);
	gtk_widget_set_tooltip_text(GTK_WIDGET(label), *own ? own : NULL);
}

static void
show_look(GySlotView *view, GyFactoryLook look)
{
	GtkWidget *widget = GTK_WIDGET(view);

	for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
		if (!g_str_equal(classes[i], classes[look]))
			gtk_widget_remove_css_class(widget, classes[i]);
	gtk_widget_add_css_class(widget, classes[look]);
	if (gy_factory_slot_is_target(view->slot))
		gtk_widget_add_css_class(widget, "target");
	else
		gtk_widget_remove_css_class(widget, "target");
}

static void
show(GySlotView *view)
{
	GyFactoryLook look = gy_factory_slot_look(view->slot);
	g_autofree char *sentence = gy_factory_slot_sentence(view->slot);

	show_text(view->title, gy_factory_slot_title(view->slot));
	show_text(view->word, gy_factory_slot_word(view->slot));
	show_text(view->number, gy_factory_slot_number(view->slot));
	show_text(view->detail, gy_factory_slot_detail(view->slot));
	show_text(view->code, g_strdup(gy_factory_slot_code(view->slot)));
	gtk_widget_set_visible(GTK_WIDGET(view->code), look == GY_FACTORY_FAIL);
	gtk_widget_set_visible(GTK_WIDGET(view->bar), look == GY_FACTORY_BUSY);
	gtk_progress_bar_set_fraction(view->bar, gy_factory_slot_fraction(view->slot));
	gtk_widget_set_visible(view->retry, gy_factory_slot_can_retry(view->slot));
	show_look(view, look);
	gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

static void
on_retry(GtkButton *button, GySlotView *view)
{
	g_signal_emit(view, retry_signal, 0);
}

static void
gy_slot_view_dispose(GObject *object)
{
	g_clear_object(&GY_SLOT_VIEW(object)->slot);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_SLOT_VIEW);
	G_OBJECT_CLASS(gy_slot_view_parent_class)->dispose(object);
}

static void
gy_slot_view_class_init(GySlotViewClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_slot_view_dispose;
	retry_signal = g_signal_new(
		"retry", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/slot-view.ui");
	gtk_widget_class_bind_template_child(widget, GySlotView, title);
	gtk_widget_class_bind_template_child(widget, GySlotView, word);
	gtk_widget_class_bind_template_child(widget, GySlotView, number);
	gtk_widget_class_bind_template_child(widget, GySlotView, detail);
	gtk_widget_class_bind_template_child(widget, GySlotView, code);
	gtk_widget_class_bind_template_child(widget, GySlotView, bar);
	gtk_widget_class_bind_template_child(widget, GySlotView, retry);
}

static void
gy_slot_view_init(GySlotView *view)
{
	gtk_widget_init_template(GTK_WIDGET(view));
	g_signal_connect(view->retry, "clicked", G_CALLBACK(on_retry), view);
}

/* Every slot has such a button: its name says which one it is. */
static void
name_retry(GySlotView *view)
{
	g_autofree char *title = gy_factory_slot_title(view->slot);
	g_autofree char *name = g_strdup_printf(_("Retry slot %s"), title);

	gtk_accessible_update_property(GTK_ACCESSIBLE(view->retry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

GtkWidget *
gy_slot_view_new(GyFactorySlot *slot)
{
	GySlotView *view = g_object_new(GY_TYPE_SLOT_VIEW, NULL);

	view->slot = g_object_ref(slot);
	g_signal_connect_object(slot, "changed", G_CALLBACK(show), view, G_CONNECT_SWAPPED);
	name_retry(view);
	show(view);
	return GTK_WIDGET(view);
}

GyFactorySlot *
gy_slot_view_slot(GySlotView *view)
{
	return view->slot;
}
