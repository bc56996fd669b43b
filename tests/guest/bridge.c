// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/bridge.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#define RETRY_US (20 * 1000)
#define LOOK_MS  50

struct _Bridge {
	BridgeOpen open_end;
	gconstpointer data;
	int end_fd;   /* -1: it has gone */
	int board_fd; /* -1: an echo */
	gint is_stopped;
	GThread *thread;
};

int
bridge_open_tty(gconstpointer path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios term;

	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &term) != 0) {
		close(fd);
		return -1;
	}
	cfmakeraw(&term);
	tcsetattr(fd, TCSANOW, &term);
	return fd;
}

static void
let_go(Bridge *bridge)
{
	if (bridge->end_fd >= 0)
		close(bridge->end_fd);
	bridge->end_fd = -1;
}

/* FALSE: the other end has gone; what it did not take is lost with the cable. */
static gboolean
write_all(int fd, const guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		gssize n = write(fd, bytes + at, size - at);

		if (n <= 0)
			return FALSE;
		at += (gsize) n;
	}
	return TRUE;
}

static gboolean
move(int from, int to)
{
	guint8 bytes[4096];
	gssize n = read(from, bytes, sizeof bytes);

	return n > 0 && write_all(to, bytes, (gsize) n);
}

static gpointer
carry(gpointer data)
{
	Bridge *bridge = data;

	while (!g_atomic_int_get(&bridge->is_stopped)) {
		struct pollfd ends[] = {{bridge->end_fd, POLLIN, 0}, {bridge->board_fd, POLLIN, 0}};
		int other = bridge->board_fd >= 0 ? bridge->board_fd : bridge->end_fd;

		if (bridge->end_fd < 0) {
			bridge->end_fd = bridge->open_end(bridge->data);
			g_usleep(bridge->end_fd < 0 ? RETRY_US : 0);
			continue;
		}
		if (poll(ends, G_N_ELEMENTS(ends), LOOK_MS) <= 0)
			continue;
		if (ends[0].revents != 0 && !move(bridge->end_fd, other)) {
			let_go(bridge);
			g_usleep(RETRY_US);
		} else if (ends[1].revents != 0 && !move(bridge->board_fd, bridge->end_fd)) {
			let_go(bridge);
		}
	}
	let_go(bridge);
	return NULL;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	g_assert_cmpint(connect(fd, (struct sockaddr *) &address, sizeof address), ==, 0);
	return fd;
}

Bridge *
bridge_new(BridgeOpen open_end, gconstpointer data, const char *socket_path)
{
	Bridge *bridge = g_new0(Bridge, 1);

	bridge->open_end = open_end;
	bridge->data = data;
	bridge->end_fd = open_end(data);
	bridge->board_fd = socket_path != NULL ? connect_to(socket_path) : -1;
	bridge->thread = g_thread_new("bridge", carry, bridge);
	return bridge;
}

void
bridge_free(Bridge *bridge)
{
	if (bridge == NULL)
		return;
	g_atomic_int_set(&bridge->is_stopped, TRUE);
	g_thread_join(bridge->thread);
	if (bridge->board_fd >= 0)
		close(bridge->board_fd);
	g_free(bridge);
}
