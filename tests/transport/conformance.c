// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/conformance.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define MANY (1024 * 1024)

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
	/* a tty hands on what it took a moment later, and has room once more; cdc_acm tells only when all has left */
	do {
		gy_transport_wait(bench->transport, G_IO_OUT, 20, NULL);
		n = gy_transport_write(bench->transport, bytes + given, many - given, &error);
		g_assert_no_error(error);
		given += (gsize) n;
	} while (given < many && n > 0);
	g_assert_cmpint(gy_transport_write(bench->transport, bytes + given, many - given, &error), ==, 0);
	g_assert_cmpuint(given, >, 0);
	g_assert_cmpuint(given, <, many);
	/* cdc_acm counts whole buffers, also those that are not full */
	if (!g_str_has_prefix(bench->port, "serial:/dev/ttyACM"))
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

void
conformance_add(const char *name, guint kind)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(conformance); i++) {
		g_autofree char *path = g_strdup_printf("/transport/%s/%s", name, conformance[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(kind), conformance[i].run);
	}
}
