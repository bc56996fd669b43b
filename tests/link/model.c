// SPDX-License-Identifier: Apache-2.0
#include "tests/link/model.h"

#include <string.h>

#include "tests/wire/info-encode.h"

#define LONGEST_MS (10 * 60 * 1000)
#define TRIAL_MS   1000
#define STRAY_MS   3000
#define LOCK_MS    60000
#define MTU        2060u

enum { TO_DEVICE, TO_HOST };

typedef struct {
	gint64 arrives_ms;
	guint baud; /* of the sender */
	guint8 byte;
} Moving;

typedef struct {
	guint8 type;
	guint baud;
} Heard;

/* ---- the line ------------------------------------------------------------------------------------------- */

/* What an end makes of a byte that was sent at another rate: never the byte. */
static guint8
nonsense(guint8 byte)
{
	return (guint8) (byte * 167 + 43) == byte ? 0x5A : (guint8) (byte * 167 + 43);
}

static gboolean
is_eaten(const Model *model, guint8 byte)
{
	return model->eats_flow_control && (byte == 0x11 || byte == 0x13);
}

static void
put(Model *model, guint way, guint8 byte, guint baud)
{
	Moving *moving;

	if (model->is_dead || !model->port_open || is_eaten(model, byte))
		return;
	moving = g_new(Moving, 1);
	*moving = (Moving){model->now_ms + model->delay_ms + 1, baud, byte};
	if (model->has_seven_bits)
		moving->byte &= 0x7F;
	if (model->cable_most != 0 && baud > model->cable_most)
		moving->byte = nonsense(byte);
	g_queue_push_tail(&model->moving[way], moving);
}

/* How many bytes an end may put on the wire in this millisecond. */
static guint
allowance(Model *model, guint way, guint baud)
{
	guint n;

	model->budget[way] = MIN(model->budget[way] + baud / 10000.0, 2 * baud / 10000.0 + 1);
	n = (guint) model->budget[way];
	model->budget[way] -= n;
	return n;
}

static gboolean
take(Model *model, guint way, guint baud, guint8 *byte)
{
	Moving *first = g_queue_peek_head(&model->moving[way]);

	if (first == NULL || first->arrives_ms > model->now_ms)
		return FALSE;
	*byte = first->baud == baud ? first->byte : nonsense(first->byte);
	g_free(g_queue_pop_head(&model->moving[way]));
	return TRUE;
}

static void
drop_all(Model *model)
{
	g_queue_clear_full(&model->moving[TO_DEVICE], g_free);
	g_queue_clear_full(&model->moving[TO_HOST], g_free);
}

/* ---- the device ----------------------------------------------------------------------------------------- */

static void
say(Model *model, const struct gyw_frame *to, guint8 type, const guint8 *bytes, guint32 size)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;

	if (type == model->lost_type && model->n_lost > 0) {
		model->n_lost--;
		return;
	}
	gyw_frame_open(&body, line, GYW_MTU_MIN);
	gyw_write_bytes(&body, bytes, size);
	size = gyw_frame_close(&body, line, GYW_MTU_MIN, type, to->seq, to->session);
	g_assert_cmpuint(size, >, 0);
	g_byte_array_append(model->out, line, size);
}

static void
say_body(Model *model, const struct gyw_frame *to, guint8 type, const struct gyw_writer *body,
	const guint8 *bytes)
{
	g_assert_false(body->failed);
	say(model, to, type, bytes, body->used);
}

static void
refuse(Model *model, const struct gyw_frame *to, guint16 cause)
{
	struct gyw_refusal refusal = {.operation = to->type, .cause = cause};
	guint8 bytes[64];
	struct gyw_writer body;

	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_refusal_encode(&body, &refusal);
	say_body(model, to, GYW_REFUSED, &body, bytes);
}

static void
take_hello(Model *model, const struct gyw_frame *frame)
{
	struct gyw_hello hello;
	guint8 bytes[GYW_MTU_MIN];
	struct gyw_writer body;

	g_assert_cmpint(gyw_hello_decode(&hello, frame->body, frame->body_size), ==, GYW_OK);
	memcpy(model->hello_nonce, hello.nonce, sizeof hello.nonce);
	memcpy(model->info.nonce, hello.nonce, sizeof hello.nonce);
	model->is_open = FALSE;
	model->info.uptime_ms = (guint32) (model->now_ms - model->boot_ms);
	model->info.last_session = model->held;
	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_info_encode(&body, &model->info);
	say_body(model, frame, GYW_INFO, &body, bytes);
}

static void
sign(const guint8 *message, gsize size, guint8 signature[GYW_SIGNATURE_SIZE])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = 32;

	g_checksum_update(sum, message, (gssize) size);
	g_checksum_get_digest(sum, signature, &digest_size);
	memset(signature + 32, 0x5A, 32);
}

gboolean
model_sign(gpointer data, const guint8 *message, gsize size, guint8 signature[64], char **why)
{
	guint *n_signed = data;

	(*n_signed)++;
	sign(message, size, signature);
	return TRUE;
}

/* Puts together by itself what PROTOCOL.md says is signed. */
static void
expected_signature(Model *model, guint8 signature[GYW_SIGNATURE_SIZE])
{
	guint8 message[11 + 4 + GYW_NONCE_SIZE + GYW_CHALLENGE_SIZE];

	memcpy(message, "gantry-auth", 11);
	memcpy(message + 11, model->info.device_id, 4);
	memcpy(message + 15, model->hello_nonce, GYW_NONCE_SIZE);
	memcpy(message + 15 + GYW_NONCE_SIZE, model->challenge, GYW_CHALLENGE_SIZE);
	sign(message, sizeof message, signature);
}

static void
take_auth(Model *model, const struct gyw_frame *frame)
{
	guint8 expected[GYW_SIGNATURE_SIZE];

	if (frame->body_size == 0) {
		memset(model->challenge, (int) ++model->n_challenges, sizeof model->challenge);
		say(model, frame, GYW_CHALLENGE, model->challenge, sizeof model->challenge);
		return;
	}
	g_assert_cmpuint(frame->body_size, ==, GYW_SIGNATURE_SIZE);
	model->n_auths++;
	expected_signature(model, expected);
	if (model->refuses_key || memcmp(expected, frame->body, sizeof expected) != 0) {
		refuse(model, frame, GYW_CAUSE_LOCKED);
		return;
	}
	model->is_open = TRUE;
	say(model, frame, GYW_ACK, NULL, 0);
}

static gboolean
is_offered(const Model *model, guint baud)
{
	guint i;

	for (i = 0; i < model->info.n_speeds; i++) {
		if (model->info.speeds[i] == baud)
			return baud != model->refused_baud;
	}
	return FALSE;
}

static void
take_speed(Model *model, const struct gyw_frame *frame)
{
	guint baud;

	g_assert_cmpuint(frame->body_size, ==, 4);
	baud = gyw_get_u32le(frame->body);
	if (!is_offered(model, baud)) {
		refuse(model, frame, GYW_CAUSE_RANGE);
		return;
	}
	model->n_speeds++;
	model->new_baud = baud;
	say(model, frame, GYW_ACK, NULL, 0);
}

static void
take_begin(Model *model, const struct gyw_frame *frame)
{
	struct gyw_ready ready = {0};
	guint8 bytes[64];
	struct gyw_writer body;

	model->held = frame->session;
	ready.next = model->next;
	ready.limit = model->next + MODEL_WINDOW;
	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_ready_encode(&body, &ready);
	say_body(model, frame, GYW_READY, &body, bytes);
}

static void
take_data(Model *model, const struct gyw_frame *frame)
{
	struct gyw_data data;
	struct gyw_data_ack ack = {0};
	guint8 bytes[128];
	struct gyw_writer body;

	g_assert_cmpint(gyw_data_decode(&data, frame->body, frame->body_size), ==, GYW_OK);
	if (data.size > 0 && data.offset == model->next) {
		const guint8 *all = g_bytes_get_data(model->payload, NULL);

		g_assert_cmpuint(data.size, <=, MODEL_SIZE - data.offset);
		g_assert_cmpmem(data.bytes, data.size, all + data.offset, data.size);
		model->next += data.size;
	}
	ack.next = ack.stored = model->next;
	ack.limit = model->next + MODEL_WINDOW;
	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_data_ack_encode(&body, &ack);
	say_body(model, frame, GYW_DATA_ACK, &body, bytes);
}

static void
take_status(Model *model, const struct gyw_frame *frame)
{
	struct gyw_status status = {0};
	guint8 bytes[64];
	struct gyw_writer body;

	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_status_encode(&body, &status);
	say_body(model, frame, GYW_STATUS_IS, &body, bytes);
}

static void
take_session_frame(Model *model, const struct gyw_frame *frame)
{
	static const guint8 gone[6] = {0};

	if (frame->session != model->held)
		say(model, frame, GYW_GONE, gone, sizeof gone);
	else if (frame->type == GYW_DATA)
		take_data(model, frame);
	else if (frame->type == GYW_RESET && model->n_lost > 0 && model->lost_type == GYW_ACK)
		model_reset(model);
	else
		say(model, frame, GYW_ACK, NULL, 0);
}

static gboolean
is_locked(const Model *model, const struct gyw_frame *frame)
{
	return (model->info.capabilities & GYW_NEEDS_AUTH) && !model->is_open && frame->type != GYW_HELLO &&
	       frame->type != GYW_AUTH;
}

static void
take_frame(Model *model, const struct gyw_frame *frame)
{
	Heard heard = {frame->type, model->baud};

	g_array_append_val(model->heard, heard);
	if (model->now_ms - model->heard_ms >= LOCK_MS)
		model->is_open = FALSE;
	model->heard_ms = model->now_ms;
	if (model->patience_ms == TRIAL_MS)
		model->patience_ms = STRAY_MS;
	if (is_locked(model, frame)) {
		model->n_refused++;
		refuse(model, frame, GYW_CAUSE_LOCKED);
		return;
	}
	switch (frame->type) {
	case GYW_HELLO: take_hello(model, frame); break;
	case GYW_AUTH: take_auth(model, frame); break;
	case GYW_SPEED: take_speed(model, frame); break;
	case GYW_ECHO: say(model, frame, GYW_ECHOED, frame->body, frame->body_size); break;
	case GYW_BEGIN: take_begin(model, frame); break;
	case GYW_STATUS: take_status(model, frame); break;
	case GYW_PING: say(model, frame, GYW_ACK, NULL, 0); break;
	default: take_session_frame(model, frame); break;
	}
}

static void
serve_rate(Model *model)
{
	if (model->new_baud != 0 && model->out->len == 0) {
		model->baud = model->new_baud;
		model->new_baud = 0;
		model->patience_ms = TRIAL_MS;
		model->heard_ms = model->now_ms;
	}
	if (model->patience_ms != 0 && model->now_ms - model->heard_ms >= model->patience_ms &&
		model->now_ms >= model->busy_until_ms) {
		model->baud = MODEL_START;
		model->patience_ms = 0;
	}
}

static void
turn_device(Model *model)
{
	guint n = allowance(model, TO_HOST, model->baud);
	struct gyw_frame frame;
	guint8 byte;

	while (take(model, TO_DEVICE, model->baud, &byte)) {
		if (gyw_releasing_push(&model->receiver, byte, (guint32) model->now_ms, &frame) ==
			GYW_RECEIVE_FRAME)
			take_frame(model, &frame);
	}
	n = MIN(n, model->out->len);
	for (guint i = 0; i < n; i++)
		put(model, TO_HOST, model->out->data[i], model->baud);
	if (n > 0)
		g_byte_array_remove_range(model->out, 0, n);
	serve_rate(model);
}

void
model_reset(Model *model)
{
	model->baud = MODEL_START;
	model->patience_ms = model->new_baud = 0;
	model->boot_ms = model->now_ms;
	model->is_open = FALSE;
	model->held = 0;
	model->next = 0;
	g_byte_array_set_size(model->out, 0);
	gyw_releasing_init(&model->receiver, model->buffer, GYW_ENCODED_SIZE(MTU));
}

/* ---- the host ------------------------------------------------------------------------------------------- */

static void
follow_rate(Model *model)
{
	guint baud = gy_session_baud(model->session) ?: MODEL_START;

	if (baud == model->host_baud)
		return;
	model->n_switches++;
	if (model->host_most != 0 && baud > model->host_most) {
		gy_session_baud_refused(model->session, model->now_ms);
		baud = gy_session_baud(model->session);
		g_assert_cmpuint(baud, <=, model->host_most);
	}
	model->host_baud = baud;
}

static void
turn_host(Model *model)
{
	guint8 bytes[4096];
	gsize n = allowance(model, TO_DEVICE, model->host_baud);
	guint8 byte;

	while (take(model, TO_HOST, model->host_baud, &byte))
		gy_session_receive(model->session, &byte, 1, model->now_ms);
	follow_rate(model);
	gy_session_step(model->session, model->now_ms);
	follow_rate(model);
	g_assert_true(gy_session_deadline(model->session) > model->now_ms ||
		      gy_session_wants_to_send(model->session, model->now_ms));
	if (!model->port_open)
		return;
	n = gy_session_send(model->session, bytes, MIN(n, sizeof bytes), model->now_ms);
	for (gsize i = 0; i < n; i++)
		put(model, TO_DEVICE, bytes[i], model->host_baud);
}

static void
turn(Model *model)
{
	model->now_ms++;
	turn_device(model);
	turn_host(model);
}

static gboolean
take_events(Model *model, GySessionEvent *event)
{
	while (gy_session_next_event(model->session, event)) {
		if (event->type == GY_SESSION_EVENT_DONE || event->type == GY_SESSION_EVENT_REFUSED ||
			event->type == GY_SESSION_EVENT_ERROR)
			return TRUE;
		if (event->type == GY_SESSION_EVENT_RATE)
			g_string_append_printf(model->told, "%s\n", event->message);
		gy_session_event_clear(event);
	}
	return FALSE;
}

void
model_wait(Model *model, GySessionEvent *event)
{
	gint64 end_ms = model->now_ms + LONGEST_MS;

	while (!take_events(model, event)) {
		g_assert_cmpint(model->now_ms, <, end_ms);
		turn(model);
	}
}

void
model_run_ms(Model *model, gint64 ms)
{
	while (ms-- > 0)
		turn(model);
}

void
model_expect_done(Model *model, GyOperation operation)
{
	g_auto(GySessionEvent) event = {0};

	model_wait(model, &event);
	if (event.type == GY_SESSION_EVENT_ERROR)
		g_test_message("%s: %s", gy_link_error_word(event.error_code), event.message);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, operation);
}

void
model_expect_error(Model *model, GyLinkError code)
{
	g_auto(GySessionEvent) event = {0};

	model_wait(model, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_ERROR);
	g_assert_cmpstr(gy_link_error_word(event.error_code), ==, gy_link_error_word(code));
	g_test_message("%s", event.message);
}

void
model_hello(Model *model)
{
	gy_session_hello(model->session, model->now_ms);
	model_expect_done(model, GY_OPERATION_HELLO);
}

void
model_begin(Model *model)
{
	gy_session_begin(model->session, model->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, model->now_ms);
	model_expect_done(model, GY_OPERATION_BEGIN);
}

void
model_transfer(Model *model)
{
	gy_session_transfer(model->session, model->now_ms);
	model_expect_done(model, GY_OPERATION_TRANSFER);
	g_assert_cmpuint(model->next, ==, MODEL_SIZE);
}

void
model_close_port(Model *model)
{
	model->port_open = FALSE;
	drop_all(model);
	gy_session_port_closed(model->session, model->now_ms);
}

void
model_open_port(Model *model)
{
	model->port_open = TRUE;
	drop_all(model);
	model->host_baud = MODEL_START;
	gy_session_port_opened(model->session, model->now_ms);
	g_assert_cmpuint(gy_session_baud(model->session), ==, MODEL_START);
}

guint
model_n_heard(Model *model, guint8 type, guint baud)
{
	guint n = 0;

	for (guint i = 0; i < model->heard->len; i++) {
		const Heard *heard = &g_array_index(model->heard, Heard, i);

		n += heard->type == type && heard->baud == baud;
	}
	return n;
}

/* ---- both ----------------------------------------------------------------------------------------------- */

Model *
model_new(const GySessionOptions *options)
{
	Model *model = g_new0(Model, 1);
	GySessionOptions own = options ? *options : (GySessionOptions){0};
	guint8 *bytes = g_malloc(MODEL_SIZE);

	own.baud = own.baud ?: MODEL_START;
	own.max_baud = own.max_baud ?: 921600;
	model->session = gy_session_new(&own);
	model->now_ms = 100000;
	model->port_open = TRUE;
	model->delay_ms = 2;
	model->host_baud = MODEL_START;
	model->out = g_byte_array_new();
	model->told = g_string_new(NULL);
	model->heard = g_array_new(FALSE, FALSE, sizeof(Heard));
	for (guint i = 0; i < MODEL_SIZE; i++)
		bytes[i] = (guint8) g_test_rand_int();
	model->payload = g_bytes_new_take(bytes, MODEL_SIZE);
	model->info.protocol = model->info.protocol_max = GYW_PROTOCOL;
	model->info.capabilities = GYW_CAN_SPEED;
	model->info.mtu = MTU;
	model->info.window = MODEL_WINDOW;
	model->info.device_id_size = 4;
	model->info.device_id[0] = 0xD1;
	model->info.n_speeds = 4;
	memcpy(model->info.speeds, (guint32[]){115200, 460800, 921600, 2000000}, 4 * sizeof(guint32));
	model_reset(model);
	model->boot_ms = 0;
	return model;
}

void
model_free(Model *model)
{
	gy_session_free(model->session);
	drop_all(model);
	g_byte_array_unref(model->out);
	g_string_free(model->told, TRUE);
	g_array_unref(model->heard);
	g_bytes_unref(model->payload);
	g_free(model);
}
