// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/link/rig.h"

/* Images that travel compressed, between the real session and the real agent with its expanding backend. */

/* Half of it stands somewhere before. */
static GBytes *
make_image(gsize size)
{
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = i >= 64 && i % 32 < 24 ? bytes[i - 64] : (guint8) g_test_rand_int();
	return g_bytes_new_take(bytes, size);
}

static Rig *
new_rig(RigOptions options)
{
	Rig *rig;

	options.compresses = TRUE;
	options.piece_us = 1000;
	rig = rig_new(&options);
	g_bytes_unref(rig->payload);
	rig->payload = make_image(rig->options.payload_size);
	return rig;
}

static void
wait_for(Rig *rig, GyOperation operation)
{
	g_auto(GySessionEvent) event = {0};

	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, operation);
}

static void
finish(Rig *rig)
{
	gy_session_finish(rig->session, rig_now_ms(rig));
	wait_for(rig, GY_OPERATION_FINISH);
	rig_assert_stored(rig);
	g_assert_false(rig->is_wrong_byte);
}

static void
test_whole(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){.manifest_size = 768});
	g_autoptr(GBytes) stream = rig_compress(rig->payload);
	GySessionCounters counters;
	gsize size = g_bytes_get_size(stream);

	g_assert_cmpuint(size, <, g_bytes_get_size(rig->payload) / 2);
	rig_run_all(rig);
	rig_assert_stored(rig);
	g_assert_false(rig->is_wrong_armed);
	g_assert_cmpuint(gy_session_next_offset(rig->session), ==, size);
	gy_session_get_counters(rig->session, &counters);
	g_assert_cmpint(counters.last_ack_ms - counters.first_data_ms, <,
		(gint64) g_bytes_get_size(rig->payload) * 10 * 1000 / 921600);
}

/* VERIFIED is of what was announced, and "read back" of what is stored. */
static void
test_verified(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){0});
	g_autoptr(GBytes) stream = rig_compress(rig->payload);

	rig_hello(rig);
	g_assert_cmphex(
		gy_session_info(rig->session)->capabilities & (GYW_CAN_READ_BACK | GYW_CAN_RAW_COMPRESS), ==,
		GYW_CAN_READ_BACK | GYW_CAN_RAW_COMPRESS);
	rig_begin(rig);
	rig_transfer(rig);
	finish(rig);
	g_assert_cmpuint(gy_session_verified(rig->session)->length, ==, g_bytes_get_size(stream));
	g_assert_true(gy_session_verified(rig->session)->read_back);
}

/* What it can is no matter of the session that is under way. */
static void
test_info_stays(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){0});
	guint32 can;

	rig_hello(rig);
	can = gy_session_info(rig->session)->capabilities;
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 5000));
	rig_close_port(rig);
	rig_run_ms(rig, 500);
	rig_open_port(rig);
	wait_for(rig, GY_OPERATION_TRANSFER);
	g_assert_cmphex(gy_session_info(rig->session)->capabilities, ==, can);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
	finish(rig);
}

static void
test_plain_after_compressed(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){0});

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 5000));
	rig_restart_host(rig);
	rig_hello(rig);
	gy_session_begin(rig->session, rig->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, rig_now_ms(rig));
	wait_for(rig, GY_OPERATION_BEGIN);
	g_assert_cmpuint(gy_session_next_offset(rig->session), ==, 0);
	rig_transfer(rig);
	finish(rig);
	g_assert_cmpuint(gy_session_verified(rig->session)->length, ==, g_bytes_get_size(rig->payload));
	g_assert_true(gy_session_verified(rig->session)->read_back);
}

/* The new program makes the same block of the same image. */
static void
test_host_restarted(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){.manifest_size = 100});
	guint32 had;

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 10000));
	had = rig->agent.next;
	rig_restart_host(rig);
	rig_hello(rig);
	rig_begin(rig);
	g_assert_cmpuint(gy_session_next_offset(rig->session), >=, had);
	rig_transfer(rig);
	finish(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
}

static void
test_device_reset(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){.boot_ms = 300});

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 10000));
	rig_reset_device(rig);
	wait_for(rig, GY_OPERATION_TRANSFER);
	finish(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 2);
}

/* The agent of before is gone, and the one that runs now would store the block as it is. */
static void
test_other_agent(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){.boot_ms = 300});
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 10000));
	rig->options.compresses = FALSE;
	rig_reset_device(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_ERROR);
	g_assert_cmpint(event.error_code, ==, GY_LINK_ERROR_PROTOCOL);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
}

/* One rig at a time: a backend has no context. */
static Rig *
assert_refused(RigOptions options, GyOperation operation, enum gyw_cause cause, gboolean is_failure)
{
	Rig *rig = new_rig(options);
	g_auto(GySessionEvent) event = {0};

	g_assert_false(rig_try(rig, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpint(event.operation, ==, operation);
	g_assert_cmpuint(event.refusal.cause, ==, cause);
	g_assert_cmpuint(event.refusal.backend, ==, RIG_BACKEND);
	g_assert_cmpint(event.is_failure, ==, is_failure);
	return rig;
}

static void
test_refused_manifest(void)
{
	g_autoptr(Rig) rig = assert_refused(
		(RigOptions){.fail_judge = TRUE}, GY_OPERATION_BEGIN, GYW_CAUSE_UNTRUSTED_KEY, FALSE);

	g_assert_cmpuint(rig->n_prepared, ==, 0);
}

static void
test_failed_write(void)
{
	g_autoptr(Rig) rig =
		assert_refused((RigOptions){.fail_write = 40}, GY_OPERATION_TRANSFER, GYW_CAUSE_STORE, TRUE);

	g_assert_cmpuint(rig->stored, ==, 39 * rig->options.piece);
}

static void
test_refused_later(void)
{
	g_autoptr(Rig) rig = assert_refused(
		(RigOptions){.fail_recheck = TRUE}, GY_OPERATION_FINISH, GYW_CAUSE_SIGNATURE, TRUE);

	rig_assert_stored(rig);
}

/* It came whole, and does not expand to what was announced. */
static void
test_wrong_stream(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){0});
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	gy_session_begin_compressed(
		rig->session, rig->payload, rig->payload, NULL, GYW_MODE_PACKAGE, 0, rig_now_ms(rig));
	wait_for(rig, GY_OPERATION_BEGIN);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_true(event.is_failure);
	g_assert_cmpuint(event.refusal.cause, ==, GYW_CAUSE_COMPRESSION);
}

/* While the block comes, the one running hash is over it. */
static void
test_hash_meanwhile(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){0});
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	rig_begin(rig);
	gy_session_hash(rig->session, 1, 0, 1, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpuint(event.refusal.cause, ==, GYW_CAUSE_STATE);
	rig_transfer(rig);
	finish(rig);
}

static void
test_deaf(void)
{
	g_autoptr(Rig) rig = new_rig((RigOptions){.is_deaf = TRUE, .prepare_ms = 500, .payload_size = 60000});

	rig_run_all(rig);
	rig_assert_stored(rig);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/compressed/whole-and-faster", test_whole);
	g_test_add_func("/link/compressed/verified-is-read-back", test_verified);
	g_test_add_func("/link/compressed/resumes-and-says-the-same-of-itself", test_info_stays);
	g_test_add_func("/link/compressed/the-same-image-as-it-is-starts-over", test_plain_after_compressed);
	g_test_add_func("/link/compressed/resumes-for-a-new-program", test_host_restarted);
	g_test_add_func("/link/compressed/starts-over-after-a-reset", test_device_reset);
	g_test_add_func("/link/compressed/never-to-an-agent-without", test_other_agent);
	g_test_add_func("/link/compressed/refuses/early-by-the-manifest", test_refused_manifest);
	g_test_add_func("/link/compressed/refuses/what-cannot-be-stored", test_failed_write);
	g_test_add_func("/link/compressed/refuses/late-by-what-is-stored", test_refused_later);
	g_test_add_func("/link/compressed/refuses/what-does-not-expand", test_wrong_stream);
	g_test_add_func("/link/compressed/no-hash-meanwhile", test_hash_meanwhile);
	g_test_add_func("/link/compressed/deaf-device", test_deaf);
	return g_test_run();
}
