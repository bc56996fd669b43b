// SPDX-License-Identifier: Apache-2.0
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/agent-key-option.h"
#include "app/command.h"
#include "app/flash-boot2.h"
#include "app/flash-delta.h"
#include "app/flash-many.h"
#include "app/flash-pcp.h"
#include "app/flash-view.h"
#include "engine/devices/port-match.h"
#include "engine/formats/openharmony/custom.h"
#include "engine/records/record.h"
#include "engine/records/records.h"

#define EXIT_INTERRUPTED 130

typedef struct {
	const GyOutput *output;
	GyFlashView view;
	GMainLoop *loop;
	GyJob *job;
	guint n_interrupts;
} Flash;

static void
on_stage(GyJob *job, GyStage stage, gint64 elapsed_ms, gpointer data)
{
	Flash *flash = data;

	gy_flash_view_stage(&flash->view, stage, elapsed_ms);
}

static void
on_progress(GyJob *job, gpointer data)
{
	Flash *flash = data;
	GyJobProgress progress;

	gy_job_progress(job, &progress);
	gy_flash_view_progress(&flash->view, &progress);
}

static void
on_console(GyJob *job, GBytes *text, gpointer data)
{
	Flash *flash = data;

	gy_flash_view_console(&flash->view, text);
}

static void
on_log(GyJob *job, const char *sentence, gpointer data)
{
	Flash *flash = data;

	gy_flash_view_log(&flash->view, sentence);
}

static void
on_delta(GyJob *job, gpointer data)
{
	Flash *flash = data;

	gy_flash_view_delta(&flash->view, job);
}

static void
on_ended(GyJob *job, gpointer data)
{
	Flash *flash = data;

	g_main_loop_quit(flash->loop);
}

/* The job's own word on this is only final once it has ended, which is what is not waited for. */
static const char *
state_when_left(GyJob *job)
{
	GyStage stage = gy_job_stage(job);

	if (stage < GY_STAGE_PREPARE)
		return gy_outcome_sentence(GY_OUTCOME_UNTOUCHED);
	if (stage < GY_STAGE_TRIGGER)
		return gy_outcome_sentence(GY_OUTCOME_STORAGE_LOST);
	return "The package may be armed or being installed";
}

/* Who asks twice does not want to wait for the device's answer. */
static void
leave_at_once(Flash *flash)
{
	g_autoptr(GError) error = g_error_new(GY_ERROR, GY_ERROR_CANCELLED,
		"left before the device could be told; ask it with gantry info what it runs");

	gy_flash_view_hide(&flash->view);
	gy_output_error(flash->output, error, 0);
	if (!flash->output->json)
		fprintf(stderr, "  device: %s\n", state_when_left(flash->job));
	fflush(stdout);
	_exit(EXIT_INTERRUPTED);
}

static gboolean
on_signal(gpointer data)
{
	Flash *flash = data;

	if (flash->n_interrupts++ > 0)
		leave_at_once(flash);
	gy_flash_view_log(&flash->view, "stopping; once more leaves at once");
	gy_job_cancel(flash->job);
	return G_SOURCE_CONTINUE;
}

static void
watch(Flash *flash)
{
	g_signal_connect(flash->job, "stage", G_CALLBACK(on_stage), flash);
	g_signal_connect(flash->job, "progress", G_CALLBACK(on_progress), flash);
	g_signal_connect(flash->job, "console", G_CALLBACK(on_console), flash);
	g_signal_connect(flash->job, "log", G_CALLBACK(on_log), flash);
	g_signal_connect(flash->job, "delta", G_CALLBACK(on_delta), flash);
	g_signal_connect(flash->job, "ended", G_CALLBACK(on_ended), flash);
	g_unix_signal_add(SIGINT, on_signal, flash);
	g_unix_signal_add(SIGTERM, on_signal, flash);
	g_unix_signal_add(SIGHUP, on_signal, flash);
	/* a reader of our output that goes away must not stop a device half way */
	signal(SIGPIPE, SIG_IGN);
}

static int
flash_one(GyOutput *output, GyPackage *package, const GyJobOptions *options)
{
	const GyJsonIdentity identity = {.run = options->run, .port = options->port};
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GyJob) job = gy_job_new(package, options);
	Flash flash = {.output = output};
	int status;

	output->identity = &identity;
	flash.loop = loop;
	flash.job = job;
	gy_flash_view_init(&flash.view, output);
	watch(&flash);
	gy_flash_view_begin(&flash.view, package, options);
	gy_job_start(job);
	g_main_loop_run(loop);
	status = gy_flash_view_end(&flash.view, job, package);
	g_signal_handlers_disconnect_by_data(job, &flash);
	gy_flash_view_clear(&flash.view);
	output->identity = NULL;
	return status;
}

static GyPackage *
load(const char *input, gboolean is_custom, gboolean with_delta, GError **error)
{
	if (is_custom)
		return gy_ohos_custom_load(input, error);
	return with_delta ? gy_delta_arguments_load(input, error) : gy_package_load(input, error);
}

static int
flash_package(GyOutput *output, GyPackage *package, GyJobOptions *options, const char *const *ports)
{
	if (ports[1])
		return gy_flash_many(output, package, options, ports);
	options->port = g_strdup(ports[0]);
	options->run = gy_record_run_id();
	return flash_one(output, package, options);
}

/* ---- which devices -------------------------------------------------------------------------------------- */

typedef struct {
	GStrv ports;
	GStrv matches;
	gboolean all;
} Places;

static void
places_clear(Places *places)
{
	g_strfreev(places->ports);
	g_strfreev(places->matches);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Places, places_clear)

static gboolean
check_places(const Places *places, GError **error)
{
	if (!places->ports && !places->matches)
		gy_usage(error, "--port PORT or --match SPEC is missing");
	else if (places->ports && places->matches)
		gy_usage(error, "--port names the port, --match looks for it: give one of them");
	else if (places->all && !places->matches)
		gy_usage(error, "--all means every port that fits --match, which is missing");
	else
		return TRUE;
	return FALSE;
}

static gboolean
add_port(GPtrArray *found, const char *port, GError **error)
{
	if (g_ptr_array_find_with_equal_func(found, port, g_str_equal, NULL)) {
		gy_usage(error, "%s is meant twice: a device is flashed once at a time", port);
		return FALSE;
	}
	g_ptr_array_add(found, g_strdup(port));
	return TRUE;
}

static gboolean
add_fitting(GPtrArray *found, const GyPortMatch *match, GPtrArray *devices, GError **error)
{
	guint n_before = found->len;

	for (guint i = 0; i < devices->len; i++) {
		GyDevice *device = g_ptr_array_index(devices, i);

		if (gy_port_match_fits(match, device) &&
			!add_port(found, gy_device_port(device)->path, error))
			return FALSE;
	}
	/* says that there is none, and which there are */
	if (found->len == n_before)
		g_free(gy_port_match_find(match, devices, error));
	return found->len > n_before;
}

/* What is wrong with the words is a matter of the command line; which ports there are is not. */
static gboolean
add_match(GPtrArray *found, const char *spec, gboolean all, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GyPortMatch) match = gy_port_match_parse(spec, &cause);
	g_autoptr(GPtrArray) devices = NULL;
	g_autofree char *port = NULL;

	if (!match) {
		gy_usage(error, "--match: %s", cause->message);
		return FALSE;
	}
	devices = gy_devices_list();
	if (all)
		return add_fitting(found, match, devices, error);
	port = gy_port_match_find(match, devices, error);
	return port && add_port(found, port, error);
}

/* (transfer full) (nullable): each of them once, ended by NULL. */
static GStrv
find_ports(const Places *places, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

	for (char **port = places->ports; port && *port; port++)
		if (!add_port(found, *port, error))
			return NULL;
	for (char **spec = places->matches; spec && *spec; spec++)
		if (!add_match(found, *spec, places->all, error))
			return NULL;
	g_ptr_array_add(found, NULL);
	return (GStrv) g_ptr_array_steal(found, NULL);
}

/* Somebody resets one board at a time. */
static gboolean
check_one_port(char **ports, GError **error)
{
	if (ports[1])
		gy_usage(error, "--boot2 and --pcp take one port");
	return ports[1] == NULL;
}

/* What only an agent can be asked would be left out in silence; a dry run would write. */
static gboolean
check_without_agent(const GyJobOptions *options, gboolean is_custom, int max_baud,
	const GyDeltaArguments *delta, GError **error)
{
	const struct {
		gboolean is_given;
		const char *word;
	} words[] = {
		{options->dry_run, "--dry-run"},
		{options->force, "--force"},
		{options->root_key != NULL, "--root-key"},
		{options->old != NULL, "--old"},
		{options->to_region, "--ab"},
		{!options->compress, "--no-compress"},
		{options->agent_key != NULL, "--agent-key"},
		{is_custom, "--custom-package"},
		{max_baud != 0, "--max-baud"},
		{delta->word != NULL, "--delta"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (!words[i].is_given)
			continue;
		gy_usage(error, "%s is for a device with an agent: --boot2 and --pcp do without",
			words[i].word);
		return FALSE;
	}
	return TRUE;
}

/* The two ways without an agent exclude each other, and have not all of each other's words. */
static gboolean
check_way(gboolean boot2, gboolean pcp, gboolean no_reset, gboolean has_sequence, gboolean has_version,
	GError **error)
{
	if (boot2 && pcp)
		gy_usage(error, "--boot2 and --pcp are two ways to two kinds of device: give one of them");
	else if (pcp && (no_reset || has_sequence))
		gy_usage(error, "%s: a device that is fed by PCP resets by itself",
			no_reset ? "--no-reset" : "--reset-sequence");
	else if (boot2 && has_version)
		gy_usage(error, "--version: the menu of a second boot loader takes none");
	else
		return TRUE;
	return FALSE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GyJobOptions) options = gy_job_options_new();
	g_autoptr(GyResetSequence) sequence = NULL;
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	gboolean no_reset = FALSE;
	gboolean no_record = FALSE;
	gboolean is_custom = FALSE;
	g_auto(GyAgentKeyOption) agent_key = {0};
	int baud = 0;
	g_auto(Places) places = {0};
	g_auto(GyBoot2Arguments) boot2 = {0};
	g_auto(GyDeltaArguments) delta = {0};
	GyPcpArguments pcp = {0};
	g_autofree char *version = NULL;
	g_auto(GStrv) ports = NULL;
	int max_baud = 0;
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &places.ports,
			GY_PORT_HELP "; again for more devices", "PORT"},
		{"match", 0, 0, G_OPTION_ARG_STRING_ARRAY, &places.matches,
			"The one port with FIELD=PATTERN,... : vid pid serial path usb driver name kind",
			"SPEC"},
		{"all", 0, 0, G_OPTION_ARG_NONE, &places.all, "With --match: every port that fits, at once",
			NULL},
		{"baud", 0, 0, G_OPTION_ARG_INT, &baud, "Rate that the port is opened at (115200)", "N"},
		{"max-baud", 0, 0, G_OPTION_ARG_INT, &max_baud,
			"Rate to agree on with the device at most (921600)", "N"},
		GY_AGENT_KEY_OPTIONS(&agent_key),
		{"reset-sequence", 0, 0, G_OPTION_ARG_STRING, &options->reset_sequence,
			"Reset the board first: d0 d1 DTR, r0 r1 RTS, wN wait N ms", "STEPS"},
		{"root-key", 0, 0, G_OPTION_ARG_FILENAME, &options->root_key,
			"Public key that the signatures have to start from", "PUBLIC"},
		{"old", 0, 0, G_OPTION_ARG_FILENAME, &options->old,
			"Image that a difference was made against, if the package does not say it", "FILE"},
		GY_DELTA_OPTIONS(&delta),
		{"ab", 0, 0, G_OPTION_ARG_NONE, &options->to_region,
			"Send a signed application image to the region that does not run", NULL},
		{"no-compress", 0, G_OPTION_FLAG_REVERSE, G_OPTION_ARG_NONE, &options->compress,
			"With --ab: send the image as it is, also to a device that takes it compressed",
			NULL},
		{"custom-package", 0, 0, G_OPTION_ARG_NONE, &is_custom,
			"Send FILE as it is, to a device with the Hota API that takes packages of its own "
			"kind",
			NULL},
		{"version", 0, 0, G_OPTION_ARG_STRING, &version,
			"What a package brings that does not say it: the device notes it", "TEXT"},
		GY_PCP_OPTIONS(&pcp),
		GY_BOOT2_OPTIONS(&boot2),
		{"no-reset", 0, 0, G_OPTION_ARG_NONE, &no_reset,
			"Leave the package armed: the next reset installs it", NULL},
		{"dry-run", 0, 0, G_OPTION_ARG_NONE, &options->dry_run,
			"Ask the device and check, send nothing", NULL},
		{"force", 0, 0, G_OPTION_ARG_NONE, &options->force,
			"Go on over warnings; with --ab, send an image without signatures", NULL},
		{"no-record", 0, 0, G_OPTION_ARG_NONE, &no_record,
			"Leave no record (see gantry records list)", NULL},
		{"database", 0, 0, G_OPTION_ARG_FILENAME, &options->records,
			"Database of records, if not the usual one", "FILE"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !check_places(&places, &error) || !gy_command_check_baud("--baud", baud, &error) ||
		!gy_command_check_baud("--max-baud", max_baud, &error) ||
		!gy_command_check_reset_sequence(options->reset_sequence, &sequence, &error) ||
		!gy_agent_key_option_load(&agent_key, &options->agent_key, &error) ||
		!gy_boot2_arguments_check(&boot2, &error) || !gy_pcp_arguments_check(&pcp, version, &error) ||
		!check_way(boot2.boot2, pcp.pcp, no_reset, sequence != NULL, version != NULL, &error) ||
		!gy_delta_arguments_check(&delta, options->old, &error) ||
		!(ports = find_ports(&places, &error)) ||
		((boot2.boot2 || pcp.pcp) &&
			(!check_one_port(ports, &error) ||
				!check_without_agent(options, is_custom, max_baud, &delta, &error))))
		return gy_output_error(output, error, 0);
	if (no_record)
		g_clear_pointer(&options->records, g_free);
	else if (!options->records)
		options->records = gy_records_default_path();
	if (pcp.pcp)
		return gy_flash_pcp(output, input, &pcp, version, ports[0], (guint) baud, options->records);
	if (boot2.boot2)
		return gy_flash_boot2(
			output, input, &boot2, ports[0], (guint) baud, sequence, no_reset, options->records);
	options->baud = (guint) baud;
	options->max_baud = (guint) max_baud;
	options->reset = !no_reset;
	options->package_path = g_strdup(input);
	package = load(input, is_custom, delta.word != NULL, &error);
	if (!package || (version && !gy_package_name_version(package, version, &error)))
		return gy_output_error(output, error, 0);
	options->delta = gy_delta_arguments_make(&delta, agent_key.files, package);
	return flash_package(output, package, options, (const char *const *) ports);
}

const GyCommand gy_command_flash = {
	.name = "flash",
	.arguments = "FILE --port PORT... | --match SPEC... [--all]",
	.summary = "Sends a package to a device, has it installed, and waits until the new firmware answers",
	.example = "  gantry flash update.fwpkg --port /dev/ttyUSB0 --root-key root-public.pem\n"
		   "  gantry flash app-sign.bin --ab --port /dev/ttyUSB0\n"
		   "  gantry flash app-1.1.bin --delta auto --port /dev/ttyUSB0\n"
		   "  gantry flash chip-upgrade.bin --custom-package --port /dev/ttyUSB0\n"
		   "  gantry flash update.fwpkg --match vid=1a86,usb=1-4.* --max-baud 2000000\n"
		   "  gantry flash update.fwpkg --port path:1-4.1 --port path:1-4.2 --port path:1-4.3\n"
		   "  gantry flash update.signed.bin --pcp --version V1.1 --port /dev/ttyUSB0\n"
		   "  gantry flash app.md5.bin --boot2 --boot2-board mk3060 --port /dev/ttyUSB0",
	.run = run,
};
