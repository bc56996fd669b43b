// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/session/session.h"
#include "protocol/wire/releasing.h"

/*
 * A device of few words on a line whose two ends have a rate each, in virtual time, one millisecond after the other: it
 * agrees to rates, wants to know who asks, and takes one package. What goes wrong is what the test says.
 */

#define MODEL_START  115200u
#define MODEL_SIZE   200000u
#define MODEL_WINDOW 16384u

typedef struct _Model Model;

struct _Model {
	GySession *session;
	gint64 now_ms;
	guint delay_ms; /* each way */
	gboolean port_open;

	/* the line, by direction: 0 to the device */
	GQueue moving[2]; /* of Moving */
	gdouble budget[2];
	GArray *heard;              /* Heard: the good frames that the device got */
	guint cable_most;           /* above it bytes turn into others; 0: no such rate */
	gboolean eats_flow_control; /* 0x11 and 0x13 */
	gboolean has_seven_bits;
	gboolean is_dead;
	guint host_most; /* of the host's port; 0: any */

	/* the device */
	struct gyw_releasing receiver;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MAX)];
	struct gyw_info info;
	GByteArray *out;
	guint baud;
	guint new_baud; /* once the transmitter is empty */
	guint patience_ms;
	gint64 heard_ms;
	gint64 boot_ms; /* when it started */
	gint64 busy_until_ms;
	guint n_speeds; /* how often it changed its rate on request */
	guint refused_baud;
	guint8 lost_type; /* the next so many answers of that type are lost */
	guint n_lost;
	guint16 held; /* session */
	guint32 next;
	GBytes *payload;
	gboolean is_out_of_order;

	/* who asks */
	gboolean is_open;
	guint8 hello_nonce[GYW_NONCE_SIZE];
	guint8 challenge[GYW_CHALLENGE_SIZE];
	guint n_challenges;
	guint n_auths;
	guint n_refused; /* requests while it was locked */
	gboolean refuses_key;

	/* what the host tells */
	GString *told; /* of rates, one sentence a line */
	guint host_baud;
	guint n_switches;
};

/* With @options: of the session; the rates are filled in where they are 0. */
Model *model_new(const GySessionOptions *options);
void model_free(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)

/* Lets time pass until the operation under way ends, and gives its event. */
void model_wait(Model *model, GySessionEvent *event);
void model_run_ms(Model *model, gint64 ms);
void model_expect_done(Model *model, GyOperation operation);
void model_expect_error(Model *model, GyLinkError code);

void model_hello(Model *model);
void model_begin(Model *model);
void model_transfer(Model *model);
void model_reset(Model *model);
void model_close_port(Model *model);
void model_open_port(Model *model);
/* How many good frames of that type came at that rate. */
guint model_n_heard(Model *model, guint8 type, guint baud);

/* The options' `sign`: what model_new()'s device takes for a signature. */
gboolean model_sign(gpointer data, const guint8 *message, gsize size, guint8 signature[64], char **why);
