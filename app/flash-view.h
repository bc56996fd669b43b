// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "app/progress-bar.h"
#include "engine/console/console-lines.h"
#include "engine/job/job.h"
#include "engine/steady-clock.h"

/**
 * GyFlashView:
 *
 * Shows one job: a bar and a list of stages on a terminal, one line for every ten percent elsewhere, objects with --json.
 */
typedef struct {
	const GyOutput *output;
	GyProgressBar bar;
	gboolean has_bar;
	GySteadyClock clock;
	GyConsoleLines lines; /* of the device's console */
	GByteArray *row;      /* on a terminal: the row that the device may still write over */
	gboolean is_returned; /* a carriage return was the last byte of @row */
	gboolean has_stage;
	GyStage stage;
	gint64 stage_began_ms;
	int tenths; /* printed last */
} GyFlashView;

void gy_flash_view_init(GyFlashView *view, const GyOutput *output);
void gy_flash_view_clear(GyFlashView *view);

void gy_flash_view_begin(GyFlashView *view, GyPackage *package, const GyJobOptions *options);
void gy_flash_view_stage(GyFlashView *view, GyStage stage, gint64 elapsed_ms);
void gy_flash_view_progress(GyFlashView *view, const GyJobProgress *progress);
void gy_flash_view_console(GyFlashView *view, GBytes *text);
void gy_flash_view_log(GyFlashView *view, const char *sentence);
/** gy_flash_view_delta: what is sent: an object; people read it in the log. */
void gy_flash_view_delta(GyFlashView *view, GyJob *job);
/** gy_flash_view_end: @package: whose warnings are repeated. Returns: what the program ends with. */
int gy_flash_view_end(GyFlashView *view, GyJob *job, GyPackage *package);
/** gy_flash_view_hide: gives the terminal back. */
void gy_flash_view_hide(GyFlashView *view);

/** gy_flash_progress_object: prints how far a job is; nothing for people. */
void gy_flash_progress_object(const GyOutput *output, const GyJobProgress *progress);
