// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/include/guard.h"
#include "tests/agent/bench.h"

/* What an unknown host can reach: protocol point 11. The signature is a stand-in: digest, then the key's first half. */

enum { SESSION = 0x1234 };

static const guint8 key[64] = {7, 7, 7};
static const guint8 device_id[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static const guint8 hello[20] = {1, 1, 0, 0, 'a', 'b', 'c'};
static guint8 counter;

static void
entropy(uint8_t *bytes, uint32_t size)
{
	memset(bytes, ++counter, size);
}

static Bench *
guarded_bench(void)
{
	Bench *b = bench_new();

	b->guard = (struct gya_guard){
		.key = key, .device_id = device_id, .device_id_size = sizeof device_id, .entropy = entropy};
	b->port.guard = &b->guard;
	b->port.extend = gya_guard;
	b->port.can = GYW_NEEDS_AUTH;
	bench_start(b);
	return b;
}

static void
greet(Bench *b, guint8 seq)
{
	bench_send(b, GYW_HELLO, seq, 0, hello, sizeof hello);
	bench_run(b, 3);
	bench_expect(b, GYW_INFO, seq, 0, NULL);
}

static void
sign(const guint8 nonce[32], guint8 signature[64])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize size = 32;

	g_checksum_update(sum, (const guchar *) "gantry-auth", 11);
	g_checksum_update(sum, device_id, sizeof device_id);
	g_checksum_update(sum, hello + 4, 16);
	g_checksum_update(sum, nonce, 32);
	g_checksum_get_digest(sum, signature, &size);
	memcpy(signature + 32, key, 32);
}

static void
get_signature(Bench *b, guint8 seq, guint8 signature[64])
{
	g_autoptr(GByteArray) nonce = NULL;

	bench_send(b, GYW_AUTH, seq, 0, NULL, 0);
	bench_run(b, 3);
	bench_expect(b, GYW_CHALLENGE, seq, 0, &nonce);
	g_assert_cmpuint(nonce->len, ==, 32);
	sign(nonce->data, signature);
}

static void
assert_locked(Bench *b)
{
	static const guint8 types[] = {GYW_SPEED, GYW_ECHO, GYW_PING, GYW_BEGIN, GYW_MANIFEST, GYW_DATA,
		GYW_FINISH, GYW_ARM, GYW_DISARM, GYW_RESET, GYW_STATUS, GYW_HASH, GYW_READ, GYW_REGION,
		GYW_CANCEL, 0x7F};

	for (gsize i = 0; i < sizeof types; i++) {
		struct gyw_refusal refusal;

		bench_send(b, types[i], (guint8) (100 + i), SESSION, hello, sizeof hello);
		bench_run(b, 5);
		bench_expect_refusal(b, GYW_REFUSED, (guint8) (100 + i), SESSION, &refusal);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_LOCKED);
		g_assert_cmpuint(refusal.operation, ==, types[i]);
	}
	bench_expect_nothing(b);
}

static gboolean
is_open(Bench *b)
{
	return !b->agent->is_locked;
}

static void
let_in(Bench *b)
{
	guint8 signature[64];

	greet(b, 1);
	get_signature(b, 2, signature);
	bench_send(b, GYW_AUTH, 3, 0, signature, sizeof signature);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	g_assert_true(is_open(b));
}

static void
test_only_hello(void)
{
	g_autoptr(Bench) b = guarded_bench();

	assert_locked(b);
	greet(b, 1);
	assert_locked(b);
	g_byte_array_append(b->to_device, (const guint8 *) "reboot\r", 7);
	bench_run(b, 5);
	g_assert_cmpstr(b->console->str, ==, "");
	let_in(b);
	g_byte_array_append(b->to_device, (const guint8 *) "help\r", 5);
	bench_run(b, 5);
	g_assert_cmpstr(b->console->str, ==, "help\r");
}

static void
test_run(void)
{
	g_autoptr(Bench) b = guarded_bench();
	g_autoptr(GBytes) package = bench_package(5000, 1);

	let_in(b);
	bench_to_armed(b, SESSION, package);
}

static void
test_wrong_signature(void)
{
	g_autoptr(Bench) b = guarded_bench();

	greet(b, 1);
	for (guint8 i = 0; i < 64; i++) {
		struct gyw_refusal refusal;
		guint8 signature[64];

		get_signature(b, (guint8) (2 * i + 2), signature);
		signature[i] ^= 1;
		bench_send(b, GYW_AUTH, (guint8) (2 * i + 3), 0, signature, sizeof signature);
		bench_run(b, 5);
		bench_expect_refusal(b, GYW_REFUSED, (guint8) (2 * i + 3), 0, &refusal);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_LOCKED);
		g_assert_false(is_open(b));
	}
	assert_locked(b);
}

/* A signature is good for one nonce, and a nonce for one signature. */
static void
test_replay(void)
{
	g_autoptr(Bench) b = guarded_bench();
	struct gyw_refusal refusal;
	guint8 signature[64];

	greet(b, 1);
	get_signature(b, 2, signature);
	bench_send(b, GYW_AUTH, 3, 0, signature, sizeof signature);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	/* the same host's HELLO closes, and its old signature opens no more */
	greet(b, 4);
	g_assert_false(is_open(b));
	bench_send(b, GYW_AUTH, 5, 0, signature, sizeof signature);
	bench_run(b, 5);
	bench_expect_refusal(b, GYW_REFUSED, 5, 0, &refusal);
	bench_send(b, GYW_AUTH, 6, 0, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_CHALLENGE, 6, 0, NULL);
	bench_send(b, GYW_AUTH, 7, 0, signature, sizeof signature);
	bench_run(b, 5);
	bench_expect_refusal(b, GYW_REFUSED, 7, 0, &refusal);
	g_assert_false(is_open(b));
}

static void
test_repeats(void)
{
	g_autoptr(Bench) b = guarded_bench();
	guint8 first[64];
	guint8 again[64];

	greet(b, 1);
	get_signature(b, 2, first);
	get_signature(b, 2, again);
	g_assert_cmpmem(first, 64, again, 64);
	bench_send(b, GYW_AUTH, 3, 0, first, sizeof first);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	bench_send(b, GYW_AUTH, 3, 0, first, sizeof first);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	g_assert_true(is_open(b));
}

static void
test_silence(void)
{
	g_autoptr(Bench) b = guarded_bench();
	g_autoptr(GBytes) package = bench_package(1000, 1);

	let_in(b);
	bench_run(b, 59000);
	g_assert_true(is_open(b));
	bench_to_stored(b, SESSION, package);
	b->store_sleeps = TRUE;
	bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
	bench_run(b, 120000);
	g_assert_true(is_open(b));
	b->store_sleeps = FALSE;
	bench_run(b, 61000);
	bench_drain(b);
	g_assert_false(is_open(b));
	assert_locked(b);
}

/* A host that knows from the ACK that it is let in may be heard in the very step that has said so. */
static void
test_at_once(void)
{
	g_autoptr(Bench) b = guarded_bench();
	guint8 signature[64];

	greet(b, 1);
	get_signature(b, 2, signature);
	b->store_sleeps = TRUE;
	bench_send(b, GYW_AUTH, 3, 0, signature, sizeof signature);
	bench_run(b, 5);
	gya_store_step(b->agent);
	bench_send(b, GYW_PING, 4, 0, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	bench_expect(b, GYW_ACK, 4, 0, NULL);
}

/* Another host's HELLO while the first one's signature is being verified. */
static void
test_late(void)
{
	g_autoptr(Bench) b = guarded_bench();
	guint8 signature[64];

	greet(b, 1);
	get_signature(b, 2, signature);
	b->store_sleeps = TRUE;
	bench_send(b, GYW_AUTH, 3, 0, signature, sizeof signature);
	bench_run(b, 5);
	greet(b, 9);
	b->store_sleeps = FALSE;
	bench_run(b, 5);
	g_assert_false(is_open(b));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/guard/answers-hello-only", test_only_hello);
	g_test_add_func("/agent/guard/lets-a-known-host-do-everything", test_run);
	g_test_add_func("/agent/guard/refuses-any-other-signature", test_wrong_signature);
	g_test_add_func("/agent/guard/takes-no-signature-twice", test_replay);
	g_test_add_func("/agent/guard/repeats-its-answers", test_repeats);
	g_test_add_func("/agent/guard/closes-after-a-minute-of-silence", test_silence);
	g_test_add_func("/agent/guard/takes-what-follows-the-ack-at-once", test_at_once);
	g_test_add_func("/agent/guard/closes-for-another-host", test_late);
	return g_test_run();
}
