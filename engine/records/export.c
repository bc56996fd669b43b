// SPDX-License-Identifier: Apache-2.0
#include "engine/records/export.h"

#include <string.h>

#include "engine/records/field-private.h"

#define LINE_END "\r\n"

GyRecordFormat
gy_record_format_of_path(const char *path)
{
	g_autofree char *folded = g_ascii_strdown(path, -1);

	return g_str_has_suffix(folded, ".json") ? GY_RECORD_JSON : GY_RECORD_CSV;
}

/* ---- CSV ------------------------------------------------------------------------------------------------ */

static void
append_cell(GString *csv, const char *text, gboolean is_text)
{
	gboolean is_formula = is_text && *text && strchr("=+-@\t\r", *text);

	if (!is_formula && !strpbrk(text, "\",\r\n")) {
		g_string_append(csv, text);
		return;
	}
	g_string_append_c(csv, '"');
	if (is_formula)
		g_string_append_c(csv, '\'');
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(csv, '"');
		g_string_append_c(csv, *text);
	}
	g_string_append_c(csv, '"');
}

static void
append_names(GString *csv)
{
	g_string_append(csv, "id");
	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		g_string_append_printf(csv, ",%s", field->name);
	g_string_append(csv, LINE_END);
}

static void
append_row(GString *csv, const GyRecord *record)
{
	g_string_append_printf(csv, "%" G_GINT64_FORMAT, record->id);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *text = gy_record_field_text(record, field);

		g_string_append_c(csv, ',');
		if (text)
			append_cell(csv, text, field->kind == GY_RECORD_TEXT);
	}
	g_string_append(csv, LINE_END);
}

/* ---- JSON ----------------------------------------------------------------------------------------------- */

JsonObject *
gy_record_to_json(const GyRecord *record)
{
	JsonObject *object = json_object_new();

	json_object_set_int_member(object, "id", record->id);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *text = gy_record_field_text(record, field);

		if (!text)
			json_object_set_null_member(object, field->name);
		else if (field->kind == GY_RECORD_NUMBER)
			json_object_set_int_member(object, field->name, *gy_record_number(record, field));
		else
			json_object_set_string_member(object, field->name, text);
	}
	return object;
}

static void
append_object(GString *json, const GyRecord *record)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_take_object(node, gy_record_to_json(record));
	text = json_to_string(node, FALSE);
	g_string_append(json, text);
}

/* ---- a file --------------------------------------------------------------------------------------------- */

typedef struct {
	GString *text;
	GyRecordFormat format;
	guint n;
} Export;

static gboolean
append_record(const GyRecord *record, gpointer data)
{
	Export *export = data;

	if (export->format == GY_RECORD_CSV) {
		append_row(export->text, record);
	} else {
		g_string_append(export->text, export->n > 0 ? ",\n" : "[\n");
		append_object(export->text, record);
	}
	export->n++;
	return TRUE;
}

GBytes *
gy_records_export(GyRecords *records, const GyRecordFilter *filter, GyRecordFormat format, guint *n_written,
	GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Export export = {.text = text, .format = format};

	if (format == GY_RECORD_CSV)
		append_names(text);
	if (!gy_records_each(records, filter, append_record, &export, error))
		return NULL;
	if (format == GY_RECORD_JSON)
		g_string_append(text, export.n > 0 ? "\n]\n" : "[]\n");
	if (n_written)
		*n_written = export.n;
	return g_string_free_to_bytes(g_steal_pointer(&text));
}
