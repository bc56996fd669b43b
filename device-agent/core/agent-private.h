/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_AGENT_PRIVATE_H
#define GYA_AGENT_PRIVATE_H

#include "device-agent/core/agent.h"

#define GYA_BUSY_EVERY_MS   500u
#define GYA_SILENCE_MS      10000u /* without a valid frame the device says no more */
#define GYA_RESET_MS        5000u
#define GYA_DEAF_PAUSE_MS   30u /* a deaf port stores when the host has paused for so long */
#define GYA_POLL_MS         2u  /* the store side has no way to wake the link side */
#define GYA_RECEIVE_CHUNK   12u
#define GYA_HASH_CHUNK      512u
#define GYA_MAX_ISLANDS     GYW_MAX_MISSING
#define GYA_READ_MOST       (GYW_MTU_MIN - GYW_FRAME_OVERHEAD - 4u)
#define GYA_READ_BACK_CHUNK (GYA_WINDOW_SIZE < 4096u ? GYA_WINDOW_SIZE : 4096u)

/* What the link side asks of the store side; one at a time. */
enum gya_job {
	GYA_JOB_STOP = 0, /* store nothing any more */
	GYA_JOB_PREPARE = 1,
	GYA_JOB_FINISH = 2,
	GYA_JOB_ARM = 3,
	GYA_JOB_DISARM = 4,
	GYA_JOB_HASH = 5,
	GYA_JOB_READ = 6,
	GYA_JOB_RESET = 7
};
#define GYA_JOB_BITS 3u
#define GYA_JOB_MASK 7u

/* Where a deaf port stands between being asked to store and doing it. */
enum gya_quiet { GYA_QUIET_NO = 0, GYA_QUIET_SAID = 1, GYA_QUIET_YES = 2 };

struct gya_request {
	uint8_t type;
	uint8_t seq;
	uint16_t session;
};

struct gya_island {
	uint32_t from;
	uint32_t to;
};

/*
 * RAM of the agent: this struct and nothing else. The words under "shared" are written by one side only, with
 * release, and read by the other with acquire; they hand over what is named beside them. Small fields come first:
 * Cortex-M0 and compressed RISC-V reach only those in one instruction.
 */
struct gya_agent {
	/* link side: the session */
	uint8_t state;   /* enum gyw_state */
	uint8_t failure; /* REFUSED or FAILED: the session ended so, for the reason in `answer`; or 0 */
	bool storing;    /* the store side may be `receiving` */
	uint8_t n_islands;
	bool ack_due;
	bool is_end_told; /* the host knows that all is stored */
	uint8_t data_seq;

	/* link side: requests and the line */
	uint8_t answer_type;
	bool is_lent; /* the store side is reading into `tx` */
	bool is_reset_asked;
	uint8_t quiet; /* enum gya_quiet */
	bool is_heard;
	bool is_held; /* a good frame is in `frame`: it waits for the transmitter or the store side */
	uint8_t received_at;
	uint8_t received_size;
	bool is_broken; /* the backend did not start */

	/* store side */
	bool tried;     /* the job changed something */
	bool receiving; /* pieces are stored as they come */
	bool is_hashing;
	uint8_t phase;

	/* link side */
	uint16_t session;
	uint16_t tx_at;
	uint16_t tx_size;
	struct gya_request held;
	struct gya_request asked; /* the request whose outcome is `answer` or will be that of the job */

	const struct gya_port *port;
	const struct gya_backend *backend;

	/* shared, written by the link side */
	uint32_t
		order; /* number of the job above its kind; hands over begin, area, the manifest, the lent `tx` */
	uint32_t next;  /* all before it is received; hands over the window's bytes */
	uint32_t grant; /* a deaf port may store now */

	/* shared, written by the store side */
	uint32_t done;     /* the order that was carried out; hands over verdict, tried, sum.digest */
	uint32_t stored;   /* gives the window's bytes back */
	uint32_t failed;   /* a piece could not be stored: hands over verdict */
	uint32_t progress; /* of a job, in bytes */

	/* link side */
	uint32_t seen; /* the order whose outcome was taken */
	uint32_t now_ms;
	uint32_t
		busy_ms; /* when the job was posted or BUSY was said; in RESETTING, when the reset was asked for */
	uint32_t limit; /* absolute end of what is taken */
	uint32_t told_limit;
	uint32_t manifest_size;
	uint32_t manifest_total;
	uint32_t held_size; /* of the held frame's body */

	/* store side */
	struct gya_verdict verdict; /* of the backend's init until the first job */
	uint32_t started;           /* the order that is being carried out, or was */

	/* link side */
	struct gyw_area area;
	struct gyw_begin begin;
	const struct gya_crypto *crypto;
	const struct gya_board *board;
	uint32_t storage_size;
	uint32_t start_ms;
	uint32_t heard_ms;
	uint32_t byte_ms;
	struct gyw_refusal answer;
	struct gyw_receiver receiver;
	struct gya_island islands[GYA_MAX_ISLANDS + 1];
	uint8_t received[GYA_RECEIVE_CHUNK];

	union {
		struct gya_sha256 hash; /* store side */
		uint8_t digest[32];     /* handed over by `done` after GYA_JOB_HASH */
	} sum;
	uint8_t tx[GYW_LINE_SIZE(GYW_MTU_MIN)];
	uint8_t frame[GYW_RECEIVER_SIZE(GYA_MTU)];
	uint8_t window[GYA_WINDOW_SIZE];
};

__extension__ _Static_assert(
	sizeof(struct gya_agent) <= GYA_WINDOW_SIZE + GYW_RECEIVER_SIZE(GYA_MTU) + 1024u, "RAM budget");
__extension__ _Static_assert(
	(GYA_WINDOW_SIZE & (GYA_WINDOW_SIZE - 1u)) == 0, "offsets are taken modulo the window");
__extension__ _Static_assert(GYA_WINDOW_SIZE >= 2048u, "smallest window");
__extension__ _Static_assert(GYA_MTU >= GYW_MTU_MIN && GYA_MTU <= GYW_MTU_MAX, "MTU");
__extension__ _Static_assert(
	GYA_WINDOW_SIZE >= 8192u || GYA_MTU <= GYA_WINDOW_SIZE / 4u, "MTU of a small window");

static inline uint32_t
gya_load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void
gya_publish(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline bool
gya_has_job(const struct gya_agent *a)
{
	return a->order != a->seen;
}

/* The body of the frame that is held. */
static inline const uint8_t *
gya_held_body(const struct gya_agent *a)
{
	return a->frame + GYW_FRAME_HEAD;
}

static inline bool
gya_can_send(const struct gya_agent *a)
{
	return a->tx_at == a->tx_size && !a->is_lent;
}

/* window.c: the receiving end of the window; link side. */
void gya_window_reset(struct gya_agent *a);
/* Takes the bytes that are between `next` and the limit, unless they would make an island too many. */
void gya_window_put(struct gya_agent *a, uint32_t offset, const uint8_t *bytes, uint32_t size);
void gya_window_ack(struct gya_agent *a, struct gyw_data_ack *ack);

/* reply.c: frames of the device; all of them need gya_can_send. */
void gya_send(struct gya_agent *a, const struct gyw_writer *body, uint8_t type, const struct gya_request *to);
void gya_reply(struct gya_agent *a, uint8_t type, const struct gya_request *to);
void gya_reply_refusal(
	struct gya_agent *a, uint8_t type, const struct gyw_refusal *refusal, const struct gya_request *to);
void gya_reply_busy(struct gya_agent *a, const struct gya_request *to);
void gya_reply_info(struct gya_agent *a, const uint8_t *nonce, const struct gya_request *to);
void gya_reply_status(struct gya_agent *a, const struct gya_request *to);
void gya_reply_data_ack(struct gya_agent *a);
void gya_reply_read(struct gya_agent *a);
/* Pushes what is in `tx`. */
void gya_pump(struct gya_agent *a);

/* request.c: takes the held frame, which needs gya_can_send; false if it has to wait for the store side. */
bool gya_take_request(struct gya_agent *a);
/* Takes the outcome of the job that is done. */
void gya_take_outcome(struct gya_agent *a);
/* `failure` as in the struct: what `answer` holds then stays the answer to the session's messages. */
void gya_end_session(struct gya_agent *a, uint8_t failure);
/* Fills `refusal` from the store side's verdict on `operation`. */
void gya_explain(const struct gya_agent *a, uint8_t operation, struct gyw_refusal *refusal);
void gya_post(struct gya_agent *a, enum gya_job job);

#endif
