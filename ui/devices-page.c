// SPDX-License-Identifier: Apache-2.0
#include "ui/devices-page.h"

#include <glib/gi18n-lib.h>

#include "ui/back-button.h"
#include "ui/board-details.h"
#include "ui/board-row.h"
#include "ui/file-drop.h"
#include "ui/shell.h"

struct _GyDevicesPage {
	GyPage parent;

	GtkStack *states;
	GtkRevealer *note;
	GtkWidget *note_button;
	GtkWidget *ports_group;
	GtkListBox *ports;
	GtkListBox *simulated;
	GtkWidget *try_button;
	GtkWidget *spinner;
};

G_DEFINE_FINAL_TYPE(GyDevicesPage, gy_devices_page, GY_TYPE_PAGE)

static GyBench *
bench_of(GyDevicesPage *page)
{
	return gy_page_bench(GY_PAGE(page));
}

static void
on_boards_changed(GListModel *boards, guint position, guint removed, guint added, GyDevicesPage *page)
{
	guint n = g_list_model_get_n_items(boards);
	g_autofree char *note = n ? g_strdup_printf("%u", n) : NULL;

	gtk_stack_set_visible_child_name(page->states, n ? "list" : "empty");
	gy_page_set_note(GY_PAGE(page), note);
	gtk_widget_set_visible(
		GTK_WIDGET(page->simulated), gtk_list_box_get_row_at_index(page->simulated, 0) != NULL);
	gtk_widget_set_visible(page->ports_group, gtk_list_box_get_row_at_index(page->ports, 0) != NULL);
}

static void
on_starting(GyBench *bench, GyDevicesPage *page)
{
	gboolean is_starting = gy_bench_is_starting_simulated(bench);

	gtk_widget_set_sensitive(page->try_button, !is_starting);
	gtk_widget_set_visible(page->spinner, is_starting);
}

static void
on_flash(GyBoardRow *row, GyDevicesPage *page)
{
	gy_bench_choose_only(bench_of(page), gy_board_row_board(row));
	if (gy_bench_n_running(bench_of(page)) == 0)
		gy_bench_forget_ended(bench_of(page));
	gtk_widget_activate_action(GTK_WIDGET(page), "win.show-flash", NULL);
}

static void
on_identify(GyBoardRow *row, GyDevicesPage *page)
{
	gy_board_identify(gy_board_row_board(row));
}

static void
on_note_read(GtkButton *button, GyDevicesPage *page)
{
	g_settings_set_boolean(gy_page_settings(GY_PAGE(page)), "dtr-note-seen", TRUE);
	gtk_revealer_set_reveal_child(page->note, FALSE);
}

static void
on_row_activated(GtkListBox *list, GtkListBoxRow *row, GyDevicesPage *page)
{
	GtkRoot *window = gtk_widget_get_root(GTK_WIDGET(page));

	gtk_window_present(gy_board_details_new(GTK_WINDOW(window), gy_board_row_board(GY_BOARD_ROW(row)),
		bench_of(page), gy_page_settings(GY_PAGE(page))));
}

/* ---- a package for one board ---------------------------------------------------------------------------- */

static void
on_hover(GtkWidget *row, gboolean is_over, gpointer data)
{
	g_autofree char *title = gy_board_title(gy_board_row_board(GY_BOARD_ROW(row)));
	g_autofree char *text = g_strdup_printf(_("Drop to flash %s with this package"), title);
	GtkRoot *root = gtk_widget_get_root(row);

	/* a row may go while something is dragged over it */
	if (root)
		gy_shell_hint_drop(GY_SHELL(root), is_over ? text : NULL);
}

/* Nothing is flashed yet: where boards are flashed a person sees both and says so. */
static void
on_drop(GtkWidget *row, GSList *files, gpointer page)
{
	if (gy_shell_open_files(GY_SHELL(gtk_widget_get_root(row)), files))
		on_flash(GY_BOARD_ROW(row), page);
}

static const GyFileDropFuncs drop_funcs = {on_hover, on_drop};

static GtkWidget *
create_row(gpointer item, gpointer data)
{
	GtkWidget *row = gy_board_row_new(item);

	g_signal_connect_object(row, "flash", G_CALLBACK(on_flash), data, (GConnectFlags) 0);
	g_signal_connect_object(row, "identify", G_CALLBACK(on_identify), data, (GConnectFlags) 0);
	gy_file_drop_attach(row, &drop_funcs, data);
	return row;
}

static gboolean
is_simulated(gpointer item, gpointer data)
{
	return gy_board_is_simulated(item) == GPOINTER_TO_INT(data);
}

static void
bind(GyDevicesPage *page, GtkListBox *list, gboolean wants_simulated)
{
	GtkFilter *filter =
		GTK_FILTER(gtk_custom_filter_new(is_simulated, GINT_TO_POINTER(wants_simulated), NULL));
	g_autoptr(GtkFilterListModel) some =
		gtk_filter_list_model_new(g_object_ref(gy_bench_boards(bench_of(page))), filter);

	gtk_list_box_bind_model(list, G_LIST_MODEL(some), create_row, page, NULL);
	g_signal_connect(list, "row-activated", G_CALLBACK(on_row_activated), page);
}

static void
gy_devices_page_constructed(GObject *object)
{
	GyDevicesPage *page = GY_DEVICES_PAGE(object);
	GListModel *boards = gy_bench_boards(bench_of(page));

	G_OBJECT_CLASS(gy_devices_page_parent_class)->constructed(object);
	bind(page, page->ports, FALSE);
	bind(page, page->simulated, TRUE);
	g_signal_connect_object(
		boards, "items-changed", G_CALLBACK(on_boards_changed), page, (GConnectFlags) 0);
	g_signal_connect_object(
		bench_of(page), "starting-changed", G_CALLBACK(on_starting), page, (GConnectFlags) 0);
	gtk_revealer_set_reveal_child(
		page->note, !g_settings_get_boolean(gy_page_settings(GY_PAGE(page)), "dtr-note-seen"));
	on_boards_changed(boards, 0, 0, 0, page);
	on_starting(bench_of(page), page);
}

static void
gy_devices_page_dispose(GObject *object)
{
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_DEVICES_PAGE);
	G_OBJECT_CLASS(gy_devices_page_parent_class)->dispose(object);
}

static void
gy_devices_page_class_init(GyDevicesPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->constructed = gy_devices_page_constructed;
	G_OBJECT_CLASS(class)->dispose = gy_devices_page_dispose;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/devices-page.ui");
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, states);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, note);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, note_button);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, ports_group);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, ports);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, simulated);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, try_button);
	gtk_widget_class_bind_template_child(widget, GyDevicesPage, spinner);
}

static void
gy_devices_page_init(GyDevicesPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	g_signal_connect(page->note_button, "clicked", G_CALLBACK(on_note_read), page);
}
