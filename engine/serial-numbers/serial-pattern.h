// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/error.h"

/** GyCheckDigit: how the check character of a serial number is made; see the station page. */
typedef enum { GY_CHECK_NONE, GY_CHECK_LUHN, GY_CHECK_GS1, GY_CHECK_DAMM, GY_CHECK_MOD37_36 } GyCheckDigit;

/** gy_check_digit_find: by its word: none, luhn, gs1, damm or iso7064. */
gboolean gy_check_digit_find(const char *word, GyCheckDigit *kind);

/**
 * gy_check_digit_of: the check character of @text, which holds digits only, with %GY_CHECK_MOD37_36 capital letters too.
 *
 * Returns: it, or 0 if @text is empty or holds something else
 */
char gy_check_digit_of(GyCheckDigit kind, const char *text);

/**
 * GySerialPattern:
 *
 * What serial numbers of a station look like: `#` stands for a digit, `@` for a capital letter, `*` for either, `!` for the
 * check character, and everything else for itself. The check character is made of what stands in the places before it that
 * are not fixed.
 */
typedef struct _GySerialPattern GySerialPattern;

/**
 * gy_serial_pattern_parse:
 * @text: the pattern; at most 64 characters, printable ASCII without blanks
 * @check: kind of its check character
 *
 * Returns: (transfer full): it, or %NULL with %GY_ERROR_CFG_VALUE
 */
GySerialPattern *gy_serial_pattern_parse(
	const char *text, GyCheckDigit check, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_serial_pattern_free(GySerialPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySerialPattern, gy_serial_pattern_free)

/** gy_serial_pattern_check: %FALSE with %GY_ERROR_SERIAL_PATTERN or %GY_ERROR_SERIAL_CHECK_DIGIT. */
gboolean gy_serial_pattern_check(
	const GySerialPattern *pattern, const char *number, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_serial_pattern_size: how many characters each number of it has. */
guint gy_serial_pattern_size(const GySerialPattern *pattern);

/** gy_serial_pattern_can_count: whether it has digits and no letters that a counter would have to choose. */
gboolean gy_serial_pattern_can_count(const GySerialPattern *pattern);

/** gy_serial_pattern_format: (transfer full) (nullable): the number with that count; %NULL if it has not so many digits. */
char *gy_serial_pattern_format(const GySerialPattern *pattern, guint64 count);
