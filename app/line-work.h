// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "app/output.h"

/**
 * GyLineProgress: how far something on a cable is; the thread that works sets it, the terminal's shows it.
 * @stage: what is going on, a text that stays
 * @done: bytes
 * @total: bytes, 0: not known
 */
typedef struct {
	const char *stage;
	guint64 done;
	guint64 total;
} GyLineProgress;

/** GyLineReport: for the thread that works. */
typedef struct _GyLineReport GyLineReport;

/** gy_line_report: tells how far it is. */
void gy_line_report(GyLineReport *report, const char *stage, guint64 done, guint64 total);

/** gy_line_say: (transfer full) @sentence: one line that stays. */
void gy_line_say(GyLineReport *report, char *sentence);

/** GyLineWork: blocks; %FALSE with @error. */
typedef gboolean (*GyLineWork)(
	gpointer data, GyLineReport *report, GCancellable *cancellable, GError **error);

/**
 * gy_line_work_run:
 * @output: where progress is shown, if there is a terminal
 * @stage: what begins
 * @work: runs on a thread of its own
 * @data: for @work
 * @error: return location
 *
 * Ctrl-C, SIGTERM and SIGHUP cancel the work, which has to end soon then; a second one ends the program.
 */
gboolean gy_line_work_run(const GyOutput *output, const char *stage, GyLineWork work, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
