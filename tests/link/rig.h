// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device-agent/core/agent-private.h"
#include "device-agent/include/guard.h"
#include "device-agent/include/info.h"
#include "protocol/host/session/session.h"
#include "tests/link/line.h"

/*
 * The host's session and the device's agent on one simulated line, on one virtual clock. The backend is memory that
 * keeps the store's rule: every byte once and in order.
 */

typedef struct {
	LineOptions line;
	GySessionOptions session;
	gsize payload_size;
	gboolean has_speeds; /* the device lists some, and its agent takes them if it can */
	gsize manifest_size; /* 0: the backend wants none */
	guint32 piece;       /* 0: 512 */
	guint prepare_ms;
	guint piece_us;
	guint recheck_ms;
	guint arm_ms;
	guint boot_ms;
	gboolean is_guarded; /* the device wants to know who asks; the host has the key */
	guint verify_ms;
	gboolean is_deaf; /* the device's port cannot receive while the backend works */
	guint fail_write; /* the number of the piece that cannot be stored, from 1 */
	gboolean fail_judge;
	gboolean fail_prepare;
	gboolean fail_recheck;
	gboolean fail_arm;
	gboolean fail_reset; /* the reset does not happen */
	gboolean compresses; /* the device takes the payload compressed, and the host sends it so */
} RigOptions;

/* Of what is repeated, this program does every RIG_SHARES-th, beginning with the one numbered RIG_SHARE. */
#ifndef RIG_SHARES
#define RIG_SHARE  0u
#define RIG_SHARES 1u
#endif

/* What a failing backend says. */
#define RIG_CODE    0x80001234u
#define RIG_BACKEND 9

/* What a test does at every turn; gives the next time that it wants one, in ns. */
typedef struct _Rig Rig;
typedef gint64 (*RigTurn)(Rig *rig, gpointer data);

struct _Rig {
	RigOptions options;
	GySession *session;
	Line *line;
	gint64 now_ns;
	gboolean port_open;
	guint host_baud; /* of the host's port */
	GString *rates;  /* what the session told of the line's rate, one sentence a line */
	GySession *
		second; /* (nullable): another program on the same port; each byte that comes goes to one of both */
	GRand *random; /* which one */
	GBytes *payload;
	GBytes *other_payload; /* (nullable): another one that the device may be given */
	GBytes *manifest;
	GString *text; /* what the session took for console text */
	guint n_busy;
	guint n_progress;
	/* what happens at a time of its own; G_MAXINT64: never */
	gint64 pull_ns;
	gint64 plug_ns;
	gint64 reset_ns;
	gint64 sleeps_until_ns; /* the host is suspended: its computer keeps what comes */
	RigTurn each_turn;
	gpointer turn_data;

	/* the device */
	struct gya_agent agent;
	struct gya_port port;
	guint8 device_id[4];
	struct gya_info info; /* the port's */
	struct gya_guard guard;
	gint64 wake_ns;
	gint64 store_free_ns;
	gint64 boots_ns; /* G_MAXINT64: it runs */
	gboolean store_more;
	gboolean is_storing;
	GString *console; /* what the device's shell was given */

	/* its memory */
	guint8 *memory;
	guint32 stored;    /* in order so far */
	GBytes *announced; /* which payload the device was told to expect, or NULL */
	gboolean is_out_of_order;
	gboolean is_wrong_byte;  /* a byte was stored that is not the announced payload's */
	gboolean is_wrong_armed; /* arming would have installed something else */
	guint n_judged;
	guint n_prepared;
	guint n_pieces;
	guint n_armed;
	guint n_resets;
};

Rig *rig_new(const RigOptions *options);
void rig_free(Rig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rig, rig_free)

gint64 rig_now_ms(const Rig *rig);
/* Runs until the operation under way has ended, and gives its event. */
void rig_wait(Rig *rig, GySessionEvent *event);
/* Lets both ends act once, and time pass to where there is more to do; not past @until_ns. */
void rig_turn(Rig *rig, gint64 until_ns);
/* Runs until the device has told the host of that many bytes; FALSE if the operation ended before. */
gboolean rig_run_to(Rig *rig, guint32 offset);
void rig_run_ms(Rig *rig, gint64 ms);

/* Pulls and plugs the cable. What was on its way is lost. */
void rig_close_port(Rig *rig);
void rig_open_port(Rig *rig);
/* Frees the session and starts another one: the host's program was killed, and started again. */
void rig_restart_host(Rig *rig);
/* The device starts anew: its agent knows nothing. */
void rig_reset_device(Rig *rig);

/* Each does one operation, and fails the test if it does not end in DONE. */
void rig_hello(Rig *rig);
void rig_begin(Rig *rig);
/* Only starts it, for any of the hosts. */
void rig_start_begin(Rig *rig, GySession *session, GBytes *payload);
/* The payload as it travels with `compresses`. */
GBytes *rig_compress(GBytes *image);
void rig_transfer(Rig *rig);
/* HELLO to RESET. */
void rig_run_all(Rig *rig);
/* HELLO to FINISH, wherever it ends; FALSE: @event says why it ended early. */
gboolean rig_try(Rig *rig, GySessionEvent *event);

/* The memory holds the payload, stored once and in order. */
void rig_assert_stored(Rig *rig);
