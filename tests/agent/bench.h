// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "device-agent/core/agent.h"
#include "device-agent/include/guard.h"
#include "device-agent/include/info.h"
#include "protocol/wire/releasing.h"

/*
 * The real agent core between a line and a scripted backend, in virtual time. Tests speak to it in frames that the
 * wire's host half makes and reads.
 */
typedef struct {
	struct gya_agent *agent;
	struct gya_port port;
	struct gya_backend backend;
	struct gya_board board;
	struct gya_info info;   /* the port's */
	struct gya_info said;   /* the backend's */
	struct gya_guard guard; /* for the test to use */
	guint32 baud;           /* likewise */
	guint32 now_ms;

	/* the line */
	GByteArray *to_device;
	GString *console;
	gsize transmitter_room; /* bytes that link_write takes in a millisecond */
	gsize room;
	gboolean line_is_busy; /* the last bit is not out yet */
	struct gyw_releasing receiver;
	guint8 receive_buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	GQueue frames; /* of GByteArray: type, seq, session, body */

	/* the store side */
	gboolean store_sleeps; /* a backend's call is under way for ever */
	GByteArray *stored;
	GString *calls; /* one letter each: j p w r c a d R */
	char fails;     /* the call that fails next, or 0 */
	struct gya_verdict verdict;
	struct gya_verdict *place; /* the agent's, where verdicts go */
	const char *version;
	guint n_versions; /* times that INFO says it */
	guint n_fails;
	guint n_stops;        /* times that the backend was told to give up */
	guint bad_writes;     /* gaps, repeats, or pieces that are not aligned */
	guint hashes;         /* running ones: inits without a final */
	GByteArray *manifest; /* what judge was given */
	guint8 tags[64];      /* what judge saw of BEGIN's tags */
	guint tags_size;
	guint32 deaf_violations; /* blocking calls without BUSY before, or with bytes in the transmitter */
	gboolean said_deaf;
} Bench;

Bench *bench_new(void);
void bench_free(Bench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

/* Starts the agent; what the test changed in port and backend before counts. */
void bench_start(Bench *bench);
/* Runs both sides for so many milliseconds. */
void bench_run(Bench *bench, guint ms);

void bench_send(Bench *bench, guint8 type, guint8 seq, guint16 session, const void *body, gsize size);
void bench_begin(Bench *bench, guint8 seq, guint16 session, GBytes *package, guint8 flags);
void bench_manifest(Bench *bench, guint8 seq, guint16 session, guint32 offset, guint32 total,
	const guint8 *bytes, gsize size);
/* Frames of up to 500 bytes, all with this number. */
void bench_data(Bench *bench, guint8 seq, guint16 session, GBytes *package, guint32 offset, guint32 size);

/* The next frame of the device, which has to be of this type; its body in `body`. */
void bench_expect(Bench *bench, guint8 type, guint8 seq, guint16 session, GByteArray **body);
void bench_expect_nothing(Bench *bench);
/* Forgets what the device has sent. */
void bench_drain(Bench *bench);
void bench_expect_refusal(
	Bench *bench, guint8 type, guint8 seq, guint16 session, struct gyw_refusal *refusal);
/* Runs a little; the refusal of this request then. */
struct gyw_refusal bench_refused(Bench *bench, guint8 type, guint8 request, guint8 seq, guint16 session);
struct gyw_ready bench_expect_ready(Bench *bench, guint8 seq, guint16 session);
struct gyw_data_ack bench_expect_ack(Bench *bench, guint8 seq, guint16 session);
struct gyw_busy bench_expect_busy(Bench *bench, guint8 seq, guint16 session);
struct gyw_status bench_status(Bench *bench);

GBytes *bench_package(gsize size, guint32 seed);
/* Brings a session to the state where it takes DATA; to where all is stored; and to verified. */
void bench_to_receiving(Bench *bench, guint16 session, GBytes *package);
void bench_to_stored(Bench *bench, guint16 session, GBytes *package);
void bench_to_verified(Bench *bench, guint16 session, GBytes *package);
void bench_to_armed(Bench *bench, guint16 session, GBytes *package);
