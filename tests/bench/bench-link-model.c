// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "tests/link/rig.h"

/*
 * How much of a paced line a transfer fills: the real session and the real agent on the simulated line, in virtual time.
 * Efficiency = payload bytes x 10 / (baud x seconds), from the first byte of the first DATA frame to the acknowledgement of
 * the last byte; 1 MiB of random payload, 8N1, no compression, no flash time. A promise of 0 means that the window is
 * too small for the line.
 */

#define PAYLOAD (1 << 20)

static const struct {
	const char *name;
	guint delay_ms;
	guint bridge_ms;
	double bit_error_rate;
	double at_least; /* with a window that is large enough for the line */
} lines[] = {
	{"no delay", 0, 0, 0, 0.97},
	{"1 ms", 1, 0, 0, 0.97},
	{"5 ms", 5, 0, 0, 0.97},
	{"16 ms", 16, 0, 0, 0.97},
	{"40 ms", 40, 0, 0, 0.97},
	{"USB bridge 16 ms", 0, 16, 0, 0.97},
	{"bit errors 1e-6", 0, 0, 1e-6, 0.95},
	{"bit errors 1e-5", 0, 0, 1e-5, 0.85},
};

/* What is in flight on the line, and two frames; with errors three times as much, and four. Frames are 2 KiB at least. */
static gboolean
is_large_enough(guint baud, guint i)
{
	double in_flight = (double) baud / 10 * (2 * lines[i].delay_ms + lines[i].bridge_ms) / 1000;

	if (lines[i].bit_error_rate > 0)
		in_flight = 3 * in_flight + 2 * GYA_MTU;
	return GYA_MTU > 2048 && in_flight + 2 * GYA_MTU <= GYA_WINDOW_SIZE;
}

static void
measure(guint baud, guint i)
{
	RigOptions options = {
		.payload_size = PAYLOAD,
		.line = {.baud = baud,
			.delay_ms = lines[i].delay_ms,
			.bridge_ms = lines[i].bridge_ms,
			.bit_error_rate = lines[i].bit_error_rate,
			.seed = 1},
	};
	g_autoptr(Rig) rig = rig_new(&options);
	GySessionCounters counters;
	double seconds;

	rig_hello(rig);
	rig_begin(rig);
	rig_transfer(rig);
	rig_assert_stored(rig);
	gy_session_get_counters(rig->session, &counters);
	seconds = (double) (counters.last_ack_ms - counters.first_data_ms) / 1000;
	g_print("%8u  %-20s %10.3f %9.2f %8" G_GUINT64_FORMAT "\n", baud, lines[i].name,
		(double) PAYLOAD * 10 / (baud * seconds), is_large_enough(baud, i) ? lines[i].at_least : 0,
		counters.frames_resent);
}

int
main(int argc, char **argv)
{
	static const guint bauds[] = {115200, 921600, 2000000};

	g_test_init(&argc, &argv, NULL);
	g_print("window %u bytes, MTU %u\n", GYA_WINDOW_SIZE, GYA_MTU);
	g_print("%8s  %-20s %10s %9s %8s\n", "baud", "line", "efficiency", "promised", "resent");
	for (guint b = 0; b < G_N_ELEMENTS(bauds); b++)
		for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
			measure(bauds[b], i);
	return 0;
}
