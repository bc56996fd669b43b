// SPDX-License-Identifier: Apache-2.0
#include "app/flash-boot2.h"

#include "app/command.h"
#include "app/line-record.h"
#include "app/line-work.h"
#include "engine/file.h"
#include "engine/packages/build-options.h"
#include "engine/transfer/running.h"
#include "engine/transfer/second-boot-flash.h"

#define IMAGE_MAX (8 * 1024 * 1024)
/* What agents start with, if the loader has a rate of its own. */
#define AGENT_BAUD 115200
/* The loader's start, an application's, and a few questions. A text that was seen has shown both starts already. */
#define QUIET_MS          1000
#define ANSWER_MS         4000
#define ANSWER_STARTED_MS 1000

typedef struct {
	GySecondBootFlash flash;
	GySecondBootWritten written;
	GBytes *image;
	char *name;
	GyRunning running;
	GyDeviceInfo *info; /* (nullable): of the agent that answered */
	GyLineReport *report;
	const char *database;
} Work;

/* ---- arguments ------------------------------------------------------------------------------------------ */

void
gy_boot2_arguments_clear(GyBoot2Arguments *arguments)
{
	g_clear_pointer(&arguments->board, g_free);
	g_clear_pointer(&arguments->to, g_free);
	g_clear_pointer(&arguments->address, g_free);
	g_clear_pointer(&arguments->expect, g_free);
}

/* (nullable): one that says nothing without --boot2. */
static const char *
find_argument(const GyBoot2Arguments *arguments)
{
	return arguments->board     ? "--boot2-board"
	       : arguments->to      ? "--boot2-to"
	       : arguments->address ? "--address"
	       : arguments->expect  ? "--expect"
				    : NULL;
}

/* 0 for none, or one that is no address: no partition begins there. */
static guint32
address_of(const GyBoot2Arguments *arguments)
{
	guint32 address = 0;

	return arguments->address && gy_number_parse(arguments->address, &address) ? address : 0;
}

gboolean
gy_boot2_arguments_check(const GyBoot2Arguments *arguments, GError **error)
{
	g_autofree char *known = gy_second_boot_boards();

	if (!arguments->boot2 && find_argument(arguments))
		gy_usage(error, "%s is for --boot2", find_argument(arguments));
	else if (arguments->board && !gy_second_boot_board_is_known(arguments->board))
		gy_usage(error, "there is no board \"%s\" (%s)", arguments->board, known);
	else if (arguments->to && !g_str_equal(arguments->to, "app") && !g_str_equal(arguments->to, "ota"))
		gy_usage(error, "--boot2-to is \"%s\", expected app or ota", arguments->to);
	else if (arguments->to && arguments->address)
		gy_usage(error, "--address says where, and so does --boot2-to: give one of them");
	else if (arguments->address && address_of(arguments) == 0)
		gy_usage(error, "--address is \"%s\", expected a number such as 0x1C000", arguments->address);
	else if (arguments->expect && !*arguments->expect)
		gy_usage(error, "--expect is empty");
	else
		return TRUE;
	return FALSE;
}

/* ---- the work ------------------------------------------------------------------------------------------- */

static void
on_progress(const char *stage, guint64 done, guint64 total, gpointer data)
{
	Work *work = data;

	gy_line_report(work->report, stage, done, total);
}

/* What went to the other partition does not run, and neither does what a board is kept from starting. */
static gboolean
ask_what_runs(Work *work, GCancellable *cancellable, GError **error)
{
	guint baud = work->written.baud;
	const guint bauds[] = {baud, baud == AGENT_BAUD ? 0 : AGENT_BAUD, 0};

	if (work->flash.stay || work->written.is_ota)
		return TRUE;
	gy_line_report(work->report, "asking what runs", 0, 0);
	if (!gy_running_ask(work->flash.port, bauds, work->flash.expect ? 0 : QUIET_MS,
		    work->flash.expect ? ANSWER_STARTED_MS : ANSWER_MS, work->image, &work->running,
		    &work->info, cancellable, error)) {
		g_prefix_error(error, "the image was written whole; ");
		return FALSE;
	}
	if (work->running != GY_RUNNING_OTHER)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_UPGRADE_FAILED,
		"the image was written whole, but the board runs something else: its agent names the digest "
		"%s%s%s",
		work->info->digest, *work->info->version ? " and the version " : "", work->info->version);
	return FALSE;
}

static gboolean
flash(gpointer data, GyLineReport *report, GCancellable *cancellable, GError **error)
{
	Work *work = data;

	work->report = report;
	if (!work->flash.reset_sequence)
		gy_line_say(
			report, g_strdup("reset the board now: its boot loader shows its menu to who asks "
					 "within 0.1 s"));
	return gy_second_boot_flash(
		       &work->flash, work->image, work->name, &work->written, cancellable, error) &&
	       ask_what_runs(work, cancellable, error);
}

/* ---- what is known now ---------------------------------------------------------------------------------- */

static const char *
verdict_of(const Work *work)
{
	if (work->running == GY_RUNNING_SAME)
		return "digest";
	if (work->flash.expect)
		return "text";
	return work->running == GY_RUNNING_VERSION ? "version" : "acknowledged";
}

/* Why nothing more is known than that the loader acknowledged every block. */
static char *
say_what_is_missing(const Work *work)
{
	if (work->flash.stay)
		return g_strdup("it waits in its menu");
	if (work->written.is_ota)
		return g_strdup("it is not what runs");
	if (work->running == GY_RUNNING_UNTOLD)
		return g_strdup_printf(
			"an agent answers (%s), and says nothing that the image could be compared with",
			*work->info->version ? work->info->version : "no version");
	return g_strdup(
		"no agent answered that could say what runs; --expect TEXT looks at what the board prints");
}

/* (transfer full) */
static char *
what_is_known(const Work *work, const char *verdict)
{
	guint32 address = work->written.address;
	g_autofree char *missing = NULL;

	if (g_str_equal(verdict, "digest"))
		return g_strdup_printf(
			"written to 0x%X, and runs: the agent in it names the image's digest", address);
	if (g_str_equal(verdict, "version"))
		return g_strdup_printf("written to 0x%X: the agent that answers has the version %s, which "
				       "stands in the image",
			address, work->info->version);
	if (g_str_equal(verdict, "text"))
		return g_strdup_printf(
			"written to 0x%X, and the board started with the text that was expected", address);
	missing = say_what_is_missing(work);
	return g_strdup_printf(
		"written to 0x%X, not compared: the boot loader acknowledged every block and cannot be "
		"read back; %s",
		address, missing);
}

static gboolean
flash_image(const GyOutput *output, const char *input, Work *work, GError **error)
{
	g_autoptr(GBytes) image = gy_file_read(input, IMAGE_MAX, error);
	g_autofree char *name = g_path_get_basename(input);
	g_autofree char *sentence = NULL;
	GError *problem = NULL;
	const char *verdict = "";
	GyTransferRecord *record;
	gboolean is_done;

	if (!image || !gy_second_boot_check_image(image, input, error))
		return FALSE;
	work->image = image;
	work->name = name;
	record = gy_line_record_begin(output, work->database, work->flash.port, "alios", input, image);
	is_done = gy_line_work_run(output, "waiting", flash, work, &problem);
	if (is_done) {
		verdict = verdict_of(work);
		sentence = what_is_known(work, verdict);
		gy_command_print_verdict(output, input, image, sentence, verdict);
	}
	gy_line_record_end(output, record,
		&(GyTransferEnd){.problem = problem,
			.known = sentence,
			.is_compared = is_done && !g_str_equal(verdict, "acknowledged"),
			.info = work->info});
	if (!is_done)
		g_propagate_error(error, problem);
	return is_done;
}

int
gy_flash_boot2(const GyOutput *output, const char *input, const GyBoot2Arguments *arguments, const char *port,
	guint baud, const GyResetSequence *sequence, gboolean stay, const char *database)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDeviceInfo) info = NULL;
	Work work = {
		.database = database,
		.flash =
			{
				.port = port,
				.baud = baud,
				.board = arguments->board,
				.to_ota = g_strcmp0(arguments->to, "ota") == 0,
				.address = address_of(arguments),
				.stay = stay,
				.expect = stay ? NULL : arguments->expect,
				.reset_sequence = sequence,
				.progress = on_progress,
			},
	};
	gboolean done;

	work.flash.data = &work;
	done = flash_image(output, input, &work, &error);
	info = work.info;
	return done ? GY_EXIT_DONE : gy_output_error(output, error, 0);
}
