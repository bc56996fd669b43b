// SPDX-License-Identifier: Apache-2.0
#include "ui/pin-panel.h"

#include <glib/gi18n-lib.h>

struct _GyPinPanel {
	GtkBox parent;

	GtkLabel *question;
	GtkEntry *pin;
	GtkEntry *again;
	GtkButton *accept;
	GtkWidget *cancel;
	GtkLabel *answer;

	GyFactory *factory;
	GyPinReason reason;
	gboolean is_waiting; /* for the slow hash */
};

G_DEFINE_FINAL_TYPE(GyPinPanel, gy_pin_panel, GTK_TYPE_BOX)

static guint closed_signal;

static const char *
text_of(GtkEntry *entry)
{
	return gtk_editable_get_text(GTK_EDITABLE(entry));
}

static void
answer(GyPinPanel *panel, const char *sentence)
{
	gtk_label_set_label(panel->answer, sentence ? sentence : "");
	gtk_widget_set_visible(GTK_WIDGET(panel->answer), sentence != NULL);
}

static void
set_waiting(GyPinPanel *panel, gboolean is_waiting)
{
	panel->is_waiting = is_waiting;
	gtk_widget_set_sensitive(GTK_WIDGET(panel->accept), !is_waiting);
}

void
gy_pin_panel_clear(GyPinPanel *panel)
{
	gtk_editable_set_text(GTK_EDITABLE(panel->pin), "");
	gtk_editable_set_text(GTK_EDITABLE(panel->again), "");
	answer(panel, NULL);
}

static void
leave(GyPinPanel *panel)
{
	gy_pin_panel_clear(panel);
	g_signal_emit(panel, closed_signal, 0);
}

static void
refuse(GyPinPanel *panel, const char *sentence)
{
	gy_pin_panel_clear(panel);
	answer(panel, sentence);
	gtk_widget_grab_focus(GTK_WIDGET(panel->pin));
}

static void
on_unlocked(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GyPinPanel) panel = data;
	g_autoptr(GError) error = NULL;

	set_waiting(panel, FALSE);
	if (gy_factory_unlock_finish(GY_FACTORY(source), result, &error))
		leave(panel);
	else
		refuse(panel, error->message);
}

static void
on_permitted(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GyPinPanel) panel = data;
	g_autoptr(GError) error = NULL;

	set_waiting(panel, FALSE);
	if (gy_factory_permit_finish(GY_FACTORY(source), result, &error))
		leave(panel);
	else
		refuse(panel, error->message);
}

static void
on_stored(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GyPinPanel) panel = data;
	g_autoptr(GError) error = NULL;

	set_waiting(panel, FALSE);
	if (!gy_factory_set_pin_finish(GY_FACTORY(source), result, &error)) {
		refuse(panel, error->message);
		return;
	}
	gy_factory_lock(GY_FACTORY(source));
	leave(panel);
}

static void
store(GyPinPanel *panel)
{
	const char *text = text_of(panel->pin);

	if (g_utf8_strlen(text, -1) < GY_FACTORY_PIN_LEAST) {
		refuse(panel, _("A PIN has at least 4 characters"));
	} else if (!g_str_equal(text, text_of(panel->again))) {
		refuse(panel, _("The two are not the same: type them again"));
	} else {
		set_waiting(panel, TRUE);
		gy_factory_set_pin_async(panel->factory, text, on_stored, g_object_ref(panel));
	}
}

static void
on_accept(GtkWidget *widget, GyPinPanel *panel)
{
	if (!panel->factory || panel->is_waiting || !*text_of(panel->pin))
		return;
	if (panel->reason == GY_PIN_TO_LOCK) {
		store(panel);
		return;
	}
	set_waiting(panel, TRUE);
	if (panel->reason == GY_PIN_TO_UNLOCK)
		gy_factory_unlock_async(
			panel->factory, text_of(panel->pin), on_unlocked, g_object_ref(panel));
	else
		gy_factory_permit_async(
			panel->factory, text_of(panel->pin), on_permitted, g_object_ref(panel));
}

static void
on_first_entered(GtkWidget *widget, GyPinPanel *panel)
{
	if (panel->factory && panel->reason == GY_PIN_TO_LOCK && !*text_of(panel->again))
		gtk_widget_grab_focus(GTK_WIDGET(panel->again));
	else
		on_accept(widget, panel);
}

static void
on_cancel(GtkButton *button, GyPinPanel *panel)
{
	leave(panel);
}

void
gy_pin_panel_ask(GyPinPanel *panel, GyFactory *factory, GyPinReason reason)
{
	static const struct {
		const char *question;
		const char *accept;
	} words[] = {
		[GY_PIN_TO_LOCK] =
			{N_("Choose the PIN that unlocks this station. The station file keeps a hash of it."),
				N_("Set and _Lock")},
		[GY_PIN_TO_UNLOCK] = {N_("The supervisor's PIN unlocks the station."), N_("_Unlock")},
		[GY_PIN_TO_DECIDE] = {N_("The supervisor's PIN is needed to decide on serial numbers."),
			N_("C_ontinue")},
	};

	g_set_object(&panel->factory, factory);
	panel->reason = reason;
	gy_pin_panel_clear(panel);
	gtk_widget_set_visible(GTK_WIDGET(panel->again), reason == GY_PIN_TO_LOCK);
	gtk_button_set_label(panel->accept, _(words[reason].accept));
	gtk_label_set_label(panel->question, _(words[reason].question));
	gtk_widget_grab_focus(GTK_WIDGET(panel->pin));
}

static void
gy_pin_panel_dispose(GObject *object)
{
	g_clear_object(&GY_PIN_PANEL(object)->factory);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_PIN_PANEL);
	G_OBJECT_CLASS(gy_pin_panel_parent_class)->dispose(object);
}

static void
gy_pin_panel_class_init(GyPinPanelClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_pin_panel_dispose;
	closed_signal = g_signal_new(
		"closed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/pin-panel.ui");
	gtk_widget_class_bind_template_child(widget, GyPinPanel, question);
	gtk_widget_class_bind_template_child(widget, GyPinPanel, pin);
	gtk_widget_class_bind_template_child(widget, GyPinPanel, again);
	gtk_widget_class_bind_template_child(widget, GyPinPanel, accept);
	gtk_widget_class_bind_template_child(widget, GyPinPanel, cancel);
	gtk_widget_class_bind_template_child(widget, GyPinPanel, answer);
}

static void
gy_pin_panel_init(GyPinPanel *panel)
{
	gtk_widget_init_template(GTK_WIDGET(panel));
	g_signal_connect(panel->pin, "activate", G_CALLBACK(on_first_entered), panel);
	g_signal_connect(panel->again, "activate", G_CALLBACK(on_accept), panel);
	g_signal_connect(panel->accept, "clicked", G_CALLBACK(on_accept), panel);
	g_signal_connect(panel->cancel, "clicked", G_CALLBACK(on_cancel), panel);
}
