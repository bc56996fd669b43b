// SPDX-License-Identifier: Apache-2.0
#include "ui/history-day-chart.h"

#include <glib/gi18n-lib.h>

#include "ui/history-draw.h"

#define HEIGHT       150
#define GAP          4
#define COLUMN_MOST  48
#define COLUMN_LEAST 8

struct _GyHistoryDayChart {
	GtkWidget parent;

	GArray *days;
};

G_DEFINE_FINAL_TYPE(GyHistoryDayChart, gy_history_day_chart, GTK_TYPE_WIDGET)

/* Where the columns stand. */
typedef struct {
	double left, top, bottom;
	double step;
	guint n_columns;
	guint days_each;
	int text_height;
} Frame;

static Frame
frame_of(GyHistoryDayChart *chart)
{
	GtkWidget *widget = GTK_WIDGET(chart);
	Frame frame = {0};
	int text_width;
	double width;
	guint most;

	gy_chart_text_size(widget, _("100 %"), &text_width, &frame.text_height);
	frame.left = text_width + 8;
	frame.top = frame.text_height / 2.0;
	frame.bottom = gtk_widget_get_height(widget) - frame.text_height - 6;
	width = MAX(gtk_widget_get_width(widget) - frame.left, COLUMN_LEAST);
	most = (guint) (width / COLUMN_LEAST);
	frame.days_each = MAX(1, (chart->days->len + most - 1) / most);
	frame.n_columns = (chart->days->len + frame.days_each - 1) / frame.days_each;
	frame.step = MIN(COLUMN_MOST, width / MAX(frame.n_columns, 1));
	return frame;
}

static void
draw_grid(GyChartPen *pen, const Frame *frame, double width)
{
	const char *labels[] = {_("100 %"), _("50 %"), _("0 %")};

	for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
		double y = frame->top + (frame->bottom - frame->top) * i / 2;

		gy_chart_pen_text(pen, labels[i], frame->left - 8, y - frame->text_height / 2.0, 1, 0.75);
		gy_chart_pen_line(pen, &pen->text, 0.25, frame->left, y, width, y);
	}
}

static void
draw_column(GyHistoryDayChart *chart, GyChartPen *pen, const Frame *frame, guint column)
{
	double height = frame->bottom - frame->top;
	double x = frame->left + frame->step * column + GAP / 2.0;
	guint n_done = 0, n_failed = 0;
	double failed;

	for (guint i = column * frame->days_each; i < MIN((column + 1) * frame->days_each, chart->days->len);
		i++) {
		n_done += g_array_index(chart->days, GyRecordDay, i).n_done;
		n_failed += g_array_index(chart->days, GyRecordDay, i).n_failed;
	}
	failed = height * (1 - MAX(gy_record_pass_rate(n_done, n_failed), 0));
	gy_chart_pen_bar(pen, &pen->bad, TRUE, x, frame->top, frame->step - GAP, failed);
	gy_chart_pen_bar(pen, &pen->good, FALSE, x, frame->top + failed, frame->step - GAP, height - failed);
}

/* As many dates below the columns as have room: the first, the last and some between. */
static void
draw_dates(GyHistoryDayChart *chart, GyChartPen *pen, const Frame *frame)
{
	double y = frame->bottom + 6;
	double free_from = 0;
	int width;

	gy_chart_text_size(GTK_WIDGET(chart), "00-00", &width, NULL);
	for (guint column = 0; column < frame->n_columns; column++) {
		const GyRecordDay *day = &g_array_index(chart->days, GyRecordDay, column * frame->days_each);
		double middle = frame->left + frame->step * (column + 0.5);

		if (middle - width / 2.0 < free_from ||
			middle + width / 2.0 > gtk_widget_get_width(GTK_WIDGET(chart)))
			continue;
		gy_chart_pen_text(pen, day->date + strlen("2026-"), middle, y, 0.5, 0.75);
		free_from = middle + width / 2.0 + 12;
	}
}

static void
gy_history_day_chart_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	GyHistoryDayChart *chart = GY_HISTORY_DAY_CHART(widget);
	Frame frame = frame_of(chart);
	GyChartPen pen;

	gy_chart_pen_begin(&pen, widget, snapshot);
	draw_grid(&pen, &frame, gtk_widget_get_width(widget));
	for (guint i = 0; i < frame.n_columns; i++)
		draw_column(chart, &pen, &frame, i);
	draw_dates(chart, &pen, &frame);
	gy_chart_pen_end(&pen);
}

static void
gy_history_day_chart_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
	int *natural, int *minimum_baseline, int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 160;
	*natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 480;
}

static void
gy_history_day_chart_finalize(GObject *object)
{
	g_array_unref(GY_HISTORY_DAY_CHART(object)->days);
	G_OBJECT_CLASS(gy_history_day_chart_parent_class)->finalize(object);
}

static void
gy_history_day_chart_class_init(GyHistoryDayChartClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_history_day_chart_finalize;
	widget->snapshot = gy_history_day_chart_snapshot;
	widget->measure = gy_history_day_chart_measure;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
	gtk_widget_class_set_css_name(widget, "chart");
}

static void
gy_history_day_chart_init(GyHistoryDayChart *chart)
{
	chart->days = g_array_new(FALSE, FALSE, sizeof(GyRecordDay));
}

GtkWidget *
gy_history_day_chart_new(void)
{
	return g_object_new(GY_TYPE_HISTORY_DAY_CHART, NULL);
}

void
gy_history_day_chart_set(GyHistoryDayChart *chart, GArray *days, const char *sentence)
{
	g_array_set_size(chart->days, 0);
	g_array_append_vals(chart->days, days->data, days->len);
	gtk_accessible_update_property(GTK_ACCESSIBLE(chart), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
	gtk_widget_queue_draw(GTK_WIDGET(chart));
}
