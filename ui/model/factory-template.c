// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-template.h"

#include "engine/file.h"
#include "ui/model/board.h"

/* (transfer full): as a station file has it: the place, which stays, before the number of the kernel's. */
static char *
port_of(GyBoard *board)
{
	GyDevice *device = gy_board_device(board);
	const char *place = device ? gy_device_port(device)->usb_path : "";

	return *place ? g_strconcat("path:", place, NULL) : g_strdup(gy_board_path(board));
}

static char *
name_of(const char *path)
{
	g_autofree char *base = g_path_get_basename(path);

	return g_str_has_suffix(base, ".station") ? g_strndup(base, strlen(base) - strlen(".station"))
						  : g_steal_pointer(&base);
}

static void
add_station(GString *text, const char *path, const char *package)
{
	g_autofree char *name = name_of(path);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *file = package ? gy_file_relative(package, folder) : NULL;

	g_string_append_printf(text, "[station]\nname = %s\n", name);
	if (file)
		g_string_append_printf(text, "package = %s\n", file);
	else
		g_string_append(text, "# the file that is flashed, or recipe = FILE\npackage =\n");
	g_string_append(text, "steps = identify, flash, confirm\nrecords = records.db\n\n");
}

char *
gy_factory_template(const char *path, GListModel *boards, const char *package)
{
	GString *text = g_string_new(NULL);

	add_station(text, path, package);
	g_string_append(text,
		"# scanner: each board waits for its number; counter and list give them; none: no numbers\n"
		"[serial]\nsource = scanner\n"
		"# what numbers look like: # a digit, @ a letter, * either, ! the check digit\n"
		"# pattern = WS63-######\n\n"
		"[start]\n# scan, insert, or key\non = scan\n");
	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);
		g_autofree char *port = port_of(board);

		g_string_append_printf(
			text, "\n[slot %u]\nlabel = %s\nport = %s\n", i + 1, gy_board_name(board), port);
	}
	return g_string_free(text, FALSE);
}
