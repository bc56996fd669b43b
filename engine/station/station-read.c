// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/devices/reset-sequence.h"
#include "engine/station/station-private.h"

#define SLOT_PREFIX  "slot "
#define RUN_PREFIX   "run "
#define LABEL        "label"
#define MS_PER_S     1000
#define WEEK_S       (7 * 24 * 3600)
#define ATTEMPTS_MAX 10
#define FAILURES_MAX 1000000
#define BLOCK_MAX    10000
#define BAUD_MAX     12000000

/* ---- values --------------------------------------------------------------------------------------------- */

gboolean
gy_duration_parse(const char *text, guint *ms)
{
	static const struct {
		const char *unit;
		guint64 ms;
	} units[] = {
		{"", MS_PER_S}, {"ms", 1}, {"s", MS_PER_S}, {"m", 60 * MS_PER_S}, {"h", 3600 * MS_PER_S}};
	gsize n_digits = strspn(text, "0123456789");
	g_autofree char *digits = g_strndup(text, n_digits);
	guint64 count = 0;

	if (!g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT32, &count, NULL))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		if (!g_str_equal(text + n_digits, units[i].unit))
			continue;
		if (count * units[i].ms > (guint64) WEEK_S * MS_PER_S)
			return FALSE;
		*ms = (guint) (count * units[i].ms);
		return TRUE;
	}
	return FALSE;
}

/* Where a value stands, for what takes it. */
typedef struct {
	GyStationReader *reader;
	const char *section;
	const char *key;
} At;

static void refuse(const At *at, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
refuse(const At *at, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	gy_station_find(at->reader, TRUE, GY_ERROR_CFG_VALUE, at->section, at->key, "%s", text);
}

static void
take_text(const At *at, const char *value, char **into)
{
	g_free(*into);
	*into = *value ? g_strdup(value) : NULL;
}

static void
take_path(const At *at, const char *value, char **into)
{
	g_free(*into);
	*into = *value ? gy_station_path(at->reader, value) : NULL;
}

static void
take_number(const At *at, const char *value, guint64 least, guint64 most, guint64 *into)
{
	const char *digits = g_str_has_prefix(value, "0x") ? value + 2 : value;

	if (!g_ascii_string_to_unsigned(digits, digits == value ? 10 : 16, least, most, into, NULL))
		refuse(at, _("%s takes a number from %" PRIu64 " to %" PRIu64 ", not \"%s\""), at->key, least,
			most, value);
}

static guint
number(const At *at, const char *value, guint least, guint most, guint otherwise)
{
	guint64 found = otherwise;

	take_number(at, value, least, most, &found);
	return (guint) found;
}

static void
take_duration(const At *at, const char *value, guint *ms)
{
	if (!gy_duration_parse(value, ms))
		refuse(at, _("%s takes a time such as 500ms, 30s or 2m, not \"%s\""), at->key, value);
}

/* The place of @value in @words, or -1 with a finding. */
static int
choose(const At *at, const char *value, const char *const *words)
{
	g_autofree char *all = g_strjoinv(", ", (char **) words);

	for (int i = 0; words[i]; i++)
		if (g_str_equal(value, words[i]))
			return i;
	refuse(at, _("%s takes one of %s, not \"%s\""), at->key, all, value);
	return -1;
}

/* ---- [station] ------------------------------------------------------------------------------------------ */

static gboolean
take_station(const At *at, const char *value)
{
	static const char *const deltas[] = {"none", "auto", NULL};
	GyStation *station = at->reader->station;
	GyJobOptions *options = station->plan->options;

	if (g_str_equal(at->key, "name"))
		take_text(at, value, &station->plan->station);
	else if (g_str_equal(at->key, "operator"))
		take_text(at, value, &station->plan->operator_name);
	else if (g_str_equal(at->key, "package"))
		take_path(at, value, &station->package);
	else if (g_str_equal(at->key, "recipe"))
		take_path(at, value, &station->recipe);
	else if (g_str_equal(at->key, "delta"))
		station->sends_differences = choose(at, value, deltas) == 1;
	else if (g_str_equal(at->key, "store"))
		take_path(at, value, &station->store);
	else if (g_str_equal(at->key, "steps"))
		take_text(at, value, &at->reader->steps);
	else if (g_str_equal(at->key, "records"))
		take_text(at, value, &at->reader->database);
	else if (g_str_equal(at->key, "local"))
		take_path(at, value, &at->reader->local);
	else if (g_str_equal(at->key, "root-key"))
		take_path(at, value, &options->root_key);
	else if (g_str_equal(at->key, "agent-key"))
		take_path(at, value, &at->reader->agent_key);
	else if (g_str_equal(at->key, "pin"))
		take_text(at, value, &station->pin);
	else if (g_str_equal(at->key, "deadline"))
		take_duration(at, value, &station->plan->deadline_ms);
	else
		return FALSE;
	return TRUE;
}

/* ---- [link] --------------------------------------------------------------------------------------------- */

static void
take_reset_sequence(const At *at, const char *value)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyResetSequence) sequence = gy_reset_sequence_parse(value, &error);

	if (sequence)
		take_text(at, value, &at->reader->station->plan->options->reset_sequence);
	else
		refuse(at, "%s", error->message);
}

static gboolean
take_link(const At *at, const char *value)
{
	GyJobOptions *options = at->reader->station->plan->options;

	if (g_str_equal(at->key, "baud"))
		options->baud = number(at, value, 1, BAUD_MAX, 0);
	else if (g_str_equal(at->key, "max-baud"))
		options->max_baud = number(at, value, 1, BAUD_MAX, 0);
	else if (g_str_equal(at->key, "answer"))
		take_duration(at, value, &options->answer_ms);
	else if (g_str_equal(at->key, "lost"))
		take_duration(at, value, &options->lost_ms);
	else if (g_str_equal(at->key, "reset-sequence"))
		take_reset_sequence(at, value);
	else
		return FALSE;
	return TRUE;
}

/* ---- [serial] ------------------------------------------------------------------------------------------- */

static gboolean
take_serial(const At *at, const char *value)
{
	GyStationReader *reader = at->reader;

	if (g_str_equal(at->key, "source"))
		take_text(at, value, &reader->serial_source);
	else if (g_str_equal(at->key, "pattern"))
		take_text(at, value, &reader->serial_pattern);
	else if (g_str_equal(at->key, "list"))
		take_path(at, value, &reader->serial_list);
	else if (g_str_equal(at->key, "series"))
		take_text(at, value, &reader->serial_series);
	else if (g_str_equal(at->key, "scanner"))
		take_path(at, value, &reader->station->scanner);
	else if (g_str_equal(at->key, "first"))
		take_number(at, value, 0, G_MAXINT64, &reader->serial_first);
	else if (!g_str_equal(at->key, "check-digit"))
		return FALSE;
	else if (!gy_check_digit_find(value, &reader->check_digit))
		refuse(at, _("check-digit takes none, luhn, gs1, damm or iso7064, not \"%s\""), value);
	return TRUE;
}

/* ---- [before], [after] ---------------------------------------------------------------------------------- */

static gboolean
take_expectation(const At *at, const char *value)
{
	GyPlan *plan = at->reader->station->plan;
	GyExpectation *expectation = g_str_equal(at->section, "before") ? &plan->before : &plan->after;

	if (g_str_equal(at->key, "chip"))
		take_text(at, value, &expectation->chip);
	else if (g_str_equal(at->key, "board"))
		take_text(at, value, &expectation->board);
	else if (g_str_equal(at->key, "version"))
		take_text(at, value, &expectation->version);
	else if (g_str_equal(at->key, "device-id"))
		take_text(at, value, &expectation->device_id);
	else if (g_str_equal(at->key, "hardware-id")) {
		expectation->has_hardware_id = TRUE;
		expectation->hardware_id = number(at, value, 0, G_MAXUINT32, 0);
	} else {
		return FALSE;
	}
	return TRUE;
}

/* ---- [hooks], [retry], [start], [pool] ------------------------------------------------------------------ */

static void
take_hook(const At *at, const char *value, GyStep **hook)
{
	gy_step_free(*hook);
	*hook = gy_step_new(GY_STEP_RUN, at->key);
	(*hook)->command = g_strdup(value);
}

static gboolean
take_hooks(const At *at, const char *value)
{
	GyPlan *plan = at->reader->station->plan;

	if (g_str_equal(at->key, "pre"))
		take_hook(at, value, &plan->pre_hook);
	else if (g_str_equal(at->key, "post"))
		take_hook(at, value, &plan->post_hook);
	else if (g_str_equal(at->key, "deadline"))
		take_duration(at, value, &at->reader->hook_ms);
	else
		return FALSE;
	return TRUE;
}

static GStrv
split_list(const char *value)
{
	GStrv words = g_strsplit(value, ",", -1);

	for (guint i = 0; words[i]; i++)
		g_strstrip(words[i]);
	return words;
}

static gboolean
take_retry(const At *at, const char *value)
{
	GyPlan *plan = at->reader->station->plan;

	if (g_str_equal(at->key, "attempts")) {
		plan->attempts = number(at, value, 1, ATTEMPTS_MAX, 1);
	} else if (g_str_equal(at->key, "on")) {
		g_strfreev(plan->retry_on);
		plan->retry_on = split_list(value);
	} else {
		return FALSE;
	}
	return TRUE;
}

static gboolean
take_start(const At *at, const char *value)
{
	static const char *const starts[] = {"insert", "scan", "key", NULL};
	static const char *const detections[] = {"port", "answer", NULL};
	static const char *const stops[] = {"finish", "abort", NULL};
	GyStation *station = at->reader->station;

	if (g_str_equal(at->key, "on"))
		station->start = (GyStart) MAX(choose(at, value, starts), 0);
	else if (g_str_equal(at->key, "detect"))
		station->detection = (GyDetection) MAX(choose(at, value, detections), 0);
	else if (g_str_equal(at->key, "on-stop"))
		station->aborts = choose(at, value, stops) == 1;
	else if (g_str_equal(at->key, "until-failures"))
		station->until_failures = number(at, value, 0, FAILURES_MAX, 0);
	else
		return FALSE;
	return TRUE;
}

static gboolean
take_pool(const At *at, const char *value)
{
	GyStation *station = at->reader->station;

	if (!g_str_equal(at->key, "block"))
		return FALSE;
	station->pool_block = number(at, value, 1, BLOCK_MAX, station->pool_block);
	return TRUE;
}

/* ---- [slot NAME] ---------------------------------------------------------------------------------------- */

static GyStationSlot *
slot_of(const At *at)
{
	GPtrArray *slots = at->reader->station->slots;
	const char *name = at->section + strlen(SLOT_PREFIX);
	GyStationSlot *slot = slots->len > 0 ? g_ptr_array_index(slots, slots->len - 1) : NULL;

	if (slot && g_str_equal(slot->name, name))
		return slot;
	slot = g_new0(GyStationSlot, 1);
	slot->name = g_strdup(name);
	slot->label = g_strdup("");
	g_ptr_array_add(slots, slot);
	return slot;
}

/* A path counts from the station's folder like any other; what is no path stays as it is. */
static char *
port_of(const At *at, const char *value)
{
	static const char *const prefixes[] = {"socket:", "serial:"};

	for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		g_autofree char *path = NULL;

		if (!g_str_has_prefix(value, prefixes[i]))
			continue;
		path = gy_station_path(at->reader, value + strlen(prefixes[i]));
		return g_strconcat(prefixes[i], path, NULL);
	}
	if (strchr(value, '/') && !strchr(value, ':'))
		return gy_station_path(at->reader, value);
	return g_strdup(value);
}

static gboolean
take_slot(const At *at, const char *value)
{
	GyStationSlot *slot = slot_of(at);

	if (g_str_equal(at->key, "port")) {
		g_free(slot->port);
		slot->port = port_of(at, value);
	} else if (g_str_equal(at->key, "label")) {
		g_free(slot->label);
		slot->label = g_strdup(value);
	} else {
		return FALSE;
	}
	return TRUE;
}

/* ---- [run NAME], [label] -------------------------------------------------------------------------------- */

/* The step that the section is about; the list of steps says where it stands, or that nobody wants it. */
static GyStep *
step_of(const At *at)
{
	const GPtrArray *steps = at->reader->station->plan->steps;

	for (guint i = 0; i < steps->len; i++) {
		GyStep *step = g_ptr_array_index(steps, i);

		if (g_str_equal(step->name, at->section))
			return step;
	}
	return NULL;
}

static gboolean
take_command(const At *at, const char *value)
{
	GyStep *step = step_of(at);

	if (step && g_str_equal(at->key, "command")) {
		g_free(step->command);
		step->command = g_strdup(value);
	} else if (step && g_str_equal(at->key, "deadline")) {
		take_duration(at, value, &step->deadline_ms);
	} else if (step && g_str_equal(at->key, "tries")) {
		step->tries = number(at, value, 1, ATTEMPTS_MAX, 1);
	} else {
		return !step;
	}
	return TRUE;
}

static gboolean
take_identify(const At *at, const char *value)
{
	GyStep *step = step_of(at);

	if (!g_str_equal(at->key, "deadline"))
		return FALSE;
	if (step)
		take_duration(at, value, &step->deadline_ms);
	return TRUE;
}

/* ---- the whole file ------------------------------------------------------------------------------------- */

typedef gboolean (*Take)(const At *at, const char *value);

static const struct {
	const char *section;
	Take take;
	gboolean is_prefix;
} sections[] = {
	{"station", take_station},
	{"link", take_link},
	{"serial", take_serial},
	{"before", take_expectation},
	{"after", take_expectation},
	{"hooks", take_hooks},
	{"retry", take_retry},
	{"start", take_start},
	{"pool", take_pool},
	{"identify", take_identify},
	{"confirm", take_identify},
	{SLOT_PREFIX, take_slot, TRUE},
	{RUN_PREFIX, take_command, TRUE},
	{LABEL, take_command},
};

static Take
taker_of(const char *section)
{
	for (guint i = 0; i < G_N_ELEMENTS(sections); i++) {
		gboolean fits = sections[i].is_prefix ? g_str_has_prefix(section, sections[i].section) &&
								section[strlen(sections[i].section)] != '\0'
						      : g_str_equal(section, sections[i].section);

		if (fits)
			return sections[i].take;
	}
	return NULL;
}

static void
read_section(GyStationReader *reader, const char *section)
{
	g_auto(GStrv) keys = gy_ini_keys(reader->ini, section);
	Take take = taker_of(section);

	if (!take) {
		gy_station_find(reader, TRUE, GY_ERROR_CFG_SYNTAX, section, NULL,
			_("a station has no section [%s]"), section);
		return;
	}
	for (guint i = 0; keys[i]; i++) {
		const At at = {reader, section, keys[i]};
		g_autofree char *value = gy_ini_get(reader->ini, section, keys[i]);

		if (*value && !take(&at, value))
			gy_station_find(reader, TRUE, GY_ERROR_CFG_SYNTAX, section, keys[i],
				_("there is no %s in [%s]"), keys[i], section);
	}
	/* a slot without a port is still a slot */
	if (take == take_slot)
		slot_of(&(At){reader, section, NULL});
}

/* ---- steps ---------------------------------------------------------------------------------------------- */

static void
add_step(GyStationReader *reader, const char *name)
{
	static const struct {
		const char *name;
		GyStepKind kind;
		guint deadline_ms;
	} plain[] = {{"identify", GY_STEP_IDENTIFY, 10 * MS_PER_S}, {"flash", GY_STEP_FLASH, 0},
		{"confirm", GY_STEP_CONFIRM, 10 * MS_PER_S}};
	GPtrArray *steps = reader->station->plan->steps;
	GyStep *step = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(plain) && !step; i++) {
		if (!g_str_equal(name, plain[i].name))
			continue;
		step = gy_step_new(plain[i].kind, name);
		step->deadline_ms = plain[i].deadline_ms;
	}
	if (!step && g_str_equal(name, LABEL))
		step = gy_step_new(GY_STEP_LABEL, name);
	if (!step && g_str_has_prefix(name, RUN_PREFIX) && name[strlen(RUN_PREFIX)])
		step = gy_step_new(GY_STEP_RUN, name);
	if (step)
		g_ptr_array_add(steps, step);
	else
		gy_station_find(reader, TRUE, GY_ERROR_CFG_VALUE, "station", "steps",
			_("there is no step \"%s\": expected identify, flash, confirm, run NAME or label"),
			name);
}

/* First of all, so that the sections of commands find their steps. */
static void
read_steps(GyStationReader *reader)
{
	g_autofree char *value = gy_ini_get(reader->ini, "station", "steps");
	g_auto(GStrv) names = split_list(value && *value ? value : "identify, flash, confirm");

	for (guint i = 0; names[i]; i++)
		add_step(reader, names[i]);
}

void
gy_station_read_keys(GyStationReader *reader)
{
	g_auto(GStrv) names = gy_ini_sections(reader->ini);

	read_steps(reader);
	for (guint i = 0; names[i]; i++)
		read_section(reader, names[i]);
}
