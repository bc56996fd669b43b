// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tests/transport/bench.h"

#define NOBODY  65534
#define DIALOUT 20
#define MANY    (1024 * 1024)

/* ---- what every cable does ------------------------------------------------------------------------------ */

static void
carries_every_byte_both_ways(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	guint8 bytes[512];
	guint8 found[512];
	guint i;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (guint8) (i * 7 + i / 256);
	bench_open(bench);
	g_assert_cmpint(gy_transport_read(bench->transport, found, sizeof found, &error), ==, 0);
	g_assert_cmpint(gy_transport_write(bench->transport, bytes, sizeof bytes, &error), ==, sizeof bytes);
	g_assert_no_error(error);
	bench_take(bench, found, sizeof found);
	g_assert_cmpmem(found, sizeof found, bytes, sizeof bytes);
	bench_give(bench, bytes, sizeof bytes);
	memset(found, 0, sizeof found);
	bench_read(bench, found, sizeof found);
	g_assert_cmpmem(found, sizeof found, bytes, sizeof bytes);
}

/* The other end reads nothing until the cable is full, then everything. */
static void
takes_what_fits_and_goes_on(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	gsize many = bench->kind == BENCH_TCP ? 16 * MANY : MANY; /* the kernel lets TCP's buffers grow */
	g_autofree guint8 *bytes = g_malloc(many);
	g_autofree guint8 *found = g_malloc(many);
	gsize given = 0;
	gsize taken = 0;
	gssize n;
	guint i;

	for (i = 0; i < many; i++)
		bytes[i] = (guint8) (i ^ i >> 8 ^ i >> 16);
	bench_open(bench);
	/* a tty hands on what it took a moment later, and has room once more */
	do {
		n = gy_transport_write(bench->transport, bytes + given, many - given, &error);
		g_assert_no_error(error);
		given += (gsize) n;
	} while (given < many && gy_transport_wait(bench->transport, G_IO_OUT, 20, NULL) != 0);
	g_assert_cmpint(gy_transport_write(bench->transport, bytes + given, many - given, &error), ==, 0);
	g_assert_cmpuint(given, >, 0);
	g_assert_cmpuint(given, <, many);
	g_assert_cmpuint(gy_transport_unsent(bench->transport), <=, given);
	if (bench->kind == BENCH_TCP)
		g_assert_cmpuint(gy_transport_unsent(bench->transport), >, 0);

	while (taken < many) {
		gsize part = MIN(given - taken, 16384);

		bench_take(bench, found + taken, part);
		taken += part;
		n = gy_transport_write(bench->transport, bytes + given, MIN(many - given, 16384), &error);
		g_assert_no_error(error);
		given += (gsize) n;
		if (given == taken && given < many)
			g_assert_cmpint(
				gy_transport_wait(bench->transport, G_IO_OUT, 5000, NULL), ==, G_IO_OUT);
	}
	g_assert_cmpmem(found, (int) many, bytes, (int) many);
}

static void
waits_as_long_as_asked(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	gint64 begin_us;

	bench_open(bench);
	begin_us = g_get_monotonic_time();
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, 30, NULL), ==, 0);
	g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, 30000);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN | G_IO_OUT, -1, NULL), ==, G_IO_OUT);
	bench_give(bench, (const guint8 *) "x", 1);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, -1, NULL), ==, G_IO_IN);
}

static gpointer
cancel_later(gpointer cancellable)
{
	g_usleep(20000);
	g_cancellable_cancel(cancellable);
	return NULL;
}

static void
cancel_ends_a_wait(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	GThread *thread;

	bench_open(bench);
	thread = g_thread_new("cancel", cancel_later, cancellable);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, -1, cancellable), ==, 0);
	g_thread_join(thread);
	/* one that was cancelled before does not wait either */
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, -1, cancellable), ==, 0);
	g_assert_true(gy_transport_is_open(bench->transport));
}

static void
tells_when_the_other_end_has_gone(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	guint8 byte = 0;

	bench_open(bench);
	bench_pull(bench);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, 5000, NULL) & G_IO_IN, ==, G_IO_IN);
	g_assert_cmpint(gy_transport_read(bench->transport, &byte, 1, &error), ==, -1);
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
	g_assert_false(gy_transport_is_open(bench->transport));
	g_clear_error(&error);
	g_assert_cmpint(gy_transport_write(bench->transport, &byte, 1, &error), ==, -1);
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
	g_clear_error(&error);
	g_assert_false(gy_transport_open(bench->transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT);
}

static void
writing_tells_it_too(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	gssize n = 0;
	guint i;

	bench_open(bench);
	bench_pull(bench);
	/* a socket may take the first bytes before it hears of it */
	for (i = 0; i < 100 && n >= 0; i++) {
		n = gy_transport_write(bench->transport, (const guint8 *) "hello", 5, &error);
		gy_transport_wait(bench->transport, G_IO_OUT, 10, NULL);
	}
	g_assert_cmpint(n, ==, -1);
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
}

static void
opens_again_when_it_is_back(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	guint8 found[5];
	guint8 byte;
	guint i;

	for (i = 0; i < 3; i++) {
		bench_open(bench);
		g_assert_cmpint(
			gy_transport_write(bench->transport, (const guint8 *) "hello", 5, &error), ==, 5);
		bench_take(bench, found, sizeof found);
		g_assert_cmpmem(found, 5, "hello", 5);
		bench_pull(bench);
		while (gy_transport_read(bench->transport, &byte, 1, &error) >= 0)
			;
		g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
		g_clear_error(&error);
		bench_plug(bench);
	}
}

static void
closing_twice_does_nothing(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));

	gy_transport_close(bench->transport);
	bench_open(bench);
	gy_transport_close(bench->transport);
	gy_transport_close(bench->transport);
	g_assert_false(gy_transport_is_open(bench->transport));
	g_assert_cmpuint(gy_transport_unsent(bench->transport), ==, 0);
	if (!bench_is_tty(bench))
		close(bench->peer);
	bench_open(bench);
}

static void
assert_speed(Bench *bench, guint baud)
{
	struct termios term;

	if (!bench_is_tty(bench))
		return;
	g_assert_cmpuint(bench_speed(bench), ==, baud);
	g_assert_cmpint(tcgetattr(bench->peer, &term), ==, 0);
	g_assert_cmpuint(term.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), ==, CS8);
	g_assert_cmpuint(term.c_iflag & (IXON | IXOFF | ICRNL | INLCR | ISTRIP), ==, 0);
	g_assert_cmpuint(term.c_oflag & OPOST, ==, 0);
	g_assert_cmpuint(term.c_lflag & (ICANON | ECHO | ISIG), ==, 0);
}

/* Simulators look with tcgetattr(), which only knows speeds with a name; libserialport does not use the names. */
static void
assert_termios_speed(Bench *bench, speed_t speed)
{
	struct termios term;

	if (bench->kind != BENCH_PTY)
		return;
	g_assert_cmpint(tcgetattr(bench->peer, &term), ==, 0);
	g_assert_cmpuint(cfgetospeed(&term), ==, speed);
}

static void
shows_its_speed_to_the_other_end(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;

	bench_open(bench);
	assert_speed(bench, 115200);
	g_assert_true(gy_transport_set_baud(bench->transport, 921600, &error));
	assert_speed(bench, 921600);
	assert_termios_speed(bench, B921600);
	g_assert_true(gy_transport_set_baud(bench->transport, 2000000, &error));
	assert_speed(bench, 2000000);
	/* and one that has no name */
	g_assert_true(gy_transport_set_baud(bench->transport, 123456, &error));
	assert_speed(bench, 123456);
	g_assert_true(gy_transport_set_baud(bench->transport, 115200, &error));
	assert_speed(bench, 115200);
	g_assert_no_error(error);
}

static void
sets_the_lines_it_has(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	int lines = 0;

	bench_open(bench);
	g_assert_true(gy_transport_set_lines(bench->transport, GY_LINE_HIGH, GY_LINE_LOW, &error));
	g_assert_no_error(error);
	if (bench->kind == BENCH_SERIAL) {
		int slave = open(bench->path, O_RDWR | O_NOCTTY | O_NONBLOCK);

		g_assert_cmpint(ioctl(slave, TIOCMGET, &lines), ==, 0);
		g_assert_cmpint(lines & (TIOCM_DTR | TIOCM_RTS), ==, TIOCM_DTR);
		g_assert_true(gy_transport_set_lines(bench->transport, GY_LINE_KEEP, GY_LINE_HIGH, &error));
		g_assert_cmpint(ioctl(slave, TIOCMGET, &lines), ==, 0);
		g_assert_cmpint(lines & (TIOCM_DTR | TIOCM_RTS), ==, TIOCM_DTR | TIOCM_RTS);
		close(slave);
	}
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *port;
	GyLinkError code;
} wrong_names[] = {
	{"no-path", "ttyUSB0", GY_LINK_ERROR_BAD_PORT},
	{"empty", "", GY_LINK_ERROR_BAD_PORT},
	{"folder", "/tmp", GY_LINK_ERROR_BAD_PORT},
	{"file", "/etc/passwd", GY_LINK_ERROR_BAD_PORT},
	{"missing", "/dev/ttyNONE7", GY_LINK_ERROR_NO_PORT},
	{"below-a-file", "/etc/passwd/tty", GY_LINK_ERROR_NO_PORT},
	{"serial-missing", "serial:/dev/ttyNONE7", GY_LINK_ERROR_NO_PORT},
	{"serial-folder", "serial:/dev", GY_LINK_ERROR_BAD_PORT},
	{"serial-empty", "serial:", GY_LINK_ERROR_BAD_PORT},
	{"socket-empty", "socket:", GY_LINK_ERROR_BAD_PORT},
	{"socket-file", "socket:/etc/passwd", GY_LINK_ERROR_BAD_PORT},
	{"tcp-empty", "tcp:", GY_LINK_ERROR_BAD_PORT},
	{"tcp-no-port", "tcp:localhost", GY_LINK_ERROR_BAD_PORT},
	{"tcp-no-host", "tcp::5000", GY_LINK_ERROR_BAD_PORT},
	{"tcp-port-0", "tcp:localhost:0", GY_LINK_ERROR_BAD_PORT},
	{"tcp-port-too-high", "tcp:localhost:65536", GY_LINK_ERROR_BAD_PORT},
	{"tcp-port-no-number", "tcp:localhost:http", GY_LINK_ERROR_BAD_PORT},
	{"unknown-kind", "usb:1234:5678", GY_LINK_ERROR_BAD_PORT},
};

static void
refuses_a_wrong_name(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyTransport) transport = gy_transport_new(wrong_names[i].port, &error);

	g_assert_null(transport);
	g_assert_error(error, GY_LINK_ERROR, (gint) wrong_names[i].code);
}

static void
refuses_a_path_too_long_for_a_socket(void)
{
	g_autofree char *path = g_strnfill(200, 'a');
	g_autofree char *port = g_strdup_printf("socket:/%s", path);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_transport_new(port, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
}

static void
asks_for_the_prefix_of_a_socket(void)
{
	g_autoptr(Bench) bench = bench_new(BENCH_UNIX);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_transport_new(bench->path, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
	g_assert_nonnull(strstr(error->message, "socket:"));
}

static void
refuses_a_device_that_is_no_tty(void)
{
	static const char *const ports[] = {"/dev/null", "serial:/dev/zero"};
	guint i;

	for (i = 0; i < G_N_ELEMENTS(ports); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GyTransport) transport = gy_transport_new(ports[i], &error);

		g_assert_no_error(error);
		g_assert_false(gy_transport_open(transport, 115200, NULL, &error));
		g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
	}
}

/* ---- ports that others have or keep --------------------------------------------------------------------- */

static char *
slave_of(const Bench *bench)
{
	char *path = g_file_read_link(bench->path, NULL);

	g_assert_nonnull(path);
	return path;
}

/* In a child without root's rights: tries to open, and hands the error's code and sentence back. */
static GyLinkError
open_as_nobody(Bench *bench, char **message)
{
	int ends[2];
	char text[512] = {0};
	guint8 code = 0xFF;
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	child = fork();
	if (child == 0) {
		g_autoptr(GError) error = NULL;

		if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
			setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
			!gy_transport_open(bench->transport, 115200, NULL, &error)) {
			code = (guint8) error->code;
			g_strlcpy(text, error->message, sizeof text);
		}
		_exit(write(ends[1], &code, 1) == 1 && write(ends[1], text, sizeof text) > 0 ? 0 : 1);
	}
	close(ends[1]);
	g_assert_cmpint(read(ends[0], &code, 1), ==, 1);
	g_assert_cmpint(read(ends[0], text, sizeof text), ==, sizeof text);
	close(ends[0]);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	*message = g_strndup(text, sizeof text);
	return (GyLinkError) code;
}

static void
names_the_group_that_may(gconstpointer data)
{
	g_autofree char *message = NULL;
	g_autofree char *slave = NULL;
	const struct group *group;
	g_autoptr(Bench) bench = NULL;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	bench = bench_new(GPOINTER_TO_INT(data));
	slave = slave_of(bench);
	g_assert_cmpint(chown(slave, 0, DIALOUT), ==, 0);
	g_assert_cmpint(chmod(slave, 0660), ==, 0);
	g_assert_cmpint(open_as_nobody(bench, &message), ==, GY_LINK_ERROR_FORBIDDEN);
	group = getgrgid(DIALOUT);
	g_assert_nonnull(strstr(message, group != NULL ? group->gr_name : "20"));
}

static void
names_the_user_where_no_group_may(gconstpointer data)
{
	g_autofree char *message = NULL;
	g_autofree char *slave = NULL;
	g_autoptr(Bench) bench = NULL;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	bench = bench_new(GPOINTER_TO_INT(data));
	slave = slave_of(bench);
	g_assert_cmpint(chmod(slave, 0600), ==, 0);
	g_assert_cmpint(open_as_nobody(bench, &message), ==, GY_LINK_ERROR_FORBIDDEN);
	g_assert_nonnull(strstr(message, "the user root"));
}

/* A child holds the port until its pipe is closed. */
static pid_t
hold(Bench *bench, int *leash)
{
	int ready[2];
	int wait[2];
	char byte = 0;
	pid_t child;

	g_assert_cmpint(pipe(ready), ==, 0);
	g_assert_cmpint(pipe(wait), ==, 0);
	child = fork();
	if (child == 0) {
		close(wait[1]);
		byte = gy_transport_open(bench->transport, 115200, NULL, NULL) ? 'y' : 'n';
		_exit(write(ready[1], &byte, 1) == 1 && read(wait[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(wait[0]);
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	g_assert_cmpint(byte, ==, 'y');
	close(ready[0]);
	*leash = wait[1];
	return child;
}

static void
names_the_program_that_has_it(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	g_autofree char *program = NULL;
	g_autofree char *process = NULL;
	int leash;
	pid_t child = hold(bench, &leash);

	g_assert_false(gy_transport_open(bench->transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY);
	process = g_strdup_printf("process %d", (int) child);
	g_assert_nonnull(strstr(error->message, process));
	g_assert_true(g_file_get_contents("/proc/self/comm", &program, NULL, NULL));
	g_assert_nonnull(strstr(error->message, g_strstrip(program)));
	close(leash);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	bench_open(bench);
}

/* A program that does not lock files, but has asked for the terminal alone. */
static void
a_foreign_program_may_have_it(gconstpointer data)
{
	g_autofree char *message = NULL;
	g_autofree char *slave = NULL;
	g_autoptr(Bench) bench = NULL;
	int fd;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	bench = bench_new(GPOINTER_TO_INT(data));
	slave = slave_of(bench);
	g_assert_cmpint(chmod(slave, 0666), ==, 0);
	fd = open(slave, O_RDWR | O_NOCTTY);
	g_assert_cmpint(ioctl(fd, TIOCEXCL), ==, 0);
	g_assert_cmpint(open_as_nobody(bench, &message), ==, GY_LINK_ERROR_BUSY);
	g_assert_nonnull(strstr(message, "in use by"));
	close(fd);
}

static const struct {
	const char *name;
	GTestDataFunc run;
} conformance[] = {
	{"carries-every-byte-both-ways", carries_every_byte_both_ways},
	{"takes-what-fits-and-goes-on", takes_what_fits_and_goes_on},
	{"waits-as-long-as-asked", waits_as_long_as_asked},
	{"cancel-ends-a-wait", cancel_ends_a_wait},
	{"tells-when-the-other-end-has-gone", tells_when_the_other_end_has_gone},
	{"writing-tells-it-too", writing_tells_it_too},
	{"opens-again-when-it-is-back", opens_again_when_it_is_back},
	{"closing-twice-does-nothing", closing_twice_does_nothing},
	{"shows-its-speed-to-the-other-end", shows_its_speed_to_the_other_end},
	{"sets-the-lines-it-has", sets_the_lines_it_has},
};

static const struct {
	const char *name;
	GTestDataFunc run;
} tty_only[] = {
	{"names-the-group-that-may", names_the_group_that_may},
	{"names-the-user-where-no-group-may", names_the_user_where_no_group_may},
	{"names-the-program-that-has-it", names_the_program_that_has_it},
	{"a-foreign-program-may-have-it", a_foreign_program_may_have_it},
};

static void
add(const char *kind, const char *name, gpointer data, GTestDataFunc run)
{
	g_autofree char *path = g_strdup_printf("/transport/%s/%s", kind, name);

	g_test_add_data_func(path, data, run);
}

int
main(int argc, char **argv)
{
	guint kind;
	guint i;

	g_test_init(&argc, &argv, NULL);
	for (kind = 0; kind < BENCH_N_KINDS; kind++) {
		for (i = 0; i < G_N_ELEMENTS(conformance); i++)
			add(bench_names[kind], conformance[i].name, GUINT_TO_POINTER(kind),
				conformance[i].run);
		if (kind != BENCH_PTY && kind != BENCH_SERIAL)
			continue;
		for (i = 0; i < G_N_ELEMENTS(tty_only); i++)
			add(bench_names[kind], tty_only[i].name, GUINT_TO_POINTER(kind), tty_only[i].run);
	}
	for (i = 0; i < G_N_ELEMENTS(wrong_names); i++)
		add("name", wrong_names[i].name, GUINT_TO_POINTER(i), refuses_a_wrong_name);
	g_test_add_func("/transport/name/socket-too-long", refuses_a_path_too_long_for_a_socket);
	g_test_add_func("/transport/name/asks-for-the-prefix-of-a-socket", asks_for_the_prefix_of_a_socket);
	g_test_add_func("/transport/name/device-that-is-no-tty", refuses_a_device_that_is_no_tty);
	return g_test_run();
}
