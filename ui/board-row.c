// SPDX-License-Identifier: Apache-2.0
#include "ui/board-row.h"

#include <glib/gi18n-lib.h>

#include "engine/error.h"
#include "ui/model/error-words.h"

struct _GyBoardRow {
	GtkListBoxRow parent;

	GtkWidget *dot;
	GtkLabel *title;
	GtkLabel *subtitle;
	GtkLabel *state;
	GtkLabel *version;
	GtkWidget *identify_button;
	GtkWidget *flash_button;
	GtkWidget *trouble;
	GtkLabel *trouble_text;
	GtkWidget *command_button;

	GyBoard *board;
};

G_DEFINE_FINAL_TYPE(GyBoardRow, gy_board_row, GTK_TYPE_LIST_BOX_ROW)

enum { SIGNAL_FLASH, SIGNAL_IDENTIFY, N_SIGNALS };

static guint signals[N_SIGNALS];

/* NULL: grey */
static const char *const dot_classes[] = {
	[GY_BOARD_NOT_ASKED] = NULL,
	[GY_BOARD_ASKING] = "busy",
	[GY_BOARD_READY] = "ready",
	[GY_BOARD_NO_ANSWER] = "bad",
	[GY_BOARD_NO_PERMISSION] = "bad",
	[GY_BOARD_IN_USE] = "bad",
	[GY_BOARD_FLASHING] = "busy",
	[GY_BOARD_UNPLUGGED] = NULL,
};

/* ---- trouble -------------------------------------------------------------------------------------------- */

/* (transfer full) (nullable): what is wrong and what to do, in a sentence or two */
static char *
trouble_of(GyBoard *board)
{
	const GError *error = gy_board_error(board);
	const GyDevice *device = gy_board_device(board);
	const GyPort *port = device ? gy_device_port((GyDevice *) device) : NULL;
	g_autofree char *headline = NULL;
	g_autofree char *advice = NULL;

	if (error) {
		headline = gy_error_headline(error);
		advice = gy_error_advice(error);
		return g_strdup_printf("%s. %s [%s]", headline, advice, gy_error_code(error));
	}
	if (gy_board_state(board) == GY_BOARD_NO_PERMISSION)
		return g_strdup(
			_("Your account may not use this port: it is not in the group that owns it. Run "
			  "the command, then log in again. [link/forbidden]"));
	if (gy_board_state(board) == GY_BOARD_IN_USE && port)
		return g_strdup_printf(_("The port is open in another program (%s). Close it, then press "
					 "Rescan. [link/busy]"),
			port->holder);
	return NULL;
}

static void
show_trouble(GyBoardRow *row)
{
	g_autofree char *text = trouble_of(row->board);

	gtk_label_set_label(row->trouble_text, text ? text : "");
	gtk_widget_set_visible(row->trouble, text != NULL);
	gtk_widget_set_visible(row->command_button, gy_board_state(row->board) == GY_BOARD_NO_PERMISSION);
}

static void
on_command(GtkButton *button, GyBoardRow *row)
{
	gdk_clipboard_set_text(
		gtk_widget_get_clipboard(GTK_WIDGET(row)), "sudo usermod -aG dialout \"$USER\"");
	gtk_button_set_label(button, _("Copied"));
}

/* ---- what it shows -------------------------------------------------------------------------------------- */

static void
show_dot(GyBoardRow *row)
{
	const char *class = dot_classes[gy_board_state(row->board)];

	gtk_widget_remove_css_class(row->dot, "ready");
	gtk_widget_remove_css_class(row->dot, "busy");
	gtk_widget_remove_css_class(row->dot, "bad");
	if (class)
		gtk_widget_add_css_class(row->dot, class);
}

static void
name_controls(GyBoardRow *row, const char *title)
{
	g_autofree char *identify = g_strdup_printf(_("Identify %s"), title);
	g_autofree char *flash = g_strdup_printf(_("Flash %s"), title);

	gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(row->identify_button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, identify, -1);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(row->flash_button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, flash, -1);
}

static void
show(GyBoardRow *row)
{
	GyBoard *board = row->board;
	const GyDeviceInfo *info = gy_board_info(board);
	gboolean is_ready = gy_board_state(board) == GY_BOARD_READY;
	g_autofree char *title = gy_board_title(board);
	g_autofree char *subtitle = gy_board_subtitle(board);

	gtk_label_set_label(row->title, title);
	gtk_label_set_label(row->subtitle, subtitle);
	gtk_widget_set_tooltip_text(GTK_WIDGET(row->subtitle), subtitle);
	gtk_label_set_label(row->state, gy_board_state_word(board));
	gtk_label_set_label(row->version, info ? info->version : "");
	gtk_widget_set_visible(GTK_WIDGET(row->version), info && *info->version);
	gtk_widget_set_visible(row->identify_button, !is_ready);
	gtk_widget_set_sensitive(row->identify_button, gy_board_can_open(board));
	gtk_widget_set_sensitive(row->flash_button, gy_board_can_open(board));
	gtk_widget_set_tooltip_text(
		row->flash_button, gy_board_can_open(board) ? NULL : gy_board_state_word(board));
	if (is_ready)
		gtk_widget_add_css_class(row->flash_button, "suggested-action");
	else
		gtk_widget_remove_css_class(row->flash_button, "suggested-action");
	name_controls(row, title);
	show_dot(row);
	show_trouble(row);
}

static void
on_changed(GyBoard *board, GyBoardRow *row)
{
	show(row);
}

static void
on_flash(GtkButton *button, GyBoardRow *row)
{
	g_signal_emit(row, signals[SIGNAL_FLASH], 0);
}

static void
on_identify(GtkButton *button, GyBoardRow *row)
{
	g_signal_emit(row, signals[SIGNAL_IDENTIFY], 0);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_board_row_dispose(GObject *object)
{
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_BOARD_ROW);
	g_clear_object(&GY_BOARD_ROW(object)->board);
	G_OBJECT_CLASS(gy_board_row_parent_class)->dispose(object);
}

static void
gy_board_row_class_init(GyBoardRowClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_board_row_dispose;
	signals[SIGNAL_FLASH] =
		g_signal_new("flash", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_IDENTIFY] =
		g_signal_new("identify", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/board-row.ui");
	gtk_widget_class_bind_template_child(widget, GyBoardRow, dot);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, title);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, subtitle);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, state);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, version);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, identify_button);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, flash_button);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, trouble);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, trouble_text);
	gtk_widget_class_bind_template_child(widget, GyBoardRow, command_button);
}

static void
gy_board_row_init(GyBoardRow *row)
{
	gtk_widget_init_template(GTK_WIDGET(row));
	g_signal_connect(row->flash_button, "clicked", G_CALLBACK(on_flash), row);
	g_signal_connect(row->identify_button, "clicked", G_CALLBACK(on_identify), row);
	g_signal_connect(row->command_button, "clicked", G_CALLBACK(on_command), row);
}

GtkWidget *
gy_board_row_new(GyBoard *board)
{
	GyBoardRow *row = g_object_new(GY_TYPE_BOARD_ROW, NULL);

	row->board = g_object_ref(board);
	g_signal_connect_object(board, "changed", G_CALLBACK(on_changed), row, (GConnectFlags) 0);
	show(row);
	return GTK_WIDGET(row);
}

GyBoard *
gy_board_row_board(GyBoardRow *row)
{
	return row->board;
}
