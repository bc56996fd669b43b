// SPDX-License-Identifier: Apache-2.0
#include "engine/job/job.h"

#include <glib/gi18n-lib.h>

#include "engine/job/job-private.h"
#include "engine/job/record-private.h"

#define PROGRESS_EVERY_US (G_USEC_PER_SEC / 30)

struct _GyJob {
	GObject parent;

	/* fixed from the start */
	GyPackage *package;
	GyJobOptions *options;
	GCancellable *cancellable;
	GMainContext *context;
	GThread *thread;

	/* written by the thread, read by everyone */
	GMutex lock;
	GyJobState state;
	GyJobProgress progress;
	GError *error;
	guint32 device_code;
	GyOutcome outcome;
	GyJobReport report;
	GyDeviceInfo *before;
	GyDeviceInfo *after;
	GyDeltaChoice *delta;

	/* of the thread alone */
	gint64 progress_told_us;
	GyJobRecord *record;
};

G_DEFINE_FINAL_TYPE(GyJob, gy_job, G_TYPE_OBJECT)

enum { SIGNAL_STAGE, SIGNAL_PROGRESS, SIGNAL_CONSOLE, SIGNAL_DELTA, SIGNAL_LOG, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const char *const stage_names[GY_N_STAGES] = {
	[GY_STAGE_CONNECT] = N_("connect"),
	[GY_STAGE_IDENTIFY] = N_("identify"),
	[GY_STAGE_CHECK] = N_("check"),
	[GY_STAGE_PREPARE] = N_("prepare"),
	[GY_STAGE_TRANSFER] = N_("transfer"),
	[GY_STAGE_VERIFY] = N_("verify"),
	[GY_STAGE_TRIGGER] = N_("trigger"),
	[GY_STAGE_REBOOT] = N_("reboot"),
	[GY_STAGE_CONFIRM] = N_("confirm"),
};

static const struct {
	const char *name;
	const char *sentence;
} outcomes[] = {
	[GY_OUTCOME_UNTOUCHED] = {"untouched", N_("Nothing on the device has changed")},
	[GY_OUTCOME_STORAGE_LOST] = {"storage-lost",
		N_("The application runs as before; what the device had stored beside it is gone")},
	[GY_OUTCOME_ARMED] = {"armed",
		N_("The new firmware is stored and armed: the next reset installs it")},
	[GY_OUTCOME_UPGRADED] = {"upgraded", N_("The new firmware runs and has answered")},
	[GY_OUTCOME_OLD_RUNS] = {"old-runs", N_("The device was reset and runs the firmware it ran before")},
	[GY_OUTCOME_OTHER_RUNS] = {"other-runs",
		N_("The device was reset and answers, but what it holds is not, or not all, what was sent")},
	[GY_OUTCOME_UNKNOWN] = {"unknown", N_("The device was reset and has not answered yet")},
};

const char *
gy_stage_name(GyStage stage)
{
	g_return_val_if_fail((guint) stage < GY_N_STAGES, NULL);
	return stage_names[stage];
}

const char *
gy_outcome_name(GyOutcome outcome)
{
	g_return_val_if_fail((guint) outcome < G_N_ELEMENTS(outcomes), NULL);
	return outcomes[outcome].name;
}

const char *
gy_outcome_sentence(GyOutcome outcome)
{
	g_return_val_if_fail((guint) outcome < G_N_ELEMENTS(outcomes), NULL);
	return _(outcomes[outcome].sentence);
}

GyJobOptions *
gy_job_options_new(void)
{
	GyJobOptions *options = g_new0(GyJobOptions, 1);

	options->reset = TRUE;
	options->compress = TRUE;
	return options;
}

void
gy_job_options_free(GyJobOptions *options)
{
	g_free(options->port);
	g_free(options->root_key);
	g_free(options->old);
	g_free(options->reset_sequence);
	g_free(options->records);
	g_free(options->package_path);
	g_free(options->station);
	g_free(options->operator_name);
	g_free(options->slot);
	g_free(options->serial_number);
	g_free(options->run);
	g_clear_pointer(&options->agent_key, gy_agent_key_unref);
	g_clear_pointer(&options->delta, gy_auto_delta_unref);
	g_free(options);
}

static GyJobOptions *
copy_options(const GyJobOptions *options)
{
	GyJobOptions *copy = g_new(GyJobOptions, 1);

	*copy = *options;
	copy->port = g_strdup(options->port);
	copy->root_key = g_strdup(options->root_key);
	copy->old = g_strdup(options->old);
	copy->reset_sequence = g_strdup(options->reset_sequence);
	copy->records = g_strdup(options->records);
	copy->package_path = g_strdup(options->package_path);
	copy->station = g_strdup(options->station);
	copy->operator_name = g_strdup(options->operator_name);
	copy->slot = g_strdup(options->slot);
	copy->serial_number = g_strdup(options->serial_number);
	copy->run = g_strdup(options->run);
	if (options->agent_key)
		copy->agent_key = gy_agent_key_ref(options->agent_key);
	if (options->delta)
		copy->delta = gy_auto_delta_ref(options->delta);
	return copy;
}

/* ---- signals, from the thread to the context ---- */

typedef struct {
	GyJob *job;
	guint signal;
	GyStage stage;
	gint64 elapsed_ms;
	gpointer boxed;
	GDestroyNotify free_boxed;
} Message;

static gboolean
deliver(gpointer data)
{
	Message *message = data;

	switch (message->signal) {
	case SIGNAL_STAGE:
		g_signal_emit(message->job, signals[SIGNAL_STAGE], 0, message->stage, message->elapsed_ms);
		break;
	case SIGNAL_CONSOLE:
	case SIGNAL_LOG: g_signal_emit(message->job, signals[message->signal], 0, message->boxed); break;
	case SIGNAL_ENDED:
		/* the thread has only its cleaning up to do: with "ended" the port is closed and nothing runs any more */
		g_thread_join(g_steal_pointer(&message->job->thread));
		g_signal_emit(message->job, signals[SIGNAL_ENDED], 0);
		break;
	default: g_signal_emit(message->job, signals[message->signal], 0); break;
	}
	return G_SOURCE_REMOVE;
}

static void
message_free(gpointer data)
{
	Message *message = data;

	if (message->free_boxed)
		message->free_boxed(message->boxed);
	g_object_unref(message->job);
	g_free(message);
}

static void
post(GyJob *job, Message content)
{
	Message *message = g_memdup2(&content, sizeof content);
	g_autoptr(GSource) source = g_idle_source_new();

	message->job = g_object_ref(job);
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, deliver, message, message_free);
	g_source_attach(source, job->context);
}

void
gy_job_tell_stage(GyJob *job, GyStage stage, gint64 elapsed_ms)
{
	g_mutex_lock(&job->lock);
	job->progress.stage = stage;
	g_mutex_unlock(&job->lock);
	gy_job_record_stage(job->record, stage);
	post(job, (Message){.signal = SIGNAL_STAGE, .stage = stage, .elapsed_ms = elapsed_ms});
}

void
gy_job_tell_progress(GyJob *job, const GyJobProgress *progress)
{
	gint64 now_us = g_get_monotonic_time();

	g_mutex_lock(&job->lock);
	job->progress = *progress;
	g_mutex_unlock(&job->lock);
	if (now_us - job->progress_told_us < PROGRESS_EVERY_US)
		return;
	job->progress_told_us = now_us;
	post(job, (Message){.signal = SIGNAL_PROGRESS});
}

void
gy_job_tell_console(GyJob *job, GBytes *text)
{
	post(job, (Message){.signal = SIGNAL_CONSOLE,
			  .boxed = g_bytes_ref(text),
			  .free_boxed = (GDestroyNotify) g_bytes_unref});
}

void
gy_job_tell_log(GyJob *job, const char *format, ...)
{
	va_list arguments;
	char *sentence;

	va_start(arguments, format);
	sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	gy_job_record_log(job->record, sentence);
	post(job, (Message){.signal = SIGNAL_LOG, .boxed = sentence, .free_boxed = g_free});
}

void
gy_job_tell_delta(GyJob *job, const GyDeltaChoice *choice)
{
	gy_job_record_delta(job->record, choice);
	g_mutex_lock(&job->lock);
	g_clear_pointer(&job->delta, gy_delta_choice_free);
	job->delta = gy_delta_choice_copy(choice);
	g_mutex_unlock(&job->lock);
	post(job, (Message){.signal = SIGNAL_DELTA});
	gy_job_tell_log(job, "%s", choice->sentence);
}

void
gy_job_tell_device(GyJob *job, GyDeviceInfo *info, gboolean after)
{
	GyDeviceInfo **place = after ? &job->after : &job->before;

	gy_job_record_device(job->record, job, info, after);
	g_mutex_lock(&job->lock);
	g_clear_pointer(place, gy_device_info_free);
	*place = info;
	g_mutex_unlock(&job->lock);
}

void
gy_job_typical(GyJob *job, guint64 bytes, GyTypical *typical)
{
	gy_job_record_typical(job->record, bytes, typical);
}

void
gy_job_tell_end(GyJob *job, GError *error, guint32 device_code, GyOutcome outcome, const GyJobReport *report)
{
	/* first, so that with "ended" the record is whole */
	gy_job_record_end(g_steal_pointer(&job->record), job, error, device_code, outcome, report);
	g_mutex_lock(&job->lock);
	job->state = error ? GY_JOB_FAILED : GY_JOB_DONE;
	job->error = error;
	job->device_code = device_code;
	job->outcome = outcome;
	job->report = *report;
	g_mutex_unlock(&job->lock);
	post(job, (Message){.signal = SIGNAL_ENDED});
}

/* ---- the object ---- */

static void
gy_job_finalize(GObject *object)
{
	GyJob *job = GY_JOB(object);

	/* the thread holds a reference, so it has ended; it may be the one that drops the last one */
	if (job->thread)
		g_thread_unref(job->thread);
	g_object_unref(job->package);
	gy_job_options_free(job->options);
	g_object_unref(job->cancellable);
	g_main_context_unref(job->context);
	g_clear_error(&job->error);
	g_clear_pointer(&job->before, gy_device_info_free);
	g_clear_pointer(&job->after, gy_device_info_free);
	g_clear_pointer(&job->delta, gy_delta_choice_free);
	g_mutex_clear(&job->lock);
	G_OBJECT_CLASS(gy_job_parent_class)->finalize(object);
}

static void
gy_job_class_init(GyJobClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_job_finalize;
	signals[SIGNAL_STAGE] = g_signal_new("stage", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT64);
	signals[SIGNAL_PROGRESS] =
		g_signal_new("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_CONSOLE] = g_signal_new(
		"console", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
	signals[SIGNAL_DELTA] =
		g_signal_new("delta", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_LOG] = g_signal_new(
		"log", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
	signals[SIGNAL_ENDED] =
		g_signal_new("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_job_init(GyJob *job)
{
	g_mutex_init(&job->lock);
	job->cancellable = g_cancellable_new();
	job->context = g_main_context_ref_thread_default();
}

GyJob *
gy_job_new(GyPackage *package, const GyJobOptions *options)
{
	GyJob *job;

	g_return_val_if_fail(GY_IS_PACKAGE(package), NULL);
	g_return_val_if_fail(options && options->port, NULL);
	job = g_object_new(GY_TYPE_JOB, NULL);
	job->package = g_object_ref(package);
	job->options = copy_options(options);
	return job;
}

static gpointer
run_thread(gpointer data)
{
	g_autoptr(GyJob) job = data;

	job->record = gy_job_record_begin(job);
	gy_job_run(job);
	return NULL;
}

void
gy_job_start(GyJob *job)
{
	g_return_if_fail(job->state == GY_JOB_READY);
	job->state = GY_JOB_RUNNING;
	job->thread = g_thread_new("gantry-job", run_thread, g_object_ref(job));
}

void
gy_job_cancel(GyJob *job)
{
	g_cancellable_cancel(job->cancellable);
}

GyPackage *
gy_job_package(GyJob *job)
{
	return job->package;
}

const GyJobOptions *
gy_job_options(GyJob *job)
{
	return job->options;
}

GCancellable *
gy_job_cancellable(GyJob *job)
{
	return job->cancellable;
}

GyJobState
gy_job_state(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->state;
}

GyStage
gy_job_stage(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->progress.stage;
}

void
gy_job_progress(GyJob *job, GyJobProgress *progress)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	*progress = job->progress;
}

const GError *
gy_job_error(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->error;
}

GyOutcome
gy_job_outcome(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->outcome;
}

guint32
gy_job_device_code(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->device_code;
}

GyDeviceInfo *
gy_job_device_before(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->before ? gy_device_info_copy(job->before) : NULL;
}

GyDeviceInfo *
gy_job_device_after(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->after ? gy_device_info_copy(job->after) : NULL;
}

GyDeltaChoice *
gy_job_delta(GyJob *job)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	return job->delta ? gy_delta_choice_copy(job->delta) : NULL;
}

void
gy_job_report(GyJob *job, GyJobReport *report)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&job->lock);

	*report = job->report;
}
