// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/job/device-info.h"
#include "engine/job/run-private.h"
#include "engine/packages/format.h"

#define ASK_AGAIN_MS 250
/* The boot loader prints at a rate of its own. While it installs it is listened to, however long an erase keeps it silent;
 * other text is no reason to wait. */
#define QUIET_MS            1200
#define QUIET_INSTALLING_MS 30000
#define LISTEN_AGAIN_MS     800
/* The vendor's result of an upgrade that needed its last try, whether that worked or not. */
#define RESULT_AFTER_LAST_TRY 13

/* ---- hearing and asking ---- */

static gboolean
has_boot_rate(const GyRun *run)
{
	return run->before.boot_baud != 0 && run->before.boot_baud != gy_run_baud(run);
}

static void
listen(GyRun *run, gint64 ms)
{
	run->is_listening = TRUE;
	run->ask_ms = gy_pump_now() + ms;
	gy_pump_set_baud(run->pump, run->before.boot_baud);
}

static void
ask(GyRun *run)
{
	if (run->is_listening)
		gy_pump_set_baud(run->pump, gy_run_baud(run));
	run->is_listening = FALSE;
	run->ask_ms = 0;
	gy_session_hello(run->session, gy_pump_now());
}

GyJobEvent
gy_run_enter_confirm(GyRun *run)
{
	run->outcome = GY_OUTCOME_UNKNOWN;
	gy_boot_text_start(&run->boot);
	if (has_boot_rate(run))
		listen(run, QUIET_MS);
	else
		ask(run);
	return GY_JOB_EVENT_NONE;
}

void
gy_run_confirm_silence(GyRun *run)
{
	if (has_boot_rate(run))
		listen(run, LISTEN_AGAIN_MS);
	else
		ask(run);
}

void
gy_run_confirm_text(GyRun *run, const guint8 *bytes, gsize size)
{
	gint64 now_ms = gy_pump_now();
	gboolean had_begun = run->boot.says_begun;

	if (gy_boot_text_add(&run->boot, bytes, size))
		gy_estimate_done(&run->estimate, (guint64) run->boot.percent, 101, now_ms);
	if (run->is_listening && run->boot.says_begun)
		run->ask_ms = now_ms + QUIET_INSTALLING_MS;
	else if (run->is_listening && had_begun)
		/* "reset now": what prints next may be the new application, at its own rate, or the menu once more */
		run->ask_ms = now_ms + (gy_package_format(run->package)->has_boot_menu ? QUIET_MS : 0);
}

void
gy_run_confirm_tick(GyRun *run)
{
	if (run->ask_ms != 0 && gy_pump_now() >= run->ask_ms)
		ask(run);
}

GyJobEvent
gy_run_confirm_deadline(GyRun *run)
{
	/* a boot loader installs a package again when what it wrote does not start */
	if (run->boot.n_installs > 1)
		return gy_run_fail(run, GY_ERROR_UPGRADE_NOT_CONFIRMED,
			_("no agent answered after the reset: the boot loader installed the package %u "
			  "times, "
			  "since what it installed does not start"),
			run->boot.n_installs);
	return gy_run_fail(run, GY_ERROR_UPGRADE_NOT_CONFIRMED, _("no agent answered after the reset%s"),
		run->boot.says_success   ? _(", though it is installed by the boot loader's word")
		: run->boot.says_failure ? _(", and the boot loader said that the upgrade failed")
					 : "");
}

/* ---- what answers ---- */

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
is_application(const GyImageIdentity *identity, GyRun *run)
{
	GPtrArray *images = gy_package_images(run->package);

	if (gy_package_format(run->package)->is_application)
		return TRUE;
	for (guint i = 0; i < images->len; i++) {
		const GyImage *image = g_ptr_array_index(images, i);

		if (image->id == identity->image_id)
			return g_str_equal(image->name, "application");
	}
	return FALSE;
}

/* What the device says of its upgrade, for the end of a sentence. */
static char *
own_word(const GyRun *run, const struct gyw_info *now)
{
	const GyFormat *format = gy_package_format(run->package);
	const char *name = now->has_result && format->result_name ? format->result_name(now->result) : NULL;

	if (!now->has_result)
		return g_strdup("");
	return name ? g_strdup_printf(_(" (its upgrade result is %u: %s)"), now->result, name)
		    : g_strdup_printf(_(" (its upgrade result is %u)"), now->result);
}

static gboolean
runs_as_before(const GyRun *run, const struct gyw_info *now)
{
	return run->before.has_digest && now->has_digest &&
	       memcmp(now->digest, run->before.digest, sizeof now->digest) == 0;
}

static GyJobEvent
not_installed(GyRun *run, const struct gyw_info *now)
{
	g_autofree char *word = own_word(run, now);

	run->device_code = now->has_result ? now->result : 0;
	if (runs_as_before(run, now)) {
		run->outcome = GY_OUTCOME_OLD_RUNS;
		return gy_run_fail(run, GY_ERROR_UPGRADE_ROLLED_BACK,
			_("the device restarted and runs the firmware of before%s"), word);
	}
	run->outcome = GY_OUTCOME_OTHER_RUNS;
	return gy_run_fail(run, GY_ERROR_UPGRADE_FAILED,
		_("the device restarted and runs neither the new firmware nor that of before%s"), word);
}

static GyJobEvent confirm_next_image(GyRun *run);

/* By the device's own word. */
static gboolean
went_badly(const GyRun *run, const struct gyw_info *now)
{
	return now->has_result && now->result != gy_package_format(run->package)->good_result;
}

/* The same image again: its digest proves nothing, so the device's own word has to. */
static GyJobEvent
reinstalled(GyRun *run, const struct gyw_info *now)
{
	if (went_badly(run, now) && now->result != RESULT_AFTER_LAST_TRY) {
		g_autofree char *word = own_word(run, now);

		run->device_code = now->result;
		run->outcome = GY_OUTCOME_OLD_RUNS;
		return gy_run_fail(run, GY_ERROR_UPGRADE_FAILED,
			_("the device runs this firmware, but as it did before%s"), word);
	}
	run->confirm_index++;
	return confirm_next_image(run);
}

/*
 * Nobody but the device sees what is in an encrypted image, so its own word has to do, with what INFO's digest proves: that
 * something else runs than before.
 */
static GyJobEvent
confirm_unseen(GyRun *run)
{
	const struct gyw_info *now = gy_session_info(run->session);
	gboolean is_other = run->before.has_digest && now->has_digest && !runs_as_before(run, now);

	if (!now->has_result && !(run->before.has_digest && now->has_digest))
		return gy_run_fail(run, GY_ERROR_UPGRADE_NOT_CONFIRMED,
			_("the device restarted, and tells neither what it runs nor how the upgrade ended"));
	if (now->has_result ? went_badly(run, now) && !(now->result == RESULT_AFTER_LAST_TRY && is_other)
			    : !is_other)
		return not_installed(run, now);
	run->n_compared++;
	run->confirm_index++;
	return confirm_next_image(run);
}

static GyJobEvent
confirm_application(GyRun *run, const GyImageIdentity *identity)
{
	const struct gyw_info *now = gy_session_info(run->session);

	if (!identity->has_code)
		return confirm_unseen(run);
	if (run->before.has_digest && memcmp(run->before.digest, identity->code_sha256, 32) == 0)
		return reinstalled(run, now);
	if (now->has_digest && memcmp(now->digest, identity->code_sha256, 32) != 0)
		return not_installed(run, now);
	run->n_compared++;
	run->confirm_index++;
	return confirm_next_image(run);
}

/* A device that tells neither what it holds nor where: what is left is the version that it says it runs. */
static GyJobEvent
confirm_version(GyRun *run)
{
	const struct gyw_info *now = gy_session_info(run->session);
	const char *version = gy_package_version(run->package);

	if (!*now->version || !version)
		return gy_run_fail(run, GY_ERROR_UPGRADE_NOT_CONFIRMED,
			_("the device restarted, and tells nothing of what it runs"));
	if (strcmp(now->version, version) != 0) {
		run->outcome = strcmp(now->version, run->before.version) == 0 ? GY_OUTCOME_OLD_RUNS
									      : GY_OUTCOME_OTHER_RUNS;
		return gy_run_fail(run, GY_ERROR_UPGRADE_FAILED,
			_("the device restarted and says that it runs the version %s"), now->version);
	}
	run->outcome = GY_OUTCOME_UPGRADED;
	return GY_JOB_EVENT_CONFIRMED;
}

/* Nobody but the device knows what a custom package is: that something else runs than before has to do. */
static GyJobEvent
confirm_custom(GyRun *run)
{
	const struct gyw_info *now = gy_session_info(run->session);
	const GyImageIdentity *identity = g_ptr_array_index(run->identities, 0);
	gboolean can_tell = run->before.has_digest && now->has_digest;

	if (!can_tell && strcmp(run->before.version, now->version) == 0)
		return gy_run_fail(run, GY_ERROR_UPGRADE_NOT_CONFIRMED,
			_("the device restarted, and does not tell what it runs"));
	if (can_tell && memcmp(now->digest, identity->sha256, sizeof now->digest) != 0) {
		if (runs_as_before(run, now) || went_badly(run, now))
			return not_installed(run, now);
		gy_job_tell_log(
			run->job, _("The device runs something else than before: whether it is what was "
				    "sent only the device knows"));
	}
	run->outcome = GY_OUTCOME_UPGRADED;
	return GY_JOB_EVENT_CONFIRMED;
}

/* Goes through the images of the package: the application by INFO, others by a hash of what their partition holds. */
static GyJobEvent
confirm_next_image(GyRun *run)
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
	if (run->n_compared == 0 && !run->before.has_digest)
		return confirm_version(run);
	run->outcome = GY_OUTCOME_UPGRADED;
	return GY_JOB_EVENT_CONFIRMED;
}

static GyJobEvent
confirm_hashed(GyRun *run, const GySessionEvent *event)
{
	const GyImageIdentity *identity = g_ptr_array_index(run->identities, run->confirm_index);
	const struct gyw_info *now = gy_session_info(run->session);

	if (event->type == GY_SESSION_EVENT_REFUSED) {
		gy_job_tell_log(
			run->job, _("The device does not let image 0x%08X be compared"), identity->image_id);
	} else if (g_bytes_get_size(event->bytes) != sizeof identity->sha256 ||
		   memcmp(g_bytes_get_data(event->bytes, NULL), identity->sha256, sizeof identity->sha256) !=
			   0) {
		/* a boot loader that refused tells more than an image that is not there */
		if (went_badly(run, now) && runs_as_before(run, now))
			return not_installed(run, now);
		run->outcome = GY_OUTCOME_OTHER_RUNS;
		return gy_run_fail(run, GY_ERROR_UPGRADE_FAILED,
			_("the device restarted, but image 0x%08X is not the one that was sent"),
			identity->image_id);
	} else {
		run->n_compared++;
	}
	run->confirm_index++;
	return confirm_next_image(run);
}

static GyJobEvent
confirm_answer(GyRun *run, const GySessionEvent *event)
{
	const struct gyw_info *now = gy_session_info(run->session);

	if (event->operation == GY_OPERATION_HASH)
		return confirm_hashed(run, event);
	/* the answer of the application that is just about to reset does not count */
	if (gy_session_is_remembered(run->session) &&
		!gy_restart_seen(&run->restart, now->uptime_ms, gy_pump_now())) {
		run->ask_ms = gy_pump_now() + ASK_AGAIN_MS;
		return GY_JOB_EVENT_NONE;
	}
	gy_job_tell_device(run->job, gy_device_info_from_wire(now), TRUE);
	run->confirm_index = 0;
	run->n_compared = 0;
	if (!run->identities)
		return GY_JOB_EVENT_CONFIRMED;
	return gy_package_format(run->package)->is_custom ? confirm_custom(run) : confirm_next_image(run);
}

/* What runs on probation goes again after some starts, unless somebody says that it is good. */
GyJobEvent
gy_run_confirm_done(GyRun *run, const GySessionEvent *event)
{
	GyJobEvent result;

	if (event->operation == GY_OPERATION_CONFIRM) {
		gy_job_tell_log(run->job, _("The device keeps the new firmware"));
		return GY_JOB_EVENT_CONFIRMED;
	}
	result = confirm_answer(run, event);
	if (result != GY_JOB_EVENT_CONFIRMED || !(gy_session_info(run->session)->capabilities & GYW_ON_TRIAL))
		return result;
	gy_session_confirm(run->session, gy_pump_now());
	return GY_JOB_EVENT_NONE;
}
