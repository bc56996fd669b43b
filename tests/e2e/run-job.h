// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "tests/e2e/board.h"

/** RunJob: one job that a test runs to its end, and what it told on the way. */
typedef struct {
	GyJob *job;
	GString *console;
	GString *log;
	gboolean has_ended;
	void (*on_progress)(const GyJobProgress *progress, gpointer data);
	gpointer data;
} RunJob;

/** run_job_new: for @package on @board; change @options before if the defaults do not do. */
GyJobOptions *run_job_options(Board *board);
RunJob *run_job_new(GBytes *package, const GyJobOptions *options);
/** run_job_new_loaded: of a package that was not recognised by its content. */
RunJob *run_job_new_loaded(GyPackage *package, const GyJobOptions *options);
/** run_job_unchecked: runs it by a host that checks nothing of @package: what refuses it is @board, which has been started. */
RunJob *run_job_unchecked(GBytes *package, Board *board);
/** run_job: runs it; comes back when it has ended. Fails the test after two minutes. */
void run_job(RunJob *run);
/** run_job_on_dying_board: the same on a board that may die, whose end is then the job's. */
void run_job_on_dying_board(RunJob *run, Board *board);
void run_job_free(RunJob *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunJob, run_job_free)

/** Assertions with the reason in their message. */
void assert_upgraded(RunJob *run);
void assert_failed(RunJob *run, const char *code, GyOutcome outcome);

/** assert_runs: asks the board; its running image has to be the one of this vector file. */
void assert_runs(Board *board, const char *application, const char *version);
