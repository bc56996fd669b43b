// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/**
 * GyChartPen: what charts draw with. Its colours are those of the widget's theme, so that dark and high contrast come by
 * themselves.
 */
typedef struct {
	cairo_t *cairo;
	PangoLayout *layout;
	GdkRGBA text;
	GdkRGBA good;
	GdkRGBA bad;
	GdkRGBA accent;
} GyChartPen;

/** gy_chart_pen_begin: for a whole widget, in its snapshot(). */
void gy_chart_pen_begin(GyChartPen *pen, GtkWidget *widget, GtkSnapshot *snapshot);
void gy_chart_pen_end(GyChartPen *pen);

/** gy_chart_pen_text: @align: 0: begins at @x, 0.5: its middle is there, 1: it ends there; @strength of the text's colour. */
void gy_chart_pen_text(GyChartPen *pen, const char *text, double x, double y, double align, double strength);
/** gy_chart_pen_text_fit: begins at @x and gets an ellipsis if it is wider than @width. */
void gy_chart_pen_text_fit(GyChartPen *pen, const char *text, double x, double y, double width);

/** gy_chart_pen_bar: a filled rectangle; @is_hatched: with lines across, so that it is told without its colour. */
void gy_chart_pen_bar(GyChartPen *pen, const GdkRGBA *colour, gboolean is_hatched, double x, double y,
	double width, double height);
/** gy_chart_pen_line: one pixel wide, level or upright. */
void gy_chart_pen_line(
	GyChartPen *pen, const GdkRGBA *colour, double strength, double x0, double y0, double x1, double y1);

/** gy_chart_text_size: in pixels; either may be NULL. */
void gy_chart_text_size(GtkWidget *widget, const char *text, int *width, int *height);
