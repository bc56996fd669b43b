// SPDX-License-Identifier: Apache-2.0
#include "app/flash-view.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/console-view.h"
#include "app/device-report.h"
#include "app/package-report.h"
#include "app/text.h"
#include "engine/keys/digest.h"

#define ROW_MAX 512

void
gy_flash_view_init(GyFlashView *view, const GyOutput *output)
{
	memset(view, 0, sizeof *view);
	view->output = output;
	view->has_bar = output->terminal && !output->json;
	gy_progress_bar_init(&view->bar, STDOUT_FILENO);
	gy_console_lines_init(&view->lines);
	view->row = g_byte_array_new();
}

void
gy_flash_view_clear(GyFlashView *view)
{
	gy_console_lines_clear(&view->lines);
	g_byte_array_unref(view->row);
}

void
gy_flash_view_hide(GyFlashView *view)
{
	if (view->has_bar)
		gy_progress_bar_hide(&view->bar);
}

void
gy_flash_view_begin(GyFlashView *view, GyPackage *package, const GyJobOptions *options)
{
	JsonObject *object = gy_json_new("task-begin");
	g_autofree char *name = gy_text_safe(gy_package_name(package));
	g_autofree char *port = gy_text_safe(options->port);
	gsize size = g_bytes_get_size(gy_package_bytes(package));
	g_autofree char *size_text = gy_text_size(size);

	gy_output_print(view->output, "%s, %s, to %s%s\n", name, size_text, port,
		options->dry_run ? " (dry run: nothing is sent)" : "");
	fflush(stdout);
	gy_json_text(object, "command", "flash");
	gy_json_text(object, "package", gy_package_name(package));
	gy_json_number(object, "size", size);
	json_object_set_boolean_member(object, "dry_run", options->dry_run);
	gy_output_object(view->output, object);
}

/* The stage that ends now, with the time it took. */
static void
print_stage_done(GyFlashView *view, gint64 elapsed_ms)
{
	g_autofree char *time = gy_text_duration(elapsed_ms - view->stage_began_ms);

	if (!view->has_stage)
		return;
	gy_flash_view_hide(view);
	gy_output_print(view->output, "  ");
	gy_output_styled(view->output, GY_STYLE_GOOD, "%s", gy_progress_mark(&view->bar));
	gy_output_print(view->output, " %-9s %8s\n", gy_stage_name(view->stage), time);
	fflush(stdout);
}

void
gy_flash_view_stage(GyFlashView *view, GyStage stage, gint64 elapsed_ms)
{
	JsonObject *object = gy_json_new("stage");

	print_stage_done(view, elapsed_ms);
	view->has_stage = TRUE;
	view->stage = stage;
	view->stage_began_ms = elapsed_ms;
	gy_json_text(object, "stage", gy_stage_name(stage));
	gy_json_number(object, "elapsed_ms", (guint64) MAX(elapsed_ms, 0));
	gy_output_object(view->output, object);
}

void
gy_flash_progress_object(const GyOutput *output, const GyJobProgress *progress)
{
	JsonObject *object = gy_json_new("progress");

	gy_json_text(object, "stage", gy_stage_name(progress->stage));
	json_object_set_double_member(object, "fraction", progress->fraction);
	gy_json_number(object, "done", progress->stage_done);
	gy_json_number(object, "total", progress->stage_total);
	gy_json_number(object, "baud", progress->baud);
	json_object_set_double_member(object, "rate", progress->rate);
	if (progress->seconds_left >= 0)
		json_object_set_double_member(object, "seconds_left", progress->seconds_left);
	else
		json_object_set_null_member(object, "seconds_left");
	gy_json_number(object, "elapsed_ms", (guint64) MAX(progress->elapsed_ms, 0));
	gy_output_object(output, object);
}

static void
print_tenth(GyFlashView *view, const GyJobProgress *progress)
{
	int tenths = (int) (CLAMP(progress->fraction, 0.0, 1.0) * 10.0);

	if (tenths <= view->tenths)
		return;
	view->tenths = tenths;
	gy_output_print(view->output, "  %3d %%  %s\n", tenths * 10, gy_stage_name(progress->stage));
	fflush(stdout);
}

void
gy_flash_view_progress(GyFlashView *view, const GyJobProgress *progress)
{
	GyProgressView line = {
		.stage = gy_stage_name(progress->stage),
		.fraction = progress->fraction,
		.seconds_left = progress->seconds_left,
	};

	if (view->output->json) {
		gy_flash_progress_object(view->output, progress);
		return;
	}
	if (!view->has_bar) {
		print_tenth(view, progress);
		return;
	}
	/* only in transfer are the numbers bytes that a person counts */
	if (progress->stage == GY_STAGE_TRANSFER) {
		line.done = progress->stage_done;
		line.total = progress->stage_total;
		line.rate = progress->rate;
	}
	gy_progress_bar_draw(&view->bar, &line, FALSE);
}

static void
print_console_line(GyFlashView *view, const GyConsoleLine *line)
{
	if (view->output->json) {
		gy_console_line_object(view->output, line);
		return;
	}
	gy_flash_view_hide(view);
	gy_output_styled(view->output, GY_STYLE_DIM, "  | %s",
		gy_console_line_is_noise(line) ? "(what is no text: something printed at another rate)"
					       : line->text);
	gy_output_print(view->output, "\n");
	fflush(stdout);
}

static void
print_console_lines(GyFlashView *view)
{
	GyConsoleLine line;

	while (gy_console_lines_next(&view->lines, &line)) {
		print_console_line(view, &line);
		g_free(line.text);
	}
}

static void
feed_row(GyFlashView *view)
{
	gy_console_lines_feed(
		&view->lines, view->row->data, view->row->len, gy_steady_clock_now(&view->clock));
	g_byte_array_set_size(view->row, 0);
	view->is_returned = FALSE;
}

/* A boot loader counts its percents in one row, which the bar shows already: only what stays on a terminal is shown. */
static void
write_on_row(GyFlashView *view, guint8 byte)
{
	if (view->is_returned && byte != '\n' && byte != '\r')
		g_byte_array_set_size(view->row, 0);
	view->is_returned = byte == '\r';
	g_byte_array_append(view->row, &byte, 1);
	if (byte == '\n' || view->row->len >= ROW_MAX)
		feed_row(view);
}

void
gy_flash_view_console(GyFlashView *view, GBytes *text)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(text, &size);

	if (view->has_bar)
		for (gsize i = 0; i < size; i++)
			write_on_row(view, bytes[i]);
	else
		gy_console_lines_feed(&view->lines, bytes, size, gy_steady_clock_now(&view->clock));
	print_console_lines(view);
}

void
gy_flash_view_log(GyFlashView *view, const char *sentence)
{
	JsonObject *object = gy_json_new("log");
	g_autofree char *safe = gy_text_safe(sentence);

	gy_flash_view_hide(view);
	gy_output_print(view->output, "  %s\n", safe);
	fflush(stdout);
	gy_json_text(object, "message", sentence);
	gy_output_object(view->output, object);
}

void
gy_flash_view_delta(GyFlashView *view, GyJob *job)
{
	g_autoptr(GyDeltaChoice) choice = gy_job_delta(job);
	JsonObject *object = gy_json_new("delta");
	g_autofree char *old =
		choice->difference ? gy_hex(choice->old_sha256, sizeof choice->old_sha256) : NULL;

	gy_json_text(object, "sent", gy_delta_reason_word(choice->reason));
	gy_json_text(object, "sentence", choice->sentence);
	gy_json_number(object, "bytes", choice->size);
	gy_json_number(object, "whole_bytes", choice->whole_size);
	gy_json_text(object, "old_sha256", old);
	gy_output_object(view->output, object);
}

static void
print_end_object(
	const GyOutput *output, GyJob *job, const GyJobReport *report, const char *from, const char *to)
{
	JsonObject *object = gy_json_new("task-end");
	JsonObject *stages = json_object_new();

	for (guint i = 0; i < GY_N_STAGES; i++)
		gy_json_number(stages, gy_stage_name((GyStage) i), (guint64) MAX(report->stage_ms[i], 0));
	gy_json_text(object, "state", gy_job_state(job) == GY_JOB_DONE ? "done" : "failed");
	gy_json_text(object, "outcome", gy_outcome_name(gy_job_outcome(job)));
	gy_json_text(object, "sentence", gy_outcome_sentence(gy_job_outcome(job)));
	gy_json_text(object, "from", from);
	gy_json_text(object, "to", to);
	gy_json_number(object, "total_ms", (guint64) MAX(report->total_ms, 0));
	json_object_set_object_member(object, "stage_ms", stages);
	gy_json_number(object, "bytes", report->bytes);
	if (report->compressed > 0)
		gy_json_number(object, "compressed", report->compressed);
	else
		json_object_set_null_member(object, "compressed");
	gy_json_number(object, "bytes_resent", report->bytes_resent);
	gy_json_number(object, "frames_resent", report->frames_resent);
	gy_json_number(object, "frames_failed", report->frames_failed);
	gy_json_number(object, "baud", report->baud);
	json_object_set_double_member(object, "efficiency", report->efficiency);
	gy_json_number(object, "resumed_at", report->resumed_at);
	gy_json_number(object, "reconnects", report->reconnects);
	gy_output_object(output, object);
}

/* "1.4.1 -> 1.4.2, 1.2 MiB in 14.2 s, 97 % of the line" */
static void
print_numbers(const GyOutput *output, const GyJobReport *report, const GyDeltaChoice *delta, const char *from,
	const char *to)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *time = gy_text_duration(report->total_ms);
	g_autofree char *bytes = gy_text_size(report->bytes);
	g_autofree char *old = from && *from ? gy_text_safe(from) : NULL;
	g_autofree char *new = to &&*to ? gy_text_safe(to) : NULL;

	if (old && new)
		g_string_append_printf(text, "%s -> %s, ", old, new);
	if (report->bytes > 0)
		g_string_append(text, bytes);
	if (report->compressed > 0) {
		g_autofree char *compressed = gy_text_size(report->compressed);

		g_string_append_printf(text, " (compressed to %s)", compressed);
	}
	if (delta && delta->difference) {
		g_autofree char *whole = gy_text_size(delta->whole_size);

		g_string_append_printf(text, " (a difference, of %s)", whole);
	}
	if (report->bytes > 0)
		g_string_append(text, " in ");
	g_string_append(text, time);
	if (report->efficiency > 0)
		g_string_append_printf(text, ", %d %% of %u baud used",
			(int) (report->efficiency * 100.0 + 0.5), report->baud);
	if (report->bytes_resent > 0) {
		g_autofree char *again = gy_text_size(report->bytes_resent);

		g_string_append_printf(text, ", %s sent again", again);
	}
	gy_output_print(output, "%s\n", text->str);
}

static void
print_warnings(const GyOutput *output, GyPackage *package)
{
	g_autoptr(GPtrArray) warnings = g_ptr_array_new();
	GPtrArray *findings = gy_package_findings(package);

	for (guint i = 0; i < findings->len; i++)
		if (((const GyFinding *) g_ptr_array_index(findings, i))->severity == GY_SEVERITY_WARNING)
			g_ptr_array_add(warnings, g_ptr_array_index(findings, i));
	gy_report_notes(output, warnings);
}

static void
print_device_objects(const GyOutput *output, const GyDeviceInfo *before, const GyDeviceInfo *after)
{
	if (before)
		gy_report_device_object(output, before, "before");
	if (after)
		gy_report_device_object(output, after, "after");
}

int
gy_flash_view_end(GyFlashView *view, GyJob *job, GyPackage *package)
{
	const GyOutput *output = view->output;
	g_autoptr(GyDeviceInfo) before = gy_job_device_before(job);
	g_autoptr(GyDeviceInfo) after = gy_job_device_after(job);
	g_autoptr(GyDeltaChoice) delta = gy_job_delta(job);
	const char *from = before ? before->version : NULL;
	const char *to = after ? after->version : NULL;
	const char *now = gy_outcome_sentence(gy_job_outcome(job));
	GyJobReport report = {0};
	int status;

	gy_job_report(job, &report);
	feed_row(view);
	gy_console_lines_flush(&view->lines);
	print_console_lines(view);
	if (gy_job_state(job) == GY_JOB_DONE)
		print_stage_done(view, report.total_ms);
	gy_flash_view_hide(view);
	print_warnings(output, package);
	print_device_objects(output, before, after);
	print_end_object(output, job, &report, from, to);
	if (gy_job_state(job) == GY_JOB_DONE) {
		gy_output_styled(output, GY_STYLE_BOLD, "%s", now);
		gy_output_print(output, ".\n");
		/* after a dry run there are none */
		if (gy_job_outcome(job) != GY_OUTCOME_UNTOUCHED)
			print_numbers(output, &report, delta, from, to);
		else
			gy_output_print(output, "The package fits the device; nothing was sent.\n");
		return GY_EXIT_DONE;
	}
	status = gy_output_error(output, gy_job_error(job), gy_job_device_code(job));
	if (!output->json)
		fprintf(stderr, "  device: %s\n", now);
	return status;
}
