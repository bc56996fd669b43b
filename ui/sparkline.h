// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

/**
 * GySparkline:
 *
 * The rates of the last half minute as a line, from 0 to what the cable carries at most, which is a faint line. Its
 * accessible name is the sentence "Throughput 88 KiB/s".
 */
#define GY_TYPE_SPARKLINE (gy_sparkline_get_type())
G_DECLARE_FINAL_TYPE(GySparkline, gy_sparkline, GY, SPARKLINE, GtkWidget)

/** gy_sparkline_set: @points: bytes per second, oldest first, at most 120 of which the last count; @most: 0: unknown. */
void gy_sparkline_set(GySparkline *line, const double *points, guint n, double most);
