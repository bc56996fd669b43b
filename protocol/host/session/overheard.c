// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/session/overheard.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Noise has text by chance, 4 bytes of 10; so many in a row it has once in 300 bytes. */
#define LEGIBLE_RUN 6
/* Fewer bytes than this are what a port may say when it is opened. */
#define NOISE_LEAST 8
/* Zeros begin and end each frame that a terminal echoes. */
#define CARETS_LEAST 2
/* Characters of the line that is shown. */
#define SHOWN_MOST 80

void
gy_overheard_clear(GyOverheard *heard)
{
	memset(heard, 0, sizeof *heard);
}

/* ---- counting ------------------------------------------------------------------------------------------- */

static void
end_run(GyOverheard *heard)
{
	heard->run = 0;
	heard->n_following = heard->n_begun = 0;
}

static void
count_text(GyOverheard *heard, guint n)
{
	guint before = heard->run;

	heard->n_text += n;
	heard->run += n;
	if (heard->run >= LEGIBLE_RUN)
		heard->n_legible += before >= LEGIBLE_RUN ? n : heard->run;
}

static gboolean
is_ascii_text(guint8 byte)
{
	return g_ascii_isprint(byte) || (byte >= '\a' && byte <= '\r') || byte == '\x1b';
}

/* How many bytes follow the first of a UTF-8 character; 0: it is none. */
static guint
following(guint8 byte)
{
	if (byte >= 0xC2 && byte <= 0xDF)
		return 1;
	if (byte >= 0xE0 && byte <= 0xEF)
		return 2;
	return byte >= 0xF0 && byte <= 0xF4 ? 3 : 0;
}

static void
count(GyOverheard *heard, guint8 byte)
{
	if (heard->n_following > 0 && (byte & 0xC0) == 0x80) {
		heard->n_begun++;
		if (--heard->n_following == 0)
			count_text(heard, heard->n_begun);
		return;
	}
	if (heard->n_following > 0)
		end_run(heard);
	if (is_ascii_text(byte)) {
		count_text(heard, 1);
		heard->n_carets += byte == '@' && heard->last == '^';
	} else if (following(byte) > 0) {
		heard->n_following = following(byte);
		heard->n_begun = 1;
	} else {
		end_run(heard);
	}
}

void
gy_overheard_add(GyOverheard *heard, const guint8 *bytes, gsize size)
{
	gsize i;

	for (i = 0; i < size; i++) {
		count(heard, bytes[i]);
		heard->last = bytes[i];
		heard->kept[heard->n_bytes++ % GY_OVERHEARD_KEPT] = bytes[i];
	}
}

/* ---- judging -------------------------------------------------------------------------------------------- */

static gboolean
is_text(const GyOverheard *heard)
{
	return heard->n_text == heard->n_bytes || heard->n_legible >= heard->n_bytes / 4 + 1 ||
	       heard->n_carets >= CARETS_LEAST;
}

/* The kept bytes in their order. */
static GByteArray *
newest(const GyOverheard *heard)
{
	GByteArray *bytes = g_byte_array_new();
	gsize at = heard->n_bytes % GY_OVERHEARD_KEPT;

	if (heard->n_bytes > GY_OVERHEARD_KEPT)
		g_byte_array_append(bytes, heard->kept + at, (guint) (GY_OVERHEARD_KEPT - at));
	g_byte_array_append(bytes, heard->kept, (guint) at);
	return bytes;
}

static gboolean
ends_line(guint8 byte)
{
	return byte == '\r' || byte == '\n';
}

static gboolean
has_words(const guint8 *bytes, guint size)
{
	guint i;

	for (i = 0; i < size; i++) {
		if (g_ascii_isgraph(bytes[i]) || bytes[i] >= 0x80)
			return TRUE;
	}
	return FALSE;
}

/* What no terminal shows, quotes and backslashes stand as in C. */
static char *
escape(const guint8 *bytes, guint size)
{
	GString *text = g_string_new(NULL);
	guint n = 0;
	guint at = 0;

	for (; at < size && n < SHOWN_MOST; n++) {
		const char *from = (const char *) bytes + at;
		gunichar c = g_utf8_get_char_validated(from, (gssize) (size - at));
		gboolean is_valid = c != (gunichar) -1 && c != (gunichar) -2 && c != 0;

		if (is_valid && g_unichar_isprint(c) && c != '"' && c != '\\') {
			g_string_append_unichar(text, c);
			at += (guint) g_unichar_to_utf8(c, NULL);
		} else {
			g_string_append_printf(text, "\\x%02X", bytes[at++]);
		}
	}
	if (at < size)
		g_string_append(text, "…");
	return g_string_free(text, FALSE);
}

/* The last line with something on it. */
static char *
last_line(const GyOverheard *heard)
{
	g_autoptr(GByteArray) bytes = newest(heard);
	guint end = bytes->len;
	guint begin = end;

	while (begin > 0) {
		while (begin > 0 && !ends_line(bytes->data[begin - 1]))
			begin--;
		if (has_words(bytes->data + begin, end - begin))
			break;
		if (begin > 0)
			end = --begin;
	}
	return escape(bytes->data + begin, end - begin);
}

GyLinkError
gy_overheard_judge(const GyOverheard *heard, guint waited_ms, char **message)
{
	gdouble waited = (gdouble) waited_ms / 1000;
	g_autofree char *line = NULL;

	if (heard->n_echoes > 0) {
		*message = g_strdup_printf(
			_("no agent has answered for %.1f s: what is sent comes back, as from a loop"),
			waited);
		return GY_LINK_ERROR_NO_ANSWER;
	}
	if (heard->n_damaged > 0) {
		*message = g_strdup_printf(
			_("for %.1f s all answers (%u) arrived damaged"), waited, heard->n_damaged);
		return GY_LINK_ERROR_NOT_TRANSPARENT;
	}
	if (heard->n_bytes > 0 && is_text(heard)) {
		line = last_line(heard);
		*message = g_strdup_printf(
			_("no agent has answered for %.1f s, but text came; its last line is \"%s\""), waited,
			line);
		return GY_LINK_ERROR_NO_AGENT;
	}
	if (heard->n_bytes >= NOISE_LEAST) {
		*message = g_strdup_printf(
			_("no agent has answered for %.1f s, and of the %" PRIu64
			  " bytes that came only %" PRIu64 " are text: both ends have different speeds"),
			waited, heard->n_bytes, heard->n_text);
		return GY_LINK_ERROR_WRONG_SPEED;
	}
	*message = g_strdup_printf(_("no agent has answered for %.1f s"), waited);
	return GY_LINK_ERROR_NO_ANSWER;
}
