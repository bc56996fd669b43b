// SPDX-License-Identifier: Apache-2.0
#include "ui/history-page.h"

#include <glib/gi18n-lib.h>

#include "ui/back-button.h"
#include "ui/history-charts.h"
#include "ui/history-detail.h"
#include "ui/history-export.h"
#include "ui/history-table.h"
#include "ui/model/error-words.h"
#include "ui/shell.h"

/* What takes longer than this is said. */
#define SAY_LOADING_MS 200

struct _GyHistoryPage {
	GyPage parent;

	AdwWindowTitle *title;
	GtkWidget *export_button;
	GtkSpinner *spinner;
	GtkWidget *filter_bar;
	GtkEditable *search;
	GtkDropDown *result;
	GtkDropDown *period;
	GtkDropDown *board;
	GtkStack *states;
	GtkStack *views;
	GtkWidget *nothing;
	AdwStatusPage *error_page;
	GyHistoryTable *table;
	GyHistoryDetail *detail;
	GyHistoryCharts *charts;

	GyHistory *history;
	GtkStringList *boards;
	guint say_loading;
	gboolean is_filling; /* the choices are set by us, not by a person */
};

G_DEFINE_FINAL_TYPE(GyHistoryPage, gy_history_page, GY_TYPE_PAGE)

/* In the order of the choices; the first is any. */
static const GyRecordResult result_choices[] = {
	GY_RECORD_DONE, GY_RECORD_FAILED, GY_RECORD_IN_DOUBT, GY_RECORD_STOPPED, GY_RECORD_RUNNING};

/* ---- what is shown -------------------------------------------------------------------------------------- */

static gboolean
on_say_loading(gpointer data)
{
	GyHistoryPage *page = data;

	page->say_loading = 0;
	if (gy_history_is_busy(page->history)) {
		gtk_spinner_start(page->spinner);
		if (gy_history_state(page->history) == GY_HISTORY_LOADING)
			gtk_stack_set_visible_child_name(page->states, "loading");
	}
	return G_SOURCE_REMOVE;
}

static void
show_busy(GyHistoryPage *page)
{
	gboolean is_busy = gy_history_is_busy(page->history);

	if (is_busy && !page->say_loading)
		page->say_loading = g_timeout_add(SAY_LOADING_MS, on_say_loading, page);
	if (!is_busy) {
		g_clear_handle_id(&page->say_loading, g_source_remove);
		gtk_spinner_stop(page->spinner);
	}
}

static void
show_error(GyHistoryPage *page)
{
	const GError *error = gy_history_error(page->history);
	g_autofree char *advice = gy_error_advice(error);
	g_autofree char *text = g_strdup_printf("%s.\n%s\n%s", error->message, advice, gy_error_code(error));
	g_autofree char *markup = g_markup_escape_text(text, -1);

	adw_status_page_set_description(page->error_page, markup);
}

static void
show_boards(GyHistoryPage *page)
{
	const char *const *boards = gy_history_boards(page->history);
	guint n_shown = g_list_model_get_n_items(G_LIST_MODEL(page->boards)) - 1;
	gboolean is_same = boards && g_strv_length((char **) boards) == n_shown;

	for (guint i = 0; is_same && i < n_shown; i++)
		is_same = g_str_equal(gtk_string_list_get_string(page->boards, i + 1), boards[i]);
	if (!boards || is_same)
		return;
	page->is_filling = TRUE;
	gtk_string_list_splice(page->boards, 1, n_shown, boards);
	page->is_filling = FALSE;
}

/*
 * The table stays below what covers it: rows that come while a list is hidden never appear on GTK 4.8's accessibility
 * bus.
 */
static void
show_nothing(GyHistoryPage *page, gboolean is_nothing)
{
	gtk_widget_set_visible(page->nothing, is_nothing);
	gtk_widget_set_sensitive(GTK_WIDGET(page->views), !is_nothing);
}

static const char *
state_name(GyHistoryPage *page)
{
	switch (gy_history_state(page->history)) {
	case GY_HISTORY_EMPTY: return "empty";
	case GY_HISTORY_FAILED: return "error";
	case GY_HISTORY_READY: return "ready";
	default: return "blank";
	}
}

static void
on_changed(GyHistory *history, GyHistoryPage *page)
{
	const char *state = state_name(page);
	g_autofree char *count = gy_history_count_sentence(history);

	show_busy(page);
	/* until the new answer is there, the old one stays */
	if (gy_history_is_busy(history))
		return;
	if (g_str_equal(state, "error"))
		show_error(page);
	show_boards(page);
	gy_history_table_refresh(page->table);
	gy_history_charts_show(page->charts, history);
	adw_window_title_set_subtitle(page->title, g_str_equal(state, "ready") ? count : "");
	gtk_widget_set_visible(page->filter_bar, gy_history_state(history) == GY_HISTORY_READY);
	gtk_widget_set_sensitive(page->export_button, *count != '\0');
	gtk_widget_set_tooltip_text(
		page->export_button, *count ? _("Export") : _("There are no runs to export"));
	gtk_stack_set_visible_child_name(page->states, state);
	show_nothing(page, gy_history_n_matching(history) == 0);
}

static void
on_run_chosen(GyHistoryTable *table, GParamSpec *spec, GyHistoryPage *page)
{
	GyHistoryRun *run = gy_history_table_run(table);

	gy_history_detail_show(page->detail, run);
	gtk_widget_set_visible(GTK_WIDGET(page->detail), run != NULL);
}

/* ---- the filter ------------------------------------------------------------------------------------------ */

static void
on_search_changed(GtkSearchEntry *entry, GyHistoryPage *page)
{
	gy_history_set_text(page->history, gtk_editable_get_text(page->search));
}

static void
on_result_chosen(GtkDropDown *choice, GParamSpec *spec, GyHistoryPage *page)
{
	guint chosen = gtk_drop_down_get_selected(choice);

	if (!page->is_filling)
		gy_history_set_results(page->history, chosen > 0 && chosen <= G_N_ELEMENTS(result_choices)
							      ? 1U << result_choices[chosen - 1]
							      : 0);
}

static void
on_period_chosen(GtkDropDown *choice, GParamSpec *spec, GyHistoryPage *page)
{
	guint chosen = gtk_drop_down_get_selected(choice);

	if (!page->is_filling && chosen < GY_HISTORY_N_PERIODS)
		gy_history_set_period(page->history, (GyHistoryPeriod) chosen);
}

static void
on_board_chosen(GtkDropDown *choice, GParamSpec *spec, GyHistoryPage *page)
{
	guint chosen = gtk_drop_down_get_selected(choice);

	if (!page->is_filling)
		gy_history_set_board(
			page->history, chosen > 0 ? gtk_string_list_get_string(page->boards, chosen) : NULL);
}

static void
on_show_all(GtkButton *button, GyHistoryPage *page)
{
	page->is_filling = TRUE;
	gtk_drop_down_set_selected(page->result, 0);
	gtk_drop_down_set_selected(page->period, 0);
	gtk_drop_down_set_selected(page->board, 0);
	gtk_editable_set_text(page->search, "");
	page->is_filling = FALSE;
	gy_history_clear_filter(page->history);
}

/* On the accessibility bus a choice is a button inside of it, which has no name of its own. */
static void
name_choice(GtkDropDown *choice, const char *name)
{
	GtkWidget *button = gtk_widget_get_first_child(GTK_WIDGET(choice));

	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
fill_choices(GyHistoryPage *page)
{
	g_autoptr(GtkStringList) results = gtk_string_list_new(NULL);
	g_autoptr(GtkStringList) periods = gtk_string_list_new(NULL);

	page->is_filling = TRUE;
	gtk_string_list_append(results, _("Any Result"));
	for (guint i = 0; i < G_N_ELEMENTS(result_choices); i++)
		gtk_string_list_append(results, gy_history_result_title(result_choices[i]));
	for (GyHistoryPeriod period = 0; period < GY_HISTORY_N_PERIODS; period++)
		gtk_string_list_append(periods, gy_history_period_title(period));
	name_choice(page->result, _("Result"));
	name_choice(page->period, _("Time"));
	name_choice(page->board, _("Board"));
	page->boards = gtk_string_list_new(NULL);
	gtk_string_list_append(page->boards, _("Any Board"));
	gtk_drop_down_set_model(page->result, G_LIST_MODEL(results));
	gtk_drop_down_set_model(page->period, G_LIST_MODEL(periods));
	gtk_drop_down_set_model(page->board, G_LIST_MODEL(page->boards));
	page->is_filling = FALSE;
}

/* ---- what can be done ------------------------------------------------------------------------------------ */

static void
say(const char *sentence, gpointer data)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(data));

	if (GY_IS_SHELL(root))
		gy_shell_toast(GY_SHELL(root), sentence);
}

static void
export_csv(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_history_export_ask(data, GY_HISTORY_PAGE(data)->history, GY_RECORD_CSV, say, data);
}

static void
export_json(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	gy_history_export_ask(data, GY_HISTORY_PAGE(data)->history, GY_RECORD_JSON, say, data);
}

static void
on_try_again(GtkButton *button, GyHistoryPage *page)
{
	gy_history_load(page->history);
}

static void
on_detail_close(GyHistoryDetail *detail, GyHistoryPage *page)
{
	gy_history_table_unselect(page->table);
	gtk_widget_grab_focus(GTK_WIDGET(page->table));
}

static void
copy_report(GyHistoryPage *page)
{
	GyHistoryRun *run = gy_history_table_run(page->table);
	g_autofree char *report = run ? gy_history_run_report(run) : NULL;

	if (!report)
		return;
	gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(page)), report);
	say(_("Copied"), page);
}

static void
on_detail_copy(GyHistoryDetail *detail, GyHistoryPage *page)
{
	copy_report(page);
}

/* The package is checked as any other, so that one that has changed since is seen there. */
static void
on_detail_again(GyHistoryDetail *detail, GyHistoryPage *page)
{
	GyHistoryRun *run = gy_history_table_run(page->table);
	const char *path = run ? gy_history_run_record(run)->package : NULL;

	if (!path)
		return;
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_autofree char *sentence = g_strdup_printf(_("%s is not there any more"), path);

		say(sentence, page);
		return;
	}
	gy_bench_open(gy_page_bench(GY_PAGE(page)), path);
	gtk_widget_activate_action(GTK_WIDGET(page), "win.show-flash", NULL);
}

/* ---- keys of the window ---------------------------------------------------------------------------------- */

static void
gy_history_page_search(GyPage *page)
{
	gtk_widget_grab_focus(GTK_WIDGET(GY_HISTORY_PAGE(page)->search));
}

static void
gy_history_page_copy(GyPage *page)
{
	copy_report(GY_HISTORY_PAGE(page));
}

static gboolean
gy_history_page_escape(GyPage *base)
{
	GyHistoryPage *page = GY_HISTORY_PAGE(base);

	if (gtk_widget_get_visible(GTK_WIDGET(page->detail))) {
		on_detail_close(page->detail, page);
		return TRUE;
	}
	if (!*gtk_editable_get_text(page->search))
		return FALSE;
	gtk_editable_set_text(page->search, "");
	return TRUE;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
on_flash(GyBench *bench, GObject *flash, GyHistoryPage *page)
{
	if (gtk_widget_get_mapped(GTK_WIDGET(page)))
		gy_history_load(page->history);
}

static void
take_history(GyHistoryPage *page, const char *path)
{
	if (page->history)
		g_signal_handlers_disconnect_by_data(page->history, page);
	g_clear_object(&page->history);
	page->history = gy_history_new(path);
	g_signal_connect(page->history, "changed", G_CALLBACK(on_changed), page);
	gy_history_table_set_history(page->table, page->history);
}

/* Where the records are can be another place since the last look. */
static void
gy_history_page_map(GtkWidget *widget)
{
	GyHistoryPage *page = GY_HISTORY_PAGE(widget);
	GSettings *settings = gy_page_settings(GY_PAGE(page));
	g_autofree char *chosen = settings ? g_settings_get_string(settings, "records") : NULL;
	g_autofree char *path = chosen && *chosen ? g_strdup(chosen) : gy_records_default_path();

	GTK_WIDGET_CLASS(gy_history_page_parent_class)->map(widget);
	if (!page->history || g_strcmp0(gy_history_path(page->history), path) != 0)
		take_history(page, path);
	gy_history_load(page->history);
}

static void
gy_history_page_constructed(GObject *object)
{
	G_OBJECT_CLASS(gy_history_page_parent_class)->constructed(object);
	g_signal_connect_object(gy_page_bench(GY_PAGE(object)), "flash-started", G_CALLBACK(on_flash), object,
		(GConnectFlags) 0);
	g_signal_connect_object(gy_page_bench(GY_PAGE(object)), "flash-ended", G_CALLBACK(on_flash), object,
		(GConnectFlags) 0);
}

static void
gy_history_page_dispose(GObject *object)
{
	GyHistoryPage *page = GY_HISTORY_PAGE(object);

	g_clear_handle_id(&page->say_loading, g_source_remove);
	if (page->history)
		g_signal_handlers_disconnect_by_data(page->history, page);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_HISTORY_PAGE);
	g_clear_object(&page->history);
	g_clear_object(&page->boards);
	G_OBJECT_CLASS(gy_history_page_parent_class)->dispose(object);
}

static void
bind_template(GtkWidgetClass *widget)
{
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/history-page.ui");
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, title);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, export_button);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, spinner);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, filter_bar);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, search);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, result);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, period);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, board);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, states);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, views);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, nothing);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, error_page);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, table);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, detail);
	gtk_widget_class_bind_template_child(widget, GyHistoryPage, charts);
	gtk_widget_class_bind_template_callback(widget, on_search_changed);
	gtk_widget_class_bind_template_callback(widget, on_result_chosen);
	gtk_widget_class_bind_template_callback(widget, on_period_chosen);
	gtk_widget_class_bind_template_callback(widget, on_board_chosen);
	gtk_widget_class_bind_template_callback(widget, on_show_all);
	gtk_widget_class_bind_template_callback(widget, on_try_again);
	gtk_widget_class_bind_template_callback(widget, on_run_chosen);
	gtk_widget_class_bind_template_callback(widget, on_detail_close);
	gtk_widget_class_bind_template_callback(widget, on_detail_copy);
	gtk_widget_class_bind_template_callback(widget, on_detail_again);
}

static void
gy_history_page_class_init(GyHistoryPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
	GyPageClass *page = GY_PAGE_CLASS(class);

	G_OBJECT_CLASS(class)->constructed = gy_history_page_constructed;
	G_OBJECT_CLASS(class)->dispose = gy_history_page_dispose;
	widget->map = gy_history_page_map;
	page->search = gy_history_page_search;
	page->copy = gy_history_page_copy;
	page->escape = gy_history_page_escape;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	g_type_ensure(GY_TYPE_HISTORY_TABLE);
	g_type_ensure(GY_TYPE_HISTORY_DETAIL);
	g_type_ensure(GY_TYPE_HISTORY_CHARTS);
	bind_template(widget);
}

static void
gy_history_page_init(GyHistoryPage *page)
{
	static const GActionEntry actions[] = {{"export-csv", export_csv}, {"export-json", export_json}};
	g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new();
	g_autofree char *path = gy_records_default_path();

	gtk_widget_init_template(GTK_WIDGET(page));
	g_action_map_add_action_entries(G_ACTION_MAP(group), actions, G_N_ELEMENTS(actions), page);
	gtk_widget_insert_action_group(GTK_WIDGET(page), "history", G_ACTION_GROUP(group));
	fill_choices(page);
	gtk_widget_set_visible(page->filter_bar, FALSE);
	gtk_widget_set_sensitive(page->export_button, FALSE);
	take_history(page, path);
}
