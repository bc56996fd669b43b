// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "ui/model/board.h"
#include "ui/model/stages.h"

/** What the sparkline shows: four points a second. */
#define GY_FLASH_POINTS 120

/**
 * GyFlash:
 *
 * One job as a screen shows it. It starts the engine's job at once and holds the board's port until `ended`.
 *
 * Signals:
 * - `changed`: look again, at most 30 times a second
 * - `logged` (char *text): lines for the details: what happened and what the board printed
 * - `ended`: nothing changes any more
 */
#define GY_TYPE_FLASH (gy_flash_get_type())
G_DECLARE_FINAL_TYPE(GyFlash, gy_flash, GY, FLASH, GObject)

/** gy_flash_new: (transfer full): @options' port is that of @board. */
GyFlash *gy_flash_new(GyBoard *board, GyPackage *package, const GyJobOptions *options);

GyBoard *gy_flash_board(GyFlash *flash);
GyPackage *gy_flash_package(GyFlash *flash);
gboolean gy_flash_is_running(GyFlash *flash);
gboolean gy_flash_is_done(GyFlash *flash);
const GyStages *gy_flash_stages(GyFlash *flash);

/** gy_flash_fraction: of the whole job, 0 to 1; never goes back, and is 1 only when it is done. */
double gy_flash_fraction(GyFlash *flash);
/** gy_flash_status: (transfer full): "745 KiB of 1.2 MiB · 88 KiB/s · 5 s left", or what is waited for. */
char *gy_flash_status(GyFlash *flash);
/** gy_flash_line: (transfer full): "line 97 % full · 2 KiB sent again"; "" outside of the transfer. */
char *gy_flash_line(GyFlash *flash);
/** gy_flash_has_measure: whether the stage counts something; else a bar pulses. */
gboolean gy_flash_has_measure(GyFlash *flash);
double gy_flash_rate(GyFlash *flash);
/** gy_flash_line_rate: the most that the line carries, bytes per second; 0: unknown. */
double gy_flash_line_rate(GyFlash *flash);
/** gy_flash_points: the rates of the last half minute, oldest first; @n gets how many. */
const double *gy_flash_points(GyFlash *flash, guint *n);

/** gy_flash_can_cancel: whether it still can be stopped; not while the board installs. */
gboolean gy_flash_can_cancel(GyFlash *flash);
void gy_flash_cancel(GyFlash *flash);
gboolean gy_flash_is_cancelling(GyFlash *flash);

/** gy_flash_headline: (transfer full): the result in one sentence: "WS63 board now runs 1.4.2 (was 1.4.1). 14.2 s." */
char *gy_flash_headline(GyFlash *flash);
/** gy_flash_truth: (transfer full): what is now true of the board and what to do, after a failure; else "". */
char *gy_flash_truth(GyFlash *flash);
/** gy_flash_sent: (transfer full): whether only a difference was sent, and what that saved, or why not; "" if nobody asked. */
char *gy_flash_sent(GyFlash *flash);
/** gy_flash_code: the stable code of the failure, "" if there is none. */
const char *gy_flash_code(GyFlash *flash);
/** gy_flash_report: (transfer full): everything as text, for a bug report. */
char *gy_flash_report(GyFlash *flash);
GyJob *gy_flash_job(GyFlash *flash);
