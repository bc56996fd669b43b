// SPDX-License-Identifier: Apache-2.0
#include "engine/serial-numbers/serial-pattern.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LENGTH_MAX 64
#define ALPHABET   "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
/* ISO/IEC 7064, hybrid system MOD 37,36 */
#define MODULUS 36

struct _GySerialPattern {
	char *text;
	GyCheckDigit check;
	guint n_digits; /* places of a counter */
	gboolean has_letters;
};

/* ---- check characters ----------------------------------------------------------------------------------- */

static const char *const check_words[] = {
	[GY_CHECK_NONE] = "none",
	[GY_CHECK_LUHN] = "luhn",
	[GY_CHECK_GS1] = "gs1",
	[GY_CHECK_DAMM] = "damm",
	[GY_CHECK_MOD37_36] = "iso7064",
};

gboolean
gy_check_digit_find(const char *word, GyCheckDigit *kind)
{
	for (guint i = 0; i < G_N_ELEMENTS(check_words); i++) {
		if (!g_str_equal(word, check_words[i]))
			continue;
		*kind = (GyCheckDigit) i;
		return TRUE;
	}
	return FALSE;
}

/* ISO/IEC 7812-1, annex B: every second digit from the right is doubled, and the digits of that are added. */
static guint
luhn(const char *text, gsize length)
{
	guint sum = 0;

	for (gsize i = 0; i < length; i++) {
		guint digit = (guint) (text[length - 1 - i] - '0') * (i % 2 == 0 ? 2 : 1);

		sum += digit / 10 + digit % 10;
	}
	return (10 - sum % 10) % 10;
}

/* GS1 General Specifications, 7.9.1: weights 3 and 1 in turn, from the right. */
static guint
gs1(const char *text, gsize length)
{
	guint sum = 0;

	for (gsize i = 0; i < length; i++)
		sum += (guint) (text[length - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
	return (10 - sum % 10) % 10;
}

/* H. M. Damm's quasigroup of order 10: finds every single wrong digit and every exchange of neighbours. */
static guint
damm(const char *text, gsize length)
{
	static const guint8 table[10][10] = {
		{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
		{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
		{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
		{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
		{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
		{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
		{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
		{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
		{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
		{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
	};
	guint interim = 0;

	for (gsize i = 0; i < length; i++)
		interim = table[interim][text[i] - '0'];
	return interim;
}

static guint
mod37_36(const char *text, gsize length)
{
	guint product = MODULUS;

	for (gsize i = 0; i < length; i++) {
		guint sum = (product + (guint) (strchr(ALPHABET, text[i]) - ALPHABET)) % MODULUS;

		product = (sum == 0 ? MODULUS : sum) * 2 % (MODULUS + 1);
	}
	return (MODULUS + 1 - product) % MODULUS;
}

char
gy_check_digit_of(GyCheckDigit kind, const char *text)
{
	gsize length = strlen(text);

	if (length == 0 || strspn(text, kind == GY_CHECK_MOD37_36 ? ALPHABET : "0123456789") != length)
		return 0;
	switch (kind) {
	case GY_CHECK_NONE: return 0;
	case GY_CHECK_LUHN: return ALPHABET[luhn(text, length)];
	case GY_CHECK_GS1: return ALPHABET[gs1(text, length)];
	case GY_CHECK_DAMM: return ALPHABET[damm(text, length)];
	case GY_CHECK_MOD37_36: return ALPHABET[mod37_36(text, length)];
	}
	return 0;
}

/* ---- reading a pattern ---------------------------------------------------------------------------------- */

static gboolean
fail(GError **error, const char *text, const char *why)
{
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("the pattern \"%s\" %s"), text, why);
	return FALSE;
}

static gboolean
check_text(const char *text, GError **error)
{
	if (*text == '\0' || strlen(text) > LENGTH_MAX)
		return fail(error, text, _("has to have 1 to 64 characters"));
	for (const char *at = text; *at; at++)
		if (!g_ascii_isgraph(*at))
			return fail(error, text, _("may hold printable ASCII without blanks only"));
	return TRUE;
}

static gboolean
check_parts(const GySerialPattern *pattern, GError **error)
{
	const char *mark = strchr(pattern->text, '!');

	if (pattern->n_digits == 0 && !pattern->has_letters)
		return fail(error, pattern->text,
			_("has no place that differs: # is a digit, @ a letter, * either"));
	if (!mark && pattern->check != GY_CHECK_NONE)
		return fail(error, pattern->text, _("has no ! for the check character"));
	if (mark && pattern->check == GY_CHECK_NONE)
		return fail(
			error, pattern->text, _("has a ! for a check character, and check-digit says none"));
	if (mark && strchr(mark + 1, '!'))
		return fail(error, pattern->text, _("has more than one !"));
	if (mark && strcspn(pattern->text, "#@*") > (gsize) (mark - pattern->text))
		return fail(error, pattern->text,
			_("has nothing before its ! that the check character is made of"));
	if (mark && pattern->has_letters && pattern->check != GY_CHECK_MOD37_36)
		return fail(error, pattern->text,
			_("has letters, of which only iso7064 makes a check character"));
	return TRUE;
}

GySerialPattern *
gy_serial_pattern_parse(const char *text, GyCheckDigit check, GError **error)
{
	g_autoptr(GySerialPattern) pattern = NULL;

	if (!check_text(text, error))
		return NULL;
	pattern = g_new0(GySerialPattern, 1);
	pattern->text = g_strdup(text);
	pattern->check = check;
	for (const char *at = text; *at; at++) {
		pattern->n_digits += *at == '#';
		pattern->has_letters |= *at == '@' || *at == '*';
	}
	return check_parts(pattern, error) ? g_steal_pointer(&pattern) : NULL;
}

void
gy_serial_pattern_free(GySerialPattern *pattern)
{
	if (!pattern)
		return;
	g_free(pattern->text);
	g_free(pattern);
}

/* ---- checking a number ---------------------------------------------------------------------------------- */

static gboolean
fits(char place, char found)
{
	switch (place) {
	case '#': return g_ascii_isdigit(found);
	case '@': return g_ascii_isupper(found);
	case '*':
	case '!': return g_ascii_isdigit(found) || g_ascii_isupper(found);
	default: return place == found;
	}
}

/* (transfer full): what the check character is made of. */
static char *
checked_part(const GySerialPattern *pattern, const char *number)
{
	GString *part = g_string_new(NULL);

	for (gsize i = 0; pattern->text[i] != '!'; i++)
		if (strchr("#@*", pattern->text[i]))
			g_string_append_c(part, number[i]);
	return g_string_free(part, FALSE);
}

static gboolean
has_check_character(const GySerialPattern *pattern, const char *number, GError **error)
{
	gsize at = strcspn(pattern->text, "!");
	g_autofree char *part = checked_part(pattern, number);
	char expected = gy_check_digit_of(pattern->check, part);

	if (number[at] == expected)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_CHECK_DIGIT,
		_("the check character of %s is wrong: found %c at place %zu"), number, number[at], at + 1);
	return FALSE;
}

gboolean
gy_serial_pattern_check(const GySerialPattern *pattern, const char *number, GError **error)
{
	gsize length = strlen(pattern->text);
	gboolean does_fit = strlen(number) == length;

	for (gsize i = 0; does_fit && i < length; i++)
		does_fit = fits(pattern->text[i], number[i]);
	if (!does_fit) {
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_PATTERN,
			_("\"%s\" is no serial number of this station: expected %s"), number, pattern->text);
		return FALSE;
	}
	return pattern->check == GY_CHECK_NONE || has_check_character(pattern, number, error);
}

/* ---- counting ------------------------------------------------------------------------------------------- */

guint
gy_serial_pattern_size(const GySerialPattern *pattern)
{
	return (guint) strlen(pattern->text);
}

gboolean
gy_serial_pattern_can_count(const GySerialPattern *pattern)
{
	const char *mark = strchr(pattern->text, '!');

	/* digits behind the check character would not be part of it */
	return pattern->n_digits > 0 && !pattern->has_letters && !(mark && strchr(mark, '#'));
}

char *
gy_serial_pattern_format(const GySerialPattern *pattern, guint64 count)
{
	g_autofree char *number = g_strdup(pattern->text);

	for (gsize i = strlen(number); i-- > 0;) {
		if (number[i] != '#')
			continue;
		number[i] = (char) ('0' + count % 10);
		count /= 10;
	}
	if (count > 0)
		return NULL;
	if (pattern->check != GY_CHECK_NONE) {
		g_autofree char *part = checked_part(pattern, number);

		number[strcspn(pattern->text, "!")] = gy_check_digit_of(pattern->check, part);
	}
	return g_steal_pointer(&number);
}
