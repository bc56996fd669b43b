// SPDX-License-Identifier: Apache-2.0
#include "ui/sparkline.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/model/words.h"

#define POINTS 120
#define HEIGHT 36

struct _GySparkline {
	GtkWidget parent;

	double points[POINTS];
	guint n;
	double most;
};

G_DEFINE_FINAL_TYPE(GySparkline, gy_sparkline, GTK_TYPE_WIDGET)

static double
scale_of(const GySparkline *line)
{
	double scale = line->most;

	for (guint i = 0; i < line->n; i++)
		scale = MAX(scale, line->points[i]);
	return scale > 0 ? scale : 1;
}

static void
draw_points(const GySparkline *line, cairo_t *cairo, double width, double height)
{
	double scale = scale_of(line);
	double step = width / (POINTS - 1);

	for (guint i = 0; i < line->n; i++) {
		double y = height - 1 - (height - 3) * line->points[i] / scale;

		if (i == 0)
			cairo_move_to(cairo, 0, y);
		else
			cairo_line_to(cairo, i * step, y);
	}
	cairo_set_line_width(cairo, 1.5);
	cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
	cairo_stroke_preserve(cairo);
	cairo_line_to(cairo, (line->n - 1) * step, height);
	cairo_line_to(cairo, 0, height);
	cairo_close_path(cairo);
}

static void
draw_most(const GySparkline *line, cairo_t *cairo, double width, double height)
{
	const double dashes[] = {3, 3};
	double y = height - 1 - (height - 3) * line->most / scale_of(line);

	cairo_set_dash(cairo, dashes, G_N_ELEMENTS(dashes), 0);
	cairo_set_line_width(cairo, 1);
	cairo_move_to(cairo, 0, y);
	cairo_line_to(cairo, width, y);
	cairo_stroke(cairo);
	cairo_set_dash(cairo, NULL, 0, 0);
}

static void
gy_sparkline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	GySparkline *line = GY_SPARKLINE(widget);
	float width = (float) gtk_widget_get_width(widget);
	float height = (float) gtk_widget_get_height(widget);
	GdkRGBA colour;
	cairo_t *cairo;

	/* the text's colour follows dark and high contrast by itself */
	gtk_style_context_get_color(gtk_widget_get_style_context(widget), &colour);
	cairo = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, width, height));
	cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, 0.4 * colour.alpha);
	if (line->most > 0)
		draw_most(line, cairo, width, height);
	if (line->n > 1) {
		gdk_cairo_set_source_rgba(cairo, &colour);
		draw_points(line, cairo, width, height);
		cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, 0.12 * colour.alpha);
		cairo_fill(cairo);
	}
	cairo_destroy(cairo);
}

static void
gy_sparkline_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
	int *minimum_baseline, int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 60;
	*natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 240;
}

static void
say_rate(GySparkline *line)
{
	g_autofree char *rate = gy_words_rate(line->n ? line->points[line->n - 1] : 0);
	g_autofree char *sentence = g_strdup_printf(_("Throughput %s"), rate);

	gtk_accessible_update_property(GTK_ACCESSIBLE(line), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

static void
gy_sparkline_class_init(GySparklineClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	widget->snapshot = gy_sparkline_snapshot;
	widget->measure = gy_sparkline_measure;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
	gtk_widget_class_set_css_name(widget, "sparkline");
}

static void
gy_sparkline_init(GySparkline *line)
{
	say_rate(line);
}

void
gy_sparkline_set(GySparkline *line, const double *points, guint n, double most)
{
	guint kept = MIN(n, POINTS);

	if (kept == line->n && most == line->most &&
		(kept == 0 || memcmp(line->points, points + n - kept, kept * sizeof *points) == 0))
		return;
	memcpy(line->points, points + n - kept, kept * sizeof *points);
	line->n = kept;
	line->most = most;
	say_rate(line);
	gtk_widget_queue_draw(GTK_WIDGET(line));
}
