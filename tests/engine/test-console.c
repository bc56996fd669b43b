// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "engine/console/console-lines.h"
#include "engine/console/console-log.h"
#include "engine/console/console-text.h"
#include "engine/console/line-end.h"
#include "engine/console/text-watch.h"
#include "engine/devices/reset-sequence-private.h"
#include "engine/steady-clock.h"

/* ---- the reset language --------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *text;
	const char *means;
	guint wait_ms;
} sequences[] = {
	{"one-step", "d0", "d0", 0},
	{"as-in-the-manual", "d0 r1 w100 r0", "d0 r1 w100 r0", 100},
	{"blanks-do-not-count", "  d1\t\tr1   w5 ", "d1 r1 w5", 5},
	{"zeros-in-front", "w0010 w0", "w10 w0", 10},
	{"longest-wait", "w60000", "w60000", 60000},
};

static void
a_sequence_is_understood(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyResetSequence) sequence = gy_reset_sequence_parse(sequences[i].text, &error);
	g_autofree char *text = NULL;

	g_assert_no_error(error);
	text = gy_reset_sequence_to_text(sequence);
	g_assert_cmpstr(text, ==, sequences[i].means);
	g_assert_cmpuint(gy_reset_sequence_wait_ms(sequence), ==, sequences[i].wait_ms);
}

static const struct {
	const char *name;
	const char *text;
	const char *message;
} wrong[] = {
	{"empty", "", "column 1: no step: expected d0, d1, r0, r1 or wN"},
	{"only-blanks", " \t", "column 1: no step: expected d0, d1, r0, r1 or wN"},
	{"unknown-step", "d0 x1", "column 4: \"x1\" is no step: expected d0, d1, r0, r1 or wN"},
	{"upper-case", "D0", "column 1: \"D0\" is no step: expected d0, d1, r0, r1 or wN"},
	{"level-of-two", "d0 r1 w100 r2", "column 13: r is followed by 0 or 1"},
	{"level-is-missing", "d0 r", "column 5: r is followed by 0 or 1"},
	{"two-levels", "d01", "column 2: d is followed by 0 or 1"},
	{"wait-without-a-number", "d0 w", "column 5: w is followed by milliseconds, such as w100"},
	{"negative-wait", "w-5", "column 2: w is followed by milliseconds, such as w100"},
	{"wait-with-a-unit", "w5ms", "column 2: w is followed by milliseconds, such as w100"},
	{"wait-too-long", "w60001", "column 2: a wait is at most 60000 ms"},
	{"wait-that-would-wrap", "w18446744073709551617", "column 2: a wait is at most 60000 ms"},
	{"waits-too-long-together", "w60000 d0 w1", "column 11: all waits together are more than 60000 ms"},
	{"columns-are-characters", "d0 重 r1", "column 4: \"重\" is no step: expected d0, d1, r0, r1 or wN"},
	{"commas", "d0,r1", "column 2: d is followed by 0 or 1"},
};

static void
a_wrong_sequence_names_its_column(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autofree char *message = g_strconcat("reset sequence, ", wrong[i].message, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_reset_sequence_parse(wrong[i].text, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_RESET_SEQUENCE);
	g_assert_cmpstr(error->message, ==, message);
	g_assert_cmpint(gy_error_exit_status(error), ==, 2);
}

static void
a_sequence_has_at_most_64_steps(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	GyResetSequence *sequence;

	for (guint i = 0; i < GY_RESET_STEPS_MAX; i++)
		g_string_append(text, "d1 ");
	sequence = gy_reset_sequence_parse(text->str, &error);
	g_assert_no_error(error);
	gy_reset_sequence_free(sequence);
	g_string_append(text, "r0");
	g_assert_null(gy_reset_sequence_parse(text->str, &error));
	g_assert_nonnull(strstr(error->message, "column 193: more than 64 steps"));
}

static void
random_sequences_do_no_harm(void)
{
	for (guint n = 0; n < 5000; n++) {
		static const char letters[] = "drw019 \t-x\xff";
		char text[24] = {0};
		g_autoptr(GError) error = NULL;
		g_autoptr(GyResetSequence) sequence = NULL;

		for (gint i = 0, size = g_test_rand_int_range(0, 23); i < size; i++)
			text[i] = letters[g_test_rand_int_range(0, sizeof letters - 1)];
		sequence = gy_reset_sequence_parse(text, &error);
		g_assert_true((sequence == NULL) == (error != NULL));
		if (error)
			g_assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

/* ---- a sequence on a port that notes what is done to it -------------------------------------------------- */

#define TEST_TYPE_PORT (test_port_get_type())
G_DECLARE_FINAL_TYPE(TestPort, test_port, TEST, PORT, GyTransport)

struct _TestPort {
	GyTransport parent_instance;
	GString *done;
	gboolean fails;
};

G_DEFINE_FINAL_TYPE(TestPort, test_port, GY_TYPE_TRANSPORT)

static gboolean
port_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	return TRUE;
}

static void
port_close(GyTransport *transport)
{
}

static gboolean
port_set_lines(GyTransport *transport, GyLine dtr, GyLine rts, GError **error)
{
	TestPort *port = TEST_PORT(transport);

	if (port->fails) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO, "no");
		return FALSE;
	}
	if (dtr != GY_LINE_KEEP)
		g_string_append_printf(port->done, "d%d ", dtr);
	if (rts != GY_LINE_KEEP)
		g_string_append_printf(port->done, "r%d ", rts);
	return TRUE;
}

static void
test_port_finalize(GObject *object)
{
	g_string_free(TEST_PORT(object)->done, TRUE);
	G_OBJECT_CLASS(test_port_parent_class)->finalize(object);
}

static void
test_port_class_init(TestPortClass *class)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = test_port_finalize;
	transport->open = port_open;
	transport->close = port_close;
	transport->set_lines = port_set_lines;
}

static void
test_port_init(TestPort *port)
{
	port->done = g_string_new(NULL);
}

static TestPort *
open_test_port(void)
{
	TestPort *port = g_object_new(TEST_TYPE_PORT, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_transport_open(GY_TRANSPORT(port), 115200, NULL, &error));
	return port;
}

static void
assert_step(GyResetRun *run, TestPort *port, gint64 now_ms, const char *done)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_reset_run_step(run, GY_TRANSPORT(port), now_ms, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(port->done->str, ==, done);
}

static void
steps_come_when_they_are_due(void)
{
	g_autoptr(TestPort) port = open_test_port();
	g_autoptr(GyResetSequence) sequence = gy_reset_sequence_parse("d0 r1 w100 r0 w50", NULL);
	GyResetRun run;

	g_assert_true(gy_transport_has_lines(GY_TRANSPORT(port)));
	gy_reset_run_start(&run, sequence, 1000);
	assert_step(&run, port, 1000, "d0 r1 ");
	g_assert_cmpint(run.due_ms, ==, 1100);
	assert_step(&run, port, 1099, "d0 r1 ");
	/* a step that comes late does not make the next wait shorter */
	assert_step(&run, port, 1130, "d0 r1 r0 ");
	g_assert_cmpint(run.due_ms, ==, 1180);
	g_assert_false(gy_reset_run_is_done(&run));
	assert_step(&run, port, 1180, "d0 r1 r0 ");
	g_assert_true(gy_reset_run_is_done(&run));
	assert_step(&run, port, 5000, "d0 r1 r0 ");
}

static void
the_rest_is_left_out_when_the_port_goes(void)
{
	g_autoptr(TestPort) port = open_test_port();
	g_autoptr(GyResetSequence) sequence = gy_reset_sequence_parse("r1 w10 r0", NULL);
	GyResetRun run;

	gy_reset_run_start(&run, sequence, 0);
	assert_step(&run, port, 0, "r1 ");
	gy_transport_close(GY_TRANSPORT(port));
	assert_step(&run, port, 10, "r1 ");
	g_assert_true(gy_reset_run_is_done(&run));
}

static void
a_line_that_cannot_be_set_ends_it(void)
{
	g_autoptr(TestPort) port = open_test_port();
	g_autoptr(GyResetSequence) sequence = gy_reset_sequence_parse("r1 r0", NULL);
	g_autoptr(GError) error = NULL;
	GyResetRun run;

	port->fails = TRUE;
	gy_reset_run_start(&run, sequence, 0);
	g_assert_false(gy_reset_run_step(&run, GY_TRANSPORT(port), 0, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO);
	g_assert_true(gy_reset_run_is_done(&run));
}

/* ---- text and rows -------------------------------------------------------------------------------------- */

#define NOON_US G_GINT64_CONSTANT(1767268800042000)

static char *
feed_all(GyConsoleText *text, const char *bytes, gsize size, gsize piece)
{
	GString *all = g_string_new(NULL);
	g_autofree char *rest = NULL;

	for (gsize at = 0; at < size; at += piece) {
		/* a block of its own, so that one byte too far is seen */
		g_autofree guint8 *copy = g_memdup2(bytes + at, MIN(piece, size - at));
		g_autofree char *shown = gy_console_text_feed(text, copy, MIN(piece, size - at), NOON_US);

		g_assert_true(g_utf8_validate(shown, -1, NULL));
		g_string_append(all, shown);
	}
	rest = gy_console_text_flush(text);
	g_string_append(all, rest);
	return g_string_free(all, FALSE);
}

static const struct {
	const char *name;
	const char *in;
	const char *out;
} views[] = {
	{"plain-lines", "boot\r\nready\r\n", "boot\nready\n"},
	{"clear-screen", "a\033[2J\033[Hb\n", "a\\x1b[2J\\x1b[Hb\n"},
	{"window-title", "\033]0;owned\a\n", "\\x1b]0;owned\\x07\n"},
	{"answerback", "\033[c\033[5n\005\n", "\\x1b[c\\x1b[5n\\x05\n"},
	{"one-byte-csi",
		"\xc2\x9b"
		"31mred\n",
		"\\x9b31mred\n"},
	{"raw-c1",
		"\x9b"
		"31m\n",
		"\\x9b31m\n"},
	{"tab-stays", "a\tb\n", "a\tb\n"},
	{"backspace-and-delete", "a\b \x7f\n", "a\\x08 \\x7f\n"},
	{"right-to-left", "a\u202eb\n", "a\\u{202e}b\n"},
	{"chinese", "升级成功\n", "升级成功\n"},
	{"wrong-utf8", "a\xff\xc0\xaf\xed\xa0\x80z\n", "a\\xff\\xc0\\xaf\\xed\\xa0\\x80z\n"},
	{"character-that-never-ends", "ok \xe5\x8d", "ok \\xe5\\x8d"},
	{"prompt", "login: ", "login: "},
};

/* However the bytes are cut, the same is seen. */
static void
nothing_acts_on_the_terminal(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	gsize size = strlen(views[i].in);

	for (gsize piece = 1; piece <= size; piece++) {
		g_autoptr(GyConsoleText) text = gy_console_text_new();
		g_autofree char *all = feed_all(text, views[i].in, size, piece);

		g_assert_cmpstr(all, ==, views[i].out);
		g_assert_true(gy_console_text_is_in_line(text) == !g_str_has_suffix(views[i].out, "\n"));
	}
}

static void
a_split_character_waits_for_its_rest(void)
{
	g_autoptr(GyConsoleText) text = gy_console_text_new();
	g_autofree char *first = gy_console_text_feed(text, (const guint8 *) "a\xe5\x8d", 3, 0);
	gboolean is_waiting = gy_console_text_is_waiting(text);
	g_autofree char *second = gy_console_text_feed(text, (const guint8 *) "\x87!", 2, 0);

	g_assert_cmpstr(first, ==, "a");
	g_assert_true(is_waiting);
	g_assert_cmpstr(second, ==, "升!");
	g_assert_false(gy_console_text_is_waiting(text));
}

static void
a_flush_between_cr_and_lf_makes_no_line(void)
{
	g_autoptr(GyConsoleText) text = gy_console_text_new();
	g_autofree char *first = gy_console_text_feed(text, (const guint8 *) "a\r", 2, 0);
	g_autofree char *nothing = gy_console_text_flush(text);
	g_autofree char *second = gy_console_text_feed(text, (const guint8 *) "\nb", 2, 0);

	g_assert_cmpstr(first, ==, "a\n");
	g_assert_cmpstr(nothing, ==, "");
	g_assert_cmpstr(second, ==, "b");
}

static void
stamps_stand_at_line_starts_only(void)
{
	g_autoptr(GyConsoleText) text = gy_console_text_new();
	g_autofree char *stamp = gy_time_stamp(NOON_US);
	g_autofree char *later = gy_time_stamp(NOON_US + 1000);
	g_autofree char *expected =
		g_strdup_printf("%s  one\n%s  \n%s  two, and three\n", stamp, stamp, stamp);
	g_autofree char *first = NULL, *second = NULL, *half = NULL, *third = NULL, *all = NULL;

	gy_console_text_set_timestamps(text, TRUE);
	first = gy_console_text_feed(text, (const guint8 *) "one\r\n\r\ntwo", 10, NOON_US);
	second = gy_console_text_feed(text, (const guint8 *) ", and three\n", 12, NOON_US + 1000);
	/* half a character begins the line */
	half = gy_console_text_feed(text, (const guint8 *) "\xc3", 1, NOON_US + 1000);
	third = gy_console_text_feed(text, (const guint8 *) "\xa9", 1, NOON_US + 2000);
	all = g_strconcat(first, second, NULL);
	g_assert_cmpstr(all, ==, expected);
	g_assert_cmpstr(half, ==, "");
	g_assert_true(g_str_has_prefix(third, later));
}

static void
rows_show_offset_bytes_and_letters(void)
{
	static const char bytes[] = "0123456789abcdef\0\033[2J\xff~";

	for (gsize piece = 1; piece <= sizeof bytes - 1; piece++) {
		g_autoptr(GyConsoleText) text = gy_console_text_new();
		g_autofree char *all = NULL;

		gy_console_text_set_hex(text, TRUE);
		all = feed_all(text, bytes, sizeof bytes - 1, piece);
		g_assert_cmpstr(all, ==,
			"00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
			"00000010  00 1b 5b 32 4a ff 7e                              |..[2J.~|\n");
	}
}

static void
offsets_count_on_through_the_other_view(void)
{
	g_autoptr(GyConsoleText) text = gy_console_text_new();
	g_autofree char *plain = gy_console_text_feed(text, (const guint8 *) "abc\n", 4, 0);
	g_autofree char *echo = gy_console_text_echo(text, (const guint8 *) "typed\r", 6, 0);
	g_autofree char *half = NULL, *row = NULL;

	g_assert_cmpstr(echo, ==, "typed\n");
	gy_console_text_set_hex(text, TRUE);
	half = gy_console_text_feed(text, (const guint8 *) "d", 1, 0);
	g_assert_cmpstr(half, ==, "");
	g_assert_true(gy_console_text_is_waiting(text));
	row = gy_console_text_flush(text);
	g_assert_true(g_str_has_prefix(row, "00000004  64 "));
}

static void
random_bytes_never_act(void)
{
	for (guint n = 0; n < 2000; n++) {
		g_autoptr(GyConsoleText) text = gy_console_text_new();
		char bytes[40];
		g_autofree char *all = NULL;

		for (gsize i = 0; i < sizeof bytes; i++)
			bytes[i] = (char) g_test_rand_int_range(0, 256);
		gy_console_text_set_hex(text, g_test_rand_bit());
		all = feed_all(text, bytes, sizeof bytes, (gsize) g_test_rand_int_range(1, 41));
		for (const char *at = all; *at; at = g_utf8_next_char(at))
			g_assert_true(*at == '\n' || *at == '\t' || !g_unichar_iscntrl(g_utf8_get_char(at)));
	}
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static void
assert_line(GyConsoleLines *lines, const char *text, gint64 time_us, gboolean is_whole)
{
	GyConsoleLine line = {0};

	g_assert_true(gy_console_lines_next(lines, &line));
	g_assert_cmpstr(line.text, ==, text);
	g_assert_cmpint(line.time_us, ==, time_us);
	g_assert_cmpint(line.is_whole, ==, is_whole);
	g_free(line.text);
}

static gboolean
is_noise(const char *text)
{
	GyConsoleLine line = {(char *) text, 0, TRUE};

	return gy_console_line_is_noise(&line);
}

static void
noise_is_told_from_text(void)
{
	/* what a greeting becomes between 921600 and 115200 baud */
	g_assert_true(is_noise("\\xe6\\xd9M\\x81\\x02\\xbe\\xa0\\xbeTq77\\xafE\\x95q\\x9fE\\x15\\xf0"));
	g_assert_false(is_noise(""));
	g_assert_false(is_noise("mk3060 application, version \"app-1.0\""));
	g_assert_false(is_noise("\\x1b[32mI (301) boot\\x1b[0m: \\x07 loaded, \\x00 left"));
	g_assert_false(is_noise("升级成功"));
}

static void
lines_have_the_time_of_their_first_byte(void)
{
	GyConsoleLines lines;
	GyConsoleLine none;

	gy_console_lines_init(&lines);
	gy_console_lines_feed(&lines, (const guint8 *) "one\r\n\xe5\x8d", 7, 10);
	gy_console_lines_feed(&lines, (const guint8 *) "\x87 two\n\nlog", 10, 20);
	assert_line(&lines, "one", 10, TRUE);
	assert_line(&lines, "升 two", 10, TRUE);
	assert_line(&lines, "", 20, TRUE);
	g_assert_false(gy_console_lines_next(&lines, &none));
	gy_console_lines_feed(&lines, (const guint8 *) "in: ", 4, 30);
	g_assert_true(gy_console_lines_is_waiting(&lines));
	gy_console_lines_flush(&lines);
	assert_line(&lines, "login: ", 20, FALSE);
	gy_console_lines_clear(&lines);
}

static void
an_endless_line_is_cut(void)
{
	GyConsoleLines lines;
	GyConsoleLine line;
	guint n = 0;

	gy_console_lines_init(&lines);
	for (guint i = 0; i < 3 * GY_CONSOLE_LINE_MAX; i++)
		gy_console_lines_feed(&lines, (const guint8 *) "x", 1, i);
	for (; gy_console_lines_next(&lines, &line); n++) {
		g_assert_cmpuint(strlen(line.text), ==, GY_CONSOLE_LINE_MAX);
		g_assert_false(line.is_whole);
		g_free(line.text);
	}
	g_assert_cmpuint(n, ==, 3);
	g_assert_false(gy_console_lines_is_waiting(&lines));
	gy_console_lines_clear(&lines);
}

/* ---- what is sent, what is waited for ------------------------------------------------------------------- */

static const struct {
	const char *word;
	const char *in;
	const char *out;
} ends[] = {
	{"cr", "a\nb\r\nc\rd", "a\rb\rc\rd"},
	{"lf", "a\nb\r\nc\rd", "a\nb\nc\nd"},
	{"crlf", "a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd"},
	{"crlf", "\n\n\r\r\n", "\r\n\r\n\r\n\r\n"},
};

static void
line_ends_are_the_devices(void)
{
	GyLineEnd end;

	g_assert_false(gy_line_end_parse("CR", &end));
	g_assert_false(gy_line_end_parse("", &end));
	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		gsize size = strlen(ends[i].in);

		for (gsize piece = 1; piece <= size; piece++) {
			GyLineEndFilter filter = {0};
			g_autoptr(GByteArray) out = g_byte_array_new();

			g_assert_true(gy_line_end_parse(ends[i].word, &filter.end));
			for (gsize at = 0; at < size; at += piece)
				gy_line_end_filter_feed(&filter, out, (const guint8 *) ends[i].in + at,
					MIN(piece, size - at));
			g_assert_cmpmem(out->data, out->len, ends[i].out, (int) strlen(ends[i].out));
		}
	}
}

static void
a_text_is_seen_however_it_is_cut(void)
{
	for (guint n = 0; n < 3000; n++) {
		char text[6] = {0}, stream[40] = {0};
		GyTextWatch *watch;
		gboolean seen = FALSE;

		/* two letters: the hard case, where a beginning may begin again inside itself */
		for (gint i = 0, size = g_test_rand_int_range(1, 6); i < size; i++)
			text[i] = g_test_rand_bit() ? 'a' : 'b';
		for (gsize i = 0; i < sizeof stream - 1; i++)
			stream[i] = g_test_rand_bit() ? 'a' : 'b';
		watch = gy_text_watch_new(text);
		for (gsize at = 0; at < sizeof stream - 1;) {
			gsize piece = (gsize) g_test_rand_int_range(1, 9);

			/* MIN() evaluates what it is given twice */
			piece = MIN(piece, sizeof stream - 1 - at);
			seen |= gy_text_watch_feed(watch, (const guint8 *) stream + at, piece);
			at += piece;
			/* not before its last byte came, and then at once */
			g_assert_cmpint(seen, ==, g_strstr_len(stream, (gssize) at, text) != NULL);
		}
		gy_text_watch_free(watch);
	}
}

/* ---- time ----------------------------------------------------------------------------------------------- */

static void
stamps_never_go_back(void)
{
	GySteadyClock clock = {0};

	g_assert_cmpint(gy_steady_clock_at(&clock, 1000, 50), ==, 1000);
	g_assert_cmpint(gy_steady_clock_at(&clock, 1010, 60), ==, 1010);
	/* set back by an hour: it goes on */
	g_assert_cmpint(gy_steady_clock_at(&clock, 1015 - G_TIME_SPAN_HOUR, 65), ==, 1015);
	g_assert_cmpint(gy_steady_clock_at(&clock, 1025 - G_TIME_SPAN_HOUR, 75), ==, 1025);
	/* slept, or put right: it follows */
	g_assert_cmpint(gy_steady_clock_at(&clock, 9000, 80), ==, 9000);
}

static void
a_stamp_is_iso_8601_with_milliseconds(void)
{
	g_autofree char *stamp = gy_time_stamp(NOON_US);
	g_autoptr(GDateTime) back = g_date_time_new_from_iso8601(stamp, NULL);

	g_assert_true(g_regex_match_simple(
		"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.042[+-]\\d\\d:\\d\\d$", stamp, 0, 0));
	g_assert_cmpint(g_date_time_to_unix(back), ==, NOON_US / G_USEC_PER_SEC);
}

/* ---- the log -------------------------------------------------------------------------------------------- */

static void
a_log_holds_the_bytes_at_once(void)
{
	g_autofree char *folder = g_dir_make_tmp("gantry-log-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "log", NULL);
	g_autofree char *found = NULL, *again = NULL;
	g_autoptr(GError) error = NULL;
	GyConsoleLog *log;
	gsize size = 0;

	g_assert_true(g_file_set_contents(path, "old\n", -1, &error));
	log = gy_console_log_open(path, &error);
	g_assert_no_error(error);
	g_assert_true(gy_console_log_write(log, "\033[2J\0\xff", 6, &error));
	g_assert_true(g_file_get_contents(path, &found, &size, &error));
	g_assert_cmpmem(found, (int) size, "old\n\033[2J\0\xff", 10);
	g_assert_true(gy_console_log_empty(log, &error));
	g_assert_true(gy_console_log_write(log, "new", 3, &error));
	g_assert_true(g_file_get_contents(path, &again, &size, &error));
	g_assert_cmpmem(again, (int) size, "new", 3);
	gy_console_log_close(log);
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
a_full_disk_is_told_once(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyConsoleLog) log = gy_console_log_open("/dev/full", &error);

	g_assert_no_error(error);
	g_assert_true(gy_console_log_empty(log, &error));
	g_assert_false(gy_console_log_write(log, "x", 1, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_DISK_FULL);
	g_clear_error(&error);
	g_assert_true(gy_console_log_write(log, "y", 1, &error));
}

static void
a_log_that_cannot_be_opened_is_refused(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_console_log_open("/dev/null/log", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
}

#define ADD_ROWS(rows, prefix, function)                                                                     \
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {                                                     \
		g_autofree char *path = g_strconcat(prefix, rows[i].name, NULL);                             \
		g_test_add_data_func(path, GUINT_TO_POINTER(i), function);                                   \
	}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD_ROWS(sequences, "/reset-sequence/understands/", a_sequence_is_understood);
	ADD_ROWS(wrong, "/reset-sequence/refuses/", a_wrong_sequence_names_its_column);
	g_test_add_func("/reset-sequence/at-most-64-steps", a_sequence_has_at_most_64_steps);
	g_test_add_func("/reset-sequence/random-text-does-no-harm", random_sequences_do_no_harm);
	g_test_add_func("/reset-sequence/steps-come-when-due", steps_come_when_they_are_due);
	g_test_add_func("/reset-sequence/stops-when-the-port-goes", the_rest_is_left_out_when_the_port_goes);
	g_test_add_func("/reset-sequence/failing-line-ends-it", a_line_that_cannot_be_set_ends_it);
	ADD_ROWS(views, "/console-text/shows/", nothing_acts_on_the_terminal);
	g_test_add_func("/console-text/split-character-waits", a_split_character_waits_for_its_rest);
	g_test_add_func("/console-text/pause-inside-a-line-end", a_flush_between_cr_and_lf_makes_no_line);
	g_test_add_func("/console-text/stamps-at-line-starts", stamps_stand_at_line_starts_only);
	g_test_add_func("/console-text/hex-rows", rows_show_offset_bytes_and_letters);
	g_test_add_func("/console-text/offsets-count-on", offsets_count_on_through_the_other_view);
	g_test_add_func("/console-text/random-bytes-never-act", random_bytes_never_act);
	g_test_add_func("/console-lines/time-of-the-first-byte", lines_have_the_time_of_their_first_byte);
	g_test_add_func("/console-lines/endless-line-is-cut", an_endless_line_is_cut);
	g_test_add_func("/console-lines/noise-is-told-from-text", noise_is_told_from_text);
	g_test_add_func("/line-end/is-the-devices", line_ends_are_the_devices);
	g_test_add_func("/text-watch/sees-a-text-however-it-is-cut", a_text_is_seen_however_it_is_cut);
	g_test_add_func("/steady-clock/never-goes-back", stamps_never_go_back);
	g_test_add_func("/steady-clock/stamp-is-iso-8601", a_stamp_is_iso_8601_with_milliseconds);
	g_test_add_func("/console-log/holds-the-bytes-at-once", a_log_holds_the_bytes_at_once);
	g_test_add_func("/console-log/full-disk-is-told-once", a_full_disk_is_told_once);
	g_test_add_func("/console-log/refuses-what-cannot-be-opened", a_log_that_cannot_be_opened_is_refused);
	return g_test_run();
}
