// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "engine/safe-text.h"

/** gy_text_size: (transfer full): "745 bytes", "18.6 KiB", "1.2 MiB". */
char *gy_text_size(guint64 bytes);
/** gy_text_rate: (transfer full): "88.1 KiB/s". */
char *gy_text_rate(double bytes_per_second);
/** gy_text_duration: (transfer full): "0.4 s", "14.2 s", "2 min 5 s". */
char *gy_text_duration(gint64 milliseconds);
/** gy_text_count: (transfer full): "1 image", "3 images"; @noun is the singular. */
char *gy_text_count(guint64 count, const char *noun);
