// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "tests/link/line.h"

/*
 * The simulated line in real time: two pseudo-terminals with a thread between them that moves bytes when they are due.
 * It sleeps in steps of a millisecond, which adds as much to a delay and nothing to the time of a byte.
 */
typedef struct _RealLine RealLine;

RealLine *real_line_new(const LineOptions *options, GError **error);
void real_line_free(RealLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RealLine, real_line_free)

/* The terminals' paths. Both are raw, at the line's rate. */
const char *real_line_host_path(RealLine *line);
const char *real_line_device_path(RealLine *line);

/* Nothing passes in that time, counted from now. */
void real_line_cut(RealLine *line, guint after_ms, guint for_ms);
