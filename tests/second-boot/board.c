// SPDX-License-Identifier: Apache-2.0
#include "tests/second-boot/board.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/wire/frame.h"
#include "tests/wire/info-encode.h"

#define RESET_MS 50
#define DATA_S   10

struct _Board {
	int fd;
	char *path;
	GThread *thread;
	gint stop;

	GMutex lock; /* of what is below, but for the thread's own */
	GCond changed;
	Loader *loader;
	gboolean was_heard, was_reset;
	guint lost_ack;
	gboolean has_agent;
	struct gyw_info info;
	struct gyw_receiver receiver;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
};

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

/* ---- the agent ------------------------------------------------------------------------------------------ */

static void
answer(Board *board, const struct gyw_frame *asked)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_hello hello;
	struct gyw_writer body;
	guint32 size;

	if (asked->type != GYW_HELLO || gyw_hello_decode(&hello, asked->body, asked->body_size) != GYW_OK)
		return;
	memcpy(board->info.nonce, hello.nonce, sizeof hello.nonce);
	gyw_frame_open(&body, line, GYW_MTU_MIN);
	gyw_info_encode(&body, &board->info);
	size = gyw_frame_close(&body, line, GYW_MTU_MIN, GYW_INFO, asked->seq, asked->session);
	g_assert_cmpint(write(board->fd, line, size), ==, (gssize) size);
}

static void
take_frames(Board *board, const guint8 *bytes, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		struct gyw_frame frame;

		if (gyw_receiver_push(&board->receiver, bytes[i], (guint32) now_ms()) != GYW_RECEIVE_FRAME)
			continue;
		gyw_receiver_frame(&board->receiver, &frame);
		answer(board, &frame);
	}
}

/* ---- the line ------------------------------------------------------------------------------------------- */

static void
say_all(Board *board)
{
	guint8 bytes[512];

	for (gsize size; (size = loader_send(board->loader, bytes, sizeof bytes)) > 0;)
		g_assert_cmpint(write(board->fd, bytes, size), ==, (gssize) size);
}

static void
hear(Board *board)
{
	guint8 bytes[512];
	gssize got = read(board->fd, bytes, sizeof bytes);

	if (got <= 0)
		return;
	board->was_heard = TRUE;
	if (board->has_agent && loader_has_started(board->loader))
		take_frames(board, bytes, (gsize) got);
	else
		loader_receive(board->loader, bytes, (gsize) got, now_ms());
}

/* Somebody resets it once something comes from the host, and again if the menu was missed on a busy machine. */
static void
reset(Board *board)
{
	gboolean is_missed = loader_has_started(board->loader) && !*loader_keys(board->loader);

	if (board->was_heard && (!board->was_reset || is_missed)) {
		loader_reset(board->loader, now_ms() + RESET_MS);
		loader_lose_ack(board->loader, board->lost_ack);
		board->was_reset = TRUE;
	}
}

static gpointer
run(gpointer data)
{
	Board *board = data;

	while (!g_atomic_int_get(&board->stop)) {
		GPollFD polled = {.fd = board->fd, .events = G_IO_IN};
		gboolean is_readable = g_poll(&polled, 1, 1) > 0 && (polled.revents & G_IO_IN);

		g_mutex_lock(&board->lock);
		loader_step(board->loader, now_ms());
		if (is_readable)
			hear(board);
		reset(board);
		say_all(board);
		g_cond_broadcast(&board->changed);
		g_mutex_unlock(&board->lock);
	}
	return NULL;
}

static int
open_terminal(void)
{
	struct termios raw;
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(grantpt(fd), ==, 0);
	g_assert_cmpint(unlockpt(fd), ==, 0);
	g_assert_cmpint(tcgetattr(fd, &raw), ==, 0);
	cfmakeraw(&raw);
	g_assert_cmpint(tcsetattr(fd, TCSANOW, &raw), ==, 0);
	return fd;
}

Board *
board_new(LoaderGeneration generation, const struct gyw_info *agent)
{
	Board *board = g_new0(Board, 1);

	board->fd = open_terminal();
	board->path = g_strdup(ptsname(board->fd));
	board->loader = loader_new(generation, G_MAXINT64);
	board->has_agent = agent != NULL;
	if (agent)
		board->info = *agent;
	gyw_receiver_init(&board->receiver, board->buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	g_mutex_init(&board->lock);
	g_cond_init(&board->changed);
	board->thread = g_thread_new("board", run, board);
	return board;
}

void
board_free(Board *board)
{
	g_atomic_int_set(&board->stop, 1);
	g_thread_join(board->thread);
	loader_free(board->loader);
	close(board->fd);
	g_mutex_clear(&board->lock);
	g_cond_clear(&board->changed);
	g_free(board->path);
	g_free(board);
}

/* ---- for tests ------------------------------------------------------------------------------------------ */

void
board_lose_ack(Board *board, guint block)
{
	g_mutex_lock(&board->lock);
	board->lost_ack = block;
	g_mutex_unlock(&board->lock);
}

const char *
board_path(const Board *board)
{
	return board->path;
}

gboolean
board_wait_for_data(Board *board)
{
	gint64 until = g_get_monotonic_time() + DATA_S * G_TIME_SPAN_SECOND;
	gboolean is_there = TRUE;

	g_mutex_lock(&board->lock);
	while (is_there && !loader_takes_data(board->loader))
		is_there = g_cond_wait_until(&board->changed, &board->lock, until);
	g_mutex_unlock(&board->lock);
	return is_there;
}

GBytes *
board_flash(Board *board, guint32 address, gsize size)
{
	GBytes *bytes;

	g_mutex_lock(&board->lock);
	bytes = g_bytes_new(loader_flash(board->loader) + address, size);
	g_mutex_unlock(&board->lock);
	return bytes;
}
