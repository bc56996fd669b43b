/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "protocol/wire/mem.h"

/* In HELLO, behind the two versions and the flags. */
#define NONCE_AT 4u

__extension__ _Static_assert(
	offsetof(struct gya_board, install_ms) == offsetof(struct gya_board, prepare_ms) + 12,
	"the worst times stand in the order of GYW_INFO_TIMES");

void
gya_pump(struct gya_agent *a)
{
	uint32_t sent;

	if (a->tx_left <= 0)
		return;
	sent = a->port->link_write(a->port->context, a->tx + a->tx_at, (uint32_t) a->tx_left);
	a->tx_at += sent;
	a->tx_left -= (int32_t) sent;
}

uint8_t *
gya_lent_bytes(struct gya_agent *a)
{
	/* behind the frame's head and the offset, so that they are sent from where they are */
	return a->tx + GYW_RAW_AT(GYW_MTU_MIN) + GYW_FRAME_HEAD + 4;
}

uint32_t
gya_manifest_most(const struct gya_agent *a)
{
	/* BEGIN's tags stand at the window's end */
	uint32_t most = GYA_WINDOW_SIZE - a->begin.tlvs_size;

	return most < a->backend->manifest_most ? most : a->backend->manifest_most;
}

static void
write_ready(struct gya_agent *a, struct gyw_writer *body)
{
	a->told_limit = a->limit;
	gyw_write_u32le(body, a->next);
	gyw_write_u32le(body, a->limit);
	gyw_write_u32le(body, a->state == GYW_STATE_MANIFEST ? gya_manifest_most(a) : 0);
}

static void
write_ack(struct gya_agent *a, struct gyw_writer *body)
{
	a->told_limit = a->limit;
	a->is_end_told = a->known == a->begin.length;
	gya_window_write_ack(a, body);
}

static uint32_t
worst_ms(const struct gya_board *board, uint32_t operation)
{
	switch (operation) {
	case GYW_BEGIN:
	case GYW_MANIFEST: return board->prepare_ms;
	case GYW_DATA:
	case GYW_CANCEL: return board->store_ms;
	default: return board->finish_ms;
	}
}

static void
write_busy(struct gya_agent *a, struct gyw_writer *body)
{
	struct gyw_busy busy;

	a->busy_ms = a->now_ms;
	busy.operation = (uint8_t) a->to;
	busy.flags = a->port->deaf_while_stores ? GYW_BUSY_DEAF : 0;
	busy.at_most_ms = worst_ms(a->board, busy.operation);
	busy.done = 0;
	busy.total = busy.operation == (uint8_t) a->asked ? a->total : 0;
	if (busy.total > 0)
		busy.done = __atomic_load_n(&a->progress, __ATOMIC_RELAXED);
	gyw_write_body(body, GYW_BUSY, &busy);
}

static void
write_status(struct gya_agent *a, struct gyw_writer *body)
{
	const struct gya_last_result *last = a->backend->result;
	struct gyw_status status;

	status.state = (uint8_t) a->state;
	status.next = a->next;
	status.stored = a->known;
	status.result = last ? last->result : 0;
	status.status = last ? last->status : 0;
	status.uptime_ms = a->now_ms - a->start_ms;
	gyw_write_body(body, GYW_STATUS_IS, &status);
}

static uint32_t
capabilities(const struct gya_agent *a)
{
	const struct gya_backend *backend = a->backend;
	uint32_t can = 0;

	if (backend->reads_back)
		can += GYW_CAN_READ_BACK;
	if (a->port->deaf_while_stores)
		can += GYW_DEAF_WHILE_STORES;
	if (backend->disarm)
		can += GYW_CAN_DISARM;
	if (backend->arming_resets)
		can += GYW_ARMING_RESETS;
	return can;
}

/* What a host cannot do without comes first: a tag is written whole or not at all, and none after one that does not fit. */
static void
write_tags(struct gya_agent *a, struct gyw_writer *body)
{
	const struct gya_board *board = a->board;
	const struct gya_backend *backend = a->backend;
	uint32_t name_size = gyw_text_size(backend->name, GYW_MAX_TEXT);
	uint8_t *named;

	gyw_write_tlv(body, GYW_INFO_DEVICE_ID, a->port->device_id, a->port->device_id_size);
	gyw_write_tlv_struct(body, GYW_INFO_TIMES, &board->prepare_ms);
	named = gyw_open_tlv(body, GYW_INFO_BACKEND, 1 + name_size);
	if (named) {
		named[0] = backend->id;
		memcpy(named + 1, backend->name, name_size);
	}
	if (backend->result)
		gyw_write_tlv_struct(body, GYW_INFO_RESULT, backend->result);
	gyw_write_tlv_text(body, GYW_INFO_CHIP, board->chip, GYW_MAX_TEXT);
	gyw_write_tlv_text(body, GYW_INFO_BOARD, board->name, GYW_MAX_TEXT);
	backend->describe(body);
	body->failed = false;
}

static void
write_info(struct gya_agent *a, struct gyw_writer *body)
{
	struct gyw_info_head head;

	memcpy(head.nonce, a->held.body + NONCE_AT, sizeof head.nonce);
	head.protocol = GYW_PROTOCOL;
	head.protocol_max = GYW_PROTOCOL;
	head.capabilities = capabilities(a);
	head.mtu = GYA_MTU;
	head.window = GYA_WINDOW_SIZE;
	head.storage_size = a->storage_size;
	head.uptime_ms = a->now_ms - a->start_ms;
	head.last_session = (uint16_t) a->session;
	head.reset_cause = a->port->reset_cause;
	head.boot_baud = a->board->boot_baud;
	gyw_write_body(body, GYW_INFO, &head);
	write_tags(a, body);
}

static void
write(struct gya_agent *a, uint32_t type, struct gyw_writer *body)
{
	switch (type) {
	case GYW_INFO: write_info(a, body); break;
	case GYW_READY: write_ready(a, body); break;
	case GYW_DATA_ACK: write_ack(a, body); break;
	case GYW_STATUS_IS: write_status(a, body); break;
	case GYW_BUSY: write_busy(a, body); break;
	case GYW_REFUSED:
	case GYW_FAILED: gyw_write_body(body, GYW_REFUSED, &a->refusal); break;
	case GYW_VERIFIED:
		gyw_write_u32le(body, a->begin.length);
		gyw_write_bytes(body, a->begin.sha256, sizeof a->begin.sha256);
		gyw_write_u8(body, a->backend->reads_back);
		break;
	case GYW_HASH_IS: gyw_write_bytes(body, a->sum.digest, sizeof a->sum.digest); break;
	case GYW_READ_DATA:
		gyw_write_u32le(body, a->area.offset);
		gyw_write_room(body, a->area.length);
		break;
	case GYW_ECHOED: gyw_write_bytes(body, a->held.body, a->held.body_size); break;
	case GYW_UNKNOWN: gyw_write_u8(body, (uint8_t) a->to); break;
	case GYW_GONE:
		gyw_write_u16le(body, (uint16_t) a->session);
		gyw_write_u32le(body, a->now_ms - a->start_ms);
		break;
	default: break; /* GYW_ACK has no body */
	}
}

void
gya_reply(struct gya_agent *a, uint32_t type)
{
	struct gyw_writer body;

	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	write(a, type, &body);
	a->tx_left = (int32_t) gyw_frame_seal(&body, a->tx, GYW_MTU_MIN, (a->to & ~0xFFu) | type);
	a->tx_at = 0;
	gya_pump(a);
}

void
gya_repeat(struct gya_agent *a, uint32_t type)
{
	a->refusal = a->answer;
	gya_reply(a, type);
}

void
gya_give_reason(struct gya_agent *a, uint32_t cause, uint32_t detail)
{
	a->refusal.operation = (uint8_t) a->to;
	a->refusal.cause = (uint16_t) cause;
	a->refusal.backend = 0;
	a->refusal.code = 0;
	a->refusal.detail = detail;
}

void
gya_refuse(struct gya_agent *a, uint32_t cause, uint32_t detail)
{
	gya_give_reason(a, cause, detail);
	gya_reply(a, GYW_REFUSED);
}
