// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <json-glib/json-glib.h>

/**
 * GyJsonMember:
 * @name: of the member
 * @kind: "text", "number", "true or false", "list of text", "object", "… or null"
 * @meaning: what it says, with its unit
 */
typedef struct {
	const char *name;
	const char *kind;
	const char *meaning;
} GyJsonMember;

/**
 * GyJsonType: one type of object that `--json` prints, one object on a line.
 * @name: the value of its member "type"
 * @meaning: when it is printed
 * @members: besides "type"; ended by an empty one
 * @has_identity: whether gy_json_identity_members() follow: whose run it is
 */
typedef struct {
	const char *name;
	const char *meaning;
	const GyJsonMember *members;
	gboolean has_identity;
} GyJsonType;

/** GyJsonIdentity: whose run something belongs to; texts may be NULL. */
typedef struct {
	const char *run;
	const char *station;
	const char *slot;
	const char *port;
	const char *serial_number;
} GyJsonIdentity;

/** gy_json_identity_members: ended by an empty one. */
const GyJsonMember *gy_json_identity_members(void);

/** gy_json_set_identity: @identity: (nullable): nothing is known; does nothing to an object whose type
 * has none, or that has one already. */
void gy_json_set_identity(JsonObject *object, const GyJsonIdentity *identity);

/** gy_json_types: all of them, ended by one without a name. What is not in here is never printed. */
const GyJsonType *gy_json_types(void);

/** gy_json_new: (transfer full): an object of a type that gy_json_types() has. */
JsonObject *gy_json_new(const char *type);

/** gy_json_text: sets a member to @text made valid UTF-8, or to null. */
void gy_json_text(JsonObject *object, const char *member, const char *text);
void gy_json_number(JsonObject *object, const char *member, guint64 number);

/** gy_json_line: (transfer full): the object on one line, without a line end. */
char *gy_json_line(JsonObject *object);
