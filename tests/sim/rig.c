// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/wire/releasing.h"

#define READY_MS 20000
#define HELLO_MS 300

void
rig_set_up(struct rig *rig, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;

	memset(rig, 0, sizeof *rig);
	rig->line = -1;
	rig->folder = g_dir_make_tmp("gantry-sim-XXXXXX", &error);
	g_assert_no_error(error);
}

static void
remove_folder(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_clear_pointer(&dir, g_dir_close);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

void
rig_tear_down(struct rig *rig, gconstpointer unused)
{
	rig_close(rig);
	if (rig->process != NULL) {
		g_subprocess_send_signal(rig->process, SIGTERM);
		rig_wait(rig);
	}
	g_free(rig->place);
	remove_folder(rig->folder);
	g_free(rig->folder);
}

char *
rig_path(const struct rig *rig, const char *name)
{
	return g_build_filename(rig->folder, name, NULL);
}

char *
rig_vector(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
}

// "@name" is a file of the rig's folder, "#name" one of the vectors; both also behind "SECTION=".
static char *
expand(const struct rig *rig, const char *word)
{
	gsize start = strcspn(word, "@#");
	g_autofree char *before = g_strndup(word, start);
	g_autofree char *path = NULL;

	if (word[start] == '\0')
		return g_strdup(word);
	path = word[start] == '@' ? rig_path(rig, word + start + 1) : rig_vector(word + start + 1);
	return g_strconcat(before, path, NULL);
}

static GPtrArray *
collect(const struct rig *rig, va_list words)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);
	const char *word;

	g_assert_nonnull(g_getenv("GANTRY_SIM"));
	g_ptr_array_add(arguments, g_strdup(g_getenv("GANTRY_SIM")));
	while ((word = va_arg(words, const char *)) != NULL)
		g_ptr_array_add(arguments, expand(rig, word));
	g_ptr_array_add(arguments, NULL);
	return arguments;
}

static GSubprocess *
spawn(GPtrArray *arguments)
{
	g_autoptr(GError) error = NULL;
	GSubprocess *process = g_subprocess_newv((const char *const *) arguments->pdata,
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);

	g_assert_no_error(error);
	return process;
}

static int
descriptor_of(GInputStream *stream)
{
	return g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(stream));
}

char *
rig_read_line(struct rig *rig)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct pollfd ask = {.fd = descriptor_of(rig->stdout_pipe), .events = POLLIN};
	char c;

	for (;;) {
		g_assert_cmpint(poll(&ask, 1, READY_MS), ==, 1);
		g_assert_cmpint(read(ask.fd, &c, 1), ==, 1);
		if (c == '\n')
			return g_string_free(g_steal_pointer(&text), FALSE);
		g_string_append_c(text, c);
	}
}

void
rig_start(struct rig *rig, ...)
{
	g_autoptr(GPtrArray) arguments = NULL;
	va_list words;

	va_start(words, rig);
	arguments = collect(rig, words);
	va_end(words);
	g_assert_null(rig->process);
	rig->process = spawn(arguments);
	rig->stdout_pipe = g_subprocess_get_stdout_pipe(rig->process);
	g_free(rig->place);
	rig->place = rig_read_line(rig);
}

void
rig_wait(struct rig *rig)
{
	g_subprocess_wait(rig->process, NULL, NULL);
	g_clear_object(&rig->process);
}

int
rig_run(struct rig *rig, char **message, ...)
{
	g_autoptr(GPtrArray) arguments = NULL;
	g_autoptr(GSubprocess) process = NULL;
	g_autofree char *errors = NULL;
	va_list words;

	va_start(words, message);
	arguments = collect(rig, words);
	va_end(words);
	process = spawn(arguments);
	g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, NULL, &errors, NULL));
	if (message != NULL)
		*message = g_steal_pointer(&errors);
	return g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process)
						   : -g_subprocess_get_term_sig(process);
}

// ---- the host ----

static speed_t
speed_of(guint baud)
{
	switch (baud) {
	case 9600: return B9600;
	case 115200: return B115200;
	case 230400: return B230400;
	case 921600: return B921600;
	case 2000000: return B2000000;
	default: g_assert_not_reached();
	}
}

static int
connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpuint(strlen(path), <, sizeof address.sun_path);
	strcpy(address.sun_path, path);
	g_assert_cmpint(connect(fd, (struct sockaddr *) &address, sizeof address), ==, 0);
	return fd;
}

void
rig_open(struct rig *rig, const char *path, guint baud)
{
	struct termios settings;

	rig_close(rig);
	if (baud == 0) {
		rig->line = connect_to(path);
		return;
	}
	rig->line = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_cmpint(rig->line, >=, 0);
	g_assert_cmpint(tcgetattr(rig->line, &settings), ==, 0);
	cfmakeraw(&settings);
	cfsetspeed(&settings, speed_of(baud));
	g_assert_cmpint(tcsetattr(rig->line, TCSANOW, &settings), ==, 0);
}

void
rig_close(struct rig *rig)
{
	if (rig->line >= 0)
		close(rig->line);
	rig->line = -1;
}

void
rig_send(struct rig *rig, const void *bytes, gsize size)
{
	const guint8 *at = bytes;

	while (size > 0) {
		gssize put = write(rig->line, at, size);

		g_assert_cmpint(put, >, 0);
		at += put;
		size -= (gsize) put;
	}
}

// Returns how many bytes came; 0: the line ended or the time is over.
static gsize
receive_some(struct rig *rig, guint8 *bytes, gsize size, gint64 until)
{
	struct pollfd ask = {.fd = rig->line, .events = POLLIN};
	gint64 left_ms = (until - g_get_monotonic_time()) / 1000;
	gssize got;

	if (left_ms <= 0 || poll(&ask, 1, (int) left_ms) <= 0)
		return 0;
	got = read(rig->line, bytes, size);
	return got > 0 ? (gsize) got : 0;
}

GByteArray *
rig_receive(struct rig *rig, gsize most, guint ms)
{
	GByteArray *all = g_byte_array_new();
	gint64 until = g_get_monotonic_time() + ms * 1000;
	guint8 bytes[4096];
	gsize got;

	while (all->len < most &&
		(got = receive_some(rig, bytes, MIN(sizeof bytes, most - all->len), until)) > 0)
		g_byte_array_append(all, bytes, (guint) got);
	return all;
}

static void
send_hello(struct rig *rig, guint8 seq)
{
	struct gyw_hello hello = {.protocol_min = GYW_PROTOCOL, .protocol_max = GYW_PROTOCOL};
	uint8_t buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;
	uint32_t size;

	memset(hello.nonce, 'n', sizeof hello.nonce);
	gyw_frame_open(&body, buffer, GYW_MTU_MIN);
	gyw_hello_encode(&body, &hello);
	size = gyw_frame_close(&body, buffer, GYW_MTU_MIN, GYW_HELLO, seq, 0);
	g_assert_cmpuint(size, >, 0);
	rig_send(rig, buffer, size);
}

static gboolean
wait_for_info(struct rig *rig, struct gyw_releasing *receiver, struct gyw_info *info, gint64 until)
{
	guint8 bytes[512];
	gsize got;

	while ((got = receive_some(rig, bytes, sizeof bytes, until)) > 0)
		for (gsize i = 0; i < got; i++) {
			struct gyw_frame frame;

			if (gyw_releasing_push(receiver, bytes[i], 0, &frame) != GYW_RECEIVE_FRAME ||
				frame.type != GYW_INFO)
				continue;
			g_assert_cmpint(gyw_info_decode(info, frame.body, frame.body_size), ==, GYW_OK);
			return TRUE;
		}
	return FALSE;
}

gboolean
rig_hello(struct rig *rig, struct gyw_info *info, guint ms)
{
	uint8_t buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	gint64 until = g_get_monotonic_time() + ms * 1000;
	struct gyw_releasing receiver;

	gyw_releasing_init(&receiver, buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	for (guint8 seq = 0; until - g_get_monotonic_time() >= G_USEC_PER_SEC / 100; seq++) {
		send_hello(rig, seq);
		if (wait_for_info(rig, &receiver, info, MIN(until, g_get_monotonic_time() + HELLO_MS * 1000)))
			return TRUE;
	}
	return FALSE;
}

gboolean
rig_sees(struct rig *rig, const char *text, guint ms)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	gint64 until = g_get_monotonic_time() + ms * 1000;
	guint8 bytes[512];
	gsize got;

	while (strstr(seen->str, text) == NULL) {
		got = receive_some(rig, bytes, sizeof bytes, until);
		if (got == 0)
			return FALSE;
		for (gsize i = 0; i < got; i++)
			g_string_append_c(seen, bytes[i] == 0 ? '.' : (char) bytes[i]);
	}
	return TRUE;
}
