// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/second-boot/menu.h"

#include <string.h>

#define PROMPT_2 "aos boot# "
#define PROMPT_3 "2ndboot# "

const char *
gy_second_boot_prompt(const char *text)
{
	return g_str_has_suffix(text, PROMPT_2)   ? PROMPT_2
	       : g_str_has_suffix(text, PROMPT_3) ? PROMPT_3
						  : NULL;
}

/* The key of the one line that offers YMODEM; 0 if there is none, or are several. */
static char
find_ymodem_key(const char *help)
{
	g_auto(GStrv) lines = g_strsplit_set(help, "\r\n", -1);
	char key = 0;

	for (char **line = lines; *line; line++) {
		g_autofree char *lower = g_ascii_strdown(*line, -1);
		const char *at = *line + strcspn(*line, "0123456789");

		if (!strstr(lower, "ymodem") || !*at)
			continue;
		if (key != 0)
			return 0;
		key = *at;
	}
	return key;
}

GySecondBootGeneration
gy_second_boot_recognise(const char *help, const char *prompt)
{
	char key = find_ymodem_key(help);

	if (g_str_equal(prompt, PROMPT_3))
		return key == '1' ? GY_SECOND_BOOT_3 : GY_SECOND_BOOT_UNKNOWN;
	return key == '1' ? GY_SECOND_BOOT_2_1 : key == '2' ? GY_SECOND_BOOT_1_0 : GY_SECOND_BOOT_UNKNOWN;
}

char
gy_second_boot_key_ymodem(GySecondBootGeneration generation)
{
	return generation == GY_SECOND_BOOT_1_0 ? '2' : '1';
}

char
gy_second_boot_key_reboot(GySecondBootGeneration generation)
{
	switch (generation) {
	case GY_SECOND_BOOT_1_0: return '6';
	case GY_SECOND_BOOT_2_1: return '3';
	case GY_SECOND_BOOT_3: return '2';
	case GY_SECOND_BOOT_UNKNOWN: break;
	}
	g_return_val_if_reached('h');
}

/* The next "0x…" at or after @at. */
static const char *
read_hex(const char *at, guint32 *number)
{
	const char *start = strstr(at, "0x");
	char *end = NULL;
	guint64 value;

	if (!start)
		return NULL;
	value = g_ascii_strtoull(start + 2, &end, 16);
	if (end == start + 2 || value > G_MAXUINT32)
		return NULL;
	*number = (guint32) value;
	return end;
}

static void
read_range(const char *line, GySecondBootRange *range)
{
	guint32 address = 0, size = 0;
	const char *rest = read_hex(line, &address);

	if (rest && read_hex(rest, &size))
		*range = (GySecondBootRange){address, size};
}

void
gy_second_boot_read_map(const char *text, GySecondBootMap *map)
{
	g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);

	*map = (GySecondBootMap){{0, 0}, {0, 0}};
	for (char **line = lines; *line; line++) {
		if (!strstr(*line, " part"))
			continue;
		if (g_str_has_prefix(*line, "OS "))
			read_range(*line, &map->application);
		else if (g_str_has_prefix(*line, "OTA "))
			read_range(*line, &map->ota);
	}
}
