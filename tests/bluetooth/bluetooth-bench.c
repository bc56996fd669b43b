// SPDX-License-Identifier: Apache-2.0
#include "tests/bluetooth/bluetooth-bench.h"

#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#define LONGEST_S 5

MockBluez *bench_mock;

void
bench_plug(Bench *bench)
{
	bench_mock->setup.devices[0].connect_error = (MockError){0};
}

void
bench_pull(Bench *bench)
{
	bench_mock->setup.devices[0].connect_error = (MockError){"Failed", "br-connection-page-timeout", 0};
	if (bench->peer >= 0)
		close(bench->peer);
	bench->peer = -1;
}

Bench *
bench_new(BenchKind kind)
{
	guint how = (guint) kind - BENCH_N_KINDS;
	Bench *bench = g_new0(Bench, 1);

	mock_bluez_reset(bench_mock);
	bench_mock->setup.devices[0].is_blocking = (how & BENCH_BLOCKING) != 0;
	bench_mock->setup.devices[0].is_line_late = (how & BENCH_LATE) != 0;
	bench_init(bench, kind);
	bench_make_transport(bench, g_strconcat("bt:", mock_addresses[0], NULL));
	return bench;
}

void
bench_free(Bench *bench)
{
	if (bench == NULL)
		return;
	g_clear_object(&bench->transport);
	bench_pull(bench);
	g_free(bench->port);
	g_free(bench);
}

/* So that the test's end may read and write whole pieces. */
static void
make_patient(int peer)
{
	struct timeval longest = {.tv_sec = LONGEST_S};

	g_assert_true(g_unix_set_fd_nonblocking(peer, FALSE, NULL));
	g_assert_cmpint(setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest), ==, 0);
	g_assert_cmpint(setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest), ==, 0);
}

void
bench_open(Bench *bench)
{
	bench_open_transport(bench);
	bench->peer = mock_bluez_take_peer(bench_mock);
	make_patient(bench->peer);
}

void
bench_give(Bench *bench, const guint8 *bytes, gsize size)
{
	g_assert_cmpint(send(bench->peer, bytes, size, 0), ==, (gssize) size);
}

void
bench_take(Bench *bench, guint8 *bytes, gsize size)
{
	g_assert_cmpint(recv(bench->peer, bytes, size, MSG_WAITALL), ==, (gssize) size);
}
