// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/wire/frame.h"
#include "tests/cli/pseudo-terminal.h"
#include "tests/cli/run.h"
#include "tests/cli/sim-board.h"

#define DEADLINE_MS 20000

/* A shell's line; %s of it is the program. */
static Run *run_shell(const char *format, ...) G_GNUC_PRINTF(1, 2);

static Run *
run_shell(const char *format, ...)
{
	g_autofree char *line = NULL;
	const char *words[] = {"sh", "-c", NULL, NULL};
	va_list arguments;

	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	words[2] = line;
	return run_words(words, NULL);
}

/* ---- a simulated board ---------------------------------------------------------------------------------- */

typedef struct {
	char *folder;
	char *port;
	char *path;
	GSubprocess *board;
} Board;

static void
board_start(Board *board, const char *kind, const char *const *faults)
{
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	const char *words[10] = {kind};
	guint n = 1;

	board->folder = folder_new();
	board->path = g_build_filename(board->folder, "board", NULL);
	board->port = g_str_equal(kind, "--pty") ? g_strdup(board->path)
						 : g_strconcat("socket:", board->path, NULL);
	words[n++] = board->path;
	for (; faults && *faults; faults++)
		words[n++] = *faults;
	board->board = sim_board_start(board->folder, root, words);
}

static void
board_set_up(Board *board, gconstpointer kind)
{
	board_start(board, kind, NULL);
}

static void
board_set_up_unplugged(Board *board, gconstpointer kind)
{
	static const char *const faults[] = {"--unplug-at", "8", "--replug-after", "100", NULL};

	board_start(board, kind, faults);
}

static void
board_tear_down(Board *board, gconstpointer kind)
{
	sim_board_stop(board->board);
	folder_free(board->folder);
	g_free(board->port);
	g_free(board->path);
}

static void
a_line_is_sent_and_its_answer_shown(Board *board, gconstpointer kind)
{
	g_autoptr(Run) run =
		run_shell("printf 'version\\n' | '%s' console --port '%s' --exit-on '1.0' --timeout 20",
			gantry_path(), board->port);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(run->err, ==, "");
	g_assert_nonnull(strstr(run->out, "1.0"));
	g_assert_null(strchr(run->out, '\r'));
}

static void
a_text_that_does_not_come_ends_with_5(Board *board, gconstpointer kind)
{
	g_autoptr(Run) run = run_gantry(
		"console", "--port", board->port, "--exit-on", "no such text", "--timeout", "0.2", NULL);
	g_autoptr(Run) json = run_gantry("console", "--port", board->port, "--exit-on", "no such text",
		"--timeout", "0.2", "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);

	g_assert_cmpint(run->status, ==, 5);
	assert_sentence(run, "console/timeout");
	g_assert_cmpint(json->status, ==, 5);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "code"), ==, "console/timeout");
}

static void
a_time_alone_is_no_failure(Board *board, gconstpointer kind)
{
	g_autoptr(Run) run = run_gantry("console", "--port", board->port, "--timeout", "0.1", NULL);

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
}

static void
keys_reach_the_shell_before_and_after_the_port_was_away(Board *board, gconstpointer kind)
{
	const char *const words[] = {gantry_path(), "console", "--port", board->port, NULL};
	g_autoptr(Pty) pty = pty_start(words, 100, NULL);

	pty_expect(pty, "Ctrl-] q leaves");
	/* the board has eight bytes and pulls the plug */
	pty_send(pty, "version\r");
	pty_expect(pty, " is gone; waiting until it is back");
	pty_expect(pty, " is back");
	pty_send(pty, "\rversion\r");
	pty_expect(pty, "1.0\r\n");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
}

static void
objects_tell_that_the_port_was_away(Board *board, gconstpointer kind)
{
	g_autoptr(Run) run = run_shell("printf 'version\\n' | '%s' console --port '%s' --json --timeout 1",
		gantry_path(), board->port);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);
	const char *states[2] = {NULL};
	guint n = 0;

	g_assert_cmpint(run->status, ==, 0);
	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);

		if (g_str_equal(json_object_get_string_member(object, "type"), "console-state") && n < 2)
			states[n++] = json_object_get_string_member(object, "state");
	}
	g_assert_cmpstr(states[0], ==, "reconnecting");
	g_assert_cmpstr(states[1], ==, "open");
}

static void
without_reconnect_it_ends_with_the_port(Board *board, gconstpointer kind)
{
	g_autoptr(Run) run = run_shell(
		"printf 'version\\n' | '%s' console --port '%s' --no-reconnect", gantry_path(), board->port);

	g_assert_cmpint(run->status, ==, 5);
	assert_sentence(run, "link/gone");
}

static void
a_port_without_lines_says_so_and_is_flashed(Board *board, gconstpointer kind)
{
	g_autofree char *package = vector_path("v04_app_boot_ver/signed.fwpkg");
	g_autoptr(Run) run = run_gantry("flash", package, "--port", board->port, "--dry-run",
		"--reset-sequence", "d0 r1 w20 r0", NULL);
	g_autoptr(Run) console = run_gantry("console", "--port", board->port, "--reset-sequence",
		"d0 r1 w20 r0", "--timeout", "0.1", NULL);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_nonnull(strstr(run->out, "no DTR and RTS: the reset sequence does nothing\n"));
	g_assert_cmpint(console->status, ==, 0);
	g_assert_nonnull(strstr(console->err, "no DTR and RTS: the reset sequence does nothing\n"));
}

/* ---- a board that wants to know who asks ----------------------------------------------------------------- */

typedef struct {
	Board board;
	char *keys;
	char *key;
	char *other_key;
} Guarded;

static char *
make_agent_key(const char *folder, const char *name)
{
	char *path = g_build_filename(folder, name, NULL);
	g_autoptr(Run) run = run_gantry("key", "new", "--type", "agent", "-o", path, NULL);

	g_assert_cmpint(run->status, ==, 0);
	return path;
}

static void
guarded_start(Guarded *guarded, const char *kind, const char *const *more)
{
	const char *options[7] = {"--agent-key", NULL};
	guint n = 2;

	guarded->keys = folder_new();
	guarded->key = make_agent_key(guarded->keys, "agent.pem");
	guarded->other_key = make_agent_key(guarded->keys, "other.pem");
	options[1] = guarded->key;
	for (; more && *more; more++)
		options[n++] = *more;
	board_start(&guarded->board, kind, options);
}

static void
guarded_set_up(Guarded *guarded, gconstpointer kind)
{
	guarded_start(guarded, kind, NULL);
}

static void
guarded_set_up_deaf(Guarded *guarded, gconstpointer kind)
{
	static const char *const more[] = {"--deaf", NULL};

	guarded_start(guarded, kind, more);
}

/* HELLO and both AUTHs have passed, and of the text that follows a part. */
static void
guarded_set_up_unplugged(Guarded *guarded, gconstpointer kind)
{
	static const char *const faults[] = {"--unplug-at", "180", "--replug-after", "100", NULL};

	guarded_start(guarded, kind, faults);
}

static void
guarded_tear_down(Guarded *guarded, gconstpointer kind)
{
	board_tear_down(&guarded->board, kind);
	folder_free(guarded->keys);
	g_free(guarded->key);
	g_free(guarded->other_key);
}

static void
without_a_key_the_shell_stays_closed(Guarded *guarded, gconstpointer kind)
{
	g_autoptr(Run) run =
		run_shell("printf 'sesame\\n' | '%s' console --port '%s' --timeout 0.4 --exit-on sesame",
			gantry_path(), guarded->board.port);

	g_assert_cmpint(run->status, ==, 5);
	assert_sentence(run, "console/timeout");
}

static void
a_key_opens_the_shell_for_the_first_line(Guarded *guarded, gconstpointer kind)
{
	g_autoptr(Run) run = run_shell("printf 'sesame\\n' | '%s' console --port '%s' --agent-key '%s' "
				       "--timeout 20 --exit-on 'sesame: unknown'",
		gantry_path(), guarded->board.port, guarded->key);

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
}

static void
another_key_ends_it_with_4(Guarded *guarded, gconstpointer kind)
{
	g_autoptr(Run) run = run_gantry("console", "--port", guarded->board.port, "--agent-key",
		guarded->other_key, "--timeout", "20", NULL);

	g_assert_cmpint(run->status, ==, 4);
	assert_sentence(run, "link/auth-refused");
}

static void
a_board_that_asks_nobody_takes_text_from_who_has_a_key(Board *board, gconstpointer kind)
{
	g_autofree char *key = make_agent_key(board->folder, "agent.pem");
	g_autoptr(Run) run = run_shell("printf 'sesame\\n' | '%s' console --port '%s' --agent-key '%s' "
				       "--timeout 20 --exit-on 'sesame: unknown'",
		gantry_path(), board->port, key);

	g_assert_cmpint(run->status, ==, 0);
}

static void
a_pulled_cable_is_followed_by_the_key(Guarded *guarded, gconstpointer kind)
{
	const char *const words[] = {
		gantry_path(), "console", "--port", guarded->board.port, "--agent-key", guarded->key, NULL};
	g_autoptr(Pty) pty = pty_start(words, 100, NULL);

	pty_expect(pty, "Ctrl-] q leaves");
	pty_send(pty, "a word that is long enough to have the cable pulled within it\r");
	pty_expect(pty, " is gone; waiting until it is back");
	pty_expect(pty, " is back");
	pty_send(pty, "\rsesame\r");
	pty_expect(pty, "sesame: unknown command");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
}

/* ---- a device that prints what the test wants ------------------------------------------------------------ */

typedef struct {
	int fd;    /* the device's end */
	int other; /* the computer's, so that it stays when nobody has it open */
	char *port;
	char *folder;
} Device;

static void
device_set_up(Device *device, gconstpointer data)
{
	struct termios raw = {0};
	char name[64];

	cfmakeraw(&raw);
	g_assert_cmpint(openpty(&device->fd, &device->other, name, &raw, NULL), ==, 0);
	/* the program under test must not keep the cable whole */
	fcntl(device->fd, F_SETFD, FD_CLOEXEC);
	fcntl(device->other, F_SETFD, FD_CLOEXEC);
	device->port = g_strdup(name);
	device->folder = folder_new();
}

static void
device_tear_down(Device *device, gconstpointer data)
{
	close(device->fd);
	close(device->other);
	g_free(device->port);
	folder_free(device->folder);
}

static void
device_print(Device *device, const void *bytes, gsize size)
{
	g_assert_cmpint(write(device->fd, bytes, size), ==, (gssize) size);
}

/* Reads exactly what is expected, and that nothing follows it at once. */
static void
assert_device_gets(Device *device, const char *expected)
{
	char bytes[64];
	gsize size = 0;

	while (size < strlen(expected)) {
		struct pollfd wait = {.fd = device->fd, .events = POLLIN};
		gssize got;

		g_assert_cmpint(poll(&wait, 1, DEADLINE_MS), ==, 1);
		got = read(device->fd, bytes + size, sizeof bytes - size);
		g_assert_cmpint(got, >, 0);
		size += (gsize) got;
	}
	g_assert_cmpmem(bytes, (int) size, expected, (int) strlen(expected));
}

static Pty *
start_console(Device *device, const char *first, const char *second)
{
	const char *const words[] = {gantry_path(), "console", "--port", device->port, first, second, NULL};
	Pty *pty = pty_start(words, 100, NULL);

	pty_expect(pty, "Ctrl-] q leaves");
	return pty;
}

static const char nasty[] = "\033[2J\033]0;title\a升\xff\b<end>\r\n";
static const char harmless[] = "\\x1b[2J\\x1b]0;title\\x07升\\xff\\x08<end>\n";

static void
escape_sequences_do_not_act(Device *device, gconstpointer data)
{
	g_autoptr(Run) run = NULL;

	device_print(device, nasty, sizeof nasty - 1);
	run = run_gantry(
		"console", "--port", device->port, "--exit-on", "<end>\r\n", "--timeout", "20", NULL);
	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(run->out, ==, harmless);
}

static void
escape_sequences_do_not_act_on_a_terminal(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, NULL, NULL);

	device_print(device, nasty, sizeof nasty - 1);
	pty_expect(pty, "\\x1b[2J\\x1b]0;title\\x07升\\xff\\x08<end>\r\n");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
	g_assert_null(strchr(pty->seen->str, '\033'));
	g_assert_null(strchr(pty->seen->str, '\a'));
}

static void
a_prompt_is_an_object_that_is_not_whole(Device *device, gconstpointer data)
{
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(Run) run = NULL;
	JsonObject *last;

	device_print(device, "ready\r\n\033[1mlogin: ", 18);
	run = run_gantry(
		"console", "--port", device->port, "--exit-on", "login: ", "--timeout", "20", "--json", NULL);
	objects = assert_documented(run->out);
	last = last_object(objects);
	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpuint(objects->len, ==, 2);
	g_assert_cmpstr(json_object_get_string_member(g_ptr_array_index(objects, 0), "text"), ==, "ready");
	g_assert_true(json_object_get_boolean_member(g_ptr_array_index(objects, 0), "whole"));
	g_assert_cmpstr(json_object_get_string_member(last, "text"), ==, "\\x1b[1mlogin: ");
	g_assert_false(json_object_get_boolean_member(last, "whole"));
}

/* What another program's session left on the cable is no text. */
static gsize
make_frame(guint8 *frame)
{
	struct gyw_writer body;

	gyw_frame_open(&body, frame, GYW_MTU_MIN);
	gyw_write_u32le(&body, 0x41414141);
	return gyw_frame_close(&body, frame, GYW_MTU_MIN, 1, 7, 0x1234);
}

static void
the_log_has_raw_text_without_frames(Device *device, gconstpointer data)
{
	guint8 frame[GYW_LINE_SIZE(GYW_MTU_MIN)];
	g_autofree char *path = g_build_filename(device->folder, "log", NULL);
	g_autofree char *found = NULL, *more = NULL;
	g_autoptr(Run) first = NULL, second = NULL;
	gsize size = 0;

	g_assert_true(
		g_file_set_contents(path, "an older log that is longer than the new one......", -1, NULL));
	device_print(device, "ab\033[1m", 6);
	device_print(device, frame, make_frame(frame));
	device_print(device, "c\xff\r\n<end>", 9);
	first = run_gantry("console", "--port", device->port, "--exit-on", "<end>", "--timeout", "20",
		"--log", path, "--hex", NULL);
	g_assert_cmpstr(first->err, ==, "");
	g_assert_cmpint(first->status, ==, 0);
	g_assert_true(g_str_has_prefix(first->out, "00000000  61 62 1b 5b 31 6d 63 ff  0d 0a 3c 65 "));
	g_assert_true(g_file_get_contents(path, &found, &size, NULL));
	g_assert_cmpmem(found, (int) size, "ab\033[1mc\xff\r\n<end>", 15);

	device_print(device, "+<end>", 6);
	second = run_gantry("console", "--port", device->port, "--exit-on", "<end>", "--timeout", "20",
		"--log", path, "--append", NULL);
	g_assert_cmpint(second->status, ==, 0);
	g_assert_true(g_file_get_contents(path, &more, &size, NULL));
	g_assert_cmpmem(more, (int) size, "ab\033[1mc\xff\r\n<end>+<end>", 21);
}

static void
a_full_disk_is_told_once(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, "--log", "/dev/full");
	const char *told;

	device_print(device, "one\r\n", 5);
	pty_expect(pty, "[file/disk-full]");
	device_print(device, "two\r\n", 5);
	pty_expect(pty, "two\r\n");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 1);
	told = strstr(pty->seen->str, "[file/disk-full]");
	g_assert_null(strstr(told + 1, "[file/disk-full]"));
}

static void
a_full_disk_is_the_last_object(Device *device, gconstpointer data)
{
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(Run) run = NULL;
	JsonObject *last;

	device_print(device, "one\r\n<end>", 10);
	run = run_gantry("console", "--port", device->port, "--exit-on", "<end>", "--timeout", "20", "--log",
		"/dev/full", "--json", NULL);
	objects = assert_documented(run->out);
	last = last_object(objects);
	g_assert_cmpint(run->status, ==, 1);
	g_assert_cmpuint(objects->len, ==, 3);
	g_assert_cmpstr(json_object_get_string_member(last, "code"), ==, "file/disk-full");
}

static void
a_log_is_kept_when_there_is_no_port(Device *device, gconstpointer data)
{
	g_autofree char *path = g_build_filename(device->folder, "log", NULL);
	g_autofree char *found = NULL;
	g_autoptr(Run) run = NULL;

	g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
	run = run_gantry("console", "--port", "/dev/ttyUSB987", "--log", path, NULL);
	g_assert_cmpint(run->status, ==, 5);
	g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
	g_assert_cmpstr(found, ==, "precious");
}

static void
keys_go_to_the_device_as_they_are(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, NULL, NULL);

	/* Ctrl-C, Ctrl-Z, Ctrl-\, Ctrl-S, an arrow, a character, Enter, and Ctrl-] by its twice */
	pty_send(pty, "\003\032\034\023\033[A升\r\035\035");
	assert_device_gets(device, "\003\032\034\023\033[A升\r\035");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
}

static const struct {
	const char *word;
	const char *bytes;
} line_ends[] = {{"cr", "a\rb\r"}, {"lf", "a\nb\n"}, {"crlf", "a\r\nb\r\n"}};

static void
enter_sends_the_chosen_line_end(Device *device, gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(line_ends); i++) {
		g_autoptr(Pty) pty = start_console(device, "--eol", line_ends[i].word);

		pty_send(pty, "a\rb\r");
		assert_device_gets(device, line_ends[i].bytes);
		pty_send(pty, "\035q");
		g_assert_cmpint(pty_end(pty), ==, 0);
	}
}

static void
echo_shows_what_is_sent(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, "--echo", NULL);

	pty_send(pty, "hi\033\r");
	assert_device_gets(device, "hi\033\r");
	pty_expect(pty, "hi\\x1b\r\n");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
}

static void
the_menu_changes_the_view(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, NULL, NULL);

	device_print(device, "text", 4);
	pty_expect(pty, "text");
	pty_send(pty, "\035h");
	pty_expect(pty, "hexadecimal view on\r\n");
	device_print(device, "0123", 4);
	pty_expect(pty, "00000004  30 31 32 33    ");
	pty_expect(pty, "|0123|\r\n");
	pty_send(pty, "\035h");
	pty_expect(pty, "hexadecimal view off\r\n");
	pty_send(pty, "\035t");
	pty_expect(pty, "timestamps on\r\n");
	device_print(device, "line\r\n", 6);
	pty_expect(pty, "  line\r\n");
	g_assert_true(g_regex_match_simple(
		"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d  line", pty->seen->str,
		0, 0));
	pty_send(pty, "\035b");
	pty_expect(pty, "no break");
	pty_send(pty, "\035d");
	pty_expect(pty, "no DTR and RTS");
	pty_send(pty, "\035x");
	pty_expect(pty, "Ctrl-] ? lists them");
	pty_send(pty, "\035?");
	pty_expect(pty, "Ctrl-] h  hexadecimal view on or off\r\n");
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
}

static void
a_long_input_waits_for_the_cable(Device *device, gconstpointer data)
{
	g_autoptr(GSubprocess) console = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_strdup_printf(
		"head -c 100000 /dev/zero | tr '\\0' x | exec '%s' console --port '%s' --exit-on '<end>'",
		gantry_path(), device->port);
	gsize size = 0;

	console = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "sh", "-c", line, NULL);
	g_assert_no_error(error);
	while (size < 100000) {
		struct pollfd wait = {.fd = device->fd, .events = POLLIN};
		char bytes[4096];
		gssize got;

		g_assert_cmpint(poll(&wait, 1, DEADLINE_MS), ==, 1);
		got = read(device->fd, bytes, sizeof bytes);
		g_assert_cmpint(got, >, 0);
		size += (gsize) got;
	}
	g_assert_cmpuint(size, ==, 100000);
	device_print(device, "<end>", 5);
	g_assert_true(g_subprocess_wait_check(console, NULL, &error));
}

/* ---- the terminal is given back -------------------------------------------------------------------------- */

/* As a new terminal is, the program's was before it. */
static void
assert_as_new(Pty *pty)
{
	struct termios fresh, now;
	int master, slave;

	g_assert_cmpint(openpty(&master, &slave, NULL, NULL, NULL), ==, 0);
	g_assert_cmpint(tcgetattr(slave, &fresh), ==, 0);
	close(slave);
	close(master);
	g_assert_cmpint(tcgetattr(pty->fd, &now), ==, 0);
	g_assert_cmpuint(now.c_iflag, ==, fresh.c_iflag);
	g_assert_cmpuint(now.c_oflag, ==, fresh.c_oflag);
	g_assert_cmpuint(now.c_lflag, ==, fresh.c_lflag);
	g_assert_cmpmem(now.c_cc, sizeof now.c_cc, fresh.c_cc, sizeof fresh.c_cc);
}

static void
leaving_gives_the_terminal_back(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, NULL, NULL);

	g_assert_false(pty_has_echo(pty));
	pty_send(pty, "\035q");
	g_assert_cmpint(pty_end(pty), ==, 0);
	assert_as_new(pty);
}

static void
signals_give_the_terminal_back(Device *device, gconstpointer data)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(Pty) pty = start_console(device, NULL, NULL);

		g_assert_false(pty_has_echo(pty));
		g_assert_cmpint(kill(pty->pid, numbers[i]), ==, 0);
		g_assert_cmpint(pty_end(pty), ==, 130);
		assert_as_new(pty);
	}
}

static void
a_text_that_came_gives_the_terminal_back(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, "--exit-on", "<end>");

	device_print(device, "prompt <end>", 12);
	g_assert_cmpint(pty_end(pty), ==, 0);
	g_assert_true(g_str_has_suffix(pty->seen->str, "prompt <end>\r\n"));
	assert_as_new(pty);
}

static void
a_port_that_goes_gives_the_terminal_back(Device *device, gconstpointer data)
{
	g_autoptr(Pty) pty = start_console(device, "--no-reconnect", NULL);

	close(device->fd);
	device->fd = open("/dev/null", O_RDWR);
	pty_expect(pty, "[link/gone]");
	g_assert_cmpint(pty_end(pty), ==, 5);
	assert_as_new(pty);
}

#define BOARD(path, kind, set_up, function)                                                                  \
	g_test_add("/cli/console/" path, Board, kind, set_up, function, board_tear_down)
#define GUARDED(path, kind, set_up, function)                                                                \
	g_test_add("/cli/console/agent-key/" path, Guarded, kind, set_up, function, guarded_tear_down)
#define DEVICE(path, function)                                                                               \
	g_test_add("/cli/console/" path, Device, NULL, device_set_up, function, device_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	BOARD("answers/socket", "--socket", board_set_up, a_line_is_sent_and_its_answer_shown);
	BOARD("answers/pty", "--pty", board_set_up, a_line_is_sent_and_its_answer_shown);
	BOARD("text-that-does-not-come", "--socket", board_set_up, a_text_that_does_not_come_ends_with_5);
	BOARD("time-alone-is-no-failure", "--socket", board_set_up, a_time_alone_is_no_failure);
	BOARD("port-comes-back/socket", "--socket", board_set_up_unplugged,
		keys_reach_the_shell_before_and_after_the_port_was_away);
	BOARD("port-comes-back/pty", "--pty", board_set_up_unplugged,
		keys_reach_the_shell_before_and_after_the_port_was_away);
	BOARD("port-comes-back/json", "--pty", board_set_up_unplugged, objects_tell_that_the_port_was_away);
	BOARD("no-reconnect", "--pty", board_set_up_unplugged, without_reconnect_it_ends_with_the_port);
	BOARD("reset-sequence-without-lines", "--socket", board_set_up,
		a_port_without_lines_says_so_and_is_flashed);
	GUARDED("none", "--socket", guarded_set_up, without_a_key_the_shell_stays_closed);
	GUARDED("right", "--socket", guarded_set_up, a_key_opens_the_shell_for_the_first_line);
	GUARDED("right-for-a-deaf-board", "--pty", guarded_set_up_deaf,
		a_key_opens_the_shell_for_the_first_line);
	GUARDED("other", "--socket", guarded_set_up, another_key_ends_it_with_4);
	GUARDED("port-comes-back/socket", "--socket", guarded_set_up_unplugged,
		a_pulled_cable_is_followed_by_the_key);
	GUARDED("port-comes-back/pty", "--pty", guarded_set_up_unplugged,
		a_pulled_cable_is_followed_by_the_key);
	BOARD("agent-key/not-asked-for", "--socket", board_set_up,
		a_board_that_asks_nobody_takes_text_from_who_has_a_key);
	DEVICE("escape-sequences-do-not-act/pipe", escape_sequences_do_not_act);
	DEVICE("escape-sequences-do-not-act/terminal", escape_sequences_do_not_act_on_a_terminal);
	DEVICE("prompt-is-not-whole", a_prompt_is_an_object_that_is_not_whole);
	DEVICE("log/raw-text-without-frames", the_log_has_raw_text_without_frames);
	DEVICE("log/full-disk-is-told-once", a_full_disk_is_told_once);
	DEVICE("log/full-disk-is-the-last-object", a_full_disk_is_the_last_object);
	DEVICE("log/kept-when-there-is-no-port", a_log_is_kept_when_there_is_no_port);
	DEVICE("keys/as-they-are", keys_go_to_the_device_as_they_are);
	DEVICE("keys/line-ends", enter_sends_the_chosen_line_end);
	DEVICE("keys/echo", echo_shows_what_is_sent);
	DEVICE("keys/menu", the_menu_changes_the_view);
	DEVICE("long-input-waits-for-the-cable", a_long_input_waits_for_the_cable);
	DEVICE("terminal-back/quit", leaving_gives_the_terminal_back);
	DEVICE("terminal-back/signals", signals_give_the_terminal_back);
	DEVICE("terminal-back/text-that-came", a_text_that_came_gives_the_terminal_back);
	DEVICE("terminal-back/port-that-goes", a_port_that_goes_gives_the_terminal_back);
	return g_test_run();
}
