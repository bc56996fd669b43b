// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "app/json.h"
#include "engine/error.h"

#define GY_EXIT_DONE  0
#define GY_EXIT_USAGE 2

/** GyUsageError: the command line itself is wrong; exit status 2. */
typedef enum { GY_USAGE_ERROR_ARGUMENTS } GyUsageError;
#define GY_USAGE_ERROR (gy_usage_error_quark())
GQuark gy_usage_error_quark(void);

/**
 * GyOutput:
 * @json: objects instead of text
 * @terminal: whether standard output is a terminal
 * @colour: whether it may be coloured
 * @command: words of the command that runs, for hints; "" before it is known
 * @identity: (nullable): whose run it is that is told of, for objects
 *
 * Where a command's answer goes: to people or to a program, never both.
 */
typedef struct {
	gboolean json;
	gboolean terminal;
	gboolean colour;
	const char *command;
	const GyJsonIdentity *identity;
} GyOutput;

/** GyStyle: of text for people; none of them carries a meaning of its own. */
typedef enum {
	GY_STYLE_PLAIN,
	GY_STYLE_BOLD,
	GY_STYLE_DIM,
	GY_STYLE_GOOD,
	GY_STYLE_WARN,
	GY_STYLE_BAD
} GyStyle;

void gy_output_init(GyOutput *output, gboolean json);

/** gy_output_print: text for people; nothing with --json. */
void gy_output_print(const GyOutput *output, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** gy_output_styled: the same in a style. */
void gy_output_styled(const GyOutput *output, GyStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** gy_output_object: (transfer full): one object on one line; only with --json, otherwise it is dropped. */
void gy_output_object(const GyOutput *output, JsonObject *object);
/** gy_output_note: advice on standard error; nothing with --json, which has objects for it. */
void gy_output_note(const GyOutput *output, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** gy_output_warn: one sentence on standard error; nothing with --json, which has objects for it. */
void gy_output_warn(const GyOutput *output, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * gy_output_error: says what happened and what to do next.
 * @device_code: the device's own code, 0 if there is none
 *
 * Returns: what the program ends with
 */
int gy_output_error(const GyOutput *output, const GError *error, guint32 device_code);

/** gy_output_finish: %FALSE with @error if not all of the answer could be written. */
gboolean gy_output_finish(const GyOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;
