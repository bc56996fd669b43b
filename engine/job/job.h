// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/job/selftest.h"
#include "engine/keys/agent-key.h"
#include "engine/packages/package.h"
#include "engine/packages/target.h"
#include "engine/store/auto-delta.h"

/**
 * GyStage: the stages of one flashing run, in their order.
 */
typedef enum {
	GY_STAGE_CONNECT,
	GY_STAGE_IDENTIFY,
	GY_STAGE_CHECK,
	GY_STAGE_PREPARE,
	GY_STAGE_TRANSFER,
	GY_STAGE_VERIFY,
	GY_STAGE_TRIGGER,
	GY_STAGE_REBOOT,
	GY_STAGE_CONFIRM,
	GY_N_STAGES,
} GyStage;

/** gy_stage_name: "transfer"; stable, for JSON and records. */
const char *gy_stage_name(GyStage stage);

/**
 * GyJobState:
 * @GY_JOB_READY: not started
 * @GY_JOB_RUNNING: started, not ended
 * @GY_JOB_DONE: the new firmware has answered (or, without reset, the package is armed; or the dry run found nothing)
 * @GY_JOB_FAILED: gy_job_error() says why
 */
typedef enum { GY_JOB_READY, GY_JOB_RUNNING, GY_JOB_DONE, GY_JOB_FAILED } GyJobState;

/**
 * GyOutcome: what is now true of the device, whatever way the job ended.
 * @GY_OUTCOME_UNTOUCHED: nothing on the device has changed
 * @GY_OUTCOME_STORAGE_LOST: the application runs as before; what was stored beside it before, a package or another region's
 *   image, is gone
 * @GY_OUTCOME_ARMED: what was sent is stored and armed: the next reset installs it
 * @GY_OUTCOME_UPGRADED: the new firmware runs and has answered
 * @GY_OUTCOME_OLD_RUNS: the device was reset and runs what it ran before
 * @GY_OUTCOME_OTHER_RUNS: the device was reset and answers, but what it holds is not, or not all, what was sent
 * @GY_OUTCOME_UNKNOWN: the device was reset and has not answered
 */
typedef enum {
	GY_OUTCOME_UNTOUCHED,
	GY_OUTCOME_STORAGE_LOST,
	GY_OUTCOME_ARMED,
	GY_OUTCOME_UPGRADED,
	GY_OUTCOME_OLD_RUNS,
	GY_OUTCOME_OTHER_RUNS,
	GY_OUTCOME_UNKNOWN,
} GyOutcome;

/** gy_outcome_name: "storage-lost"; stable, for JSON and records. */
const char *gy_outcome_name(GyOutcome outcome);
/** gy_outcome_sentence: the same for people, without a full stop. */
const char *gy_outcome_sentence(GyOutcome outcome);

/**
 * GyDeviceInfo: what the device said of itself; texts are never %NULL.
 */
typedef struct {
	char *chip;
	char *board;
	char *device_id; /* hex */
	char *version;
	char *backend;
	char *digest;          /* hex, "" if the device did not say */
	char *root_key_sha256; /* hex, "" if the device did not say */
	guint32 hardware_id;
	guint32 version_ext;
	guint32 storage_size;
	guint32 window;
	guint32 mtu;
	guint32 uptime_ms;
	guint32 boot_baud;
	gboolean wants_auth;    /* it does nothing but answer before it knows who asks */
	GArray *speeds;         /* guint32: baud that it can agree to; empty if it cannot */
	guint32 upgrade_result; /* the backend's numbers; see has_result */
	guint32 upgrade_status;
	gboolean has_result;
	gboolean has_version_ext;
	GArray *images;  /* GyTargetImage */
	guint n_regions; /* 0, or 2 */
	guint run_region;
	guint32 region_sizes[2];
	gboolean has_selftest; /* the last thing here was a test of the flash, and there is nothing to run */
	GySelftest selftest;
} GyDeviceInfo;

/** gy_device_info_image_name: (transfer full): what the device's system calls the image. */
char *gy_device_info_image_name(const GyDeviceInfo *info, guint32 image_id);

/** gy_device_info_result_name: (nullable): what the device's upgrade result means; %NULL if it told none, or a number
 * that its system does not know. */
const char *gy_device_info_result_name(const GyDeviceInfo *info);

GyDeviceInfo *gy_device_info_copy(const GyDeviceInfo *info);
void gy_device_info_free(GyDeviceInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyDeviceInfo, gy_device_info_free)

/**
 * GyJobProgress: one look at a running job.
 * @stage: where it is
 * @fraction: of the whole job, stages weighted by how long they take, by past runs where the records have some; never
 *   goes back, and stays below 99.5 % as long as the job runs
 * @stage_done: bytes, or parts in a thousand where the stage has no bytes
 * @stage_total: the same; 0 where it is not known
 * @rate: bytes per second over the last two seconds, in transfer; else 0
 * @baud: rate of the line now: what both ends agreed on, or what the port was opened at; 0: the cable has none
 * @seconds_left: of the whole job; negative if it cannot be told yet
 * @elapsed_ms: since the start
 * @line_rate: bytes per second that the line carries at its speed; 0 if it has none, such as a socket
 * @bytes_resent: so far
 */
typedef struct {
	GyStage stage;
	double fraction;
	guint64 stage_done;
	guint64 stage_total;
	double rate;
	guint baud;
	double seconds_left;
	gint64 elapsed_ms;
	double line_rate;
	guint64 bytes_resent;
} GyJobProgress;

/**
 * GyJobOptions:
 * @port: see gy_transport_new()
 * @baud: rate that the port is opened at; 0: 115200
 * @max_baud: rate to agree on with the device at most; 0: 921600
 * @agent_key: (nullable): for a device that wants to know who asks
 * @root_key: (nullable): public key that the package has to be signed under, checked before anything is opened
 * @old: (nullable): path of the image that a difference was made against, for packages that do not say it themselves
 * @delta: (nullable): send a difference to the package in its place where that is possible, by what the device says it runs
 * @to_region: send a signed image into the region that does not run, of a device that has two, and choose it
 * @compress: let a device that offers it take such an image compressed, where that saves time; %TRUE from the start
 * @reset_sequence: (nullable): done on the port's control lines before the device is asked; see GyResetSequence
 * @reset: whether the device is reset and confirmed after arming
 * @dry_run: stop after the check: the device is asked, nothing is sent
 * @force: go on over warnings, and send a region an image without signatures
 * @answer_ms: how long an agent may take to answer; 0: 4000
 * @lost_ms: silence after which the link is given up; 0: 60000
 * @records: (nullable): database that the run is recorded in, see engine/records/records.h; one that cannot be written is told by
 *   `log` and fails nothing. A dry run is not recorded
 * @run: (nullable): id of the run for the record and for who watches; one is made if there is none
 * @run_record, @run_records: (nullable): a record that the caller has begun in that database, and completes: the job fills
 *   it in and notes how far it is. Neither is copied, and both are the job's alone until it has ended
 * @package_path, @station, @operator_name, @slot, @serial_number: (nullable): for the record alone
 * @skip_package_checks: tests only: the device has to be its own judge
 */
typedef struct {
	char *port;
	guint baud;
	guint max_baud;
	GyAgentKey *agent_key;
	char *root_key;
	char *old;
	GyAutoDelta *delta;
	char *reset_sequence;
	gboolean to_region;
	gboolean compress;
	gboolean reset;
	gboolean dry_run;
	gboolean force;
	guint answer_ms;
	guint lost_ms;
	char *records;
	char *package_path;
	char *station;
	char *operator_name;
	char *slot;
	char *serial_number;
	char *run;
	struct _GyRecord *run_record;
	struct _GyRecords *run_records;
	gboolean skip_package_checks;
} GyJobOptions;

GyJobOptions *gy_job_options_new(void);
void gy_job_options_free(GyJobOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyJobOptions, gy_job_options_free)

/**
 * GyJob:
 *
 * One flashing run on one device: `connect → identify → check → prepare → transfer → verify → trigger → reboot →
 * confirm`. It has a thread of its own; its signals come on the thread-default main context of the thread that made it,
 * progress at most 30 times a second.
 *
 * Signals:
 * - `stage` (GyStage stage, gint64 elapsed_ms): a stage begins
 * - `progress`: look at gy_job_progress()
 * - `console` (GBytes *text): the device printed this
 * - `delta`: with @delta in the options: gy_job_delta() says whether a difference is sent; again if the device refuses it
 * - `log` (char *sentence): something worth knowing happened (port gone, resumed, ...)
 * - `ended`: the last signal: gy_job_state(), gy_job_error() and gy_job_outcome() are final
 */
#define GY_TYPE_JOB (gy_job_get_type())
G_DECLARE_FINAL_TYPE(GyJob, gy_job, GY, JOB, GObject)

/** gy_job_new: @package is verified again by the job unless options say otherwise. Both are copied or referenced. */
GyJob *gy_job_new(GyPackage *package, const GyJobOptions *options);

/** gy_job_start: returns at once. */
void gy_job_start(GyJob *job);

/**
 * gy_job_cancel:
 *
 * Asks the job to stop: it disarms what is armed, lets the device forget the session and ends as `job/cancelled`. After
 * the reset has begun it can only stop watching. May be called from any thread.
 */
void gy_job_cancel(GyJob *job);

GyJobState gy_job_state(GyJob *job);
GyStage gy_job_stage(GyJob *job);
void gy_job_progress(GyJob *job, GyJobProgress *progress);
/** gy_job_error: (nullable): why it failed; owned by the job, final after `ended`. */
const GError *gy_job_error(GyJob *job);
GyOutcome gy_job_outcome(GyJob *job);
/** gy_job_device_before / after: (transfer full) (nullable): what the device said before the upgrade and after it. */
GyDeviceInfo *gy_job_device_before(GyJob *job);
GyDeviceInfo *gy_job_device_after(GyJob *job);
/** gy_job_device_code: the device API's own code of a refusal or failure; 0 if there was none. */
guint32 gy_job_device_code(GyJob *job);

/** gy_job_delta: (transfer full) (nullable): what was chosen to be sent; %NULL as long as nothing was, and without @delta. */
GyDeltaChoice *gy_job_delta(GyJob *job);

/** GyJobReport: numbers of an ended job. */
typedef struct {
	gint64 total_ms;
	gint64 stage_ms[GY_N_STAGES];
	guint64 bytes;
	guint64 compressed; /* bytes that went over the line in their place; 0: they went as they are */
	guint64 bytes_resent;
	guint64 frames_resent;
	guint64 frames_failed;
	guint baud;         /* of the line in transfer; 0: the cable has no rate */
	double efficiency;  /* of the line in transfer, 0 to 1; 0 if the line has no speed */
	guint64 resumed_at; /* offset at which the transfer began: not 0 if the device had some already */
	guint reconnects;
} GyJobReport;

void gy_job_report(GyJob *job, GyJobReport *report);

/**
 * gy_device_query:
 * @port: see gy_transport_new()
 * @baud: 0: 115200
 * @answer_ms: 0: 4000
 *
 * Asks the agent on @port what it is; blocks. Returns: (transfer full): its answer, or %NULL with GY_LINK_ERROR_*
 */
GyDeviceInfo *gy_device_query(const char *port, guint baud, guint answer_ms, GCancellable *cancellable,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_device_choose_region:
 * @region: 0 or 1, of a device with two
 * @key: (nullable): that it asks for
 *
 * Has the device start the other region, and waits until it runs. The device looks at what the region holds first.
 *
 * Returns: (transfer full): what it then says, or %NULL: GY_ERROR_PACKAGE_NOT_SUPPORTED for a device without regions,
 *   GY_ERROR_UPGRADE_ROLLED_BACK if the region of before runs again, GY_ERROR_UPGRADE_NOT_CONFIRMED, what the device refused, or a
 *   GY_LINK_ERROR
 */
GyDeviceInfo *gy_device_choose_region(const char *port, guint baud, guint region, GyAgentKey *key,
	GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_device_query_with_key:
 * @key: shown to a device that wants to know who asks
 *
 * The same, and sees that the device takes the key. Returns: as above, or %NULL with %GY_LINK_ERROR_AUTH_REFUSED
 */
GyDeviceInfo *gy_device_query_with_key(const char *port, guint baud, GyAgentKey *key,
	GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
