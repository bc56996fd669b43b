// SPDX-License-Identifier: Apache-2.0
#include "app/json.h"

#include <string.h>

#include "app/json-batch.h"
#include "app/json-records.h"

static const GyJsonMember package_members[] = {
	{"name", "text", "the file's name"},
	{"system", "text", "word of the system: ws63"},
	{"kind", "text", "upgrade, or another word of the system such as burn"},
	{"trust", "text", "unsigned, integrity-only or signed"},
	{"version", "text or null", "the package's own version text"},
	{"hardware_id", "number", "board that it is meant for"},
	{"size", "number", "bytes"},
	{"sha256", "text", "digest of the whole file, hexadecimal"},
	{"images", "number", "how many image objects follow"},
	{"fields", "object", "the system's own fields by name, values as text"},
	{NULL},
};

static const GyJsonMember image_members[] = {
	{"name", "text", "the image's name in its system, or 0x… for an unknown id"},
	{"id", "number", "the system's number for it"},
	{"offset", "number", "bytes from the start of the package to what is stored"},
	{"stored_size", "number", "bytes in the package, padding included"},
	{"size", "number", "bytes after unpacking"},
	{"storage", "list of text", "any of lzma, diff, encrypted; empty for plain bytes"},
	{"version", "number", "the image's version number"},
	{"version_text", "text or null", "its version where a system's images have a text"},
	{"sha256", "text", "digest of the stored bytes as the package states it, hexadecimal"},
	{NULL},
};

static const GyJsonMember finding_members[] = {
	{"severity", "text", "note, warning or error; an error means that the package is refused"},
	{"code", "text", "stable word part/cause"},
	{"field", "text or null", "the field by its name in the format's description"},
	{"offset", "number or null", "bytes from the start of the file"},
	{"found", "text or null", "what stands there"},
	{"expected", "text or null", "what should stand there"},
	{"message", "text", "one sentence"},
	{NULL},
};

static const GyJsonMember link_members[] = {
	{"name", "text",
		"root-key, key-area, external-key, info-area, table, headers or data; key, zip, tools or "
		"signature"},
	{"state", "text", "good, bad or unchecked"},
	{"detail", "text", "what it is and what vouches for it"},
	{NULL},
};

static const GyJsonMember partition_members[] = {
	{"id", "number", "the partition's number"},
	{"name", "text", "its name, may be empty"},
	{"address", "number", "bytes from the start of the flash"},
	{"size", "number", "bytes; 0 if there is none"},
	{"protected", "true or false", "whether it is write protected once the board left the factory"},
	{NULL},
};

static const GyJsonMember result_members[] = {
	{"command", "text", "the command that has done its work"},
	{"path", "text or null", "the file that was written, or looked at"},
	{"size", "number or null", "its bytes"},
	{"sha256", "text or null", "its digest, hexadecimal"},
	{"verdict", "text or null",
		"verify: verified, chain-only, integrity-only, unsigned or refused; flash --boot2: what says "
		"that "
		"the image runs: digest, version or text, or acknowledged if nothing does"},
	{"sentence", "text", "the same for people"},
	{NULL},
};

static const GyJsonMember key_members[] = {
	{"path", "text", "the file or URI"},
	{"key_type", "text", "bp256r1, rsa2048 or rsa3072"},
	{"x", "text or null", "X of the public key, 64 hexadecimal digits"},
	{"y", "text or null", "Y of the public key, 64 hexadecimal digits"},
	{"root_record_sha256", "text or null", "digest of the WS63 root key record, as a board reports it"},
	{"public_der_sha256", "text or null", "digest of an RSA key as PKCS#1 RSAPublicKey"},
	{NULL},
};

static const GyJsonMember port_members[] = {
	{"path", "text", "what --port takes"},
	{"name", "text", "the one of our own that --port takes as well, may be empty"},
	{"kind", "text", "tty, usb (a device without one) or bluetooth"},
	{"description", "text", "for people"},
	{"vendor_id", "number or null", "USB vendor id"},
	{"product_id", "number or null", "USB product id"},
	{"serial_number", "text", "of the adapter, may be empty"},
	{"usb_path", "text", "where it is plugged in, may be empty"},
	{"place", "text", "what a name belongs to: the USB path, or the kernel's path of the port"},
	{"driver", "text", "of the kernel, may be empty"},
	{"can_open", "true or false", "whether this user may open it"},
	{"holder", "text", "the program that has it open, may be empty"},
	{NULL},
};

static const GyJsonMember port_change_members[] = {
	{"change", "text", "added or removed"},
	{"port", "object", "what came or went, as an object of type port"},
	{NULL},
};

static const GyJsonMember port_name_members[] = {
	{"place", "text", "where a port is plugged in, as in port"},
	{"name", "text or null", "its name from now on"},
	{"sentence", "text", "the same for people"},
	{NULL},
};

static const GyJsonMember device_members[] = {
	{"when", "text", "now, before (the upgrade) or after (it)"},
	{"chip", "text", "such as WS63"},
	{"board", "text", "the board's name"},
	{"device_id", "text", "hexadecimal"},
	{"version", "text", "what it runs"},
	{"version_ext", "number or null", "version number of the running application"},
	{"backend", "text", "which upgrade interface its agent drives"},
	{"digest", "text", "digest of the running code, hexadecimal, may be empty"},
	{"root_key_sha256", "text", "digest of the root key it keeps, hexadecimal, may be empty"},
	{"hardware_id", "number", "0 means that it does not compare"},
	{"storage_size", "number", "bytes that a package may have"},
	{"window", "number", "bytes that may be on their way"},
	{"mtu", "number", "bytes of the longest frame"},
	{"uptime_ms", "number", "milliseconds since its start"},
	{"boot_baud", "number", "rate of its port after a reset"},
	{"speeds", "list of numbers", "rates that it can agree to, baud; empty if it cannot"},
	{"wants_auth", "true or false", "whether it does nothing but answer before it knows who asks"},
	{"upgrade_result", "number or null", "the device's own number for its last upgrade"},
	{"upgrade_status", "number or null", "the device's own number for the state of its upgrade"},
	{"images", "list of objects", "each with name, image_id, partition_size and minimum_version"},
	{"region_sizes", "list of numbers", "bytes of region a and of region b; empty if it has none"},
	{"run_region", "number or null", "0 if region a runs, 1 if b"},
	{"selftest", "text or null", "what the test of its flash found, if that was the last thing here"},
	{NULL},
};

static const GyJsonMember selftest_members[] = {
	{"passed", "true or false", "whether the flash kept all that was written to it"},
	{"seed", "number", "of what was written: the same seed writes the same"},
	{"step", "text",
		"passed, or where it stopped: record, fill, neighbours, backup, recover, copy or patch"},
	{"area", "text or null", "where it failed: running, download, backup, flag or flag-backup"},
	{"offset", "number or null", "bytes from the start of the area"},
	{"expected", "number or null", "what was written there"},
	{"found", "number or null", "what was read"},
	{"sentence", "text", "the same for people"},
	{NULL},
};

static const GyJsonMember task_begin_members[] = {
	{"command", "text", "flash or batch"},
	{"package", "text or null", "the file's name"},
	{"size", "number or null", "bytes of the package"},
	{"dry_run", "true or false", "whether it stops before anything is sent"},
	{NULL},
};

static const GyJsonMember stage_members[] = {
	{"stage", "text",
		"connect, identify, check, prepare, transfer, verify, trigger, reboot or confirm: it begins "
		"now"},
	{"elapsed_ms", "number", "milliseconds since the start"},
	{NULL},
};

static const GyJsonMember progress_members[] = {
	{"stage", "text", "as in stage"},
	{"fraction", "number", "of the whole task, 0 to 1"},
	{"done", "number", "bytes, or parts in a thousand where the stage has no bytes"},
	{"total", "number", "the same; 0 where it is not known"},
	{"baud", "number", "rate of the line now; 0 if the cable has none"},
	{"rate", "number", "bytes per second over the last two seconds, 0 outside of transfer"},
	{"seconds_left", "number or null", "of the whole task"},
	{"elapsed_ms", "number", "milliseconds since the start"},
	{NULL},
};

static const GyJsonMember console_members[] = {
	{"time", "text", "when its first byte came, ISO 8601 with milliseconds; never before the one above"},
	{"text", "text",
		"a line that the device printed, without its end; bytes that are no text stand as \\xNN"},
	{"whole", "true or false",
		"false if the device has not ended the line, such as a prompt: what follows is an object of "
		"its own"},
	{NULL},
};

static const GyJsonMember console_state_members[] = {
	{"state", "text", "open, reconnecting (the port is waited for) or closed"},
	{"message", "text or null", "why"},
	{NULL},
};

static const GyJsonMember log_members[] = {
	{"message", "text", "something worth knowing happened, one sentence"},
	{NULL},
};

static const GyJsonMember delta_members[] = {
	{"sent", "text",
		"difference; or why it is the whole package: other-system, not-whole, device-silent, "
		"not-stored, "
		"damaged, no-key, not-smaller, not-made or refused"},
	{"sentence", "text", "the same for people"},
	{"bytes", "number", "of what is sent"},
	{"whole_bytes", "number", "of the whole package"},
	{"old_sha256", "text or null", "of the image that the difference was made against"},
	{NULL},
};

static const GyJsonMember stored_members[] = {
	{"sha256", "text", "of the image"},
	{"size", "number", "bytes"},
	{"system", "text or null", "that it is for"},
	{"image", "text or null", "which image of that system"},
	{"version", "text or null", "its version"},
	{"name", "text or null", "of the file that it came from"},
	{"note", "text or null", "what was written of it"},
	{"added", "text", "when it was added, or used last; ISO 8601 in UTC"},
	{"automatic", "true or false", "whether flash kept it by itself"},
	{"path", "text", "where it lies"},
	{"problem", "text or null", "list --check: what is wrong with it, as code of an error"},
	{NULL},
};

static const GyJsonMember task_end_members[] = {
	{"state", "text", "done or failed"},
	{"outcome", "text",
		"what is now true of the device: untouched, storage-lost, armed, upgraded, old-runs, "
		"other-runs or unknown"},
	{"sentence", "text", "the same for people"},
	{"from", "text or null", "version before"},
	{"to", "text or null", "version after"},
	{"total_ms", "number", "milliseconds"},
	{"stage_ms", "object", "milliseconds of each stage by its name"},
	{"bytes", "number", "of what is transferred, whether it was needed in full or not"},
	{"compressed", "number or null",
		"bytes that were sent in their place; null if they went as they are"},
	{"bytes_resent", "number", "sent again"},
	{"frames_resent", "number", "frames sent again"},
	{"frames_failed", "number", "frames that did not arrive whole"},
	{"baud", "number", "rate of the line in transfer; 0 if the cable has none"},
	{"efficiency", "number", "of the line in transfer, 0 to 1; 0 if the line has no speed"},
	{"resumed_at", "number", "offset at which the transfer began"},
	{"reconnects", "number", "how often the port came back"},
	{NULL},
};

static const GyJsonMember identity_members[] = {
	{"run", "text or null", "id of the run that it belongs to, as in its record"},
	{"station", "text or null", "name of the station"},
	{"slot", "text or null", "slot of the station"},
	{"port", "text or null", "as it was given"},
	{"serial_number", "text or null", "that the board is to have"},
	{NULL},
};

static const GyJsonMember error_members[] = {
	{"code", "text", "stable word part/cause"},
	{"message", "text", "what happened, one sentence"},
	{"next", "text or null", "what to do"},
	{"exit_status", "number", "what the program ends with"},
	{"device_code", "number or null", "the device's own code, where it gave one"},
	{NULL},
};

static const GyJsonMember command_members[] = {
	{"name", "text", "the command's words"},
	{"arguments", "text", "what it takes"},
	{"summary", "text", "what it does"},
	{"example", "text", "a call of it, in one line or several"},
	{NULL},
};

static const GyJsonMember json_type_members[] = {
	{"name", "text", "the value of the member \"type\" that is described"},
	{"meaning", "text", "when it is printed"},
	{"members", "list of objects", "each with name, kind and meaning"},
	{NULL},
};

static const GyJsonMember version_members[] = {
	{"version", "text", "of this program"},
	{NULL},
};

static const GyJsonType types[] = {
	{"package", "inspect, verify, unpack, build and sign: the package that was read or made",
		package_members},
	{"image", "after package: one for each of its images", image_members},
	{"finding", "after package: one for each result of a check", finding_members},
	{"link", "inspect and verify: one for each link of the chain of trust, from its start", link_members},
	{"partition", "partitions: one for each, by its address", partition_members},
	{"result", "last, when a command has done its work", result_members},
	{"key", "key new, show and export: the public half of a key", key_members},
	{"port", "devices: one for each port there is", port_members},
	{"port-change", "devices --watch: a port came or went", port_change_members},
	{"port-name", "devices name: when it is done", port_name_members},
	{"device", "info, wait, flash and batch: what a device says about itself", device_members, TRUE},
	{"selftest", "selftest: what was found", selftest_members},
	{"task-begin", "flash and batch: first", task_begin_members, TRUE},
	{"stage", "flash and batch: a stage begins", stage_members, TRUE},
	{"progress", "flash and batch: now and then while it runs", progress_members, TRUE},
	{"console", "flash, batch and console: one for each line of the device", console_members, TRUE},
	{"console-state", "console: the port went away, or is back", console_state_members},
	{"log", "flash and batch: between the others", log_members, TRUE},
	{"delta", "flash with --delta auto: what is sent; again if the device refuses a difference",
		delta_members, TRUE},
	{"task-end", "flash: last, or before the error if it failed", task_end_members, TRUE},
	{"stored", "store add, list and path: an image in the store", stored_members},
	{"batch-begin", "batch: first", gy_json_batch_begin_members},
	{"step", "batch: a step of the station begins", gy_json_step_members, TRUE},
	{"attempt", "batch: an attempt at a board has ended and is recorded, as in record without its id",
		gy_json_record_members + 1},
	{"verdict", "batch: a board's turn has ended", gy_json_verdict_members, TRUE},
	{"slot", "batch: a slot stands otherwise than before; and to status of its control socket",
		gy_json_slot_members, TRUE},
	{"scan", "batch: what became of a number that was scanned", gy_json_scan_members, TRUE},
	{"serial", "batch: a serial number that was left in doubt; station serials: one for each",
		gy_json_serial_members},
	{"totals", "batch: after each attempt, and to status of its control socket", gy_json_totals_members},
	{"database", "batch: the database that stations share went away, or is there",
		gy_json_database_members},
	{"batch-end", "batch: last, or before the error", gy_json_batch_end_members},
	{"control", "batch: the end of each answer of its control socket", gy_json_control_members},
	{"station", "station check: the station", gy_json_station_members},
	{"station-finding", "station check: one for each thing that is wrong, or looks it",
		gy_json_station_finding_members},
	{"record", "records list and show: a run of gantry flash or of the desktop app",
		gy_json_record_members},
	{"record-stats", "records stats: what the chosen runs have in common", gy_json_record_stats_members},
	{"error", "last, when a command failed", error_members, TRUE},
	{"command", "help: one for each command; --help: the one", command_members},
	{"json-type", "help json: one for each type", json_type_members},
	{"version", "--version", version_members},
	{NULL},
};

const GyJsonType *
gy_json_types(void)
{
	return types;
}

const GyJsonMember *
gy_json_identity_members(void)
{
	return identity_members;
}

static gboolean
has_identity(JsonObject *object)
{
	const char *name = json_object_get_string_member_with_default(object, "type", "");

	for (const GyJsonType *type = types; type->name; type++)
		if (g_str_equal(type->name, name))
			return type->has_identity;
	return FALSE;
}

void
gy_json_set_identity(JsonObject *object, const GyJsonIdentity *identity)
{
	static const GyJsonIdentity nobody;

	if (!has_identity(object) || json_object_has_member(object, identity_members[0].name))
		return;
	identity = identity ? identity : &nobody;
	gy_json_text(object, "run", identity->run);
	gy_json_text(object, "station", identity->station);
	gy_json_text(object, "slot", identity->slot);
	gy_json_text(object, "port", identity->port);
	gy_json_text(object, "serial_number", identity->serial_number);
}

JsonObject *
gy_json_new(const char *type)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "type", type);
	return object;
}

void
gy_json_text(JsonObject *object, const char *member, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	if (valid)
		json_object_set_string_member(object, member, valid);
	else
		json_object_set_null_member(object, member);
}

void
gy_json_number(JsonObject *object, const char *member, guint64 number)
{
	json_object_set_int_member(object, member, (gint64) MIN(number, (guint64) G_MAXINT64));
}

char *
gy_json_line(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);

	return json_to_string(node, FALSE);
}
