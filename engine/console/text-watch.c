// SPDX-License-Identifier: Apache-2.0
#include "engine/console/text-watch.h"

#include <string.h>

struct _GyTextWatch {
	char *text;
	gsize size;
	gsize matched;
	gsize *fallback; /* for each length matched, the longest shorter one that still stands */
};

GyTextWatch *
gy_text_watch_new(const char *text)
{
	GyTextWatch *watch = g_new0(GyTextWatch, 1);
	gsize k = 0;

	g_return_val_if_fail(*text, NULL);
	watch->text = g_strdup(text);
	watch->size = strlen(text);
	watch->fallback = g_new0(gsize, watch->size + 1);
	for (gsize i = 1; i < watch->size; i++) {
		while (k > 0 && text[i] != text[k])
			k = watch->fallback[k];
		if (text[i] == text[k])
			k++;
		watch->fallback[i + 1] = k;
	}
	return watch;
}

void
gy_text_watch_free(GyTextWatch *watch)
{
	g_free(watch->text);
	g_free(watch->fallback);
	g_free(watch);
}

gboolean
gy_text_watch_feed(GyTextWatch *watch, const guint8 *bytes, gsize size)
{
	gboolean seen = FALSE;

	for (gsize i = 0; i < size; i++) {
		while (watch->matched > 0 && (guint8) watch->text[watch->matched] != bytes[i])
			watch->matched = watch->fallback[watch->matched];
		if ((guint8) watch->text[watch->matched] == bytes[i])
			watch->matched++;
		if (watch->matched < watch->size)
			continue;
		seen = TRUE;
		watch->matched = watch->fallback[watch->matched];
	}
	return seen;
}
