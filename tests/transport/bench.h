// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

/* A cable of each kind with a test at its other end. */

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
/* The speed that the other end of a tty sees. */
guint bench_speed(const Bench *bench);
/* Reads until so much has come. */
void bench_read(Bench *bench, guint8 *bytes, gsize size);
