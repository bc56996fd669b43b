// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "protocol/wire/cobs.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/message.h"
#include "protocol/wire/releasing.h"
#include "tests/wire/info-encode.h"

enum { MTU = 2060 };

static void
test_crc(void)
{
	g_assert_cmphex(gyw_crc32c((const uint8_t *) "123456789", 9), ==, 0xE3069283);
	g_assert_cmphex(gyw_crc32c(NULL, 0), ==, 0);
}

/* The sizes around a full COBS block, with zeros at no place, the first, the last and everywhere. */
static void
test_cobs(void)
{
	static const guint sizes[] = {0, 1, 2, 252, 253, 254, 255, 256, 507, 508, 509, 510, 762, 763, 2060};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
		for (guint zeros = 0; zeros < 5; zeros++) {
			guint size = sizes[i];
			guint most = size + GYW_COBS_OVERHEAD(size);
			guint8 *raw = g_malloc(size + 1);
			guint8 *out = g_malloc(most);
			guint used;

			for (guint j = 0; j < size; j++)
				raw[j] = zeros == 4 ? 0 : (guint8) (j % 255 + 1);
			if (size > 0 && (zeros == 1 || zeros == 3))
				raw[0] = 0;
			if (size > 0 && (zeros == 2 || zeros == 3))
				raw[size - 1] = 0;
			used = gyw_cobs_encode(out, raw, size);
			g_assert_cmpuint(used, <=, most);
			g_assert_null(memchr(out, 0, used));
			g_assert_cmpint(gyw_cobs_decode(out, used), ==, (gint) size);
			g_assert_cmpmem(out, size, raw, size);
			g_free(out);
			g_free(raw);
		}
}

static void
test_cobs_refuses(void)
{
	guint8 past[] = {3, 1};
	guint8 zero[] = {3, 1, 0};
	guint8 code[] = {2, 1, 0, 1};

	g_assert_cmpint(gyw_cobs_decode(past, sizeof past), ==, -1);
	g_assert_cmpint(gyw_cobs_decode(zero, sizeof zero), ==, -1);
	g_assert_cmpint(gyw_cobs_decode(code, sizeof code), ==, -1);
}

static guint
make_frame(guint8 *line, guint mtu, guint8 type, guint8 seq, guint16 session, const guint8 *body, guint size)
{
	struct gyw_writer w;

	gyw_frame_open(&w, line, mtu);
	gyw_write_bytes(&w, body, size);
	return gyw_frame_close(&w, line, mtu, type, seq, session);
}

typedef struct {
	struct gyw_releasing receiver;
	gboolean is_host; /* else only the device's half is asked */
	guint8 *buffer;   /* exactly as large as promised */
	guint32 now_ms;
	GString *seen; /* what became of the bytes: letters of text, F frame, x failed, [released] */
	struct gyw_frame frame;
} Receiver;

static Receiver *
receiver_new(gboolean host)
{
	Receiver *r = g_new0(Receiver, 1);

	r->buffer = g_malloc(GYW_RECEIVER_SIZE(GYW_MTU_MIN));
	r->seen = g_string_new(NULL);
	r->is_host = host;
	gyw_releasing_init(&r->receiver, r->buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	return r;
}

static void
receiver_free(Receiver *r)
{
	g_string_free(r->seen, TRUE);
	g_free(r->buffer);
	g_free(r);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Receiver, receiver_free)

static void
note(Receiver *r, enum gyw_receive got, guint8 byte)
{
	switch (got) {
	case GYW_RECEIVE_NOTHING: break;
	case GYW_RECEIVE_TEXT: g_string_append_c(r->seen, (char) byte); break;
	case GYW_RECEIVE_FRAME: g_string_append_c(r->seen, 'F'); break;
	case GYW_RECEIVE_FAILED: g_string_append_c(r->seen, 'x'); break;
	case GYW_RECEIVE_LONG:
		if (!r->is_host)
			break;
		g_string_append_c(r->seen, '[');
		g_string_append_len(r->seen, (const char *) r->buffer, r->receiver.receiver.used);
		g_string_append_c(r->seen, ']');
		break;
	}
}

static void
push(Receiver *r, const void *bytes, guint size)
{
	for (guint i = 0; i < size; i++) {
		guint8 byte = ((const guint8 *) bytes)[i];

		enum gyw_receive got = r->is_host
					       ? gyw_releasing_push(&r->receiver, byte, r->now_ms, &r->frame)
					       : gyw_receiver_push(&r->receiver.receiver, byte, r->now_ms);

		if (got == GYW_RECEIVE_FRAME)
			gyw_receiver_frame(&r->receiver.receiver, &r->frame);
		note(r, got, byte);
	}
}

static void
push_frame(Receiver *r)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];

	push(r, line, make_frame(line, GYW_MTU_MIN, 5, 7, 0x1234, (const guint8 *) "body", 4));
}

static void
test_round_trip(void)
{
	for (guint size = 0; size <= MTU - GYW_FRAME_OVERHEAD; size += size < 20 || size > 2040 ? 1 : 13) {
		guint8 line[GYW_LINE_SIZE(MTU)];
		guint8 buffer[GYW_RECEIVER_SIZE(MTU)];
		guint8 body[MTU];
		struct gyw_receiver r;
		struct gyw_frame frame;
		enum gyw_receive got = GYW_RECEIVE_NOTHING;
		guint used;

		for (guint i = 0; i < size; i++)
			body[i] = (guint8) g_test_rand_int_range(0, 256) & (size % 2 ? 0xFF : 1);
		used = make_frame(line, MTU, 0x08, 200, 0xBEEF, body, size);
		g_assert_cmpuint(used, <=, sizeof line);
		gyw_receiver_init(&r, buffer, GYW_ENCODED_SIZE(MTU));
		for (guint i = 0; i < used; i++) {
			g_assert_cmpint(got, ==, GYW_RECEIVE_NOTHING);
			got = gyw_receiver_push(&r, line[i], 0);
		}
		g_assert_cmpint(got, ==, GYW_RECEIVE_FRAME);
		gyw_receiver_frame(&r, &frame);
		g_assert_cmphex(frame.type, ==, 0x08);
		g_assert_cmpuint(frame.seq, ==, 200);
		g_assert_cmphex(frame.session, ==, 0xBEEF);
		g_assert_cmpmem(frame.body, frame.body_size, body, size);
	}
}

static void
test_too_long_a_body(void)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 body[GYW_MTU_MIN] = {0};

	g_assert_cmpuint(make_frame(line, GYW_MTU_MIN, 1, 1, 1, body, 504), >, 0);
	g_assert_cmpuint(make_frame(line, GYW_MTU_MIN, 1, 1, 1, body, 505), ==, 0);
}

/* Every single bit of a frame, and every cut: never a frame that is not the one that was sent. */
static void
test_damage(void)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 body[300];
	guint used;

	for (guint i = 0; i < sizeof body; i++)
		body[i] = (guint8) (i % 7 == 0 ? 0 : i);
	used = make_frame(line, GYW_MTU_MIN, 8, 9, 10, body, sizeof body);
	for (guint bit = 8; bit < 8 * (used - 1); bit++) {
		g_autoptr(Receiver) r = receiver_new(FALSE);

		line[bit / 8] ^= (guint8) (1 << bit % 8);
		push(r, line, used);
		g_assert_null(strchr(r->seen->str, 'F'));
		line[bit / 8] ^= (guint8) (1 << bit % 8);
		/* a zero that opens the next frame finds the way back */
		push_frame(r);
		g_assert_nonnull(strchr(r->seen->str, 'F'));
	}
	for (guint cut = 1; cut < used - 1; cut++) {
		g_autoptr(Receiver) r = receiver_new(FALSE);

		push(r, line, cut);
		push_frame(r);
		g_assert_true(g_str_has_suffix(r->seen->str, "F"));
		g_assert_cmphex(r->frame.type, ==, 5);
	}
}

static void
test_text_and_frames(void)
{
	g_autoptr(Receiver) r = receiver_new(TRUE);

	push(r, "boot\r", 5);
	push_frame(r);
	push(r, "ok", 2);
	push_frame(r);
	push_frame(r);
	push(r, "\0", 1);
	push_frame(r); /* an empty candidate opens the next one */
	push(r, "!", 1);
	g_assert_cmpstr(r->seen->str, ==, "boot\rFokFFF!");
}

static void
test_frame_after_garbage(void)
{
	g_autoptr(Receiver) r = receiver_new(FALSE);

	push(r, "\0gar\0", 5);
	push(r, "bage", 4);
	push_frame(r);
	push_frame(r);
	push(r, "t", 1);
	g_assert_cmpstr(r->seen->str, ==, "xxFFt");
}

static void
test_failed_candidates_share_a_zero(void)
{
	g_autoptr(Receiver) r = receiver_new(TRUE);
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint used = make_frame(line, GYW_MTU_MIN, 5, 7, 1, (const guint8 *) "body", 4);

	push(r, "\0\2x", 3);
	/* the zero that opens the frame ends the candidate before it; the host sees both */
	push(r, line, used);
	g_assert_cmpstr(r->seen->str, ==, "xF");
}

static void
test_silence(void)
{
	g_autoptr(Receiver) host = receiver_new(TRUE);
	g_autoptr(Receiver) device = receiver_new(FALSE);
	Receiver *both[] = {host, device};

	for (guint i = 0; i < 2; i++) {
		Receiver *r = both[i];

		r->now_ms = UINT32_MAX - 20;
		push(r, "\0\11start", 7);
		r->now_ms += 49;
		note(r, gyw_releasing_idle(&r->receiver, r->now_ms), 0);
		g_assert_cmpstr(r->seen->str, ==, "");
		r->now_ms += 1;
		note(r, gyw_releasing_idle(&r->receiver, r->now_ms), 0);
		note(r, gyw_releasing_idle(&r->receiver, r->now_ms + 100), 0);
		push(r, "ed", 2);
	}
	g_assert_cmpstr(host->seen->str, ==, "[\11start]ed");
	g_assert_cmpstr(device->seen->str, ==, "ed");
}

static void
test_too_long(void)
{
	g_autoptr(Receiver) host = receiver_new(TRUE);
	g_autoptr(Receiver) device = receiver_new(FALSE);
	guint8 bytes[GYW_ENCODED_SIZE(GYW_MTU_MIN) + 1];

	memset(bytes, 1, sizeof bytes);
	push_frame(host); /* agreed: codes are not looked at any more */
	push(host, "\0", 1);
	push(host, bytes, sizeof bytes - 1);
	g_assert_cmpstr(host->seen->str, ==, "F");
	push(host, bytes, 1);
	g_assert_cmpuint(host->receiver.receiver.used, ==, sizeof bytes);
	g_assert_cmpuint(strlen(host->seen->str), ==, 1 + 2 + sizeof bytes);
	push(host, "text", 4);
	g_assert_true(g_str_has_suffix(host->seen->str, "]text"));

	push(device, "\0", 1);
	push(device, bytes, sizeof bytes);
	push(device, "rest of it", 10);
	g_assert_cmpstr(device->seen->str, ==, "");
	push_frame(device);
	g_assert_cmpstr(device->seen->str, ==, "F");
}

/* Boot text after a reset in mid-frame: a code that points past the longest frame is no frame of ours. */
static void
test_impossible_code(void)
{
	g_autoptr(Receiver) fresh = receiver_new(TRUE);
	g_autoptr(Receiver) agreed = receiver_new(TRUE);
	guint8 bytes[1 + 255 + 255 + 10];

	memset(bytes, 0x7A, sizeof bytes);
	bytes[0] = 0;
	bytes[1] = 0xFF;
	bytes[1 + 255] = 0xFF;
	push(fresh, bytes, 1 + 255 + 255);
	g_assert_cmpstr(fresh->seen->str, ==, "");
	push(fresh, "zz", 2);
	g_assert_nonnull(strchr(fresh->seen->str, ']'));
	g_assert_true(g_str_has_suffix(fresh->seen->str, "]z"));
	push_frame(agreed);
	push(agreed, bytes, sizeof bytes - 6);
	g_assert_cmpstr(agreed->seen->str, ==, "F");
}

/* ---- messages ---- */

static void
encode_hello(struct gyw_writer *w)
{
	struct gyw_hello m = {1, 2, 3, "0123456789abcde"};

	gyw_hello_encode(w, &m);
}

static void
encode_begin(struct gyw_writer *w)
{
	struct gyw_begin m = {.mode = 1, .target = 2, .length = 3, .flags = 1};

	gyw_begin_encode(w, &m);
}

static void
encode_manifest(struct gyw_writer *w)
{
	struct gyw_manifest m = {.offset = 1, .total = 2, .bytes = (const uint8_t *) "x", .size = 1};

	gyw_manifest_encode(w, &m);
}

static void
encode_data(struct gyw_writer *w)
{
	struct gyw_data m = {.offset = 0x12345678};

	gyw_data_encode(w, &m);
}

static void
encode_area(struct gyw_writer *w)
{
	struct gyw_area m = {1, 2, 3};

	gyw_area_encode(w, &m);
}

static void
encode_info(struct gyw_writer *w)
{
	struct gyw_info m = {.mtu = 512, .window = 2048};
	struct gyw_writer head = *w;

	/* the fixed part alone: what follows is tags, which may end anywhere between two */
	gyw_info_encode(w, &m);
	w->used = 16 + 10 * 4;
	w->at = head.at + w->used;
}

static void
encode_ready(struct gyw_writer *w)
{
	struct gyw_ready m = {1, 2, 3};

	gyw_ready_encode(w, &m);
}

static void
encode_data_ack(struct gyw_writer *w)
{
	struct gyw_data_ack m = {
		.next = 5, .stored = 4, .limit = 100, .n_missing = 2, .missing = {{5, 10}, {20, 30}}};

	gyw_data_ack_encode(w, &m);
}

static void
encode_verified(struct gyw_writer *w)
{
	struct gyw_verified m = {.length = 5, .read_back = true};

	gyw_verified_encode(w, &m);
}

static void
encode_status(struct gyw_writer *w)
{
	struct gyw_status m = {3, 4, 5, 6};

	gyw_status_encode(w, &m);
}

static void
encode_refusal(struct gyw_writer *w)
{
	struct gyw_refusal m = {3, 4, 5, 6, 7};

	gyw_refusal_encode(w, &m);
}

static void
encode_busy(struct gyw_writer *w)
{
	struct gyw_busy m = {3, 1, 5, 6, 7};

	gyw_busy_encode(w, &m);
}

#define DECODER(name)                                                                                        \
	static enum gyw_result decode_##name(void *out, const uint8_t *body, uint32_t size)                  \
	{                                                                                                    \
		return gyw_##name##_decode(out, body, size);                                                 \
	}
DECODER(hello)
DECODER(begin)
DECODER(manifest)
DECODER(data)
DECODER(area)
DECODER(info)
DECODER(ready)
DECODER(data_ack)
DECODER(verified)
DECODER(status)
DECODER(refusal)
DECODER(busy)

#define ROW(name, size)                                                                                      \
	{                                                                                                    \
#name, encode_##name, decode_##name, sizeof(struct gyw_##name), size                         \
	}
static const struct {
	const char *name;
	void (*encode)(struct gyw_writer *w);
	enum gyw_result (*decode)(void *out, const uint8_t *body, uint32_t size);
	gsize struct_size;
	guint size;
} messages[] = {
	ROW(hello, 20),
	ROW(begin, 48),
	ROW(manifest, 9),
	ROW(data, 4),
	ROW(area, 12),
	ROW(info, 56),
	ROW(ready, 12),
	ROW(data_ack, 32),
	ROW(verified, 40),
	ROW(status, 16),
	ROW(refusal, 20),
	ROW(busy, 20),
};

/* Each body in a block of its exact size, and one byte short of it: refused, and the output not touched. */
static void
test_message(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	guint8 body[600];
	guint8 out[4096];
	struct gyw_writer w;

	g_assert_cmpuint(messages[i].struct_size, <=, sizeof out);
	gyw_writer_init(&w, body, sizeof body);
	messages[i].encode(&w);
	g_assert_false(w.failed);
	g_assert_cmpuint(w.used, ==, messages[i].size);
	for (guint size = 0; size <= w.used; size++) {
		guint8 *exact = g_memdup2(body, size);

		memset(out, 0xA5, sizeof out);
		if (size == w.used) {
			g_assert_cmpint(messages[i].decode(out, exact, size), ==, GYW_OK);
		} else {
			g_assert_cmpint(messages[i].decode(out, exact, size), !=, GYW_OK);
			for (gsize j = 0; j < sizeof out; j++)
				g_assert_cmphex(out[j], ==, 0xA5);
		}
		g_free(exact);
	}
	/* a longer one is a newer end's, where the rest is no tag or payload */
	if (messages[i].decode == decode_hello || messages[i].decode == decode_status) {
		memset(body + w.used, 0xEE, 5);
		g_assert_cmpint(messages[i].decode(out, body, w.used + 5), ==, GYW_OK);
	}
}

static void
test_values(void)
{
	guint8 bytes[64] = {0};
	struct gyw_writer w;
	struct gyw_status status = {0};
	struct gyw_refusal refusal = {0};
	struct gyw_busy busy = {0};
	struct gyw_data data;

	gyw_writer_init(&w, bytes, sizeof bytes);
	encode_status(&w);
	g_assert_cmpint(gyw_status_decode(&status, bytes, w.used), ==, GYW_OK);
	g_assert_true(status.state == 3 && status.next == 4 && status.stored == 5 && status.uptime_ms == 6);
	gyw_writer_init(&w, bytes, sizeof bytes);
	encode_refusal(&w);
	g_assert_cmpint(gyw_refusal_decode(&refusal, bytes, w.used), ==, GYW_OK);
	g_assert_true(refusal.operation == 3 && refusal.backend == 4 && refusal.cause == 5 &&
		      refusal.code == 6 && refusal.detail == 7);
	gyw_writer_init(&w, bytes, sizeof bytes);
	encode_busy(&w);
	g_assert_cmpint(gyw_busy_decode(&busy, bytes, w.used), ==, GYW_OK);
	g_assert_true(busy.operation == 3 && busy.flags == 1 && busy.at_most_ms == 5 && busy.done == 6 &&
		      busy.total == 7);
	gyw_writer_init(&w, bytes, sizeof bytes);
	encode_data(&w);
	g_assert_cmpint(gyw_data_decode(&data, bytes, w.used), ==, GYW_OK);
	g_assert_cmphex(data.offset, ==, 0x12345678);
	g_assert_cmphex(bytes[0], ==, 0x78);
}

static void
fill_info(struct gyw_info *info)
{
	memset(info, 0, sizeof *info);
	memcpy(info->nonce, "0123456789abcdef", 16);
	info->protocol = 1;
	info->protocol_max = 2;
	info->capabilities = 0x55;
	info->mtu = 2060;
	info->window = 32768;
	info->storage_size = 0x180000;
	info->uptime_ms = 123;
	info->last_session = 0xABCD;
	info->reset_cause = 3;
	info->boot_baud = 115200;
	strcpy(info->chip, "ws63");
	strcpy(info->board, "board");
	strcpy(info->version, "1.2.3");
	info->device_id_size = 8;
	memcpy(info->device_id, "ABCDEFGH", 8);
	info->has_hardware_id = info->has_root_key = info->has_digest = info->has_version_ext =
		info->has_result = true;
	info->hardware_id = 42;
	memset(info->root_key, 1, 32);
	memset(info->digest, 2, 32);
	info->version_ext = 7;
	info->result = 13;
	info->status = 1;
	info->n_images = 2;
	info->images[0] = (struct gyw_info_image){0x4B0F2D2D, 0x20, 0x240000, 1};
	info->images[1] = (struct gyw_info_image){0x4B1E3C2D, 0x01, 0x10000, 2};
	info->n_speeds = 2;
	info->speeds[0] = 115200;
	info->speeds[1] = 921600;
	for (guint32 i = 0; i < GYW_N_TIMES; i++)
		info->times_ms[i] = i + 1;
	info->n_regions = 2;
	info->run_region = 1;
	info->regions[0] = 5;
	info->regions[1] = 6;
	info->backend_id = 1;
	strcpy(info->backend, "ws63");
}

static void
test_info_round_trip(void)
{
	guint8 body[504];
	struct gyw_info info;
	struct gyw_info back;
	struct gyw_writer w;

	fill_info(&info);
	gyw_writer_init(&w, body, sizeof body);
	gyw_info_encode(&w, &info);
	g_assert_false(w.failed);
	memset(&back, 0xA5, sizeof back);
	g_assert_cmpint(gyw_info_decode(&back, body, w.used), ==, GYW_OK);
	g_assert_cmpmem(&back, (gint) sizeof back, &info, (gint) sizeof info);
}

/* Less room leaves out tags at the end, whole ones; what there is stays readable. */
static void
test_info_in_any_room(void)
{
	struct gyw_info info;

	fill_info(&info);
	for (guint room = 0; room <= 504; room++) {
		guint8 *body = g_malloc(room);
		struct gyw_info back;
		struct gyw_writer w;

		gyw_writer_init(&w, body, room);
		gyw_info_encode(&w, &info);
		g_assert_cmpuint(w.failed, ==, room < 56);
		if (!w.failed)
			g_assert_cmpint(gyw_info_decode(&back, body, w.used), ==, GYW_OK);
		g_free(body);
	}
}

static void
test_begin_refuses(void)
{
	static const struct gyw_begin rows[] = {
		{.mode = 1, .length = 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		guint8 body[64];
		struct gyw_writer w;
		struct gyw_begin out;

		gyw_writer_init(&w, body, sizeof body);
		gyw_begin_encode(&w, &rows[i]);
		g_assert_cmpint(gyw_begin_decode(&out, body, w.used), ==, GYW_E_RANGE);
	}
}

static void
test_ranges_that_wrap(void)
{
	guint8 body[64];
	struct gyw_writer w;
	struct gyw_data data = {.offset = UINT32_MAX, .bytes = (const uint8_t *) "ab", .size = 2};
	struct gyw_area area = {1, UINT32_MAX, 2};
	struct gyw_manifest manifest = {
		.offset = UINT32_MAX, .total = 10, .bytes = (const uint8_t *) "ab", .size = 2};

	gyw_writer_init(&w, body, sizeof body);
	gyw_data_encode(&w, &data);
	g_assert_cmpint(gyw_data_decode(&data, body, w.used), ==, GYW_E_RANGE);
	gyw_writer_init(&w, body, sizeof body);
	gyw_area_encode(&w, &area);
	g_assert_cmpint(gyw_area_decode(&area, body, w.used), ==, GYW_E_RANGE);
	gyw_writer_init(&w, body, sizeof body);
	gyw_manifest_encode(&w, &manifest);
	g_assert_cmpint(gyw_manifest_decode(&manifest, body, w.used), ==, GYW_E_RANGE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/crc/is-crc-32c", test_crc);
	g_test_add_func("/wire/cobs/round-trips-around-full-blocks", test_cobs);
	g_test_add_func("/wire/cobs/refuses-codes-past-the-end-and-zeros", test_cobs_refuses);
	g_test_add_func("/wire/frame/round-trips", test_round_trip);
	g_test_add_func("/wire/frame/refuses-a-body-over-the-mtu", test_too_long_a_body);
	g_test_add_func("/wire/frame/finds-every-flipped-bit-and-every-cut", test_damage);
	g_test_add_func("/wire/receiver/takes-text-and-frames-apart", test_text_and_frames);
	g_test_add_func("/wire/receiver/finds-a-frame-after-garbage", test_frame_after_garbage);
	g_test_add_func("/wire/receiver/opens-a-candidate-with-the-zero-that-ended-one",
		test_failed_candidates_share_a_zero);
	g_test_add_func("/wire/receiver/gives-up-a-silent-candidate", test_silence);
	g_test_add_func("/wire/receiver/gives-up-one-that-is-too-long", test_too_long);
	g_test_add_func("/wire/receiver/releases-an-impossible-code", test_impossible_code);
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autofree char *path =
			g_strconcat("/wire/", messages[i].name, "/refuses-one-byte-short", NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_message);
	}
	g_test_add_func("/wire/messages/keep-their-values", test_values);
	g_test_add_func("/wire/info/round-trips", test_info_round_trip);
	g_test_add_func("/wire/info/fits-any-room", test_info_in_any_room);
	g_test_add_func("/wire/begin/refuses-what-cannot-be", test_begin_refuses);
	g_test_add_func("/wire/messages/refuse-ranges-that-wrap", test_ranges_that_wrap);
	return g_test_run();
}
