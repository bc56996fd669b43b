// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "device-agent/core/agent.h"
#include "engine/job/pump.h"
#include "tests/bench/lrzsz.h"
#include "tests/bench/real-device.h"
#include "tests/bench/real-line.h"

/*
 * How much of a line a transfer fills, in real time: the host's pump and session on one pseudo-terminal, the agent on
 * the other, and the simulated line between; beside it, over the same line, the programs of lrzsz. Efficiency =
 * payload bytes x 10 / (baud x seconds), 8N1, random payload, no flash time. Our seconds run from the first byte of the first DATA
 * frame to the acknowledgement of the last byte; those of lrzsz from the start of its second program to the end of its
 * first.
 */

#define SIZE         (1u << 20)
#define SMALL_SIZE   (256u << 10) /* at 115200 and of lrzsz */
#define RUNS         5
#define MANY         16
#define OVERLAP_BAUD 921600u

typedef struct {
	const char *name;
	guint delay_ms;
	guint bridge_ms;
	double bit_error_rate;
	double at_least; /* of ours, with a window that is large enough for the line */
	gboolean is_quick;
} LineKind;

static const LineKind kinds[] = {
	{"no delay", 0, 0, 0, 0.97, TRUE},
	{"1 ms", 1, 0, 0, 0.97, FALSE},
	{"5 ms", 5, 0, 0, 0.97, FALSE},
	{"16 ms", 16, 0, 0, 0.97, FALSE},
	{"40 ms", 40, 0, 0, 0.97, TRUE},
	{"USB bridge 16 ms", 0, 16, 0, 0.97, TRUE},
	{"bit errors 1e-6", 0, 0, 1e-6, 0.95, FALSE},
	{"bit errors 1e-5", 0, 0, 1e-5, 0.85, TRUE},
};

static const char *const protocols[] = {"gantry", "zmodem", "ymodem-1k"};

typedef struct {
	const LineKind *kind;
	const char *protocol;
	guint baud;
	gsize size;
	RealDeviceOptions device;
	guint cut_after_ms; /* into the transfer; 0: never */
	guint cut_for_ms;
	guint32 seed;
	/* what came of it */
	gboolean ok;
	double efficiency;
	double total_s; /* BEGIN to the last byte's being stored */
	double cpu;     /* of the host's thread during the transfer, of one core */
	guint64 resent;
} Run;

static gboolean as_json;

/* Beside the objects, on the side. */
static FILE *
aside(void)
{
	return as_json ? stderr : stdout;
}

/* ---- one run -------------------------------------------------------------------------------------------- */

static gboolean
fail(const Run *run, const char *why)
{
	fprintf(stderr, "bench-link: %s, %u baud, %s: %s\n", run->protocol, run->baud, run->kind->name, why);
	return FALSE;
}

/* In ms: six times the line's own, and what YMODEM needs to give up. */
static gint64
limit_ms(const Run *run)
{
	return (gint64) (run->size * 10 * 6000 / run->baud) + 90000;
}

static gboolean
wait_done(const Run *run, GyPump *pump, gint64 end_ms)
{
	while (gy_pump_now() < end_ms) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(gy_pump_session(pump), &event))
			gy_pump_turn(pump, end_ms, NULL);
		else if (event.type == GY_SESSION_EVENT_DONE)
			return TRUE;
		else if (event.type == GY_SESSION_EVENT_ERROR)
			return fail(run, event.message);
		else if (event.type == GY_SESSION_EVENT_REFUSED)
			return fail(run, "the device refused");
	}
	return fail(run, "not in time");
}

static double
thread_seconds(void)
{
	struct timespec used;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (double) used.tv_sec + (double) used.tv_nsec / 1e9;
}

static gboolean
transfer(Run *run, GyPump *pump, RealLine *line, GBytes *payload)
{
	GySession *session = gy_pump_session(pump);
	gint64 end_ms = gy_pump_now() + limit_ms(run);
	gint64 begin_us;
	double cpu;

	gy_session_hello(session, gy_pump_now());
	if (!wait_done(run, pump, end_ms))
		return FALSE;
	begin_us = g_get_monotonic_time();
	gy_session_begin(session, payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, gy_pump_now());
	if (!wait_done(run, pump, end_ms))
		return FALSE;
	if (run->cut_after_ms > 0)
		real_line_cut(line, run->cut_after_ms, run->cut_for_ms);
	cpu = thread_seconds();
	gy_session_transfer(session, gy_pump_now());
	if (!wait_done(run, pump, end_ms))
		return FALSE;
	run->cpu = thread_seconds() - cpu;
	run->total_s = (double) (g_get_monotonic_time() - begin_us) / 1e6;
	return TRUE;
}

static void
take_counters(Run *run, GySession *session)
{
	GySessionCounters counters;
	double seconds;

	gy_session_get_counters(session, &counters);
	seconds = (double) (counters.last_ack_ms - counters.first_data_ms) / 1000;
	run->efficiency = (double) run->size * 10 / (run->baud * seconds);
	run->resent = counters.frames_resent;
	run->cpu /= seconds;
}

static void
run_own(Run *run, RealLine *line, GBytes *payload)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RealDevice) device =
		real_device_new(real_line_device_path(line), run->baud, &run->device, &error);
	g_autoptr(GyTransport) transport =
		device ? gy_transport_new(real_line_host_path(line), &error) : NULL;
	g_autoptr(GyPump) pump = transport ? gy_pump_new(transport, NULL, run->baud) : NULL;

	if (!pump || !gy_pump_open(pump, NULL, &error)) {
		fail(run, error->message);
		return;
	}
	if (!transfer(run, pump, line, payload))
		return;
	run->ok = real_device_holds(device, payload) || fail(run, "the device holds other bytes");
	if (run->ok)
		take_counters(run, gy_pump_session(pump));
}

static void
run_lrzsz(Run *run, RealLine *line, GBytes *payload)
{
	double seconds;

	run->ok = lrzsz_run(run->protocol, real_line_host_path(line), real_line_device_path(line), payload,
		(double) limit_ms(run) / 1000, &seconds);
	if (run->ok)
		run->efficiency = (double) run->size * 10 / (run->baud * seconds);
}

static GBytes *
random_bytes(gsize size, guint32 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) g_rand_int(random);
	return g_bytes_new_take(bytes, size);
}

static gboolean
is_own(const Run *run)
{
	return run->protocol == protocols[0];
}

static void
do_run(gpointer data, gpointer user_data)
{
	Run *run = data;
	LineOptions options = {
		.baud = run->baud,
		.delay_ms = run->kind->delay_ms,
		.bridge_ms = run->kind->bridge_ms,
		.bit_error_rate = run->kind->bit_error_rate,
		.seed = run->seed,
	};
	g_autoptr(GBytes) payload = random_bytes(run->size, run->seed);
	g_autoptr(GError) error = NULL;
	g_autoptr(RealLine) line = real_line_new(&options, &error);

	if (!line)
		fail(run, error->message);
	else if (is_own(run))
		run_own(run, line, payload);
	else
		run_lrzsz(run, line, payload);
}

/* Those from @first on, so many at a time; each has a line and threads of its own. */
static void
do_runs(GArray *runs, guint first, guint abreast)
{
	GThreadPool *pool = g_thread_pool_new(do_run, NULL, (gint) abreast, TRUE, NULL);

	for (guint i = first; i < runs->len; i++)
		g_thread_pool_push(pool, &g_array_index(runs, Run, i), NULL);
	g_thread_pool_free(pool, FALSE, TRUE);
}

/* ---- what is printed ------------------------------------------------------------------------------------ */

static int
by_efficiency(const void *a, const void *b)
{
	double x = (*(Run *const *) a)->efficiency, y = (*(Run *const *) b)->efficiency;

	return (x > y) - (x < y);
}

/* The median of a cell's runs; NULL if it has none. One that failed counts as 0. */
static const Run *
median(GArray *runs, const LineKind *kind, const char *protocol, guint baud, gboolean *all_ok)
{
	g_autoptr(GPtrArray) cell = g_ptr_array_new();

	*all_ok = TRUE;
	for (guint i = 0; i < runs->len; i++) {
		Run *run = &g_array_index(runs, Run, i);

		if (run->kind != kind || run->protocol != protocol || run->baud != baud)
			continue;
		g_ptr_array_add(cell, run);
		*all_ok = *all_ok && run->ok;
	}
	g_ptr_array_sort(cell, by_efficiency);
	return cell->len == 0 ? NULL : cell->pdata[cell->len / 2];
}

static void
print_object(const Run *run, gboolean ok)
{
	g_autofree char *resent =
		is_own(run) ? g_strdup_printf("%" G_GUINT64_FORMAT, run->resent) : g_strdup("null");

	printf("{\"protocol\": \"%s\", \"baud\": %u, \"delay_ms\": %u, \"bridge_ms\": %u, \"ber\": %g, "
	       "\"efficiency\": %.4f, \"resent\": %s, \"ok\": %s}\n",
		run->protocol, run->baud, run->kind->delay_ms, run->kind->bridge_ms,
		run->kind->bit_error_rate, run->efficiency, resent, ok ? "true" : "false");
}

/* What is in flight on the line, and two frames; with errors three times as much, and four. */
static gboolean
is_window_large_enough(guint baud, const LineKind *kind)
{
	double in_flight = (double) baud / 10 * (2 * kind->delay_ms + kind->bridge_ms) / 1000;

	if (kind->bit_error_rate > 0)
		in_flight = 3 * in_flight + 2 * GYA_MTU;
	return GYA_MTU > 2048 && in_flight + 2 * GYA_MTU <= GYA_WINDOW_SIZE;
}

static void
print_cell(const Run *run, gboolean ok, int width)
{
	if (!run)
		printf(" %*s", width, "-");
	else if (!ok)
		printf(" %*s", width, "failed");
	else
		printf(" %*.3f", width, run->efficiency);
}

static void
print_line(GArray *runs, guint baud, const LineKind *kind)
{
	const Run *cells[G_N_ELEMENTS(protocols)];
	gboolean ok[G_N_ELEMENTS(protocols)];

	for (guint i = 0; i < G_N_ELEMENTS(protocols); i++)
		cells[i] = median(runs, kind, protocols[i], baud, &ok[i]);
	if (as_json) {
		for (guint i = 0; i < G_N_ELEMENTS(protocols); i++) {
			if (cells[i])
				print_object(cells[i], ok[i]);
		}
		return;
	}
	if (!cells[0])
		return;
	printf("%8u  %-18s", baud, kind->name);
	print_cell(cells[0], ok[0], 8);
	printf(" %9.2f %7" G_GUINT64_FORMAT, is_window_large_enough(baud, kind) ? kind->at_least : 0,
		cells[0]->resent);
	for (guint i = 1; i < G_N_ELEMENTS(protocols); i++)
		print_cell(cells[i], ok[i], 10);
	printf("\n");
}

static void
print_table(GArray *runs)
{
	static const guint bauds[] = {115200, 921600, 2000000};

	if (!as_json)
		printf("window %u bytes, MTU %u; a promise of 0: the window is too small for the line\n%8s  "
		       "%-18s %8s "
		       "%9s %7s %10s %10s\n",
			GYA_WINDOW_SIZE, GYA_MTU, "baud", "line", protocols[0], "promised", "resent",
			protocols[1], protocols[2]);
	for (guint b = 0; b < G_N_ELEMENTS(bauds); b++)
		for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
			print_line(runs, bauds[b], &kinds[i]);
	fflush(stdout);
}

/* ---- the sets ------------------------------------------------------------------------------------------- */

static Run *
add(GArray *runs, const char *protocol, guint baud, const LineKind *kind, gsize size)
{
	Run run = {.kind = kind, .protocol = protocol, .baud = baud, .size = size, .seed = runs->len + 1};

	g_array_append_val(runs, run);
	return &g_array_index(runs, Run, runs->len - 1);
}

static gboolean
all_own_ok(GArray *runs)
{
	gboolean ok = TRUE;

	for (guint i = 0; i < runs->len; i++) {
		const Run *run = &g_array_index(runs, Run, i);

		ok = ok && (run->ok || !is_own(run));
	}
	return ok;
}

static gboolean
bench_quick(void)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(Run));

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (kinds[i].is_quick)
			add(runs, protocols[0], 921600, &kinds[i], SIZE);
	}
	do_runs(runs, 0, runs->len);
	print_table(runs);
	return all_own_ok(runs);
}

static void
add_rate(GArray *runs, guint baud)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		guint n = baud == 115200 ? 1 : RUNS;

		for (guint k = 0; k < n; k++)
			add(runs, protocols[0], baud, &kinds[i], baud == 115200 ? SMALL_SIZE : SIZE);
		for (guint p = 1; p < G_N_ELEMENTS(protocols); p++) {
			if (lrzsz_is_there(protocols[p]))
				add(runs, protocols[p], baud, &kinds[i], SMALL_SIZE);
		}
	}
}

/* Alone, so that nothing but the host's own work is in its caches. */
static gboolean
bench_cpu(void)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(Run));

	add(runs, protocols[0], 2000000, &kinds[0], SIZE);
	do_runs(runs, 0, 1);
	fprintf(aside(), "host CPU at 2000000 baud: %.2f %% of a core (promised: under 3)\n",
		g_array_index(runs, Run, 0).cpu * 100);
	return all_own_ok(runs);
}

static gboolean
bench_many(guint n)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(Run));
	double least = G_MAXDOUBLE;
	double cpu = 0;
	guint64 resent = 0;

	for (guint i = 0; i < n; i++)
		add(runs, protocols[0], 921600, &kinds[0], SIZE);
	do_runs(runs, 0, n);
	for (guint i = 0; i < n; i++) {
		const Run *run = &g_array_index(runs, Run, i);

		least = MIN(least, run->efficiency);
		cpu += run->cpu / n;
		resent += run->resent;
		if (as_json)
			print_object(run, run->ok);
	}
	fprintf(aside(), "%u devices at once at 921600 baud, the slowest: %.3f (promised: 0.96)\n", n, least);
	fprintf(aside(), "their frames sent again: %" G_GUINT64_FORMAT ", host CPU: %.2f %% of a core each\n",
		resent, cpu * 100);
	return all_own_ok(runs);
}

/* Erasing comes before; storing goes on beside the line. */
static void
print_overlap(const Run *run)
{
	double prepare = run->device.prepare_ms / 1e3;
	double line = (double) run->size * 10 / run->baud;
	double programming = (double) run->size / REAL_DEVICE_PIECE * run->device.piece_us / 1e6;

	fprintf(aside(),
		"programming for %.1f s beside a line of %.1f s: the longer one x %.3f (promised: at most "
		"1.05)\n",
		programming, line, (run->total_s - prepare) / MAX(line, programming));
}

static gboolean
bench_times(void)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(Run));
	static const RealDeviceOptions devices[] = {{1000, 20000}, {1000, 60000}};
	Run *cut;

	for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
		add(runs, protocols[0], OVERLAP_BAUD, &kinds[0], SIZE)->device = devices[i];
	add(runs, protocols[0], OVERLAP_BAUD, &kinds[0], SIZE);
	cut = add(runs, protocols[0], OVERLAP_BAUD, &kinds[0], SIZE);
	cut->cut_after_ms = 2000;
	cut->cut_for_ms = 15000;
	do_runs(runs, 0, runs->len);
	for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
		print_overlap(&g_array_index(runs, Run, i));
	fprintf(aside(), "a line that is dead for 15 s costs %.2f s (promised: at most 17)\n",
		g_array_index(runs, Run, 3).total_s - g_array_index(runs, Run, 2).total_s);
	return all_own_ok(runs);
}

static gboolean
bench_long(void)
{
	/* fewer at a time where they weigh more: two cores carry them */
	static const struct {
		guint baud;
		guint abreast;
	} rates[] = {{115200, 8}, {921600, 6}, {2000000, 3}};
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(Run));

	for (guint p = 1; p < G_N_ELEMENTS(protocols); p++) {
		if (!lrzsz_is_there(protocols[p]))
			fprintf(aside(), "%s is left out: lrzsz is not installed\n", protocols[p]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(rates); i++) {
		guint before = runs->len;

		add_rate(runs, rates[i].baud);
		do_runs(runs, before, rates[i].abreast);
	}
	print_table(runs);
	return all_own_ok(runs) & bench_cpu() & bench_times() & bench_many(MANY);
}

int
main(int argc, char **argv)
{
	gboolean quick = FALSE;
	gint many = 0;
	const GOptionEntry entries[] = {
		{"quick", 0, 0, G_OPTION_ARG_NONE, &quick, "Four lines at 921600 baud, one run each", NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One object per row; all else on stderr", NULL},
		{"many", 0, 0, G_OPTION_ARG_INT, &many, "Only N devices at once at 921600 baud", "N"},
		{NULL}};
	g_autoptr(GOptionContext) context = g_option_context_new("- how much of a line a transfer fills");
	g_autoptr(GError) error = NULL;
	gboolean ok;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1 || many < 0 || many > 64) {
		fprintf(stderr, "bench-link: %s\n", error ? error->message : "see --help");
		return 2;
	}
	if (many > 0)
		ok = bench_many((guint) many);
	else
		ok = quick ? bench_quick() : bench_long();
	return ok ? 0 : 1;
}
