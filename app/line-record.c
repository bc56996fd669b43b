// SPDX-License-Identifier: Apache-2.0
#include "app/line-record.h"

GyTransferRecord *
gy_line_record_begin(const GyOutput *output, const char *database, const char *port, const char *system,
	const char *path, GBytes *file)
{
	g_autoptr(GError) error = NULL;
	GyTransferRecord *record =
		database ? gy_transfer_record_begin(database, port, system, path, file, &error) : NULL;

	if (error)
		gy_output_warn(output, "This run is not recorded: %s", error->message);
	return record;
}

void
gy_line_record_end(const GyOutput *output, GyTransferRecord *record, const GyTransferEnd *end)
{
	g_autoptr(GError) error = NULL;

	if (!gy_transfer_record_end(record, end, &error))
		gy_output_warn(output, "How this run ended is not recorded: %s", error->message);
}
