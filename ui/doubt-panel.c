// SPDX-License-Identifier: Apache-2.0
#include "ui/doubt-panel.h"

#include <glib/gi18n-lib.h>

struct _GyDoubtPanel {
	GtkBox parent;

	GtkLabel *headline;
	GtkButton *open;
	GtkLabel *answer;
	GtkWidget *scroller;
	GtkListBox *list;

	GyFactory *factory;
	GPtrArray *doubts; /* as the list shows them */
};

G_DEFINE_FINAL_TYPE(GyDoubtPanel, gy_doubt_panel, GTK_TYPE_BOX)

static guint ask_signal, decided_signal;

static gboolean
is_open(GyDoubtPanel *panel)
{
	return gtk_widget_get_visible(panel->scroller);
}

static void
answer(GyDoubtPanel *panel, const char *sentence)
{
	gtk_label_set_label(panel->answer, sentence ? sentence : "");
	gtk_widget_set_visible(GTK_WIDGET(panel->answer), sentence != NULL);
}

/* ---- the list ------------------------------------------------------------------------------------------- */

static void
decide(GyDoubtPanel *panel, GtkWidget *button, gboolean use)
{
	g_autofree char *number = g_strdup(g_object_get_data(G_OBJECT(button), "number"));
	g_autoptr(GError) error = NULL;

	/* the list is made anew meanwhile, and the button with it */
	if (gy_factory_decide(panel->factory, number, use, &error))
		answer(panel, NULL);
	else
		answer(panel, error->message);
	if (!gy_factory_may_decide(panel->factory))
		gy_doubt_panel_close(panel);
	g_signal_emit(panel, decided_signal, 0);
}

static void
on_use(GtkWidget *button, GyDoubtPanel *panel)
{
	decide(panel, button, TRUE);
}

static void
on_free(GtkWidget *button, GyDoubtPanel *panel)
{
	decide(panel, button, FALSE);
}

static void
add_button(GyDoubtPanel *panel, GtkWidget *row, const char *label, const char *what, const char *number,
	GCallback callback)
{
	GtkWidget *button = gtk_button_new_with_mnemonic(label);
	g_autofree char *name = g_strdup_printf("%s: %s", number, what);

	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	gtk_widget_set_tooltip_text(button, what);
	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
	g_object_set_data_full(G_OBJECT(button), "number", g_strdup(number), g_free);
	g_signal_connect(button, "clicked", callback, panel);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
}

static void
add_row(GyDoubtPanel *panel, const GyFactoryDoubt *doubt)
{
	GtkWidget *row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title-lines", 0, NULL);

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), doubt->number);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), doubt->where);
	add_button(
		panel, row, _("_In Use"), _("A board bears this number"), doubt->number, G_CALLBACK(on_use));
	add_button(panel, row, _("F_ree"), _("No board bears this number: it may be given to another"),
		doubt->number, G_CALLBACK(on_free));
	gtk_list_box_append(panel->list, row);
}

static void
fill(GyDoubtPanel *panel)
{
	GtkListBoxRow *row;

	while ((row = gtk_list_box_get_row_at_index(panel->list, 0)))
		gtk_list_box_remove(panel->list, GTK_WIDGET(row));
	for (guint i = 0; i < panel->doubts->len; i++)
		add_row(panel, g_ptr_array_index(panel->doubts, i));
}

/* ---- showing -------------------------------------------------------------------------------------------- */

static gboolean
is_shown(GyDoubtPanel *panel, GPtrArray *doubts)
{
	if (!panel->doubts || panel->doubts->len != doubts->len)
		return FALSE;
	for (guint i = 0; i < doubts->len; i++) {
		const GyFactoryDoubt *shown = g_ptr_array_index(panel->doubts, i);
		const GyFactoryDoubt *doubt = g_ptr_array_index(doubts, i);

		if (!g_str_equal(shown->number, doubt->number) || !g_str_equal(shown->where, doubt->where))
			return FALSE;
	}
	return TRUE;
}

static void
set_open(GyDoubtPanel *panel, gboolean opens)
{
	gtk_widget_set_visible(panel->scroller, opens);
	gtk_button_set_label(panel->open, opens ? _("_Done") : _("_Decide…"));
	answer(panel, NULL);
}

void
gy_doubt_panel_show(GyDoubtPanel *panel, GyFactory *factory)
{
	g_autoptr(GPtrArray) doubts = gy_factory_doubts(factory);
	g_autofree char *headline = g_strdup_printf(
		ngettext("%u serial number is in doubt: its run was cut off, and a board may bear it.",
			"%u serial numbers are in doubt: their runs were cut off, and boards may bear them.",
			doubts->len),
		doubts->len);

	g_set_object(&panel->factory, factory);
	if (is_shown(panel, doubts))
		return;
	g_clear_pointer(&panel->doubts, g_ptr_array_unref);
	panel->doubts = g_steal_pointer(&doubts);
	gtk_label_set_label(panel->headline, headline);
	fill(panel);
	if (panel->doubts->len == 0)
		gy_doubt_panel_close(panel);
	gtk_widget_set_visible(GTK_WIDGET(panel), panel->doubts->len > 0);
}

void
gy_doubt_panel_open(GyDoubtPanel *panel)
{
	if (panel->factory && gy_factory_may_decide(panel->factory))
		set_open(panel, TRUE);
}

gboolean
gy_doubt_panel_close(GyDoubtPanel *panel)
{
	gboolean was_open = is_open(panel);

	set_open(panel, FALSE);
	if (panel->factory)
		gy_factory_end_permit(panel->factory);
	return was_open;
}

static void
on_open(GtkButton *button, GyDoubtPanel *panel)
{
	if (is_open(panel)) {
		gy_doubt_panel_close(panel);
		g_signal_emit(panel, decided_signal, 0);
	} else if (gy_factory_may_decide(panel->factory)) {
		set_open(panel, TRUE);
	} else {
		g_signal_emit(panel, ask_signal, 0);
	}
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_doubt_panel_dispose(GObject *object)
{
	GyDoubtPanel *panel = GY_DOUBT_PANEL(object);

	g_clear_object(&panel->factory);
	g_clear_pointer(&panel->doubts, g_ptr_array_unref);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_DOUBT_PANEL);
	G_OBJECT_CLASS(gy_doubt_panel_parent_class)->dispose(object);
}

static void
gy_doubt_panel_class_init(GyDoubtPanelClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_doubt_panel_dispose;
	ask_signal = g_signal_new("ask", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	decided_signal =
		g_signal_new("decided", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/doubt-panel.ui");
	gtk_widget_class_bind_template_child(widget, GyDoubtPanel, headline);
	gtk_widget_class_bind_template_child(widget, GyDoubtPanel, open);
	gtk_widget_class_bind_template_child(widget, GyDoubtPanel, answer);
	gtk_widget_class_bind_template_child(widget, GyDoubtPanel, scroller);
	gtk_widget_class_bind_template_child(widget, GyDoubtPanel, list);
}

static void
gy_doubt_panel_init(GyDoubtPanel *panel)
{
	gtk_widget_init_template(GTK_WIDGET(panel));
	set_open(panel, FALSE);
	g_signal_connect(panel->open, "clicked", G_CALLBACK(on_open), panel);
}
