/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_AGENT_PRIVATE_H
#define GYA_AGENT_PRIVATE_H

#include "device-agent/core/agent.h"

#define GYA_BUSY_EVERY_MS   500u
#define GYA_PROOF_MS        1000u  /* after a change of speed; without a valid frame the device goes back */
#define GYA_LOST_MS         3000u  /* later, away from the starting speed */
#define GYA_SILENCE_MS      10000u /* without a valid frame the device says no more */
#define GYA_RESET_MS        5000u
#define GYA_DEAF_PAUSE_MS   30u /* a deaf port stores when the host has paused for so long */
#define GYA_POLL_MS         2u  /* the store side has no way to wake the link side */
#define GYA_HASH_CHUNK      512u
#define GYA_MAX_ISLANDS     GYW_MAX_MISSING
#define GYA_READ_MOST       (GYW_MTU_MIN - GYW_FRAME_OVERHEAD - 4u)
#define GYA_READ_BACK_CHUNK (GYA_WINDOW_SIZE < 4096u ? GYA_WINDOW_SIZE : 4096u)

/* What the link side asks of the store side; one at a time. Those of the session stand in the order of their types. */
enum gya_job {
	GYA_JOB_NONE = 0,
	GYA_JOB_STOP = 1, /* store nothing any more */
	GYA_JOB_RESET = 2,
	GYA_JOB_PREPARE = 3,
	GYA_JOB_FINISH = 4,
	GYA_JOB_ARM = 5,
	GYA_JOB_DISARM = 6,
	GYA_JOB_HASH = 7,
	GYA_JOB_READ = 8,
	GYA_JOB_EXTRA = 9 /* `extra` */
};

/* Where a deaf port stands between being asked to store and doing it. */
enum gya_quiet { GYA_QUIET_NO = 0, GYA_QUIET_SAID = 1, GYA_QUIET_YES = 2 };

/* A bool as wide as a register: compressed RISC-V loads and stores no bytes. */
typedef uint32_t gya_flag;

struct gya_island {
	uint32_t from;
	uint32_t to;
};

/*
 * RAM of the agent: this struct and nothing else. The words under "shared" are written by one side only, with
 * release, and read by the other with acquire; they hand over what is named beside them. What is used most comes
 * first: Cortex-M0 and compressed RISC-V reach only the first 128 bytes in one instruction.
 *
 * A request's first word (type, seq, session, as on the line) stands for it: `to`, `asked`.
 */
struct gya_agent {
	const struct gya_port *port;
	const struct gya_backend *backend;

	/* link side: requests, the session, the line */
	uint32_t state;   /* enum gyw_state */
	uint32_t to;      /* what is being answered */
	uint32_t asked;   /* the request whose outcome is kept, or will be that of the job */
	gya_flag is_held; /* the good frame that came last waits for the transmitter or the store side */
	uint32_t session;
	gya_flag storing; /* the backend has been prepared: the store side is asked to stop before all ends */
	gya_flag ack_due;
	uint32_t limit; /* absolute end of what is taken */
	uint32_t told_limit;
	uint32_t now_ms;
	uint32_t
		busy_ms; /* when the job was posted or BUSY was said; in RESETTING, when the reset was asked for */
	uint32_t heard_ms; /* of the frame that came last, while no job is under way */
	uint32_t known;    /* `stored`, as it was when the step began */
	int32_t tx_left;   /* bytes that have to go out; negative: the store side is reading into `tx` */
	uint32_t tx_at;    /* next byte to go out */
	uint32_t speed;    /* to be set when the transmitter is empty, or 0 */
	uint32_t
		patience_ms; /* without a valid frame, until the starting speed is set again; 0 at that speed */

	/* shared, written by the link side */
	uint32_t next;  /* all before it is received; hands over the window's bytes */
	uint32_t job;   /* enum gya_job */
	uint32_t order; /* counts jobs; hands over job, total, begin, area, the manifest, the lent `tx` */
	uint32_t grant; /* the store side may work; always, but on a deaf port */

	/* shared, written by the store side */
	uint32_t stored;   /* gives the window's bytes back */
	uint32_t progress; /* of a job, in bytes */

	/* store side */
	gya_flag receiving; /* pieces are stored as they come */

	/* link side; its length is the last of the near words */
	struct gyw_begin begin;

	/* shared, written by the link side */
	uint32_t total; /* bytes that the job has to hash */

	/* shared, written by the store side */
	uint32_t done;   /* the order that was carried out; hands over verdict, tried, digest */
	uint32_t failed; /* a piece could not be stored: hands over verdict */

	/* store side */
	struct gya_verdict verdict; /* of the backend's init until the first job */
	bool is_hashing;
	bool tried;      /* the job changed something */
	bool has_failed; /* the job, for the reason in `verdict` */
	bool more;       /* the job wants another step */
	bool is_judged;  /* PREPARE's first half is over, FINISH's hash was right */

	/* link side */
	bool is_end_told; /* the host knows that all is stored */
	uint8_t failure;  /* REFUSED or FAILED: the session ended so, for the reason in `answer`; or 0 */
	uint8_t answer_type;
	uint8_t data_seq; /* of the DATA frame that came last */
	bool is_reset_asked;
	bool is_heard;
	bool is_locked; /* gya_guard has not let the host in */
	uint8_t quiet;  /* enum gya_quiet */
	uint8_t n_islands;
	uint32_t manifest_size;
	uint32_t manifest_total;
	uint32_t storage_size;
	uint32_t start_ms;
	const struct gya_crypto *crypto;
	const struct gya_board *board;
	const struct gya_info_tag *tags; /* the backend's; NULL: it did not start */
	struct gyw_refusal answer;       /* kept: the outcome of `asked`, or why the session ended */
	struct gyw_refusal refusal;      /* that is being sent */
	union {
		struct gyw_area area; /* HASH, READ */
		struct {
			const void *bytes;
			uint32_t size;
		} said; /* what an extension answers */
	} about;
	bool (*extra)(struct gya_agent
			*agent); /* on the store side, for an extension; with `verdict` as a backend has it */
	struct gyw_receiver receiver;
	struct gya_island islands[GYA_MAX_ISLANDS];

	union {
		struct gya_sha256 hash; /* store side */
		uint8_t digest[32];     /* of the last hash that was ended; handed over by `done` */
	} sum;
	uint8_t tx[GYW_LINE_SIZE(GYW_MTU_MIN)];
	uint8_t frame[GYW_RECEIVER_SIZE(GYA_MTU)]; /* the good frame that came last, decoded */
	uint8_t window[GYA_WINDOW_SIZE];
};

/* of a device, not of a simulator with wide pointers */
__extension__ _Static_assert(
	sizeof(void *) > 4 ||
		sizeof(struct gya_agent) <= GYA_WINDOW_SIZE + GYW_RECEIVER_SIZE(GYA_MTU) + 1024u,
	"RAM budget");
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

/* Of a word that hands over nothing by itself. */
static inline void
gya_set(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* The held frame's body, and its size. */
static inline const uint8_t *
gya_body(const struct gya_agent *a)
{
	return a->frame + GYW_FRAME_HEAD;
}

static inline uint32_t
gya_body_size(const struct gya_agent *a)
{
	return a->receiver.used - GYW_FRAME_HEAD;
}

static inline bool
gya_can_send(const struct gya_agent *a)
{
	return a->tx_left == 0;
}

/* window.c: the receiving end of the window; link side. */
void gya_window_reset(struct gya_agent *a);
/* Takes the bytes that are between `next` and the limit, unless they would make an island too many. */
void gya_window_put(struct gya_agent *a, uint32_t offset, const uint8_t *bytes, uint32_t size);
/* What is missing, as words (from and to) of DATA_ACK; returns how many words. */
uint32_t gya_window_missing(const struct gya_agent *a, uint32_t *words);

/* reply.c: frames of the device, to `to`; all of them need gya_can_send. */
void gya_reply(struct gya_agent *a, uint32_t type);
/* The kept outcome again: `answer` if the type is REFUSED or FAILED. */
void gya_repeat(struct gya_agent *a, uint32_t type);
void gya_refuse(struct gya_agent *a, uint32_t cause, uint32_t detail);
/* Fills `refusal` with a reason of the agent's own. */
void gya_give_reason(struct gya_agent *a, uint32_t cause, uint32_t detail);
/* Pushes what is in `tx`. */
void gya_pump(struct gya_agent *a);
uint32_t gya_manifest_most(const struct gya_agent *a);

/* request.c: takes the held frame, which needs gya_can_send; holds it again if it has to wait for the store side. */
void gya_take_request(struct gya_agent *a);
/* Takes the outcome of the job that is done. */
void gya_take_outcome(struct gya_agent *a);
/* `failure` as in the struct: what `answer` holds then stays the answer to the session's messages. */
void gya_end_session(struct gya_agent *a, uint32_t failure);
/* Fills `refusal` from the store side's verdict on `operation`. */
void gya_explain(const struct gya_agent *a, uint32_t operation, struct gyw_refusal *refusal);
void gya_post(struct gya_agent *a, uint32_t job);
/* Has `extra` carried out for the request that is being answered, and then answered by ACK or by a refusal. */
void gya_start_extra(struct gya_agent *a, bool (*extra)(struct gya_agent *agent));
void gya_reply_busy(struct gya_agent *a);
void gya_wake(const struct gya_agent *a);
/* The next answer goes to the DATA frame that came last. */
void gya_address_data(struct gya_agent *a);

/*
 * arming.c, for an extension: whether the request that is held may arm the device without a transfer; if not, it has been answered
 * or waits. `body_size`: its body's, at least.
 */
bool gya_may_arm(struct gya_agent *a, uint32_t body_size);
/* A session of its own: it begins with the device armed, if the backend's ARM goes through. */
void gya_start_arming(struct gya_agent *a);

/* deaf.c, or whoever has something to say: whether all that was said is on the line. */
bool gya_is_line_idle(const struct gya_agent *a);

/* store.c: the verdict on a call that fails without giving one; store side. */
void gya_presume(struct gya_agent *a, uint32_t cause, uint32_t detail);

/* store.c: where READ_DATA's bytes stand in `tx` before they are sent. */
uint8_t *gya_lent_bytes(struct gya_agent *a);

#endif
