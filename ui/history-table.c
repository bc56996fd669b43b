// SPDX-License-Identifier: Apache-2.0
#include "ui/history-table.h"

#include <glib/gi18n-lib.h>

/* keeps its place, and is no word */
#define NOTHING "\302\240"

struct _GyHistoryTable {
	AdwBin parent;

	GtkColumnView *view;
	GtkColumnViewColumn *columns[GY_HISTORY_N_COLUMNS];
	GtkSingleSelection *selection;
	GyHistory *history;
	gint64 chosen_id;
	gboolean is_refreshing;
};

G_DEFINE_FINAL_TYPE(GyHistoryTable, gy_history_table, ADW_TYPE_BIN)

enum { PROP_0, PROP_RUN, N_PROPS };

static GParamSpec *props[N_PROPS];

/* ---- cells ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *icon;
	const char *class;
} results[GY_RECORD_N_RESULTS] = {
	[GY_RECORD_IN_DOUBT] = {"dialog-question-symbolic", "warning"},
	[GY_RECORD_RUNNING] = {"content-loading-symbolic", "accent"},
	[GY_RECORD_DONE] = {"emblem-ok-symbolic", "success"},
	[GY_RECORD_FAILED] = {"dialog-error-symbolic", "error"},
	[GY_RECORD_STOPPED] = {"process-stop-symbolic", "dim-label"},
};

static void
on_text_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
	gtk_label_set_xalign(GTK_LABEL(label), GPOINTER_TO_INT(column) == GY_HISTORY_TIME ? 1 : 0);
	gtk_widget_add_css_class(label, "numeric");
	gtk_list_item_set_child(item, label);
}

static void
on_text_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
	GtkWidget *label = gtk_list_item_get_child(item);
	g_autofree char *text =
		gy_history_run_text(gtk_list_item_get_item(item), (GyHistoryColumn) GPOINTER_TO_INT(column));

	/* an empty label would be read out as what type it is of */
	gtk_label_set_text(GTK_LABEL(label), *text ? text : NOTHING);
	gtk_widget_set_tooltip_text(label, *text ? text : NULL);
}

static void
on_result_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkWidget *icon = gtk_image_new();

	/* the word beside it says it */
	gtk_accessible_update_state(GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
	gtk_box_append(GTK_BOX(box), icon);
	gtk_box_append(GTK_BOX(box), gtk_label_new(NULL));
	gtk_list_item_set_child(item, box);
}

static void
on_result_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
	GtkWidget *box = gtk_list_item_get_child(item);
	GtkWidget *icon = gtk_widget_get_first_child(box);
	GyRecordResult result = gy_history_run_record(gtk_list_item_get_item(item))->result;
	const char *const classes[] = {results[result].class, NULL};

	gtk_widget_set_css_classes(icon, (const char **) classes);
	gtk_image_set_from_icon_name(GTK_IMAGE(icon), results[result].icon);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_PROPERTY_LABEL, gy_history_result_title(result), -1);
	gtk_label_set_text(GTK_LABEL(gtk_widget_get_last_child(box)), gy_history_result_title(result));
}

/* ---- columns -------------------------------------------------------------------------------------------- */

static int
compare(gconstpointer one, gconstpointer other, gpointer column)
{
	return gy_history_run_compare(
		(GyHistoryRun *) one, (GyHistoryRun *) other, (GyHistoryColumn) GPOINTER_TO_INT(column));
}

static void
add_column(GyHistoryTable *table, GyHistoryColumn id)
{
	gboolean is_result = id == GY_HISTORY_RESULT;
	GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
	GtkColumnViewColumn *column = gtk_column_view_column_new(gy_history_column_title(id), factory);
	g_autoptr(GtkSorter) sorter =
		GTK_SORTER(gtk_custom_sorter_new(compare, GINT_TO_POINTER((int) id), NULL));

	g_signal_connect(factory, "setup",
		is_result ? G_CALLBACK(on_result_setup) : G_CALLBACK(on_text_setup),
		GINT_TO_POINTER((int) id));
	g_signal_connect(factory, "bind", is_result ? G_CALLBACK(on_result_bind) : G_CALLBACK(on_text_bind),
		GINT_TO_POINTER((int) id));
	gtk_column_view_column_set_sorter(column, sorter);
	gtk_column_view_column_set_resizable(column, TRUE);
	gtk_column_view_column_set_expand(column, id == GY_HISTORY_PACKAGE);
	gtk_column_view_append_column(table->view, column);
	table->columns[id] = column;
	g_object_unref(column);
}

/* ---- the choice ----------------------------------------------------------------------------------------- */

static void
on_selected(GtkSingleSelection *selection, GParamSpec *spec, GyHistoryTable *table)
{
	GyHistoryRun *run = gy_history_table_run(table);

	if (table->is_refreshing)
		return;
	/* nothing is chosen while the list is exchanged: that is no choice */
	if (run)
		table->chosen_id = gy_history_run_record(run)->id;
	g_object_notify_by_pspec(G_OBJECT(table), props[PROP_RUN]);
}

/* (nullable) by its number: the objects are new after each load. */
static guint
position_of(GyHistoryTable *table, gint64 id)
{
	GListModel *model = G_LIST_MODEL(table->selection);

	for (guint i = 0; id >= 0 && i < g_list_model_get_n_items(model); i++) {
		g_autoptr(GyHistoryRun) run = g_list_model_get_item(model, i);

		if (gy_history_run_record(run)->id == id)
			return i;
	}
	return GTK_INVALID_LIST_POSITION;
}

GyHistoryRun *
gy_history_table_run(GyHistoryTable *table)
{
	return table->selection ? gtk_single_selection_get_selected_item(table->selection) : NULL;
}

void
gy_history_table_unselect(GyHistoryTable *table)
{
	table->chosen_id = GY_RECORD_NONE;
	gtk_single_selection_set_selected(table->selection, GTK_INVALID_LIST_POSITION);
}

void
gy_history_table_refresh(GyHistoryTable *table)
{
	static const GyHistoryColumn often_empty[] = {
		GY_HISTORY_SERIAL, GY_HISTORY_STATION, GY_HISTORY_OPERATOR};

	for (guint i = 0; i < G_N_ELEMENTS(often_empty); i++)
		gtk_column_view_column_set_visible(table->columns[often_empty[i]],
			gy_history_has_column(table->history, often_empty[i]));
	table->is_refreshing = TRUE;
	gtk_single_selection_set_selected(table->selection, position_of(table, table->chosen_id));
	table->is_refreshing = FALSE;
	g_object_notify_by_pspec(G_OBJECT(table), props[PROP_RUN]);
}

void
gy_history_table_set_history(GyHistoryTable *table, GyHistory *history)
{
	GtkSorter *sorter = gtk_column_view_get_sorter(table->view);
	GtkSortListModel *sorted =
		gtk_sort_list_model_new(g_object_ref(gy_history_runs(history)), g_object_ref(sorter));

	g_set_object(&table->history, history);
	g_clear_object(&table->selection);
	table->selection = gtk_single_selection_new(G_LIST_MODEL(sorted));
	gtk_single_selection_set_autoselect(table->selection, FALSE);
	gtk_single_selection_set_can_unselect(table->selection, TRUE);
	gy_history_table_unselect(table);
	g_signal_connect(table->selection, "notify::selected-item", G_CALLBACK(on_selected), table);
	gtk_column_view_set_model(table->view, GTK_SELECTION_MODEL(table->selection));
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_history_table_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	switch (id) {
	case PROP_RUN: g_value_set_object(value, gy_history_table_run(GY_HISTORY_TABLE(object))); break;
	default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
}

static void
gy_history_table_dispose(GObject *object)
{
	GyHistoryTable *table = GY_HISTORY_TABLE(object);

	if (table->selection)
		g_signal_handlers_disconnect_by_data(table->selection, table);
	g_clear_object(&table->selection);
	g_clear_object(&table->history);
	G_OBJECT_CLASS(gy_history_table_parent_class)->dispose(object);
}

/* A scrolled window does not pass it on. */
static gboolean
gy_history_table_grab_focus(GtkWidget *widget)
{
	return gtk_widget_grab_focus(GTK_WIDGET(GY_HISTORY_TABLE(widget)->view));
}

static void
gy_history_table_class_init(GyHistoryTableClass *class)
{
	G_OBJECT_CLASS(class)->get_property = gy_history_table_get_property;
	G_OBJECT_CLASS(class)->dispose = gy_history_table_dispose;
	GTK_WIDGET_CLASS(class)->grab_focus = gy_history_table_grab_focus;
	props[PROP_RUN] = g_param_spec_object(
		"run", NULL, NULL, GY_TYPE_HISTORY_RUN, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
	g_object_class_install_properties(G_OBJECT_CLASS(class), N_PROPS, props);
}

static void
gy_history_table_init(GyHistoryTable *table)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();

	table->chosen_id = GY_RECORD_NONE;
	table->view = GTK_COLUMN_VIEW(gtk_column_view_new(NULL));
	gtk_widget_add_css_class(GTK_WIDGET(table->view), "data-table");
	gtk_column_view_set_show_row_separators(table->view, TRUE);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(table->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Runs"), -1);
	/* the list inside of it is what the accessibility bus shows */
	gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_last_child(GTK_WIDGET(table->view))),
		GTK_ACCESSIBLE_PROPERTY_LABEL, _("Runs"), -1);
	for (GyHistoryColumn id = 0; id < GY_HISTORY_N_COLUMNS; id++)
		add_column(table, id);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), GTK_WIDGET(table->view));
	gtk_widget_set_vexpand(scrolled, TRUE);
	adw_bin_set_child(ADW_BIN(table), scrolled);
}
