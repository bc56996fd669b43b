// SPDX-License-Identifier: Apache-2.0
#include "engine/serial-numbers/serial-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define NUMBER_MAX 128

struct _GySerialSource {
	GySerialKind kind;
	char *series;
	GySerialPattern *pattern;
	guint64 first;
	GPtrArray *list;
};

GySerialSource *
gy_serial_source_new(GySerialKind kind, const char *series, GySerialPattern *pattern, guint64 first)
{
	GySerialSource *source = g_atomic_rc_box_new0(GySerialSource);

	source->kind = kind;
	source->series = g_strdup(series);
	source->pattern = pattern;
	source->first = first;
	return source;
}

GySerialSource *
gy_serial_source_ref(GySerialSource *source)
{
	return g_atomic_rc_box_acquire(source);
}

static void
clear(gpointer data)
{
	GySerialSource *source = data;

	g_free(source->series);
	gy_serial_pattern_free(source->pattern);
	g_clear_pointer(&source->list, g_ptr_array_unref);
}

void
gy_serial_source_unref(GySerialSource *source)
{
	g_atomic_rc_box_release_full(source, clear);
}

GySerialKind
gy_serial_source_kind(const GySerialSource *source)
{
	return source->kind;
}

const char *
gy_serial_source_series(const GySerialSource *source)
{
	return source->series;
}

gboolean
gy_serial_source_is_scanned(const GySerialSource *source)
{
	return source->kind == GY_SERIAL_FROM_SCANNER;
}

guint
gy_serial_source_longest(const GySerialSource *source)
{
	gsize longest = source->pattern ? gy_serial_pattern_size(source->pattern) : 0;

	for (guint i = 0; source->list && i < source->list->len; i++)
		longest = MAX(longest, strlen(g_ptr_array_index(source->list, i)));
	return (guint) longest;
}

/* ---- a list --------------------------------------------------------------------------------------------- */

/* Without a pattern, what a label and a record can hold. */
static gboolean
check_shape(const GySerialPattern *pattern, const char *number, GError **error)
{
	if (pattern)
		return gy_serial_pattern_check(pattern, number, error);
	for (const char *at = number; *at; at++) {
		if (g_ascii_isgraph(*at) && at - number < NUMBER_MAX)
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_PATTERN,
			_("a serial number has at most %d printable ASCII characters and no blanks"),
			NUMBER_MAX);
		return FALSE;
	}
	if (*number)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_PATTERN, _("the serial number is empty"));
	return FALSE;
}

static gboolean
add_line(GPtrArray *list, GHashTable *seen, const GySerialPattern *pattern, char *line, GError **error)
{
	const char *number = g_strstrip(line);

	if (*number == '\0' || *number == '#')
		return TRUE;
	if (!check_shape(pattern, number, error))
		return FALSE;
	if (g_hash_table_contains(seen, number)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_DUPLICATE, _("%s is in the list already"), number);
		return FALSE;
	}
	g_ptr_array_add(list, g_strdup(number));
	g_hash_table_add(seen, g_ptr_array_index(list, list->len - 1));
	return TRUE;
}

GySerialSource *
gy_serial_source_new_list(
	const char *series, const GySerialPattern *pattern, GBytes *bytes, const char *name, GError **error)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autofree char *text = g_strndup(data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GySerialSource *source;

	for (guint i = 0; lines[i]; i++) {
		if (add_line(list, seen, pattern, lines[i], error))
			continue;
		g_prefix_error(error, "%s:%u: ", name, i + 1);
		return NULL;
	}
	if (list->len == 0) {
		g_set_error(
			error, GY_ERROR, GY_ERROR_CFG_VALUE, _("%s: there is no serial number in it"), name);
		return NULL;
	}
	source = gy_serial_source_new(GY_SERIAL_FROM_LIST, series, NULL, 0);
	source->list = g_steal_pointer(&list);
	return source;
}

/* ---- giving a number ------------------------------------------------------------------------------------ */

gboolean
gy_serial_source_check(const GySerialSource *source, GyRecords *records, const char *number, GError **error)
{
	return check_shape(source->pattern, number, error) &&
	       gy_serials_check(records, source->series, number, error);
}

static char *
counted(guint64 position, gpointer data)
{
	const GySerialSource *source = data;

	return gy_serial_pattern_format(source->pattern, position);
}

static char *
listed(guint64 position, gpointer data)
{
	const GySerialSource *source = data;

	return position < source->list->len ? g_strdup(g_ptr_array_index(source->list, position)) : NULL;
}

guint64
gy_serial_source_first(const GySerialSource *source)
{
	return source->first;
}

char *
gy_serial_source_number(guint64 position, gpointer data)
{
	const GySerialSource *source = data;

	return source->list ? listed(position, data) : counted(position, data);
}

static char *
reserve_next(const GySerialSource *source, GyRecords *records, const GySerialHolder *holder, GError **error)
{
	switch (source->kind) {
	case GY_SERIAL_FROM_COUNTER:
		return gy_serials_reserve_next(
			records, holder, source->first, counted, (gpointer) source, error);
	case GY_SERIAL_FROM_LIST:
		return gy_serials_reserve_next(records, holder, 0, listed, (gpointer) source, error);
	case GY_SERIAL_FROM_POOL: return gy_serials_reserve_free(records, holder, error);
	case GY_SERIAL_FROM_SCANNER: break;
	}
	g_set_error(
		error, GY_ERROR, GY_ERROR_SERIAL_PATTERN, _("no serial number was scanned for the board"));
	return NULL;
}

char *
gy_serial_source_reserve(const GySerialSource *source, GyRecords *records, const GySerialHolder *holder,
	const char *wanted, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!wanted)
		return reserve_next(source, records, holder, error);
	if (check_shape(source->pattern, wanted, &problem) &&
		gy_serials_reserve(records, holder, wanted, &problem))
		return g_strdup(wanted);
	if (source->kind != GY_SERIAL_FROM_SCANNER)
		return reserve_next(source, records, holder, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}
