// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/wire/message.h"
#include "protocol/wire/releasing.h"
#include "tests/fuzz/script.h"
#include "tests/fuzz/target.h"

/* Bytes from a line into both ends' receivers, and frames' bodies into every decoder. */

static void
decode(const guint8 *body, guint32 size)
{
	union {
		struct gyw_hello hello;
		struct gyw_begin begin;
		struct gyw_manifest manifest;
		struct gyw_data data;
		struct gyw_area area;
		struct gyw_info info;
		struct gyw_ready ready;
		struct gyw_data_ack ack;
		struct gyw_verified verified;
		struct gyw_status status;
		struct gyw_refusal refusal;
		struct gyw_busy busy;
	} out;

	(void) gyw_hello_decode(&out.hello, body, size);
	(void) gyw_begin_decode(&out.begin, body, size);
	(void) gyw_manifest_decode(&out.manifest, body, size);
	(void) gyw_area_decode(&out.area, body, size);
	(void) gyw_info_decode(&out.info, body, size);
	(void) gyw_ready_decode(&out.ready, body, size);
	(void) gyw_verified_decode(&out.verified, body, size);
	(void) gyw_status_decode(&out.status, body, size);
	(void) gyw_refusal_decode(&out.refusal, body, size);
	(void) gyw_busy_decode(&out.busy, body, size);
	if (gyw_data_decode(&out.data, body, size) == GYW_OK)
		g_assert_true(out.data.size <= size && out.data.bytes + out.data.size == body + size);
	if (gyw_data_ack_decode(&out.ack, body, size) == GYW_OK)
		g_assert_cmpuint(out.ack.n_missing, <=, GYW_MAX_MISSING);
}

static void
receive(const guint8 *bytes, gsize size, guint32 mtu, bool is_host)
{
	/* of exactly the size that the header asks for */
	g_autofree guint8 *buffer = g_malloc(GYW_RECEIVER_SIZE(mtu));
	struct gyw_releasing receiver;
	struct gyw_frame frame;

	gyw_releasing_init(&receiver, buffer, GYW_ENCODED_SIZE(mtu));
	for (gsize i = 0; i < size; i++) {
		enum gyw_receive got = is_host ? gyw_releasing_push(&receiver, bytes[i], (guint32) i, &frame)
					       : gyw_receiver_push(&receiver.receiver, bytes[i], (guint32) i);

		switch (got) {
		case GYW_RECEIVE_FRAME:
			gyw_receiver_frame(&receiver.receiver, &frame);
			g_assert_cmpuint(frame.body_size + GYW_FRAME_OVERHEAD, <=, mtu);
			decode(frame.body, frame.body_size);
			break;
		case GYW_RECEIVE_RELEASED:
		case GYW_RECEIVE_NOTHING:
		case GYW_RECEIVE_TEXT:
		case GYW_RECEIVE_FAILED: break;
		}
		g_assert_cmpuint(receiver.receiver.used, <=, GYW_RECEIVER_SIZE(mtu));
	}
	(void) gyw_releasing_idle(&receiver, (guint32) size + 1000);
}

/* What is put into a frame comes out of it. */
static void
round_trip(const guint8 *body, guint32 size)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	guint32 line_size = script_frame(line, 0x77, 3, 0x1234, body, size);
	struct gyw_receiver receiver;
	struct gyw_frame frame;

	g_assert_cmpuint(line_size, >, 0);
	gyw_receiver_init(&receiver, buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	for (guint32 i = 0; i + 1 < line_size; i++)
		g_assert_cmpint(gyw_receiver_push(&receiver, line[i], 0), ==, GYW_RECEIVE_NOTHING);
	g_assert_cmpint(gyw_receiver_push(&receiver, line[line_size - 1], 0), ==, GYW_RECEIVE_FRAME);
	gyw_receiver_frame(&receiver, &frame);
	g_assert_cmpmem(frame.body, (int) frame.body_size, body, (int) size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	guint32 short_size = (guint32) MIN(size, GYW_MTU_MIN - GYW_FRAME_OVERHEAD);

	decode(data, (guint32) MIN(size, GYW_MTU_MAX));
	receive(data, size, GYW_MTU_MIN, true);
	receive(data, size, GYW_MTU_MIN, false);
	receive(data, size, 16, true);
	round_trip(data, short_size);
	return 0;
}
