// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/link/model.h"

/*
 * The line's rate and who may use it: the session against a device that goes back when it understands nothing, on a line
 * where bytes mean something only when both ends have the same rate.
 */

#define FAST 921600u

static gboolean
tells(Model *model, const char *part)
{
	return strstr(model->told->str, part) != NULL;
}

static void
begin_fast(Model *model)
{
	model_hello(model);
	model_begin(model);
	g_assert_cmpuint(gy_session_baud(model->session), ==, FAST);
	g_assert_cmpuint(model->baud, ==, FAST);
}

static void
expect_whole_package(Model *model)
{
	model_transfer(model);
	g_assert_cmpuint(gy_session_next_offset(model->session), ==, MODEL_SIZE);
}

/* ---- the agreement -------------------------------------------------------------------------------------- */

static void
agrees_to_the_highest_that_is_allowed(void)
{
	static const struct {
		guint most;
		guint agreed;
	} cases[] = {
		{921600, 921600}, {921599, 460800}, {4000000, 2000000}, {115200, 115200}, {9600, 115200}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		GySessionOptions options = {.max_baud = cases[i].most};
		g_autoptr(Model) model = model_new(&options);

		model_hello(model);
		model_begin(model);
		g_assert_cmpuint(model->baud, ==, cases[i].agreed);
		g_assert_cmpuint(gy_session_baud(model->session), ==, cases[i].agreed);
		g_assert_cmpuint(model->n_speeds, ==, cases[i].agreed != MODEL_START);
		g_assert_cmpuint(model_n_heard(model, GYW_ECHO, cases[i].agreed), ==,
			cases[i].agreed != MODEL_START ? 4 : 0);
		expect_whole_package(model);
	}
}

static void
a_cable_without_a_rate_is_not_asked(void)
{
	GySessionOptions options = {.baud = MODEL_START, .max_baud = FAST};
	g_autoptr(Model) model = model_new(&options);

	gy_session_free(model->session);
	options.baud = 0;
	model->session = gy_session_new(&options);
	g_assert_cmpuint(gy_session_baud(model->session), ==, 0);
	model_hello(model);
	gy_session_begin(model->session, model->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, model->now_ms);
	model_run_ms(model, 3000);
	g_assert_cmpuint(model->n_speeds, ==, 0);
}

static void
a_device_without_speeds_is_not_asked(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->info.capabilities = 0;
	model_hello(model);
	model_begin(model);
	expect_whole_package(model);
	g_assert_cmpuint(model->n_speeds, ==, 0);
	g_assert_cmpuint(model->n_switches, ==, 0);
}

static void
agrees_over_a_long_way(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->delay_ms = 56; /* 40 ms and a bridge */
	begin_fast(model);
	g_assert_cmpuint(model->n_speeds, ==, 1);
	expect_whole_package(model);
}

static void
a_lost_ack_costs_a_second(void)
{
	g_autoptr(Model) model = model_new(NULL);
	gint64 began_ms;

	model_hello(model);
	model->lost_type = GYW_ACK;
	model->n_lost = 1;
	began_ms = model->now_ms;
	model_begin(model);
	g_assert_cmpuint(model->n_speeds, ==, 2);
	g_assert_cmpuint(gy_session_baud(model->session), ==, FAST);
	g_assert_cmpint(model->now_ms - began_ms, <, 2000);
	expect_whole_package(model);
}

static void
acks_that_never_come_leave_it_at_the_start(void)
{
	g_autoptr(Model) model = model_new(NULL);
	gint64 began_ms;

	model_hello(model);
	model->lost_type = GYW_ACK;
	model->n_lost = 1000;
	began_ms = model->now_ms;
	model_begin(model);
	g_assert_cmpuint(gy_session_baud(model->session), ==, MODEL_START);
	g_assert_cmpuint(model->n_speeds, ==, 3);
	g_assert_cmpint(model->now_ms - began_ms, <, 6000);
	g_assert_true(tells(model, "did not answer to 921600 baud"));
	model->n_lost = 0;
	expect_whole_package(model);
}

/* The device hears and the host does not, or neither does: both end where they began. */
static void
a_rate_that_the_cable_spoils_is_left(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->cable_most = 500000;
	model_hello(model);
	model_begin(model);
	g_assert_cmpuint(gy_session_baud(model->session), ==, 460800);
	g_assert_cmpuint(model->baud, ==, 460800);
	g_assert_true(tells(model, "did not come back at 921600 baud"));
	expect_whole_package(model);
}

static void
echoes_that_are_lost_on_the_way_back_are_no_proof(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->lost_type = GYW_ECHOED;
	model->n_lost = 1;
	model_hello(model);
	model_begin(model);
	/* the device had understood: it goes back after three seconds, and is waited for */
	g_assert_cmpuint(gy_session_baud(model->session), ==, FAST);
	g_assert_cmpuint(model->n_speeds, ==, 2);
	expect_whole_package(model);
}

static void
a_rate_that_the_device_refuses_is_followed_by_the_next(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->refused_baud = FAST;
	model_hello(model);
	model_begin(model);
	g_assert_cmpuint(model->baud, ==, 460800);
	expect_whole_package(model);
}

static void
a_rate_that_the_port_refuses_is_followed_by_the_next(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->host_most = 500000;
	model_hello(model);
	model_begin(model);
	g_assert_cmpuint(model->baud, ==, 460800);
	g_assert_cmpuint(model->host_baud, ==, 460800);
	g_assert_true(tells(model, "this port does not take 921600 baud"));
	expect_whole_package(model);
}

static void
a_line_that_eats_flow_control_is_told(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model_hello(model);
	model->eats_flow_control = TRUE;
	gy_session_begin(model->session, model->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, model->now_ms);
	model_expect_error(model, GY_LINK_ERROR_NOT_TRANSPARENT);
}

static void
a_line_of_seven_bits_is_told(void)
{
	g_autoptr(Model) model = model_new(NULL);

	model->has_seven_bits = TRUE;
	gy_session_hello(model->session, model->now_ms);
	model_expect_error(model, GY_LINK_ERROR_NOT_TRANSPARENT);
}

/* ---- later ---------------------------------------------------------------------------------------------- */

static void
run_to(Model *model, guint32 offset)
{
	while (gy_session_next_offset(model->session) < offset)
		model_run_ms(model, 1);
}

/* The device went back in the silence: it is found there, and both agree again. */
static void
a_dead_line_costs_its_time_and_two_seconds(void)
{
	for (gint64 dead_ms = 500; dead_ms <= 15500; dead_ms += 1500) {
		g_autoptr(Model) model = model_new(NULL);
		gint64 back_ms;

		begin_fast(model);
		gy_session_transfer(model->session, model->now_ms);
		run_to(model, MODEL_SIZE / 2);
		model->is_dead = TRUE;
		model_run_ms(model, dead_ms);
		model->is_dead = FALSE;
		back_ms = model->now_ms;
		model_expect_done(model, GY_OPERATION_TRANSFER);
		g_assert_cmpuint(model->next, ==, MODEL_SIZE);
		g_assert_cmpuint(gy_session_baud(model->session), ==, FAST);
		g_assert_cmpint(model->now_ms - back_ms, <, 2000 + MODEL_SIZE / 2 * 1000 / (FAST / 10));
	}
}

static void
a_line_that_is_lost_again_and_again_gets_a_lower_rate(void)
{
	g_autoptr(Model) model = model_new(NULL);

	begin_fast(model);
	gy_session_transfer(model->session, model->now_ms);
	for (guint i = 1; i <= 3; i++) {
		run_to(model, i * 20000);
		model->is_dead = TRUE;
		model_run_ms(model, 4000);
		model->is_dead = FALSE;
	}
	model_expect_done(model, GY_OPERATION_TRANSFER);
	g_assert_cmpuint(gy_session_baud(model->session), ==, 460800);
}

static void
nobody_knows_the_rate_after_a_pause(void)
{
	for (gint64 pause_ms = 100; pause_ms < 6000; pause_ms += 300) {
		g_autoptr(Model) model = model_new(NULL);
		gint64 asked_ms;

		begin_fast(model);
		model_run_ms(model, pause_ms);
		asked_ms = model->now_ms;
		gy_session_status(model->session, model->now_ms);
		model_expect_done(model, GY_OPERATION_STATUS);
		g_assert_cmpint(model->now_ms - asked_ms, <, 1500);
	}
}

static void
an_idle_host_goes_back_with_the_device(void)
{
	g_autoptr(Model) model = model_new(NULL);

	begin_fast(model);
	model_run_ms(model, 4000);
	g_assert_cmpuint(model->baud, ==, MODEL_START);
	g_assert_cmpuint(gy_session_baud(model->session), ==, MODEL_START);
}

static void
a_port_that_comes_back_has_the_starting_rate(void)
{
	for (gint64 away_ms = 1; away_ms < 8000; away_ms += 700) {
		g_autoptr(Model) model = model_new(NULL);
		gint64 back_ms;

		begin_fast(model);
		gy_session_transfer(model->session, model->now_ms);
		run_to(model, MODEL_SIZE / 4);
		model_close_port(model);
		model_run_ms(model, away_ms);
		model_open_port(model);
		back_ms = model->now_ms;
		model_expect_done(model, GY_OPERATION_TRANSFER);
		g_assert_cmpuint(model->next, ==, MODEL_SIZE);
		g_assert_cmpuint(gy_session_baud(model->session), ==, FAST);
		g_assert_cmpint(model->now_ms - back_ms, <, 3500 + MODEL_SIZE * 1000 / (FAST / 10));
	}
}

static void
a_restarted_host_waits_for_the_device_to_go_back(void)
{
	g_autoptr(Model) model = model_new(NULL);
	GySessionOptions options = {.baud = MODEL_START, .max_baud = FAST};

	begin_fast(model);
	gy_session_free(model->session);
	model->session = gy_session_new(&options);
	model->host_baud = MODEL_START;
	model_hello(model);
	model_begin(model);
	g_assert_cmpuint(gy_session_baud(model->session), ==, FAST);
}

static void
after_a_reset_the_rate_is_the_starting_one(void)
{
	for (guint is_lost = 0; is_lost < 2; is_lost++) {
		g_autoptr(Model) model = model_new(NULL);

		begin_fast(model);
		expect_whole_package(model);
		model->lost_type = GYW_ACK;
		model->n_lost = is_lost;
		gy_session_reset(model->session, model->now_ms);
		model_expect_done(model, GY_OPERATION_RESET);
		model->n_lost = 0;
		g_assert_cmpuint(gy_session_baud(model->session), ==, MODEL_START);
		model_reset(model);
		model_hello(model);
	}
}

static void
cancel_in_the_middle_of_an_agreement_is_heard(void)
{
	for (gint64 at_ms = 1; at_ms < 120; at_ms += 3) {
		g_autoptr(Model) model = model_new(NULL);

		model_hello(model);
		model_begin(model);
		/* back at the start, in the middle of the next agreement */
		model_run_ms(model, 5000);
		gy_session_transfer(model->session, model->now_ms);
		model_run_ms(model, at_ms);
		gy_session_cancel(model->session, model->now_ms);
		model_expect_done(model, GY_OPERATION_CANCEL);
	}
}

/* ---- who asks ------------------------------------------------------------------------------------------- */

static Model *
new_locked(GySessionOptions *options, guint *n_signed)
{
	Model *model;

	*n_signed = 0;
	options->sign = model_sign;
	options->sign_data = n_signed;
	model = model_new(options);
	model->info.capabilities |= GYW_NEEDS_AUTH;
	return model;
}

static void
shows_its_key_before_anything_else(void)
{
	GySessionOptions options = {0};
	guint n_signed;
	g_autoptr(Model) model = new_locked(&options, &n_signed);

	model_hello(model);
	g_assert_cmpuint(model->n_challenges, ==, 0);
	gy_session_status(model->session, model->now_ms);
	model_expect_done(model, GY_OPERATION_STATUS);
	begin_fast(model);
	expect_whole_package(model);
	g_assert_cmpuint(model->n_refused, ==, 0);
	/* once for each HELLO */
	g_assert_cmpuint(n_signed, ==, 2);
}

static void
without_a_key_it_says_so_at_once(void)
{
	g_autoptr(Model) model = model_new(NULL);
	gint64 asked_ms;

	model->info.capabilities |= GYW_NEEDS_AUTH;
	model_hello(model);
	asked_ms = model->now_ms;
	gy_session_status(model->session, model->now_ms);
	model_expect_error(model, GY_LINK_ERROR_AUTH_REQUIRED);
	g_assert_cmpint(model->now_ms, ==, asked_ms);
	g_assert_cmpuint(model->heard->len, ==, 1);
}

static void
a_key_that_the_device_does_not_know_is_told(void)
{
	GySessionOptions options = {0};
	guint n_signed;
	g_autoptr(Model) model = new_locked(&options, &n_signed);

	model->refuses_key = TRUE;
	model_hello(model);
	gy_session_begin(model->session, model->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, model->now_ms);
	model_expect_error(model, GY_LINK_ERROR_AUTH_REFUSED);
	g_assert_cmpuint(model->n_auths, ==, 3);
	g_assert_cmpuint(model_n_heard(model, GYW_BEGIN, MODEL_START), ==, 0);
}

static void
a_challenge_or_an_ack_may_be_lost(void)
{
	static const guint8 types[] = {GYW_CHALLENGE, GYW_ACK, GYW_INFO};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		GySessionOptions options = {.max_baud = MODEL_START};
		guint n_signed;
		g_autoptr(Model) model = new_locked(&options, &n_signed);

		model->lost_type = types[i];
		model->n_lost = 2;
		model_hello(model);
		gy_session_status(model->session, model->now_ms);
		model_expect_done(model, GY_OPERATION_STATUS);
	}
}

static void
a_resumed_session_shows_it_again(void)
{
	GySessionOptions options = {0};
	guint n_signed;
	g_autoptr(Model) model = new_locked(&options, &n_signed);

	begin_fast(model);
	gy_session_transfer(model->session, model->now_ms);
	run_to(model, MODEL_SIZE / 4);
	model_close_port(model);
	model->is_open = FALSE;
	model_run_ms(model, 5000);
	model_open_port(model);
	model_expect_done(model, GY_OPERATION_TRANSFER);
	g_assert_cmpuint(model->next, ==, MODEL_SIZE);
	g_assert_cmpuint(n_signed, ==, 2);
	g_assert_cmpuint(model->n_refused, ==, 0);
}

/* What was on its way then is refused too, and one of these answers may have the numbers of AUTH. */
static void
a_device_may_lock_itself_at_any_frame(void)
{
	for (guint32 offset = 1000; offset <= 16000; offset += 500) {
		GySessionOptions options = {.max_baud = MODEL_START};
		guint n_signed;
		g_autoptr(Model) model = new_locked(&options, &n_signed);

		model_hello(model);
		model_begin(model);
		gy_session_transfer(model->session, model->now_ms);
		run_to(model, offset);
		model->is_open = FALSE;
		model_expect_done(model, GY_OPERATION_TRANSFER);
		g_assert_cmpuint(n_signed, ==, 2);
	}
}

/* HELLO locks the device: nothing is asked of it in vain after one. */
static void
a_hello_in_mid_session_is_followed_by_the_key(void)
{
	GySessionOptions options = {.max_baud = MODEL_START};
	guint n_signed;
	g_autoptr(Model) model = new_locked(&options, &n_signed);

	model_hello(model);
	model_begin(model);
	gy_session_transfer(model->session, model->now_ms);
	run_to(model, MODEL_SIZE / 4);
	/* GONE makes the host say HELLO, with the port open and without a reset */
	model->held = 0;
	model_expect_done(model, GY_OPERATION_TRANSFER);
	g_assert_cmpuint(model->next, ==, MODEL_SIZE);
	g_assert_cmpuint(model_n_heard(model, GYW_HELLO, MODEL_START), ==, 2);
	g_assert_cmpuint(n_signed, ==, 2);
	gy_session_hello(model->session, model->now_ms);
	model_expect_done(model, GY_OPERATION_HELLO);
	gy_session_ping(model->session, model->now_ms);
	model_expect_done(model, GY_OPERATION_PING);
	g_assert_cmpuint(n_signed, ==, 3);
	g_assert_cmpuint(model->n_refused, ==, 0);
}

/* A reset that nobody noticed, or a minute of silence: the device says that it is locked, whatever was asked. */
static void
a_device_that_has_locked_itself_is_shown_it_again(void)
{
	GySessionOptions options = {.max_baud = MODEL_START};
	guint n_signed;
	g_autoptr(Model) model = new_locked(&options, &n_signed);

	model_hello(model);
	model_begin(model);
	gy_session_transfer(model->session, model->now_ms);
	run_to(model, MODEL_SIZE / 4);
	model->is_open = FALSE;
	model_expect_done(model, GY_OPERATION_TRANSFER);
	g_assert_cmpuint(model->next, ==, MODEL_SIZE);
	g_assert_cmpuint(n_signed, ==, 2);
	model_run_ms(model, 70000);
	gy_session_finish(model->session, model->now_ms);
	while (n_signed < 3)
		model_run_ms(model, 1);
	g_assert_cmpuint(model->n_refused, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/speed/highest-that-is-allowed", agrees_to_the_highest_that_is_allowed);
	g_test_add_func("/link/speed/cable-without-a-rate-is-not-asked", a_cable_without_a_rate_is_not_asked);
	g_test_add_func(
		"/link/speed/device-without-speeds-is-not-asked", a_device_without_speeds_is_not_asked);
	g_test_add_func("/link/speed/over-a-long-way", agrees_over_a_long_way);
	g_test_add_func("/link/speed/lost-ack-costs-a-second", a_lost_ack_costs_a_second);
	g_test_add_func("/link/speed/acks-that-never-come", acks_that_never_come_leave_it_at_the_start);
	g_test_add_func("/link/speed/rate-that-the-cable-spoils", a_rate_that_the_cable_spoils_is_left);
	g_test_add_func(
		"/link/speed/lost-echo-is-no-proof", echoes_that_are_lost_on_the_way_back_are_no_proof);
	g_test_add_func("/link/speed/device-refuses-the-rate",
		a_rate_that_the_device_refuses_is_followed_by_the_next);
	g_test_add_func(
		"/link/speed/port-refuses-the-rate", a_rate_that_the_port_refuses_is_followed_by_the_next);
	g_test_add_func("/link/speed/line-eats-flow-control", a_line_that_eats_flow_control_is_told);
	g_test_add_func("/link/speed/line-of-seven-bits", a_line_of_seven_bits_is_told);
	g_test_add_func("/link/speed/dead-line", a_dead_line_costs_its_time_and_two_seconds);
	g_test_add_func(
		"/link/speed/lost-again-and-again", a_line_that_is_lost_again_and_again_gets_a_lower_rate);
	g_test_add_func("/link/speed/after-a-pause", nobody_knows_the_rate_after_a_pause);
	g_test_add_func("/link/speed/idle-host-goes-back", an_idle_host_goes_back_with_the_device);
	g_test_add_func("/link/speed/port-comes-back", a_port_that_comes_back_has_the_starting_rate);
	g_test_add_func("/link/speed/host-restarted", a_restarted_host_waits_for_the_device_to_go_back);
	g_test_add_func("/link/speed/after-a-reset", after_a_reset_the_rate_is_the_starting_one);
	g_test_add_func("/link/speed/cancel-in-an-agreement", cancel_in_the_middle_of_an_agreement_is_heard);
	g_test_add_func("/link/auth/before-anything-else", shows_its_key_before_anything_else);
	g_test_add_func("/link/auth/no-key", without_a_key_it_says_so_at_once);
	g_test_add_func("/link/auth/other-key", a_key_that_the_device_does_not_know_is_told);
	g_test_add_func("/link/auth/lost-answers", a_challenge_or_an_ack_may_be_lost);
	g_test_add_func("/link/auth/resumed-session", a_resumed_session_shows_it_again);
	g_test_add_func("/link/auth/locked-at-any-frame", a_device_may_lock_itself_at_any_frame);
	g_test_add_func("/link/auth/hello-in-mid-session", a_hello_in_mid_session_is_followed_by_the_key);
	g_test_add_func("/link/auth/locked-again", a_device_that_has_locked_itself_is_shown_it_again);
	return g_test_run();
}
