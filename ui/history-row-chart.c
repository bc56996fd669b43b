// SPDX-License-Identifier: Apache-2.0
#include "ui/history-row-chart.h"

#include "ui/history-draw.h"

#define GAP        8
#define COLUMN_GAP 12
#define BAR_LEAST  2

struct _GyHistoryRowChart {
	GtkWidget parent;

	GArray *rows;
	gboolean is_bad;
};

G_DEFINE_FINAL_TYPE(GyHistoryRowChart, gy_history_row_chart, GTK_TYPE_WIDGET)

static void
row_clear(gpointer data)
{
	GyChartRow *row = data;

	g_free((char *) row->label);
	g_free((char *) row->value);
}

/* Widths of the texts before and after the bars, and the height of a row. */
typedef struct {
	int label;
	int value;
	int height;
} Sizes;

static Sizes
sizes_of(GyHistoryRowChart *chart)
{
	Sizes sizes = {0};

	gy_chart_text_size(GTK_WIDGET(chart), "0", NULL, &sizes.height);
	for (guint i = 0; i < chart->rows->len; i++) {
		const GyChartRow *row = &g_array_index(chart->rows, GyChartRow, i);
		int label, value;

		gy_chart_text_size(GTK_WIDGET(chart), row->label, &label, NULL);
		gy_chart_text_size(GTK_WIDGET(chart), row->value, &value, NULL);
		sizes.label = MAX(sizes.label, label);
		sizes.value = MAX(sizes.value, value);
	}
	return sizes;
}

static double
scale_of(GyHistoryRowChart *chart)
{
	double most = 0;

	for (guint i = 0; i < chart->rows->len; i++) {
		const GyChartRow *row = &g_array_index(chart->rows, GyChartRow, i);

		most = MAX(most, row->offset + MAX(row->size, row->far_size));
	}
	return most > 0 ? most : 1;
}

static void
draw_row(GyHistoryRowChart *chart, GyChartPen *pen, const Sizes *sizes, guint i)
{
	const GyChartRow *row = &g_array_index(chart->rows, GyChartRow, i);
	const GdkRGBA *colour = chart->is_bad ? &pen->bad : &pen->accent;
	double all = gtk_widget_get_width(GTK_WIDGET(chart));
	double label = MIN(sizes->label, all / 3);
	double left = label + COLUMN_GAP;
	double unit = MAX(all - left - COLUMN_GAP - sizes->value, 1) / scale_of(chart);
	double y = i * (double) (sizes->height + GAP);
	double x = left + row->offset * unit;
	double end = left + (row->offset + row->far_size) * unit;
	double middle = y + sizes->height / 2.0;

	gy_chart_pen_text_fit(pen, row->label, 0, y, label);
	gy_chart_pen_bar(
		pen, colour, chart->is_bad, x, y + 2, MAX(row->size * unit, BAR_LEAST), sizes->height - 4);
	if (row->far_size > row->size) {
		gy_chart_pen_line(pen, &pen->text, 0.8, x + row->size * unit, middle, end, middle);
		gy_chart_pen_line(pen, &pen->text, 0.8, end, middle - 4, end, middle + 4);
	}
	gy_chart_pen_text(pen, row->value, all, y, 1, 1);
}

static void
gy_history_row_chart_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	GyHistoryRowChart *chart = GY_HISTORY_ROW_CHART(widget);
	Sizes sizes = sizes_of(chart);
	GyChartPen pen;

	gy_chart_pen_begin(&pen, widget, snapshot);
	for (guint i = 0; i < chart->rows->len; i++)
		draw_row(chart, &pen, &sizes, i);
	gy_chart_pen_end(&pen);
}

static void
gy_history_row_chart_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
	int *natural, int *minimum_baseline, int *natural_baseline)
{
	GyHistoryRowChart *chart = GY_HISTORY_ROW_CHART(widget);
	Sizes sizes = sizes_of(chart);

	if (orientation == GTK_ORIENTATION_HORIZONTAL) {
		*minimum = 160;
		*natural = sizes.label + sizes.value + 200;
	} else {
		*minimum = *natural = (int) chart->rows->len * (sizes.height + GAP);
	}
}

static void
gy_history_row_chart_finalize(GObject *object)
{
	g_array_unref(GY_HISTORY_ROW_CHART(object)->rows);
	G_OBJECT_CLASS(gy_history_row_chart_parent_class)->finalize(object);
}

static void
gy_history_row_chart_class_init(GyHistoryRowChartClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_history_row_chart_finalize;
	widget->snapshot = gy_history_row_chart_snapshot;
	widget->measure = gy_history_row_chart_measure;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
	gtk_widget_class_set_css_name(widget, "chart");
}

static void
gy_history_row_chart_init(GyHistoryRowChart *chart)
{
	chart->rows = g_array_new(FALSE, FALSE, sizeof(GyChartRow));
	g_array_set_clear_func(chart->rows, row_clear);
}

GtkWidget *
gy_history_row_chart_new(gboolean is_bad)
{
	GyHistoryRowChart *chart = g_object_new(GY_TYPE_HISTORY_ROW_CHART, NULL);

	chart->is_bad = is_bad;
	return GTK_WIDGET(chart);
}

void
gy_history_row_chart_set(GyHistoryRowChart *chart, const GyChartRow *rows, guint n, const char *sentence)
{
	g_array_set_size(chart->rows, 0);
	for (guint i = 0; i < n; i++) {
		GyChartRow copy = rows[i];

		copy.label = g_strdup(rows[i].label);
		copy.value = g_strdup(rows[i].value);
		g_array_append_val(chart->rows, copy);
	}
	gtk_accessible_update_property(GTK_ACCESSIBLE(chart), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
	gtk_widget_queue_resize(GTK_WIDGET(chart));
}
