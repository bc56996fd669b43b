// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/format.h"
#include "engine/job/confirm.h"
#include "engine/job/device-info.h"
#include "engine/job/edges.h"
#include "engine/job/job-private.h"
#include "engine/job/pump.h"
#include "engine/job/refusal.h"

#define BAUD_DEFAULT     115200
#define LOST_MS_DEFAULT  60000
#define SHORT_STAGE_MS   15000
#define LEAST_LONG_MS    60000
#define LEAST_CONFIRM_MS 120000
#define CANCEL_MS        3000
#define TICK_MS          100

/* One run: everything here belongs to the job's thread. */
typedef struct {
	GyJob *job;
	const GyJobOptions *options;
	GyPackage *package; /* our own: others may verify the caller's at the same time */
	GBytes *payload;
	GPtrArray *identities; /* GyImageIdentity; NULL when the device has to be its own judge */
	GyPump *pump;
	GySession *session;
	GyEstimate estimate;

	GyStage stage;
	gint64 stage_deadline_ms;
	GyOutcome outcome;
	GError *error;
	guint32 device_code;
	gboolean armed;
	gboolean is_cancelled;
	guint reconnects_told;

	struct gyw_info before;
	guint8 root_key[64];
	gboolean has_root_key;

	GyRestart restart;
	GyBootText boot;
	guint confirm_index; /* of the image whose digest is asked for */

	GyJobReport report;
} Run;

static guint
baud_of(const GyJobOptions *options)
{
	return options->baud ? options->baud : BAUD_DEFAULT;
}

static GyJobEvent fail(Run *run, GyError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static GyJobEvent
fail(Run *run, GyError code, const char *format, ...)
{
	va_list arguments;

	if (run->error)
		return GY_JOB_EVENT_FAILED;
	va_start(arguments, format);
	run->error = g_error_new_valist(GY_ERROR, (int) code, format, arguments);
	va_end(arguments);
	return GY_JOB_EVENT_FAILED;
}

/* ---- before anything is opened ---- */

static GyError
error_by_word(const char *word)
{
	for (guint i = 0; i < GY_N_ERRORS; i++)
		if (g_str_equal(gy_error_word((GyError) i), word))
			return (GyError) i;
	return GY_ERROR_PACKAGE_MALFORMED;
}

static gboolean
fail_by_finding(Run *run, const GyFinding *finding)
{
	fail(run, error_by_word(finding->code), "%s", finding->message);
	return FALSE;
}

/* Errors cannot be forced. Warnings from the one at @first on stop the job too, unless they are forced. */
static gboolean
accept_findings(Run *run, guint first)
{
	GPtrArray *findings = gy_package_findings(run->package);
	const GyFinding *refusal = gy_package_refusal(run->package);

	if (refusal)
		return fail_by_finding(run, refusal);
	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = g_ptr_array_index(findings, i);

		if (finding->severity != GY_SEVERITY_WARNING)
			continue;
		if (i >= first && !run->options->force) {
			fail(run, error_by_word(finding->code),
				"%s (found %s, expected %s); this can be forced", finding->message,
				finding->found, finding->expected);
			return FALSE;
		}
		gy_job_tell_log(run->job, "%s", finding->message);
	}
	return TRUE;
}

static gboolean
check_package(Run *run)
{
	GBytes *bytes = gy_package_bytes(gy_job_package(run->job));

	run->package = gy_package_load_bytes(bytes, gy_package_name(gy_job_package(run->job)), &run->error);
	if (!run->package)
		return FALSE;
	run->payload = g_bytes_ref(bytes);
	if (run->options->skip_package_checks)
		return TRUE;
	if (!g_str_equal(gy_package_kind(run->package), "upgrade")) {
		fail(run, GY_ERROR_PACKAGE_BURN,
			"%s is a %s container, which goes through the boot ROM and never through the upgrade",
			gy_package_name(run->package), gy_package_kind(run->package));
		return FALSE;
	}
	if (!gy_package_verify(run->package, run->options->root_key, &run->error) ||
		!accept_findings(run, G_MAXUINT))
		return FALSE;
	if (gy_package_trust(run->package) != GY_TRUST_SIGNED) {
		fail(run, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
			"%s has digests in place of signatures: anyone could have made it",
			gy_package_name(run->package));
		return FALSE;
	}
	run->identities = gy_package_identities(run->package, &run->error);
	return run->identities != NULL;
}

/* ---- stages: each starts an operation of the session, or ends at once ---- */

static GyJobEvent
enter_connect(Run *run)
{
	if (!gy_pump_open(run->pump, gy_job_cancellable(run->job), &run->error))
		return GY_JOB_EVENT_FAILED;
	return GY_JOB_EVENT_OPENED;
}

static GyJobEvent
enter_identify(Run *run)
{
	gy_session_hello(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_check(Run *run)
{
	g_autoptr(GyTarget) target = gy_target_from_wire(&run->before);
	const GyFormat *format = gy_package_format(run->package);
	guint n_known = gy_package_findings(run->package)->len;

	if (run->options->skip_package_checks)
		return GY_JOB_EVENT_ACCEPTED;
	if (*run->before.backend && !g_str_equal(run->before.backend, format->system))
		return fail(run, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"%s is a package for %s, and this device takes packages for %s",
			gy_package_name(run->package), format->system, run->before.backend);
	target->has_root_xy = run->has_root_key;
	memcpy(target->root_xy, run->root_key, sizeof target->root_xy);
	gy_package_check_device(run->package, target);
	if (!accept_findings(run, n_known))
		return GY_JOB_EVENT_FAILED;
	return run->options->dry_run ? GY_JOB_EVENT_CHECKED_ONLY : GY_JOB_EVENT_ACCEPTED;
}

static GyJobEvent
enter_prepare(Run *run)
{
	g_autoptr(GBytes) manifest = gy_package_manifest(run->package);

	/* a client that checks nothing sends what it has: the device has to know better */
	if (!manifest && run->options->skip_package_checks)
		manifest = g_bytes_ref(run->payload);
	gy_session_begin(run->session, run->payload, manifest, GYW_MODE_PACKAGE, 0, FALSE, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_transfer(Run *run)
{
	run->report.resumed_at = gy_session_next_offset(run->session);
	if (run->report.resumed_at > 0)
		gy_job_tell_log(run->job,
			"The device has %" G_GUINT64_FORMAT " bytes of it already and goes on there",
			run->report.resumed_at);
	gy_session_transfer(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_verify(Run *run)
{
	gy_session_finish(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_trigger(Run *run)
{
	/* from here on it may be armed, whether the answer comes or not */
	run->armed = TRUE;
	gy_session_arm(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_reboot(Run *run)
{
	gy_session_reset(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

static GyJobEvent
enter_confirm(Run *run)
{
	run->outcome = GY_OUTCOME_UNKNOWN;
	gy_boot_text_start(&run->boot);
	gy_session_hello(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}

/* ---- what the session's answers mean in each stage ---- */

static GyJobEvent
identify_done(Run *run, const GySessionEvent *event)
{
	const GyArea *place = &gy_package_format(run->package)->root_key_at;

	if (event->operation == GY_OPERATION_HELLO) {
		run->before = *gy_session_info(run->session);
		run->restart.uptime_ms = run->before.uptime_ms;
		run->restart.asked_ms = gy_pump_now();
		gy_job_tell_device(run->job, gy_device_info_from_wire(&run->before), FALSE);
		gy_estimate_device(&run->estimate, &run->before, g_bytes_get_size(run->payload));
		if (place->size != sizeof run->root_key)
			return GY_JOB_EVENT_ANSWERED;
		gy_session_read(run->session, place->area, place->offset, place->size, gy_pump_now());
		return GY_JOB_EVENT_NONE;
	}
	if (event->type == GY_SESSION_EVENT_DONE && g_bytes_get_size(event->bytes) == sizeof run->root_key) {
		memcpy(run->root_key, g_bytes_get_data(event->bytes, NULL), sizeof run->root_key);
		run->has_root_key = TRUE;
	}
	return GY_JOB_EVENT_ANSWERED;
}

static GyJobEvent
verify_done(Run *run)
{
	const struct gyw_verified *verified = gy_session_verified(run->session);

	if (!verified->read_back)
		gy_job_tell_log(
			run->job, "Verified by the device's module: it cannot read back what it stored");
	return GY_JOB_EVENT_VERIFIED;
}

/* Where the device puts the image; %NULL if it did not say. */
static const struct gyw_info_image *
place_of(const struct gyw_info *info, guint32 id)
{
	for (guint i = 0; i < info->n_images; i++)
		if (info->images[i].id == id)
			return &info->images[i];
	return NULL;
}

/* Whether INFO's digest speaks of this image: it is the one that the device runs from. */
static gboolean
is_application(const GyImageIdentity *identity, Run *run)
{
	GPtrArray *images = gy_package_images(run->package);

	for (guint i = 0; i < images->len; i++) {
		const GyImage *image = g_ptr_array_index(images, i);

		if (image->id == identity->image_id)
			return g_str_equal(image->name, "application");
	}
	return FALSE;
}

static GyJobEvent
not_installed(Run *run, const struct gyw_info *now)
{
	gboolean is_old = run->before.has_digest && memcmp(now->digest, run->before.digest, 32) == 0;

	run->device_code = now->has_result ? now->result : 0;
	run->outcome = is_old ? GY_OUTCOME_OLD_RUNS : GY_OUTCOME_UNKNOWN;
	if (is_old)
		return fail(run, GY_ERROR_UPGRADE_ROLLED_BACK,
			"the device restarted and runs the firmware of before (its upgrade result is %u)",
			now->has_result ? now->result : G_MAXUINT32);
	return fail(run, GY_ERROR_UPGRADE_FAILED,
		"the device restarted and runs neither the new firmware nor that of before (its upgrade "
		"result is %u)",
		now->has_result ? now->result : G_MAXUINT32);
}

static GyJobEvent confirm_next_image(Run *run);

static GyJobEvent
confirm_application(Run *run, const GyImageIdentity *identity)
{
	const struct gyw_info *now = gy_session_info(run->session);

	if (now->has_digest && identity->has_code && memcmp(now->digest, identity->code_sha256, 32) != 0)
		return not_installed(run, now);
	run->confirm_index++;
	return confirm_next_image(run);
}

/* Goes through the images of the package: the application by INFO, others by a hash of what their partition holds. */
static GyJobEvent
confirm_next_image(Run *run)
{
	for (; run->confirm_index < run->identities->len; run->confirm_index++) {
		const GyImageIdentity *identity = g_ptr_array_index(run->identities, run->confirm_index);
		const struct gyw_info_image *place = place_of(&run->before, identity->image_id);

		if (is_application(identity, run))
			return confirm_application(run, identity);
		/* a device that does not say where the image goes cannot be asked; neither can NV, which merges */
		if (!identity->has_code || !place)
			continue;
		gy_session_hash(run->session, place->partition, 0, (guint32) identity->size, gy_pump_now());
		return GY_JOB_EVENT_NONE;
	}
	run->outcome = GY_OUTCOME_UPGRADED;
	return GY_JOB_EVENT_CONFIRMED;
}

static GyJobEvent
confirm_hashed(Run *run, const GySessionEvent *event)
{
	const GyImageIdentity *identity = g_ptr_array_index(run->identities, run->confirm_index);

	if (event->type == GY_SESSION_EVENT_REFUSED) {
		gy_job_tell_log(
			run->job, "The device does not let image 0x%08X be compared", identity->image_id);
	} else if (g_bytes_get_size(event->bytes) != sizeof identity->sha256 ||
		   memcmp(g_bytes_get_data(event->bytes, NULL), identity->sha256, sizeof identity->sha256) !=
			   0) {
		return fail(run, GY_ERROR_UPGRADE_FAILED,
			"the device restarted, but image 0x%08X is not the one that was sent",
			identity->image_id);
	}
	run->confirm_index++;
	return confirm_next_image(run);
}

static GyJobEvent
confirm_done(Run *run, const GySessionEvent *event)
{
	const struct gyw_info *now = gy_session_info(run->session);

	if (event->operation == GY_OPERATION_HASH)
		return confirm_hashed(run, event);
	/* the answer of the application that is just about to reset does not count */
	if (gy_session_is_remembered(run->session) &&
		!gy_restart_seen(&run->restart, now->uptime_ms, gy_pump_now())) {
		gy_session_hello(run->session, gy_pump_now());
		return GY_JOB_EVENT_NONE;
	}
	gy_job_tell_device(run->job, gy_device_info_from_wire(now), TRUE);
	run->confirm_index = 0;
	return run->identities ? confirm_next_image(run) : GY_JOB_EVENT_CONFIRMED;
}

static GyJobEvent
stage_done(Run *run, const GySessionEvent *event)
{
	switch (run->stage) {
	case GY_STAGE_IDENTIFY: return identify_done(run, event);
	case GY_STAGE_PREPARE: return GY_JOB_EVENT_READY;
	case GY_STAGE_TRANSFER: return GY_JOB_EVENT_STORED;
	case GY_STAGE_VERIFY: return verify_done(run);
	case GY_STAGE_TRIGGER:
		run->outcome = GY_OUTCOME_ARMED;
		return run->options->reset ? GY_JOB_EVENT_ARMED : GY_JOB_EVENT_ARMED_ONLY;
	case GY_STAGE_REBOOT: return GY_JOB_EVENT_RESET;
	case GY_STAGE_CONFIRM: return confirm_done(run, event);
	default: return GY_JOB_EVENT_NONE;
	}
}

static GyJobEvent
stage_refused(Run *run, const GySessionEvent *event)
{
	/* what the device does not open it need not open */
	if (event->operation == GY_OPERATION_READ || event->operation == GY_OPERATION_HASH)
		return stage_done(run, event);
	run->device_code = event->refusal.code;
	/* a refusal has changed nothing; it was not armed either */
	if (run->stage == GY_STAGE_TRIGGER)
		run->armed = FALSE;
	run->error = gy_refusal_to_error(&event->refusal, event->is_failure);
	return GY_JOB_EVENT_FAILED;
}

static GyJobEvent
stage_link_error(Run *run, const GySessionEvent *event)
{
	/* a device that installs does not answer: the stage's deadline decides */
	if (run->stage == GY_STAGE_CONFIRM &&
		(event->error_code == GY_LINK_ERROR_NO_ANSWER || event->error_code == GY_LINK_ERROR_LOST)) {
		gy_session_hello(run->session, gy_pump_now());
		return GY_JOB_EVENT_NONE;
	}
	if (!run->error)
		run->error = g_error_new_literal(GY_LINK_ERROR, (int) event->error_code, event->message);
	return GY_JOB_EVENT_FAILED;
}

static void
note_busy(Run *run, const struct gyw_busy *busy)
{
	/* once the device works on the storage, what was stored before is gone */
	if (run->stage == GY_STAGE_PREPARE && run->outcome == GY_OUTCOME_UNTOUCHED)
		run->outcome = GY_OUTCOME_STORAGE_LOST;
	if (busy->total > 0)
		gy_estimate_done(&run->estimate, busy->done, busy->total, gy_pump_now());
}

static void
note_text(Run *run, GBytes *text)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(text, &size);

	gy_job_tell_console(run->job, text);
	if (run->stage == GY_STAGE_CONFIRM && gy_boot_text_add(&run->boot, bytes, size))
		gy_estimate_done(&run->estimate, (guint64) run->boot.percent, 101, gy_pump_now());
}

static GyJobEvent
handle(Run *run, const GySessionEvent *event)
{
	switch (event->type) {
	case GY_SESSION_EVENT_TEXT: note_text(run, event->bytes); return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_BUSY: note_busy(run, &event->busy); return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_PROGRESS:
		gy_estimate_done(&run->estimate, gy_session_next_offset(run->session),
			g_bytes_get_size(run->payload), gy_pump_now());
		return GY_JOB_EVENT_NONE;
	case GY_SESSION_EVENT_DONE: return stage_done(run, event);
	case GY_SESSION_EVENT_REFUSED: return stage_refused(run, event);
	case GY_SESSION_EVENT_ERROR: return stage_link_error(run, event);
	}
	return GY_JOB_EVENT_NONE;
}

/* ---- deadlines ---- */

static gint64
deadline_of(Run *run)
{
	const struct gyw_info *device = &run->before;
	gint64 lost_ms = run->options->lost_ms ? run->options->lost_ms : LOST_MS_DEFAULT;
	gint64 line_ms = (gint64) g_bytes_get_size(run->payload) * 10000 / baud_of(run->options);

	switch (run->stage) {
	case GY_STAGE_PREPARE:
		return MAX(2 * (gint64) device->times_ms[GYW_TIME_PREPARE], LEAST_LONG_MS) + lost_ms;
	/* ten times as long as the line needs, and two silences: slower than that is no transfer */
	case GY_STAGE_TRANSFER: return 10 * line_ms + LEAST_LONG_MS + 2 * lost_ms;
	case GY_STAGE_VERIFY:
	case GY_STAGE_TRIGGER:
		return MAX(2 * (gint64) device->times_ms[GYW_TIME_FINISH], LEAST_LONG_MS) + lost_ms;
	case GY_STAGE_CONFIRM: return MAX((gint64) device->times_ms[GYW_TIME_INSTALL], LEAST_CONFIRM_MS);
	default: return SHORT_STAGE_MS + lost_ms;
	}
}

static GyJobEvent
deadline_passed(Run *run)
{
	if (run->stage != GY_STAGE_CONFIRM) {
		if (!run->error)
			run->error = g_error_new(GY_LINK_ERROR, GY_LINK_ERROR_LOST,
				"the stage \"%s\" did not end in time", gy_stage_name(run->stage));
		return GY_JOB_EVENT_FAILED;
	}
	return fail(run, GY_ERROR_UPGRADE_NOT_CONFIRMED, "no agent answered after the reset%s",
		run->boot.says_success   ? ", though it is installed by the boot loader's word"
		: run->boot.says_failure ? ", and the boot loader said that the upgrade failed"
					 : "");
}

/* ---- the loop ---- */

static GyJobEvent
enter_stage(Run *run, GyStage stage)
{
	static GyJobEvent (*const enter[GY_N_STAGES])(Run *) = {
		[GY_STAGE_CONNECT] = enter_connect,
		[GY_STAGE_IDENTIFY] = enter_identify,
		[GY_STAGE_CHECK] = enter_check,
		[GY_STAGE_PREPARE] = enter_prepare,
		[GY_STAGE_TRANSFER] = enter_transfer,
		[GY_STAGE_VERIFY] = enter_verify,
		[GY_STAGE_TRIGGER] = enter_trigger,
		[GY_STAGE_REBOOT] = enter_reboot,
		[GY_STAGE_CONFIRM] = enter_confirm,
	};
	gint64 now_ms = gy_pump_now();

	run->report.stage_ms[run->stage] += now_ms - run->estimate.stage_started_ms;
	run->stage = stage;
	run->stage_deadline_ms = now_ms + deadline_of(run);
	gy_estimate_stage(&run->estimate, stage, now_ms);
	gy_job_tell_stage(run->job, stage, now_ms - run->estimate.started_ms);
	return enter[stage](run);
}

static void
tell_progress(Run *run)
{
	GyJobProgress progress;

	gy_estimate_look(&run->estimate, gy_pump_now(), &progress);
	gy_job_tell_progress(run->job, &progress);
	if (gy_pump_reconnects(run->pump) != run->reconnects_told) {
		run->reconnects_told = gy_pump_reconnects(run->pump);
		gy_job_tell_log(run->job, "The port is back");
	}
}

static GyJobEvent
wait_for_event(Run *run, GCancellable *cancellable)
{
	for (;;) {
		g_auto(GySessionEvent) event = {0};
		gint64 now_ms;

		if (gy_session_next_event(run->session, &event)) {
			GyJobEvent result = handle(run, &event);

			if (result != GY_JOB_EVENT_NONE)
				return result;
			continue;
		}
		if (g_cancellable_is_cancelled(cancellable))
			return fail(run, GY_ERROR_CANCELLED, "stopped on request");
		now_ms = gy_pump_now();
		if (now_ms >= run->stage_deadline_ms)
			return deadline_passed(run);
		tell_progress(run);
		gy_pump_turn(run->pump, MIN(run->stage_deadline_ms, now_ms + TICK_MS), cancellable);
	}
}

static void
run_stages(Run *run)
{
	GyStage next = GY_STAGE_CONNECT;
	GyJobState state = GY_JOB_RUNNING;

	while (state == GY_JOB_RUNNING) {
		GyJobEvent event = enter_stage(run, next);

		if (event == GY_JOB_EVENT_NONE)
			event = wait_for_event(run, gy_job_cancellable(run->job));
		state = gy_job_edge(run->stage, event, &next);
	}
	if (state == GY_JOB_FAILED && !run->error)
		fail(run, GY_ERROR_INTERNAL, "the stage \"%s\" ended in a way that it should not",
			gy_stage_name(run->stage));
}

/* ---- leaving a clean device behind ---- */

/* Waits for the end of one operation of the session; whether it went through. */
static gboolean
wait_for_operation(Run *run, GyOperation operation)
{
	gint64 until_ms = gy_pump_now() + CANCEL_MS;

	while (gy_pump_now() < until_ms) {
		g_auto(GySessionEvent) event = {0};

		if (gy_session_next_event(run->session, &event)) {
			if (event.type == GY_SESSION_EVENT_DONE && event.operation == operation)
				return TRUE;
			if (event.type == GY_SESSION_EVENT_REFUSED || event.type == GY_SESSION_EVENT_ERROR)
				return FALSE;
			continue;
		}
		gy_pump_turn(run->pump, until_ms, NULL);
	}
	return FALSE;
}

static void
withdraw(Run *run)
{
	if (run->stage < GY_STAGE_PREPARE || run->stage >= GY_STAGE_REBOOT || !gy_pump_is_open(run->pump))
		return;
	/* the operation under way gives no event after this one has begun */
	gy_session_cancel(run->session, gy_pump_now());
	if (!wait_for_operation(run, GY_OPERATION_CANCEL))
		return;
	if (run->outcome == GY_OUTCOME_ARMED)
		run->outcome = GY_OUTCOME_STORAGE_LOST;
}

static void
disarm(Run *run)
{
	if (!run->armed || run->stage != GY_STAGE_TRIGGER || !gy_pump_is_open(run->pump))
		return;
	gy_session_disarm(run->session, gy_pump_now());
	if (wait_for_operation(run, GY_OPERATION_DISARM)) {
		run->armed = FALSE;
		run->outcome = GY_OUTCOME_STORAGE_LOST;
	} else {
		gy_job_tell_log(
			run->job, "The device could not be disarmed: its next reset may install the package");
		run->outcome = GY_OUTCOME_ARMED;
	}
}

/* ---- the end ---- */

static void
settle_outcome(Run *run)
{
	/* the transfer and what follows it come after the erase */
	if (run->outcome == GY_OUTCOME_UNTOUCHED && run->stage >= GY_STAGE_TRANSFER)
		run->outcome = GY_OUTCOME_STORAGE_LOST;
	if (run->stage == GY_STAGE_REBOOT && run->error)
		run->outcome = GY_OUTCOME_ARMED;
	if (!run->error && run->stage == GY_STAGE_CONFIRM)
		run->outcome = GY_OUTCOME_UPGRADED;
}

/* Behind a socket there may be anything: its bytes say nothing of a line. */
static gboolean
line_has_speed(const char *port)
{
	return !g_str_has_prefix(port, "socket:") && !g_str_has_prefix(port, "tcp:");
}

static void
fill_report(Run *run)
{
	gint64 now_ms = gy_pump_now();
	GySessionCounters counters = {0};
	gint64 line_ms;

	run->report.stage_ms[run->stage] += now_ms - run->estimate.stage_started_ms;
	run->report.total_ms = now_ms - run->estimate.started_ms;
	run->report.bytes = run->payload ? g_bytes_get_size(run->payload) : 0;
	if (!run->pump)
		return;
	gy_session_get_counters(run->session, &counters);
	run->report.bytes_resent = counters.payload_bytes_resent;
	run->report.frames_failed = counters.candidates_failed;
	run->report.reconnects = gy_pump_reconnects(run->pump);
	line_ms = counters.last_ack_ms - counters.first_data_ms;
	if (line_ms > 0 && run->report.bytes > run->report.resumed_at && line_has_speed(run->options->port))
		run->report.efficiency = (double) (run->report.bytes - run->report.resumed_at) * 10 * 1000 /
					 ((double) baud_of(run->options) * (double) line_ms);
}

static gboolean
open_pump(Run *run)
{
	g_autoptr(GyTransport) transport = gy_transport_new(run->options->port, &run->error);
	GySessionOptions session_options = {
		.answer_ms = run->options->answer_ms,
		.lost_ms = run->options->lost_ms,
	};

	if (!transport)
		return FALSE;
	run->pump = gy_pump_new(transport, &session_options, baud_of(run->options));
	run->session = gy_pump_session(run->pump);
	return TRUE;
}

void
gy_job_run(GyJob *job)
{
	Run run = {.job = job, .options = gy_job_options(job)};

	gy_estimate_start(&run.estimate, g_bytes_get_size(gy_package_bytes(gy_job_package(job))),
		baud_of(run.options), run.options->reset, gy_pump_now());
	if (check_package(&run) && open_pump(&run)) {
		run_stages(&run);
		if (run.error) {
			disarm(&run);
			withdraw(&run);
		}
		settle_outcome(&run);
	}
	fill_report(&run);
	g_clear_pointer(&run.pump, gy_pump_free);
	g_clear_object(&run.package);
	g_clear_pointer(&run.payload, g_bytes_unref);
	g_clear_pointer(&run.identities, g_ptr_array_unref);
	gy_job_tell_end(job, run.error, run.device_code, run.outcome, &run.report);
}
