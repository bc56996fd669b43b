// SPDX-License-Identifier: Apache-2.0
#include "ui/history-draw.h"

#define HATCH_STEP 6

static void
look_up(GtkStyleContext *style, const char *name, const GdkRGBA *fallback, GdkRGBA *colour)
{
	if (!gtk_style_context_lookup_color(style, name, colour))
		*colour = *fallback;
}

void
gy_chart_pen_begin(GyChartPen *pen, GtkWidget *widget, GtkSnapshot *snapshot)
{
	GtkStyleContext *style = gtk_widget_get_style_context(widget);
	float width = (float) gtk_widget_get_width(widget);
	float height = (float) gtk_widget_get_height(widget);

	gtk_style_context_get_color(style, &pen->text);
	look_up(style, "success_color", &pen->text, &pen->good);
	look_up(style, "error_color", &pen->text, &pen->bad);
	look_up(style, "accent_color", &pen->text, &pen->accent);
	pen->cairo = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, width, height));
	pen->layout = gtk_widget_create_pango_layout(widget, NULL);
}

void
gy_chart_pen_end(GyChartPen *pen)
{
	g_clear_object(&pen->layout);
	g_clear_pointer(&pen->cairo, cairo_destroy);
}

static void
set_colour(GyChartPen *pen, const GdkRGBA *colour, double strength)
{
	cairo_set_source_rgba(pen->cairo, colour->red, colour->green, colour->blue, colour->alpha * strength);
}

void
gy_chart_pen_text(GyChartPen *pen, const char *text, double x, double y, double align, double strength)
{
	int width;

	pango_layout_set_width(pen->layout, -1);
	pango_layout_set_text(pen->layout, text, -1);
	pango_layout_get_pixel_size(pen->layout, &width, NULL);
	set_colour(pen, &pen->text, strength);
	cairo_move_to(pen->cairo, x - width * align, y);
	pango_cairo_show_layout(pen->cairo, pen->layout);
}

void
gy_chart_pen_text_fit(GyChartPen *pen, const char *text, double x, double y, double width)
{
	pango_layout_set_text(pen->layout, text, -1);
	pango_layout_set_width(pen->layout, (int) (width * PANGO_SCALE));
	pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_END);
	set_colour(pen, &pen->text, 1);
	cairo_move_to(pen->cairo, x, y);
	pango_cairo_show_layout(pen->cairo, pen->layout);
}

/* Lines in the colour of the text across what was clipped. */
static void
hatch(GyChartPen *pen, double x, double y, double width, double height)
{
	set_colour(pen, &pen->text, 0.55);
	cairo_set_line_width(pen->cairo, 1);
	for (double at = x - height; at < x + width; at += HATCH_STEP) {
		cairo_move_to(pen->cairo, at, y + height);
		cairo_line_to(pen->cairo, at + height, y);
	}
	cairo_stroke(pen->cairo);
}

void
gy_chart_pen_bar(GyChartPen *pen, const GdkRGBA *colour, gboolean is_hatched, double x, double y,
	double width, double height)
{
	if (width <= 0 || height <= 0)
		return;
	cairo_save(pen->cairo);
	cairo_rectangle(pen->cairo, x, y, width, height);
	cairo_clip(pen->cairo);
	set_colour(pen, colour, 1);
	cairo_paint(pen->cairo);
	if (is_hatched)
		hatch(pen, x, y, width, height);
	cairo_restore(pen->cairo);
}

void
gy_chart_pen_line(
	GyChartPen *pen, const GdkRGBA *colour, double strength, double x0, double y0, double x1, double y1)
{
	set_colour(pen, colour, strength);
	cairo_set_line_width(pen->cairo, 1);
	cairo_move_to(pen->cairo, (int) x0 + 0.5, (int) y0 + 0.5);
	cairo_line_to(pen->cairo, (int) x1 + 0.5, (int) y1 + 0.5);
	cairo_stroke(pen->cairo);
}

void
gy_chart_text_size(GtkWidget *widget, const char *text, int *width, int *height)
{
	g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, text);

	pango_layout_get_pixel_size(layout, width, height);
}
