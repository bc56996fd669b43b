// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/core/sha256.h"
#include "protocol/wire/releasing.h"
#include "tests/fuzz/script.h"
#include "tests/fuzz/target.h"

/*
 * The agent under a host that does what it likes. Steps, by the first byte modulo 8: raw bytes, any frame, a BEGIN of a
 * package that exists, right bytes of it, a FINISH or ARM or RESET of the session, time, the store's turn, a failure
 * of the backend. The backend is memory: it wants each byte once and in order, and arms nothing but the package.
 */

#define STORAGE_SIZE 20000u
#define PIECE        512u

typedef struct {
	struct gya_agent *agent;
	guint32 now_ms;
	guint16 session;
	guint8 seq;
	/* the line */
	GByteArray *in;
	guint in_at;
	guint room; /* of the transmitter */
	struct gyw_releasing host;
	guint8 host_buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	/* the backend */
	guint8 memory[STORAGE_SIZE];
	guint32 stored;
	guint32 length;
	gboolean is_erased;
	gboolean fails;
	struct gya_verdict *verdict;
} Board;

static Board *board;

/* The package's bytes are a function of their place. */
static guint8
byte_at(guint32 offset)
{
	return (guint8) (offset * 167 + (offset >> 8));
}

/* ---- the backend ---------------------------------------------------------------------------------------- */

static bool
outcome(void)
{
	bool ok = !board->fails;

	board->fails = FALSE;
	if (!ok)
		board->verdict->cause = GYW_CAUSE_VERIFY;
	return ok;
}

static const struct gya_info_tag *
memory_init(struct gya_verdict *verdict)
{
	static const struct gya_info_tag tags[] = {
		GYA_INFO_TEXT(GYW_INFO_BACKEND, "\11memory"), {0, 0, NULL}};

	board->verdict = verdict;
	return tags;
}

static uint32_t
memory_size(void)
{
	return STORAGE_SIZE;
}

static bool
memory_judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	if (is_stored) {
		memset(manifest, 0xEE, size);
		return outcome();
	}
	g_assert_cmpuint(begin->length, <=, STORAGE_SIZE);
	for (guint32 i = 0; i < size; i++)
		board->memory[0] ^= manifest[i]; /* so that a sanitizer sees them read */
	return outcome();
}

static bool
memory_prepare(const struct gyw_begin *begin)
{
	board->stored = 0;
	board->length = begin->length;
	board->is_erased = TRUE;
	return outcome();
}

static bool
memory_write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	g_assert_true(board->is_erased);
	g_assert_cmpuint(offset, ==, board->stored);
	g_assert_cmpuint(offset % PIECE, ==, 0);
	g_assert_true(size > 0 && size <= PIECE && size <= board->length - offset);
	if (!outcome())
		return false;
	memcpy(board->memory + offset, bytes, size);
	board->stored += size;
	return true;
}

static bool
memory_read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	g_assert_true(offset <= board->stored && size <= board->stored - offset);
	memcpy(bytes, board->memory + offset, size);
	return outcome();
}

/* The only digests that a host can name and meet are those of the packages there are. */
/* Memory keeps what it has. */
static void
memory_stop(void)
{
}

static bool
memory_arm(void)
{
	g_assert_cmpuint(board->stored, ==, board->length);
	for (guint32 i = 0; i < board->length; i++)
		g_assert_cmpuint(board->memory[i], ==, byte_at(i));
	return outcome();
}

static bool
memory_disarm(void)
{
	return outcome();
}

static void
memory_reset(void)
{
}

static bool
memory_read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (area != 1 || offset > STORAGE_SIZE || size > STORAGE_SIZE - offset) {
		board->verdict->cause = GYW_CAUSE_RANGE;
		return false;
	}
	memcpy(bytes, board->memory + offset, size);
	return outcome();
}

static const struct gya_backend backend = {
	.id = 9,
	.piece = PIECE,
	.manifest_most = 600,
	.mode = GYW_MODE_PACKAGE,
	.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
	.init = memory_init,
	.storage_size = memory_size,
	.judge = memory_judge,
	.prepare = memory_prepare,
	.write = memory_write,
	.read = memory_read,
	.stop = memory_stop,
	.arm = memory_arm,
	.disarm = memory_disarm,
	.reset = memory_reset,
	.read_area = memory_read_area,
};

/* ---- the port ------------------------------------------------------------------------------------------- */

static uint32_t
port_read(void *context, uint8_t *bytes, uint32_t size)
{
	guint part = MIN(size, board->in->len - board->in_at);

	if (part > 0)
		memcpy(bytes, board->in->data + board->in_at, part);
	board->in_at += part;
	return part;
}

/* A device says nothing but whole frames. */
static uint32_t
port_write(void *context, const uint8_t *bytes, uint32_t size)
{
	guint part = MIN(size, board->room);
	struct gyw_frame frame;

	board->room -= part;
	for (guint i = 0; i < part; i++) {
		enum gyw_receive got = gyw_releasing_push(&board->host, bytes[i], 0, &frame);

		g_assert_true(got == GYW_RECEIVE_NOTHING || got == GYW_RECEIVE_FRAME);
	}
	return part;
}

static bool
port_idle(void *context)
{
	return board->room > 0;
}

static void
port_watchdog(void *context)
{
}

/* ---- steps ---------------------------------------------------------------------------------------------- */

static void
put(const guint8 *bytes, guint32 size)
{
	g_byte_array_append(board->in, bytes, size);
}

static void
put_frame(guint8 type, guint8 seq, guint16 session, const guint8 *body, guint32 size)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];

	put(line, script_frame(line, type, seq, session, body, size));
}

static void
put_any_frame(Script *script)
{
	guint8 type = script_u8(script);
	guint8 seq = script_u8(script);
	guint16 session = script_u16(script);
	guint8 size;
	const guint8 *body = script_bytes(script, &size);

	put_frame(type, seq, session, body, size);
}

static void
put_begin(Script *script)
{
	guint16 length = script_u16(script) % (STORAGE_SIZE + 2);
	guint8 buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_begin begin = {.mode = GYW_MODE_PACKAGE, .length = length};
	struct gya_sha256 hash;
	struct gyw_writer w;

	board->session++;

	begin.flags = script_u8(script);
	gya_sha256_init(&hash);
	for (guint32 i = 0; i < length; i++) {
		guint8 byte = byte_at(i);

		gya_sha256_update(&hash, &byte, 1);
	}
	gya_sha256_final(&hash, begin.sha256);
	gyw_frame_open(&w, buffer, GYW_MTU_MIN);
	gyw_begin_encode(&w, &begin);
	put(buffer, gyw_frame_close(&w, buffer, GYW_MTU_MIN, GYW_BEGIN, ++board->seq, board->session));
}

static void
put_data(Script *script)
{
	guint8 buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 bytes[GYW_MTU_MIN - GYW_FRAME_OVERHEAD - 4];
	struct gyw_data data = {.offset = script_u16(script), .bytes = bytes};
	struct gyw_writer w;

	data.size = script_u16(script) % (sizeof bytes + 1);
	for (guint32 i = 0; i < data.size; i++)
		bytes[i] = byte_at(data.offset + i);
	gyw_frame_open(&w, buffer, GYW_MTU_MIN);
	gyw_data_encode(&w, &data);
	put(buffer, gyw_frame_close(&w, buffer, GYW_MTU_MIN, GYW_DATA, ++board->seq, board->session));
}

static void
pass_time(guint32 ms)
{
	for (guint i = 0; i < 8; i++) {
		board->now_ms += ms / 8 + 1;
		board->room = MIN(board->room + 64 * (ms + 1), 4096);
		(void) gya_link_step(board->agent, board->now_ms);
	}
	g_byte_array_remove_range(board->in, 0, board->in_at);
	board->in_at = 0;
}

static void
take_step(Script *script)
{
	static const guint8 types[] = {
		GYW_FINISH, GYW_ARM, GYW_DISARM, GYW_RESET, GYW_CANCEL, GYW_STATUS, GYW_PING, GYW_HELLO};
	const guint8 *bytes;
	guint8 size;

	switch (script_u8(script) % 8) {
	case 0:
		bytes = script_bytes(script, &size);
		put(bytes, size);
		break;
	case 1: put_any_frame(script); break;
	case 2: put_begin(script); break;
	case 3: put_data(script); break;
	case 4:
		put_frame(types[script_u8(script) % G_N_ELEMENTS(types)], ++board->seq, board->session, NULL,
			0);
		break;
	case 5: pass_time(script_u16(script)); break;
	case 6:
		for (guint i = script_u8(script); i > 0 && gya_store_step(board->agent); i--)
			;
		break;
	case 7: board->fails = TRUE; break;
	}
	pass_time(0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gya_crypto crypto = {gya_sha256_init, gya_sha256_update, gya_sha256_final, NULL};
	static const struct gya_board description = {.chip = "lab", .name = "fuzz", .boot_baud = 115200};
	static const struct gya_info_tag port_tags[] = {
		GYA_INFO_TEXT(GYW_INFO_DEVICE_ID, "\1"), {0, 0, NULL}};
	struct gya_port port = {
		.link_read = port_read,
		.link_write = port_write,
		.link_idle = port_idle,
		.watchdog = port_watchdog,
		.tags = port_tags,
		.start_baud = 115200,
	};
	Script script = {data, size};

	board = g_new0(Board, 1);
	board->agent = g_malloc0(sizeof *board->agent);
	board->in = g_byte_array_new();
	if (script_u8(&script) & 1) {
		port.serve_deaf = gya_serve_deaf;
		port.can = GYW_DEAF_WHILE_STORES;
	}
	gyw_releasing_init(&board->host, board->host_buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	gya_agent_init(board->agent, &port, &backend, &crypto, &description, 0);
	while (script.left > 0)
		take_step(&script);
	g_byte_array_unref(board->in);
	g_free(board->agent);
	g_free(board);
	return 0;
}
