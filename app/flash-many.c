// SPDX-License-Identifier: Apache-2.0
#include "app/flash-many.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/device-table.h"
#include "app/flash-view.h"
#include "app/text.h"
#include "engine/records/record.h"

#define EXIT_INTERRUPTED 130
#define REDRAW_MS        100

typedef struct _Many Many;

/* One device: a job, an identity, and nothing that another one could change. */
typedef struct {
	Many *many;
	GyJob *job;
	char *run;
	char *port;
	GyJsonIdentity identity;
	GyOutput output;  /* ours, with the identity */
	GyFlashView view; /* of objects */
	GyJobProgress progress;
	char *word;
} Device;

struct _Many {
	const GyOutput *output;
	GyPackage *package;
	GMainLoop *loop;
	GPtrArray *devices;
	GyDeviceTable table;
	gboolean has_table;
	guint redraw_id;
	guint n_running;
	guint n_interrupts;
};

/* ---- the table ------------------------------------------------------------------------------------------ */

/* Texts of the rows live until the next look. */
static void
fill_row(Device *device, GyDeviceRow *row)
{
	GyJobState state = gy_job_state(device->job);

	g_free(device->word);
	device->word =
		state == GY_JOB_DONE ? g_strdup("Done")
		: state == GY_JOB_FAILED
			? g_strdup("FAILED")
			: g_strdup_printf("%3d %%", (int) (CLAMP(device->progress.fraction, 0, 1) * 100));
	*row = (GyDeviceRow){.name = device->port,
		.number = "",
		.word = device->word,
		.style = state == GY_JOB_DONE     ? GY_STYLE_GOOD
			 : state == GY_JOB_FAILED ? GY_STYLE_BAD
						  : GY_STYLE_BOLD,
		.fraction = state == GY_JOB_RUNNING ? device->progress.fraction : -1,
		.text = state == GY_JOB_RUNNING  ? gy_stage_name(gy_job_stage(device->job))
			: state == GY_JOB_FAILED ? gy_error_code(gy_job_error(device->job))
						 : ""};
}

static void
draw(Many *many)
{
	g_autofree GyDeviceRow *rows = g_new0(GyDeviceRow, many->devices->len);
	g_autofree char *footer = g_strdup_printf(" %u of %u running", many->n_running, many->devices->len);

	for (guint i = 0; i < many->devices->len; i++)
		fill_row(g_ptr_array_index(many->devices, i), &rows[i]);
	gy_device_table_draw(&many->table, rows, many->devices->len, footer);
}

static gboolean
on_redraw(gpointer data)
{
	draw(data);
	return G_SOURCE_CONTINUE;
}

/* ---- what a job tells ----------------------------------------------------------------------------------- */

/* For people, where there is no table: whose line it is comes first. */
static void print_line(Device *device, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
print_line(Device *device, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	if (device->output.json || device->many->has_table)
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	gy_output_print(&device->output, "%s: %s\n", device->port, text);
	fflush(stdout);
}

static void
on_stage(GyJob *job, GyStage stage, gint64 elapsed_ms, gpointer data)
{
	Device *device = data;

	if (device->output.json)
		gy_flash_view_stage(&device->view, stage, elapsed_ms);
	print_line(device, "%s", gy_stage_name(stage));
}

static void
on_progress(GyJob *job, gpointer data)
{
	Device *device = data;

	gy_job_progress(job, &device->progress);
	if (device->output.json)
		gy_flash_view_progress(&device->view, &device->progress);
}

static void
on_console(GyJob *job, GBytes *text, gpointer data)
{
	Device *device = data;

	if (device->output.json)
		gy_flash_view_console(&device->view, text);
}

static void
on_log(GyJob *job, const char *sentence, gpointer data)
{
	Device *device = data;
	g_autofree char *safe = gy_text_safe(sentence);

	if (device->output.json)
		gy_flash_view_log(&device->view, sentence);
	print_line(device, "%s", safe);
}

static void
on_delta(GyJob *job, gpointer data)
{
	Device *device = data;

	if (device->output.json)
		gy_flash_view_delta(&device->view, job);
}

static void
print_end(Device *device)
{
	const GError *error = gy_job_error(device->job);
	g_autofree char *message = error ? gy_text_safe(error->message) : NULL;

	if (device->output.json)
		gy_flash_view_end(&device->view, device->job, device->many->package);
	else if (error)
		print_line(device, "FAILED: %s [%s]", message, gy_error_code(error));
	else
		print_line(device, "done: %s", gy_outcome_sentence(gy_job_outcome(device->job)));
}

static void
on_ended(GyJob *job, gpointer data)
{
	Device *device = data;
	Many *many = device->many;

	print_end(device);
	if (--many->n_running == 0)
		g_main_loop_quit(many->loop);
}

/* ---- stopping ------------------------------------------------------------------------------------------- */

static gboolean
on_signal(gpointer data)
{
	Many *many = data;

	if (many->n_interrupts++ > 0) {
		gy_device_table_leave(&many->table);
		fflush(stdout);
		_exit(EXIT_INTERRUPTED);
	}
	for (guint i = 0; i < many->devices->len; i++)
		gy_job_cancel(((Device *) g_ptr_array_index(many->devices, i))->job);
	return G_SOURCE_CONTINUE;
}

/* ---- the end -------------------------------------------------------------------------------------------- */

/* Below the table: each that failed, with what to do. */
static guint
print_failures(const Many *many)
{
	guint n_failed = 0;

	for (guint i = 0; i < many->devices->len; i++) {
		Device *device = g_ptr_array_index(many->devices, i);

		if (gy_job_state(device->job) == GY_JOB_DONE)
			continue;
		n_failed++;
		if (many->output->json)
			continue;
		fprintf(stderr, "%s\n", device->port);
		gy_output_error(&device->output, gy_job_error(device->job), gy_job_device_code(device->job));
		fprintf(stderr, "  device: %s\n", gy_outcome_sentence(gy_job_outcome(device->job)));
	}
	return n_failed;
}

static int
finish(Many *many)
{
	guint n_failed;
	g_autoptr(GError) error = NULL;

	if (many->has_table) {
		draw(many);
		gy_device_table_leave(&many->table);
	}
	n_failed = print_failures(many);
	if (n_failed == 0) {
		gy_output_styled(many->output, GY_STYLE_BOLD, "%u devices", many->devices->len);
		gy_output_print(many->output, " done\n");
		return GY_EXIT_DONE;
	}
	if (many->n_interrupts > 0)
		g_set_error(&error, GY_ERROR, GY_ERROR_CANCELLED,
			"stopped on request: %u of %u devices are not done", n_failed, many->devices->len);
	else
		g_set_error(&error, GY_ERROR, GY_ERROR_JOB_SOME_FAILED, "%u of %u devices failed", n_failed,
			many->devices->len);
	return gy_output_error(many->output, error, 0);
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static void
device_free(gpointer data)
{
	Device *device = data;

	g_signal_handlers_disconnect_by_data(device->job, device);
	g_object_unref(device->job);
	gy_flash_view_clear(&device->view);
	g_free(device->run);
	g_free(device->port);
	g_free(device->word);
	g_free(device);
}

static void
add_device(Many *many, const GyJobOptions *options, const char *port)
{
	Device *device = g_new0(Device, 1);
	GyJobOptions own = *options;

	device->many = many;
	device->run = gy_record_run_id();
	device->port = gy_text_safe(port);
	device->identity = (GyJsonIdentity){.run = device->run, .port = port};
	device->output = *many->output;
	device->output.identity = &device->identity;
	own.port = (char *) port;
	own.run = device->run;
	device->job = gy_job_new(many->package, &own);
	gy_flash_view_init(&device->view, &device->output);
	g_signal_connect(device->job, "stage", G_CALLBACK(on_stage), device);
	g_signal_connect(device->job, "progress", G_CALLBACK(on_progress), device);
	g_signal_connect(device->job, "console", G_CALLBACK(on_console), device);
	g_signal_connect(device->job, "log", G_CALLBACK(on_log), device);
	g_signal_connect(device->job, "delta", G_CALLBACK(on_delta), device);
	g_signal_connect(device->job, "ended", G_CALLBACK(on_ended), device);
	g_ptr_array_add(many->devices, device);
	if (device->output.json)
		gy_flash_view_begin(&device->view, many->package, &own);
}

static void
start(Many *many)
{
	g_autofree char *name = gy_text_safe(gy_package_name(many->package));

	gy_output_print(many->output, "%s, to %u devices\n", name, many->devices->len);
	g_unix_signal_add(SIGINT, on_signal, many);
	g_unix_signal_add(SIGTERM, on_signal, many);
	g_unix_signal_add(SIGHUP, on_signal, many);
	/* a reader of our output that goes away must not stop devices half way */
	signal(SIGPIPE, SIG_IGN);
	for (guint i = 0; i < many->devices->len; i++)
		gy_job_start(((Device *) g_ptr_array_index(many->devices, i))->job);
	many->n_running = many->devices->len;
	if (many->has_table)
		many->redraw_id = g_timeout_add(REDRAW_MS, on_redraw, many);
}

int
gy_flash_many(
	const GyOutput *output, GyPackage *package, const GyJobOptions *options, const char *const *ports)
{
	g_autoptr(GPtrArray) devices = g_ptr_array_new_with_free_func(device_free);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	Many many = {.output = output,
		.package = package,
		.loop = loop,
		.devices = devices,
		.has_table = output->terminal && !output->json};

	gy_device_table_init(&many.table, output);
	for (guint i = 0; ports[i]; i++)
		add_device(&many, options, ports[i]);
	start(&many);
	g_main_loop_run(loop);
	g_clear_handle_id(&many.redraw_id, g_source_remove);
	return finish(&many);
}
