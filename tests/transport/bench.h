// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

/* A cable of each kind with a test at its other end. */

/* How long anything may take; in the guest everything is emulated and shares its computer. */
#define BENCH_LONGEST_MS 20000

typedef enum { BENCH_PTY, BENCH_UNIX, BENCH_TCP, BENCH_SERIAL, BENCH_N_KINDS } BenchKind;

extern const char *const bench_names[BENCH_N_KINDS];

typedef struct {
	BenchKind kind;
	char *folder; /* anyone may look into it */
	char *path;   /* of what stands in the folder */
	char *port;   /* for gy_transport_new() */
	GyTransport *transport;
	int listener; /* sockets; -1: none */
	guint16 tcp_port;
	int peer; /* the other end; -1: none */
} Bench;

/* The other end is there, the transport is not open. */
Bench *bench_new(BenchKind kind);
void bench_free(Bench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

gboolean bench_is_tty(const Bench *bench);
/* Opens the transport, at 115200 baud, and the other end with it. */
void bench_open(Bench *bench);
/* The other end: blocks until so much went through. */
void bench_give(Bench *bench, const guint8 *bytes, gsize size);
void bench_take(Bench *bench, guint8 *bytes, gsize size);
/* The other end goes away, and comes back under the same name. */
void bench_pull(Bench *bench);
void bench_plug(Bench *bench);
/* The speed that the other end of a tty sees; asked for where bench_is_tty() alone. */
guint bench_speed(const Bench *bench);
/* Reads until so much has come. */
void bench_read(Bench *bench, guint8 *bytes, gsize size);

/*
 * What the benches of several kinds have in common. bench-host.c: bench_read() and the three below, which bench_new() and
 * bench_open() are made of. bench-peer.c: bench_give() and bench_take() where the other end is one file.
 * bench-without-tty.c: bench_is_tty() and bench_speed() of what is none.
 */

/* The other end is not there. */
void bench_init(Bench *bench, guint kind);
/* @port (transfer full): for gy_transport_new(). */
void bench_make_transport(Bench *bench, char *port);
/* The host's end alone. */
void bench_open_transport(Bench *bench);
