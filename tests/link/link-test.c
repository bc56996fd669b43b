// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/link/rig.h"

/* ---- a whole run ---------------------------------------------------------------------------------------- */

static void
runs_from_hello_to_reset(void)
{
	RigOptions options = {.manifest_size = 1800, .prepare_ms = 2200, .piece_us = 300, .recheck_ms = 700};
	g_autoptr(Rig) rig = rig_new(&options);

	rig_run_all(rig);
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_judged, ==, 1);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
	g_assert_cmpuint(rig->n_armed, ==, 1);
	rig_run_ms(rig, 100);
	g_assert_cmpuint(rig->n_resets, ==, 1);
	g_assert_cmpuint(gy_session_verified(rig->session)->length, ==, options.payload_size ?: 100000);
	g_assert_true(gy_session_verified(rig->session)->read_back);
	/* 2.2 s of erasing are told of every half second */
	g_assert_cmpuint(rig->n_busy, >=, 3);
	g_assert_cmpuint(rig->n_progress, >=, 3);
	rig_hello(rig);
	g_assert_cmpuint(gy_session_info(rig->session)->uptime_ms, <, 1000);
}

/* ---- another rate --------------------------------------------------------------------------------------- */

static Rig *
new_fast_rig(guint payload_size)
{
	RigOptions options = {.line = {.baud = 115200, .delay_ms = 5},
		.session = {.max_baud = 921600},
		.payload_size = payload_size,
		.has_speeds = TRUE};

	return rig_new(&options);
}

static void
runs_at_the_rate_that_was_agreed(void)
{
	g_autoptr(Rig) rig = new_fast_rig(400000);
	GySessionCounters counters;
	gint64 line_ms;

	rig_run_all(rig);
	rig_assert_stored(rig);
	g_assert_cmpstr(rig->rates->str, ==, "the line runs at 921600 baud\n");
	gy_session_get_counters(rig->session, &counters);
	line_ms = counters.last_ack_ms - counters.first_data_ms;
	/* not nearly possible at the starting rate; frames of 512 bytes and a window of 2 KiB do not fill the new one */
	g_assert_cmpint(line_ms, <, 400000 * 10 / 115200 * 1000 / (GYA_MTU >= 2048 ? 7 : 2));
	g_assert_cmpuint(gy_session_baud(rig->session), ==, 115200);
	rig_run_ms(rig, 100);
	rig_hello(rig);
}

static void
a_dead_line_costs_its_time_and_two_seconds(void)
{
	for (guint dead_ms = 1000; dead_ms <= 15000; dead_ms += 2000) {
		g_autoptr(Rig) rig = new_fast_rig(200000);
		g_auto(GySessionEvent) event = {0};
		gint64 clean_ms;
		gint64 began_ms;

		rig_hello(rig);
		rig_begin(rig);
		began_ms = rig_now_ms(rig);
		rig_transfer(rig);
		clean_ms = rig_now_ms(rig) - began_ms;
		rig_restart_host(rig);
		rig_run_ms(rig, 4000);
		gy_session_hello(rig->session, rig_now_ms(rig));
		rig_wait(rig, &event);
		gy_session_event_clear(&event);
		gy_session_begin(
			rig->session, rig->payload, NULL, GYW_MODE_PACKAGE, 0, TRUE, rig_now_ms(rig));
		rig_wait(rig, &event);
		gy_session_event_clear(&event);
		began_ms = rig_now_ms(rig);
		gy_session_transfer(rig->session, began_ms);
		g_assert_true(rig_run_to(rig, 60000));
		line_cut(rig->line, rig->now_ns, rig->now_ns + dead_ms * G_GINT64_CONSTANT(1000000));
		rig_wait(rig, &event);
		g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
		rig_assert_stored(rig);
		g_assert_cmpuint(gy_session_baud(rig->session), ==, 921600);
		g_assert_cmpint(rig_now_ms(rig) - began_ms, <, clean_ms + dead_ms + 2000);
	}
}

/* ---- efficiency ----------------------------------------------------------------------------------------- */

static gdouble
efficiency(const LineOptions *line)
{
	RigOptions options = {.line = *line, .payload_size = 1 << 20};
	g_autoptr(Rig) rig = rig_new(&options);
	GySessionCounters counters;
	gdouble seconds;

	rig_hello(rig);
	rig_begin(rig);
	rig_transfer(rig);
	rig_assert_stored(rig);
	gy_session_get_counters(rig->session, &counters);
	seconds = (gdouble) (counters.last_ack_ms - counters.first_data_ms) / 1000;
	return (gdouble) options.payload_size * 10 / (line->baud * seconds);
}

static gdouble
window_needed(const LineOptions *line)
{
	return line->baud / 10.0 * (2 * line->delay_ms + line->bridge_ms) / 1000;
}

/* The promise is for frames of 2 KiB; shorter ones cannot do better than their heads allow. */
static gboolean
is_long_frame(void)
{
	return GYA_MTU >= 2048;
}

static gdouble
short_frame_bound(void)
{
	gdouble segment = GYA_MTU - GYW_FRAME_OVERHEAD - 4;

	return segment / (segment + 17);
}

static void
fills_the_line(gconstpointer data)
{
	static const guint delays_ms[] = {0, 1, 5, 16, 40};
	guint baud = GPOINTER_TO_UINT(data);
	guint i;

	for (i = RIG_SHARE; i < G_N_ELEMENTS(delays_ms) * 2; i += RIG_SHARES) {
		LineOptions line = {
			.baud = baud, .delay_ms = delays_ms[i / 2], .bridge_ms = i % 2 * 16, .seed = i};
		gdouble found = efficiency(&line);

		g_test_message("%7u baud, %2u ms, %s: %.3f", baud, line.delay_ms,
			line.bridge_ms ? "bridge" : "direct", found);
		if (GYA_WINDOW_SIZE >= window_needed(&line) + 2 * GYW_LINE_SIZE(GYA_MTU))
			g_assert_cmpfloat(found, >=, is_long_frame() ? 0.97 : short_frame_bound() - 0.02);
	}
}

static void
fills_a_line_with_bit_errors(gconstpointer data)
{
	static const guint delays_ms[] = {0, 1, 5, 16, 40};
	static const gdouble rates[] = {1e-6, 1e-5};
	static const gdouble least[] = {0.95, 0.85};
	guint baud = GPOINTER_TO_UINT(data);
	guint i;

	for (i = RIG_SHARE; i < G_N_ELEMENTS(delays_ms) * 2; i += RIG_SHARES) {
		LineOptions line = {.baud = baud,
			.delay_ms = delays_ms[i / 2],
			.bridge_ms = 16,
			.bit_error_rate = rates[i % 2],
			.seed = 100 + i};
		gdouble found = efficiency(&line);

		g_test_message("%7u baud, %2u ms, bridge, %.0e: %.3f", baud, line.delay_ms,
			line.bit_error_rate, found);
		if (is_long_frame() &&
			GYA_WINDOW_SIZE >= 3 * window_needed(&line) + 4 * GYW_LINE_SIZE(GYA_MTU))
			g_assert_cmpfloat(found, >=, least[i % 2]);
	}
}

static void
dead_time_costs_itself_and_little_more(void)
{
	RigOptions options = {.line = {.baud = 921600}, .payload_size = 500000};
	gint64 plain_ms;
	gint64 cut_ms;
	guint i;

	for (i = 0, plain_ms = cut_ms = 0; i < 2; i++) {
		g_autoptr(Rig) rig = rig_new(&options);
		gint64 begin_ms;

		rig_hello(rig);
		rig_begin(rig);
		begin_ms = rig_now_ms(rig);
		if (i == 1)
			line_cut(rig->line, rig->now_ns + 2000000000, rig->now_ns + 17000000000);
		rig_transfer(rig);
		rig_assert_stored(rig);
		*(i == 0 ? &plain_ms : &cut_ms) = rig_now_ms(rig) - begin_ms;
	}
	g_test_message(
		"%" G_GINT64_FORMAT " ms, with 15 s of silence %" G_GINT64_FORMAT " ms", plain_ms, cut_ms);
	g_assert_cmpint(cut_ms, <=, plain_ms + 17000);
}

/* ---- faults --------------------------------------------------------------------------------------------- */

static void
one_random_run(guint32 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	static const guint bauds[] = {115200, 921600, 2000000};
	RigOptions options = {
		.line = {.baud = bauds[g_rand_int_range(random, 0, 3)],
			.delay_ms = (guint) g_rand_int_range(random, 0, 41),
			.bridge_ms = g_rand_boolean(random) ? 16 : 0,
			.bit_error_rate = g_rand_boolean(random) ? g_rand_double_range(random, 0, 1e-4) : 0,
			.drop_rate = g_rand_boolean(random) ? g_rand_double_range(random, 0, 1e-3) : 0,
			.duplicate_rate = g_rand_boolean(random) ? 0.1 : 0,
			.text_rate = g_rand_boolean(random) ? 0.01 : 0,
			.seed = seed},
		.payload_size = (gsize) g_rand_int_range(random, 1, 40000),
		.manifest_size = g_rand_boolean(random) ? (gsize) g_rand_int_range(random, 1, 2000) : 0,
		.prepare_ms = (guint) g_rand_int_range(random, 0, 3000),
		.piece_us = (guint) g_rand_int_range(random, 0, 10000),
		.recheck_ms = (guint) g_rand_int_range(random, 0, 2000),
		.is_deaf = g_rand_int_range(random, 0, 4) == 0,
		.boot_ms = 300,
	};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};
	gint64 cut_ns = rig->now_ns + (gint64) g_rand_int_range(random, 0, 3000) * 1000000;

	if (g_rand_int_range(random, 0, 3) == 0)
		line_cut(rig->line, cut_ns, cut_ns + (gint64) g_rand_int_range(random, 1, 2500) * 1000000);
	if (rig_try(rig, &event)) {
		rig_assert_stored(rig);
		return;
	}
	g_test_message("seed %u ends with %d: %s", seed, event.type, event.message);
	g_assert_false(rig->is_out_of_order);
	/* faults of the line alone: it may not find the device, but the device never says no */
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_ERROR);
	g_assert_true(event.error_code == GY_LINK_ERROR_NO_ANSWER || event.error_code == GY_LINK_ERROR_LOST ||
		      event.error_code == GY_LINK_ERROR_NOT_TRANSPARENT ||
		      event.error_code == GY_LINK_ERROR_NO_AGENT);
	g_assert_nonnull(event.message);
}

static void
survives_random_faults(void)
{
	guint n = g_getenv("GANTRY_FULL") != NULL ? 5000 : 300;
	guint i;

	for (i = RIG_SHARE; i < n; i += RIG_SHARES)
		one_random_run(1000 + i);
}

/* Loses each single frame of a whole run in turn: nothing is done twice, nothing is left out. */
static void
survives_the_loss_of_any_frame(gconstpointer data)
{
	LineWay way = GPOINTER_TO_INT(data);
	RigOptions options = {.payload_size = 9000,
		.manifest_size = 1500,
		.prepare_ms = 700,
		.recheck_ms = 600,
		.arm_ms = 600,
		.boot_ms = 200};
	guint n = 1;
	guint i;

	for (i = 0; i <= n; i++) {
		g_autoptr(Rig) rig = rig_new(&options);

		line_lose_frame(rig->line, way, i);
		rig_run_all(rig);
		rig_assert_stored(rig);
		rig_run_ms(rig, 3000);
		g_assert_cmpuint(rig->n_judged, ==, 1);
		g_assert_cmpuint(rig->n_prepared, ==, 1);
		g_assert_cmpuint(rig->n_armed, ==, 1);
		g_assert_cmpuint(rig->n_resets, ==, 1);
		/* the first run loses none, and tells how many there are */
		if (i == 0)
			n = line_n_frames(rig->line, way);
	}
	g_assert_cmpuint(n, >=, 10);
}

static void
survives_every_frame_coming_twice(void)
{
	RigOptions options = {.line = {.duplicate_rate = 1},
		.payload_size = 50000,
		.manifest_size = 1500,
		.prepare_ms = 700,
		.arm_ms = 600};
	g_autoptr(Rig) rig = rig_new(&options);

	rig_run_all(rig);
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
	g_assert_cmpuint(rig->n_armed, ==, 1);
}

static void
text_in_mid_frame_appears_and_costs_a_resend(void)
{
	RigOptions options = {.payload_size = 200000};
	g_autoptr(Rig) rig = rig_new(&options);
	GySessionCounters counters;

	rig_hello(rig);
	rig_begin(rig);
	line_inject(rig->line, LINE_TO_HOST, 100, "[4711] W (wifi) weak\r\n");
	rig_transfer(rig);
	rig_assert_stored(rig);
	gy_session_get_counters(rig->session, &counters);
	g_assert_cmpuint(counters.candidates_failed, <=, 2);
	g_assert_cmpuint(counters.frames_resent, <=, 2);
}

static void
text_between_frames_appears(void)
{
	RigOptions options = {.payload_size = 50000};
	g_autoptr(Rig) rig = rig_new(&options);
	static const char text[] = "ets Jun  8 2016 boot:0x13\r\nready\r\n";

	gy_session_receive(rig->session, (const guint8 *) text, strlen(text), rig_now_ms(rig));
	rig_run_all(rig);
	g_assert_cmpstr(rig->text->str, ==, text);
}

static void
half_a_frame_is_text_after_silence(void)
{
	g_autoptr(GySession) session = gy_session_new(NULL);
	g_auto(GySessionEvent) event = {0};
	static const char text[] = "\0hello there";

	gy_session_receive(session, (const guint8 *) text, sizeof text - 1, 100);
	g_assert_cmpint(gy_session_deadline(session), ==, 150);
	g_assert_false(gy_session_next_event(session, &event));
	gy_session_step(session, 150);
	g_assert_true(gy_session_next_event(session, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_TEXT);
	g_assert_cmpmem(
		g_bytes_get_data(event.bytes, NULL), (int) g_bytes_get_size(event.bytes), "hello there", 11);
}

/* ---- resuming ------------------------------------------------------------------------------------------- */

static void
goes_on_where_it_was_when_the_port_is_back(void)
{
	RigOptions options = {.payload_size = 300000, .manifest_size = 1000, .prepare_ms = 1000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};
	guint i;

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	for (i = 1; i <= 3; i++) {
		g_assert_true(rig_run_to(rig, i * 70000));
		rig_close_port(rig);
		rig_run_ms(rig, 4000);
		rig_open_port(rig);
	}
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
	g_assert_cmpuint(rig->n_judged, ==, 1);
}

/* Pulls the cable at every time of a run. */
static void
goes_on_whenever_the_port_goes(void)
{
	RigOptions options = {.payload_size = 20000,
		.manifest_size = 1500,
		.prepare_ms = 400,
		.recheck_ms = 300,
		.arm_ms = 300};
	gint64 after_ms;

	for (after_ms = 1; after_ms < 1400; after_ms += 23) {
		g_autoptr(Rig) rig = rig_new(&options);

		rig->pull_ns = rig->now_ns + after_ms * 1000000;
		rig->plug_ns = rig->pull_ns + 1000 * (gint64) 1000000;
		rig_run_all(rig);
		rig_assert_stored(rig);
		g_assert_cmpuint(rig->n_prepared, ==, 1);
		rig_run_ms(rig, 3000);
		g_assert_cmpuint(rig->n_resets, ==, 1);
	}
}

static void
refuses_another_device_on_the_cable(void)
{
	RigOptions options = {.payload_size = 100000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};
	guint n_prepared;

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 30000));
	rig_close_port(rig);
	rig->device_id[0]++;
	rig_reset_device(rig);
	rig_run_ms(rig, 500);
	n_prepared = rig->n_prepared;
	rig_open_port(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_ERROR);
	g_assert_cmpint(event.error_code, ==, GY_LINK_ERROR_OTHER_DEVICE);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_TRANSFER);
	g_assert_nonnull(strstr(event.message, "d1010203"));
	g_assert_nonnull(strstr(event.message, "d0010203"));
	g_assert_cmpuint(rig->n_prepared, ==, n_prepared);
}

/* The cable was changed while nothing was under way: the next operation finds out before it acts. */
static void
refuses_another_device_between_operations(void)
{
	RigOptions options = {.payload_size = 1000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	rig_close_port(rig);
	rig->device_id[0]++;
	rig_reset_device(rig);
	rig_run_ms(rig, 500);
	rig_open_port(rig);
	gy_session_begin(rig->session, rig->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.error_code, ==, GY_LINK_ERROR_OTHER_DEVICE);
	g_assert_cmpuint(rig->n_prepared, ==, 0);
}

static void
ends_as_gone_when_the_port_stays_away(void)
{
	RigOptions options = {.payload_size = 100000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};
	gint64 begin_ms;

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 30000));
	rig_close_port(rig);
	begin_ms = rig_now_ms(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.error_code, ==, GY_LINK_ERROR_GONE);
	g_assert_cmpint(rig_now_ms(rig) - begin_ms, >=, 59000);
	g_assert_cmpint(rig_now_ms(rig) - begin_ms, <=, 61000);
}

static void
starts_again_after_a_reset_of_the_device(void)
{
	RigOptions options = {
		.payload_size = 200000, .manifest_size = 1000, .prepare_ms = 700, .boot_ms = 800};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 100000));
	rig_reset_device(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_TRANSFER);
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 2);
	gy_session_event_clear(&event);
	gy_session_finish(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
}

static void
starts_again_three_times_and_no_more(void)
{
	RigOptions options = {.payload_size = 200000, .prepare_ms = 100, .boot_ms = 100};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};
	guint i;

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	for (i = 0; i < 4; i++) {
		while (rig->n_prepared <= i)
			rig_run_ms(rig, 10);
		rig_run_ms(rig, 300);
		rig_reset_device(rig);
	}
	rig_wait(rig, &event);
	g_assert_cmpint(event.error_code, ==, GY_LINK_ERROR_SESSION_LOST);
	g_assert_cmpuint(rig->n_prepared, ==, 4);
}

/* The device restarts while it prepares and BEGIN is repeated: from then on it holds the session, and HELLO shows it. */
static void
a_reset_inside_prepare_is_none_of_later(void)
{
	RigOptions options = {.payload_size = 10000, .prepare_ms = 2000, .recheck_ms = 1000, .boot_ms = 300};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	rig_run_ms(rig, 5000);
	rig_hello(rig);
	gy_session_begin(rig->session, rig->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, rig_now_ms(rig));
	rig_run_ms(rig, 500);
	rig_reset_device(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	gy_session_event_clear(&event);
	rig_transfer(rig);
	gy_session_finish(rig->session, rig_now_ms(rig));
	rig_run_ms(rig, 100);
	rig_close_port(rig);
	rig_run_ms(rig, 500);
	rig_open_port(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_FINISH);
}

/* FINISH and ARM cannot be repeated on a device that has forgotten what they are about. */
static void
a_reset_before_arming_loses_the_session(void)
{
	RigOptions options = {.payload_size = 10000, .manifest_size = 100, .arm_ms = 2000, .boot_ms = 100};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	g_assert_true(rig_try(rig, &event));
	gy_session_arm(rig->session, rig_now_ms(rig));
	rig_run_ms(rig, 200);
	rig_reset_device(rig);
	rig_wait(rig, &event);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_ARM);
	g_assert_cmpint(event.error_code, ==, GY_LINK_ERROR_SESSION_LOST);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
}

/* The ACK of RESET never comes: the line is cut until after the device has started. */
static void
a_smaller_uptime_acknowledges_a_reset(void)
{
	RigOptions options = {.payload_size = 10000, .boot_ms = 500};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	g_assert_true(rig_try(rig, &event));
	gy_session_arm(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	gy_session_event_clear(&event);
	/* the device hears the request, its answer is lost */
	gy_session_reset(rig->session, rig_now_ms(rig));
	rig_run_ms(rig, 1);
	line_cut(rig->line, rig->now_ns, rig->now_ns + 3000000000);
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpuint(rig->n_resets, ==, 1);
}

/*
 * The device still holds bytes that an earlier host cut otherwise: of a segment that is lost, it has the middle. Its
 * answers name what is missing before those bytes, and say nothing of what is behind them.
 */
static void
sends_both_ends_of_a_segment_whose_middle_is_there(void)
{
	guint32 segment = GYA_MTU - GYW_FRAME_OVERHEAD - 4;
	RigOptions options = {.payload_size = 2 * segment};
	g_autoptr(Rig) rig = rig_new(&options);
	const guint8 *payload = g_bytes_get_data(rig->payload, NULL);

	rig_hello(rig);
	rig_begin(rig);
	gya_window_put(&rig->agent, segment + 100, payload + segment + 100, 100);
	line_lose_frame(rig->line, LINE_TO_DEVICE, line_n_frames(rig->line, LINE_TO_DEVICE) + 2);
	rig_transfer(rig);
	rig_assert_stored(rig);
}

/* ---- a device's answers --------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	RigOptions options;
	GyOperation operation;
	gboolean is_failure;
	guint8 asked;
	guint16 cause;
	guint32 detail;
} refusals[] = {
	{"judge", {.manifest_size = 900, .fail_judge = TRUE}, GY_OPERATION_BEGIN, FALSE, GYW_MANIFEST,
		GYW_CAUSE_UNTRUSTED_KEY, 7},
	{"prepare", {.manifest_size = 900, .fail_prepare = TRUE}, GY_OPERATION_BEGIN, TRUE, GYW_MANIFEST,
		GYW_CAUSE_PREPARE, 3},
	{"store", {.fail_write = 5}, GY_OPERATION_TRANSFER, TRUE, GYW_DATA, GYW_CAUSE_STORE, 2048},
	{"recheck", {.fail_recheck = TRUE}, GY_OPERATION_FINISH, TRUE, GYW_FINISH, GYW_CAUSE_SIGNATURE, 11},
};

static void
tells_who_said_no_and_why(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Rig) rig = rig_new(&refusals[i].options);
	g_auto(GySessionEvent) event = {0};

	g_assert_false(rig_try(rig, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpint(event.operation, ==, refusals[i].operation);
	g_assert_cmpint(event.is_failure, ==, refusals[i].is_failure);
	g_assert_cmpuint(event.refusal.operation, ==, refusals[i].asked);
	g_assert_cmpuint(event.refusal.cause, ==, refusals[i].cause);
	g_assert_cmpuint(event.refusal.backend, ==, RIG_BACKEND);
	g_assert_cmphex(event.refusal.code, ==, RIG_CODE);
	g_assert_cmpuint(event.refusal.detail, ==, refusals[i].detail);
}

static void
waits_for_a_long_prepare(void)
{
	RigOptions options = {.payload_size = 1000, .manifest_size = 100, .prepare_ms = 90000};
	g_autoptr(Rig) rig = rig_new(&options);
	GySessionCounters counters;

	rig_hello(rig);
	rig_begin(rig);
	gy_session_get_counters(rig->session, &counters);
	/* one repeat, which BUSY answers at once */
	g_assert_cmpuint(counters.frames_resent, <=, 1);
	g_assert_cmpuint(rig->n_busy, >=, 150);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
}

static void
keeps_silent_while_the_device_is_deaf(void)
{
	RigOptions options = {.payload_size = 150000,
		.manifest_size = 500,
		.prepare_ms = 3000,
		.piece_us = 2000,
		.recheck_ms = 1000,
		.is_deaf = TRUE};
	g_autoptr(Rig) rig = rig_new(&options);
	GySessionCounters counters;

	rig_run_all(rig);
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
	gy_session_get_counters(rig->session, &counters);
	g_test_message("%" G_GUINT64_FORMAT " frames, %" G_GUINT64_FORMAT " again, %" G_GINT64_FORMAT " ms",
		counters.frames_sent, counters.frames_resent, rig_now_ms(rig));
	g_assert_cmpuint(counters.payload_bytes_resent, <, 15000);
}

static void
reads_and_hashes_an_area(void)
{
	RigOptions options = {.payload_size = 5000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};
	g_autofree char *digest = NULL;
	g_autofree char *expected = NULL;
	const guint8 *payload = g_bytes_get_data(rig->payload, NULL);
	guint i;

	g_assert_true(rig_try(rig, &event));
	gy_session_read(rig->session, 1, 100, 3000, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpmem(g_bytes_get_data(event.bytes, NULL), (int) (int) g_bytes_get_size(event.bytes),
		payload + 100, 3000);
	gy_session_event_clear(&event);

	gy_session_hash(rig->session, 1, 100, 3000, rig_now_ms(rig));
	rig_wait(rig, &event);
	expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, payload + 100, 3000);
	digest = g_malloc0(65);
	g_assert_cmpuint(g_bytes_get_size(event.bytes), ==, 32);
	for (i = 0; i < 32; i++)
		g_snprintf(
			digest + 2 * i, 3, "%02x", ((const guint8 *) g_bytes_get_data(event.bytes, NULL))[i]);
	g_assert_cmpstr(digest, ==, expected);
	gy_session_event_clear(&event);

	gy_session_read(rig->session, 2, 0, 16, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpuint(event.refusal.cause, ==, GYW_CAUSE_TARGET);
	gy_session_event_clear(&event);

	gy_session_status(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpuint(gy_session_last_status(rig->session)->state, ==, GYW_STATE_VERIFIED);
	g_assert_cmpuint(gy_session_last_status(rig->session)->stored, ==, 5000);
}

static void
cancel_stops_a_transfer(void)
{
	RigOptions options = {.payload_size = 200000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 50000));
	gy_session_cancel(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_CANCEL);
	g_assert_cmpint(rig->agent.state, ==, GYW_STATE_IDLE);
	/* and the next one starts from nothing */
	gy_session_event_clear(&event);
	g_assert_true(rig_try(rig, &event));
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 2);
}

/* The device cannot be called off while it erases: it says BUSY, and gives way when it can. */
static void
cancel_waits_for_a_busy_device(void)
{
	RigOptions options = {.manifest_size = 100, .prepare_ms = 8000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	rig_hello(rig);
	gy_session_begin(
		rig->session, rig->payload, rig->manifest, GYW_MODE_PACKAGE, 0, FALSE, rig_now_ms(rig));
	rig_run_ms(rig, 1000);
	gy_session_cancel(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_CANCEL);
	g_assert_cmpint(rig->agent.state, ==, GYW_STATE_IDLE);
}

static void
disarm_undoes_an_arming_under_way(void)
{
	RigOptions options = {.payload_size = 5000, .arm_ms = 2000};
	g_autoptr(Rig) rig = rig_new(&options);
	g_auto(GySessionEvent) event = {0};

	g_assert_true(rig_try(rig, &event));
	gy_session_arm(rig->session, rig_now_ms(rig));
	rig_run_ms(rig, 500);
	gy_session_disarm(rig->session, rig_now_ms(rig));
	rig_wait(rig, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, GY_OPERATION_DISARM);
	g_assert_cmpint(rig->agent.state, ==, GYW_STATE_VERIFIED);
	g_assert_cmpuint(rig->n_armed, ==, 1);
}

/* A second program takes up what the first one left, without a second prepare. */
static void
another_host_goes_on_with_the_same_package(void)
{
	RigOptions options = {.payload_size = 200000, .prepare_ms = 500};
	g_autoptr(Rig) rig = rig_new(&options);

	rig_hello(rig);
	rig_begin(rig);
	gy_session_transfer(rig->session, rig_now_ms(rig));
	g_assert_true(rig_run_to(rig, 50000));
	gy_session_free(rig->session);
	rig->session = gy_session_new(NULL);
	rig_run_ms(rig, 100);
	rig_hello(rig);
	rig_begin(rig);
	g_assert_cmpuint(gy_session_next_offset(rig->session), >=, 50000);
	rig_transfer(rig);
	rig_assert_stored(rig);
	g_assert_cmpuint(rig->n_prepared, ==, 1);
}

int
main(int argc, char **argv)
{
	static const guint bauds[] = {115200, 921600, 2000000};
	guint i;

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/runs-from-hello-to-reset", runs_from_hello_to_reset);
	for (i = 0; i < G_N_ELEMENTS(bauds); i++) {
		g_autofree char *clean = g_strdup_printf("/link/fills-the-line/%u", bauds[i]);
		g_autofree char *dirty = g_strdup_printf("/link/fills-a-line-with-bit-errors/%u", bauds[i]);

		g_test_add_data_func(clean, GUINT_TO_POINTER(bauds[i]), fills_the_line);
		g_test_add_data_func(dirty, GUINT_TO_POINTER(bauds[i]), fills_a_line_with_bit_errors);
	}
	g_test_add_func(
		"/link/dead-time-costs-itself-and-little-more", dead_time_costs_itself_and_little_more);
	g_test_add_func("/link/speed/runs-at-what-was-agreed", runs_at_the_rate_that_was_agreed);
	g_test_add_func("/link/speed/dead-line", a_dead_line_costs_its_time_and_two_seconds);
	g_test_add_func("/link/survives-random-faults", survives_random_faults);
	g_test_add_data_func("/link/survives-the-loss-of/a-request", GINT_TO_POINTER(LINE_TO_DEVICE),
		survives_the_loss_of_any_frame);
	g_test_add_data_func("/link/survives-the-loss-of/an-answer", GINT_TO_POINTER(LINE_TO_HOST),
		survives_the_loss_of_any_frame);
	g_test_add_func("/link/survives-every-frame-coming-twice", survives_every_frame_coming_twice);
	g_test_add_func("/link/text/in-mid-frame-appears-and-costs-a-resend",
		text_in_mid_frame_appears_and_costs_a_resend);
	g_test_add_func("/link/text/between-frames-appears", text_between_frames_appears);
	g_test_add_func("/link/text/half-a-frame-is-text-after-silence", half_a_frame_is_text_after_silence);
	g_test_add_func("/link/resume/goes-on-where-it-was", goes_on_where_it_was_when_the_port_is_back);
	g_test_add_func("/link/resume/whenever-the-port-goes", goes_on_whenever_the_port_goes);
	g_test_add_func("/link/resume/refuses-another-device", refuses_another_device_on_the_cable);
	g_test_add_func("/link/resume/refuses-another-device-between-operations",
		refuses_another_device_between_operations);
	g_test_add_func("/link/resume/ends-as-gone", ends_as_gone_when_the_port_stays_away);
	g_test_add_func("/link/resume/over-bytes-that-were-cut-otherwise",
		sends_both_ends_of_a_segment_whose_middle_is_there);
	g_test_add_func("/link/resume/another-host-goes-on", another_host_goes_on_with_the_same_package);
	g_test_add_func("/link/reset/starts-again", starts_again_after_a_reset_of_the_device);
	g_test_add_func("/link/reset/three-times-and-no-more", starts_again_three_times_and_no_more);
	g_test_add_func(
		"/link/reset/inside-prepare-is-none-of-later", a_reset_inside_prepare_is_none_of_later);
	g_test_add_func(
		"/link/reset/before-arming-loses-the-session", a_reset_before_arming_loses_the_session);
	g_test_add_func(
		"/link/reset/a-smaller-uptime-acknowledges-it", a_smaller_uptime_acknowledges_a_reset);
	for (i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/link/says-no/%s", refusals[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), tells_who_said_no_and_why);
	}
	g_test_add_func("/link/busy/waits-for-a-long-prepare", waits_for_a_long_prepare);
	g_test_add_func(
		"/link/busy/keeps-silent-while-the-device-is-deaf", keeps_silent_while_the_device_is_deaf);
	g_test_add_func("/link/reads-and-hashes-an-area", reads_and_hashes_an_area);
	g_test_add_func("/link/cancel-stops-a-transfer", cancel_stops_a_transfer);
	g_test_add_func("/link/cancel-waits-for-a-busy-device", cancel_waits_for_a_busy_device);
	g_test_add_func("/link/disarm-undoes-an-arming-under-way", disarm_undoes_an_arming_under_way);
	return g_test_run();
}
