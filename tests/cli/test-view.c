// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/progress-bar.h"
#include "app/text.h"

/* ---- the line at the bottom ----------------------------------------------------------------------------- */

static void
the_line_says_all_there_is(void)
{
	GyProgressView view = {"transfer", 0.62, 763000, 1230000, 90214, 5};
	g_autofree char *line = gy_progress_bar_line(&view, 120, FALSE);

	g_assert_cmpstr(line, ==,
		"transfer  ##################............  62 %  0.7 of 1.2 MiB  88.1 KiB/s  5 s left");
}

static void
the_line_never_wraps(void)
{
	for (guint n = 0; n < 2000; n++) {
		GyProgressView view = {"transfer", g_test_rand_double_range(-0.5, 1.5),
			(guint64) g_test_rand_int_range(0, G_MAXINT32),
			(guint64) g_test_rand_int_range(0, G_MAXINT32), g_test_rand_double_range(0, 1e7),
			g_test_rand_double_range(-10, 1e6)};
		guint width = (guint) g_test_rand_int_range(1, 140);
		g_autofree char *line = gy_progress_bar_line(&view, width, g_test_rand_bit());

		g_assert_cmpint(g_utf8_strlen(line, -1), <=, MAX((int) width - 1, 1));
		g_assert_true(g_utf8_validate(line, -1, NULL));
	}
}

static void
the_bar_keeps_its_length(void)
{
	guint expected = 0;

	for (int percent = 0; percent <= 100; percent++) {
		GyProgressView view = {"transfer", percent / 100.0, (guint64) percent * 5000, 500000,
			percent * 300.0, 200 - percent};
		g_autofree char *line = gy_progress_bar_line(&view, 80, FALSE);
		guint cells = (guint) strspn(line + 10, "#.");

		if (percent == 0)
			expected = cells;
		g_assert_cmpuint(cells, ==, expected);
		g_assert_cmpuint(strspn(line + 10, "#"), ==, (guint) (percent / 100.0 * expected));
	}
	g_assert_cmpuint(expected, >=, 10);
}

static void
the_line_leaves_out_what_is_not_known(void)
{
	GyProgressView view = {"reboot", 0.9, 0, 0, 0, -1};
	g_autofree char *line = gy_progress_bar_line(&view, 80, FALSE);

	g_assert_true(g_str_has_suffix(line, " 90 %"));
}

/* ---- text from outside ---------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *in;
	const char *out;
} texts[] = {
	{"plain", "WS63 board", "WS63 board"},
	{"chinese", "升级包", "升级包"},
	{"escape-sequence", "\033[2Jgone", "\\x1b[2Jgone"},
	{"bell-and-backspace", "a\a\b", "a\\x07\\x08"},
	{"line-end", "a\nb", "a\\x0ab"},
	{"c1-control",
		"\xc2\x9b"
		"31m",
		"\\x9b31m"},
	{"reordering", "a\u202eb", "a\\u{202e}b"},
	{"invisible", "a\u200bb", "a\\u{200b}b"},
	{"not-utf8", "a\xff\xfe", "a\\xff\\xfe"},
	{"cut-utf8", "a\xe5\x8d", "a\\xe5\\x8d"},
	{"delete", "a\x7f", "a\\x7f"},
};

static void
text_is_made_safe(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autofree char *safe = gy_text_safe(texts[i].in);

	g_assert_cmpstr(safe, ==, texts[i].out);
}

static const struct {
	const char *name;
	const char *in;
	const char *out;
} streams[] = {
	{"line-ends-are-one", "a\r\nb\nc\rd\r\r\ne", "a\nb\nc\nd\ne"},
	{"tabs-stay", "a\tb\n", "a\tb\n"},
	{"escape-sequence", "x\033]0;title\a\n", "x\\x1b]0;title\\x07\n"},
	{"characters", "升级 é 𝄞\n", "升级 é 𝄞\n"},
	{"wrong-bytes", "\xff\xe5(\xc0\xaf\n", "\\xff\\xe5(\\xc0\\xaf\n"},
};

/* However it is cut into pieces, the same comes out. */
static void
stream_is_made_safe(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	gsize size = strlen(streams[i].in);

	for (gsize piece = 1; piece <= size; piece++) {
		GyTextStream stream;
		g_autoptr(GString) all = g_string_new(NULL);

		gy_text_stream_init(&stream);
		for (gsize at = 0; at < size; at += piece) {
			g_autofree char *part =
				gy_text_stream_feed(&stream, streams[i].in + at, MIN(piece, size - at));

			g_assert_true(g_utf8_validate(part, -1, NULL));
			g_string_append(all, part);
		}
		gy_text_stream_clear(&stream);
		g_assert_cmpstr(all->str, ==, streams[i].out);
	}
}

static void
random_bytes_never_act(void)
{
	for (guint n = 0; n < 2000; n++) {
		gsize size = (gsize) g_test_rand_int_range(1, 40);
		g_autofree char *bytes = g_malloc(size);
		GyTextStream stream;
		g_autofree char *shown = NULL;

		for (gsize i = 0; i < size; i++)
			bytes[i] = (char) g_test_rand_int_range(0, 256);
		gy_text_stream_init(&stream);
		shown = gy_text_stream_feed(&stream, bytes, size);
		gy_text_stream_clear(&stream);
		g_assert_true(g_utf8_validate(shown, -1, NULL));
		for (const char *at = shown; *at; at = g_utf8_next_char(at)) {
			gunichar character = g_utf8_get_char(at);

			g_assert_true(
				character == '\n' || character == '\t' || !g_unichar_iscntrl(character));
		}
	}
}

static void
numbers_carry_units(void)
{
	g_autofree char *one = gy_text_size(1);
	g_autofree char *bytes = gy_text_size(1023);
	g_autofree char *kib = gy_text_size(19056);
	g_autofree char *mib = gy_text_size(1258291);
	g_autofree char *short_time = gy_text_duration(14210);
	g_autofree char *long_time = gy_text_duration(125400);
	g_autofree char *round_time = gy_text_duration(59999);

	g_assert_cmpstr(one, ==, "1 byte");
	g_assert_cmpstr(bytes, ==, "1023 bytes");
	g_assert_cmpstr(kib, ==, "18.6 KiB");
	g_assert_cmpstr(mib, ==, "1.2 MiB");
	g_assert_cmpstr(short_time, ==, "14.2 s");
	g_assert_cmpstr(long_time, ==, "2 min 5 s");
	g_assert_cmpstr(round_time, ==, "1 min 0 s");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/bar/says-all-there-is", the_line_says_all_there_is);
	g_test_add_func("/cli/bar/never-wraps", the_line_never_wraps);
	g_test_add_func("/cli/bar/keeps-its-length", the_bar_keeps_its_length);
	g_test_add_func("/cli/bar/leaves-out-what-is-not-known", the_line_leaves_out_what_is_not_known);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *path = g_strdup_printf("/cli/text/is-made-safe/%s", texts[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), text_is_made_safe);
	}
	for (guint i = 0; i < G_N_ELEMENTS(streams); i++) {
		g_autofree char *path =
			g_strdup_printf("/cli/console-text/same-however-it-is-cut/%s", streams[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), stream_is_made_safe);
	}
	g_test_add_func("/cli/console-text/random-bytes-never-act", random_bytes_never_act);
	g_test_add_func("/cli/text/numbers-carry-units", numbers_carry_units);
	return g_test_run();
}
