// SPDX-License-Identifier: Apache-2.0
#include <locale.h>

#include "ui/model/stages.h"
#include "ui/model/time-left.h"
#include "ui/model/words.h"

/* ---- words ---------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	char *(*words)(gint64 value);
	gint64 value;
	const char *expected;
} WordsCase;

static char *
size(gint64 value)
{
	return gy_words_size((guint64) value);
}

static char *
rate(gint64 value)
{
	return gy_words_rate((double) value);
}

static char *
left(gint64 value)
{
	return gy_words_time_left((int) value);
}

static const WordsCase words_cases[] = {
	{"size/one", size, 1, "1 byte"},
	{"size/bytes", size, 1023, "1023 bytes"},
	{"size/kib", size, 1024, "1.0 KiB"},
	{"size/largest-kib", size, 1048524, "1023.9 KiB"},
	{"size/rounds-up-to-a-mib", size, 1048575, "1.0 MiB"},
	{"size/mib", size, 1258291, "1.2 MiB"},
	{"size/huge", size, G_MAXINT64, "8796093022208.0 MiB"},
	{"rate/slow", rate, 1500, "1.5 KiB/s"},
	{"rate/usual", rate, 90112, "88 KiB/s"},
	{"rate/fast", rate, 3145728, "3.0 MiB/s"},
	{"duration/negative", gy_words_duration, -5, "0.0 s"},
	{"duration/tenths", gy_words_duration, 14249, "14.2 s"},
	{"duration/just-below-a-minute", gy_words_duration, 59949, "59.9 s"},
	{"duration/rounds-to-a-minute", gy_words_duration, 59950, "1 min 0 s"},
	{"duration/minutes", gy_words_duration, 125000, "2 min 5 s"},
	{"left/seconds", left, 5, "5 s left"},
	{"left/minutes", left, 125, "2 min 5 s left"},
};

static void
test_words(gconstpointer data)
{
	const WordsCase *test = data;
	g_autofree char *text = test->words(test->value);

	g_assert_cmpstr(text, ==, test->expected);
}

/* ---- time left ------------------------------------------------------------------------------------------ */

static GyJobProgress
transfer(gint64 now_ms, double rate_now, guint64 done, guint64 total)
{
	return (GyJobProgress){.stage = GY_STAGE_TRANSFER,
		.elapsed_ms = now_ms,
		.rate = rate_now,
		.stage_done = done,
		.stage_total = total,
		.seconds_left = rate_now > 0 ? (double) (total - done) / rate_now + 3 : -1};
}

static void
test_silent_at_first(void)
{
	GyTimeLeft time_left = {.too_low_since = -1};

	for (gint64 now = 0; now < 1500; now += 33) {
		GyJobProgress progress = transfer(now, 1000, (guint64) now, 100000);

		g_assert_cmpint(gy_time_left_feed(&time_left, &progress, now), ==, -1);
	}
}

/* A rate that jumps by an eighth either way, after the two seconds that it is taken over, moves the time up by two seconds at most. */
static void
test_steady_under_a_noisy_rate(void)
{
	GyTimeLeft time_left = {.too_low_since = -1};
	const guint64 total = 1500000;
	guint64 done = 0;
	int last = -1;

	for (gint64 now = 0; done < total; now += 33) {
		double noise = g_test_rand_double_range(0.88, 1.12);
		GyJobProgress progress = transfer(now, 90000 * noise, done, total);
		int shown = gy_time_left_feed(&time_left, &progress, now);

		done += 90000 * 33 / 1000;
		if (now < 1500)
			continue;
		if (last >= 0)
			g_assert_cmpint(shown, <=, last + 2);
		if (now > 4000)
			g_assert_cmpfloat_with_epsilon(
				shown, (double) (total - MIN(done, total)) / 90000 + 3, 6);
		last = shown;
	}
}

static void
test_rises_after_two_seconds_of_being_wrong(void)
{
	GyTimeLeft time_left = {.too_low_since = -1};
	int before = 0;
	gint64 rose_at = 0;

	for (gint64 now = 0; now <= 20000 && !rose_at; now += 33) {
		double rate_now = now < 5000 ? 100000 : 20000;
		/* 100 bytes a ms until the line gets five times slower */
		guint64 done = now < 5000 ? (guint64) now * 100 : 500000 + (guint64) (now - 5000) * 20;
		GyJobProgress progress = transfer(now, rate_now, done, 1500000);
		int shown = gy_time_left_feed(&time_left, &progress, now);

		if (now > 5000 && shown > before)
			rose_at = now;
		before = shown;
	}
	g_assert_cmpint(rose_at, >=, 7000);
	g_assert_cmpint(rose_at, <=, 12000);
}

static void
test_rounds_to_five_seconds_over_a_minute(void)
{
	GyTimeLeft time_left = {.too_low_since = -1};
	GyJobProgress progress = transfer(2000, 1000, 0, 100000);

	g_assert_cmpint(gy_time_left_feed(&time_left, &progress, 2000), ==, 105);
}

/* ---- stages --------------------------------------------------------------------------------------------- */

static void
test_nine_become_seven(void)
{
	GyStages stages = {0};
	gint64 sum = 0;

	for (guint stage = 0; stage < GY_N_STAGES; stage++) {
		gy_stages_enter(&stages, (GyStage) stage, stage * 1000);
		g_assert_cmpint(stages.states[stages.now], ==, GY_STEP_RUNNING);
	}
	gy_stages_end(&stages, TRUE, 9500);
	for (guint i = 0; i < GY_N_STEPS; i++) {
		g_assert_cmpint(stages.states[i], ==, GY_STEP_DONE);
		sum += stages.ms[i];
	}
	g_assert_cmpint(sum, ==, 9500);
	g_assert_cmpint(stages.ms[GY_STEP_CHECK], ==, 2000);
	g_assert_cmpint(stages.ms[GY_STEP_TRANSFER], ==, 2000);
}

static void
test_failed_stage_is_the_one_it_was_in(void)
{
	GyStages stages = {0};

	gy_stages_enter(&stages, GY_STAGE_CONNECT, 0);
	gy_stages_enter(&stages, GY_STAGE_TRANSFER, 100);
	gy_stages_end(&stages, FALSE, 300);
	g_assert_cmpint(stages.states[GY_STEP_TRANSFER], ==, GY_STEP_FAILED);
	g_assert_cmpint(stages.states[GY_STEP_VERIFY], ==, GY_STEP_WAITING);
	g_assert_cmpint(stages.ms[GY_STEP_TRANSFER], ==, 200);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(words_cases); i++) {
		g_autofree char *path = g_strconcat("/ui/words/", words_cases[i].name, NULL);

		g_test_add_data_func(path, &words_cases[i], test_words);
	}
	g_test_add_func("/ui/time-left/says-nothing-for-a-second-and-a-half", test_silent_at_first);
	g_test_add_func("/ui/time-left/is-steady-under-a-noisy-rate", test_steady_under_a_noisy_rate);
	g_test_add_func("/ui/time-left/rises-only-after-two-seconds-of-being-wrong",
		test_rises_after_two_seconds_of_being_wrong);
	g_test_add_func(
		"/ui/time-left/rounds-to-five-over-a-minute", test_rounds_to_five_seconds_over_a_minute);
	g_test_add_func("/ui/stages/nine-become-seven", test_nine_become_seven);
	g_test_add_func("/ui/stages/failed-one-is-where-it-was", test_failed_stage_is_the_one_it_was_in);
	return g_test_run();
}
