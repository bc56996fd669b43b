// SPDX-License-Identifier: Apache-2.0
#include "app/flash-boot2.h"

#include "app/command.h"
#include "app/line-work.h"
#include "engine/file.h"
#include "engine/transfer/second-boot-flash.h"

#define IMAGE_MAX (8 * 1024 * 1024)

typedef struct {
	GySecondBootFlash flash;
	GBytes *image;
	char *name;
	GyLineReport *report;
} Work;

void
gy_boot2_arguments_clear(GyBoot2Arguments *arguments)
{
	g_clear_pointer(&arguments->board, g_free);
	g_clear_pointer(&arguments->to, g_free);
	g_clear_pointer(&arguments->expect, g_free);
}

gboolean
gy_boot2_arguments_check(const GyBoot2Arguments *arguments, GError **error)
{
	g_autofree char *known = gy_second_boot_boards();

	if (!arguments->boot2 && (arguments->board || arguments->to || arguments->expect))
		gy_usage(error, "%s is for --boot2",
			arguments->board ? "--boot2-board"
			: arguments->to  ? "--boot2-to"
					 : "--expect");
	else if (arguments->board && !gy_second_boot_board_is_known(arguments->board))
		gy_usage(error, "there is no board \"%s\" (%s)", arguments->board, known);
	else if (arguments->to && !g_str_equal(arguments->to, "app") && !g_str_equal(arguments->to, "ota"))
		gy_usage(error, "--boot2-to is \"%s\", expected app or ota", arguments->to);
	else if (arguments->expect && !*arguments->expect)
		gy_usage(error, "--expect is empty");
	else
		return TRUE;
	return FALSE;
}

static void
on_progress(const char *stage, guint64 done, guint64 total, gpointer data)
{
	Work *work = data;

	gy_line_report(work->report, stage, done, total);
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
	return gy_second_boot_flash(&work->flash, work->image, work->name, cancellable, error);
}

static const char *
what_is_known(const GyBoot2Arguments *arguments)
{
	return arguments->expect
		       ? "written, and the board started with the text that was expected"
		       : "written: the boot loader acknowledged every block, and cannot be read back";
}

static gboolean
flash_image(const GyOutput *output, const char *input, const GyBoot2Arguments *arguments, Work *work,
	GError **error)
{
	g_autoptr(GBytes) image = gy_file_read(input, IMAGE_MAX, error);
	g_autofree char *name = g_path_get_basename(input);

	if (!image || !gy_second_boot_check_image(image, input, error))
		return FALSE;
	work->image = image;
	work->name = name;
	if (!gy_line_work_run(output, "waiting", flash, work, error))
		return FALSE;
	gy_command_print_written(output, input, image, what_is_known(arguments));
	return TRUE;
}

int
gy_flash_boot2(const GyOutput *output, const char *input, const GyBoot2Arguments *arguments, const char *port,
	guint baud, const GyResetSequence *sequence, gboolean stay)
{
	g_autoptr(GError) error = NULL;
	Work work = {
		.flash =
			{
				.port = port,
				.baud = baud,
				.board = arguments->board,
				.to_ota = g_strcmp0(arguments->to, "ota") == 0,
				.stay = stay,
				.expect = stay ? NULL : arguments->expect,
				.reset_sequence = sequence,
				.progress = on_progress,
			},
	};

	work.flash.data = &work;
	return flash_image(output, input, arguments, &work, &error) ? GY_EXIT_DONE
								    : gy_output_error(output, error, 0);
}
