// SPDX-License-Identifier: Apache-2.0
#include "ui/flash-view.h"

#include <glib/gi18n-lib.h>

#include "ui/sparkline.h"
#include "ui/stage-strip.h"

struct _GyFlashView {
	AdwBin parent;

	GtkLabel *title;
	GtkLabel *subtitle;
	GtkLabel *percent;
	GyStageStrip *strip;
	GtkProgressBar *bar;
	GtkLabel *status;
	GtkWidget *line_box;
	GySparkline *sparkline;
	GtkLabel *line;
	GtkWidget *result;
	GtkImage *result_icon;
	GtkLabel *headline;
	GtkLabel *truth;
	GtkLabel *sent;
	GtkLabel *code;
	GtkToggleButton *details_button;
	GtkWidget *copy_button;
	GtkWidget *again_button;
	GtkWidget *cancel_button;
	GtkTextView *log;

	GyFlash *flash;
	gboolean is_compact;
};

G_DEFINE_FINAL_TYPE(GyFlashView, gy_flash_view, ADW_TYPE_BIN)

static guint signal_again;

/* ---- while it runs -------------------------------------------------------------------------------------- */

static void
set_label(GtkLabel *label, const char *text)
{
	if (!g_str_equal(gtk_label_get_label(label), text))
		gtk_label_set_label(label, text);
}

static void
show_bar(GyFlashView *view)
{
	double fraction = gy_flash_fraction(view->flash);
	g_autofree char *percent = g_strdup_printf(_("%d %%"), (int) (fraction * 100));

	gtk_progress_bar_set_fraction(view->bar, fraction);
	set_label(view->percent, percent);
}

static void
show_line(GyFlashView *view)
{
	g_autofree char *line = gy_flash_line(view->flash);
	guint n;
	const double *points = gy_flash_points(view->flash, &n);

	set_label(view->line, line);
	gy_sparkline_set(view->sparkline, points, n, gy_flash_line_rate(view->flash));
	gtk_widget_set_visible(view->line_box, n > 1 && !view->is_compact);
}

static void
show_cancel(GyFlashView *view)
{
	gboolean can_cancel = gy_flash_can_cancel(view->flash);

	gtk_widget_set_sensitive(view->cancel_button, can_cancel);
	gtk_widget_set_tooltip_text(view->cancel_button,
		can_cancel || gy_flash_is_cancelling(view->flash)
			? NULL
			: _("The board is installing; it cannot be stopped from here any more"));
}

static void
show_title(GyFlashView *view)
{
	g_autofree char *title = gy_board_title(gy_flash_board(view->flash));
	g_autofree char *where = gy_board_subtitle(gy_flash_board(view->flash));

	set_label(view->title, title);
	set_label(view->subtitle, where);
}

static void
on_changed(GyFlash *flash, GyFlashView *view)
{
	g_autofree char *status = gy_flash_status(flash);

	gy_stage_strip_set(view->strip, gy_flash_stages(flash));
	set_label(view->status, status);
	show_title(view);
	show_bar(view);
	show_line(view);
	show_cancel(view);
}

static void
on_logged(GyFlash *flash, const char *text, GyFlashView *view)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(view->log);
	GtkTextIter end;

	gtk_text_buffer_get_end_iter(buffer, &end);
	gtk_text_buffer_insert(buffer, &end, text, -1);
}

/* ---- at the end ----------------------------------------------------------------------------------------- */

static void
show_result(GyFlashView *view)
{
	gboolean is_done = gy_flash_is_done(view->flash);
	g_autofree char *headline = gy_flash_headline(view->flash);
	g_autofree char *truth = gy_flash_truth(view->flash);
	g_autofree char *sent = gy_flash_sent(view->flash);
	const char *code = gy_flash_code(view->flash);

	gtk_label_set_label(view->headline, headline);
	gtk_label_set_label(view->truth, truth);
	gtk_label_set_label(view->sent, sent);
	gtk_label_set_label(view->code, code);
	gtk_widget_set_visible(GTK_WIDGET(view->truth), *truth != '\0');
	gtk_widget_set_visible(GTK_WIDGET(view->sent), *sent != '\0');
	gtk_widget_set_visible(GTK_WIDGET(view->code), *code != '\0');
	gtk_image_set_from_icon_name(
		view->result_icon, is_done ? "object-select-symbolic" : "dialog-error-symbolic");
	gtk_accessible_update_property(GTK_ACCESSIBLE(view->result_icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
		is_done ? _("Done") : _("Failed"), -1);
	gtk_widget_add_css_class(GTK_WIDGET(view->result_icon), is_done ? "success" : "error");
	gtk_widget_add_css_class(view->result, is_done ? "done-box" : "error-box");
	gtk_widget_show(view->result);
}

static void
on_ended(GyFlash *flash, GyFlashView *view)
{
	on_changed(flash, view);
	gtk_widget_hide(GTK_WIDGET(view->bar));
	gtk_widget_hide(GTK_WIDGET(view->status));
	gtk_widget_hide(GTK_WIDGET(view->percent));
	gtk_widget_hide(view->line_box);
	gtk_widget_hide(view->cancel_button);
	gtk_widget_show(view->copy_button);
	gtk_widget_set_visible(view->again_button, !gy_flash_is_done(flash));
	show_result(view);
}

void
gy_flash_view_copy(GyFlashView *view)
{
	g_autofree char *report = gy_flash_report(view->flash);

	gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(view)), report);
}

static void
on_copy(GtkButton *button, GyFlashView *view)
{
	gy_flash_view_copy(view);
}

static void
on_again(GtkButton *button, GyFlashView *view)
{
	g_signal_emit(view, signal_again, 0);
}

static void
on_cancel(GtkButton *button, GyFlashView *view)
{
	gy_flash_cancel(view->flash);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_flash_view_dispose(GObject *object)
{
	GyFlashView *view = GY_FLASH_VIEW(object);

	gtk_widget_dispose_template(GTK_WIDGET(view), GY_TYPE_FLASH_VIEW);
	g_clear_object(&view->flash);
	G_OBJECT_CLASS(gy_flash_view_parent_class)->dispose(object);
}

static void
gy_flash_view_class_init(GyFlashViewClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_flash_view_dispose;
	g_type_ensure(GY_TYPE_SPARKLINE);
	g_type_ensure(GY_TYPE_STAGE_STRIP);
	signal_again = g_signal_new(
		"again", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/flash-view.ui");
	gtk_widget_class_bind_template_child(widget, GyFlashView, title);
	gtk_widget_class_bind_template_child(widget, GyFlashView, subtitle);
	gtk_widget_class_bind_template_child(widget, GyFlashView, percent);
	gtk_widget_class_bind_template_child(widget, GyFlashView, strip);
	gtk_widget_class_bind_template_child(widget, GyFlashView, bar);
	gtk_widget_class_bind_template_child(widget, GyFlashView, status);
	gtk_widget_class_bind_template_child(widget, GyFlashView, line_box);
	gtk_widget_class_bind_template_child(widget, GyFlashView, sparkline);
	gtk_widget_class_bind_template_child(widget, GyFlashView, line);
	gtk_widget_class_bind_template_child(widget, GyFlashView, result);
	gtk_widget_class_bind_template_child(widget, GyFlashView, result_icon);
	gtk_widget_class_bind_template_child(widget, GyFlashView, headline);
	gtk_widget_class_bind_template_child(widget, GyFlashView, truth);
	gtk_widget_class_bind_template_child(widget, GyFlashView, sent);
	gtk_widget_class_bind_template_child(widget, GyFlashView, code);
	gtk_widget_class_bind_template_child(widget, GyFlashView, details_button);
	gtk_widget_class_bind_template_child(widget, GyFlashView, copy_button);
	gtk_widget_class_bind_template_child(widget, GyFlashView, again_button);
	gtk_widget_class_bind_template_child(widget, GyFlashView, cancel_button);
	gtk_widget_class_bind_template_child(widget, GyFlashView, log);
}

static void
gy_flash_view_init(GyFlashView *view)
{
	gtk_widget_init_template(GTK_WIDGET(view));
	g_signal_connect(view->copy_button, "clicked", G_CALLBACK(on_copy), view);
	g_signal_connect(view->again_button, "clicked", G_CALLBACK(on_again), view);
	g_signal_connect(view->cancel_button, "clicked", G_CALLBACK(on_cancel), view);
}

GtkWidget *
gy_flash_view_new(GyFlash *flash)
{
	GyFlashView *view = g_object_new(GY_TYPE_FLASH_VIEW, NULL);

	view->flash = g_object_ref(flash);
	g_signal_connect_object(flash, "changed", G_CALLBACK(on_changed), view, (GConnectFlags) 0);
	g_signal_connect_object(flash, "logged", G_CALLBACK(on_logged), view, (GConnectFlags) 0);
	g_signal_connect_object(flash, "ended", G_CALLBACK(on_ended), view, (GConnectFlags) 0);
	on_changed(flash, view);
	return GTK_WIDGET(view);
}

GyFlash *
gy_flash_view_flash(GyFlashView *view)
{
	return view->flash;
}

void
gy_flash_view_set_compact(GyFlashView *view, gboolean is_compact)
{
	view->is_compact = is_compact;
	gtk_widget_set_visible(GTK_WIDGET(view->strip), !is_compact);
	show_line(view);
	if (!gy_flash_is_running(view->flash))
		gtk_widget_hide(view->line_box);
}

void
gy_flash_view_set_details(GyFlashView *view, gboolean are_shown)
{
	gtk_toggle_button_set_active(view->details_button, are_shown);
}
