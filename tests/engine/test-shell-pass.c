// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/ports/crypto/ecdsa-bp256.h"
#include "engine/console/shell-pass.h"
#include "tests/agent/bench.h"

/* The pass against the real agent with its guard and its ECDSA, in virtual time. */

#define MINUTE_MS 60000

typedef struct {
	GyShellPass *pass;
	Bench *bench;
	struct gya_crypto crypto;
	guint8 public_xy[64];
	gint64 now_ms;
	gboolean is_away; /* nobody answers */
	GByteArray *text;
	guint n_sent[256]; /* frames by type */
	struct gyw_receiver receiver;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	GError *error;
} Fixture;

/* The bench's port has its own context. */
static GByteArray *from_device;

static uint32_t
keep(void *context, const uint8_t *bytes, uint32_t size)
{
	g_byte_array_append(from_device, bytes, size);
	return size;
}

static void
entropy(uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t) g_test_rand_int();
}

static GyAgentKey *
make_key(guint8 xy[64])
{
	g_autofree char *folder = g_dir_make_tmp("gantry-shell-pass-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "agent.pem", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPublicKey) public_key = NULL;
	GyAgentKey *key;

	g_assert_true(gy_key_generate(GY_KEY_BP256R1, path, NULL, NULL, &error));
	key = gy_agent_key_load(path, NULL, &error);
	g_assert_no_error(error);
	public_key = gy_public_key_load(path, GY_KEY_BP256R1, "agent", NULL, &error);
	g_assert_no_error(error);
	gy_public_key_get_xy(public_key, xy);
	g_assert_cmpint(g_remove(path) | g_rmdir(folder), ==, 0);
	return key;
}

/* Also what a reset leaves: an agent that knows nobody. */
static void
start_device(Fixture *fixture)
{
	/* the bench's */
	static const guint8 device_id[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	Bench *bench = fixture->bench;

	bench->guard = (struct gya_guard){.key = fixture->public_xy,
		.device_id = device_id,
		.device_id_size = sizeof device_id,
		.entropy = entropy};
	bench_start(bench);
	fixture->crypto = *bench->agent->crypto;
	fixture->crypto.ecdsa_verify = gya_ecdsa_bp256_verify;
	bench->agent->crypto = &fixture->crypto;
}

static void
set_up(Fixture *fixture, gconstpointer is_open_to_all)
{
	g_autoptr(GyAgentKey) key = make_key(fixture->public_xy);

	from_device = g_byte_array_new();
	fixture->text = g_byte_array_new();
	fixture->bench = bench_new();
	fixture->bench->port.link_write = keep;
	if (!is_open_to_all) {
		fixture->bench->port.guard = &fixture->bench->guard;
		fixture->bench->port.extend = gya_guard;
		fixture->bench->port.can = GYW_NEEDS_AUTH;
	}
	start_device(fixture);
	gyw_receiver_init(&fixture->receiver, fixture->buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	fixture->now_ms = 1000;
	fixture->pass = gy_shell_pass_new(key);
	gy_shell_pass_open(fixture->pass, fixture->now_ms);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	gy_shell_pass_free(fixture->pass);
	bench_free(fixture->bench);
	g_byte_array_unref(fixture->text);
	g_byte_array_unref(from_device);
	g_clear_error(&fixture->error);
}

static void
count_frames(Fixture *fixture, const guint8 *bytes, gsize size)
{
	struct gyw_frame frame;

	for (gsize i = 0; i < size; i++) {
		if (gyw_receiver_push(&fixture->receiver, bytes[i], (guint32) fixture->now_ms) !=
			GYW_RECEIVE_FRAME)
			continue;
		gyw_receiver_frame(&fixture->receiver, &frame);
		fixture->n_sent[frame.type]++;
	}
}

static gboolean
turn(Fixture *fixture)
{
	guint8 bytes[1024];
	gsize size = gy_shell_pass_send(fixture->pass, bytes, sizeof bytes, fixture->now_ms);

	count_frames(fixture, bytes, size);
	if (!fixture->is_away)
		g_byte_array_append(fixture->bench->to_device, bytes, (guint) size);
	bench_run(fixture->bench, 1);
	fixture->now_ms++;
	gy_shell_pass_receive(fixture->pass, from_device->data, from_device->len, fixture->now_ms);
	g_byte_array_set_size(from_device, 0);
	return gy_shell_pass_step(fixture->pass, fixture->now_ms, fixture->text, &fixture->error);
}

static void
run_ms(Fixture *fixture, gint64 ms)
{
	for (gint64 until_ms = fixture->now_ms + ms; fixture->now_ms < until_ms;)
		g_assert_true(turn(fixture));
}

static gboolean
is_open(Fixture *fixture)
{
	return !fixture->bench->agent->is_locked;
}

static void
wait_until_text_may_go(Fixture *fixture, gint64 most_ms)
{
	gint64 until_ms = fixture->now_ms + most_ms;

	while (!gy_shell_pass_takes_text(fixture->pass, fixture->now_ms)) {
		g_assert_cmpint(fixture->now_ms, <, until_ms);
		g_assert_true(turn(fixture));
	}
}

static void
text_waits_until_the_shell_is_open(Fixture *fixture, gconstpointer data)
{
	g_assert_false(gy_shell_pass_takes_text(fixture->pass, fixture->now_ms));
	wait_until_text_may_go(fixture, 200);
	g_assert_true(is_open(fixture));
	g_assert_cmpuint(fixture->n_sent[GYW_HELLO], ==, 1);
	g_assert_cmpuint(fixture->n_sent[GYW_AUTH], ==, 2);
}

static void
the_shell_stays_open_while_nobody_types(Fixture *fixture, gconstpointer data)
{
	wait_until_text_may_go(fixture, 200);
	for (gint64 until_ms = fixture->now_ms + 5 * MINUTE_MS; fixture->now_ms < until_ms;) {
		g_assert_true(turn(fixture));
		g_assert_true(is_open(fixture));
	}
	/* one to begin with, then one every 20 s */
	g_assert_cmpuint(fixture->n_sent[GYW_PING], ==, 15);
	g_assert_cmpuint(fixture->n_sent[GYW_HELLO], ==, 1);
}

/* The device forgets who was let in: what is typed next is not thrown away by a closed shell. */
static void
text_after_a_reset_waits_for_the_key(Fixture *fixture, gconstpointer data)
{
	wait_until_text_may_go(fixture, 200);
	start_device(fixture);
	g_assert_false(is_open(fixture));
	run_ms(fixture, 3000);
	g_assert_false(gy_shell_pass_takes_text(fixture->pass, fixture->now_ms));
	wait_until_text_may_go(fixture, 500);
	g_assert_true(is_open(fixture));
}

static void
a_port_that_comes_back_begins_anew(Fixture *fixture, gconstpointer data)
{
	wait_until_text_may_go(fixture, 200);
	gy_shell_pass_open(fixture->pass, fixture->now_ms);
	g_assert_false(gy_shell_pass_takes_text(fixture->pass, fixture->now_ms));
	wait_until_text_may_go(fixture, 200);
	g_assert_true(is_open(fixture));
	g_assert_cmpuint(fixture->n_sent[GYW_HELLO], ==, 2);
}

static void
another_key_is_the_end(Fixture *fixture, gconstpointer data)
{
	guint8 other_xy[64];
	g_autoptr(GyAgentKey) other = make_key(other_xy);

	gy_shell_pass_free(fixture->pass);
	fixture->pass = gy_shell_pass_new(other);
	gy_shell_pass_open(fixture->pass, fixture->now_ms);
	while (turn(fixture))
		g_assert_cmpint(fixture->now_ms, <, MINUTE_MS);
	g_assert_error(fixture->error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REFUSED);
	g_assert_false(is_open(fixture));
}

static void
a_device_that_asks_nobody_gets_one_hello(Fixture *fixture, gconstpointer data)
{
	wait_until_text_may_go(fixture, 200);
	run_ms(fixture, MINUTE_MS);
	g_assert_true(gy_shell_pass_takes_text(fixture->pass, fixture->now_ms));
	g_assert_cmpuint(fixture->n_sent[GYW_HELLO], ==, 1);
	g_assert_cmpuint(fixture->n_sent[GYW_PING] + fixture->n_sent[GYW_AUTH], ==, 0);
}

/* A boot menu, say: the text is not held back for ever, and the agent is found when it is there. */
static void
where_no_agent_answers_text_may_go(Fixture *fixture, gconstpointer data)
{
	fixture->is_away = TRUE;
	wait_until_text_may_go(fixture, 5000);
	run_ms(fixture, 30000);
	g_assert_true(gy_shell_pass_takes_text(fixture->pass, fixture->now_ms));
	fixture->is_away = FALSE;
	run_ms(fixture, 10000);
	g_assert_true(is_open(fixture));
}

static void
what_the_device_prints_is_told(Fixture *fixture, gconstpointer data)
{
	static const guint8 printed[] = "tick\r\n";

	wait_until_text_may_go(fixture, 200);
	g_byte_array_append(from_device, printed, 6);
	run_ms(fixture, 1);
	g_assert_cmpmem(fixture->text->data, fixture->text->len, printed, 6);
}

#define ADD(path, is_open_to_all, function)                                                                  \
	g_test_add("/shell-pass/" path, Fixture, GINT_TO_POINTER(is_open_to_all), set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("text-waits-until-the-shell-is-open", FALSE, text_waits_until_the_shell_is_open);
	ADD("shell-stays-open-while-nobody-types", FALSE, the_shell_stays_open_while_nobody_types);
	ADD("text-after-a-reset-waits-for-the-key", FALSE, text_after_a_reset_waits_for_the_key);
	ADD("port-that-comes-back-begins-anew", FALSE, a_port_that_comes_back_begins_anew);
	ADD("another-key-is-the-end", FALSE, another_key_is_the_end);
	ADD("device-that-asks-nobody-gets-one-hello", TRUE, a_device_that_asks_nobody_gets_one_hello);
	ADD("no-agent", FALSE, where_no_agent_answers_text_may_go);
	ADD("prints-are-told", FALSE, what_the_device_prints_is_told);
	return g_test_run();
}
