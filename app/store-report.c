// SPDX-License-Identifier: Apache-2.0
#include "app/store-report.h"

#include "app/text.h"
#include "engine/safe-text.h"

/* (transfer full): "-" where nothing is known. */
static char *
shown(const char *text)
{
	return text ? gy_text_safe(text) : g_strdup("-");
}

static char *
time_text(gint64 seconds, gboolean is_local)
{
	g_autoptr(GDateTime) time =
		is_local ? g_date_time_new_from_unix_local(seconds) : g_date_time_new_from_unix_utc(seconds);

	if (!time)
		return g_strdup("-");
	return g_date_time_format(time, is_local ? "%Y-%m-%d %H:%M" : "%Y-%m-%dT%H:%M:%SZ");
}

void
gy_report_stored_object(
	const GyOutput *output, GyStore *store, const GyStoredImage *image, const GError *problem)
{
	JsonObject *object = gy_json_new("stored");
	g_autofree char *path = gy_store_file(store, image->sha256);
	g_autofree char *added = time_text(image->added_s, FALSE);

	gy_json_text(object, "sha256", image->sha256);
	gy_json_number(object, "size", image->size);
	gy_json_text(object, "system", image->system);
	gy_json_text(object, "image", image->image);
	gy_json_text(object, "version", image->version);
	gy_json_text(object, "name", image->name);
	gy_json_text(object, "note", image->note);
	gy_json_text(object, "added", added);
	json_object_set_boolean_member(object, "automatic", image->is_automatic);
	gy_json_text(object, "path", path);
	gy_json_text(object, "problem", problem ? gy_error_code(problem) : NULL);
	gy_output_object(output, object);
}

void
gy_report_stored(const GyOutput *output, GyStore *store, const GyStoredImage *image, const GError *problem)
{
	g_autofree char *size = gy_text_size(image->size);
	g_autofree char *added = time_text(image->added_s, TRUE);
	g_autofree char *system = shown(image->system);
	g_autofree char *name = shown(image->image);
	g_autofree char *version = shown(image->version);
	g_autofree char *file = shown(image->name);
	g_autofree char *note = image->note ? gy_text_safe(image->note) : NULL;

	gy_output_styled(output, GY_STYLE_BOLD, "%.*s", GY_STORED_DIGITS, image->sha256);
	gy_output_print(output, "  %s  %10s  %-11s  %-12s  %-10s  %s%s%s%s%s", added, size, system, name,
		version, file, note ? "  \"" : "", note ? note : "", note ? "\"" : "",
		image->is_automatic ? "  (flashed)" : "");
	if (problem)
		gy_output_styled(output, GY_STYLE_BAD, "  DAMAGED");
	gy_output_print(output, "\n");
	gy_report_stored_object(output, store, image, problem);
}
