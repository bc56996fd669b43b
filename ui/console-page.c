// SPDX-License-Identifier: Apache-2.0
#include "ui/console-page.h"

#include <glib/gi18n-lib.h>

#include "engine/file.h"
#include "ui/back-button.h"
#include "ui/console-controls.h"
#include "ui/model/error-words.h"
#include "ui/model/terminal.h"
#include "ui/send-history.h"
#include "ui/shell.h"

struct _GyConsolePage {
	GyPage parent;

	GtkToggleButton *search_button;
	GtkWidget *save_button;
	GtkWidget *clear_button;
	GtkToggleButton *pause_button;
	GtkStack *states;
	GtkDropDown *boards;
	GtkButton *connect_button;
	GtkLabel *state;
	GtkToggleButton *times_button;
	GtkToggleButton *hex_button;
	GtkSearchEntry *search_entry;
	GtkScrolledWindow *scroller;
	GtkTextView *view;
	GtkButton *new_button;
	GtkEntry *entry;
	GtkDropDown *line_end;
	GyConsoleControls *controls;
	GtkWidget *send_button;

	GyTerminal *terminal;
	GtkFileChooserNative *chooser; /* nobody else keeps it alive */
	guint tick;                    /* 0: no text waits for the next frame */
	gboolean wants_focus;          /* who connects wants to type */
	guint n_new;                   /* lines that came since the end was in sight */
};

G_DEFINE_FINAL_TYPE(GyConsolePage, gy_console_page, GY_TYPE_PAGE)

static const char *const line_ends[] = {"\r\n", "\n", "\r", ""};

/* ---- text ----------------------------------------------------------------------------------------------- */

static gboolean
is_at_end(GyConsolePage *page)
{
	GtkAdjustment *place = gtk_scrolled_window_get_vadjustment(page->scroller);
	double rest = gtk_adjustment_get_upper(place) - gtk_adjustment_get_page_size(place) -
		      gtk_adjustment_get_value(place);

	return rest < 24;
}

static void
scroll_to_end(GyConsolePage *page)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(page->view);
	GtkTextMark *mark = gtk_text_buffer_get_mark(buffer, "end");

	gtk_text_view_scroll_to_mark(page->view, mark, 0, FALSE, 0, 1);
}

static void
drop_oldest(GtkTextBuffer *buffer)
{
	int excess = gtk_text_buffer_get_line_count(buffer) - GY_TERMINAL_LINES;
	GtkTextIter start;
	GtkTextIter end;

	if (excess <= 0)
		return;
	gtk_text_buffer_get_start_iter(buffer, &start);
	gtk_text_buffer_get_iter_at_line(buffer, &end, excess);
	gtk_text_buffer_delete(buffer, &start, &end);
}

static void
show_new(GyConsolePage *page)
{
	g_autofree char *text =
		g_strdup_printf(ngettext("▼ %u new line", "▼ %u new lines", page->n_new), page->n_new);

	gtk_button_set_label(page->new_button, text);
	gtk_widget_set_visible(GTK_WIDGET(page->new_button), page->n_new > 0);
}

static void
append(GyConsolePage *page, const char *text)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(page->view);
	gboolean follows = is_at_end(page);
	int before = gtk_text_buffer_get_line_count(buffer);
	GtkTextIter end;

	gtk_text_buffer_get_end_iter(buffer, &end);
	gtk_text_buffer_insert(buffer, &end, text, -1);
	page->n_new = follows ? 0 : page->n_new + (guint) (gtk_text_buffer_get_line_count(buffer) - before);
	drop_oldest(buffer);
	if (follows)
		scroll_to_end(page);
	show_new(page);
}

/* Once in a frame, however often something comes. */
static gboolean
on_frame(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	GyConsolePage *page = GY_CONSOLE_PAGE(widget);
	g_autofree char *text = gy_terminal_take(page->terminal);

	page->tick = 0;
	if (*text)
		append(page, text);
	return G_SOURCE_REMOVE;
}

static void
on_waiting(GyTerminal *terminal, GyConsolePage *page)
{
	g_autofree char *note = NULL;

	if (gtk_toggle_button_get_active(page->pause_button)) {
		guint n = gy_terminal_n_waiting(terminal);

		note = g_strdup_printf(ngettext("%u line waits", "%u lines wait", n), n);
		gtk_label_set_label(page->state, note);
		return;
	}
	if (page->tick == 0)
		page->tick = gtk_widget_add_tick_callback(GTK_WIDGET(page), on_frame, NULL, NULL);
}

static void
on_reset(GyTerminal *terminal, GyConsolePage *page)
{
	g_autofree char *all = gy_terminal_all(terminal);

	gtk_text_buffer_set_text(gtk_text_view_get_buffer(page->view), all, -1);
	page->n_new = 0;
	show_new(page);
	scroll_to_end(page);
}

static void
on_new_clicked(GtkButton *button, GyConsolePage *page)
{
	page->n_new = 0;
	show_new(page);
	scroll_to_end(page);
}

static void
on_scrolled(GtkAdjustment *place, GyConsolePage *page)
{
	if (page->n_new == 0 || !is_at_end(page))
		return;
	page->n_new = 0;
	show_new(page);
}

/* ---- the connection ------------------------------------------------------------------------------------- */

static void
on_state(GyTerminal *terminal, GyConsolePage *page)
{
	GyTerminalState state = gy_terminal_state(terminal);
	gboolean is_connected = state != GY_TERMINAL_IDLE && state != GY_TERMINAL_FAILED;
	g_autofree char *words = gy_terminal_state_words(terminal);
	const GError *error = gy_terminal_error(terminal);
	g_autofree char *advice = error ? gy_error_advice(error) : NULL;

	gtk_label_set_label(page->state, words);
	gtk_widget_set_tooltip_text(GTK_WIDGET(page->state), advice);
	gtk_button_set_label(page->connect_button, is_connected ? _("Disconnect") : _("Connect"));
	gtk_widget_set_sensitive(GTK_WIDGET(page->entry), gy_terminal_can_send(terminal));
	gtk_widget_set_sensitive(page->send_button, gy_terminal_can_send(terminal));
	if (page->wants_focus && gy_terminal_can_send(terminal))
		page->wants_focus = !gtk_widget_grab_focus(GTK_WIDGET(page->entry));
}

static void
on_connect(GtkButton *button, GyConsolePage *page)
{
	GyTerminalState state = gy_terminal_state(page->terminal);
	gboolean is_connected = state != GY_TERMINAL_IDLE && state != GY_TERMINAL_FAILED;

	page->wants_focus = !is_connected;
	gy_terminal_connect(
		page->terminal, is_connected ? NULL : gtk_drop_down_get_selected_item(page->boards));
}

static void
on_board_selected(GtkDropDown *boards, GParamSpec *spec, GyConsolePage *page)
{
	GyBoard *connected = gy_terminal_board(page->terminal);

	if (connected && gtk_drop_down_get_selected_item(boards) != connected)
		gy_terminal_connect(page->terminal, NULL);
}

static void
on_boards_changed(GListModel *boards, guint position, guint removed, guint added, GyConsolePage *page)
{
	gtk_stack_set_visible_child_name(
		page->states, g_list_model_get_n_items(boards) > 0 ? "text" : "empty");
}

/* ---- sending -------------------------------------------------------------------------------------------- */

static void
on_send(GtkWidget *widget, GyConsolePage *page)
{
	const char *text = gtk_editable_get_text(GTK_EDITABLE(page->entry));
	guint end = MIN(gtk_drop_down_get_selected(page->line_end), G_N_ELEMENTS(line_ends) - 1);

	gy_terminal_send(page->terminal, text, line_ends[end]);
	gy_send_history_add(page->entry, text);
	gtk_editable_set_text(GTK_EDITABLE(page->entry), "");
}

/* ---- what is shown -------------------------------------------------------------------------------------- */

static void
on_filter(GtkSearchEntry *entry, GyConsolePage *page)
{
	gy_terminal_set_filter(page->terminal, gtk_editable_get_text(GTK_EDITABLE(entry)));
}

static void
on_pause(GtkToggleButton *button, GyConsolePage *page)
{
	gy_terminal_set_paused(page->terminal, gtk_toggle_button_get_active(button));
	on_state(page->terminal, page);
}

static void
on_clear(GtkButton *button, GyConsolePage *page)
{
	gy_terminal_clear(page->terminal);
}

static void
on_times(GtkToggleButton *button, GyConsolePage *page)
{
	gy_terminal_set_timestamps(page->terminal, gtk_toggle_button_get_active(button));
}

static void
on_hex(GtkToggleButton *button, GyConsolePage *page)
{
	gy_terminal_set_hex(page->terminal, gtk_toggle_button_get_active(button));
}

/* ---- saving --------------------------------------------------------------------------------------------- */

static void
save_to(GyConsolePage *page, const char *path)
{
	g_autoptr(GBytes) bytes = gy_terminal_saved(page->terminal);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = gy_file_write(path, bytes, 0666, &error) ? g_strdup(_("Text saved"))
									 : gy_error_headline(error);

	gy_shell_toast(GY_SHELL(gtk_widget_get_root(GTK_WIDGET(page))), text);
}

static void
on_save_chosen(GtkNativeDialog *chooser, int response, GyConsolePage *page)
{
	g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser));
	g_autofree char *path = file ? g_file_get_path(file) : NULL;

	if (response == GTK_RESPONSE_ACCEPT && path)
		save_to(page, path);
	g_clear_object(&page->chooser);
}

static void
on_save(GtkButton *button, GyConsolePage *page)
{
	GtkRoot *window = gtk_widget_get_root(GTK_WIDGET(page));

	if (page->chooser)
		return;
	page->chooser = gtk_file_chooser_native_new(
		_("Save Text"), GTK_WINDOW(window), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
	gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(page->chooser), "console.txt");
	g_signal_connect(page->chooser, "response", G_CALLBACK(on_save_chosen), page);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(page->chooser));
}

/* ---- keys of the window --------------------------------------------------------------------------------- */

static void
gy_console_page_search(GyPage *base)
{
	GyConsolePage *page = GY_CONSOLE_PAGE(base);

	gtk_toggle_button_set_active(page->search_button, TRUE);
	gtk_widget_grab_focus(GTK_WIDGET(page->search_entry));
}

static gboolean
gy_console_page_escape(GyPage *base)
{
	GyConsolePage *page = GY_CONSOLE_PAGE(base);
	gboolean did = gtk_toggle_button_get_active(page->search_button);

	gtk_toggle_button_set_active(page->search_button, FALSE);
	gtk_editable_set_text(GTK_EDITABLE(page->search_entry), "");
	return did;
}

static void
gy_console_page_copy(GyPage *base)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(GY_CONSOLE_PAGE(base)->view);

	gtk_text_buffer_copy_clipboard(buffer, gtk_widget_get_clipboard(GTK_WIDGET(base)));
}

/* After a flash, or from a row of devices: the board that people are busy with. */
static void
on_map(GtkWidget *widget, gpointer data)
{
	GyConsolePage *page = GY_CONSOLE_PAGE(widget);
	GListModel *boards = gy_bench_boards(gy_page_bench(GY_PAGE(page)));

	if (gy_terminal_board(page->terminal))
		return;
	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (gy_board_is_chosen(board)) {
			gtk_drop_down_set_selected(page->boards, i);
			return;
		}
	}
}

/* The button inside is what gets the focus, and it has no name of its own. */
static void
name_drop_down(GtkDropDown *drop_down, const char *name)
{
	GtkWidget *button = gtk_widget_get_first_child(GTK_WIDGET(drop_down));

	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static char *
title_of(GyBoard *board)
{
	return gy_board_title(board);
}

static void
watch_terminal(GyConsolePage *page)
{
	g_signal_connect_object(
		page->terminal, "state-changed", G_CALLBACK(on_state), page, (GConnectFlags) 0);
	g_signal_connect_object(
		page->terminal, "text-waiting", G_CALLBACK(on_waiting), page, (GConnectFlags) 0);
	g_signal_connect_object(page->terminal, "lines-reset", G_CALLBACK(on_reset), page, (GConnectFlags) 0);
}

static void
remember_choices(GyConsolePage *page)
{
	GSettings *settings = gy_page_settings(GY_PAGE(page));

	gtk_drop_down_set_selected(page->line_end, (guint) g_settings_get_enum(settings, "console-line-end"));
	g_settings_bind(
		settings, "console-timestamps", page->times_button, "active", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(settings, "console-hex", page->hex_button, "active", G_SETTINGS_BIND_DEFAULT);
}

static void
on_line_end(GtkDropDown *line_end, GParamSpec *spec, GyConsolePage *page)
{
	g_settings_set_enum(gy_page_settings(GY_PAGE(page)), "console-line-end",
		(int) gtk_drop_down_get_selected(line_end));
}

static void
gy_console_page_constructed(GObject *object)
{
	GyConsolePage *page = GY_CONSOLE_PAGE(object);
	GListModel *boards = gy_bench_boards(gy_page_bench(GY_PAGE(page)));
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(page->view);
	g_autoptr(GtkExpression) title =
		gtk_cclosure_expression_new(G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK(title_of), NULL, NULL);
	GtkTextIter end;

	G_OBJECT_CLASS(gy_console_page_parent_class)->constructed(object);
	gtk_text_buffer_get_end_iter(buffer, &end);
	gtk_text_buffer_create_mark(buffer, "end", &end, FALSE);
	page->terminal = gy_terminal_new(gy_page_bench(GY_PAGE(page)));
	watch_terminal(page);
	gy_console_controls_set_terminal(page->controls, page->terminal);
	gtk_drop_down_set_expression(page->boards, title);
	gtk_drop_down_set_model(page->boards, boards);
	g_signal_connect(page->boards, "notify::selected-item", G_CALLBACK(on_board_selected), page);
	g_signal_connect_object(
		boards, "items-changed", G_CALLBACK(on_boards_changed), page, (GConnectFlags) 0);
	on_boards_changed(boards, 0, 0, 0, page);
	remember_choices(page);
	on_times(page->times_button, page);
	on_hex(page->hex_button, page);
	g_signal_connect(page->line_end, "notify::selected", G_CALLBACK(on_line_end), page);
	on_state(page->terminal, page);
}

static void
gy_console_page_dispose(GObject *object)
{
	GyConsolePage *page = GY_CONSOLE_PAGE(object);

	g_clear_object(&page->chooser);
	if (page->terminal)
		gy_terminal_connect(page->terminal, NULL);
	g_clear_object(&page->terminal);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_CONSOLE_PAGE);
	G_OBJECT_CLASS(gy_console_page_parent_class)->dispose(object);
}

static void
gy_console_page_class_init(GyConsolePageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->constructed = gy_console_page_constructed;
	G_OBJECT_CLASS(class)->dispose = gy_console_page_dispose;
	GY_PAGE_CLASS(class)->search = gy_console_page_search;
	GY_PAGE_CLASS(class)->escape = gy_console_page_escape;
	GY_PAGE_CLASS(class)->copy = gy_console_page_copy;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	g_type_ensure(GY_TYPE_CONSOLE_CONTROLS);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/console-page.ui");
	gtk_widget_class_bind_template_child(widget, GyConsolePage, search_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, save_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, clear_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, pause_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, states);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, boards);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, connect_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, state);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, times_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, hex_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, search_entry);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, scroller);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, view);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, new_button);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, entry);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, line_end);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, controls);
	gtk_widget_class_bind_template_child(widget, GyConsolePage, send_button);
}

static void
gy_console_page_init(GyConsolePage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	g_signal_connect(page->connect_button, "clicked", G_CALLBACK(on_connect), page);
	g_signal_connect(page->entry, "activate", G_CALLBACK(on_send), page);
	g_signal_connect(page->send_button, "clicked", G_CALLBACK(on_send), page);
	g_signal_connect(page->search_entry, "search-changed", G_CALLBACK(on_filter), page);
	g_signal_connect(page->pause_button, "toggled", G_CALLBACK(on_pause), page);
	g_signal_connect(page->clear_button, "clicked", G_CALLBACK(on_clear), page);
	g_signal_connect(page->times_button, "toggled", G_CALLBACK(on_times), page);
	g_signal_connect(page->hex_button, "toggled", G_CALLBACK(on_hex), page);
	g_signal_connect(page->save_button, "clicked", G_CALLBACK(on_save), page);
	g_signal_connect(page->new_button, "clicked", G_CALLBACK(on_new_clicked), page);
	g_signal_connect(gtk_scrolled_window_get_vadjustment(page->scroller), "value-changed",
		G_CALLBACK(on_scrolled), page);
	name_drop_down(page->boards, _("Board"));
	name_drop_down(page->line_end, _("What ends a line"));
	g_signal_connect(page, "map", G_CALLBACK(on_map), NULL);
	gy_send_history_attach(page->entry);
}
