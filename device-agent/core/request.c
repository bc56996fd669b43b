/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"

/* The session's jobs: which state they want, pass through and lead to, and how they are answered. */
struct operation {
	uint8_t wants;
	uint8_t during;
	uint8_t done;
	uint8_t failed;
	uint8_t answer;
};

static const struct operation operations[] = {
	/* PREPARE */
	{GYW_STATE_MANIFEST, GYW_STATE_PREPARING, GYW_STATE_RECEIVING, GYW_STATE_IDLE, GYW_READY},
	/* FINISH */
	{GYW_STATE_RECEIVING, GYW_STATE_FINISHING, GYW_STATE_VERIFIED, GYW_STATE_IDLE, GYW_VERIFIED},
	/* ARM */
	{GYW_STATE_VERIFIED, GYW_STATE_ARMING, GYW_STATE_ARMED, GYW_STATE_VERIFIED, GYW_ACK},
	/* DISARM */
	{GYW_STATE_ARMED, GYW_STATE_ARMING, GYW_STATE_VERIFIED, GYW_STATE_ARMED, GYW_ACK},
};

void
gya_post(struct gya_agent *a, uint32_t job)
{
	a->job = job;
	a->busy_ms = a->now_ms;
	gya_publish(&a->order, a->order + 1);
	gya_wake(a);
}

void
gya_end_session(struct gya_agent *a, uint32_t failure)
{
	a->state = GYW_STATE_IDLE;
	a->storing = false;
	a->ack_due = false;
	a->failure = (uint8_t) failure;
}

void
gya_explain(const struct gya_agent *a, uint32_t operation, struct gyw_refusal *refusal)
{
	refusal->operation = (uint8_t) operation;
	memcpy(&refusal->cause, &a->verdict, sizeof a->verdict);
	/* only the whole package's hash is the agent's own finding */
	refusal->backend = refusal->cause == GYW_CAUSE_HASH ? 0 : a->backend->id;
}

/* Answers, and remembers the answer for a repeat of the request. */
static void
answer(struct gya_agent *a, uint32_t type)
{
	a->asked = a->to;
	a->answer_type = (uint8_t) type;
	gya_reply(a, type);
}

static GYA_OUTLINE void
start(struct gya_agent *a, uint32_t job, uint32_t total)
{
	a->asked = a->to;
	a->total = total;
	gya_post(a, job);
}

void
gya_start_extra(struct gya_agent *a, bool (*extra)(struct gya_agent *agent))
{
	a->extra = extra;
	start(a, GYA_JOB_EXTRA, 0);
}

void
gya_reply_busy(struct gya_agent *a)
{
	gya_reply(a, GYW_BUSY);
}

static void
refuse_state(struct gya_agent *a)
{
	gya_refuse(a, GYW_CAUSE_STATE, a->state);
}

static void
refuse_malformed(struct gya_agent *a)
{
	gya_refuse(a, GYW_CAUSE_MALFORMED, 0);
}

static void
refuse_not_offered(struct gya_agent *a)
{
	gya_refuse(a, GYW_CAUSE_NOT_OFFERED, 0);
}

/*
 * Whether the store side has stopped storing, so that BEGIN or CANCEL may go on. If not, it is asked to, and the
 * request is held; a job that is under way is waited for by the host.
 */
static bool
is_stopped(struct gya_agent *a)
{
	if (a->job > GYA_JOB_STOP) {
		gya_reply_busy(a);
		return false;
	}
	if (a->storing) {
		a->storing = false;
		gya_post(a, GYA_JOB_STOP);
	}
	a->is_held = a->job;
	return !a->job;
}

static bool
continues(const struct gya_agent *a, const struct gyw_begin *b)
{
	/* mode, target, length and SHA-256 stand together */
	return a->state > GYW_STATE_MANIFEST && a->job != GYA_JOB_STOP && !(b->flags & GYW_BEGIN_FROM_ZERO) &&
	       memcmp(&b->mode, &a->begin.mode, GYW_BEGIN_FIXED - sizeof b->flags) == 0;
}

static void
resume(struct gya_agent *a)
{
	a->session = a->to >> 16;
	if (a->state != GYW_STATE_PREPARING) {
		gya_reply(a, GYW_READY);
		return;
	}
	a->asked = a->to;
	gya_reply_busy(a);
}

static void
start_prepare(struct gya_agent *a)
{
	a->state = GYW_STATE_PREPARING;
	start(a, GYA_JOB_PREPARE, 0);
}

static void
begin_session(struct gya_agent *a, const struct gyw_begin *b)
{
	uint8_t *tags = a->window + GYA_WINDOW_SIZE - b->tlvs_size;

	gya_end_session(a, 0);
	gya_window_reset(a);
	a->session = a->to >> 16;
	memcpy(&a->begin, b, sizeof *b);
	/* the backend reads the tags in judge and prepare, while the window holds nothing but the manifest */
	a->begin.tlvs = tags;
	memcpy(tags, b->tlvs, b->tlvs_size);
	a->manifest_size = 0;
	a->manifest_total = 0;
	a->state = GYW_STATE_MANIFEST;
	if (a->backend->manifest_most > 0)
		answer(a, GYW_READY);
	else
		start_prepare(a);
}

static void
take_begin(struct gya_agent *a)
{
	struct gyw_begin b;

	/* session 0 means none everywhere else */
	if (gyw_begin_decode(&b, gya_body(a), gya_body_size(a)) != GYW_OK || a->to >> 16 == 0) {
		refuse_malformed(a);
	} else if (!a->tags) {
		gya_explain(a, GYW_BEGIN, &a->refusal);
		gya_reply(a, GYW_REFUSED);
	} else if (b.mode != a->backend->mode) {
		gya_refuse(a, GYW_CAUSE_MODE, 0);
	} else if (b.length > a->storage_size) {
		gya_refuse(a, GYW_CAUSE_TOO_LARGE, a->storage_size);
	} else if (continues(a, &b)) {
		resume(a);
	} else if (is_stopped(a)) {
		begin_session(a, &b);
	}
}

static void
take_manifest(struct gya_agent *a)
{
	uint32_t size = gya_body_size(a) - GYW_MANIFEST_FIXED;
	uint32_t most = gya_manifest_most(a);
	uint32_t place[2]; /* offset and total */
	uint32_t have;

	/* an empty piece is none */
	if (gya_body_size(a) <= GYW_MANIFEST_FIXED) {
		refuse_malformed(a);
		return;
	}
	gyw_get_words(place, gya_body(a), 2);
	if (place[1] > most) {
		gya_refuse(a, GYW_CAUSE_RANGE, most);
		return;
	}
	if (place[0] == 0) {
		a->manifest_size = 0;
		a->manifest_total = place[1];
	}
	have = a->manifest_size;
	if (place[1] != a->manifest_total || place[0] != have || size > place[1] - have) {
		gya_refuse(a, GYW_CAUSE_RANGE, have);
		return;
	}
	memcpy(a->window + have, gya_body(a) + GYW_MANIFEST_FIXED, size);
	a->manifest_size = have + size;
	if (a->manifest_size < place[1])
		answer(a, GYW_ACK);
	else
		start_prepare(a);
}

/* FINISH, ARM and DISARM. */
static void
take_operation(struct gya_agent *a, uint32_t job)
{
	const struct operation *op = &operations[job - GYA_JOB_PREPARE];
	uint32_t state = a->state;

	if (a->job == job) {
		a->asked = a->to;
		gya_reply_busy(a);
	} else if (state == op->done || (state > op->done && job != GYA_JOB_DISARM)) {
		/* what lies behind an operation is true already; but what DISARM undid is not */
		gya_reply(a, op->answer);
	} else if (a->job) {
		/* such as DISARM while arming: its turn comes when the host asks again */
		gya_reply_busy(a);
	} else if (state != op->wants || (job == GYA_JOB_FINISH && a->next != a->begin.length)) {
		refuse_state(a);
	} else {
		a->state = op->during;
		start(a, job,
			job == GYA_JOB_FINISH && (a->backend->can & GYW_CAN_READ_BACK) ? a->begin.length : 0);
	}
}

static void
take_reset(struct gya_agent *a)
{
	if (a->state != GYW_STATE_ARMED) {
		refuse_state(a);
		return;
	}
	if (a->job) {
		gya_reply_busy(a);
		return;
	}
	a->state = GYW_STATE_RESETTING;
	a->is_reset_asked = false;
	a->ack_due = false;
	a->busy_ms = a->now_ms;
	answer(a, GYW_ACK);
}

static void
take_cancel(struct gya_agent *a)
{
	if (!is_stopped(a))
		return;
	if (a->state != GYW_STATE_IDLE)
		gya_end_session(a, 0);
	answer(a, GYW_ACK);
}

static void
start_area(struct gya_agent *a, struct gyw_area *area, bool is_read)
{
	if (!is_read) {
		start(a, GYA_JOB_HASH, area->length);
		return;
	}
	if (area->length > GYA_READ_MOST)
		area->length = GYA_READ_MOST;
	a->tx_left = -1;
	start(a, GYA_JOB_READ, 0);
}

/* HASH and READ. */
static void
take_area(struct gya_agent *a)
{
	struct gyw_area *area = &a->about.area;
	bool is_read = (uint8_t) a->to == GYW_READ;

	if (a->job || (is_read && a->storing && a->known != a->next)) {
		/* READ borrows the transmitter's buffer: the store side has to be free to give it back at once */
		gya_reply_busy(a);
	} else if (!a->backend->read_area) {
		refuse_not_offered(a);
	} else if (!is_read && a->storing && !(a->backend->can & GYW_CAN_READ_BACK)) {
		/* the one running hash is over what is being stored */
		refuse_state(a);
	} else if (gya_body_size(a) < sizeof *area) {
		refuse_malformed(a);
	} else {
		gyw_get_words(area, gya_body(a), GYW_ALL_WORDS(gyw_area));
		start_area(a, area, is_read);
	}
}

static void
take_session_request(struct gya_agent *a)
{
	uint32_t type = (uint8_t) a->to;

	if (a->to >> 16 != a->session) {
		gya_reply(a, GYW_GONE);
	} else if (type == GYW_CANCEL) {
		take_cancel(a);
	} else if (type != GYW_CONFIRM && a->state == GYW_STATE_IDLE && a->failure) {
		gya_repeat(a, a->failure);
	} else if (type == GYW_CONFIRM || (type == GYW_DISARM && !a->backend->disarm)) {
		refuse_not_offered(a);
	} else if (type == GYW_RESET) {
		take_reset(a);
	} else if (type >= GYW_FINISH) {
		take_operation(a, type - GYW_FINISH + GYA_JOB_FINISH);
	} else if (type == GYW_DATA && a->state >= GYW_STATE_RECEIVING) {
		gya_refuse(a, GYW_CAUSE_RANGE, a->begin.length);
	} else if (type == GYW_MANIFEST && a->state == GYW_STATE_PREPARING) {
		gya_reply_busy(a);
	} else if (type == GYW_MANIFEST && a->state == GYW_STATE_MANIFEST) {
		if (a->job)
			gya_reply_busy(a);
		else
			take_manifest(a);
	} else {
		refuse_state(a);
	}
}

/* The change waits for the answer to be out. */
static void
take_speed(struct gya_agent *a)
{
	const struct gya_port *port = a->port;
	uint32_t baud;
	uint32_t i;

	if (!port->link_set_speed) {
		refuse_not_offered(a);
		return;
	}
	if (gya_body_size(a) < 4) {
		refuse_malformed(a);
		return;
	}
	baud = gyw_get_u32le(gya_body(a));
	for (i = 0; i < port->n_speeds; i++) {
		if (port->speeds[i] == baud) {
			a->speed = baud;
			answer(a, GYW_ACK);
			return;
		}
	}
	gya_refuse(a, GYW_CAUSE_RANGE, port->start_baud);
}

void
gya_take_request(struct gya_agent *a)
{
	uint32_t type = (uint8_t) a->to;

	/* READ changes nothing and its answer is not kept: it is read again */
	if (a->to == a->asked && (type != GYW_READ || a->job)) {
		gya_repeat(a, a->job && a->state != GYW_STATE_RESETTING ? GYW_BUSY : a->answer_type);
		return;
	}
	if (type == GYW_HELLO && gya_body_size(a) >= GYW_HELLO_SIZE)
		gya_reply(a, GYW_INFO);
	else if (type == GYW_SPEED)
		take_speed(a);
	else if (type == GYW_BEGIN)
		take_begin(a);
	else if (type == GYW_HASH || type == GYW_READ)
		take_area(a);
	else if (type == GYW_ECHO)
		gya_reply(a, GYW_ECHOED);
	else if (type == GYW_PING)
		gya_reply(a, GYW_ACK);
	else if (type == GYW_STATUS)
		gya_reply(a, GYW_STATUS_IS);
	else if ((type >= GYW_MANIFEST && type <= GYW_CONFIRM) || type == GYW_CANCEL)
		take_session_request(a);
	else if (type > 0 && type < GYW_CANCEL)
		refuse_not_offered(a);
	else
		gya_reply(a, GYW_UNKNOWN);
}

/* The outcome of a job of the session changes its state and is kept. */
static void
settle(struct gya_agent *a, uint32_t job, uint32_t failure)
{
	const struct operation *op = &operations[job - GYA_JOB_PREPARE];

	a->state = failure ? op->failed : op->done;
	a->answer_type = (uint8_t) (failure ? failure : op->answer);
	if (failure)
		a->answer = a->refusal;
	if (a->state == GYW_STATE_IDLE)
		gya_end_session(a, failure);
	/* from RECEIVING on the backend has something to give up */
	a->storing = a->state;
}

void
gya_take_outcome(struct gya_agent *a)
{
	uint32_t job = a->job;
	uint32_t failure = 0;

	a->job = GYA_JOB_NONE;
	a->tx_left = 0;
	if (job <= GYA_JOB_RESET)
		return;
	a->to = a->asked;
	if (a->has_failed) {
		failure = a->tried ? GYW_FAILED : GYW_REFUSED;
		gya_explain(a, a->to, &a->refusal);
	}
	if (job <= GYA_JOB_DISARM) {
		settle(a, job, failure);
		gya_reply(a, a->answer_type);
	} else if (failure) {
		/* nothing to keep: the request may be carried out again */
		a->asked = 0;
		gya_reply(a, failure);
	} else if (job == GYA_JOB_READ) {
		gya_reply(a, GYW_READ_DATA);
	} else {
		answer(a, job == GYA_JOB_HASH ? GYW_HASH_IS : GYW_ACK);
	}
}
