/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"

void
gya_agent_init(struct gya_agent *a, const struct gya_port *port, const struct gya_backend *backend,
	const struct gya_crypto *crypto, const struct gya_board *board, uint32_t now_ms)
{
	memset(a, 0, sizeof *a);
	a->port = port;
	a->backend = backend;
	a->crypto = crypto;
	a->board = board;
	a->start_ms = now_ms;
	a->grant = !port->serve_deaf;
	a->is_locked = port->guard != NULL;
	gyw_receiver_init(&a->receiver, a->frame, GYW_ENCODED_SIZE(GYA_MTU));
	a->tags = backend->init(&a->verdict);
	if (!a->tags) {
		a->verdict.cause = GYW_CAUSE_PREPARE;
		return;
	}
	a->storage_size = backend->storage_size();
}

bool
gya_link_is_sending(const struct gya_agent *a)
{
	return a->tx_left > 0;
}

void
gya_wake(const struct gya_agent *a)
{
	if (a->port->wake_store)
		a->port->wake_store(a->port->context);
}

void
gya_address_data(struct gya_agent *a)
{
	a->to = GYW_DATA | (uint32_t) a->data_seq << 8 | a->session << 16;
}

/* DATA is not answered but acknowledged, soon and once for all that came; unless something is wrong with it. */
static bool
take_data(struct gya_agent *a)
{
	uint32_t size = gya_body_size(a) - GYW_DATA_FIXED;
	uint32_t offset = gyw_get_u32le(gya_body(a));

	if (a->to >> 16 != a->session || a->state < GYW_STATE_RECEIVING ||
		gya_body_size(a) < GYW_DATA_FIXED || offset > a->begin.length ||
		size > a->begin.length - offset)
		return false;
	/* later the window is the backend's, and everything was received */
	if (a->state == GYW_STATE_RECEIVING)
		gya_window_put(a, offset, gya_body(a) + GYW_DATA_FIXED, size);
	a->data_seq = (uint8_t) (a->to >> 8);
	a->ack_due = true;
	return true;
}

/* Whether the held frame gets no answer. */
static bool
is_ignored(const struct gya_agent *a)
{
	/* the reset may cut any answer but that to its own request */
	if (a->state == GYW_STATE_RESETTING && a->to != a->asked)
		return true;
	return (uint8_t) a->to >= 0x80;
}

static bool
extend(struct gya_agent *a, uint32_t type)
{
	return a->port->extend && a->port->extend(a, type);
}

/* Returns whether the next frame may be taken. */
static bool
take_held(struct gya_agent *a)
{
	a->is_held = false;
	a->to = gyw_get_u32le(a->frame);
	if (is_ignored(a))
		return true;
	if (extend(a, (uint8_t) a->to))
		return !a->is_held;
	if ((uint8_t) a->to == GYW_DATA && take_data(a))
		return true;
	if (gya_can_send(a))
		gya_take_request(a);
	else
		a->is_held = true;
	return !a->is_held;
}

static void
take_byte(struct gya_agent *a, uint8_t byte)
{
	enum gyw_receive got = gyw_receiver_push(&a->receiver, byte, a->now_ms);

	if (got == GYW_RECEIVE_FRAME) {
		a->is_held = true;
		a->is_heard = true;
		a->heard_ms = a->now_ms;
		if (a->patience_ms > 0)
			a->patience_ms = GYA_LOST_MS;
	} else if (got == GYW_RECEIVE_TEXT && a->state == GYW_STATE_IDLE && !a->is_locked &&
		   a->port->console) {
		a->port->console(a->port->context, byte);
	}
	/* anything else is a host's mistake, or noise */
}

/* Returns whether bytes may be left. */
static bool
receive(struct gya_agent *a)
{
	uint32_t budget = 2 * sizeof a->frame;

	while (!a->is_held || take_held(a)) {
		uint8_t byte;

		if (budget-- == 0)
			return true;
		/* one by one: what were read ahead would have to be kept while a frame waits */
		if (a->port->link_read(a->port->context, &byte, 1) == 0) {
			gyw_receiver_idle(&a->receiver, a->now_ms);
			break;
		}
		take_byte(a, byte);
	}
	return false;
}

bool
gya_is_line_idle(const struct gya_agent *a)
{
	return a->tx_left <= 0 && a->port->link_idle(a->port->context);
}

static GYA_OUTLINE void
set_speed(struct gya_agent *a, uint32_t baud, uint32_t patience_ms)
{
	a->speed = 0;
	a->patience_ms = patience_ms;
	a->heard_ms = a->now_ms;
	a->port->link_set_speed(a->port->context, baud);
}

/* Goes to the speed that was agreed on, and back to the starting one when nothing is understood there. */
static void
serve_speed(struct gya_agent *a)
{
	if (a->speed > 0) {
		if (gya_is_line_idle(a))
			set_speed(a, a->speed, GYA_PROOF_MS);
	} else if (a->patience_ms > 0 && a->now_ms - a->heard_ms >= a->patience_ms) {
		set_speed(a, a->port->start_baud, 0);
	}
}

static void
serve_reset(struct gya_agent *a)
{
	if (!a->is_reset_asked && !a->job && gya_is_line_idle(a)) {
		a->is_reset_asked = true;
		gya_post(a, GYA_JOB_RESET);
	}
	if (a->now_ms - a->busy_ms >= GYA_RESET_MS && gya_can_send(a)) {
		a->state = GYW_STATE_ARMED;
		a->to = a->asked;
		gya_give_reason(a, GYW_CAUSE_RESET, 0);
		a->answer = a->refusal;
		a->answer_type = GYW_FAILED;
		gya_reply(a, GYW_FAILED);
	}
}

static bool
is_ack_due(const struct gya_agent *a)
{
	uint32_t step = GYA_WINDOW_SIZE / 4 > GYA_MTU ? GYA_WINDOW_SIZE / 4 : GYA_MTU;

	if (!a->is_heard || a->quiet != GYA_QUIET_NO)
		return false;
	return a->ack_due ||
	       (a->state == GYW_STATE_RECEIVING && (a->limit - a->told_limit >= step ||
							   (!a->is_end_told && a->known == a->begin.length)));
}

static void
acknowledge(struct gya_agent *a)
{
	a->ack_due = false;
	gya_address_data(a);
	if (a->state == GYW_STATE_IDLE)
		gya_repeat(a, a->failure);
	else
		gya_reply(a, GYW_DATA_ACK);
}

static void
serve_store(struct gya_agent *a)
{
	if (!a->job && gya_load(&a->failed)) {
		gya_explain(a, GYW_DATA, &a->answer);
		gya_end_session(a, GYW_FAILED);
		a->ack_due = true;
	}
	if (a->quiet == GYA_QUIET_NO)
		a->limit = a->known + GYA_WINDOW_SIZE;
}

/* What the device says without being asked just now. */
static void
serve(struct gya_agent *a)
{
	if (a->storing)
		serve_store(a);
	if (a->state == GYW_STATE_RESETTING)
		serve_reset(a);
	if (gya_can_send(a)) {
		if (is_ack_due(a)) {
			acknowledge(a);
		} else if (a->job && a->state != GYW_STATE_RESETTING &&
			   a->now_ms - a->busy_ms >= GYA_BUSY_EVERY_MS) {
			a->to = a->is_held ? gyw_get_u32le(a->frame) : a->asked;
			gya_reply(a, GYW_BUSY);
		}
	}
	serve_speed(a);
	/* last, so that nothing is sent between the leave to store and the storing */
	if (a->port->serve_deaf)
		a->port->serve_deaf(a);
}

static uint32_t
wait_ms(const struct gya_agent *a)
{
	if (a->tx_left > 0)
		return 1;
	if (a->job || a->storing || a->state == GYW_STATE_RESETTING || a->is_held || a->patience_ms > 0)
		return GYA_POLL_MS;
	return a->receiver.state == GYW_RECEIVER_TEXT ? 1000 : GYW_CANDIDATE_SILENCE_MS;
}

uint32_t
gya_link_step(struct gya_agent *a, uint32_t now_ms)
{
	uint32_t next = a->next;
	bool more;

	a->now_ms = now_ms;
	gya_pump(a);
	/* a host that was told to wait does not have to say so */
	if (a->job)
		a->heard_ms = now_ms;
	extend(a, 0);
	if (now_ms - a->heard_ms >= GYA_SILENCE_MS)
		a->is_heard = false;
	if (a->job && gya_load(&a->done) == a->order && a->tx_left <= 0)
		gya_take_outcome(a);
	/* after the outcome: PREPARE may have set it back */
	a->known = gya_load(&a->stored);
	more = receive(a);
	serve(a);
	if (a->next != next)
		gya_wake(a);
	return more ? 0 : wait_ms(a);
}
