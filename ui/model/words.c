// SPDX-License-Identifier: Apache-2.0
#include "ui/model/words.h"

#include <glib/gi18n-lib.h>

#define KIB 1024.0
#define MIB (1024.0 * 1024.0)

char *
gy_words_size(guint64 bytes)
{
	if ((double) bytes < KIB)
		return g_strdup_printf(
			ngettext("%u byte", "%u bytes", (unsigned long) bytes), (unsigned) bytes);
	/* what would be rounded to 1024.0 KiB is a MiB */
	if ((double) bytes < MIB - KIB / 20)
		return g_strdup_printf(_("%.1f KiB"), (double) bytes / KIB);
	return g_strdup_printf(_("%.1f MiB"), (double) bytes / MIB);
}

char *
gy_words_rate(double bytes_per_second)
{
	if (bytes_per_second < 10 * KIB)
		return g_strdup_printf(_("%.1f KiB/s"), bytes_per_second / KIB);
	if (bytes_per_second < MIB)
		return g_strdup_printf(_("%.0f KiB/s"), bytes_per_second / KIB);
	return g_strdup_printf(_("%.1f MiB/s"), bytes_per_second / MIB);
}

char *
gy_words_duration(gint64 milliseconds)
{
	gint64 tenths = (MAX(milliseconds, 0) + 50) / 100;
	gint64 seconds = (tenths + 5) / 10;

	if (tenths < 600)
		return g_strdup_printf(_("%.1f s"), (double) tenths / 10);
	/* Translators: minutes and seconds, as in "2 min 5 s" */
	return g_strdup_printf(_("%d min %d s"), (int) (seconds / 60), (int) (seconds % 60));
}

char *
gy_words_time_left(int seconds)
{
	if (seconds < 60)
		return g_strdup_printf(_("%d s left"), seconds);
	return g_strdup_printf(_("%d min %d s left"), seconds / 60, seconds % 60);
}
