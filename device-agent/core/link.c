/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
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
	gyw_receiver_init(&a->receiver, a->frame, GYW_ENCODED_SIZE(GYA_MTU), false);
	if (!backend->init(&a->verdict)) {
		a->is_broken = true;
		a->verdict.cause = GYW_CAUSE_PREPARE;
		return;
	}
	a->storage_size = backend->storage_size();
	/* so that stored + window does not wrap */
	if (a->storage_size > UINT32_MAX - GYA_WINDOW_SIZE)
		a->storage_size = UINT32_MAX - GYA_WINDOW_SIZE;
}

bool
gya_link_is_sending(const struct gya_agent *a)
{
	return a->tx_at < a->tx_size;
}

/* DATA is not answered but acknowledged, soon and once for all that came; unless something is wrong with it. */
static bool
take_data(struct gya_agent *a)
{
	struct gyw_data data;

	if (a->held.session != a->session || a->state < GYW_STATE_RECEIVING ||
		gyw_data_decode(&data, gya_held_body(a), a->held_size) != GYW_OK ||
		data.offset > a->begin.length || data.size > a->begin.length - data.offset)
		return false;
	/* later the window is the backend's, and everything was received */
	if (a->state == GYW_STATE_RECEIVING)
		gya_window_put(a, data.offset, data.bytes, data.size);
	a->data_seq = a->held.seq;
	a->ack_due = true;
	return true;
}

/* Returns whether the next frame may be taken. */
static bool
take_held(struct gya_agent *a)
{
	if (a->held.type == GYW_DATA && take_data(a))
		a->is_held = false;
	else if (a->held.type >= 0x80)
		a->is_held = false;
	else if (gya_can_send(a))
		a->is_held = !gya_take_request(a);
	return !a->is_held;
}

static void
take_byte(struct gya_agent *a, uint8_t byte)
{
	struct gyw_frame frame;

	a->byte_ms = a->now_ms;
	switch (gyw_receiver_push(&a->receiver, byte, a->now_ms, &frame)) {
	case GYW_RECEIVE_FRAME:
		a->held.type = frame.type;
		a->held.seq = frame.seq;
		a->held.session = frame.session;
		a->held_size = frame.body_size;
		a->is_held = true;
		a->is_heard = true;
		a->heard_ms = a->now_ms;
		break;
	case GYW_RECEIVE_TEXT:
		if (a->state == GYW_STATE_IDLE && a->port->console)
			a->port->console(a->port->context, byte);
		break;
	case GYW_RECEIVE_NOTHING:
	case GYW_RECEIVE_FAILED:
	case GYW_RECEIVE_RELEASED: break; /* a host's mistake, or noise */
	}
}

/* Returns whether bytes may be left. */
static bool
receive(struct gya_agent *a)
{
	uint32_t budget = 2 * sizeof a->frame;

	while (!a->is_held || take_held(a)) {
		if (a->received_at == a->received_size) {
			a->received_at = 0;
			a->received_size = (uint8_t) a->port->link_read(
				a->port->context, a->received, sizeof a->received);
			if (a->received_size == 0) {
				gyw_receiver_idle(&a->receiver, a->now_ms);
				return false;
			}
		}
		if (budget-- == 0)
			return true;
		take_byte(a, a->received[a->received_at++]);
	}
	return false;
}

/* Whether the store side waits for a deaf port to be told of. */
static bool
wants_quiet(struct gya_agent *a)
{
	uint32_t left = a->next - gya_load(&a->stored);
	bool is_last = a->next == a->begin.length;

	if (gya_has_job(a))
		return true;
	if (!a->storing || left == 0 || (left < a->backend->piece && !is_last))
		return false;
	/* not while the host is sending: what comes now would be lost */
	return a->quiet != GYA_QUIET_NO || is_last || a->next == a->limit ||
	       a->now_ms - a->byte_ms >= GYA_DEAF_PAUSE_MS;
}

static void
serve_deaf(struct gya_agent *a)
{
	struct gya_request data = {GYW_DATA, a->data_seq, a->session};

	if (!wants_quiet(a)) {
		gya_publish(&a->grant, 0);
		/* what was stored meanwhile raises the limit now */
		if (a->quiet != GYA_QUIET_NO && a->storing &&
			gya_load(&a->stored) != a->limit - GYA_WINDOW_SIZE)
			a->ack_due = true;
		a->quiet = GYA_QUIET_NO;
	} else if (a->quiet == GYA_QUIET_NO && gya_can_send(a)) {
		gya_reply_busy(a, gya_has_job(a) ? &a->asked : &data);
		a->quiet = GYA_QUIET_SAID;
	} else if (a->quiet != GYA_QUIET_NO) {
		/* after every frame it waits again for the last bit to be out */
		bool is_idle = (a->is_lent || gya_can_send(a)) && a->port->link_idle(a->port->context);

		a->quiet = is_idle ? GYA_QUIET_YES : GYA_QUIET_SAID;
		gya_publish(&a->grant, is_idle);
		if (is_idle && a->port->wake_store)
			a->port->wake_store(a->port->context);
	}
}

static void
serve_reset(struct gya_agent *a)
{
	if (!a->is_reset_asked && !gya_has_job(a) && gya_can_send(a) &&
		a->port->link_idle(a->port->context)) {
		a->is_reset_asked = true;
		gya_post(a, GYA_JOB_RESET);
	}
	if (a->now_ms - a->busy_ms >= GYA_RESET_MS && gya_can_send(a)) {
		static const struct gyw_refusal why = {GYW_RESET, GYW_CAUSE_RESET, 0, 0, 0};

		a->state = GYW_STATE_ARMED;
		a->answer = why;
		a->answer_type = GYW_FAILED;
		gya_reply(a, GYW_FAILED, &a->asked);
	}
}

static bool
is_ack_due(const struct gya_agent *a)
{
	uint32_t step = GYA_WINDOW_SIZE / 4 > GYA_MTU ? GYA_WINDOW_SIZE / 4 : GYA_MTU;

	if (!a->is_heard || a->quiet != GYA_QUIET_NO)
		return false;
	return a->ack_due || (a->state == GYW_STATE_RECEIVING &&
				     (a->limit - a->told_limit >= step ||
					     (!a->is_end_told && gya_load(&a->stored) == a->begin.length)));
}

static void
serve_store_error(struct gya_agent *a)
{
	gya_explain(a, GYW_DATA, &a->answer);
	gya_end_session(a, GYW_FAILED);
	a->ack_due = true;
}

/* What the device says without being asked just now. */
static void
serve(struct gya_agent *a)
{
	if (a->storing && !gya_has_job(a) && gya_load(&a->failed))
		serve_store_error(a);
	if (a->storing && a->quiet == GYA_QUIET_NO)
		a->limit = gya_load(&a->stored) + GYA_WINDOW_SIZE;
	if (a->state == GYW_STATE_RESETTING)
		serve_reset(a);
	if (gya_can_send(a) && is_ack_due(a)) {
		gya_reply_data_ack(a);
	} else if (gya_can_send(a) && gya_has_job(a) && a->state != GYW_STATE_RESETTING &&
		   a->now_ms - a->busy_ms >= GYA_BUSY_EVERY_MS) {
		gya_reply_busy(a, a->is_held ? &a->held : &a->asked);
	}
	/* last, so that nothing is sent between the leave to store and the storing */
	if (a->port->deaf_while_stores)
		serve_deaf(a);
}

static uint32_t
wait_ms(const struct gya_agent *a)
{
	if (gya_link_is_sending(a))
		return 1;
	if (gya_has_job(a) || a->storing || a->state == GYW_STATE_RESETTING || a->is_held)
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
	if (a->is_heard && now_ms - a->heard_ms >= GYA_SILENCE_MS)
		a->is_heard = false;
	if (gya_has_job(a) && gya_load(&a->done) == a->order && (a->is_lent || gya_can_send(a)))
		gya_take_outcome(a);
	more = receive(a);
	serve(a);
	if (a->next != next && a->port->wake_store)
		a->port->wake_store(a->port->context);
	return more ? 0 : wait_ms(a);
}
