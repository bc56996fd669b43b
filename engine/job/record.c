// SPDX-License-Identifier: Apache-2.0
#include "engine/job/record-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/devices/port-names.h"
#include "engine/job/job-private.h"
#include "engine/packages/format.h"
#include "engine/records/records.h"

/* A board that goes and comes all day must not fill the disk. */
#define LOG_MOST 65536
#define MS_PER_S 1000

struct _GyJobRecord {
	GyRecords *records;
	GyRecord *record;
	GString *log;
	gboolean is_log_full;
	gboolean is_borrowed; /* the caller's, who completes it */
	gint64 began_us;
};

static gint64
now_ms(void)
{
	return g_get_real_time() / MS_PER_S;
}

/* ---- the beginning -------------------------------------------------------------------------------------- */

static void
describe_package(GyRecord *record, GyPackage *package, const char *path)
{
	const char *name = gy_package_name(package);

	gy_record_set_package(record, path ? path : name, gy_package_bytes(package));
	/* a name that is no path has no folder */
	if (!path)
		gy_record_set_text(&record->package, name);
	gy_record_set_text(&record->system, gy_package_format(package)->system);
	gy_record_set_text(&record->package_version, gy_package_version(package));
}

static GyRecord *
describe(GyJob *job)
{
	const GyJobOptions *options = gy_job_options(job);
	g_autofree char *place = gy_port_place(options->port);
	GyRecord *record = gy_record_new_here(options->port, place);

	if (options->run)
		gy_record_set_text(&record->run, options->run);
	gy_record_set_text(&record->station, options->station);
	gy_record_set_text(&record->operator_name, options->operator_name);
	gy_record_set_text(&record->slot, options->slot);
	gy_record_set_text(&record->serial_number, options->serial_number);
	describe_package(record, gy_job_package(job), options->package_path);
	return record;
}

static void
job_record_free(GyJobRecord *record)
{
	if (!record->is_borrowed) {
		gy_records_close(record->records);
		gy_record_free(record->record);
	}
	g_string_free(record->log, TRUE);
	g_free(record);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyJobRecord, job_record_free)

static GyJobRecord *
borrow(GyJob *job)
{
	const GyJobOptions *options = gy_job_options(job);
	GyJobRecord *record = g_new0(GyJobRecord, 1);

	record->log = g_string_new(NULL);
	/* so that the log counts from the record's beginning */
	record->began_us = g_get_monotonic_time() - (now_ms() - options->run_record->started_ms) * MS_PER_S;
	record->record = options->run_record;
	record->records = options->run_records;
	record->is_borrowed = TRUE;
	describe_package(record->record, gy_job_package(job), options->package_path);
	return record;
}

GyJobRecord *
gy_job_record_begin(GyJob *job)
{
	const GyJobOptions *options = gy_job_options(job);
	g_autoptr(GyJobRecord) record = NULL;
	g_autoptr(GError) error = NULL;

	if (options->run_record)
		return borrow(job);
	/* a dry run changes nothing, so there is nothing to look up later */
	if (!options->records || options->dry_run)
		return NULL;
	record = g_new0(GyJobRecord, 1);
	record->log = g_string_new(NULL);
	record->began_us = g_get_monotonic_time();
	record->record = describe(job);
	record->records = gy_records_open(options->records, &error);
	if (record->records && gy_records_begin(record->records, record->record, &error))
		return g_steal_pointer(&record);
	gy_job_tell_log(job, _("This run is not recorded: %s"), error->message);
	return NULL;
}

/* ---- while it runs -------------------------------------------------------------------------------------- */

/* Those after which something else is true of the device than before. */
static gboolean
is_noted(GyStage stage)
{
	return stage == GY_STAGE_PREPARE || stage == GY_STAGE_TRIGGER || stage == GY_STAGE_REBOOT;
}

static void
note(GyJobRecord *record)
{
	g_autoptr(GError) error = NULL;

	/* the end is written again, and tells if that fails */
	if (!gy_records_note(record->records, record->record, &error))
		g_debug("a note of a run is left out: %s", error->message);
}

void
gy_job_record_stage(GyJobRecord *record, GyStage stage)
{
	if (!record)
		return;
	record->record->stage = stage;
	record->record->stage_ms[stage] = 0;
	if (is_noted(stage))
		note(record);
}

/* What an earlier run has left behind is worth knowing before this one goes on. */
static void
tell_doubt(GyJobRecord *record, GyJob *job)
{
	g_autoptr(GyRecord) last = gy_records_last_of_device(
		record->records, record->record->device_id, record->record->id, NULL);
	g_autoptr(GDateTime) began = NULL;
	g_autofree char *time = NULL;

	if (!last || last->result != GY_RECORD_IN_DOUBT)
		return;
	began = g_date_time_new_from_unix_local(last->started_ms / MS_PER_S);
	time = began ? g_date_time_format(began, "%Y-%m-%d %H:%M") : g_strdup("");
	gy_job_tell_log(job,
		_("Record %" PRId64 " of this device, of %s, was left in doubt in the stage %s: "
		  "nobody wrote how it ended"),
		last->id, time, _(gy_stage_name(last->stage)));
}

void
gy_job_record_device(GyJobRecord *record, GyJob *job, const GyDeviceInfo *info, gboolean after)
{
	if (!record)
		return;
	if (after) {
		gy_record_set_text(&record->record->to_version, info->version);
		return;
	}
	gy_record_set_device(record->record, info);
	gy_record_set_text(&record->record->from_version, info->version);
	note(record);
	if (record->record->device_id)
		tell_doubt(record, job);
}

void
gy_job_record_typical(GyJobRecord *record, guint64 bytes, GyTypical *typical)
{
	g_autoptr(GError) error = NULL;

	*typical = (GyTypical){0};
	if (!record)
		return;
	/* it only makes the bar truer: a run goes on without */
	if (!gy_records_typical(
		    record->records, record->record->board, record->record->system, bytes, typical, &error))
		g_debug("what is typical is not known: %s", error->message);
}

void
gy_job_record_delta(GyJobRecord *record, const GyDeltaChoice *choice)
{
	if (!record)
		return;
	gy_record_set_text(&record->record->delta, gy_delta_reason_word(choice->reason));
	record->record->whole_bytes = (gint64) choice->whole_size;
}

void
gy_job_record_log(GyJobRecord *record, const char *sentence)
{
	gint64 elapsed_ms;

	if (!record || record->is_log_full)
		return;
	elapsed_ms = (g_get_monotonic_time() - record->began_us) / MS_PER_S;
	if (record->log->len + strlen(sentence) > LOG_MOST) {
		record->is_log_full = TRUE;
		sentence = _("More happened than is kept here");
	}
	g_string_append_printf(record->log, "%8.1f s  %s\n", (double) elapsed_ms / MS_PER_S, sentence);
}

/* ---- the end -------------------------------------------------------------------------------------------- */

/* Only a transfer that came to its end has a rate that can be compared. */
static gint64
rate_of(const GyRecord *record, const GyJobReport *report)
{
	gint64 transfer_ms = report->stage_ms[GY_STAGE_TRANSFER];

	if (record->stage <= GY_STAGE_TRANSFER || transfer_ms <= 0 || report->bytes <= report->resumed_at)
		return GY_RECORD_NONE;
	return (gint64) ((double) (report->bytes - report->resumed_at) * MS_PER_S / (double) transfer_ms);
}

static void
take_report(GyRecord *record, const GyJobReport *report)
{
	record->total_ms = report->total_ms;
	for (guint i = 0; i < GY_N_STAGES; i++)
		if (record->stage_ms[i] >= 0)
			record->stage_ms[i] = report->stage_ms[i];
	record->bytes = (gint64) report->bytes;
	record->rate = rate_of(record, report);
	record->bytes_resent = (gint64) report->bytes_resent;
	record->frames_resent = (gint64) report->frames_resent;
	record->frames_failed = (gint64) report->frames_failed;
	record->resumed_at = (gint64) report->resumed_at;
	record->reconnects = (gint64) report->reconnects;
}

void
gy_job_record_end(GyJobRecord *record, GyJob *job, const GError *error, guint32 device_code,
	GyOutcome outcome, const GyJobReport *report)
{
	g_autoptr(GyJobRecord) owned = record;
	g_autoptr(GError) problem = NULL;

	if (!record)
		return;
	if (!record->is_borrowed)
		gy_record_set_end(record->record, error);
	if (device_code)
		record->record->device_code = device_code;
	take_report(record->record, report);
	gy_record_set_text(&record->record->outcome, gy_outcome_name(outcome));
	gy_record_set_text(&record->record->log, record->log->str);
	if (record->is_borrowed)
		return;
	if (!gy_records_complete(record->records, record->record, &problem))
		gy_job_tell_log(job, _("How this run ended is not recorded: %s"), problem->message);
}
