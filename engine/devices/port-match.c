// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/port-match.h"

#include <glib/gi18n-lib.h>

#include "protocol/host/error.h"

typedef struct {
	const char *name;
	char *(*of)(GyDevice *device); /* (transfer full) */
} Field;

/* One word of the spec. */
typedef struct {
	const Field *field;
	GPatternSpec *pattern;
} Word;

struct _GyPortMatch {
	char *spec;
	GArray *words; /* Word */
};

/* ---- fields --------------------------------------------------------------------------------------------- */

static char *
id_text(int id)
{
	return id >= 0 ? g_strdup_printf("%04x", (guint) id) : g_strdup("");
}

static char *
of_vid(GyDevice *device)
{
	return id_text(gy_device_port(device)->vendor_id);
}

static char *
of_pid(GyDevice *device)
{
	return id_text(gy_device_port(device)->product_id);
}

static char *
of_serial(GyDevice *device)
{
	return g_strdup(gy_device_port(device)->serial_number);
}

static char *
of_path(GyDevice *device)
{
	return g_strdup(gy_device_port(device)->path);
}

static char *
of_usb(GyDevice *device)
{
	return g_strdup(gy_device_port(device)->usb_path);
}

static char *
of_driver(GyDevice *device)
{
	return g_strdup(gy_device_port(device)->driver);
}

static char *
of_description(GyDevice *device)
{
	return g_strdup(gy_device_port(device)->description);
}

static char *
of_name(GyDevice *device)
{
	return g_strdup(gy_device_name(device));
}

static char *
of_kind(GyDevice *device)
{
	return g_strdup(gy_device_kind(device));
}

static const Field fields[] = {
	{"vid", of_vid},
	{"pid", of_pid},
	{"serial", of_serial},
	{"path", of_path},
	{"usb", of_usb},
	{"driver", of_driver},
	{"name", of_name},
	{"kind", of_kind},
	{"description", of_description},
};

static const Field *
find_field(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_ascii_strcasecmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static char *
field_names(void)
{
	GString *names = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", fields[i].name);
	return g_string_free(names, FALSE);
}

/* ---- the spec ------------------------------------------------------------------------------------------- */

static gboolean
add_word(GyPortMatch *match, const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "=", 2);
	g_autofree char *names = NULL;
	g_autofree char *pattern = NULL;
	Word word;

	if (g_strv_length(parts) < 2 || !*parts[1]) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
			_("\"%s\" is no FIELD=PATTERN, such as vid=1a86"), text);
		return FALSE;
	}
	word.field = find_field(g_strstrip(parts[0]));
	if (!word.field) {
		names = field_names();
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
			_("ports have no \"%s\" to match; they have %s"), parts[0], names);
		return FALSE;
	}
	pattern = g_utf8_casefold(parts[1], -1);
	word.pattern = g_pattern_spec_new(pattern);
	g_array_append_val(match->words, word);
	return TRUE;
}

static void
clear_word(gpointer data)
{
	g_pattern_spec_free(((Word *) data)->pattern);
}

GyPortMatch *
gy_port_match_parse(const char *spec, GError **error)
{
	g_autoptr(GyPortMatch) match = g_new0(GyPortMatch, 1);
	g_auto(GStrv) texts = g_strsplit(spec, ",", -1);

	match->spec = g_strdup(spec);
	match->words = g_array_new(FALSE, FALSE, sizeof(Word));
	g_array_set_clear_func(match->words, clear_word);
	if (!g_utf8_validate(spec, -1, NULL) || !texts[0]) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
			_("what the port has to match is %s"), *spec ? _("no text") : _("missing"));
		return NULL;
	}
	for (guint i = 0; texts[i]; i++)
		if (!add_word(match, texts[i], error))
			return NULL;
	return g_steal_pointer(&match);
}

void
gy_port_match_free(GyPortMatch *match)
{
	g_free(match->spec);
	g_array_unref(match->words);
	g_free(match);
}

/* ---- ports ---------------------------------------------------------------------------------------------- */

gboolean
gy_port_match_fits(const GyPortMatch *match, GyDevice *device)
{
	for (guint i = 0; i < match->words->len; i++) {
		const Word *word = &g_array_index(match->words, Word, i);
		g_autofree char *text = word->field->of(device);
		g_autofree char *folded = g_utf8_casefold(text, -1);

		if (!g_pattern_spec_match_string(word->pattern, folded))
			return FALSE;
	}
	return TRUE;
}

/* "/dev/ttyUSB0 (1a86:7523 at 1-4.2, ch341), ..." */
static char *
list_ports(GPtrArray *devices)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < devices->len; i++) {
		GyDevice *device = g_ptr_array_index(devices, i);
		const GyPort *port = gy_device_port(device);

		g_string_append_printf(list, "%s%s", i == 0 ? "" : ", ", port->path);
		if (port->vendor_id >= 0 && port->product_id >= 0)
			g_string_append_printf(list, " (%04x:%04x%s%s%s%s)", (guint) port->vendor_id,
				(guint) port->product_id, *port->serial_number ? " " : "",
				port->serial_number, *port->usb_path ? " at " : "", port->usb_path);
	}
	return g_string_free(list, FALSE);
}

static char *
none_fits(const GyPortMatch *match, GPtrArray *devices, GError **error)
{
	g_autofree char *list = list_ports(devices);

	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, _("no port fits %s; %s%s"), match->spec,
		devices->len > 0 ? _("there are ") : _("there is none at all"), list);
	return NULL;
}

static char *
several_fit(const GyPortMatch *match, GPtrArray *fitting, GError **error)
{
	g_autofree char *list = list_ports(fitting);

	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_SEVERAL_PORTS, _("%u ports fit %s: %s"), fitting->len,
		match->spec, list);
	return NULL;
}

char *
gy_port_match_find(const GyPortMatch *match, GPtrArray *devices, GError **error)
{
	g_autoptr(GPtrArray) fitting = g_ptr_array_new();

	for (guint i = 0; i < devices->len; i++)
		if (gy_port_match_fits(match, g_ptr_array_index(devices, i)))
			g_ptr_array_add(fitting, g_ptr_array_index(devices, i));
	if (fitting->len == 0)
		return none_fits(match, devices, error);
	if (fitting->len > 1)
		return several_fit(match, fitting, error);
	return g_strdup(gy_device_port(g_ptr_array_index(fitting, 0))->path);
}
