// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyIniFlags:
 * @GY_INI_PERCENT: `%%` in a value is one percent sign, and a single one is an error, as for readers that
 *   interpolate
 */
typedef enum {
	GY_INI_NONE = 0,
	GY_INI_PERCENT = 1 << 0,
} GyIniFlags;

/**
 * GyIni:
 *
 * An ini file: `[section]`, `key = value` or `key : value`, comment lines with `#` or `;`, a byte order mark is
 * skipped. Names are case sensitive. A section or a key that is there twice is an error, and every message names
 * the file and the line.
 */
typedef struct _GyIni GyIni;

void gy_ini_free(GyIni *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyIni, gy_ini_free)

/**
 * gy_ini_parse:
 * @bytes: the whole file
 * @name: stands in messages
 * @flags: how values are read
 * @error: return location
 *
 * Returns: (transfer full): the file, or %NULL with %GY_ERROR_CFG_SYNTAX or %GY_ERROR_CFG_DUPLICATE
 */
GyIni *gy_ini_parse(
	GBytes *bytes, const char *name, GyIniFlags flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ini_name: what was given to gy_ini_parse(). */
const char *gy_ini_name(const GyIni *ini);

gboolean gy_ini_has_section(const GyIni *ini, const char *section);

/** gy_ini_sections: (transfer full): the names of all sections, in their order, ended by %NULL. */
char **gy_ini_sections(const GyIni *ini);

/** gy_ini_keys: (transfer full): the keys of a section, in their order, ended by %NULL; empty if there is none. */
char **gy_ini_keys(const GyIni *ini, const char *section);

/** gy_ini_get: (transfer full) (nullable): the value without blanks around it; %NULL if it is not there. */
char *gy_ini_get(const GyIni *ini, const char *section, const char *key);

/** gy_ini_line: the line of a key, or of a section if @key is %NULL; 0 if it is not there. */
guint gy_ini_line(const GyIni *ini, const char *section, const char *key);
