// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/package.h"
#include "ui/model/board-list.h"
#include "ui/model/flash.h"

/**
 * GyLoadState: of the package of a bench.
 * @GY_LOAD_EMPTY: none was chosen
 * @GY_LOAD_RUNNING: it is read and checked
 * @GY_LOAD_DONE: gy_bench_package() is there; gy_package_refusal() says whether it can be flashed
 * @GY_LOAD_FAILED: gy_bench_package_error() says why
 */
typedef enum { GY_LOAD_EMPTY, GY_LOAD_RUNNING, GY_LOAD_DONE, GY_LOAD_FAILED } GyLoadState;

/**
 * GyBenchOptions: what people have chosen; texts may be %NULL or "".
 * @root_key: public key that packages have to be signed under
 * @operator_name: stands in records
 * @records: database that every run is recorded in
 * @trusted_places: (nullable): places whose ports are asked what is there as soon as something is plugged in
 * @sends_differences: whether boards get only the difference to what they run, where that is possible
 * @images: folder of the images for it; the usual one if there is none
 * @baud: speed of ports that nothing else is known of
 */
typedef struct {
	const char *root_key;
	const char *operator_name;
	const char *records;
	const char *const *trusted_places;
	gboolean sends_differences;
	const char *images;
	guint baud;
} GyBenchOptions;

/**
 * GyBench:
 *
 * What all places of the app look at together: the boards, the package that is loaded and the jobs. No GTK type, so that
 * it is tested without a display.
 *
 * Signals:
 * - `package-changed`: gy_bench_package_state() and what belongs to it
 * - `flash-starting` (GyBoard *board): a job is about to open this port
 * - `flash-started` (GyFlash *flash), `flash-ended` (GyFlash *flash)
 * - `flashes-changed`: some job's progress, or how many run
 * - `starting-changed`: gy_bench_is_starting_simulated()
 * - `notice` (char *sentence): something that a person asked for did not work
 */
#define GY_TYPE_BENCH (gy_bench_get_type())
G_DECLARE_FINAL_TYPE(GyBench, gy_bench, GY, BENCH, GObject)

/** gy_bench_new: (transfer full): @devices is a GListModel of GyDevice, that of this computer if %NULL. */
GyBench *gy_bench_new(GListModel *devices);

/** gy_bench_end: what was started for it ends: simulated boards, and what is being read. */
void gy_bench_end(GyBench *bench);

/** gy_bench_set_options: for what begins from now on; copied. */
void gy_bench_set_options(GyBench *bench, const GyBenchOptions *options);

/** gy_bench_rescan: looks at all ports again, see gy_devices_refresh(). */
void gy_bench_rescan(GyBench *bench);

/** gy_bench_boards: a GListModel of GyBoard. */
GListModel *gy_bench_boards(GyBench *bench);

/**
 * gy_bench_simulate:
 * @spec: see gy_simulated_board_start_async()
 *
 * Adds a simulated board and identifies it. If no package is loaded, its sample is.
 */
void gy_bench_simulate(GyBench *bench, const char *spec);
/** gy_bench_is_starting_simulated: whether one is on its way. */
gboolean gy_bench_is_starting_simulated(GyBench *bench);
/** gy_bench_remove_simulated: ends the board's process. */
void gy_bench_remove_simulated(GyBench *bench, GyBoard *board);

/** gy_bench_open: reads and checks a file; the one that was loaded goes at once. */
void gy_bench_open(GyBench *bench, const char *path);
/** gy_bench_open_again: the one of last time, if it is still there: a simulated board's own goes before it. */
void gy_bench_open_again(GyBench *bench, const char *path);
GyLoadState gy_bench_package_state(GyBench *bench);
/** gy_bench_package: (nullable): loaded and verified. */
GyPackage *gy_bench_package(GyBench *bench);
/** gy_bench_package_path: (nullable). */
const char *gy_bench_package_path(GyBench *bench);
const GError *gy_bench_package_error(GyBench *bench);
/** gy_bench_package_summary: (transfer full): "3 images, 1.2 MiB, signed", or why it cannot be flashed; "" if there is
 * none. */
char *gy_bench_package_summary(GyBench *bench);

/** gy_bench_can_send_difference: whether differences can be made to the package that is loaded. */
gboolean gy_bench_can_send_difference(GyBench *bench);

/** gy_bench_can_flash: whether @board can be flashed with the package now; else @why (nullable) gets a sentence. */
gboolean gy_bench_can_flash(GyBench *bench, GyBoard *board, const char **why);
/** gy_bench_flash: (transfer none) (nullable): starts a job on @board. */
GyFlash *gy_bench_flash(GyBench *bench, GyBoard *board);
/** gy_bench_choose_only: the next start is for @board alone. */
void gy_bench_choose_only(GyBench *bench, GyBoard *board);
/** gy_bench_choose_if_one: chooses the board if there is but one; takes that back when there are more. */
void gy_bench_choose_if_one(GyBench *bench);
/** gy_bench_can_start: whether some board is chosen and all that are can be flashed; else @why (nullable) says why not. */
gboolean gy_bench_can_start(GyBench *bench, const char **why);
/** gy_bench_start: flashes every board that is chosen. Returns: how many jobs began. */
guint gy_bench_start(GyBench *bench);
/** gy_bench_flashes: a GListModel of GyFlash: those that run, and the last one of each board. */
GListModel *gy_bench_flashes(GyBench *bench);
/** gy_bench_n_running: jobs that run. */
guint gy_bench_n_running(GyBench *bench);
/** gy_bench_fraction: of all jobs that run. */
double gy_bench_fraction(GyBench *bench);
/** gy_bench_forget_ended: jobs that have ended leave the list. */
void gy_bench_forget_ended(GyBench *bench);
