// SPDX-License-Identifier: Apache-2.0
#include "app/text.h"

char *
gy_text_size(guint64 bytes)
{
	if (bytes < 1024)
		return gy_text_count(bytes, "byte");
	if (bytes < 1024 * 1024)
		return g_strdup_printf("%.1f KiB", (double) bytes / 1024.0);
	return g_strdup_printf("%.1f MiB", (double) bytes / (1024.0 * 1024.0));
}

char *
gy_text_rate(double bytes_per_second)
{
	if (bytes_per_second < 1024 * 1024)
		return g_strdup_printf("%.1f KiB/s", bytes_per_second / 1024.0);
	return g_strdup_printf("%.1f MiB/s", bytes_per_second / (1024.0 * 1024.0));
}

char *
gy_text_duration(gint64 milliseconds)
{
	gint64 seconds = (milliseconds + 500) / 1000;

	if (milliseconds < 59950)
		return g_strdup_printf("%.1f s", (double) milliseconds / 1000.0);
	return g_strdup_printf("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", seconds / 60, seconds % 60);
}

char *
gy_text_count(guint64 count, const char *noun)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %s%s", count, noun, count == 1 ? "" : "s");
}
