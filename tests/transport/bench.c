// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

const char *const bench_names[BENCH_N_KINDS] = {"pty", "unix", "tcp", "serial"};

gboolean
bench_is_tty(const Bench *bench)
{
	return bench->kind == BENCH_PTY || bench->kind == BENCH_SERIAL;
}

static void
make_terminal(Bench *bench)
{
	char name[64];
	int slave;

	g_assert_cmpint(openpty(&bench->peer, &slave, name, NULL, NULL), ==, 0);
	g_assert_cmpint(symlink(name, bench->path), ==, 0);
	close(slave);
}

static void
listen_unix(Bench *bench)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	g_strlcpy(address.sun_path, bench->path, sizeof address.sun_path);
	bench->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(bench->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
	g_assert_cmpint(listen(bench->listener, 1), ==, 0);
}

static void
listen_tcp(Bench *bench)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(bench->tcp_port)};
	socklen_t size = sizeof address;
	int on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bench->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(bench->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	g_assert_cmpint(bind(bench->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
	g_assert_cmpint(listen(bench->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(bench->listener, (struct sockaddr *) &address, &size), ==, 0);
	bench->tcp_port = ntohs(address.sin_port);
}

void
bench_plug(Bench *bench)
{
	switch (bench->kind) {
	case BENCH_PTY:
	case BENCH_SERIAL: make_terminal(bench); break;
	case BENCH_UNIX: listen_unix(bench); break;
	case BENCH_TCP: listen_tcp(bench); break;
	case BENCH_N_KINDS: g_assert_not_reached();
	}
}

static void
let_go(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
bench_pull(Bench *bench)
{
	let_go(&bench->peer);
	let_go(&bench->listener);
	g_unlink(bench->path);
}

static char *
port_name(const Bench *bench)
{
	switch (bench->kind) {
	case BENCH_PTY: return g_strdup(bench->path);
	case BENCH_UNIX: return g_strdup_printf("socket:%s", bench->path);
	case BENCH_TCP: return g_strdup_printf("tcp:127.0.0.1:%u", bench->tcp_port);
	case BENCH_SERIAL:
		/* libserialport looks for the same name below /dev and /sys/class/tty */
		return g_strdup_printf("serial:/dev/../../..%s", bench->path);
	case BENCH_N_KINDS: break;
	}
	g_assert_not_reached();
}

Bench *
bench_new(BenchKind kind)
{
	Bench *bench = g_new0(Bench, 1);
	g_autoptr(GError) error = NULL;

	bench_init(bench, kind);
	bench->folder = g_dir_make_tmp("gantry-XXXXXX", &error);
	g_assert_no_error(error);
	g_assert_cmpint(chmod(bench->folder, 0755), ==, 0);
	bench->path = g_build_filename(bench->folder, "port", NULL);
	bench_plug(bench);
	bench_make_transport(bench, port_name(bench));
	return bench;
}

void
bench_free(Bench *bench)
{
	if (bench == NULL)
		return;
	g_clear_object(&bench->transport);
	bench_pull(bench);
	g_rmdir(bench->folder);
	g_free(bench->folder);
	g_free(bench->path);
	g_free(bench->port);
	g_free(bench);
}

void
bench_open(Bench *bench)
{
	bench_open_transport(bench);
	if (bench->listener >= 0) {
		bench->peer = accept(bench->listener, NULL, NULL);
		g_assert_cmpint(bench->peer, >=, 0);
	}
}
