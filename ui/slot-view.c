// SPDX-License-Identifier: Apache-2.0
#include "ui/slot-view.h"

#include <glib/gi18n-lib.h>

/* A longer number is written smaller, or in two lines. */
#define NUMBER_USUAL 16
#define NUMBER_MOST  20

struct _GySlotView {
	GtkBox parent;

	GtkLabel *title;
	GtkLabel *time;
	GtkImage *icon;
	GtkLabel *word;
	GtkLabel *number;
	GtkLabel *detail;
	GtkLabel *code;
	GtkStack *foot;
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
set_label(GtkLabel *label, char *text)
{
	gtk_label_set_label(label, text);
	g_free(text);
}

/* One that may be cut is whole in its tooltip. */
static void
show_text(GtkLabel *label, char *text)
{
	gtk_widget_set_tooltip_text(GTK_WIDGET(label), *text ? text : NULL);
	set_label(label, text);
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

/* The third sign after word and colour. */
static void
show_icon(GySlotView *view, GyFactoryLook look)
{
	const char *name = look == GY_FACTORY_PASS   ? "object-select-symbolic"
			   : look == GY_FACTORY_FAIL ? "dialog-error-symbolic"
						     : NULL;

	gtk_image_set_from_icon_name(view->icon, name);
	gtk_widget_set_visible(GTK_WIDGET(view->icon), name != NULL);
}

static void
show_foot(GySlotView *view, GyFactoryLook look)
{
	gboolean can_retry = gy_factory_slot_can_retry(view->slot);

	gtk_stack_set_visible_child_name(view->foot, look == GY_FACTORY_BUSY   ? "bar"
						     : look == GY_FACTORY_FAIL ? "fail"
									       : "none");
	gtk_progress_bar_set_fraction(view->bar, gy_factory_slot_fraction(view->slot));
	show_text(view->code, g_strdup(gy_factory_slot_code(view->slot)));
	/* without it the word above would move */
	gtk_widget_set_opacity(view->retry, can_retry ? 1 : 0);
	gtk_widget_set_sensitive(view->retry, can_retry);
}

static void
show(GySlotView *view)
{
	GyFactoryLook look = gy_factory_slot_look(view->slot);
	g_autofree char *sentence = gy_factory_slot_sentence(view->slot);

	show_text(view->title, gy_factory_slot_title(view->slot));
	set_label(view->word, gy_factory_slot_word(view->slot));
	set_label(view->time, gy_factory_slot_time(view->slot));
	show_text(view->number, g_strdup(gy_factory_slot_number(view->slot)));
	show_text(view->detail, gy_factory_slot_detail(view->slot));
	show_icon(view, look);
	show_foot(view, look);
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
	gtk_widget_class_bind_template_child(widget, GySlotView, time);
	gtk_widget_class_bind_template_child(widget, GySlotView, icon);
	gtk_widget_class_bind_template_child(widget, GySlotView, word);
	gtk_widget_class_bind_template_child(widget, GySlotView, number);
	gtk_widget_class_bind_template_child(widget, GySlotView, detail);
	gtk_widget_class_bind_template_child(widget, GySlotView, code);
	gtk_widget_class_bind_template_child(widget, GySlotView, foot);
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
gy_slot_view_new(GyFactorySlot *slot, guint number_size)
{
	GySlotView *view = g_object_new(GY_TYPE_SLOT_VIEW, NULL);

	gtk_label_set_width_chars(view->number, (int) MIN(number_size, NUMBER_MOST));
	gtk_label_set_max_width_chars(view->number, (int) MIN(number_size, NUMBER_MOST));
	if (number_size > NUMBER_USUAL)
		gtk_widget_add_css_class(GTK_WIDGET(view->number), "long");
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
