// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "protocol/host/error.h"
#include "protocol/wire/message.h"

/**
 * GySession:
 *
 * The host's end of the link, without I/O and without a clock: bytes and the time go in, bytes, events and the next
 * deadline come out. Times are milliseconds of any steady clock; @now never goes back. One operation is under way at a
 * time; each ends in exactly one of the events DONE, REFUSED or ERROR. See protocol/PROTOCOL.md.
 */
typedef struct _GySession GySession;

/**
 * GySessionEventType:
 * @GY_SESSION_EVENT_TEXT: the device printed @bytes
 * @GY_SESSION_EVENT_DONE: @operation went through; its answer is in the session (see the getters) or in the event
 * @GY_SESSION_EVENT_REFUSED: the device said no: @refusal; @is_failure tells FAILED from REFUSED
 * @GY_SESSION_EVENT_ERROR: the link gave up: @error_code says why
 * @GY_SESSION_EVENT_BUSY: the device is at it and says how far (@busy)
 * @GY_SESSION_EVENT_PROGRESS: bytes acknowledged so far changed (transfer only)
 * @GY_SESSION_EVENT_RATE: an agreement on the line's rate has ended, well or not: @message says how
 */
typedef enum {
	GY_SESSION_EVENT_TEXT,
	GY_SESSION_EVENT_DONE,
	GY_SESSION_EVENT_REFUSED,
	GY_SESSION_EVENT_ERROR,
	GY_SESSION_EVENT_BUSY,
	GY_SESSION_EVENT_PROGRESS,
	GY_SESSION_EVENT_RATE,
} GySessionEventType;

/**
 * GyOperation: what the host can ask for. BEGIN covers the manifest and the device's preparation; TRANSFER sends
 * the bytes from the offset that READY named.
 */
typedef enum {
	GY_OPERATION_NONE,
	GY_OPERATION_HELLO,
	GY_OPERATION_BEGIN,
	GY_OPERATION_TRANSFER,
	GY_OPERATION_FINISH,
	GY_OPERATION_ARM,
	GY_OPERATION_DISARM,
	GY_OPERATION_RESET,
	GY_OPERATION_CANCEL,
	GY_OPERATION_STATUS,
	GY_OPERATION_HASH,
	GY_OPERATION_READ,
	GY_OPERATION_REGION,
	GY_OPERATION_ECHO,
	GY_OPERATION_PING,
	GY_OPERATION_SELFTEST,
	GY_OPERATION_CONFIRM,
} GyOperation;

typedef struct {
	GySessionEventType type;
	GyOperation operation;
	GBytes *bytes;              /* TEXT, READ, ECHO */
	struct gyw_refusal refusal; /* REFUSED */
	gboolean is_failure;
	GyLinkError error_code; /* ERROR */
	char *message;          /* ERROR, RATE: one sentence */
	struct gyw_busy busy;   /* BUSY */
} GySessionEvent;

void gy_session_event_clear(GySessionEvent *event);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GySessionEvent, gy_session_event_clear)

/**
 * GySessionOptions:
 * @answer_ms: how long HELLO is tried before link/no-answer, link/no-agent or link/wrong-speed (0: 4000, which is more
 *   than a device takes to go back to its starting rate)
 * @lost_ms: silence after which the link is given up (0: 60000)
 * @bridge_ms: what a USB bridge may hold short packets back (0: 16)
 * @baud: rate that the line has and agents start with; 0: the cable has no rate, and none is agreed on
 * @max_baud: the highest rate to agree on before a transfer; up to @baud: none
 * @sign: (nullable): signs the SHA-256 of @message for a device that wants to know who asks: r then s, 32 bytes each,
 *   big endian; %FALSE with (transfer full) @why
 * @random: (nullable): random bytes, for tests that have to repeat; NULL uses the system's
 */
typedef struct {
	guint answer_ms;
	guint lost_ms;
	guint bridge_ms;
	guint baud;
	guint max_baud;
	gboolean (*sign)(gpointer data, const guint8 *message, gsize size,
		guint8 signature[GYW_SIGNATURE_SIZE], char **why);
	gpointer sign_data;
	void (*random)(gpointer data, guint8 *bytes, gsize size);
	gpointer random_data;
} GySessionOptions;

GySession *gy_session_new(const GySessionOptions *options);
void gy_session_free(GySession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySession, gy_session_free)

/* ---- the line ------------------------------------------------------------------------------------------- */

/** gy_session_receive: @bytes came from the line. */
void gy_session_receive(GySession *session, const guint8 *bytes, gsize size, gint64 now_ms);

/**
 * gy_session_send:
 * @bytes: where the next bytes for the line go
 * @size: how many fit
 *
 * Gives what should be on the line next; call it when the port can take bytes, with no more room than the port takes
 * at once, since a byte taken cannot be taken back. Returns: how many.
 */
gsize gy_session_send(GySession *session, guint8 *bytes, gsize size, gint64 now_ms);

/** gy_session_wants_to_send: whether gy_session_send() would give a byte now. */
gboolean gy_session_wants_to_send(GySession *session, gint64 now_ms);

/** gy_session_step: lets time act. */
void gy_session_step(GySession *session, gint64 now_ms);

/** gy_session_deadline: when gy_session_step() wants to be called at the latest; G_MAXINT64: no need. */
gint64 gy_session_deadline(GySession *session);

/**
 * gy_session_port_closed / gy_session_port_opened: the cable went and came. What was on its way is forgotten, a half
 * sent frame too; the operation under way is resumed: the session says HELLO, compares the device id with the one it
 * knew (%GY_LINK_ERROR_OTHER_DEVICE) and continues, a transfer by BEGIN with the same data, at the byte that the
 * device has. Silence counts on while the port is closed.
 */
void gy_session_port_closed(GySession *session, gint64 now_ms);
void gy_session_port_opened(GySession *session, gint64 now_ms);

/**
 * gy_session_baud:
 *
 * The rate that the line should have now; to be looked at after every call that takes the time, and before the next
 * bytes are moved. What was taken from gy_session_send() and has not left is to be dropped with the old rate. It
 * changes by itself: to what was agreed, and back. Returns: baud; 0: the cable has no rate
 */
guint gy_session_baud(GySession *session);

/** gy_session_baud_refused: the port could not be given the rate; the session does without it. */
void gy_session_baud_refused(GySession *session, gint64 now_ms);

/** gy_session_next_event: takes the oldest event; %FALSE if there is none. */
gboolean gy_session_next_event(GySession *session, GySessionEvent *event);

/* ---- operations ----------------------------------------------------------------------------------------- */

/** gy_session_hello: finds the agent; DONE: gy_session_info() is fresh. Also forgets the session of before. */
void gy_session_hello(GySession *session, gint64 now_ms);

/**
 * gy_session_begin:
 * @payload: what is going to be sent; kept until the next begin
 * @manifest: (nullable): see gy_package_manifest(); sent if the device wants it
 * @mode: %GYW_MODE_PACKAGE or another
 * @target: of other modes
 * @from_zero: do not resume
 *
 * DONE when the device has agreed, erased and is ready; gy_session_next_offset() is where it goes on.
 */
void gy_session_begin(GySession *session, GBytes *payload, GBytes *manifest, enum gyw_mode mode,
	guint32 target, gboolean from_zero, gint64 now_ms);

/**
 * gy_session_begin_compressed:
 * @stream: what is going to be sent: one LZ4 block; kept until the next begin
 * @image: what it expands to
 *
 * The same for an image that travels compressed, to a device whose INFO says %GYW_CAN_RAW_COMPRESS. Offsets, progress and
 * gy_session_verified() are the stream's; what the device has then read back is the image.
 */
void gy_session_begin_compressed(GySession *session, GBytes *stream, GBytes *image, GBytes *manifest,
	enum gyw_mode mode, guint32 target, gint64 now_ms);

/**
 * gy_session_begin_custom: the same for a package of the device's own kind, to a device with the Hota API. It is resumed only
 * as such.
 */
void gy_session_begin_custom(GySession *session, GBytes *payload, GBytes *manifest, gint64 now_ms);

/** gy_session_begin_difference: the same for a difference that does not say itself which image it was made against: @old_sha256. */
void gy_session_begin_difference(
	GySession *session, GBytes *payload, GBytes *manifest, const guint8 old_sha256[32], gint64 now_ms);

/** gy_session_add_tags: right after one of the above: more tags of BEGIN, as they stand on the line, for the device's backend. */
void gy_session_add_tags(GySession *session, GBytes *tags);

/** gy_session_transfer: sends the payload; DONE when the device has received and stored every byte. */
void gy_session_transfer(GySession *session, gint64 now_ms);

/** gy_session_finish: DONE: gy_session_verified() holds the device's digest, which is the payload's. */
void gy_session_finish(GySession *session, gint64 now_ms);

void gy_session_arm(GySession *session, gint64 now_ms);
/** gy_session_disarm: undoes arming; stops the operation under way, which gets no event. */
void gy_session_disarm(GySession *session, gint64 now_ms);
/** gy_session_reset: DONE when the device acknowledged, or was seen to have restarted. */
void gy_session_reset(GySession *session, gint64 now_ms);
/** gy_session_cancel: the device forgets the session; stops the operation under way, which gets no event. */
void gy_session_cancel(GySession *session, gint64 now_ms);
/** gy_session_ping: DONE when the device has answered, and has let this host in if it wants to know who asks. */
void gy_session_ping(GySession *session, gint64 now_ms);
void gy_session_status(GySession *session, gint64 now_ms);
/** gy_session_region: of a device with two: the one that is to start at the next reset. It then wants gy_session_reset(). */
void gy_session_region(GySession *session, guint32 region, gint64 now_ms);
/** gy_session_selftest: of the flash, which erases what runs; @seed: of what is written. It then wants gy_session_reset(). */
void gy_session_selftest(GySession *session, guint32 seed, gint64 now_ms);
/** gy_session_confirm: what runs on probation (%GYW_ON_TRIAL) is to stay. */
void gy_session_confirm(GySession *session, gint64 now_ms);
/** gy_session_hash: SHA-256 of part of an area; DONE has it in the event's bytes. */
void gy_session_hash(GySession *session, guint32 area, guint32 offset, guint32 length, gint64 now_ms);
/** gy_session_read: bytes of an area; DONE has them in the event's bytes. At most 64 KiB. */
void gy_session_read(GySession *session, guint32 area, guint32 offset, guint32 length, gint64 now_ms);

/* ---- what is known -------------------------------------------------------------------------------------- */

GyOperation gy_session_operation(GySession *session);
/** gy_session_info: (nullable): the newest INFO. */
const struct gyw_info *gy_session_info(GySession *session);
/** gy_session_is_remembered: whether the device that sent the newest INFO still names the session that was held before
 * the last HELLO: it has not been reset since. */
gboolean gy_session_is_remembered(GySession *session);
const struct gyw_verified *gy_session_verified(GySession *session);
const struct gyw_status *gy_session_last_status(GySession *session);
/** gy_session_next_offset: the device has all bytes of the payload before it. */
guint32 gy_session_next_offset(GySession *session);

/** GySessionCounters: since gy_session_new(), for reports and benchmarks. */
typedef struct {
	guint64 frames_sent;
	guint64 frames_resent;
	guint64 payload_bytes_resent;
	guint64 frames_received;
	guint64 candidates_failed;
	guint rtt_ms;         /* smoothed */
	gint64 first_data_ms; /* when the first byte of the first DATA frame was given out; 0: never */
	gint64 last_ack_ms;   /* when the ACK of the last byte came */
} GySessionCounters;

void gy_session_get_counters(GySession *session, GySessionCounters *counters);
