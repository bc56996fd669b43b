// SPDX-License-Identifier: Apache-2.0
#include "engine/ini.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GyIni {
	char *name;
	GyIniFlags flags;
	GKeyFile *values;
	GPtrArray *sections; /* the key file forgets those without keys */
	GHashTable *lines;   /* "section" or "section\nkey" to its line: no name contains a line feed */
};

void
gy_ini_free(GyIni *ini)
{
	if (!ini)
		return;
	g_free(ini->name);
	g_key_file_unref(ini->values);
	g_ptr_array_unref(ini->sections);
	g_hash_table_unref(ini->lines);
	g_free(ini);
}

static char *
line_key(const char *section, const char *key)
{
	return key ? g_strconcat(section, "\n", key, NULL) : g_strdup(section);
}

guint
gy_ini_line(const GyIni *ini, const char *section, const char *key)
{
	g_autofree char *at = line_key(section, key);

	return GPOINTER_TO_UINT(g_hash_table_lookup(ini->lines, at));
}

/* Says so if the name was there before; else remembers where it is. */
static gboolean
claim_name(GyIni *ini, const char *section, const char *key, guint line, GError **error)
{
	guint before = gy_ini_line(ini, section, key);

	if (before == 0) {
		g_hash_table_insert(ini->lines, line_key(section, key), GUINT_TO_POINTER(line));
		return TRUE;
	}
	if (key)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_DUPLICATE,
			_("%s:%u: %s is in section [%s] already, in line %u"), ini->name, line, key, section,
			before);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_DUPLICATE,
			_("%s:%u: section [%s] is there already, in line %u"), ini->name, line, section,
			before);
	return FALSE;
}

/* What both the key file and a person can tell apart from the syntax around it. */
static gboolean
is_name(const char *text)
{
	if (*text == '\0')
		return FALSE;
	for (const char *at = text; *at; at++)
		if ((guchar) *at < 0x20 || *at == 0x7f || *at == '[' || *at == ']')
			return FALSE;
	return TRUE;
}

static gboolean
scan_section(GyIni *ini, char *text, guint line, char **section, GError **error)
{
	gsize length = strlen(text);

	if (text[length - 1] != ']') {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
			_("%s:%u: the section's name does not end with ]"), ini->name, line);
		return FALSE;
	}
	text[length - 1] = '\0';
	g_strstrip(text + 1);
	if (!is_name(text + 1)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, _("%s:%u: this is no name for a section"),
			ini->name, line);
		return FALSE;
	}
	if (!claim_name(ini, text + 1, NULL, line, error))
		return FALSE;
	g_free(*section);
	*section = g_strdup(text + 1);
	g_ptr_array_add(ini->sections, g_strdup(text + 1));
	return TRUE;
}

/* In place. FALSE on a percent sign that stands alone. */
static gboolean
undouble_percent(char *value)
{
	char *to = value;

	for (const char *from = value; *from; from++) {
		if (*from == '%' && *++from != '%')
			return FALSE;
		*to++ = *from;
	}
	*to = '\0';
	return TRUE;
}

static gboolean
scan_value(GyIni *ini, char *text, guint line, const char *section, GError **error)
{
	char *split = strpbrk(text, "=:");
	char *value;

	if (!split) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
			_("%s:%u: neither a [section] nor a key = value nor a comment"), ini->name, line);
		return FALSE;
	}
	if (!section) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
			_("%s:%u: there is no [section] before this line"), ini->name, line);
		return FALSE;
	}
	*split = '\0';
	g_strstrip(text);
	value = g_strstrip(split + 1);
	if (!is_name(text)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, _("%s:%u: this is no name for a key"),
			ini->name, line);
		return FALSE;
	}
	if ((ini->flags & GY_INI_PERCENT) && !undouble_percent(value)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
			_("%s:%u: a percent sign in a value is written twice"), ini->name, line);
		return FALSE;
	}
	if (!claim_name(ini, section, text, line, error))
		return FALSE;
	g_key_file_set_value(ini->values, section, text, value);
	return TRUE;
}

static gboolean
scan_lines(GyIni *ini, const char *text, gsize size, GError **error)
{
	g_autofree char *section = NULL;
	const char *end = text + size;
	guint line = 0;

	while (text < end) {
		const char *stop = memchr(text, '\n', (gsize) (end - text));
		gsize length = (gsize) ((stop ? stop : end) - text);
		g_autofree char *copy = NULL;
		char *content;

		line++;
		if (!g_utf8_validate_len(text, length, NULL)) {
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
				_("%s:%u: this line is not UTF-8 text"), ini->name, line);
			return FALSE;
		}
		copy = g_strndup(text, length);
		content = g_strstrip(copy);
		text = stop ? stop + 1 : end;

		if (*content == '\0' || *content == '#' || *content == ';')
			continue;
		if (*content == '[') {
			if (!scan_section(ini, content, line, &section, error))
				return FALSE;
		} else if (!scan_value(ini, content, line, section, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

GyIni *
gy_ini_parse(GBytes *bytes, const char *name, GyIniFlags flags, GError **error)
{
	g_autoptr(GyIni) ini = g_new0(GyIni, 1);
	gsize size = 0;
	const char *text = g_bytes_get_data(bytes, &size);

	ini->name = g_strdup(name);
	ini->flags = flags;
	ini->values = g_key_file_new();
	ini->sections = g_ptr_array_new_with_free_func(g_free);
	ini->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	/* no bytes at all come without an address */
	if (size == 0)
		return g_steal_pointer(&ini);
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		size -= 3;
	}
	if (!scan_lines(ini, text, size, error))
		return NULL;
	return g_steal_pointer(&ini);
}

const char *
gy_ini_name(const GyIni *ini)
{
	return ini->name;
}

gboolean
gy_ini_has_section(const GyIni *ini, const char *section)
{
	return gy_ini_line(ini, section, NULL) != 0;
}

char **
gy_ini_sections(const GyIni *ini)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint i = 0; i < ini->sections->len; i++)
		g_strv_builder_add(names, ini->sections->pdata[i]);
	return g_strv_builder_end(names);
}

char **
gy_ini_keys(const GyIni *ini, const char *section)
{
	char **keys = g_key_file_get_keys(ini->values, section, NULL, NULL);

	return keys ? keys : g_new0(char *, 1);
}

char *
gy_ini_get(const GyIni *ini, const char *section, const char *key)
{
	return g_key_file_get_value(ini->values, section, key, NULL);
}
