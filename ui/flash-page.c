// SPDX-License-Identifier: Apache-2.0
#include "ui/flash-page.h"

#include <glib/gi18n-lib.h>

#include "ui/back-button.h"
#include "ui/flash-view.h"
#include "ui/model/error-words.h"

struct _GyFlashPage {
	GyPage parent;

	AdwWindowTitle *title;
	AdwActionRow *package_row;
	GtkLabel *package_advice;
	GtkButton *choose_button;
	GtkWidget *setup;
	GtkListBox *boards;
	GtkWidget *no_boards;
	GtkWidget *delta_group;
	GtkSwitch *delta_switch;
	GtkWidget *start_button;
	GtkLabel *why_not;
	GtkWidget *jobs;
	GtkBox *views;
	GtkWidget *next;
	GtkWidget *another_button;
};

G_DEFINE_FINAL_TYPE(GyFlashPage, gy_flash_page, GY_TYPE_PAGE)

static GyBench *
bench_of(GyFlashPage *page)
{
	return gy_page_bench(GY_PAGE(page));
}

/* ---- before --------------------------------------------------------------------------------------------- */

static void
show_start(GyFlashPage *page)
{
	const char *why = NULL;
	gboolean can_start = gy_bench_can_start(bench_of(page), &why);

	gtk_widget_set_sensitive(page->start_button, can_start);
	gtk_label_set_label(page->why_not, can_start || !why ? "" : why);
}

static void
show_advice(GyFlashPage *page)
{
	GyPackage *package = gy_bench_package(bench_of(page));
	const GyFinding *refusal = package ? gy_package_refusal(package) : NULL;
	g_autoptr(GError) found = refusal ? gy_finding_to_error(refusal) : NULL;
	const GError *error = found ? found : gy_bench_package_error(bench_of(page));
	g_autofree char *advice = error ? gy_error_advice(error) : NULL;
	g_autofree char *text =
		error ? g_strdup_printf("%s [%s]\n%s", error->message, gy_error_code(error), advice) : NULL;

	gtk_label_set_label(page->package_advice, text ? text : "");
	gtk_widget_set_visible(GTK_WIDGET(page->package_advice), text != NULL);
}

static void
on_package_changed(GyBench *bench, GyFlashPage *page)
{
	const char *path = gy_bench_package_path(bench);
	g_autofree char *name = path ? g_filename_display_basename(path) : g_strdup(_("No package yet"));
	g_autofree char *summary = gy_bench_package_summary(bench);

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(page->package_row), name);
	adw_action_row_set_subtitle(
		page->package_row, path ? summary : _("Open one, or drop it anywhere on this window."));
	gtk_button_set_label(page->choose_button, path ? _("_Change…") : _("_Open…"));
	gtk_widget_set_visible(page->delta_group, gy_bench_can_send_difference(bench));
	show_advice(page);
	show_start(page);
}

static void
on_board_toggled(GtkCheckButton *check, GyBoard *board)
{
	gy_board_set_chosen(board, gtk_check_button_get_active(check));
}

static void
show_board(GyBoard *board, GtkWidget *row)
{
	GtkCheckButton *check = g_object_get_data(G_OBJECT(row), "check");
	GtkLabel *state = g_object_get_data(G_OBJECT(row), "state");
	g_autofree char *title = gy_board_title(board);
	g_autofree char *where = gy_board_subtitle(board);
	const GyDeviceInfo *info = gy_board_info(board);
	g_autofree char *word =
		info && *info->version ? g_strdup_printf("%s · %s", gy_board_state_word(board), info->version)
				       : g_strdup(gy_board_state_word(board));

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), where);
	gtk_label_set_label(state, word);
	gtk_check_button_set_active(check, gy_board_is_chosen(board));
	gtk_widget_set_sensitive(GTK_WIDGET(check), gy_board_can_open(board) || gy_board_is_chosen(board));
	gtk_accessible_update_property(GTK_ACCESSIBLE(check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
on_board_changed(GyBoard *board, GtkWidget *row)
{
	GtkWidget *page = gtk_widget_get_ancestor(row, GY_TYPE_FLASH_PAGE);

	show_board(board, row);
	if (page)
		show_start(GY_FLASH_PAGE(page));
}

static GtkWidget *
create_board(gpointer item, gpointer data)
{
	GyBoard *board = item;
	GtkWidget *row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);
	GtkWidget *check = gtk_check_button_new();
	GtkWidget *state = gtk_label_new(NULL);

	gtk_widget_set_valign(check, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(state, "dim-label");
	gtk_widget_add_css_class(state, "tnum");
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), check);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), state);
	adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), check);
	g_object_set_data(G_OBJECT(row), "check", check);
	g_object_set_data(G_OBJECT(row), "state", state);
	show_board(board, row);
	g_signal_connect_object(check, "toggled", G_CALLBACK(on_board_toggled), board, (GConnectFlags) 0);
	g_signal_connect_object(board, "changed", G_CALLBACK(on_board_changed), row, (GConnectFlags) 0);
	return row;
}

static void
on_boards_changed(GListModel *boards, guint position, guint removed, guint added, GyFlashPage *page)
{
	gboolean has_boards = g_list_model_get_n_items(boards) > 0;

	gtk_widget_set_visible(page->no_boards, !has_boards);
	gtk_widget_set_visible(GTK_WIDGET(page->boards), has_boards);
	gy_bench_choose_if_one(bench_of(page));
	show_start(page);
}

/* ---- while they run ------------------------------------------------------------------------------------- */

static void
show_jobs(GyFlashPage *page)
{
	guint n = g_list_model_get_n_items(gy_bench_flashes(bench_of(page)));
	guint running = gy_bench_n_running(bench_of(page));

	gtk_widget_set_visible(page->setup, n == 0);
	gtk_widget_set_visible(page->jobs, n > 0);
	gtk_widget_set_visible(page->next, n > 0 && running == 0);
	gtk_widget_set_sensitive(GTK_WIDGET(page->choose_button), running == 0);
	for (GtkWidget *view = gtk_widget_get_first_child(GTK_WIDGET(page->views)); view;
		view = gtk_widget_get_next_sibling(view))
		gy_flash_view_set_compact(GY_FLASH_VIEW(view), n > 1);
}

static void
show_note(GyFlashPage *page)
{
	guint running = gy_bench_n_running(bench_of(page));
	g_autofree char *note = g_strdup_printf(_("%d %%"), (int) (gy_bench_fraction(bench_of(page)) * 100));

	gy_page_set_note(GY_PAGE(page), running ? note : NULL);
	gy_page_set_busy(GY_PAGE(page), running > 0);
}

static void
on_flashes_changed(GyBench *bench, GyFlashPage *page)
{
	show_note(page);
}

static void
on_flash_ended(GyBench *bench, GyFlash *flash, GyFlashPage *page)
{
	show_jobs(page);
}

static void
on_again(GyFlashView *view, GyFlashPage *page)
{
	/* the new job takes this view's place */
	g_autoptr(GyBoard) board = g_object_ref(gy_flash_board(gy_flash_view_flash(view)));

	if (!gy_bench_flash(bench_of(page), board))
		gy_bench_forget_ended(bench_of(page));
}

static void
add_view(GyFlashPage *page, guint i)
{
	g_autoptr(GyFlash) flash = g_list_model_get_item(gy_bench_flashes(bench_of(page)), i);
	GtkWidget *view = gy_flash_view_new(flash);

	g_signal_connect(view, "again", G_CALLBACK(on_again), page);
	gy_flash_view_set_details(GY_FLASH_VIEW(view),
		g_settings_get_boolean(gy_page_settings(GY_PAGE(page)), "flash-details"));
	gtk_box_append(page->views, view);
}

static GtkWidget *
nth_view(GyFlashPage *page, guint n)
{
	GtkWidget *view = gtk_widget_get_first_child(GTK_WIDGET(page->views));

	while (n-- > 0)
		view = gtk_widget_get_next_sibling(view);
	return view;
}

/* Jobs are only ever added at the end of the list. */
static void
on_flashes_items(GListModel *flashes, guint position, guint removed, guint added, GyFlashPage *page)
{
	for (guint i = 0; i < removed; i++)
		gtk_box_remove(page->views, nth_view(page, position));
	for (guint i = 0; i < added; i++)
		add_view(page, position + i);
	show_jobs(page);
	show_note(page);
}

static void
on_start(GtkButton *button, GyFlashPage *page)
{
	gy_bench_start(bench_of(page));
}

static void
on_another(GtkButton *button, GyFlashPage *page)
{
	gy_bench_forget_ended(bench_of(page));
	show_start(page);
}

static void
gy_flash_page_copy(GyPage *base)
{
	GtkWidget *view = gtk_widget_get_first_child(GTK_WIDGET(GY_FLASH_PAGE(base)->views));

	if (view)
		gy_flash_view_copy(GY_FLASH_VIEW(view));
}

static gboolean
gy_flash_page_escape(GyPage *base)
{
	GListModel *flashes = gy_bench_flashes(gy_page_bench(base));
	gboolean did = FALSE;

	for (guint i = 0; i < g_list_model_get_n_items(flashes); i++) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i);

		did |= gy_flash_can_cancel(flash);
		gy_flash_cancel(flash);
	}
	return did;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_flash_page_constructed(GObject *object)
{
	GyFlashPage *page = GY_FLASH_PAGE(object);
	GyBench *bench = bench_of(page);

	G_OBJECT_CLASS(gy_flash_page_parent_class)->constructed(object);
	g_settings_bind(gy_page_settings(GY_PAGE(page)), "flash-delta", page->delta_switch, "active",
		G_SETTINGS_BIND_DEFAULT);
	gtk_list_box_bind_model(page->boards, gy_bench_boards(bench), create_board, NULL, NULL);
	g_signal_connect_object(
		bench, "package-changed", G_CALLBACK(on_package_changed), page, (GConnectFlags) 0);
	g_signal_connect_object(
		bench, "flashes-changed", G_CALLBACK(on_flashes_changed), page, (GConnectFlags) 0);
	g_signal_connect_object(bench, "flash-ended", G_CALLBACK(on_flash_ended), page, (GConnectFlags) 0);
	g_signal_connect_object(gy_bench_flashes(bench), "items-changed", G_CALLBACK(on_flashes_items), page,
		(GConnectFlags) 0);
	g_signal_connect_object(gy_bench_boards(bench), "items-changed", G_CALLBACK(on_boards_changed), page,
		(GConnectFlags) 0);
	on_package_changed(bench, page);
	on_boards_changed(gy_bench_boards(bench), 0, 0, 0, page);
	show_jobs(page);
}

static void
gy_flash_page_dispose(GObject *object)
{
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_FLASH_PAGE);
	G_OBJECT_CLASS(gy_flash_page_parent_class)->dispose(object);
}

static void
gy_flash_page_class_init(GyFlashPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->constructed = gy_flash_page_constructed;
	G_OBJECT_CLASS(class)->dispose = gy_flash_page_dispose;
	GY_PAGE_CLASS(class)->copy = gy_flash_page_copy;
	GY_PAGE_CLASS(class)->escape = gy_flash_page_escape;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/flash-page.ui");
	gtk_widget_class_bind_template_child(widget, GyFlashPage, title);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, package_row);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, package_advice);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, choose_button);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, setup);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, boards);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, no_boards);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, delta_group);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, delta_switch);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, start_button);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, why_not);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, jobs);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, views);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, next);
	gtk_widget_class_bind_template_child(widget, GyFlashPage, another_button);
}

static void
gy_flash_page_init(GyFlashPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	g_signal_connect(page->start_button, "clicked", G_CALLBACK(on_start), page);
	g_signal_connect(page->another_button, "clicked", G_CALLBACK(on_another), page);
}
