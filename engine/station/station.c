// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/draft.h"
#include "engine/file.h"
#include "engine/formats/liteos/plain.h"
#include "engine/packages/recipe.h"
#include "engine/station/station-private.h"

#define HOOK_MS    30000
#define POOL_BLOCK 20

/* ---- findings ------------------------------------------------------------------------------------------- */

void
gy_station_find(GyStationReader *reader, gboolean is_error, GyError code, const char *section,
	const char *key, const char *format, ...)
{
	GyStationFinding *finding = g_new0(GyStationFinding, 1);
	va_list arguments;

	va_start(arguments, format);
	finding->message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	finding->is_error = is_error;
	finding->code = code;
	finding->line = section ? gy_ini_line(reader->ini, section, key) : 0;
	/* what is missing in a section is told at its head */
	if (finding->line == 0 && section)
		finding->line = gy_ini_line(reader->ini, section, NULL);
	g_ptr_array_add(reader->station->findings, finding);
}

static void
finding_free(gpointer data)
{
	GyStationFinding *finding = data;

	g_free(finding->message);
	g_free(finding);
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
	const GyStationFinding *x = *(GyStationFinding *const *) a;
	const GyStationFinding *y = *(GyStationFinding *const *) b;

	return (x->line > y->line) - (x->line < y->line);
}

const GyStationFinding *
gy_station_refusal(const GyStation *station)
{
	for (guint i = 0; i < station->findings->len; i++) {
		const GyStationFinding *finding = g_ptr_array_index(station->findings, i);

		if (finding->is_error)
			return finding;
	}
	return NULL;
}

/* ---- the package ---------------------------------------------------------------------------------------- */

static GBytes *
build(const GyStation *station, GError **error)
{
	g_autoptr(GyRecipe) recipe = gy_recipe_load(station->recipe, error);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyDraft) draft = NULL;

	if (!recipe)
		return NULL;
	draft = gy_draft_new(
		gy_recipe_output(recipe) ? gy_recipe_output(recipe) : station->recipe, 0600, error);
	if (!draft || !gy_recipe_format(recipe)->build(gy_recipe_options(recipe), draft, notes, error))
		return NULL;
	return gy_draft_read(draft, error);
}

/* What has no package around it can only be an image that differences are made to. */
static GyPackage *
load(const GyStation *station, GError **error)
{
	g_autoptr(GError) problem = NULL;
	GyPackage *package = gy_package_load(station->package, &problem);

	if (package)
		return package;
	if (station->sends_differences && g_error_matches(problem, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED))
		return gy_liteos_package_from_image(station->package, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

GyPackage *
gy_station_package(const GyStation *station, GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (station->package)
		return load(station, error);
	if (!station->recipe)
		return NULL;
	bytes = build(station, error);
	name = g_path_get_basename(station->recipe);
	return bytes ? gy_package_load_bytes(bytes, name, error) : NULL;
}

/* ---- the file ------------------------------------------------------------------------------------------- */

char *
gy_station_path(const GyStationReader *reader, const char *text)
{
	return g_canonicalize_filename(text, reader->station->folder);
}

static void
slot_free(gpointer data)
{
	GyStationSlot *slot = data;

	g_free(slot->name);
	g_free(slot->label);
	g_free(slot->port);
	g_free(slot);
}

static GyStation *
station_new(const char *path)
{
	GyStation *station = g_new0(GyStation, 1);

	station->path = g_canonicalize_filename(path, NULL);
	station->folder = g_path_get_dirname(station->path);
	station->plan = gy_plan_new();
	station->slots = g_ptr_array_new_with_free_func(slot_free);
	station->findings = g_ptr_array_new_with_free_func(finding_free);
	station->pool_block = POOL_BLOCK;
	return station;
}

void
gy_station_free(GyStation *station)
{
	if (!station)
		return;
	g_free(station->path);
	g_free(station->folder);
	gy_plan_unref(station->plan);
	g_free(station->package);
	g_free(station->recipe);
	g_free(station->store);
	g_ptr_array_unref(station->slots);
	g_free(station->scanner);
	g_free(station->pool);
	g_clear_pointer(&station->pool_source, gy_serial_source_unref);
	g_free(station->pin);
	g_ptr_array_unref(station->findings);
	g_free(station);
}

static void
reader_clear(GyStationReader *reader)
{
	gy_ini_free(reader->ini);
	g_free(reader->serial_source);
	g_free(reader->serial_pattern);
	g_free(reader->serial_list);
	g_free(reader->serial_series);
	g_free(reader->agent_key);
	g_free(reader->steps);
	g_free(reader->database);
	g_free(reader->local);
}

GyStation *
gy_station_parse(GBytes *bytes, const char *path, GError **error)
{
	GyStationReader reader = {.hook_ms = HOOK_MS, .serial_first = 1};

	reader.ini = gy_ini_parse(bytes, path, GY_INI_NONE, error);
	if (!reader.ini)
		return NULL;
	reader.station = station_new(path);
	gy_station_read_keys(&reader);
	gy_station_assemble(&reader);
	gy_station_check_rules(&reader);
	g_ptr_array_sort(reader.station->findings, compare_findings);
	reader_clear(&reader);
	return reader.station;
}

GyStation *
gy_station_load(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, GY_STATION_MAX, error);

	return bytes ? gy_station_parse(bytes, path, error) : NULL;
}
