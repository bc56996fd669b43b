/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "protocol/wire/mem.h"

void
gya_pump(struct gya_agent *a)
{
	if (a->tx_at < a->tx_size)
		a->tx_at = (uint16_t) (a->tx_at + a->port->link_write(a->port->context, a->tx + a->tx_at,
							  (uint32_t) (a->tx_size - a->tx_at)));
}

void
gya_send(struct gya_agent *a, const struct gyw_writer *body, uint8_t type, const struct gya_request *to)
{
	a->tx_size = (uint16_t) gyw_frame_close(body, a->tx, GYW_MTU_MIN, type, to->seq, to->session);
	a->tx_at = 0;
	gya_pump(a);
}

void
gya_reply_refusal(
	struct gya_agent *a, uint8_t type, const struct gyw_refusal *refusal, const struct gya_request *to)
{
	struct gyw_writer body;

	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	gyw_refusal_encode(&body, refusal);
	gya_send(a, &body, type, to);
}

static void
write_ready(struct gya_agent *a, struct gyw_writer *body)
{
	struct gyw_ready ready = {a->next, a->limit, 0};

	if (a->state == GYW_STATE_MANIFEST) {
		ready.next = 0;
		ready.limit = GYA_WINDOW_SIZE;
		/* BEGIN's tags stand at the window's end */
		ready.manifest_most = GYA_WINDOW_SIZE - a->begin.tlvs_size;
		if (ready.manifest_most > a->backend->manifest_most)
			ready.manifest_most = a->backend->manifest_most;
	} else {
		a->told_limit = a->limit;
	}
	gyw_ready_encode(body, &ready);
}

static void
write_verified(struct gya_agent *a, struct gyw_writer *body)
{
	struct gyw_verified verified;

	verified.length = a->begin.length;
	memcpy(verified.sha256, a->begin.sha256, sizeof verified.sha256);
	verified.read_back = a->backend->reads_back;
	gyw_verified_encode(body, &verified);
}

void
gya_reply(struct gya_agent *a, uint8_t type, const struct gya_request *to)
{
	struct gyw_writer body;

	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	switch (type) {
	case GYW_READY: write_ready(a, &body); break;
	case GYW_VERIFIED: write_verified(a, &body); break;
	case GYW_HASH_IS: gyw_write_bytes(&body, a->sum.digest, sizeof a->sum.digest); break;
	case GYW_ECHOED: gyw_write_bytes(&body, gya_held_body(a), a->held_size); break;
	case GYW_UNKNOWN: gyw_write_u8(&body, to->type); break;
	case GYW_GONE:
		gyw_write_u16le(&body, a->session);
		gyw_write_u32le(&body, a->now_ms - a->start_ms);
		break;
	case GYW_REFUSED:
	case GYW_FAILED: gyw_refusal_encode(&body, &a->answer); break;
	default: break; /* GYW_ACK has no body */
	}
	gya_send(a, &body, type, to);
}

static uint32_t
worst_ms(const struct gya_agent *a, uint8_t operation)
{
	switch (operation) {
	case GYW_BEGIN:
	case GYW_MANIFEST: return a->board->prepare_ms;
	case GYW_DATA:
	case GYW_CANCEL: return a->board->store_ms;
	default: return a->board->finish_ms;
	}
}

void
gya_reply_busy(struct gya_agent *a, const struct gya_request *to)
{
	struct gyw_busy busy = {0};
	struct gyw_writer body;

	busy.operation = to->type;
	busy.flags = a->port->deaf_while_stores ? GYW_BUSY_DEAF : 0;
	busy.at_most_ms = worst_ms(a, to->type);
	if (to->type == GYW_FINISH)
		busy.total = a->begin.length;
	else if (to->type == GYW_HASH)
		busy.total = a->area.length;
	if (busy.total > 0)
		busy.done = gya_load(&a->progress);
	a->busy_ms = a->now_ms;
	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	gyw_busy_encode(&body, &busy);
	gya_send(a, &body, GYW_BUSY, to);
}

/* A text of the port or the board; the struct was zeroed. */
static void
copy_text(char *out, const char *text)
{
	uint32_t i;

	for (i = 0; i < GYW_MAX_TEXT && text[i]; i++)
		out[i] = text[i];
}

void
gya_reply_info(struct gya_agent *a, const uint8_t *nonce, const struct gya_request *to)
{
	const struct gya_port *port = a->port;
	const struct gya_backend *backend = a->backend;
	const struct gya_board *board = a->board;
	struct gyw_writer body;
	struct gyw_info info;

	memset(&info, 0, sizeof info);
	backend->describe(&info);
	memcpy(info.nonce, nonce, sizeof info.nonce);
	info.protocol = GYW_PROTOCOL;
	info.protocol_max = GYW_PROTOCOL;
	info.capabilities = (backend->reads_back ? GYW_CAN_READ_BACK : 0) |
			    (port->deaf_while_stores ? GYW_DEAF_WHILE_STORES : 0) |
			    (backend->disarm ? GYW_CAN_DISARM : 0) |
			    (backend->arming_resets ? GYW_ARMING_RESETS : 0);
	info.mtu = GYA_MTU;
	info.window = GYA_WINDOW_SIZE;
	info.storage_size = a->storage_size;
	info.uptime_ms = a->now_ms - a->start_ms;
	info.last_session = a->session;
	info.reset_cause = port->reset_cause;
	info.boot_baud = board->boot_baud;
	copy_text(info.chip, board->chip);
	copy_text(info.board, board->name);
	info.device_id_size = port->device_id_size < GYW_MAX_ID ? port->device_id_size : GYW_MAX_ID;
	memcpy(info.device_id, port->device_id, info.device_id_size);
	info.times_ms[GYW_TIME_PREPARE] = board->prepare_ms;
	info.times_ms[GYW_TIME_STORE] = board->store_ms;
	info.times_ms[GYW_TIME_FINISH] = board->finish_ms;
	info.times_ms[GYW_TIME_INSTALL] = board->install_ms;
	info.backend_id = backend->id;
	copy_text(info.backend, backend->name);
	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	gyw_info_encode(&body, &info);
	gya_send(a, &body, GYW_INFO, to);
}

void
gya_reply_status(struct gya_agent *a, const struct gya_request *to)
{
	struct gyw_status status;
	struct gyw_writer body;
	struct gyw_info info;

	memset(&info, 0, sizeof info);
	a->backend->describe(&info);
	status.state = a->state;
	status.next = a->next;
	status.stored = gya_load(&a->stored);
	status.result = info.result;
	status.status = info.status;
	status.uptime_ms = a->now_ms - a->start_ms;
	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	gyw_status_encode(&body, &status);
	gya_send(a, &body, GYW_STATUS_IS, to);
}

void
gya_reply_data_ack(struct gya_agent *a)
{
	struct gya_request to = {GYW_DATA, a->data_seq, a->session};
	struct gyw_data_ack ack;
	struct gyw_writer body;

	a->ack_due = false;
	if (a->state == GYW_STATE_IDLE) {
		gya_reply_refusal(a, a->failure, &a->answer, &to);
		return;
	}
	gya_window_ack(a, &ack);
	a->told_limit = ack.limit;
	a->is_end_told = ack.stored == a->begin.length;
	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	gyw_data_ack_encode(&body, &ack);
	gya_send(a, &body, GYW_DATA_ACK, &to);
}

/* The bytes are in `tx` already, where the store side read them to. */
void
gya_reply_read(struct gya_agent *a)
{
	struct gyw_writer body;

	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	gyw_write_u32le(&body, a->area.offset);
	gyw_write_bytes(&body, body.at, a->area.length);
	gya_send(a, &body, GYW_READ_DATA, &a->asked);
}
