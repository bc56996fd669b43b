// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/port-names.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "engine/file.h"
#include "protocol/host/discovery/discovery.h"

#define GROUP     "ports"
#define FILE_MOST 65536
#define NAME_MOST 32

/* ---- the file: NAME=PLACE ------------------------------------------------------------------------------- */

char *
gy_port_names_file(void)
{
	return g_build_filename(g_get_user_config_dir(), "gantry", "names", NULL);
}

static GKeyFile *
load_file(GError **error)
{
	g_autofree char *path = gy_port_names_file();
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) problem = NULL;

	/* an empty one has no names either */
	bytes = gy_file_read(path, FILE_MOST, &problem);
	if (g_error_matches(problem, GY_ERROR, GY_ERROR_FILE_NOT_FOUND) ||
		g_error_matches(problem, GY_ERROR, GY_ERROR_FILE_EMPTY))
		return g_steal_pointer(&file);
	if (!bytes) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	if (!g_key_file_load_from_bytes(file, bytes, G_KEY_FILE_KEEP_COMMENTS, &problem)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, _("the names of ports in %s: %s"), path,
			problem->message);
		return NULL;
	}
	return g_steal_pointer(&file);
}

static gboolean
save_file(GKeyFile *file, GError **error)
{
	g_autofree char *path = gy_port_names_file();
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GBytes) bytes = NULL;
	gsize size;
	char *text;

	if (g_mkdir_with_parents(folder, 0700) != 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE,
			_("the folder %s cannot be made: %s"), folder, g_strerror(errno));
		return FALSE;
	}
	text = g_key_file_to_data(file, &size, NULL);
	bytes = g_bytes_new_take(text, size);
	return gy_file_write(path, bytes, 0666, error);
}

GHashTable *
gy_port_names_load(GError **error)
{
	g_autoptr(GKeyFile) file = load_file(error);
	g_autoptr(GHashTable) names = NULL;
	g_auto(GStrv) keys = NULL;

	if (!file)
		return NULL;
	names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	keys = g_key_file_get_keys(file, GROUP, NULL, NULL);
	for (guint i = 0; keys && keys[i]; i++) {
		char *place = g_key_file_get_string(file, GROUP, keys[i], NULL);

		if (place)
			g_hash_table_insert(names, place, g_strdup(keys[i]));
	}
	return g_steal_pointer(&names);
}

/* (nullable): the name that a place has. */
static char *
name_of(GKeyFile *file, const char *place)
{
	g_auto(GStrv) keys = g_key_file_get_keys(file, GROUP, NULL, NULL);

	for (guint i = 0; keys && keys[i]; i++) {
		g_autofree char *of_key = g_key_file_get_string(file, GROUP, keys[i], NULL);

		if (g_strcmp0(of_key, place) == 0)
			return g_strdup(keys[i]);
	}
	return NULL;
}

/* ---- places --------------------------------------------------------------------------------------------- */

static gboolean
is_usb_place(const char *text)
{
	return g_regex_match_simple("^[0-9]+-[0-9]+(\\.[0-9]+)*(:[0-9]+\\.[0-9]+(\\.[0-9]+)?)?$", text,
		G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
}

/* Whether @port is this path, maybe through a link such as those in /dev/serial/by-id. */
static gboolean
is_path(const char *port, const char *path)
{
	g_autofree char *real = realpath(port, NULL);

	return g_str_equal(port, path) || g_strcmp0(real, path) == 0;
}

static char *
place_of(const char *port, GError **error)
{
	g_autoptr(GPtrArray) ports = gy_ports_find();
	const char *bare = g_str_has_prefix(port, "path:") ? port + strlen("path:") : port;

	for (guint i = 0; i < ports->len; i++) {
		const GyPort *found = g_ptr_array_index(ports, i);

		if (is_path(port, found->path) || g_str_equal(bare, found->place))
			return g_strdup(found->place);
	}
	if (is_usb_place(bare))
		return g_strdup(bare);
	if (g_str_has_prefix(port, "bt:") && port[strlen("bt:")])
		return g_strdup(port);
	g_set_error(error, GY_ERROR, GY_ERROR_NAME_NO_PLACE,
		_("%s is not a port that has a place to be named"), port);
	return NULL;
}

/* ---- giving and taking names ---------------------------------------------------------------------------- */

static gboolean
check_name(const char *name, GError **error)
{
	gsize size = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-");

	if (g_ascii_isalpha(name[0]) && !name[size] && size <= NAME_MOST)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_NAME_INVALID,
		_("\"%s\" is no name for a port: expected a letter, then letters, digits, \".\", \"_\" or "
		  "\"-\", %d "
		  "characters at most"),
		name, NAME_MOST);
	return FALSE;
}

char *
gy_port_name_set(const char *port, const char *name, GError **error)
{
	g_autoptr(GKeyFile) file = NULL;
	g_autofree char *place = NULL;
	g_autofree char *taken_by = NULL;
	g_autofree char *old = NULL;

	if (!check_name(name, error) || !(file = load_file(error)) || !(place = place_of(port, error)))
		return NULL;
	taken_by = g_key_file_get_string(file, GROUP, name, NULL);
	if (taken_by && !g_str_equal(taken_by, place)) {
		g_set_error(error, GY_ERROR, GY_ERROR_NAME_TAKEN, _("the name %s belongs to the port at %s"),
			name, taken_by);
		return NULL;
	}
	old = name_of(file, place);
	if (old)
		g_key_file_remove_key(file, GROUP, old, NULL);
	g_key_file_set_string(file, GROUP, name, place);
	return save_file(file, error) ? g_steal_pointer(&place) : NULL;
}

char *
gy_port_name_remove(const char *port, GError **error)
{
	g_autoptr(GKeyFile) file = load_file(error);
	g_autofree char *place = NULL;
	g_autofree char *name = NULL;

	if (!file)
		return NULL;
	place = g_key_file_get_string(file, GROUP, port, NULL);
	if (!place && !(place = place_of(port, error)))
		return NULL;
	name = name_of(file, place);
	if (!name) {
		g_set_error(error, GY_ERROR, GY_ERROR_NAME_UNKNOWN, _("the port at %s has no name"), place);
		return NULL;
	}
	g_key_file_remove_key(file, GROUP, name, NULL);
	return save_file(file, error) ? g_steal_pointer(&place) : NULL;
}

/* ---- finding by name ------------------------------------------------------------------------------------ */

/* By the USB path where that is enough: the transport then finds the port again after it was plugged in anew. */
static char *
port_at(const char *name, const char *place, GError **error)
{
	g_autoptr(GPtrArray) ports = NULL;

	if (g_str_has_prefix(place, "bt:"))
		return g_strdup(place);
	ports = gy_ports_find();
	for (guint i = 0; i < ports->len; i++) {
		const GyPort *port = g_ptr_array_index(ports, i);

		if (!g_str_equal(port->place, place))
			continue;
		return g_str_equal(place, port->usb_path) ? g_strconcat("path:", place, NULL)
							  : g_strdup(port->path);
	}
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT,
		_("there is no port at %s, the place that is named %s"), place, name);
	return NULL;
}

char *
gy_port_resolve(const char *port, GError **error)
{
	g_autoptr(GKeyFile) file = NULL;
	g_autofree char *place = NULL;

	if (strpbrk(port, "/:"))
		return g_strdup(port);
	file = load_file(error);
	if (!file)
		return NULL;
	place = g_key_file_get_string(file, GROUP, port, NULL);
	if (place)
		return port_at(port, place, error);
	if (g_file_test(port, G_FILE_TEST_EXISTS))
		return g_strdup(port);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
		_("%s is not the name of a port: expected a path, a name given with gantry devices name, "
		  "usb:VID:PID, "
		  "path:1-4.2, bt:ADDRESS, socket:PATH or tcp:HOST:PORT"),
		port);
	return NULL;
}

char *
gy_port_place(const char *port)
{
	g_autofree char *resolved = gy_port_resolve(port, NULL);
	const char *path = resolved;

	if (!path || g_str_has_prefix(path, "socket:") || g_str_has_prefix(path, "tcp:"))
		return NULL;
	if (g_str_has_prefix(path, "serial:"))
		path += strlen("serial:");
	return place_of(path, NULL);
}

GyTransport *
gy_port_transport_new(const char *port, GError **error)
{
	g_autofree char *resolved = gy_port_resolve(port, error);

	return resolved ? gy_transport_new(resolved, error) : NULL;
}
