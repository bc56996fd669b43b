// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/boot.h"
#include "engine/job/edges.h"
#include "engine/job/job-private.h"
#include "engine/job/pump.h"

/* One run: everything here belongs to the job's thread. */
typedef struct {
	GyJob *job;
	const GyJobOptions *options;
	GyPackage *package;   /* our own: others may verify the caller's at the same time */
	GyPackage *whole;     /* what @package is a difference to, as long as one is sent; else NULL */
	GyDeltaChoice *delta; /* NULL: nothing was asked for */
	GBytes *payload;
	GBytes *stream;                  /* the payload as it is sent: compressed; NULL: as it is */
	guint32 resumed_at;              /* offset in what is sent */
	GPtrArray *identities;           /* GyImageIdentity; NULL when the device has to be its own judge */
	GyResetSequence *reset_sequence; /* NULL: none */
	GyPump *pump;
	GySession *session;
	GyEstimate estimate;

	GyStage stage;
	gint64 stage_deadline_ms;
	GyOutcome outcome;
	GError *error;
	guint32 device_code;
	gboolean armed;
	gboolean is_refused; /* by the device, before anything was changed */
	guint reconnects_told;

	struct gyw_info before;
	guint8 root_key[64];
	gboolean has_root_key;
	gboolean has_old; /* of a difference, by the options */
	guint8 old_sha256[32];

	GyRestart restart;
	GyBootText boot;
	gint64 ask_ms;         /* when to ask (again); 0: it is being asked */
	gboolean is_listening; /* at the rate of the boot loader's text */
	guint confirm_index;   /* of the image whose digest is asked for */
	guint n_compared;      /* images that the device holds as they were sent */

	GyJobReport report;
} GyRun;

/** gy_run_fail: notes why, unless something was noted before. Returns: %GY_JOB_EVENT_FAILED */
GyJobEvent gy_run_fail(GyRun *run, GyError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** gy_run_baud: rate that the device's agent starts with. */
guint gy_run_baud(const GyRun *run);

/** gy_run_line_bytes: how many bytes the line has to carry. */
gsize gy_run_line_bytes(const GyRun *run);

/** gy_run_estimate: how long the stages will take, by what the device says and what such runs took before. */
void gy_run_estimate(GyRun *run);

/** gy_run_tell_progress: how far it is. */
void gy_run_tell_progress(GyRun *run);

/* check.c: whether the package may go to this device */
gboolean gy_run_check_package(GyRun *run);
GyJobEvent gy_run_check_device(GyRun *run);

/* confirm.c: from the reset to the answer of the new firmware */
GyJobEvent gy_run_enter_confirm(GyRun *run);
GyJobEvent gy_run_confirm_done(GyRun *run, const GySessionEvent *event);
/* Nothing answered for a while: that is what a device that installs does. */
void gy_run_confirm_silence(GyRun *run);
void gy_run_confirm_text(GyRun *run, const guint8 *bytes, gsize size);
void gy_run_confirm_tick(GyRun *run);
GyJobEvent gy_run_confirm_deadline(GyRun *run);

/* leave.c: what is left behind, and what is told of it */
void gy_run_leave(GyRun *run);
void gy_run_settle(GyRun *run);
void gy_run_fill_report(GyRun *run);
