// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "protocol/host/session/session-private.h"

/* Bytes of a frame beside its segment, for weighing frame sizes. */
#define FRAME_COST 16.0
/* Trials that the error rate is taken over; and as many without a loss are assumed at the start. */
#define TRIED_MOST  (512.0 * 1024)
#define TRIED_FIRST (64.0 * 1024)
/* The same bytes lost so often, and nothing else for the time of a lost link: the line eats them. */
#define FRUITLESS_MOST 32

typedef enum { SEND_NOTHING, SEND_AGAIN, SEND_FRESH, SEND_PROBE } Choice;

void
gy_transfer_init(Transfer *transfer)
{
	transfer->flights = g_array_new(FALSE, FALSE, sizeof(Flight));
	transfer->again = g_array_new(FALSE, FALSE, sizeof(Range));
	transfer->probed_ms = G_MININT64;
}

void
gy_transfer_clear(Transfer *transfer)
{
	g_clear_pointer(&transfer->flights, g_array_unref);
	g_clear_pointer(&transfer->again, g_array_unref);
}

void
gy_transfer_begin(GySession *session, const struct gyw_ready *ready, gint64 now_ms)
{
	Transfer *t = &session->transfer;

	g_array_set_size(t->flights, 0);
	g_array_set_size(t->again, 0);
	t->next = ready->next;
	t->stored = 0;
	t->limit = MIN(ready->limit, session->length);
	t->fresh_at = ready->next;
	/* answers to what was sent before READY mean nothing any more */
	t->sent = t->numbered;
	t->answered = t->numbered;
	t->fruitless = 0;
}

void
gy_transfer_start(GySession *session, gint64 now_ms)
{
	Transfer *t = &session->transfer;

	t->progress_ms = now_ms;
	t->probed_ms = G_MININT64;
	/* with nothing left to send, the first thing is to ask */
	t->quiet_ms = now_ms - PROBE_MS;
}

/* A question goes out next. */
void
gy_transfer_ask(GySession *session, gint64 now_ms)
{
	Transfer *t = &session->transfer;

	t->quiet_ms = now_ms - TIMEOUT_MOST_MS;
	if (t->probed_ms != G_MININT64)
		t->probed_ms = now_ms - PROBE_MS;
}

/* The segment size that carries most over this line: long frames cost few heads, short ones few resends. */
static guint32
segment_size(GySession *session)
{
	const Transfer *t = &session->transfer;
	guint32 most = gy_session_mtu(session) - DATA_OVERHEAD;
	gdouble rate = t->losses / (t->bytes_tried + TRIED_FIRST);

	if (rate <= 0)
		return most;
	return (guint32) CLAMP(sqrt(FRAME_COST / rate), (gdouble) SEGMENT_LEAST, (gdouble) most);
}

static void
note_tried(Transfer *t, guint32 size)
{
	t->bytes_tried += size;
	if (t->bytes_tried > TRIED_MOST) {
		t->bytes_tried /= 2;
		t->losses /= 2;
	}
}

static gint64
probe_due_ms(GySession *session)
{
	const Transfer *t = &session->transfer;
	gint64 wait_ms = PROBE_MS;

	if (t->probed_ms != G_MININT64)
		return t->probed_ms + PROBE_MS;
	if (t->flights->len > 0)
		wait_ms =
			gy_session_timeout_ms(session) + (gint64) segment_size(session) * SLOW_BYTE_US / 1000;
	return t->quiet_ms + MIN(wait_ms, TIMEOUT_MOST_MS);
}

/*
 * It prints and does not answer any more, as a device does that has been reset: what it takes for text now may be the
 * rest of a frame, and its shell's. It is asked, and given nothing before it has answered.
 */
static gboolean
may_have_restarted(GySession *session, gint64 now_ms)
{
	gint64 patience_ms =
		gy_session_timeout_ms(session) + (gint64) segment_size(session) * SLOW_BYTE_US / 1000;

	return session->printed_ms > session->heard_ms && now_ms - session->heard_ms > patience_ms;
}

static Choice
choose(GySession *session, gint64 now_ms, Range *range)
{
	const Transfer *t = &session->transfer;
	guint32 size = segment_size(session);
	guint32 room;

	if (t->numbered - t->answered < TRANSMISSIONS_MOST && !session->speed.is_seeking &&
		!may_have_restarted(session, now_ms)) {
		if (t->again->len > 0) {
			*range = g_array_index(t->again, Range, 0);
			range->to = range->from + MIN(range->to - range->from, size);
			return SEND_AGAIN;
		}
		room = t->limit > t->fresh_at ? t->limit - t->fresh_at : 0;
		/* a sliver would cost a frame: more room comes with the answers to what is on its way */
		if (room >= size || (room > 0 && (t->limit == session->length || t->flights->len == 0))) {
			range->from = t->fresh_at;
			range->to = t->fresh_at + MIN(room, size);
			return SEND_FRESH;
		}
	}
	if (now_ms < probe_due_ms(session))
		return SEND_NOTHING;
	range->from = range->to = t->next;
	return SEND_PROBE;
}

gboolean
gy_transfer_wants_to_send(GySession *session, gint64 now_ms)
{
	Range range;

	return choose(session, now_ms, &range) != SEND_NOTHING;
}

static void
take_from_again(Transfer *t, const Range *taken)
{
	Range *first = &g_array_index(t->again, Range, 0);

	first->from = taken->to;
	if (first->from == first->to)
		g_array_remove_index(t->again, 0);
}

static void
note_chosen(GySession *session, Choice choice, const Range *range)
{
	Transfer *t = &session->transfer;
	Flight flight = {range->from, range->to, t->numbered + 1};

	t->numbered++;
	t->out_ms[t->numbered % G_N_ELEMENTS(t->out_ms)] = G_MININT64;
	if (choice == SEND_PROBE)
		return;
	if (choice == SEND_FRESH) {
		t->fresh_at = range->to;
	} else {
		take_from_again(t, range);
		session->counters.frames_resent++;
		session->counters.payload_bytes_resent += range->to - range->from;
	}
	note_tried(t, range->to - range->from);
	g_array_append_val(t->flights, flight);
}

/* Puts the next DATA frame together, now that the port has room for it. */
void
gy_transfer_put(GySession *session, gint64 now_ms)
{
	Transfer *t = &session->transfer;
	const guint8 *payload = g_bytes_get_data(session->payload, NULL);
	guint32 mtu = gy_session_mtu(session);
	struct gyw_writer body;
	Range range = {t->next, t->next};
	Choice choice = choose(session, now_ms, &range);
	struct gyw_data data = {.offset = range.from, .bytes = payload + range.from};

	data.size = range.to - range.from;
	/* question after question in silence is one transmission: 256 of them must not wrap the number */
	if (choice != SEND_PROBE || t->probed_ms == G_MININT64)
		note_chosen(session, choice, &range);
	if (choice == SEND_PROBE)
		t->probed_ms = now_ms;
	gyw_frame_open(&body, session->frame, mtu);
	gyw_data_encode(&body, &data);
	session->frame_size =
		gyw_frame_close(&body, session->frame, mtu, GYW_DATA, (guint8) t->numbered, session->id);
	session->frame_at = 0;
	session->frame_type = GYW_DATA;
	if (session->counters.first_data_ms == 0)
		session->counters.first_data_ms = now_ms;
}

void
gy_transfer_was_sent(GySession *session, gint64 now_ms)
{
	Transfer *t = &session->transfer;
	gint64 *out_ms = &t->out_ms[t->numbered % G_N_ELEMENTS(t->out_ms)];

	/* one that left twice has no round trip */
	*out_ms = t->sent == t->numbered ? G_MININT64 : now_ms;
	t->sent = t->numbered;
	t->quiet_ms = now_ms;
}

/* Which transmission the device names; FALSE if it is none that waits for an answer. */
static gboolean
resolve(GySession *session, guint8 seq, gint64 now_ms)
{
	Transfer *t = &session->transfer;
	guint64 number = t->answered + (guint8) (seq - (guint8) t->answered);
	gint64 out_ms;

	if (number > t->sent)
		return FALSE;
	out_ms = t->out_ms[number % G_N_ELEMENTS(t->out_ms)];
	if (number > t->answered && out_ms != G_MININT64)
		gy_session_measure(session, now_ms - out_ms);
	t->answered = number;
	return TRUE;
}

static void
add_again(GySession *session, guint32 from, guint32 to)
{
	GArray *again = session->transfer.again;
	Range range = {from, to};
	guint i = 0;

	while (i < again->len && g_array_index(again, Range, i).from < from)
		i++;
	g_array_insert_val(again, i, range);
}

/* What of the flight the device misses goes to be sent again. Returns whether that was anything. */
static gboolean
take_lost(GySession *session, const Flight *flight, const struct gyw_data_ack *ack)
{
	gboolean lost = FALSE;
	guint i;

	if (ack->n_missing == 0) {
		add_again(session, MAX(flight->from, ack->next), flight->to);
		return TRUE;
	}
	for (i = 0; i < ack->n_missing; i++) {
		guint32 from = MAX(flight->from, ack->missing[i].from);
		guint32 to = MIN(flight->to, ack->missing[i].to);

		if (from < to) {
			add_again(session, from, to);
			lost = TRUE;
		}
	}
	return lost;
}

/*
 * Every flight up to the transmission that the device got last has come or is lost: a line does not reorder. One that
 * lies behind the last missing range may have come, or what of it does; it is judged when the ranges before it have.
 */
static void
judge_flights(GySession *session, const struct gyw_data_ack *ack)
{
	Transfer *t = &session->transfer;
	guint32 known_to = ack->n_missing == 0 ? G_MAXUINT32 : ack->missing[ack->n_missing - 1].to;
	guint64 last_lost = 0;
	guint kept = 0;
	guint i;

	for (i = 0; i < t->flights->len; i++) {
		Flight flight = g_array_index(t->flights, Flight, i);
		gboolean lost;

		if (flight.to <= ack->next)
			continue;
		if (flight.number > t->answered || flight.from >= known_to) {
			g_array_index(t->flights, Flight, kept++) = flight;
			continue;
		}
		lost = take_lost(session, &flight, ack);
		if (flight.to > known_to)
			g_array_index(t->flights, Flight, kept++) =
				(Flight){known_to, flight.to, flight.number};
		if (!lost)
			continue;
		t->fruitless++;
		/* neighbours fell to one fault: they say nothing about the error rate */
		if (last_lost == 0 || flight.number != last_lost + 1)
			t->losses++;
		last_lost = flight.number;
	}
	g_array_set_size(t->flights, kept);
}

/* What an answer has overtaken need not be sent again. */
static void
trim_again(Transfer *t)
{
	while (t->again->len > 0) {
		Range *first = &g_array_index(t->again, Range, 0);

		if (first->to > t->next) {
			first->from = MAX(first->from, t->next);
			return;
		}
		g_array_remove_index(t->again, 0);
	}
}

static void
advance(GySession *session, const struct gyw_data_ack *ack, gint64 now_ms)
{
	Transfer *t = &session->transfer;

	t->stored = MAX(t->stored, ack->stored);
	t->limit = MAX(t->limit, MIN(ack->limit, session->length));
	t->quiet_ms = now_ms;
	t->probed_ms = G_MININT64;
	if (ack->next <= t->next)
		return;
	t->next = ack->next;
	t->fresh_at = MAX(t->fresh_at, t->next);
	t->progress_ms = now_ms;
	t->fruitless = 0;
	if (t->next == session->length)
		session->counters.last_ack_ms = now_ms;
	gy_session_progress(session, now_ms);
}

void
gy_transfer_ack(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	Transfer *t = &session->transfer;
	struct gyw_data_ack ack;

	if (gyw_data_ack_decode(&ack, frame->body, frame->body_size) != GYW_OK) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device acknowledged data with a message of %u bytes that contradicts itself"),
			frame->body_size);
		return;
	}
	if (ack.next > session->length) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device acknowledged %u bytes of a package of %u"), ack.next, session->length);
		return;
	}
	advance(session, &ack, now_ms);
	if (resolve(session, frame->seq, now_ms))
		judge_flights(session, &ack);
	trim_again(t);
	if (t->stored == session->length) {
		gy_session_done(session, NULL);
	} else if (t->fruitless > FRUITLESS_MOST && now_ms - t->progress_ms >= session->options.lost_ms) {
		gy_session_give_up(session, GY_LINK_ERROR_NOT_TRANSPARENT,
			_("the line lets questions through, but not the bytes from %u on, sent %u times"),
			t->next, t->fruitless);
	}
}

void
gy_transfer_step(GySession *session, gint64 now_ms)
{
	if (session->has_progress)
		gy_session_progress(session, now_ms);
}

gint64
gy_transfer_deadline(GySession *session)
{
	gint64 due_ms = probe_due_ms(session);

	/* from then on gy_session_wants_to_send() says so, and the port's room is what is waited for */
	if (due_ms <= session->stepped_ms)
		due_ms = G_MAXINT64;
	if (session->has_progress)
		due_ms = MIN(due_ms, session->progress_event_ms + PROGRESS_MS);
	return due_ms;
}
