// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/session/overheard.h"
#include "protocol/host/session/session.h"
#include "protocol/wire/releasing.h"

/* Times of the protocol, ms. */
#define HELLO_REPEAT_MS   300
#define FIRST_REPEAT_MS   300 /* of other requests, while no round trip was measured */
#define TIMEOUT_LEAST_MS  50
#define TIMEOUT_MOST_MS   1000
#define AFTER_BUSY_MS     1500
#define PROBE_MS          500
#define PROGRESS_MS       20
#define DEAF_MOST_MS      (10 * 60 * 1000) /* no flash takes longer: an announcement is a claim */
#define RESTARTS_MOST     3
#define READ_MOST         65536u
#define RESET_SILENT_MOST 2 /* requests without an answer before HELLO asks what became of the device */

/* What a request's frame waits for on a slow line: a byte's time at 115200 baud, in us. */
#define SLOW_BYTE_US 87

/* DATA names transmissions modulo 256: this many may be without an answer before that would be ambiguous. */
#define TRANSMISSIONS_MOST 128u
/* DATA's offset beside the frame's own overhead. */
#define DATA_OVERHEAD (GYW_FRAME_OVERHEAD + 4u)
/* After so much of a pause the next frame has one zero more in front. */
#define BURST_PAUSE_MS 5
/* No segment gets smaller, whatever the error rate, but for the last. */
#define SEGMENT_LEAST 128u

/* What the session does for the operation under way. */
typedef enum {
	PHASE_IDLE,
	PHASE_GREETING,  /* HELLO: as an operation, or to learn whether it is still the same device */
	PHASE_AUTH,      /* AUTH */
	PHASE_SPEED,     /* SPEED, and the proof of the new rate */
	PHASE_BEGINNING, /* BEGIN */
	PHASE_MANIFEST,
	PHASE_ACTING, /* the operation's own request, or DATA */
} Phase;

/* The one request that waits for its answer. */
typedef struct {
	gboolean waits; /* for an answer */
	gboolean due;   /* to be put on the line */
	guint8 type;
	guint8 seq;
	guint16 session;
	guint sent;      /* how often */
	guint silent;    /* of those, since something was heard */
	gint64 begun_ms; /* when it was first due */
	gint64 out_ms;   /* when its last byte was given out */
	gint64 again_ms; /* when it is due again */
	guint timeout_ms;
	gboolean was_busy;
} Request;

typedef struct {
	guint32 from;
	guint32 to;
} Range;

/* A segment on its way. Kept in the order of transmission. */
typedef struct {
	guint32 from;
	guint32 to;
	guint64 number; /* of the transmission */
} Flight;

typedef struct {
	GArray *flights; /* Flight */
	GArray *again;   /* Range: lost, to be sent again; in the payload's order */
	guint32 next;    /* the device has all before it */
	guint32 stored;
	guint32 limit;    /* as bounded by the payload's length */
	guint32 fresh_at; /* first byte that was never sent since READY */
	guint64 sent;     /* number of the newest transmission that left whole; 0: none */
	guint64 numbered; /* of the newest that was put together */
	guint64 answered; /* newest that the device is known to have got */
	gint64 out_ms[256];
	gint64 quiet_ms;    /* since when nothing was sent or heard */
	gint64 probed_ms;   /* last empty DATA; G_MININT64: none since something was heard */
	gint64 progress_ms; /* when next moved last */
	guint fruitless;    /* losses since then */
	/* what the error rate favours */
	gdouble bytes_tried;
	gdouble losses;
} Transfer;

#define SPEED_ECHOES 4

typedef enum {
	SPEED_REST,
	SPEED_ASKED,
	SPEED_PROVING,   /* the echoes are on their way */
	SPEED_RETURNING, /* back at the starting rate, and waits until the device has to be */
	SPEED_CHECKING,  /* that it is, and that the line carries every byte */
} SpeedStep;

/* Rates in baud; 0: the cable has none. */
typedef struct {
	guint baud;   /* of the line now */
	guint agreed; /* what was proven last; the starting rate if nothing was */
	guint other;  /* what else the device may have; 0: nothing */
	guint most;   /* to ask for */
	guint wanted; /* what was asked for last */
	SpeedStep step;
	gint64 from_ms;  /* when the echoes may go out */
	gint64 until_ms; /* end of the step */
	guint8 first_seq;
	guint n_sent;
	guint came_back; /* bits of the echoes that did */
	guint n_tries;   /* of this rate that failed */
	guint n_failed;  /* of all */
	guint n_lost;    /* how often the device was found at the starting rate */
	gboolean is_plain;
	guint n_plain;
	gboolean is_seeking; /* tries both rates in turn */
	gboolean has_fallen; /* it was just found at the starting rate */
	gint64 switched_ms;
} Speed;

typedef struct {
	gboolean is_done;
	gboolean has_signature; /* the request under way is the second one */
	guint n_tries;
	guint n_locked;
	guint8 signature[GYW_SIGNATURE_SIZE];
} Auth;

struct _GySession {
	GySessionOptions options;
	GQueue events; /* GySessionEvent */
	GySessionCounters counters;

	/* from the line */
	struct gyw_releasing receiver;
	guint8 receive_buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	GByteArray *text;
	GyOverheard overheard; /* since HELLO was begun */
	gint64 received_ms;
	gint64 stepped_ms;
	gint64 heard_ms;    /* last good frame */
	gint64 printed_ms;  /* last text */
	gint64 answered_ms; /* last answer to what was asked, or the operation's begin */

	/* to the line */
	guint8 *frame; /* GYW_LINE_SIZE(GYW_MTU_MAX) */
	guint32 frame_size;
	guint32 frame_at;
	guint8 frame_type;
	gboolean is_open;
	gint64 sent_ms; /* when the last byte of a frame was given out; 0: never */
	gint64 deaf_until_ms;

	/* round trips; 0: not measured */
	gdouble srtt_ms;
	gdouble rttvar_ms;

	/* the device */
	gboolean has_info;
	struct gyw_info info;
	gint64 info_ms;
	gboolean is_unsure; /* the port was closed since: say HELLO first */
	guint8 nonce[GYW_NONCE_SIZE];

	Speed speed;
	Auth auth;

	/* the operation under way */
	GyOperation operation;
	Phase phase;
	Phase next_phase; /* after what the operation needs first */
	Request request;
	Request suspended; /* the operation's own, while HELLO asks */
	gboolean was_gone; /* the device said that it does not hold the session */
	guint8 request_seq;
	gint64 begun_ms;
	guint restarts;

	/* the session on the device */
	guint16 id;      /* 0: none */
	guint16 last_id; /* of the session that the last HELLO ended; 0: none */
	GBytes *payload;
	GBytes *manifest;
	GBytes *tags; /* more of BEGIN's */
	guint32 length;
	guint8 sha256[32];
	guint32 expanded_length; /* of the image that the payload expands to; 0: the payload is what is stored */
	guint8 expanded_sha256[32];
	enum gyw_mode mode;
	guint32 target;
	gboolean from_zero;
	gboolean is_custom; /* BEGIN has the tag HOTA_TYPE */
	gboolean has_old;   /* BEGIN has the tag OLD_SHA256 */
	guint8 old_sha256[32];
	guint32 manifest_at;
	guint32 manifest_end; /* of the piece on its way */
	Transfer transfer;
	gint64 progress_event_ms;
	gboolean has_progress;

	/* a RESET that was acknowledged may still be reported as failed */
	guint16 reset_session;

	struct gyw_area area;
	guint32 region; /* that REGION chooses */
	guint32 seed;   /* of SELFTEST */
	GByteArray *area_bytes;
	gboolean has_verified;
	struct gyw_verified verified;
	gboolean has_status;
	struct gyw_status status;
};

/* events.c */
void gy_session_event_free(gpointer event);
GySessionEvent *gy_session_event_push(GySession *session, GySessionEventType type);
void gy_session_text_flush(GySession *session);
void gy_session_progress(GySession *session, gint64 now_ms);

/* session.c */
void gy_session_drop_frame(GySession *session, gint64 now_ms);

/* operation.c: the end of the operation under way */
void gy_session_done(GySession *session, GBytes *bytes);
void gy_session_refused(GySession *session, const struct gyw_refusal *refusal, gboolean is_failure);
void gy_session_give_up(GySession *session, GyLinkError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* request.c */
void gy_request_start(GySession *session, guint8 type, guint16 id, gint64 now_ms);
void gy_request_repeat(GySession *session, gint64 now_ms);
void gy_request_put(GySession *session);
void gy_request_was_sent(GySession *session, gint64 now_ms);
void gy_request_step(GySession *session, gint64 now_ms);
gint64 gy_request_deadline(GySession *session);
guint gy_session_timeout_ms(GySession *session);
void gy_session_measure(GySession *session, gint64 round_trip_ms);
guint32 gy_session_mtu(GySession *session);

/* hello.c */
void gy_hello_draw(GySession *session);
void gy_session_random(GySession *session, guint8 *bytes, gsize size);
guint16 gy_session_draw_id(GySession *session);

/* resume.c: which phase follows which */
void gy_resume_greet(GySession *session, gint64 now_ms);
void gy_resume_approach(GySession *session, Phase next, gint64 now_ms);
void gy_resume_go_on(GySession *session, gint64 now_ms);
void gy_resume_begin(GySession *session, gint64 now_ms);
void gy_resume_act(GySession *session, gint64 now_ms);
void gy_resume_after_hello(GySession *session, gboolean restarted, gint64 now_ms);
void gy_resume_after_gone(GySession *session, gint64 now_ms);
void gy_resume_on_ready(GySession *session, const struct gyw_ready *ready, gint64 now_ms);
void gy_resume_on_manifest_ack(GySession *session, gint64 now_ms);

/* auth.c */
gboolean gy_auth_is_due(GySession *session);
void gy_auth_start(GySession *session, gint64 now_ms);
void gy_auth_on_challenge(GySession *session, const struct gyw_frame *frame, gint64 now_ms);
void gy_auth_on_ack(GySession *session, gint64 now_ms);
void gy_auth_on_refusal(GySession *session, const struct gyw_refusal *refusal, gint64 now_ms);
void gy_auth_on_locked(GySession *session, gint64 now_ms);

/* speed.c */
void gy_speed_init(GySession *session);
void gy_speed_forget(GySession *session);
void gy_speed_abandon(GySession *session);
gboolean gy_speed_is_due(GySession *session);
void gy_speed_start(GySession *session, gint64 now_ms);
void gy_speed_on_ack(GySession *session, gint64 now_ms);
void gy_speed_on_refusal(GySession *session, const struct gyw_refusal *refusal, gint64 now_ms);
void gy_speed_on_silence(GySession *session, gint64 now_ms);
void gy_speed_on_echo(GySession *session, const struct gyw_frame *frame, gint64 now_ms);
void gy_speed_on_checked(GySession *session, gint64 now_ms);
void gy_speed_check(GySession *session, gint64 now_ms);
void gy_speed_write_check(GySession *session, struct gyw_writer *body);
gboolean gy_speed_wants_to_send(GySession *session, gint64 now_ms);
void gy_speed_put(GySession *session);
void gy_speed_step(GySession *session, gint64 now_ms);
gint64 gy_speed_deadline(GySession *session);
void gy_speed_set_baud(GySession *session, guint baud, gint64 now_ms);

/* speed-seek.c */
void gy_speed_port_opened(GySession *session, gint64 now_ms);
void gy_speed_heard(GySession *session, gint64 now_ms);
void gy_speed_rise(GySession *session, gint64 now_ms);
void gy_speed_seek_step(GySession *session, gint64 now_ms);
gint64 gy_speed_seek_deadline(GySession *session);

/* answer.c */
void gy_answer(GySession *session, const struct gyw_frame *frame, gint64 now_ms);

/* transfer.c */
void gy_transfer_init(Transfer *transfer);
void gy_transfer_clear(Transfer *transfer);
void gy_transfer_begin(GySession *session, const struct gyw_ready *ready, gint64 now_ms);
void gy_transfer_start(GySession *session, gint64 now_ms);
gboolean gy_transfer_wants_to_send(GySession *session, gint64 now_ms);
void gy_transfer_put(GySession *session, gint64 now_ms);
void gy_transfer_was_sent(GySession *session, gint64 now_ms);
void gy_transfer_ask(GySession *session, gint64 now_ms);
void gy_transfer_ack(GySession *session, const struct gyw_frame *frame, gint64 now_ms);
void gy_transfer_step(GySession *session, gint64 now_ms);
gint64 gy_transfer_deadline(GySession *session);
