/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "protocol/wire/mem.h"

/* The session's operations: which state they want, pass through and lead to. */
struct operation {
	uint8_t type;
	uint8_t wants;
	uint8_t during;
	uint8_t done;
	uint8_t failed;
	uint8_t answer;
};

static const struct operation operations[] = {
	[GYA_JOB_PREPARE] = {GYW_MANIFEST, GYW_STATE_MANIFEST, GYW_STATE_PREPARING, GYW_STATE_RECEIVING,
		GYW_STATE_IDLE, GYW_READY},
	[GYA_JOB_FINISH] = {GYW_FINISH, GYW_STATE_RECEIVING, GYW_STATE_FINISHING, GYW_STATE_VERIFIED,
		GYW_STATE_IDLE, GYW_VERIFIED},
	[GYA_JOB_ARM] = {GYW_ARM, GYW_STATE_VERIFIED, GYW_STATE_ARMING, GYW_STATE_ARMED, GYW_STATE_VERIFIED,
		GYW_ACK},
	[GYA_JOB_DISARM] = {GYW_DISARM, GYW_STATE_ARMED, GYW_STATE_ARMING, GYW_STATE_VERIFIED,
		GYW_STATE_ARMED, GYW_ACK},
};

void
gya_post(struct gya_agent *a, enum gya_job job)
{
	uint32_t count = (a->order >> GYA_JOB_BITS) + 1;

	a->busy_ms = a->now_ms;
	gya_publish(&a->order, count << GYA_JOB_BITS | job);
	if (a->port->wake_store)
		a->port->wake_store(a->port->context);
}

void
gya_end_session(struct gya_agent *a, uint8_t failure)
{
	a->state = GYW_STATE_IDLE;
	a->storing = false;
	a->ack_due = false;
	a->failure = failure;
}

void
gya_explain(const struct gya_agent *a, uint8_t operation, struct gyw_refusal *refusal)
{
	const struct gya_verdict *verdict = &a->verdict;

	refusal->operation = operation;
	refusal->cause = verdict->cause;
	/* only the whole package's hash is the agent's own finding */
	refusal->backend = verdict->cause == GYW_CAUSE_HASH ? 0 : a->backend->id;
	refusal->code = verdict->code;
	refusal->detail = verdict->detail;
}

static void
refuse(struct gya_agent *a, const struct gya_request *from, uint16_t cause, uint32_t detail)
{
	struct gyw_refusal refusal = {from->type, cause, 0, 0, detail};

	gya_reply_refusal(a, GYW_REFUSED, &refusal, from);
}

/* Answers, and remembers the answer for a repeat of the request. */
static void
answer(struct gya_agent *a, const struct gya_request *from, uint8_t type)
{
	a->asked = *from;
	a->answer_type = type;
	gya_reply(a, type, from);
}

static void
start(struct gya_agent *a, const struct gya_request *from, enum gya_job job)
{
	a->asked = *from;
	gya_post(a, job);
}

/* Whether the store side has stopped storing; if not, it is asked to. */
static bool
is_quiet(struct gya_agent *a)
{
	if (a->storing) {
		a->storing = false;
		gya_post(a, GYA_JOB_STOP);
	}
	return !gya_has_job(a);
}

static bool
is_stopping(const struct gya_agent *a)
{
	return gya_has_job(a) && (a->order & GYA_JOB_MASK) == GYA_JOB_STOP;
}

static bool
is_repeat(const struct gya_agent *a, const struct gya_request *from)
{
	return from->type == a->asked.type && from->seq == a->asked.seq && from->session == a->asked.session;
}

static bool
continues(const struct gya_agent *a, const struct gyw_begin *b)
{
	return a->state > GYW_STATE_MANIFEST && !(b->flags & GYW_BEGIN_FROM_ZERO) &&
	       b->mode == a->begin.mode && b->target == a->begin.target && b->length == a->begin.length &&
	       memcmp(b->sha256, a->begin.sha256, sizeof b->sha256) == 0;
}

static void
resume(struct gya_agent *a, const struct gya_request *from)
{
	a->session = from->session;
	if (a->state == GYW_STATE_PREPARING) {
		a->asked = *from;
		gya_reply_busy(a, from);
	} else {
		gya_reply(a, GYW_READY, from);
	}
}

static void
begin_session(struct gya_agent *a, const struct gya_request *from, const struct gyw_begin *b)
{
	gya_end_session(a, 0);
	gya_window_reset(a);
	a->session = from->session;
	a->begin = *b;
	/* the backend reads the tags in judge and prepare, while the window holds nothing but the manifest */
	a->begin.tlvs = a->window + GYA_WINDOW_SIZE - b->tlvs_size;
	memcpy(a->window + GYA_WINDOW_SIZE - b->tlvs_size, b->tlvs, b->tlvs_size);
	a->manifest_size = 0;
	a->manifest_total = 0;
	a->state = GYW_STATE_MANIFEST;
	if (a->backend->manifest_most > 0) {
		answer(a, from, GYW_READY);
		return;
	}
	a->state = GYW_STATE_PREPARING;
	start(a, from, GYA_JOB_PREPARE);
}

/* What BEGIN announces, before anything is given up for it. */
static uint16_t
objection(const struct gya_agent *a, const struct gya_request *from, const struct gyw_begin *b)
{
	if (b->session != from->session)
		return GYW_CAUSE_MALFORMED;
	if (a->is_broken)
		return GYW_CAUSE_PREPARE;
	if (b->mode != GYW_MODE_PACKAGE)
		return GYW_CAUSE_MODE;
	return b->length > a->storage_size ? GYW_CAUSE_TOO_LARGE : GYW_CAUSE_NONE;
}

static bool
take_begin(struct gya_agent *a, const struct gya_request *from)
{
	struct gyw_refusal refusal = {GYW_BEGIN, GYW_CAUSE_MALFORMED, 0, 0, 0};
	struct gyw_begin b;

	if (gyw_begin_decode(&b, gya_held_body(a), a->held_size) == GYW_OK)
		refusal.cause = objection(a, from, &b);
	if (refusal.cause != GYW_CAUSE_NONE) {
		if (refusal.cause == GYW_CAUSE_TOO_LARGE)
			refusal.detail = a->storage_size;
		else if (refusal.cause == GYW_CAUSE_PREPARE)
			gya_explain(a, GYW_BEGIN, &refusal);
		gya_reply_refusal(a, GYW_REFUSED, &refusal, from);
		return true;
	}
	if (continues(a, &b) && !is_stopping(a)) {
		resume(a, from);
		return true;
	}
	if (gya_has_job(a) && !is_stopping(a)) {
		gya_reply_busy(a, from);
		return true;
	}
	if (!is_quiet(a))
		return false;
	begin_session(a, from, &b);
	return true;
}

static void
take_manifest(struct gya_agent *a, const struct gya_request *from)
{
	struct gyw_manifest m;
	uint32_t most = GYA_WINDOW_SIZE - a->begin.tlvs_size;

	if (most > a->backend->manifest_most)
		most = a->backend->manifest_most;
	if (gyw_manifest_decode(&m, gya_held_body(a), a->held_size) != GYW_OK) {
		refuse(a, from, GYW_CAUSE_MALFORMED, 0);
		return;
	}
	if (m.offset == 0) {
		a->manifest_size = 0;
		a->manifest_total = m.total;
	}
	if (m.total > most || m.total != a->manifest_total || m.offset != a->manifest_size) {
		refuse(a, from, GYW_CAUSE_RANGE, m.total > most ? most : a->manifest_size);
		return;
	}
	memcpy(a->window + m.offset, m.bytes, m.size);
	a->manifest_size += m.size;
	if (a->manifest_size < m.total) {
		answer(a, from, GYW_ACK);
		return;
	}
	a->state = GYW_STATE_PREPARING;
	start(a, from, GYA_JOB_PREPARE);
}

static void
take_operation(struct gya_agent *a, const struct gya_request *from, enum gya_job job)
{
	const struct operation *op = &operations[job];
	/* what lies behind an operation is true already; but what DISARM undid is not */
	bool is_behind = a->state == op->done || (a->state > op->done && job != GYA_JOB_DISARM);

	if (gya_has_job(a) && (a->order & GYA_JOB_MASK) == job && a->state == op->during) {
		a->asked = *from;
		gya_reply_busy(a, from);
	} else if (is_behind) {
		gya_reply(a, op->answer, from);
	} else if (gya_has_job(a)) {
		/* such as DISARM while arming: its turn comes when the host asks again */
		gya_reply_busy(a, from);
	} else if (a->state != op->wants || (job == GYA_JOB_FINISH && a->next != a->begin.length)) {
		refuse(a, from, GYW_CAUSE_STATE, a->state);
	} else {
		a->state = op->during;
		start(a, from, job);
	}
}

static void
take_reset(struct gya_agent *a, const struct gya_request *from)
{
	if (a->state != GYW_STATE_ARMED) {
		refuse(a, from, GYW_CAUSE_STATE, a->state);
		return;
	}
	a->state = GYW_STATE_RESETTING;
	a->is_reset_asked = false;
	a->busy_ms = a->now_ms;
	answer(a, from, GYW_ACK);
}

static bool
take_cancel(struct gya_agent *a, const struct gya_request *from)
{
	if (gya_has_job(a) && !is_stopping(a)) {
		gya_reply_busy(a, from);
		return true;
	}
	if (!is_quiet(a))
		return false;
	if (a->state != GYW_STATE_IDLE)
		gya_end_session(a, 0);
	answer(a, from, GYW_ACK);
	return true;
}

/* HASH and READ. */
static void
take_area(struct gya_agent *a, const struct gya_request *from)
{
	bool is_read = from->type == GYW_READ;

	if (gya_has_job(a) || (is_read && a->storing && gya_load(&a->stored) != a->next)) {
		/* READ borrows the transmitter's buffer: the store side has to be free to give it back at once */
		gya_reply_busy(a, from);
	} else if (!a->backend->read_area) {
		refuse(a, from, GYW_CAUSE_NOT_OFFERED, 0);
	} else if (!is_read && a->storing && !a->backend->reads_back) {
		/* the one running hash is over what is being stored */
		refuse(a, from, GYW_CAUSE_STATE, a->state);
	} else if (gyw_area_decode(&a->area, gya_held_body(a), a->held_size) != GYW_OK) {
		refuse(a, from, GYW_CAUSE_MALFORMED, 0);
	} else {
		if (is_read && a->area.length > GYA_READ_MOST)
			a->area.length = GYA_READ_MOST;
		a->is_lent = is_read;
		start(a, from, is_read ? GYA_JOB_READ : GYA_JOB_HASH);
	}
}

static bool
take_session_request(struct gya_agent *a, const struct gya_request *from)
{
	if (from->session != a->session) {
		gya_reply(a, GYW_GONE, from);
		return true;
	}
	if (from->type == GYW_CANCEL)
		return take_cancel(a, from);
	if (from->type == GYW_CONFIRM) {
		refuse(a, from, GYW_CAUSE_NOT_OFFERED, 0);
		return true;
	}
	if (a->state == GYW_STATE_IDLE && a->failure) {
		gya_reply_refusal(a, a->failure, &a->answer, from);
		return true;
	}
	switch (from->type) {
	case GYW_FINISH: take_operation(a, from, GYA_JOB_FINISH); break;
	case GYW_ARM: take_operation(a, from, GYA_JOB_ARM); break;
	case GYW_DISARM:
		if (a->backend->disarm)
			take_operation(a, from, GYA_JOB_DISARM);
		else
			refuse(a, from, GYW_CAUSE_NOT_OFFERED, 0);
		break;
	case GYW_RESET: take_reset(a, from); break;
	case GYW_MANIFEST:
		if (a->state == GYW_STATE_MANIFEST && !gya_has_job(a))
			take_manifest(a, from);
		else if (a->state == GYW_STATE_MANIFEST || a->state == GYW_STATE_PREPARING)
			gya_reply_busy(a, from);
		else
			refuse(a, from, GYW_CAUSE_STATE, a->state);
		break;
	default: /* GYW_DATA that cannot be taken */
		refuse(a, from, a->state < GYW_STATE_RECEIVING ? GYW_CAUSE_STATE : GYW_CAUSE_RANGE,
			a->state < GYW_STATE_RECEIVING ? a->state : a->begin.length);
		break;
	}
	return true;
}

bool
gya_take_request(struct gya_agent *a)
{
	struct gya_request from = a->held;
	struct gyw_hello hello;

	/* READ changes nothing and its answer is not kept: it is read again */
	if (is_repeat(a, &from) && (from.type != GYW_READ || gya_has_job(a))) {
		if (gya_has_job(a) && a->state != GYW_STATE_RESETTING)
			gya_reply_busy(a, &from);
		else
			gya_reply(a, a->answer_type, &from);
		return true;
	}
	switch (from.type) {
	case GYW_HELLO:
		if (gyw_hello_decode(&hello, gya_held_body(a), a->held_size) == GYW_OK)
			gya_reply_info(a, hello.nonce, &from);
		else
			refuse(a, &from, GYW_CAUSE_MALFORMED, 0);
		return true;
	case GYW_ECHO: gya_reply(a, GYW_ECHOED, &from); return true;
	case GYW_PING: gya_reply(a, GYW_ACK, &from); return true;
	case GYW_STATUS: gya_reply_status(a, &from); return true;
	case GYW_HASH:
	case GYW_READ: take_area(a, &from); return true;
	case GYW_BEGIN: return take_begin(a, &from);
	case GYW_MANIFEST:
	case GYW_DATA:
	case GYW_FINISH:
	case GYW_ARM:
	case GYW_DISARM:
	case GYW_RESET:
	case GYW_CONFIRM:
	case GYW_CANCEL: return take_session_request(a, &from);
	case GYW_AUTH:
	case GYW_SPEED:
	case GYW_REGION:
	case GYW_SELFTEST: refuse(a, &from, GYW_CAUSE_NOT_OFFERED, 0); return true;
	default: gya_reply(a, GYW_UNKNOWN, &from); return true;
	}
}

void
gya_take_outcome(struct gya_agent *a)
{
	enum gya_job job = (enum gya_job)(a->order & GYA_JOB_MASK);
	bool ok = a->verdict.cause == GYW_CAUSE_NONE;
	uint8_t type = a->tried ? GYW_FAILED : GYW_REFUSED;
	struct gyw_refusal why;

	a->seen = a->order;
	a->is_lent = false;
	if (job == GYA_JOB_STOP || job == GYA_JOB_RESET)
		return;
	if (!ok)
		gya_explain(a, a->asked.type, &why);
	if (job <= GYA_JOB_DISARM) {
		const struct operation *op = &operations[job];

		a->state = ok ? op->done : op->failed;
		a->answer_type = ok ? op->answer : type;
		if (!ok)
			a->answer = why;
		if (a->state == GYW_STATE_IDLE)
			gya_end_session(a, type);
		a->storing = a->state == GYW_STATE_RECEIVING;
		gya_reply(a, a->answer_type, &a->asked);
	} else if (!ok) {
		/* nothing to keep: the request may be carried out again */
		gya_reply_refusal(a, type, &why, &a->asked);
		a->asked.type = 0;
	} else if (job == GYA_JOB_READ) {
		gya_reply_read(a);
	} else {
		a->answer_type = GYW_HASH_IS;
		gya_reply(a, GYW_HASH_IS, &a->asked);
	}
}
