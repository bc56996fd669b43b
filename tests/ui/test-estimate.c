// SPDX-License-Identifier: Apache-2.0
/* What a person sees of a run's progress: percent and time left, on a clock of our own, with and without past runs. */
#include <math.h>

#include "engine/job/progress.h"
#include "ui/model/time-left.h"

#define FRAME_MS 33
#define SIZE     1200000
#define BAUD     921600

/* What a run is going to take; nobody but the test knows it. */
typedef struct {
	double stage_ms[GY_N_STAGES];
	GyTypical typical; /* n_runs 0: none */
} Plan;

/* What was seen of it. */
typedef struct {
	GyTimeLeft time_left;
	GyEstimate estimate;
	double last_fraction;
	int last_shown;
	gint64 too_low_ms; /* how long the estimate, not yet smoothed, has been well above what is shown */
	int first_shown;
	gint64 first_shown_ms;
	guint n_rises;
	double unevenness; /* the greatest distance between the bar's part and that of the run's time */
} Watch;

static const struct gyw_info worst = {.storage_size = 4 << 20, .times_ms = {60000, 100, 20000, 600000}};

static const Plan usual = {
	.stage_ms = {120, 40, 30, 900, 15000, 700, 30, 900, 6000},
};

static double
rest_of(const Plan *plan, gint64 now_ms)
{
	double all = 0;

	for (guint i = 0; i < GY_N_STAGES; i++)
		all += plan->stage_ms[i];
	return (all - (double) now_ms) / 1000;
}

static void
look(Watch *watch, gint64 now_ms)
{
	GyJobProgress progress = {0};
	double counted = watch->time_left.shown - (double) (now_ms - watch->time_left.shown_at_ms) / 1000;
	int shown;

	gy_estimate_look(&watch->estimate, now_ms, &progress);
	g_assert_cmpfloat(progress.fraction, >=, watch->last_fraction);
	g_assert_cmpint((int) (progress.fraction * 100), <, 100);
	g_assert_false(isnan(progress.seconds_left) || isinf(progress.seconds_left));
	shown = gy_time_left_feed(&watch->time_left, &progress, now_ms);
	watch->too_low_ms = progress.seconds_left > MAX(counted, 0) * 1.1 ? watch->too_low_ms + FRAME_MS : 0;
	/* more than its rounding makes of it */
	if (watch->last_shown > 0 && shown > watch->last_shown + (shown > 60 ? 5 : 1)) {
		watch->n_rises++;
		g_assert_cmpint(watch->too_low_ms, >=, 1900);
	}
	if (shown >= 0 && watch->first_shown == 0) {
		watch->first_shown = shown;
		watch->first_shown_ms = now_ms;
	}
	if (shown >= 0)
		watch->last_shown = shown;
	watch->last_fraction = progress.fraction;
}

/* The bytes of the transfer come evenly, with some noise. */
static void
feed(Watch *watch, const Plan *plan, GyStage stage, gint64 in_stage_ms, gint64 now_ms)
{
	double part = (double) in_stage_ms / MAX(plan->stage_ms[stage], 1);

	if (stage == GY_STAGE_TRANSFER)
		gy_estimate_done(&watch->estimate, (guint64) (CLAMP(part, 0, 1) * SIZE), SIZE, now_ms);
}

static void
enter(Watch *watch, const Plan *plan, GyStage stage, gint64 now_ms)
{
	gy_estimate_stage(&watch->estimate, stage, now_ms);
	if (stage != GY_STAGE_CHECK)
		return;
	gy_estimate_device(&watch->estimate, &worst, SIZE);
	if (plan->typical.n_runs > 0)
		gy_estimate_past(&watch->estimate, &plan->typical);
	/* agreed on after what is known of it */
	gy_estimate_line(&watch->estimate, SIZE, BAUD);
}

static void
run(const Plan *plan, Watch *watch)
{
	double all_ms = rest_of(plan, 0) * 1000;
	double end_ms = 0;
	gint64 now_ms = 0;

	*watch = (Watch){.time_left.too_low_since = -1};
	gy_estimate_start(&watch->estimate, SIZE, 115200, TRUE, 0);
	for (GyStage stage = 0; stage < GY_N_STAGES; stage++) {
		gint64 began_ms = now_ms;

		enter(watch, plan, stage, now_ms);
		end_ms += plan->stage_ms[stage];
		for (; (double) now_ms < end_ms; now_ms += FRAME_MS) {
			feed(watch, plan, stage, now_ms - began_ms, now_ms);
			look(watch, now_ms);
			watch->unevenness =
				MAX(watch->unevenness, fabs(watch->last_fraction - (double) now_ms / all_ms));
		}
	}
}

static void
take_as_typical(Plan *plan, const double *stage_ms, double factor)
{
	plan->typical.n_runs = 5;
	for (guint i = 0; i < GY_N_STAGES; i++)
		plan->typical.stage_ms[i] = stage_ms[i] * factor;
}

static void
test_past_runs_make_it_true(void)
{
	Plan plan = usual;
	Watch watch;

	take_as_typical(&plan, usual.stage_ms, 1);
	run(&plan, &watch);
	g_assert_cmpint(watch.first_shown_ms, <, 2500);
	g_assert_cmpfloat_with_epsilon(watch.first_shown, rest_of(&plan, watch.first_shown_ms), 2);
	g_assert_cmpuint(watch.n_rises, ==, 0);
	g_assert_cmpint(watch.last_shown, <=, 3);
}

static void
test_worst_times_are_the_second_choice(void)
{
	Plan with = usual;
	Watch watch, better;

	run(&usual, &watch);
	/* the device's own figures are far above what it takes: that is why past runs are asked */
	g_assert_cmpfloat(watch.first_shown, >, rest_of(&usual, watch.first_shown_ms) * 1.3);
	g_assert_cmpfloat(watch.unevenness, >, 0.2);
	take_as_typical(&with, usual.stage_ms, 1);
	run(&with, &better);
	g_assert_cmpfloat(better.unevenness, <, 0.03);
}

static void
test_unknown_stages_keep_the_devices_figures(void)
{
	Plan plan = usual;
	GyEstimate estimate;

	take_as_typical(&plan, usual.stage_ms, 1);
	plan.typical.stage_ms[GY_STAGE_CONFIRM] = -1;
	gy_estimate_start(&estimate, SIZE, BAUD, TRUE, 0);
	gy_estimate_device(&estimate, &worst, SIZE);
	gy_estimate_past(&estimate, &plan.typical);
	g_assert_cmpfloat(estimate.expected_ms[GY_STAGE_CONFIRM], >, 30000);
	g_assert_cmpfloat(estimate.expected_ms[GY_STAGE_VERIFY], ==, usual.stage_ms[GY_STAGE_VERIFY]);

	/* a run that ends with the arming has nothing to wait for after it, whatever others waited for */
	plan.typical.stage_ms[GY_STAGE_CONFIRM] = 6000;
	gy_estimate_start(&estimate, SIZE, BAUD, FALSE, 0);
	gy_estimate_past(&estimate, &plan.typical);
	g_assert_cmpfloat(estimate.expected_ms[GY_STAGE_CONFIRM], ==, 0);
	g_assert_cmpfloat(estimate.expected_ms[GY_STAGE_REBOOT], ==, 0);
}

/* The line cannot do what it did at another rate. */
static void
test_line_is_the_least(void)
{
	Plan plan = usual;
	GyEstimate estimate;

	take_as_typical(&plan, usual.stage_ms, 1);
	gy_estimate_start(&estimate, SIZE, 115200, TRUE, 0);
	gy_estimate_past(&estimate, &plan.typical);
	gy_estimate_line(&estimate, SIZE, 115200);
	g_assert_cmpfloat(estimate.expected_ms[GY_STAGE_TRANSFER], >, 100000);
	gy_estimate_line(&estimate, SIZE, BAUD);
	g_assert_cmpfloat(estimate.expected_ms[GY_STAGE_TRANSFER], ==, usual.stage_ms[GY_STAGE_TRANSFER]);
}

/* Whatever a run takes and whatever past ones took: look() finds the bar never going back nor full, and a time that rises
 * only after two seconds of being wrong. */
static void
test_any_run_with_any_past(void)
{
	guint n_rises = 0;

	for (guint n = 0; n < 300; n++) {
		Plan plan = usual;
		Watch watch;

		for (guint i = 0; i < GY_N_STAGES; i++)
			plan.stage_ms[i] *= exp(g_test_rand_double_range(-2, 1.5));
		if (n % 4 != 0)
			take_as_typical(&plan, usual.stage_ms, exp(g_test_rand_double_range(-2, 2)));
		for (guint i = 0; i < GY_N_STAGES && n % 3 == 0; i++)
			if (g_test_rand_bit())
				plan.typical.stage_ms[i] = -1;
		run(&plan, &watch);
		g_assert_cmpfloat(watch.last_fraction, >, 0.3);
		n_rises += watch.n_rises;
	}
	/* else nothing was looked at */
	g_assert_cmpuint(n_rises, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ui/estimate/past-runs-make-it-true", test_past_runs_make_it_true);
	g_test_add_func("/ui/estimate/device-is-asked-where-records-are-none",
		test_worst_times_are_the_second_choice);
	g_test_add_func("/ui/estimate/what-records-do-not-know-the-device-does",
		test_unknown_stages_keep_the_devices_figures);
	g_test_add_func("/ui/estimate/line-is-the-least", test_line_is_the_least);
	g_test_add_func("/ui/estimate/any-run-with-any-past", test_any_run_with_any_past);
	return g_test_run();
}
