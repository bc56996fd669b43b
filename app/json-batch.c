// SPDX-License-Identifier: Apache-2.0
#include "app/json-batch.h"

const GyJsonMember gy_json_batch_begin_members[] = {
	{"station", "text", "its name"},
	{"path", "text", "the station file"},
	{"package", "text or null", "what is flashed"},
	{"sha256", "text or null", "digest of that, hexadecimal"},
	{"slots", "number", "how many"},
	{"in_doubt", "number", "how many serial numbers were left in doubt; objects of type serial follow"},
	{NULL},
};

const GyJsonMember gy_json_step_members[] = {
	{"step", "text", "identify, flash, confirm, run NAME or label"},
	{"elapsed_ms", "number", "milliseconds since the attempt began"},
	{NULL},
};

const GyJsonMember gy_json_verdict_members[] = {
	{"verdict", "text", "pass, fail or stopped"},
	{"code", "text or null", "why it failed, stable word part/cause"},
	{"message", "text or null", "why it failed, one sentence"},
	{"next", "text or null", "what to do"},
	{"attempts", "number", "how often it was tried"},
	{"total_ms", "number", "milliseconds of the last attempt"},
	{NULL},
};

const GyJsonMember gy_json_slot_members[] = {
	{"state", "text", "empty, scan, ready, busy, pass or fail"},
	{"label", "text", "for people, may be empty"},
	{"present", "true or false", "whether a board is in it"},
	{"step", "text or null", "that runs or ran last, with the stage of flashing"},
	{"fraction", "number", "of the attempt, 0 to 1"},
	{"elapsed_ms", "number", "milliseconds of the attempt"},
	{"code", "text or null", "why it failed, stable word part/cause"},
	{"message", "text or null", "why it failed, one sentence"},
	{"device_id", "text or null", "what the board calls itself, hexadecimal"},
	{NULL},
};

const GyJsonMember gy_json_scan_members[] = {
	{"text", "text", "what was scanned"},
	{"outcome", "text",
		"taken (for the board in the slot), queued, chosen (a slot), retried (a failed board) or "
		"refused"},
	{"code", "text or null", "why it was refused, stable word part/cause"},
	{"message", "text or null", "why it was refused, one sentence"},
	{NULL},
};

const GyJsonMember gy_json_serial_members[] = {
	{"series", "text", "of the number, may be empty"},
	{"number", "text", "the serial number"},
	{"state", "text", "free, reserved, started, consumed or in-doubt"},
	{"station", "text or null", "that has it or had it last"},
	{"slot", "text or null", "of that station"},
	{"run", "text or null", "in which it was used last"},
	{"changed", "text", "since when, ISO 8601"},
	{NULL},
};

const GyJsonMember gy_json_totals_members[] = {
	{"pass", "number", "attempts of this station that passed since midnight, by the records"},
	{"fail", "number", "that failed"},
	{"per_hour", "number", "that passed in the last hour"},
	{"ended", "number", "boards of this batch that have ended"},
	{"failed", "number", "of them, that failed or were stopped"},
	{"queued", "number", "serial numbers that were scanned and wait for a board"},
	{NULL},
};

const GyJsonMember gy_json_database_members[] = {
	{"state", "text", "there or away: then the station goes on with what it has"},
	{"queued", "number", "records that are to be delivered"},
	{"numbers", "number", "serial numbers at hand"},
	{"conflicts", "number", "numbers of boards that passed here, which another run had in the meantime"},
	{"message", "text or null", "why it is away"},
	{NULL},
};

const GyJsonMember gy_json_batch_end_members[] = {
	{"ended", "number", "boards of this batch"},
	{"failed", "number", "of them, that failed or were stopped"},
	{"reason", "text", "limit (count or once), failures (as many as may be), stopped or aborted"},
	{NULL},
};

const GyJsonMember gy_json_control_members[] = {
	{"command", "text", "its first word"},
	{"ok", "true or false", "whether it was done"},
	{"started", "number", "how many boards it has started"},
	{"code", "text or null", "why not, stable word part/cause"},
	{"message", "text or null", "why not, one sentence"},
	{NULL},
};

const GyJsonMember gy_json_station_members[] = {
	{"name", "text or null", "the station's name"},
	{"path", "text", "of the file"},
	{"steps", "list of text", "in their order"},
	{"slots", "list of objects", "each with name, label and port"},
	{"errors", "number", "how many station-finding objects are errors"},
	{"warnings", "number", "how many are warnings"},
	{NULL},
};

const GyJsonMember gy_json_station_finding_members[] = {
	{"severity", "text", "warning or error; with an error the station does not start"},
	{"line", "number or null", "of the file"},
	{"code", "text", "stable word part/cause"},
	{"message", "text", "one sentence"},
	{NULL},
};
