// SPDX-License-Identifier: Apache-2.0
#include "ui/console-controls.h"

#include <glib/gi18n-lib.h>

struct _GyConsoleControls {
	GtkBox parent;

	GtkToggleButton *dtr_button;
	GtkToggleButton *rts_button;
	GtkWidget *break_button;

	GyTerminal *terminal;
	gboolean is_showing; /* it is us who moves the buttons */
};

G_DEFINE_FINAL_TYPE(GyConsoleControls, gy_console_controls, GTK_TYPE_BOX)

static void
set_usable(GtkWidget *button, gboolean is_usable, const char *what, const char *why_not)
{
	gtk_widget_set_sensitive(button, is_usable);
	gtk_widget_set_tooltip_text(button, is_usable ? what : why_not);
}

static void
show_line(GyConsoleControls *controls, GtkToggleButton *button, GyControlLine line)
{
	const char *why_not = gy_terminal_can_send(controls->terminal)
				      ? _("This kind of port has no DTR and RTS")
				      : _("Connect first");

	gtk_toggle_button_set_active(button, gy_terminal_line(controls->terminal, line));
	set_usable(GTK_WIDGET(button), gy_terminal_has_lines(controls->terminal),
		_("Pressed: the line is asserted, low on the wire. Many boards are reset by it."), why_not);
}

static void
on_state(GyTerminal *terminal, GyConsoleControls *controls)
{
	controls->is_showing = TRUE;
	show_line(controls, controls->dtr_button, GY_CONTROL_DTR);
	show_line(controls, controls->rts_button, GY_CONTROL_RTS);
	controls->is_showing = FALSE;
	set_usable(controls->break_button, gy_terminal_can_break(terminal), _("Send a break condition"),
		gy_terminal_can_send(terminal) ? _("This kind of port has no break") : _("Connect first"));
}

static void
on_line(GtkToggleButton *button, GyConsoleControls *controls)
{
	GyControlLine line = button == controls->dtr_button ? GY_CONTROL_DTR : GY_CONTROL_RTS;

	if (!controls->is_showing)
		gy_terminal_set_line(controls->terminal, line, gtk_toggle_button_get_active(button));
}

static void
on_break(GtkButton *button, GyConsoleControls *controls)
{
	gy_terminal_send_break(controls->terminal);
}

static void
gy_console_controls_dispose(GObject *object)
{
	GyConsoleControls *controls = GY_CONSOLE_CONTROLS(object);

	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_CONSOLE_CONTROLS);
	g_clear_object(&controls->terminal);
	G_OBJECT_CLASS(gy_console_controls_parent_class)->dispose(object);
}

static void
gy_console_controls_class_init(GyConsoleControlsClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_console_controls_dispose;
	gtk_widget_class_set_template_from_resource(
		widget, "/io/github/gantryfw/Gantry/ui/console-controls.ui");
	gtk_widget_class_bind_template_child(widget, GyConsoleControls, dtr_button);
	gtk_widget_class_bind_template_child(widget, GyConsoleControls, rts_button);
	gtk_widget_class_bind_template_child(widget, GyConsoleControls, break_button);
}

static void
gy_console_controls_init(GyConsoleControls *controls)
{
	gtk_widget_init_template(GTK_WIDGET(controls));
	g_signal_connect(controls->dtr_button, "toggled", G_CALLBACK(on_line), controls);
	g_signal_connect(controls->rts_button, "toggled", G_CALLBACK(on_line), controls);
	g_signal_connect(controls->break_button, "clicked", G_CALLBACK(on_break), controls);
}

void
gy_console_controls_set_terminal(GyConsoleControls *controls, GyTerminal *terminal)
{
	controls->terminal = g_object_ref(terminal);
	g_signal_connect_object(terminal, "state-changed", G_CALLBACK(on_state), controls, (GConnectFlags) 0);
	on_state(terminal, controls);
}
