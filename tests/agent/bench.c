// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/bench.h"

#include <string.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/core/sha256.h"

/* The backend's entries have no context: one bench at a time. */
static Bench *bench_now;

static void
hash_init(struct gya_sha256 *hash)
{
	bench_now->hashes++;
	gya_sha256_init(hash);
}

static void
hash_final(struct gya_sha256 *hash, uint8_t digest[32])
{
	g_assert_cmpuint(bench_now->hashes, >, 0);
	bench_now->hashes--;
	gya_sha256_final(hash, digest);
}

/* A stand-in for ECDSA: the digest, then the key's first half. */
static bool
verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64])
{
	return memcmp(signature, digest, 32) == 0 && memcmp(signature + 32, key, 32) == 0;
}

static const struct gya_crypto crypto = {hash_init, gya_sha256_update, hash_final, verify, NULL};

static bool
call(char letter)
{
	g_string_append_c(bench_now->calls, letter);
	if (bench_now->port.serve_deaf && strchr("jpwrcad", letter) &&
		(!bench_now->said_deaf || bench_now->line_is_busy || gya_link_is_sending(bench_now->agent)))
		bench_now->deaf_violations++;
	if (bench_now->fails != letter || bench_now->n_fails == 0)
		return true;
	bench_now->n_fails--;
	/* one that says no more than its code leaves the cause to the agent */
	if (bench_now->verdict.cause != GYW_CAUSE_NONE)
		*bench_now->place = bench_now->verdict;
	bench_now->place->code = bench_now->verdict.code;
	return false;
}

static const struct gya_info_tag *
backend_init(struct gya_verdict *verdict)
{
	static const struct gyw_info_result last_result = {13, 1};
	struct gya_info *said = &bench_now->said;

	bench_now->place = verdict;
	gya_info_add(said, GYW_INFO_BACKEND, "\11scripted", 9);
	gya_info_add(said, GYW_INFO_RESULT, &last_result, sizeof last_result);
	for (guint i = 0; i < bench_now->n_versions; i++)
		gya_info_add_text(said, GYW_INFO_VERSION, bench_now->version, GYW_MAX_VERSION);
	return call('i') ? said->tags : NULL;
}

static uint32_t
backend_storage_size(void)
{
	return 1024 * 1024;
}

static bool
backend_judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	if (is_stored) {
		memset(manifest, 0x5A, size);
		return call('c');
	}
	g_byte_array_set_size(bench_now->manifest, 0);
	g_byte_array_append(bench_now->manifest, manifest, size);
	bench_now->tags_size = MIN(begin->tlvs_size, (guint) sizeof bench_now->tags);
	memcpy(bench_now->tags, begin->tlvs, bench_now->tags_size);
	return call('j');
}

static bool
backend_prepare(const struct gyw_begin *begin)
{
	g_byte_array_set_size(bench_now->stored, 0);
	return call('p');
}

static bool
backend_write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	if (!call('w'))
		return false;
	if (offset != bench_now->stored->len || offset % bench_now->backend.piece != 0 || size == 0 ||
		size > bench_now->backend.piece)
		bench_now->bad_writes++;
	g_byte_array_append(bench_now->stored, bytes, size);
	return true;
}

static bool
backend_read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (!call('r'))
		return false;
	g_assert_cmpuint(offset + size, <=, bench_now->stored->len);
	memcpy(bytes, bench_now->stored->data + offset, size);
	return true;
}

static void
backend_stop(void)
{
	bench_now->n_stops++;
}

static bool
backend_arm(void)
{
	return call('a');
}

static bool
backend_disarm(void)
{
	return call('d');
}

static void
backend_reset(void)
{
	g_assert_false(gya_link_is_sending(bench_now->agent));
	g_assert_false(bench_now->line_is_busy);
	call('R');
}

static bool
backend_read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (!call('A'))
		return false;
	if (area != 7) {
		bench_now->place->cause = GYW_CAUSE_TARGET;
		bench_now->place->detail = area;
		return false;
	}
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t) ((offset + i) * 7);
	return true;
}

static uint32_t
port_read(void *context, uint8_t *bytes, uint32_t size)
{
	Bench *b = context;

	size = MIN(size, b->to_device->len);
	if (size == 0)
		return 0;
	memcpy(bytes, b->to_device->data, size);
	g_byte_array_remove_range(b->to_device, 0, size);
	return size;
}

static void
take_frame(Bench *b, const struct gyw_frame *frame)
{
	GByteArray *copy = g_byte_array_new();
	guint8 head[4] = {frame->type, frame->seq, (guint8) frame->session, (guint8) (frame->session >> 8)};

	g_byte_array_append(copy, head, sizeof head);
	g_byte_array_append(copy, frame->body, frame->body_size);
	g_queue_push_tail(&b->frames, copy);
	if (frame->type == GYW_BUSY)
		b->said_deaf = (frame->body[4] & GYW_BUSY_DEAF) != 0;
	else
		b->said_deaf = FALSE;
}

static uint32_t
port_write(void *context, const uint8_t *bytes, uint32_t size)
{
	Bench *b = context;
	struct gyw_frame frame;

	size = MIN(size, (guint32) b->room);
	b->room -= size;
	if (size > 0)
		b->line_is_busy = TRUE;
	for (uint32_t i = 0; i < size; i++) {
		enum gyw_receive got = gyw_releasing_push(&b->receiver, bytes[i], b->now_ms, &frame);

		g_assert_cmpint(got, !=, GYW_RECEIVE_FAILED);
		g_assert_cmpint(got, !=, GYW_RECEIVE_TEXT);
		if (got == GYW_RECEIVE_FRAME)
			take_frame(b, &frame);
	}
	return size;
}

static bool
port_idle(void *context)
{
	Bench *b = context;

	return !b->line_is_busy;
}

static void
port_console(void *context, uint8_t byte)
{
	Bench *b = context;

	g_string_append_c(b->console, (char) byte);
}

static void
port_watchdog(void *context)
{
}

Bench *
bench_new(void)
{
	Bench *b = g_new0(Bench, 1);

	b->agent = g_new0(struct gya_agent, 1);
	b->to_device = g_byte_array_new();
	b->stored = g_byte_array_new();
	b->manifest = g_byte_array_new();
	b->calls = g_string_new(NULL);
	b->console = g_string_new(NULL);
	b->now_ms = UINT32_MAX - 3000; /* it wraps in every test that lasts */
	b->transmitter_room = 4096;
	b->version = "1.2.3";
	b->n_versions = 1;
	gyw_releasing_init(&b->receiver, b->receive_buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	b->board = (struct gya_board){.chip = "chip",
		.name = "board",
		.boot_baud = 115200,
		.prepare_ms = 60000,
		.store_ms = 2000,
		.finish_ms = 20000,
		.install_ms = 180000};
	b->port = (struct gya_port){.context = b,
		.link_read = port_read,
		.link_write = port_write,
		.link_idle = port_idle,
		.console = port_console,
		.watchdog = port_watchdog,
		.reset_cause = GYW_RESET_POWER,
		.tags = b->info.tags};
	b->backend = (struct gya_backend){.id = 9,
		.mode = GYW_MODE_PACKAGE,
		.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
		.piece = 512,
		.manifest_most = 1600,
		.init = backend_init,
		.storage_size = backend_storage_size,
		.judge = backend_judge,
		.prepare = backend_prepare,
		.write = backend_write,
		.read = backend_read,
		.stop = backend_stop,
		.arm = backend_arm,
		.disarm = backend_disarm,
		.reset = backend_reset,
		.read_area = backend_read_area};
	bench_now = b;
	return b;
}

static void
free_frame(gpointer frame)
{
	g_byte_array_unref(frame);
}

void
bench_free(Bench *b)
{
	g_queue_clear_full(&b->frames, free_frame);
	g_byte_array_unref(b->to_device);
	g_byte_array_unref(b->stored);
	g_byte_array_unref(b->manifest);
	g_string_free(b->calls, TRUE);
	g_string_free(b->console, TRUE);
	g_free(b->agent);
	g_free(b);
	bench_now = NULL;
}

void
bench_start(Bench *b)
{
	static const guint8 device_id[8] = {1, 2, 3, 4, 5, 6, 7, 8};

	memset(&b->info, 0, sizeof b->info);
	memset(&b->said, 0, sizeof b->said);
	gya_info_add(&b->info, GYW_INFO_DEVICE_ID, device_id, sizeof device_id);
	gya_info_add_board(&b->info, &b->board);
	gya_agent_init(b->agent, &b->port, &b->backend, &crypto, &b->board, b->now_ms);
	g_string_truncate(b->calls, 0);
}

void
bench_run(Bench *b, guint ms)
{
	for (guint i = 0; i < ms; i++) {
		b->room = b->transmitter_room;
		b->line_is_busy = FALSE;
		gya_link_step(b->agent, b->now_ms);
		if (!b->store_sleeps)
			gya_store_step(b->agent);
		b->now_ms++;
	}
}

void
bench_send(Bench *b, guint8 type, guint8 seq, guint16 session, const void *body, gsize size)
{
	guint8 line[GYW_LINE_SIZE(GYA_MTU)];
	struct gyw_writer w;
	guint32 used;

	gyw_frame_open(&w, line, GYA_MTU);
	gyw_write_bytes(&w, body, (uint32_t) size);
	used = gyw_frame_close(&w, line, GYA_MTU, type, seq, session);
	g_assert_cmpuint(used, >, 0);
	g_byte_array_append(b->to_device, line, used);
}

static void
digest_of(GBytes *package, guint8 digest[32])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize size = 32;

	g_checksum_update(sum, g_bytes_get_data(package, NULL), (gssize) g_bytes_get_size(package));
	g_checksum_get_digest(sum, digest, &size);
}

void
bench_begin(Bench *b, guint8 seq, guint16 session, GBytes *package, guint8 flags)
{
	static const guint8 tags[] = {GYW_BEGIN_VERSION, 3, '1', '.', '0'};
	struct gyw_begin begin = {.mode = GYW_MODE_PACKAGE,
		.length = (uint32_t) g_bytes_get_size(package),
		.flags = flags,
		.tlvs = tags,
		.tlvs_size = sizeof tags};
	guint8 body[128];
	struct gyw_writer w;

	digest_of(package, begin.sha256);
	gyw_writer_init(&w, body, sizeof body);
	gyw_begin_encode(&w, &begin);
	bench_send(b, GYW_BEGIN, seq, session, body, w.used);
}

void
bench_manifest(
	Bench *b, guint8 seq, guint16 session, guint32 offset, guint32 total, const guint8 *bytes, gsize size)
{
	struct gyw_manifest manifest = {
		.offset = offset, .total = total, .bytes = bytes, .size = (uint32_t) size};
	guint8 body[GYA_MTU];
	struct gyw_writer w;

	gyw_writer_init(&w, body, sizeof body);
	gyw_manifest_encode(&w, &manifest);
	bench_send(b, GYW_MANIFEST, seq, session, body, w.used);
}

void
bench_data(Bench *b, guint8 seq, guint16 session, GBytes *package, guint32 offset, guint32 size)
{
	const guint8 *bytes = g_bytes_get_data(package, NULL);

	do {
		struct gyw_data data = {.offset = offset, .bytes = bytes + offset, .size = MIN(size, 500)};
		guint8 body[GYW_MTU_MIN];
		struct gyw_writer w;

		gyw_writer_init(&w, body, sizeof body);
		gyw_data_encode(&w, &data);
		bench_send(b, GYW_DATA, seq, session, body, w.used);
		offset += data.size;
		size -= data.size;
	} while (size > 0);
}

void
bench_expect(Bench *b, guint8 type, guint8 seq, guint16 session, GByteArray **body)
{
	g_autoptr(GByteArray) frame = g_queue_pop_head(&b->frames);

	g_assert_nonnull(frame);
	g_assert_cmphex(frame->data[0], ==, type);
	g_assert_cmpuint(frame->data[1], ==, seq);
	g_assert_cmpuint((guint) frame->data[2] | (guint) frame->data[3] << 8, ==, session);
	if (body) {
		g_byte_array_remove_range(frame, 0, 4);
		*body = g_steal_pointer(&frame);
	}
}

void
bench_expect_nothing(Bench *b)
{
	g_assert_cmpuint(b->frames.length, ==, 0);
}

void
bench_drain(Bench *b)
{
	g_queue_clear_full(&b->frames, free_frame);
}

void
bench_expect_refusal(Bench *b, guint8 type, guint8 seq, guint16 session, struct gyw_refusal *refusal)
{
	g_autoptr(GByteArray) body = NULL;

	bench_expect(b, type, seq, session, &body);
	g_assert_cmpint(gyw_refusal_decode(refusal, body->data, body->len), ==, GYW_OK);
}

struct gyw_refusal
bench_refused(Bench *b, guint8 type, guint8 request, guint8 seq, guint16 session)
{
	struct gyw_refusal refusal;

	bench_run(b, 5);
	bench_expect_refusal(b, type, seq, session, &refusal);
	g_assert_cmphex(refusal.operation, ==, request);
	return refusal;
}

struct gyw_ready
bench_expect_ready(Bench *b, guint8 seq, guint16 session)
{
	g_autoptr(GByteArray) body = NULL;
	struct gyw_ready ready;

	bench_expect(b, GYW_READY, seq, session, &body);
	g_assert_cmpint(gyw_ready_decode(&ready, body->data, body->len), ==, GYW_OK);
	return ready;
}

struct gyw_data_ack
bench_expect_ack(Bench *b, guint8 seq, guint16 session)
{
	g_autoptr(GByteArray) body = NULL;
	struct gyw_data_ack ack;

	bench_expect(b, GYW_DATA_ACK, seq, session, &body);
	g_assert_cmpint(gyw_data_ack_decode(&ack, body->data, body->len), ==, GYW_OK);
	return ack;
}

struct gyw_busy
bench_expect_busy(Bench *b, guint8 seq, guint16 session)
{
	g_autoptr(GByteArray) body = NULL;
	struct gyw_busy busy;

	bench_expect(b, GYW_BUSY, seq, session, &body);
	g_assert_cmpint(gyw_busy_decode(&busy, body->data, body->len), ==, GYW_OK);
	return busy;
}

struct gyw_status
bench_status(Bench *b)
{
	g_autoptr(GByteArray) body = NULL;
	struct gyw_status status;

	bench_drain(b);
	bench_send(b, GYW_STATUS, 200, 0, NULL, 0);
	bench_run(b, 1);
	bench_expect(b, GYW_STATUS_IS, 200, 0, &body);
	g_assert_cmpint(gyw_status_decode(&status, body->data, body->len), ==, GYW_OK);
	return status;
}

GBytes *
bench_package(gsize size, guint32 seed)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) g_rand_int(rand);
	return g_bytes_new_take(bytes, size);
}

void
bench_to_receiving(Bench *b, guint16 session, GBytes *package)
{
	guint8 manifest[100] = {0x4E};

	bench_begin(b, 1, session, package, 0);
	bench_run(b, 3);
	bench_expect_ready(b, 1, session);
	if (b->backend.manifest_most > 0) {
		bench_manifest(b, 2, session, 0, sizeof manifest, manifest, sizeof manifest);
		bench_run(b, 5);
		if (b->port.serve_deaf)
			bench_expect_busy(b, 2, session);
		bench_expect_ready(b, 2, session);
	}
	bench_expect_nothing(b);
}

void
bench_to_stored(Bench *b, guint16 session, GBytes *package)
{
	guint32 size = (guint32) g_bytes_get_size(package);

	bench_to_receiving(b, session, package);
	for (guint32 at = 0; at < size; at += 256) {
		bench_data(b, (guint8) (at / 256), session, package, at, MIN(256, size - at));
		bench_run(b, 2);
	}
	bench_run(b, 10);
	bench_drain(b);
	g_assert_cmpuint(b->stored->len, ==, size);
}

void
bench_to_verified(Bench *b, guint16 session, GBytes *package)
{
	bench_to_stored(b, session, package);
	bench_send(b, GYW_FINISH, 10, session, NULL, 0);
	bench_run(b, 10 + (guint) g_bytes_get_size(package) / 2048);
	bench_expect(b, GYW_VERIFIED, 10, session, NULL);
}

void
bench_to_armed(Bench *b, guint16 session, GBytes *package)
{
	bench_to_verified(b, session, package);
	bench_send(b, GYW_ARM, 11, session, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 11, session, NULL);
	bench_expect_nothing(b);
}
