/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"

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
fill_busy(struct gya_agent *a, struct gyw_busy *busy)
{
	uint32_t operation = (uint8_t) a->to;

	a->busy_ms = a->now_ms;
	busy->operation = operation;
	busy->flags = a->port->can & GYW_BUSY_DEAF;
	busy->at_most_ms = worst_ms(a->board, operation);
	busy->done = 0;
	busy->total = operation == (uint8_t) a->asked ? a->total : 0;
	if (busy->total > 0)
		busy->done = __atomic_load_n(&a->progress, __ATOMIC_RELAXED);
}

static void
fill_info(const struct gya_agent *a, struct gyw_info_head *info)
{
	info->protocol = GYW_PROTOCOL;
	info->protocol_max = GYW_PROTOCOL;
	info->capabilities = a->port->can | a->backend->can;
	info->mtu = GYA_MTU;
	info->window = GYA_WINDOW_SIZE;
	info->storage_size = a->storage_size;
	info->uptime_ms = a->now_ms - a->start_ms;
	info->last_session = a->session;
	info->reset_cause = a->port->reset_cause;
	info->boot_baud = a->board->boot_baud;
}

/* A tag is written whole or not at all, and none after one that does not fit. */
static GYA_OUTLINE void
write_tags(const struct gya_info_tag *tag, struct gyw_writer *body)
{
	for (; tag && tag->tag; tag++)
		gyw_write_tlv(body, tag->tag, tag->value, tag->size);
}

/* What an answer is made of: words, then bytes. */
union words {
	uint32_t plain[4 + 2 * GYA_MAX_ISLANDS];
	struct gyw_info_head info;
	struct gyw_ready ready;
	struct gyw_busy busy;
};

static void
write(struct gya_agent *a, uint32_t type, struct gyw_writer *body)
{
	union words words;
	const void *from = &words;
	const uint8_t *bytes = NULL; /* or they are in their place */
	uint8_t *room;
	uint32_t n = 0;
	uint32_t size = 0;

	switch (type) {
	case GYW_INFO:
		fill_info(a, &words.info);
		n = GYW_ALL_WORDS(gyw_info_head);
		bytes = gya_body(a) + GYW_HELLO_NONCE_AT;
		size = GYW_NONCE_SIZE;
		break;
	case GYW_READY:
		words.ready.next = a->next;
		words.ready.limit = a->told_limit = a->limit;
		words.ready.manifest_most = a->state == GYW_STATE_MANIFEST ? gya_manifest_most(a) : 0;
		n = GYW_ALL_WORDS(gyw_ready);
		break;
	case GYW_DATA_ACK:
		words.plain[0] = a->next;
		words.plain[1] = a->known;
		words.plain[2] = a->told_limit = a->limit;
		words.plain[3] = a->n_islands;
		n = 4 + gya_window_missing(a, words.plain + 4);
		a->is_end_told = a->known == a->begin.length;
		break;
	case GYW_STATUS_IS:
		words.plain[0] = a->state;
		words.plain[1] = a->next;
		words.plain[2] = a->known;
		words.plain[3] = a->now_ms - a->start_ms;
		n = GYW_ALL_WORDS(gyw_status);
		break;
	case GYW_BUSY:
		fill_busy(a, &words.busy);
		n = GYW_ALL_WORDS(gyw_busy);
		break;
	case GYW_REFUSED:
	case GYW_FAILED:
		from = &a->refusal;
		n = GYW_ALL_WORDS(gyw_refusal);
		break;
	case GYW_VERIFIED:
		words.plain[0] = a->begin.length;
		words.plain[1] = a->backend->can & GYW_CAN_READ_BACK;
		n = GYW_WORDS(gyw_verified, sha256);
		bytes = a->begin.sha256;
		size = sizeof a->begin.sha256;
		break;
	case GYW_HASH_IS:
		bytes = a->sum.digest;
		size = sizeof a->sum.digest;
		break;
	case GYW_READ_DATA:
		from = &a->about.area.offset;
		n = 1;
		size = a->about.area.length;
		break;
	case GYW_CHALLENGE:
		bytes = a->about.said.bytes;
		size = a->about.said.size;
		break;
	case GYW_ECHOED:
		bytes = gya_body(a);
		size = gya_body_size(a);
		break;
	case GYW_UNKNOWN:
		words.plain[0] = (uint8_t) a->to;
		n = 1;
		break;
	default: break; /* ACK and GONE have no body */
	}
	gyw_write_words(body, from, n);
	room = gyw_write_room(body, size);
	if (room && bytes)
		memcpy(room, bytes, size);
}

void
gya_reply(struct gya_agent *a, uint32_t type)
{
	struct gyw_writer body;

	gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
	write(a, type, &body);
	if (type == GYW_INFO) {
		write_tags(a->port->tags, &body);
		write_tags(a->tags, &body);
		body.failed = false;
	}
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
	a->refusal.cause = cause;
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
