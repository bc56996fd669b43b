// SPDX-License-Identifier: Apache-2.0
#include "ui/package-table.h"

#include <glib/gi18n-lib.h>

#include "ui/model/package-row.h"
#include "ui/package-strip.h"

struct _GyPackageTable {
	AdwBin parent;

	GtkColumnView *view;
	GtkColumnViewColumn *columns[GY_PACKAGE_N_COLUMNS];
	GtkSingleSelection *selection;
	GyPackageStrip *strip;
};

G_DEFINE_FINAL_TYPE(GyPackageTable, gy_package_table, ADW_TYPE_BIN)

/* ---- cells ---------------------------------------------------------------------------------------------- */

static gboolean
is_number(GyPackageColumn column)
{
	return column == GY_PACKAGE_COLUMN_SIZE || column == GY_PACKAGE_COLUMN_PACKED ||
	       column == GY_PACKAGE_COLUMN_VERSION;
}

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_xalign(GTK_LABEL(label), is_number((GyPackageColumn) GPOINTER_TO_INT(column)) ? 1 : 0);
	gtk_widget_add_css_class(label, "numeric");
	gtk_list_item_set_child(item, label);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
	GtkWidget *label = gtk_list_item_get_child(item);
	GyPackageRow *row = gtk_list_item_get_item(item);
	g_autofree char *text = gy_package_row_text(row, (GyPackageColumn) GPOINTER_TO_INT(column));
	g_autofree char *detail = gy_package_row_detail(row, (GyPackageColumn) GPOINTER_TO_INT(column));

	gtk_label_set_text(GTK_LABEL(label), text);
	gtk_widget_set_tooltip_text(label, detail);
}

static void
add_column(GyPackageTable *table, GyPackageColumn id)
{
	GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
	GtkColumnViewColumn *column = gtk_column_view_column_new(gy_package_column_title(id), factory);

	g_signal_connect(factory, "setup", G_CALLBACK(on_setup), GINT_TO_POINTER((int) id));
	g_signal_connect(factory, "bind", G_CALLBACK(on_bind), GINT_TO_POINTER((int) id));
	gtk_column_view_column_set_expand(column, id == GY_PACKAGE_COLUMN_NAME);
	gtk_column_view_append_column(table->view, column);
	table->columns[id] = column;
	g_object_unref(column);
}

/* ---- the choice ----------------------------------------------------------------------------------------- */

static void
on_selected(GtkSingleSelection *selection, GParamSpec *spec, GyPackageTable *table)
{
	guint position = gtk_single_selection_get_selected(selection);

	gy_package_strip_set_chosen(
		table->strip, position == GTK_INVALID_LIST_POSITION ? -1 : (int) position);
}

static void
on_image_chosen(GyPackageStrip *strip, int image, GyPackageTable *table)
{
	gtk_single_selection_set_selected(table->selection, (guint) image);
}

void
gy_package_table_set_package(GyPackageTable *table, GyPackage *package)
{
	g_autoptr(GListModel) rows = gy_package_rows_new(package);

	gy_package_strip_set_package(table->strip, package);
	gtk_single_selection_set_model(table->selection, rows);
	gtk_single_selection_set_selected(table->selection, GTK_INVALID_LIST_POSITION);
}

void
gy_package_table_set_compact(GyPackageTable *table, gboolean is_compact)
{
	static const GyPackageColumn spared[] = {
		GY_PACKAGE_COLUMN_VERSION, GY_PACKAGE_COLUMN_WHERE, GY_PACKAGE_COLUMN_HASH};

	for (guint i = 0; i < G_N_ELEMENTS(spared); i++)
		gtk_column_view_column_set_visible(table->columns[spared[i]], !is_compact);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_table_dispose(GObject *object)
{
	GyPackageTable *table = GY_PACKAGE_TABLE(object);

	if (table->selection)
		g_signal_handlers_disconnect_by_data(table->selection, table);
	g_clear_object(&table->selection);
	G_OBJECT_CLASS(gy_package_table_parent_class)->dispose(object);
}

static void
gy_package_table_class_init(GyPackageTableClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_package_table_dispose;
}

static void
name_list(GtkColumnView *view)
{
	/* the list inside of it is what the accessibility bus shows */
	GtkWidget *parts[] = {GTK_WIDGET(view), gtk_widget_get_last_child(GTK_WIDGET(view))};

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		gtk_accessible_update_property(
			GTK_ACCESSIBLE(parts[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Images"), -1);
}

static void
gy_package_table_init(GyPackageTable *table)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	GtkWidget *scrolled = gtk_scrolled_window_new();

	table->selection = gtk_single_selection_new(NULL);
	gtk_single_selection_set_autoselect(table->selection, FALSE);
	gtk_single_selection_set_can_unselect(table->selection, TRUE);
	table->view =
		GTK_COLUMN_VIEW(gtk_column_view_new(GTK_SELECTION_MODEL(g_object_ref(table->selection))));
	gtk_widget_add_css_class(GTK_WIDGET(table->view), "data-table");
	name_list(table->view);
	for (GyPackageColumn id = 0; id < GY_PACKAGE_N_COLUMNS; id++)
		add_column(table, id);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), GTK_WIDGET(table->view));
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
	gtk_widget_add_css_class(scrolled, "card");
	gtk_widget_set_overflow(scrolled, GTK_OVERFLOW_HIDDEN);
	table->strip = GY_PACKAGE_STRIP(gy_package_strip_new());
	gtk_box_append(GTK_BOX(box), scrolled);
	gtk_box_append(GTK_BOX(box), GTK_WIDGET(table->strip));
	adw_bin_set_child(ADW_BIN(table), box);
	g_signal_connect(table->selection, "notify::selected", G_CALLBACK(on_selected), table);
	g_signal_connect(table->strip, "image-chosen", G_CALLBACK(on_image_chosen), table);
}
