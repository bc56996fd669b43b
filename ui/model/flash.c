// SPDX-License-Identifier: Apache-2.0
#include "ui/model/flash.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/console/console-lines.h"
#include "ui/model/error-words.h"
#include "ui/model/flash-result.h"
#include "ui/model/time-left.h"
#include "ui/model/words.h"

#define POINT_EVERY_MS 250
#define SILENT_MS      1500
#define LOG_MAX        (256 * 1024)

struct _GyFlash {
	GObject parent;

	GyBoard *board;
	GyPackage *package;
	GyJob *job;
	GyStages stages;
	GyTimeLeft time_left;
	GyJobProgress progress;
	int seconds_left;
	double fraction;
	double points[GY_FLASH_POINTS];
	guint n_points;
	gint64 pointed_ms;
	guint64 moved_done; /* bytes when some were acknowledged last, and when that was */
	gint64 moved_ms;
	GyConsoleLines lines;
	GString *log;
	gboolean is_running;
	gboolean is_cancelling;
};

G_DEFINE_FINAL_TYPE(GyFlash, gy_flash, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_LOGGED, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- what is told --------------------------------------------------------------------------------------- */

static void
add_log(GyFlash *flash, const char *text)
{
	g_autofree char *line = g_strconcat(text, "\n", NULL);

	/* the record has it all; a screen needs no more than this */
	if (flash->log->len < LOG_MAX)
		g_string_append(flash->log, line);
	g_signal_emit(flash, signals[SIGNAL_LOGGED], 0, line);
}

static void
add_point(GyFlash *flash)
{
	if (flash->n_points == GY_FLASH_POINTS)
		memmove(flash->points, flash->points + 1, sizeof flash->points - sizeof flash->points[0]);
	else
		flash->n_points++;
	flash->points[flash->n_points - 1] = flash->progress.rate;
}

static void
take_progress(GyFlash *flash)
{
	GyJobProgress *progress = &flash->progress;

	gy_job_progress(flash->job, progress);
	flash->seconds_left = gy_time_left_feed(&flash->time_left, progress, progress->elapsed_ms);
	if (progress->stage != GY_STAGE_TRANSFER || progress->stage_done != flash->moved_done) {
		flash->moved_done = progress->stage_done;
		flash->moved_ms = progress->elapsed_ms;
	}
	flash->fraction = progress->fraction;
	if (progress->stage == GY_STAGE_TRANSFER &&
		(flash->n_points == 0 || progress->elapsed_ms - flash->pointed_ms >= POINT_EVERY_MS)) {
		flash->pointed_ms = progress->elapsed_ms;
		add_point(flash);
	}
}

static void
on_stage(GyJob *job, GyStage stage, gint64 elapsed_ms, GyFlash *flash)
{
	gy_stages_enter(&flash->stages, stage, elapsed_ms);
	flash->progress.stage = stage;
	flash->progress.stage_total = 0;
	if (stage == GY_STAGE_CHECK)
		gy_board_take_info(flash->board, gy_job_device_before(job));
	g_signal_emit(flash, signals[SIGNAL_CHANGED], 0);
}

static void
on_progress(GyJob *job, GyFlash *flash)
{
	take_progress(flash);
	g_signal_emit(flash, signals[SIGNAL_CHANGED], 0);
}

static void
take_lines(GyFlash *flash)
{
	GyConsoleLine line;

	while (gy_console_lines_next(&flash->lines, &line)) {
		g_autofree char *text = g_strconcat("| ", line.text, NULL);

		add_log(flash, text);
		g_free(line.text);
	}
}

static void
on_console(GyJob *job, GBytes *text, GyFlash *flash)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(text, &size);

	gy_console_lines_feed(&flash->lines, bytes, size, g_get_real_time());
	take_lines(flash);
}

static void
on_log(GyJob *job, const char *sentence, GyFlash *flash)
{
	add_log(flash, sentence);
}

static void
on_ended(GyJob *job, GyFlash *flash)
{
	GyJobReport report = {0};

	gy_console_lines_flush(&flash->lines);
	take_lines(flash);
	gy_job_report(job, &report);
	gy_stages_end(&flash->stages, gy_job_state(job) == GY_JOB_DONE, report.total_ms);
	flash->is_running = FALSE;
	if (gy_job_state(job) == GY_JOB_DONE)
		flash->fraction = 1;
	gy_board_take_info(flash->board, gy_job_device_after(job));
	gy_board_set_flashing(flash->board, FALSE);
	g_signal_emit(flash, signals[SIGNAL_CHANGED], 0);
	g_signal_emit(flash, signals[SIGNAL_ENDED], 0);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_flash_dispose(GObject *object)
{
	GyFlash *flash = GY_FLASH(object);

	if (flash->job)
		g_signal_handlers_disconnect_by_data(flash->job, flash);
	g_clear_object(&flash->job);
	g_clear_object(&flash->board);
	g_clear_object(&flash->package);
	G_OBJECT_CLASS(gy_flash_parent_class)->dispose(object);
}

static void
gy_flash_finalize(GObject *object)
{
	GyFlash *flash = GY_FLASH(object);

	gy_console_lines_clear(&flash->lines);
	g_string_free(flash->log, TRUE);
	G_OBJECT_CLASS(gy_flash_parent_class)->finalize(object);
}

static void
gy_flash_class_init(GyFlashClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_flash_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_flash_finalize;
	signals[SIGNAL_CHANGED] =
		g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_LOGGED] = g_signal_new(
		"logged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
	signals[SIGNAL_ENDED] =
		g_signal_new("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_flash_init(GyFlash *flash)
{
	gy_console_lines_init(&flash->lines);
	flash->log = g_string_new(NULL);
	flash->seconds_left = -1;
	flash->time_left.too_low_since = -1;
}

GyFlash *
gy_flash_new(GyBoard *board, GyPackage *package, const GyJobOptions *options)
{
	GyFlash *flash = g_object_new(GY_TYPE_FLASH, NULL);

	flash->board = g_object_ref(board);
	flash->package = g_object_ref(package);
	flash->job = gy_job_new(package, options);
	flash->is_running = TRUE;
	flash->stages.states[GY_STEP_CONNECT] = GY_STEP_RUNNING;
	g_signal_connect(flash->job, "stage", G_CALLBACK(on_stage), flash);
	g_signal_connect(flash->job, "progress", G_CALLBACK(on_progress), flash);
	g_signal_connect(flash->job, "console", G_CALLBACK(on_console), flash);
	g_signal_connect(flash->job, "log", G_CALLBACK(on_log), flash);
	g_signal_connect(flash->job, "ended", G_CALLBACK(on_ended), flash);
	gy_board_set_flashing(board, TRUE);
	gy_job_start(flash->job);
	return flash;
}

GyJob *
gy_flash_job(GyFlash *flash)
{
	return flash->job;
}

GyBoard *
gy_flash_board(GyFlash *flash)
{
	return flash->board;
}

GyPackage *
gy_flash_package(GyFlash *flash)
{
	return flash->package;
}

gboolean
gy_flash_is_running(GyFlash *flash)
{
	return flash->is_running;
}

gboolean
gy_flash_is_done(GyFlash *flash)
{
	return !flash->is_running && gy_job_state(flash->job) == GY_JOB_DONE;
}

const GyStages *
gy_flash_stages(GyFlash *flash)
{
	return &flash->stages;
}

double
gy_flash_fraction(GyFlash *flash)
{
	return flash->fraction;
}

gboolean
gy_flash_has_measure(GyFlash *flash)
{
	return flash->progress.stage == GY_STAGE_TRANSFER && flash->progress.stage_total > 0;
}

double
gy_flash_rate(GyFlash *flash)
{
	return flash->progress.rate;
}

double
gy_flash_line_rate(GyFlash *flash)
{
	return flash->progress.line_rate;
}

const double *
gy_flash_points(GyFlash *flash, guint *n)
{
	*n = flash->n_points;
	return flash->points;
}

/* ---- the words ------------------------------------------------------------------------------------------ */

static char *
bytes_so_far(const GyJobProgress *progress)
{
	g_autofree char *done = gy_words_size(progress->stage_done);
	g_autofree char *total = gy_words_size(progress->stage_total);

	/* Translators: 745 KiB of 1.2 MiB */
	return g_strdup_printf(_("%1$s of %2$s"), done, total);
}

static gboolean
is_silent(const GyFlash *flash)
{
	return flash->progress.stage == GY_STAGE_TRANSFER &&
	       flash->progress.elapsed_ms - flash->moved_ms >= SILENT_MS;
}

char *
gy_flash_status(GyFlash *flash)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (flash->is_cancelling)
		return g_strdup(_("Stopping: the board is told to forget the transfer"));
	if (gy_board_state(flash->board) == GY_BOARD_UNPLUGGED)
		return g_strdup(_("Unplugged. The transfer goes on when the board is back."));
	if (flash->progress.stage == GY_STAGE_CHECK && flash->progress.stage_total > 0)
		return g_strdup(_("Making the difference to what the board runs"));
	if (is_silent(flash))
		return g_strdup(_("The board is silent. The transfer goes on when it answers again."));
	if (gy_flash_has_measure(flash)) {
		g_autofree char *bytes = bytes_so_far(&flash->progress);
		g_autofree char *rate = gy_words_rate(flash->progress.rate);

		g_string_append(text, bytes);
		if (flash->progress.rate > 0)
			g_string_append_printf(text, " · %s", rate);
	} else {
		g_string_append(text, gy_step_waiting_for(flash->stages.now));
	}
	if (flash->seconds_left >= 0) {
		g_autofree char *left = gy_words_time_left(flash->seconds_left);

		g_string_append_printf(text, " · %s", left);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
gy_flash_line(GyFlash *flash)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const GyJobProgress *progress = &flash->progress;

	if (!gy_flash_has_measure(flash))
		return g_strdup("");
	if (progress->line_rate > 0 && progress->rate > 0)
		g_string_append_printf(text, _("line %d %% full"),
			(int) (MIN(progress->rate / progress->line_rate, 1) * 100 + 0.5));
	if (progress->bytes_resent > 0) {
		g_autofree char *again = gy_words_size(progress->bytes_resent);

		g_string_append(text, text->len ? " · " : "");
		g_string_append_printf(text, _("%s sent again"), again);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- cancelling ----------------------------------------------------------------------------------------- */

gboolean
gy_flash_can_cancel(GyFlash *flash)
{
	return flash->is_running && !flash->is_cancelling && flash->progress.stage < GY_STAGE_TRIGGER;
}

void
gy_flash_cancel(GyFlash *flash)
{
	if (!gy_flash_can_cancel(flash))
		return;
	flash->is_cancelling = TRUE;
	gy_job_cancel(flash->job);
	g_signal_emit(flash, signals[SIGNAL_CHANGED], 0);
}

gboolean
gy_flash_is_cancelling(GyFlash *flash)
{
	return flash->is_cancelling;
}

/* ---- the result ----------------------------------------------------------------------------------------- */

static GyFlashResult
result_of(GyFlash *flash, GyDeviceInfo *before, GyDeviceInfo *after, GyJobReport *report, const char *title)
{
	gy_job_report(flash->job, report);
	return (GyFlashResult){
		.is_done = gy_job_state(flash->job) == GY_JOB_DONE,
		.outcome = gy_job_outcome(flash->job),
		.error = gy_job_error(flash->job),
		.device_code = gy_job_device_code(flash->job),
		.board = title,
		.before = before ? before->version : NULL,
		.after = after ? after->version : NULL,
		.total_ms = report->total_ms,
	};
}

char *
gy_flash_headline(GyFlash *flash)
{
	g_autoptr(GyDeviceInfo) before = gy_job_device_before(flash->job);
	g_autoptr(GyDeviceInfo) after = gy_job_device_after(flash->job);
	g_autofree char *title = gy_board_title(flash->board);
	GyJobReport report = {0};
	GyFlashResult result = result_of(flash, before, after, &report, title);

	return gy_flash_result_headline(&result);
}

char *
gy_flash_sent(GyFlash *flash)
{
	g_autoptr(GyDeltaChoice) delta = gy_job_delta(flash->job);
	const GyFlashResult result = {
		.is_done = gy_job_state(flash->job) == GY_JOB_DONE,
		.outcome = gy_job_outcome(flash->job),
		.delta = delta,
	};

	return gy_flash_result_sent(&result);
}

char *
gy_flash_truth(GyFlash *flash)
{
	g_autoptr(GyDeviceInfo) before = gy_job_device_before(flash->job);
	g_autoptr(GyDeviceInfo) after = gy_job_device_after(flash->job);
	g_autofree char *title = gy_board_title(flash->board);
	GyJobReport report = {0};
	GyFlashResult result = result_of(flash, before, after, &report, title);

	return gy_flash_result_truth(&result);
}

const char *
gy_flash_code(GyFlash *flash)
{
	const GError *error = gy_job_error(flash->job);

	return error ? gy_error_code(error) : "";
}

char *
gy_flash_report(GyFlash *flash)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *headline = gy_flash_headline(flash);
	g_autofree char *board = gy_board_report(flash->board);
	const GError *error = gy_job_error(flash->job);

	g_string_append_printf(text, "Gantry %s\nPackage: %s\n%s\n", GANTRY_VERSION,
		gy_package_name(flash->package), headline);
	if (error)
		g_string_append_printf(text, "%s [%s]\n", error->message, gy_error_code(error));
	if (gy_job_device_code(flash->job))
		g_string_append_printf(text, "Device's code: 0x%08X\n", gy_job_device_code(flash->job));
	for (guint i = 0; i < GY_N_STEPS; i++)
		g_string_append_printf(text, "%s: %" G_GINT64_FORMAT " ms\n", gy_step_title((GyStep) i),
			flash->stages.ms[i]);
	g_string_append_printf(text, "\n%s\n%s", board, flash->log->str);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
