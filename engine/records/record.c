// SPDX-License-Identifier: Apache-2.0
#include "engine/records/record.h"

#include <sys/random.h>

#include "engine/records/field-private.h"

static const char *const result_words[GY_RECORD_N_RESULTS] = {
	[GY_RECORD_IN_DOUBT] = "in-doubt",
	[GY_RECORD_RUNNING] = "running",
	[GY_RECORD_DONE] = "done",
	[GY_RECORD_FAILED] = "failed",
	[GY_RECORD_STOPPED] = "stopped",
};

#define AT(member)      G_STRUCT_OFFSET(GyRecord, member)
#define STAGE_AT(stage) (AT(stage_ms) + sizeof(gint64) * (stage))

/* The database, CSV and JSON are all written from this table. Append only: the columns stand in people's files. */
static const GyRecordField fields[] = {
	{"run", GY_RECORD_TEXT, AT(run), FALSE, "the run's own id, unique everywhere"},
	{"started", GY_RECORD_TIME, AT(started_ms), FALSE, "when it began"},
	{"ended", GY_RECORD_TIME, AT(ended_ms), FALSE, "when it ended"},
	{"result", GY_RECORD_RESULT, AT(result), FALSE,
		"done, failed, stopped (on request), running, or in-doubt: begun, and never ended"},
	{"stage", GY_RECORD_STAGE, AT(stage), FALSE, "the last stage that began"},
	{"station", GY_RECORD_TEXT, AT(station), TRUE, "name of the station"},
	{"operator", GY_RECORD_TEXT, AT(operator_name), TRUE, "who ran it"},
	{"slot", GY_RECORD_TEXT, AT(slot), TRUE, "slot of the station"},
	{"serial_number", GY_RECORD_TEXT, AT(serial_number), TRUE, "serial number that the board was given"},
	{"port", GY_RECORD_TEXT, AT(port), TRUE, "port as it was given"},
	{"place", GY_RECORD_TEXT, AT(place), TRUE, "where that port is plugged in"},
	{"device_id", GY_RECORD_TEXT, AT(device_id), TRUE, "what the device calls itself, hexadecimal"},
	{"chip", GY_RECORD_TEXT, AT(chip), TRUE, "the device's chip"},
	{"board", GY_RECORD_TEXT, AT(board), TRUE, "the device's board"},
	{"hardware_id", GY_RECORD_NUMBER, AT(hardware_id), FALSE, "the device's hardware id"},
	{"package", GY_RECORD_TEXT, AT(package), TRUE, "path of the package"},
	{"package_sha256", GY_RECORD_TEXT, AT(package_sha256), TRUE, "digest of the whole file, hexadecimal"},
	{"package_size", GY_RECORD_NUMBER, AT(package_size), FALSE, "bytes of the file"},
	{"system", GY_RECORD_TEXT, AT(system), TRUE, "word of the package's system"},
	{"package_version", GY_RECORD_TEXT, AT(package_version), TRUE, "version text of the package"},
	{"from_version", GY_RECORD_TEXT, AT(from_version), TRUE, "what the device ran before"},
	{"to_version", GY_RECORD_TEXT, AT(to_version), TRUE, "what it answered with afterwards"},
	{"outcome", GY_RECORD_TEXT, AT(outcome), TRUE,
		"what is then true of the device: untouched, storage-lost, armed, upgraded, old-runs, "
		"other-runs or unknown"},
	{"code", GY_RECORD_TEXT, AT(code), TRUE, "why it failed, stable word part/cause"},
	{"message", GY_RECORD_TEXT, AT(message), TRUE, "why it failed, one sentence"},
	{"device_code", GY_RECORD_NUMBER, AT(device_code), FALSE, "the device's own code of a failure"},
	{"total_ms", GY_RECORD_NUMBER, AT(total_ms), FALSE, "milliseconds of the whole run"},
	{"connect_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_CONNECT), FALSE,
		"milliseconds of the stage connect"},
	{"identify_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_IDENTIFY), FALSE, "of identify"},
	{"check_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_CHECK), FALSE, "of check"},
	{"prepare_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_PREPARE), FALSE, "of prepare"},
	{"transfer_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_TRANSFER), FALSE, "of transfer"},
	{"verify_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_VERIFY), FALSE, "of verify"},
	{"trigger_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_TRIGGER), FALSE, "of trigger"},
	{"reboot_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_REBOOT), FALSE, "of reboot"},
	{"confirm_ms", GY_RECORD_NUMBER, STAGE_AT(GY_STAGE_CONFIRM), FALSE, "of confirm"},
	{"bytes", GY_RECORD_NUMBER, AT(bytes), FALSE, "bytes of what is transferred"},
	{"rate", GY_RECORD_NUMBER, AT(rate), FALSE, "bytes per second, mean of a finished transfer"},
	{"bytes_resent", GY_RECORD_NUMBER, AT(bytes_resent), FALSE, "bytes sent again"},
	{"frames_resent", GY_RECORD_NUMBER, AT(frames_resent), FALSE, "frames sent again"},
	{"frames_failed", GY_RECORD_NUMBER, AT(frames_failed), FALSE, "frames that did not arrive whole"},
	{"resumed_at", GY_RECORD_NUMBER, AT(resumed_at), FALSE, "offset at which the transfer began"},
	{"reconnects", GY_RECORD_NUMBER, AT(reconnects), FALSE, "how often the port came back"},
	{"log", GY_RECORD_TEXT, AT(log), FALSE, "what happened between, one sentence on a line"},
	{"host", GY_RECORD_TEXT, AT(host), TRUE, "name of the computer"},
	{"host_version", GY_RECORD_TEXT, AT(host_version), FALSE, "version of Gantry"},
	{"attempt", GY_RECORD_NUMBER, AT(attempt), FALSE, "which try at this board in a station, from 1"},
	{"steps", GY_RECORD_TEXT, AT(steps), FALSE,
		"steps of a station that began: name, milliseconds and result, one on a line"},
	{"delta", GY_RECORD_TEXT, AT(delta), FALSE,
		"where a difference was to be sent if possible: difference, or why the whole package was "
		"sent, "
		"one word"},
	{"whole_bytes", GY_RECORD_NUMBER, AT(whole_bytes), FALSE,
		"bytes of the whole package, where a difference was to be sent"},
	{NULL},
};

const GyRecordField *
gy_record_fields(void)
{
	return fields;
}

const char *
gy_record_result_word(GyRecordResult result)
{
	g_return_val_if_fail((guint) result < GY_RECORD_N_RESULTS, NULL);
	return result_words[result];
}

gboolean
gy_record_result_find(const char *word, GyRecordResult *result)
{
	for (guint i = 0; i < GY_RECORD_N_RESULTS; i++) {
		if (g_strcmp0(word, result_words[i]) != 0)
			continue;
		*result = (GyRecordResult) i;
		return TRUE;
	}
	return FALSE;
}

/* ---- members by their field ----------------------------------------------------------------------------- */

char **
gy_record_text(const GyRecord *record, const GyRecordField *field)
{
	return G_STRUCT_MEMBER_P(record, field->offset);
}

gint64 *
gy_record_number(const GyRecord *record, const GyRecordField *field)
{
	return G_STRUCT_MEMBER_P(record, field->offset);
}

GyStage
gy_record_stage_of(const char *word)
{
	for (GyStage stage = 0; stage < GY_N_STAGES; stage++)
		if (g_strcmp0(word, gy_stage_name(stage)) == 0)
			return stage;
	return GY_STAGE_CONNECT;
}

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

GyRecord *
gy_record_new_here(const char *port, const char *place)
{
	GyRecord *record = gy_record_new();

	record->started_ms = now_ms();
	gy_record_set_text(&record->port, port);
	gy_record_set_text(&record->place, place);
	gy_record_set_text(&record->host, g_get_host_name());
	gy_record_set_text(&record->host_version, GANTRY_VERSION);
	return record;
}

void
gy_record_set_package(GyRecord *record, const char *path, GBytes *bytes)
{
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_autofree char *full = g_canonicalize_filename(path, NULL);

	gy_record_set_text(&record->package, full);
	gy_record_set_text(&record->package_sha256, digest);
	record->package_size = (gint64) g_bytes_get_size(bytes);
}

void
gy_record_set_device(GyRecord *record, const GyDeviceInfo *info)
{
	gy_record_set_text(&record->device_id, info->device_id);
	gy_record_set_text(&record->chip, info->chip);
	gy_record_set_text(&record->board, info->board);
	record->hardware_id = info->hardware_id;
}

void
gy_record_set_end(GyRecord *record, const GError *problem)
{
	gboolean is_stopped = g_error_matches(problem, GY_ERROR, GY_ERROR_CANCELLED);

	record->result = !problem ? GY_RECORD_DONE : is_stopped ? GY_RECORD_STOPPED : GY_RECORD_FAILED;
	/* a clock that was set back must not make a run end before it began */
	record->ended_ms = MAX(now_ms(), record->started_ms);
	if (!problem)
		return;
	gy_record_set_text(&record->code, gy_error_code(problem));
	gy_record_set_text(&record->message, problem->message);
}

void
gy_record_set_text(char **member, const char *value)
{
	/* the value may be what the member holds now */
	char *copy = value && *value ? g_utf8_make_valid(value, -1) : NULL;

	g_free(*member);
	*member = copy;
}

static char *
time_text(gint64 ms)
{
	g_autoptr(GDateTime) second = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *text = second ? g_date_time_format(second, "%Y-%m-%dT%H:%M:%S") : NULL;

	return text ? g_strdup_printf("%s.%03dZ", text, (int) (ms % 1000)) : NULL;
}

char *
gy_record_field_text(const GyRecord *record, const GyRecordField *field)
{
	gint64 number;

	switch (field->kind) {
	case GY_RECORD_TEXT: return g_strdup(*gy_record_text(record, field));
	case GY_RECORD_RESULT: return g_strdup(gy_record_result_word(record->result));
	case GY_RECORD_STAGE: return g_strdup(gy_stage_name(record->stage));
	case GY_RECORD_NUMBER:
	case GY_RECORD_TIME:
		number = *gy_record_number(record, field);
		if (number < 0)
			return NULL;
		return field->kind == GY_RECORD_TIME ? time_text(number)
						     : g_strdup_printf("%" G_GINT64_FORMAT, number);
	}
	return NULL;
}

/* ---- the record ----------------------------------------------------------------------------------------- */

/*
 * (transfer full): a UUID of version 4 (RFC 9562, 5.4) from the kernel: those of GLib repeat themselves in a process that
 * was forked.
 */
char *
gy_record_run_id(void)
{
	guint8 bytes[16];
	GString *text = g_string_new(NULL);

	/* so few bytes come whole, or not at all on a kernel that has no such call */
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		for (guint i = 0; i < sizeof bytes; i++)
			bytes[i] = (guint8) g_random_int_range(0, 256);
	bytes[6] = (guint8) ((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (guint8) ((bytes[8] & 0x3f) | 0x80);
	for (guint i = 0; i < sizeof bytes; i++)
		g_string_append_printf(
			text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
	return g_string_free(text, FALSE);
}

GyRecord *
gy_record_blank(void)
{
	GyRecord *record = g_new0(GyRecord, 1);

	record->id = GY_RECORD_NONE;
	for (const GyRecordField *field = fields; field->name; field++)
		if (field->kind == GY_RECORD_NUMBER || field->kind == GY_RECORD_TIME)
			*gy_record_number(record, field) = GY_RECORD_NONE;
	return record;
}

GyRecord *
gy_record_new(void)
{
	GyRecord *record = gy_record_blank();

	record->run = gy_record_run_id();
	return record;
}

GyRecord *
gy_record_copy(const GyRecord *record)
{
	GyRecord *copy = g_memdup2(record, sizeof *record);

	for (const GyRecordField *field = fields; field->name; field++)
		if (field->kind == GY_RECORD_TEXT)
			*gy_record_text(copy, field) = g_strdup(*gy_record_text(record, field));
	return copy;
}

void
gy_record_free(GyRecord *record)
{
	if (!record)
		return;
	for (const GyRecordField *field = fields; field->name; field++)
		if (field->kind == GY_RECORD_TEXT)
			g_free(*gy_record_text(record, field));
	g_free(record);
}
