// SPDX-License-Identifier: Apache-2.0
#include "engine/job/boot.h"

#include <stdio.h>
#include <string.h>

#define CLOCK_SLACK_MS 40

void
gy_boot_text_start(GyBootText *boot)
{
	memset(boot, 0, sizeof *boot);
	boot->percent = -1;
}

static gboolean
read_line(GyBootText *boot)
{
	const char *percent = strstr(boot->line, "upg percent");
	int value;

	if (strstr(boot->line, "need upgrade"))
		boot->says_begun = TRUE;
	if (strstr(boot->line, "upgrade success")) {
		boot->says_success = TRUE;
		boot->n_installs++;
	}
	if (strstr(boot->line, "upgrade failed"))
		boot->says_failure = TRUE;
	if (strstr(boot->line, "reset now"))
		boot->says_begun = FALSE;
	if (!percent || sscanf(percent, "upg percent : %d", &value) != 1 || value < 0 || value > 100)
		return FALSE;
	boot->percent = value;
	return TRUE;
}

gboolean
gy_boot_text_add(GyBootText *boot, const guint8 *bytes, gsize size)
{
	gboolean changed = FALSE;

	for (gsize i = 0; i < size; i++) {
		if (bytes[i] != '\r' && bytes[i] != '\n' && boot->used < sizeof boot->line - 1) {
			boot->line[boot->used++] = (char) bytes[i];
			continue;
		}
		boot->line[boot->used] = 0;
		changed |= read_line(boot);
		boot->used = 0;
	}
	return changed;
}

gboolean
gy_restart_seen(const GyRestart *restart, guint32 uptime_ms, gint64 now_ms)
{
	gint64 passed = now_ms - restart->asked_ms;
	gint64 expected = restart->uptime_ms + passed;

	return uptime_ms < restart->uptime_ms || (gint64) uptime_ms + passed / 50 + CLOCK_SLACK_MS < expected;
}
