// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/file.h"
#include "engine/packages/format.h"
#include "engine/records/postgres.h"
#include "engine/station/station-private.h"

#define LIST_MAX   (64 * 1024 * 1024)
#define POSTGRESQL "postgresql://"
#define POSTGRES   "postgres://"

/* ---- serial numbers ------------------------------------------------------------------------------------- */

static GySerialPattern *
read_pattern(GyStationReader *reader)
{
	g_autoptr(GError) error = NULL;
	GySerialPattern *pattern;

	if (!reader->serial_pattern)
		return NULL;
	pattern = gy_serial_pattern_parse(reader->serial_pattern, reader->check_digit, &error);
	if (!pattern)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "serial", "pattern", "%s", error->message);
	return pattern;
}

static GySerialSource *
make_counter(GyStationReader *reader, const char *series, GySerialPattern *pattern)
{
	g_autoptr(GySerialPattern) own = pattern;
	g_autofree char *first = NULL;

	if (!pattern) {
		if (!reader->serial_pattern)
			gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, "serial", NULL,
				_("a counter needs a pattern, such as WS63-######"));
		return NULL;
	}
	if (!gy_serial_pattern_can_count(pattern)) {
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "serial", "pattern",
			_("a counter fills in # only, all of them before the check character: it cannot "
			  "choose "
			  "letters"));
		return NULL;
	}
	first = gy_serial_pattern_format(pattern, reader->serial_first);
	if (!first) {
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "serial", "first",
			_("%" PRIu64 " has more digits than the pattern has #"), reader->serial_first);
		return NULL;
	}
	return gy_serial_source_new(
		GY_SERIAL_FROM_COUNTER, series, g_steal_pointer(&own), reader->serial_first);
}

static GySerialSource *
make_list(GyStationReader *reader, const char *series, const GySerialPattern *pattern)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;
	GySerialSource *source = NULL;

	if (!reader->serial_list) {
		gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, "serial", NULL,
			_("source = list needs list = FILE"));
		return NULL;
	}
	bytes = gy_file_read(reader->serial_list, LIST_MAX, &error);
	if (bytes)
		source = gy_serial_source_new_list(series, pattern, bytes, reader->serial_list, &error);
	if (!source)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "serial", "list", "%s", error->message);
	return source;
}

static GySerialSource *
make_source(GyStationReader *reader)
{
	const char *word = reader->serial_source;
	const char *series = reader->serial_series ? reader->serial_series : "";
	g_autoptr(GySerialPattern) pattern = read_pattern(reader);

	if (!word || g_str_equal(word, "none"))
		return NULL;
	if (g_str_equal(word, "scanner"))
		return gy_serial_source_new(GY_SERIAL_FROM_SCANNER, series, g_steal_pointer(&pattern), 0);
	if (g_str_equal(word, "counter"))
		return make_counter(reader, series, g_steal_pointer(&pattern));
	if (g_str_equal(word, "list"))
		return make_list(reader, series, pattern);
	gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "serial", "source",
		_("source takes one of none, scanner, counter, list, not \"%s\""), word);
	return NULL;
}

/* ---- what is put together ------------------------------------------------------------------------------- */

static void
take_database(GyStationReader *reader)
{
	GyStation *station = reader->station;
	const char *database = reader->database;
	g_autofree char *name = NULL;

	if (database && (g_str_has_prefix(database, POSTGRESQL) || g_str_has_prefix(database, POSTGRES))) {
		station->pool = g_strdup(database);
		name = g_strconcat(station->plan->station ? station->plan->station : "station", ".db", NULL);
		station->plan->records = reader->local ? g_strdup(reader->local)
						       : g_build_filename(station->folder, name, NULL);
		return;
	}
	station->plan->records = database ? gy_station_path(reader, database) : gy_records_default_path();
	if (reader->local)
		gy_station_find(reader, FALSE, GY_ERROR_CFG_RULE, "station", "local",
			_("local only means something beside records = postgresql://…"));
}

/* With a pool the station takes what was handed to it; a scanner brings its own numbers. */
static void
share_numbers(GyStation *station)
{
	GySerialSource *source = station->plan->serials;

	if (!station->pool || !source || gy_serial_source_is_scanned(source))
		return;
	station->pool_source = source;
	station->plan->serials =
		gy_serial_source_new(GY_SERIAL_FROM_POOL, gy_serial_source_series(source), NULL, 0);
}

static void
load_agent_key(GyStationReader *reader)
{
	g_autoptr(GError) error = NULL;

	if (!reader->agent_key)
		return;
	reader->station->plan->options->agent_key = gy_agent_key_load(reader->agent_key, NULL, &error);
	if (error)
		gy_station_find(
			reader, TRUE, GY_ERROR_CFG_VALUE, "station", "agent-key", "%s", error->message);
}

void
gy_station_assemble(GyStationReader *reader)
{
	GyStation *station = reader->station;
	GyPlan *plan = station->plan;

	plan->serials = make_source(reader);
	plan->folder = g_strdup(station->folder);
	plan->package_path = g_strdup(station->package ? station->package : station->recipe);
	if (plan->pre_hook)
		plan->pre_hook->deadline_ms = reader->hook_ms;
	if (plan->post_hook)
		plan->post_hook->deadline_ms = reader->hook_ms;
	take_database(reader);
	share_numbers(station);
	load_agent_key(reader);
}

/* ---- rules ---------------------------------------------------------------------------------------------- */

static void
check_command(GyStationReader *reader, const GyStep *step, const char *section, const char *key)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) words = NULL;
	g_autofree char *path = NULL;

	if (!g_shell_parse_argv(step->command, NULL, &words, &error)) {
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, section, key, "%s", error->message);
		return;
	}
	path = strchr(words[0], '/') ? gy_station_path(reader, words[0]) : g_find_program_in_path(words[0]);
	if (!path || !g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) || g_file_test(path, G_FILE_TEST_IS_DIR))
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, section, key,
			_("%s is no program that can be run"), path ? path : words[0]);
}

static void
check_commands(GyStationReader *reader)
{
	const GyPlan *plan = reader->station->plan;

	for (guint i = 0; i < plan->steps->len; i++) {
		const GyStep *step = g_ptr_array_index(plan->steps, i);
		gboolean needs_one = step->kind == GY_STEP_RUN || step->kind == GY_STEP_LABEL;

		if (step->command)
			check_command(reader, step, step->name, "command");
		else if (needs_one)
			gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, "station", "steps",
				_("the step \"%s\" needs a section [%s] with its command"), step->name,
				step->name);
	}
	if (plan->pre_hook)
		check_command(reader, plan->pre_hook, "hooks", "pre");
	if (plan->post_hook)
		check_command(reader, plan->post_hook, "hooks", "post");
}

/* The place of the first step of a kind, -1 if there is none; a second one is a finding. */
static int
find_step(GyStationReader *reader, GyStepKind kind)
{
	const GPtrArray *steps = reader->station->plan->steps;
	int found = -1;

	for (guint i = 0; i < steps->len; i++) {
		const GyStep *step = g_ptr_array_index(steps, i);

		if (step->kind != kind)
			continue;
		if (found >= 0)
			gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, "station", "steps",
				_("the step \"%s\" is there twice"), step->name);
		found = (int) i;
	}
	return found;
}

static void
check_steps(GyStationReader *reader)
{
	const GyStation *station = reader->station;
	int identify = find_step(reader, GY_STEP_IDENTIFY);
	int flash = find_step(reader, GY_STEP_FLASH);
	int confirm = find_step(reader, GY_STEP_CONFIRM);

	find_step(reader, GY_STEP_LABEL);
	if (flash >= 0 && identify > flash)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, "station", "steps",
			_("identify comes before flash: it keeps a wrong board from being flashed"));
	if (confirm >= 0 && confirm < flash)
		gy_station_find(
			reader, TRUE, GY_ERROR_CFG_RULE, "station", "steps", _("confirm comes after flash"));
	if (flash >= 0 && confirm < 0)
		gy_station_find(reader, FALSE, GY_ERROR_CFG_RULE, "station", "steps",
			_("without confirm a board passes before its new firmware has run"));
	if (gy_ini_has_section(reader->ini, "before") && identify < 0)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, "before", NULL,
			_("[before] is looked at by the step identify, which is not there"));
	if (gy_ini_has_section(reader->ini, "after") && confirm < 0)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, "after", NULL,
			_("[after] is looked at by the step confirm, which is not there"));
	if (flash >= 0 && !station->package && !station->recipe)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, "station", NULL,
			_("the step flash needs package = FILE or recipe = FILE"));
}

static void
check_unused(GyStationReader *reader)
{
	g_auto(GStrv) names = gy_ini_sections(reader->ini);
	const GPtrArray *steps = reader->station->plan->steps;

	for (guint i = 0; names[i]; i++) {
		gboolean is_used = !g_str_has_prefix(names[i], "run ") && !g_str_equal(names[i], "label");

		for (guint k = 0; k < steps->len && !is_used; k++)
			is_used = g_str_equal(((const GyStep *) steps->pdata[k])->name, names[i]);
		if (!is_used)
			gy_station_find(reader, FALSE, GY_ERROR_CFG_RULE, names[i], NULL,
				_("no step of the station is \"%s\""), names[i]);
	}
}

static void
check_package(GyStationReader *reader)
{
	const GyStation *station = reader->station;
	const char *key = station->package ? "package" : "recipe";
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = NULL;
	const GyFinding *refusal;

	if (station->package && station->recipe)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, "station", "recipe",
			_("package and recipe: a station has one of them"));
	if (!station->package && !station->recipe)
		return;
	package = gy_station_package(station, &error);
	if (!package || !gy_package_verify(package, station->plan->options->root_key, &error)) {
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "station", key, "%s", error->message);
		return;
	}
	refusal = gy_package_refusal(package);
	if (refusal)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "station", key, "%s: %s [%s]",
			gy_package_name(package), refusal->message, refusal->code);
	if (station->sends_differences && !gy_package_format(package)->make_difference)
		gy_station_find(reader, FALSE, GY_ERROR_CFG_RULE, "station", "delta",
			_("differences are not made for packages of %s"), gy_package_format(package)->title);
}

static void
check_slots(GyStationReader *reader)
{
	const GPtrArray *slots = reader->station->slots;
	g_autoptr(GHashTable) ports = g_hash_table_new(g_str_hash, g_str_equal);

	if (slots->len == 0)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, NULL, NULL,
			_("the station has no slot: [slot 1] with port = PORT"));
	for (guint i = 0; i < slots->len; i++) {
		const GyStationSlot *slot = g_ptr_array_index(slots, i);
		g_autofree char *section = g_strconcat("slot ", slot->name, NULL);
		const char *before = slot->port ? g_hash_table_lookup(ports, slot->port) : NULL;

		if (strpbrk(slot->name, " \t:"))
			gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, section, NULL,
				_("the name of a slot has no blank and no colon"));
		if (!slot->port)
			gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, section, NULL,
				_("the slot has no port: path:1-4.1 is a place on the USB"));
		else if (before)
			gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, section, "port",
				_("slot %s is at this port already"), before);
		else
			g_hash_table_insert(ports, slot->port, slot->name);
		if (slot->port && g_str_has_prefix(slot->port, "/dev/tty"))
			gy_station_find(reader, FALSE, GY_ERROR_CFG_RULE, section, "port",
				_("%s is a number of the kernel's, not a place: path:BUS-PORT stays where it "
				  "is"),
				slot->port);
	}
}

static void
check_start(GyStationReader *reader)
{
	const GyStation *station = reader->station;
	const GySerialSource *serials = station->plan->serials;
	gboolean is_scanned = serials && gy_serial_source_is_scanned(serials);

	if (station->start == GY_START_SCAN && !is_scanned && reader->serial_source)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_RULE, "start", "on",
			_("on = scan needs source = scanner in [serial]"));
	if (!station->plan->station)
		gy_station_find(reader, TRUE, GY_ERROR_CFG_MISSING, "station", NULL,
			_("the station has no name: it stands in every record"));
	if (station->pin && !g_str_has_prefix(station->pin, "pbkdf2-sha256:"))
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "station", "pin",
			_("pin is no hash: gantry station pin makes one"));
}

void
gy_station_check_rules(GyStationReader *reader)
{
	check_steps(reader);
	check_commands(reader);
	check_unused(reader);
	check_slots(reader);
	check_start(reader);
	check_package(reader);
}
