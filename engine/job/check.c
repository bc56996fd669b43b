// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/job/delta-private.h"
#include "engine/job/device-info.h"
#include "engine/job/run-private.h"
#include "engine/keys/digest.h"
#include "engine/packages/format.h"

/* Characters of what is found and expected that a sentence has room for. */
#define SHORT_MAX 48

static GyError
error_by_word(const char *word)
{
	for (guint i = 0; i < GY_N_ERRORS; i++)
		if (g_str_equal(gy_error_word((GyError) i), word))
			return (GyError) i;
	return GY_ERROR_PACKAGE_MALFORMED;
}

/* Numbers belong into the sentence; a whole signature does not. */
static gboolean
fail_by_finding(GyRun *run, const GyFinding *finding)
{
	gboolean tells = finding->found && finding->expected &&
			 strlen(finding->found) + strlen(finding->expected) <= SHORT_MAX;

	if (tells)
		gy_run_fail(run, error_by_word(finding->code), _("%s (found %s, expected %s)"),
			finding->message, finding->found, finding->expected);
	else
		gy_run_fail(run, error_by_word(finding->code), "%s", finding->message);
	return FALSE;
}

/* Errors cannot be forced. Warnings from the one at @first on stop the job too, unless they are forced. */
static gboolean
accept_findings(GyRun *run, guint first)
{
	GPtrArray *findings = gy_package_findings(run->package);
	const GyFinding *refusal = gy_package_refusal(run->package);

	if (refusal)
		return fail_by_finding(run, refusal);
	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = g_ptr_array_index(findings, i);

		if (finding->severity == GY_SEVERITY_NOTE && i >= first)
			gy_job_tell_log(run->job, "%s", finding->message);
		if (finding->severity != GY_SEVERITY_WARNING)
			continue;
		if (i >= first && !run->options->force) {
			gy_run_fail(run, error_by_word(finding->code),
				_("%s (found %s, expected %s); this can be forced"), finding->message,
				finding->found, finding->expected);
			return FALSE;
		}
		gy_job_tell_log(run->job, "%s", finding->message);
	}
	return TRUE;
}

static gboolean
refuse_place(GyRun *run)
{
	const char *name = gy_package_name(run->package);

	if (run->options->to_region)
		gy_run_fail(run, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is a package; a region takes the signed application image by itself"), name);
	else
		gy_run_fail(run, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is a firmware image by itself; a device with two regions takes it with --ab, "
			  "any "
			  "other one "
			  "a package with it inside"),
			name);
	return FALSE;
}

/*
 * Digests in place of signatures. No package like that is sent; an image for a region may be, on one's own word, to an agent
 * that was built to take it: the agent of the others refuses it.
 */
static gboolean
accept_trust(GyRun *run)
{
	const char *name = gy_package_name(run->package);

	if (gy_package_trust(run->package) == GY_TRUST_SIGNED)
		return TRUE;
	if (gy_package_format(run->package)->is_custom)
		gy_job_tell_log(
			run->job, _("Sent as it is, as asked: an agent that was not built to take custom "
				    "packages refuses it"));
	else if (gy_package_format(run->package)->verifies_none)
		gy_job_tell_log(run->job, _("Sent without a signature: devices of this system verify none"));
	else if (!run->options->to_region)
		gy_run_fail(run, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
			_("%s has digests in place of signatures: anyone could have made it"), name);
	else if (!run->options->force)
		gy_run_fail(run, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
			_("%s has digests in place of signatures: anyone could have made it; gantry image "
			  "sign "
			  "signs it, and --force sends it to an agent that was built to take such images"),
			name);
	else
		gy_job_tell_log(
			run->job, _("Sent without signatures, as asked: an agent that was not built to "
				    "take that refuses it"));
	return !run->error;
}

static gboolean
is_sent(GyPackage *package)
{
	const GyFormat *format = gy_package_format(package);
	const char *kind = gy_package_kind(package);

	return g_strcmp0(kind, format->sent_kind) == 0 || g_strcmp0(kind, format->difference_kind) == 0;
}

static gboolean
refuse_kind(GyRun *run)
{
	const char *name = gy_package_name(run->package);
	const char *kind = gy_package_kind(run->package);

	if (g_str_equal(kind, "burn"))
		gy_run_fail(run, GY_ERROR_PACKAGE_BURN,
			_("%s is a burn container, which goes through the boot ROM and never through the "
			  "upgrade"),
			name);
	else
		gy_run_fail(run, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is a package of the kind \"%s\", which does not go to a device over its link"),
			name, kind);
	return FALSE;
}

/* With the old image it is known what the device will hold, and that the difference can be applied at all. */
static gboolean
identify_new(GyRun *run, guint index, GBytes *old)
{
	GyImageIdentity *identity = run->identities->pdata[index];
	g_autoptr(GBytes) new = gy_package_unpack_difference(run->package, index, old, &run->error);

	if (!new)
		return FALSE;
	identity->size = g_bytes_get_size(new);
	gy_sha256(g_bytes_get_data(new, NULL), identity->size, identity->sha256);
	memcpy(identity->code_sha256, identity->sha256, sizeof identity->code_sha256);
	identity->has_code = TRUE;
	return TRUE;
}

static gboolean
read_old(GyRun *run)
{
	const GyImage *image = gy_package_images(run->package)->pdata[0];
	g_autoptr(GBytes) old = NULL;

	if (!run->options->old)
		return TRUE;
	if (!(image->storage & GY_STORAGE_DIFF)) {
		gy_run_fail(run, GY_ERROR_CFG_RULE, _("%s is no difference: there is no old image to it"),
			gy_package_name(run->package));
		return FALSE;
	}
	old = gy_file_read(run->options->old, GY_PACKAGE_MEMORY_MAX, &run->error);
	if (!old)
		return FALSE;
	gy_sha256(g_bytes_get_data(old, NULL), g_bytes_get_size(old), run->old_sha256);
	run->has_old = TRUE;
	return identify_new(run, 0, old);
}

/* A message vouches for the file that lies beside it, and that is what goes to the device. */
static gboolean
open_announced(GyRun *run, const char **root_key)
{
	const GyFormat *format = gy_package_format(run->package);
	GyPackage *file;

	if (!format->message_kind || !g_str_equal(gy_package_kind(run->package), format->message_kind))
		return TRUE;
	if (!gy_package_verify(run->package, *root_key, &run->error) || !accept_findings(run, G_MAXUINT))
		return FALSE;
	/* it was the message that is signed */
	*root_key = NULL;
	file = format->announced(run->package, &run->error);
	if (!file)
		return FALSE;
	g_object_unref(run->package);
	run->package = file;
	g_bytes_unref(run->payload);
	run->payload = g_bytes_ref(gy_package_bytes(file));
	return TRUE;
}

gboolean
gy_run_check_package(GyRun *run)
{
	GyPackage *package = gy_job_package(run->job);
	GBytes *bytes = gy_package_bytes(package);
	const char *root_key = run->options->root_key;

	run->package = gy_package_format(package)->load(bytes, gy_package_name(package), &run->error);
	if (!run->package)
		return FALSE;
	/* who sends it may have named the version that it does not say */
	gy_package_set_version(run->package, gy_package_version(package));
	run->payload = g_bytes_ref(bytes);
	if (run->options->skip_package_checks)
		return TRUE;
	if (!open_announced(run, &root_key))
		return FALSE;
	if (gy_package_format(run->package)->to_region != run->options->to_region)
		return refuse_place(run);
	if (!is_sent(run->package))
		return refuse_kind(run);
	if (!gy_package_verify(run->package, root_key, &run->error) || !accept_findings(run, G_MAXUINT))
		return FALSE;
	if (!accept_trust(run))
		return FALSE;
	run->identities = gy_package_identities(run->package, &run->error);
	return run->identities && read_old(run);
}

GyJobEvent
gy_run_check_device(GyRun *run)
{
	g_autoptr(GyTarget) target = gy_target_from_wire(&run->before);
	const GyFormat *format = gy_package_format(run->package);
	guint n_known;

	if (run->options->skip_package_checks)
		return GY_JOB_EVENT_ACCEPTED;
	if (*run->before.backend && !g_str_equal(run->before.backend, format->system))
		return gy_run_fail(run, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is a package for %s, and this device takes packages for %s"),
			gy_package_name(run->package), format->system, run->before.backend);
	if (!run->options->reset && !run->options->dry_run && (run->before.capabilities & GYW_ARMING_RESETS))
		return gy_run_fail(run, GY_ERROR_CFG_RULE,
			_("this device is armed by its reset, which cannot be left for later"));
	if (!gy_run_choose_delta(run, target))
		return GY_JOB_EVENT_FAILED;
	n_known = gy_package_findings(run->package)->len;
	target->has_root_xy = run->has_root_key;
	memcpy(target->root_xy, run->root_key, sizeof target->root_xy);
	target->has_old = run->has_old;
	memcpy(target->old_sha256, run->old_sha256, sizeof target->old_sha256);
	gy_package_check_device(run->package, target);
	if (!accept_findings(run, n_known))
		return GY_JOB_EVENT_FAILED;
	return run->options->dry_run ? GY_JOB_EVENT_CHECKED_ONLY : GY_JOB_EVENT_ACCEPTED;
}
