// SPDX-License-Identifier: Apache-2.0
#include "app/flash-pcp.h"

#include "app/command.h"
#include "app/line-record.h"
#include "app/line-work.h"
#include "engine/packages/package.h"
#include "engine/transfer/pcp-flash.h"

typedef struct {
	GyPcpFlash flash;
	GBytes *package;
	GyLineReport *report;
	char *ran;
	guint32 device_code;
	const char *database;
} Work;

gboolean
gy_pcp_arguments_check(const GyPcpArguments *arguments, const char *version, GError **error)
{
	if (!arguments->pcp && arguments->fragment != 0)
		gy_usage(error, "--fragment is for --pcp");
	else if (arguments->fragment < 0)
		gy_usage(error, "--fragment is %d, expected 32 to 500", arguments->fragment);
	else if (arguments->pcp && !version)
		gy_usage(error, "--pcp wants --version TEXT: the version that the device will say it runs, "
				"at most 16 characters");
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
feed(gpointer data, GyLineReport *report, GCancellable *cancellable, GError **error)
{
	Work *work = data;

	work->report = report;
	return gy_pcp_flash(&work->flash, work->package, &work->ran, &work->device_code, cancellable, error);
}

static gboolean
flash_package(const GyOutput *output, const char *input, Work *work, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load(input, error);
	g_autofree char *ran = NULL;
	g_autofree char *sentence = g_strdup_printf(
		"the device fetched all of it, and says that it runs %s", work->flash.version);
	GError *problem = NULL;
	GyTransferRecord *record;
	gboolean is_done;

	if (!package || !gy_pcp_flash_check(&work->flash, package, error))
		return FALSE;
	work->package = gy_package_bytes(package);
	record = gy_line_record_begin(output, work->database, work->flash.port,
		gy_package_format(package)->system, input, work->package);
	is_done = gy_line_work_run(output, "asking", feed, work, &problem);
	ran = g_steal_pointer(&work->ran);
	gy_line_record_end(output, record,
		&(GyTransferEnd){.problem = problem,
			.device_code = work->device_code,
			.known = is_done ? sentence : NULL,
			.is_compared = is_done,
			.from_version = ran,
			.to_version = is_done ? work->flash.version : NULL});
	if (is_done)
		gy_command_print_verdict(output, input, work->package, sentence, "version");
	else
		g_propagate_error(error, problem);
	return is_done;
}

int
gy_flash_pcp(const GyOutput *output, const char *input, const GyPcpArguments *arguments, const char *version,
	const char *port, guint baud, const char *database)
{
	g_autoptr(GError) error = NULL;
	Work work = {
		.database = database,
		.flash =
			{
				.port = port,
				.baud = baud,
				.version = version,
				.fragment_size = (guint) arguments->fragment,
				.progress = on_progress,
			},
	};

	work.flash.data = &work;
	return flash_package(output, input, &work, &error) ? GY_EXIT_DONE
							   : gy_output_error(output, error, work.device_code);
}
