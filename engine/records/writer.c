// SPDX-License-Identifier: Apache-2.0
#include "engine/records/writer.h"

#include <string.h>
#include <unistd.h>

/* proc_pid_stat(5): the words after the name, which may itself hold spaces and parentheses, begin with the third */
#define STATE_WORD      3
#define START_TIME_WORD 22

static char *
boot_id(void)
{
	char *text = NULL;

	if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
		return g_strdup("");
	return g_strstrip(text);
}

/* (transfer full) (nullable): clock ticks from the computer's start to the process's. */
static char *
start_time(guint64 pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%" G_GUINT64_FORMAT "/stat", pid);
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;
	const char *name_end;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	name_end = strrchr(text, ')');
	if (!name_end || name_end[1] != ' ')
		return NULL;
	words = g_strsplit(name_end + 2, " ", -1);
	if (g_strv_length(words) <= START_TIME_WORD - STATE_WORD)
		return NULL;
	/* one that has ended and is only not waited for writes nothing any more */
	if (strchr("ZX", words[0][0]))
		return NULL;
	return g_strdup(words[START_TIME_WORD - STATE_WORD]);
}

static char *
describe(guint64 pid)
{
	g_autofree char *boot = boot_id();
	g_autofree char *start = start_time(pid);

	return g_strdup_printf("%s %" G_GUINT64_FORMAT " %s", boot, pid, start ? start : "-");
}

char *
gy_record_writer(void)
{
	return describe((guint64) getpid());
}

gboolean
gy_record_writer_is_alive(const char *writer)
{
	g_auto(GStrv) words = writer ? g_strsplit(writer, " ", 3) : NULL;
	g_autofree char *now = NULL;
	guint64 pid;

	if (!words || g_strv_length(words) != 3 || g_str_equal(words[2], "-") ||
		!g_ascii_string_to_unsigned(words[1], 10, 1, G_MAXINT32, &pid, NULL))
		return FALSE;
	now = describe(pid);
	return g_str_equal(now, writer);
}
