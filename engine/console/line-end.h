// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** GyLineEnd: what a device takes for the end of a line. */
typedef enum { GY_LINE_END_CR, GY_LINE_END_LF, GY_LINE_END_CRLF } GyLineEnd;

/** gy_line_end_parse: %FALSE if @word is none of "cr", "lf" and "crlf". */
gboolean gy_line_end_parse(const char *word, GyLineEnd *end) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GyLineEndFilter:
 * @end: what goes to the device
 * @after_return: of the filter itself; %FALSE at the start
 *
 * Makes every line end of typed or piped text the device's: CR, LF and CRLF count as one each, also when a CRLF comes in
 * two pieces.
 */
typedef struct {
	GyLineEnd end;
	gboolean after_return;
} GyLineEndFilter;

/** gy_line_end_filter_feed: appends what the device is sent. */
void gy_line_end_filter_feed(GyLineEndFilter *filter, GByteArray *into, const guint8 *bytes, gsize size);
