// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/**
 * GyChartRow: one bar that lies.
 * @label: before it
 * @value: after it, in words
 * @offset: where it begins
 * @size: how long it is
 * @far_size: a thin line goes on to here; not drawn if it is not more than @size
 */
typedef struct {
	const char *label;
	const char *value;
	double offset;
	double size;
	double far_size;
} GyChartRow;

/** GyHistoryRowChart: bars below each other, on one scale from 0. */
#define GY_TYPE_HISTORY_ROW_CHART (gy_history_row_chart_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryRowChart, gy_history_row_chart, GY, HISTORY_ROW_CHART, GtkWidget)

/** gy_history_row_chart_new: @is_bad: what it counts are failures: red and hatched. */
GtkWidget *gy_history_row_chart_new(gboolean is_bad);

/** gy_history_row_chart_set: @rows are copied; @sentence says the same in words. */
void gy_history_row_chart_set(
	GyHistoryRowChart *chart, const GyChartRow *rows, guint n, const char *sentence);
