// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * Numbers as people read them, in the language of the app. All return text that the caller frees.
 */

/** gy_words_size: "745 bytes", "18.6 KiB", "1.2 MiB". */
char *gy_words_size(guint64 bytes);
/** gy_words_rate: "88 KiB/s". */
char *gy_words_rate(double bytes_per_second);
/** gy_words_duration: "0.4 s", "14.2 s", "2 min 5 s". */
char *gy_words_duration(gint64 milliseconds);
/** gy_words_time_left: "5 s left", "2 min 5 s left". */
char *gy_words_time_left(int seconds);
