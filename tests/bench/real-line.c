// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/real-line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "protocol/host/transport/transport-private.h"

#define NS_PER_S   G_GINT64_CONSTANT(1000000000)
#define NS_PER_MS  G_GINT64_CONSTANT(1000000)
#define GATHER_NS  NS_PER_MS
#define LONGEST_NS (20 * NS_PER_MS) /* how late the thread may learn that it is over */
#define CHUNK      4096

/* A terminal: the line has the master, somebody else opens the slave. */
typedef struct {
	int master;
	int slave; /* held, so that the master lives when nobody else has the slave open */
	char path[64];
	guint8 pending[CHUNK]; /* arrived, and not taken by the terminal yet */
	gsize pending_at;
	gsize pending_size;
} End;

struct _RealLine {
	Line *line;
	GMutex lock;           /* of `line` */
	End ends[LINE_N_WAYS]; /* where that way's bytes come out */
	GThread *thread;
	gint is_over;
};

static gint64
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static gboolean
open_end(End *end, guint baud, GError **error)
{
	int failed;

	end->slave = -1;
	end->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (end->master < 0 || grantpt(end->master) != 0 || unlockpt(end->master) != 0 ||
		ptsname_r(end->master, end->path, sizeof end->path) != 0)
		failed = errno;
	else if ((end->slave = open(end->path, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		failed = errno;
	else
		failed = gy_tty_set_raw(end->slave) ?: gy_tty_set_speed(end->slave, baud);
	if (failed == 0)
		return TRUE;
	g_set_error(error, G_IO_ERROR, (gint) g_io_error_from_errno(failed),
		"cannot make a pseudo-terminal: %s", g_strerror(failed));
	return FALSE;
}

/* What the one end wrote goes into the driver. */
static void
take_in(RealLine *line, LineWay way)
{
	guint8 bytes[CHUNK];
	int from = line->ends[1 - way].master;
	gint64 now = now_ns();
	gsize room = line_room(line->line, way, now);
	gssize n = room == 0 ? 0 : read(from, bytes, MIN(room, sizeof bytes));

	if (n > 0)
		line_write(line->line, way, bytes, (gsize) n, now);
}

/* What has arrived goes to the other end. */
static void
put_out(RealLine *line, LineWay way)
{
	End *end = &line->ends[way];
	gssize n;

	do {
		if (end->pending_size == 0) {
			end->pending_at = 0;
			end->pending_size =
				line_read(line->line, way, end->pending, sizeof end->pending, now_ns());
		}
		if (end->pending_size == 0)
			return;
		n = write(end->master, end->pending + end->pending_at, end->pending_size);
		if (n <= 0)
			return;
		end->pending_at += (gsize) n;
		end->pending_size -= (gsize) n;
	} while (end->pending_size == 0);
}

static gint64
wake_ns(RealLine *line, LineWay way, gint64 now)
{
	gint64 next = line_next_ns(line->line, way);

	if (line->ends[way].pending_size > 0)
		return now + GATHER_NS;
	return next == G_MAXINT64 ? next : MAX(next, now) + GATHER_NS;
}

static void
sleep_on(RealLine *line)
{
	struct pollfd polled[LINE_N_WAYS];
	nfds_t n = 0;
	gint64 now = now_ns();
	gint64 wake = now + LONGEST_NS;
	struct timespec span;

	for (LineWay way = 0; way < LINE_N_WAYS; way++) {
		gint64 room_ns = line_room_ns(line->line, way, now);

		wake = MIN(wake, wake_ns(line, way, now));
		if (room_ns > now)
			wake = MIN(wake, room_ns);
		else
			polled[n++] = (struct pollfd){.fd = line->ends[1 - way].master, .events = POLLIN};
	}
	span.tv_sec = 0;
	span.tv_nsec = MAX(wake - now, 0);
	g_mutex_unlock(&line->lock);
	(void) ppoll(polled, n, &span, NULL);
	g_mutex_lock(&line->lock);
}

static gpointer
run(gpointer data)
{
	RealLine *line = data;

	g_mutex_lock(&line->lock);
	while (!g_atomic_int_get(&line->is_over)) {
		for (LineWay way = 0; way < LINE_N_WAYS; way++) {
			take_in(line, way);
			put_out(line, way);
		}
		sleep_on(line);
	}
	g_mutex_unlock(&line->lock);
	return NULL;
}

RealLine *
real_line_new(const LineOptions *options, GError **error)
{
	g_autoptr(RealLine) line = g_new0(RealLine, 1);

	g_mutex_init(&line->lock);
	line->line = line_new(options);
	for (LineWay way = 0; way < LINE_N_WAYS; way++)
		line->ends[way].master = line->ends[way].slave = -1;
	for (LineWay way = 0; way < LINE_N_WAYS; way++) {
		if (!open_end(&line->ends[way], options->baud, error))
			return NULL;
	}
	line->thread = g_thread_new("line", run, line);
	return g_steal_pointer(&line);
}

void
real_line_free(RealLine *line)
{
	if (!line)
		return;
	g_atomic_int_set(&line->is_over, 1);
	g_clear_pointer(&line->thread, g_thread_join);
	for (LineWay way = 0; way < LINE_N_WAYS; way++) {
		if (line->ends[way].slave >= 0)
			close(line->ends[way].slave);
		if (line->ends[way].master >= 0)
			close(line->ends[way].master);
	}
	line_free(line->line);
	g_mutex_clear(&line->lock);
	g_free(line);
}

const char *
real_line_host_path(RealLine *line)
{
	return line->ends[LINE_TO_HOST].path;
}

const char *
real_line_device_path(RealLine *line)
{
	return line->ends[LINE_TO_DEVICE].path;
}

void
real_line_cut(RealLine *line, guint after_ms, guint for_ms)
{
	gint64 from = now_ns() + after_ms * NS_PER_MS;

	g_mutex_lock(&line->lock);
	line_cut(line->line, from, from + for_ms * NS_PER_MS);
	g_mutex_unlock(&line->lock);
}
