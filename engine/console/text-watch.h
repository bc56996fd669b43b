// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyTextWatch:
 *
 * Waits for a text in a stream of bytes, however the stream is cut into pieces.
 */
typedef struct _GyTextWatch GyTextWatch;

/** gy_text_watch_new: @text is not empty. */
GyTextWatch *gy_text_watch_new(const char *text);
void gy_text_watch_free(GyTextWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyTextWatch, gy_text_watch_free)

/** gy_text_watch_feed: whether the text ended in these bytes. */
gboolean gy_text_watch_feed(GyTextWatch *watch, const guint8 *bytes, gsize size);
