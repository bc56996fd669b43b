// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/link/rig.h"

/*
 * What can go wrong between a host and a device, alone and in combinations, in virtual time. A run is a function of its seed:
 * GANTRY_FAULT_SEED=N repeats one. Whatever happens, each run ends in time, stores no wrong byte, and either installs
 * the exact package or ends with a code that one of its faults explains; then the faults stop, and a new run of the
 * host goes through. In half of the runs both ends agree on another rate first, and in a quarter the device wants to know
 * who asks.
 */

#define NS_PER_MS  G_GINT64_CONSTANT(1000000)
#define KINDS_MOST 4 /* in one run */
/* After the last fault: to give up takes 60 s, to start again as long as the transfer. */
#define DEADLINE_MS  300000
#define AFTERMATH_MS 7000 /* a device gives up a reset after 5 s */
#define COMMAND      "\r\nreboot\r\n"

/* What a host does, in this order. */
typedef enum { STEP_HELLO, STEP_BEGIN, STEP_TRANSFER, STEP_FINISH, STEP_ARM, STEP_RESET, STEP_OVER } Step;

typedef struct {
	Step step;
	gboolean went_through;
	gboolean has_agreed; /* on another rate than the starting one */
	gboolean has_info;   /* it has known the device since HELLO */
	GySessionEvent end;
} Host;

typedef struct _Kind Kind;

/* A fault that is part of a run. */
typedef struct {
	const Kind *kind;
	guint stage;
	guint at_frame; /* of those to the device */
	gint64 at_ns;
	gint64 lasts_ms;
} Fault;

typedef struct {
	guint32 seed;
	GRand *random;
	RigOptions options;
	gboolean has_second; /* another host */
	gboolean is_command; /* the payload spells a shell's command */
	Rig *rig;
	Host host;
	Host second;
	Fault faults[KINDS_MOST];
	guint n_faults;
	gint64 last_fault_ns;
	gboolean has_failed;
	gboolean has_spoilt; /* a stored bit was turned */
} Run;

struct _Kind {
	const char *name;
	void (*draw)(Run *run, Fault *fault);  /* before the rig is made */
	gint64 (*act)(Run *run, Fault *fault); /* at every turn; the next time it wants */
	const char *greeting_codes;            /* how HELLO may end because of it */
	const char *codes;                     /* and what comes later */
	GyOperation refused;                   /* the operation that the device may refuse, and why */
	enum gyw_cause cause;
	gboolean opens_the_shell; /* the session may end while its frames are on the line */
};

/* ---- the host ------------------------------------------------------------------------------------------- */

static void
start_step(Rig *rig, GySession *session, Step step, GBytes *payload)
{
	gint64 now_ms = rig_now_ms(rig);

	switch (step) {
	case STEP_HELLO: gy_session_hello(session, now_ms); break;
	case STEP_BEGIN: rig_start_begin(rig, session, payload); break;
	case STEP_TRANSFER: gy_session_transfer(session, now_ms); break;
	case STEP_FINISH: gy_session_finish(session, now_ms); break;
	case STEP_ARM: gy_session_arm(session, now_ms); break;
	case STEP_RESET: gy_session_reset(session, now_ms); break;
	case STEP_OVER: break;
	}
}

static void
host_start(Rig *rig, Host *host, GySession *session)
{
	gy_session_event_clear(&host->end);
	memset(host, 0, sizeof *host);
	start_step(rig, session, STEP_HELLO, NULL);
}

static void
host_advance(Rig *rig, Host *host, GySession *session, GBytes *payload)
{
	while (host->step != STEP_OVER) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(session, &event))
			return;
		switch (event.type) {
		case GY_SESSION_EVENT_DONE:
			host->has_info = TRUE;
			host->step++;
			host->went_through = host->step == STEP_OVER;
			start_step(rig, session, host->step, payload);
			break;
		case GY_SESSION_EVENT_REFUSED:
		case GY_SESSION_EVENT_ERROR:
			host->end = event;
			memset(&event, 0, sizeof event);
			host->step = STEP_OVER;
			break;
		case GY_SESSION_EVENT_RATE:
			host->has_agreed |= gy_session_baud(session) != rig->options.line.baud;
			break;
		case GY_SESSION_EVENT_TEXT:
		case GY_SESSION_EVENT_BUSY:
		case GY_SESSION_EVENT_PROGRESS: break;
		}
	}
}

/* ---- faults of the line --------------------------------------------------------------------------------- */

static void
draw_bit_flips(Run *run, Fault *fault)
{
	run->options.line.bit_error_rate = g_rand_double_range(run->random, 0, 1e-4);
}

static void
draw_byte_loss(Run *run, Fault *fault)
{
	run->options.line.drop_rate = g_rand_double_range(run->random, 0, 1e-3);
}

static void
draw_duplicates(Run *run, Fault *fault)
{
	run->options.line.duplicate_rate = g_rand_double_range(run->random, 0.05, 1);
}

static void
draw_noise(Run *run, Fault *fault)
{
	run->options.line.text_rate = g_rand_double_range(run->random, 0.0005, 0.005);
}

static void
draw_zeros(Run *run, Fault *fault)
{
	draw_noise(run, fault);
	run->options.line.text_has_zero = TRUE;
}

/* Frames lose bytes, and what is left of them reads like something typed. */
static void
draw_command(Run *run, Fault *fault)
{
	run->is_command = TRUE;
	run->options.line.drop_rate = g_rand_double_range(run->random, 1e-4, 1e-3);
}

/* ---- faults with a time --------------------------------------------------------------------------------- */

static void
draw_frame(Run *run, Fault *fault)
{
	fault->at_frame = (guint) g_rand_int_range(run->random, 1, 40);
}

static void
draw_stall(Run *run, Fault *fault)
{
	draw_frame(run, fault);
	fault->lasts_ms = g_rand_int_range(run->random, 1, 15000);
}

static void
draw_suspension(Run *run, Fault *fault)
{
	draw_frame(run, fault);
	fault->lasts_ms = 60000;
}

/* Two programs have one port, and each would set its rate. */
static void
draw_second(Run *run, Fault *fault)
{
	draw_frame(run, fault);
	run->has_second = TRUE;
}

static void
draw_agreement(Run *run, Fault *fault)
{
	run->options.has_speeds = TRUE;
	run->options.session.max_baud = 3000000;
	run->options.line.baud = 115200;
}

static void
draw_cable(Run *run, Fault *fault)
{
	draw_agreement(run, fault);
	run->options.line.most_baud = (guint) g_rand_int_range(run->random, 115200, 3000000);
}

static void
draw_reopening(Run *run, Fault *fault)
{
	draw_frame(run, fault);
	fault->lasts_ms = g_rand_int_range(run->random, 1, 20000);
}

/* Once: when the host has begun the frame of that number. */
static gboolean
is_due(Run *run, Fault *fault)
{
	if (fault->stage != 0 || line_n_frames(run->rig->line, LINE_TO_DEVICE) < fault->at_frame)
		return FALSE;
	fault->stage = 1;
	fault->at_ns = run->rig->now_ns + fault->lasts_ms * NS_PER_MS;
	run->last_fault_ns = MAX(run->last_fault_ns, fault->at_ns);
	return TRUE;
}

/* Once: when what began is_due() is over. */
static gboolean
is_over(Run *run, Fault *fault)
{
	if (fault->stage != 1 || run->rig->now_ns < fault->at_ns)
		return FALSE;
	fault->stage = 2;
	return TRUE;
}

static gint64
next_of(const Fault *fault)
{
	return fault->stage == 1 ? fault->at_ns : G_MAXINT64;
}

static gint64
act_stall(Run *run, Fault *fault)
{
	if (is_due(run, fault))
		line_cut(run->rig->line, run->rig->now_ns, fault->at_ns);
	return G_MAXINT64;
}

static gint64
act_suspension(Run *run, Fault *fault)
{
	if (is_due(run, fault))
		run->rig->sleeps_until_ns = fault->at_ns;
	return G_MAXINT64;
}

static gint64
act_reopening(Run *run, Fault *fault)
{
	if (is_due(run, fault) && run->rig->port_open)
		rig_close_port(run->rig);
	if (is_over(run, fault) && !run->rig->port_open)
		rig_open_port(run->rig);
	return next_of(fault);
}

/* The cable is pulled, and plugged into another board. */
static gint64
act_other_board(Run *run, Fault *fault)
{
	if (is_due(run, fault)) {
		if (run->rig->port_open)
			rig_close_port(run->rig);
		run->rig->device_id[0]++;
		rig_reset_device(run->rig);
	}
	if (is_over(run, fault) && !run->rig->port_open)
		rig_open_port(run->rig);
	return next_of(fault);
}

static gint64
act_device_reset(Run *run, Fault *fault)
{
	if (is_due(run, fault))
		rig_reset_device(run->rig);
	return G_MAXINT64;
}

static gint64
act_killed_host(Run *run, Fault *fault)
{
	if (is_due(run, fault)) {
		rig_restart_host(run->rig);
		run->host.step = STEP_OVER;
	}
	if (is_over(run, fault))
		host_start(run->rig, &run->host, run->rig->session);
	return next_of(fault);
}

static gint64
act_second_host(Run *run, Fault *fault)
{
	/* a third one is not needed */
	if (is_due(run, fault) && run->rig->second == NULL) {
		run->rig->second = gy_session_new(&run->rig->options.session);
		if (!run->rig->port_open)
			gy_session_port_closed(run->rig->second, rig_now_ms(run->rig));
		host_start(run->rig, &run->second, run->rig->second);
	}
	return G_MAXINT64;
}

static GBytes *
draw_payload(Run *run)
{
	gsize size = (gsize) g_rand_int_range(run->random, 1, 40000);
	guint8 *bytes = g_malloc(size);
	gsize i;

	for (i = 0; i < size; i++)
		bytes[i] = run->is_command ? (guint8) COMMAND[i % strlen(COMMAND)]
			   : run->options.compresses && i >= 64 && i % 16 < 8
				   ? bytes[i - 16]
				   : (guint8) g_rand_int(run->random);
	return g_bytes_new_take(bytes, size);
}

/* What travels is not what is stored. */
static void
draw_compression(Run *run, Fault *fault)
{
	run->options.compresses = TRUE;
}

static gint64
act_second_host_with_another(Run *run, Fault *fault)
{
	if (run->rig->other_payload == NULL)
		run->rig->other_payload = draw_payload(run);
	return act_second_host(run, fault);
}

/* ---- faults of the device ------------------------------------------------------------------------------- */

static void
draw_watchdog(Run *run, Fault *fault)
{
	run->options.prepare_ms = (guint) g_rand_int_range(run->random, 200, 3000);
	fault->lasts_ms = g_rand_int_range(run->random, 1, (gint32) run->options.prepare_ms);
}

static gboolean
is_preparing(const Rig *rig)
{
	return rig->is_storing && rig->agent.job == GYA_JOB_PREPARE && rig->agent.order != rig->agent.done;
}

/* The watchdog bites in the middle of erasing. */
static gint64
act_watchdog(Run *run, Fault *fault)
{
	if (is_preparing(run->rig))
		is_due(run, fault);
	if (is_over(run, fault) && is_preparing(run->rig))
		rig_reset_device(run->rig);
	return next_of(fault);
}

static void
draw_write_error(Run *run, Fault *fault)
{
	run->options.fail_write = (guint) g_rand_int_range(run->random, 1, 60);
}

static gint64
lose_answer_to(Run *run, Fault *fault, Step step)
{
	if (run->host.step == step && is_due(run, fault))
		line_lose_frame(
			run->rig->line, LINE_TO_HOST, line_n_frames(run->rig->line, LINE_TO_HOST) + 1);
	return G_MAXINT64;
}

/* What BEGIN needs first is the rate. */
static gint64
act_lost_speed(Run *run, Fault *fault)
{
	return lose_answer_to(run, fault, STEP_BEGIN);
}

static gint64
act_lost_arm(Run *run, Fault *fault)
{
	return lose_answer_to(run, fault, STEP_ARM);
}

static gint64
act_lost_reset(Run *run, Fault *fault)
{
	return lose_answer_to(run, fault, STEP_RESET);
}

/* A bit of what is stored turns, once it is all there and before it is read back. */
static gint64
act_mismatch(Run *run, Fault *fault)
{
	Rig *rig = run->rig;

	if (rig->agent.state == GYW_STATE_RECEIVING && rig->announced != NULL &&
		rig->stored == g_bytes_get_size(rig->announced) && is_due(run, fault)) {
		rig->memory[g_rand_int_range(run->random, 0, (gint32) rig->stored)] ^= 0x10;
		run->has_spoilt = TRUE;
	}
	return G_MAXINT64;
}

/* ---- frames of another session -------------------------------------------------------------------------- */

static void
put_stale(Run *run, LineWay way, guint8 type)
{
	static const guint8 junk[24] = {1};
	guint8 buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 seq = (guint8) g_rand_int(run->random);
	guint16 session = (guint16) g_rand_int_range(run->random, 1, 0x10000);
	struct gyw_data data = {.offset = run->rig->agent.next, .bytes = junk, .size = sizeof junk};
	struct gyw_data_ack ack = {.next = 39999, .stored = 39999, .limit = 80000};
	struct gyw_writer body;
	guint32 size;

	if (session == run->rig->agent.session)
		session ^= 1;
	gyw_frame_open(&body, buffer, GYW_MTU_MIN);
	if (type == GYW_DATA)
		gyw_data_encode(&body, &data);
	if (type == GYW_DATA_ACK)
		gyw_data_ack_encode(&body, &ack);
	size = gyw_frame_close(&body, buffer, GYW_MTU_MIN, type, seq, session);
	line_write(run->rig->line, way, buffer, size, run->rig->now_ns);
}

static gint64
act_stale(Run *run, Fault *fault)
{
	static const guint8 asked[] = {
		GYW_DATA, GYW_FINISH, GYW_ARM, GYW_DISARM, GYW_RESET, GYW_CANCEL, GYW_PING};
	static const guint8 answered[] = {GYW_DATA_ACK, GYW_ACK, GYW_GONE, GYW_BUSY, GYW_UNKNOWN};

	if (run->rig->now_ns < fault->at_ns)
		return fault->at_ns;
	put_stale(run, LINE_TO_DEVICE, asked[g_rand_int_range(run->random, 0, G_N_ELEMENTS(asked))]);
	put_stale(run, LINE_TO_HOST, answered[g_rand_int_range(run->random, 0, G_N_ELEMENTS(answered))]);
	fault->stage = 1;
	fault->at_ns = run->rig->now_ns + g_rand_int_range(run->random, 1, 300) * NS_PER_MS;
	return fault->at_ns;
}

/* ---- the kinds ------------------------------------------------------------------------------------------ */

/* How HELLO says that nothing usable came; the words depend on what else was heard. */
#define NO_AGENT "link/no-answer link/no-agent link/not-transparent "

static const Kind kinds[] = {
	{.name = "bit-flips", .draw = draw_bit_flips, .greeting_codes = NO_AGENT, .codes = "link/lost"},
	{.name = "byte-loss", .draw = draw_byte_loss, .greeting_codes = NO_AGENT, .codes = "link/lost"},
	{.name = "frames-that-come-twice", .draw = draw_duplicates},
	{.name = "console-noise-in-mid-frame", .draw = draw_noise, .greeting_codes = NO_AGENT},
	{.name = "text-with-zeros", .draw = draw_zeros, .greeting_codes = NO_AGENT},
	{.name = "damaged-frame-that-spells-a-command", .draw = draw_command, .greeting_codes = NO_AGENT},
	{.name = "stall", .draw = draw_stall, .act = act_stall, .greeting_codes = NO_AGENT},
	{.name = "suspended-host", .draw = draw_suspension, .act = act_suspension},
	{.name = "port-closed-and-reopened",
		.draw = draw_reopening,
		.act = act_reopening,
		.greeting_codes = NO_AGENT "link/gone"},
	{.name = "another-board-on-the-cable",
		.draw = draw_reopening,
		.act = act_other_board,
		.greeting_codes = NO_AGENT "link/gone",
		.codes = "link/other-device"},
	/* each HELLO of one makes a signature of the other one over an old nonce */
	{.name = "two-hosts",
		.draw = draw_second,
		.act = act_second_host,
		.greeting_codes = NO_AGENT "link/wrong-speed",
		.codes = "link/lost link/session-lost link/protocol link/not-transparent link/auth-refused",
		.opens_the_shell = TRUE},
	{.name = "two-hosts-with-different-packages",
		.draw = draw_second,
		.act = act_second_host_with_another,
		.greeting_codes = NO_AGENT "link/wrong-speed",
		.codes = "link/lost link/session-lost link/protocol link/not-transparent link/auth-refused",
		.opens_the_shell = TRUE},
	{.name = "device-reset-at-any-message",
		.draw = draw_frame,
		.act = act_device_reset,
		.codes = "link/session-lost",
		.opens_the_shell = TRUE},
	{.name = "watchdog-reset-inside-prepare",
		.draw = draw_watchdog,
		.act = act_watchdog,
		.opens_the_shell = TRUE},
	{.name = "flash-write-error",
		.draw = draw_write_error,
		.refused = GY_OPERATION_TRANSFER,
		.cause = GYW_CAUSE_STORE,
		.opens_the_shell = TRUE},
	{.name = "lost-ack-of-speed", .draw = draw_agreement, .act = act_lost_speed},
	{.name = "rate-that-the-cable-does-not-carry", .draw = draw_cable},
	{.name = "lost-ack-of-arm", .act = act_lost_arm},
	{.name = "lost-ack-of-reset", .act = act_lost_reset},
	{.name = "stale-frames-of-an-older-session", .act = act_stale},
	{.name = "finish-mismatch",
		.act = act_mismatch,
		.refused = GY_OPERATION_FINISH,
		.cause = GYW_CAUSE_HASH},
	{.name = "host-killed-and-restarted", .draw = draw_stall, .act = act_killed_host},
	{.name = "compressed", .draw = draw_compression},
};

/* ---- one run -------------------------------------------------------------------------------------------- */

static void
seeded_bytes(gpointer data, guint8 *bytes, gsize size)
{
	gsize i;

	for (i = 0; i < size; i++)
		bytes[i] = (guint8) g_rand_int(data);
}

static void
draw_options(Run *run)
{
	static const guint bauds[] = {115200, 921600, 2000000};
	GRand *random = run->random;

	run->options = (RigOptions){
		.line = {.baud = bauds[g_rand_int_range(random, 0, G_N_ELEMENTS(bauds))],
			.delay_ms = (guint) g_rand_int_range(random, 0, 41),
			.bridge_ms = g_rand_boolean(random) ? 16 : 0,
			.seed = run->seed},
		.session = {.random = seeded_bytes, .random_data = random},
		.manifest_size = g_rand_boolean(random) ? (gsize) g_rand_int_range(random, 1, 2000) : 0,
		.prepare_ms = (guint) g_rand_int_range(random, 0, 2000),
		.piece_us = (guint) g_rand_int_range(random, 0, 10000),
		.recheck_ms = (guint) g_rand_int_range(random, 0, 1000),
		.arm_ms = (guint) g_rand_int_range(random, 0, 1000),
		.is_deaf = g_rand_int_range(random, 0, 4) == 0,
		.boot_ms = 300,
	};
	if (g_rand_boolean(random)) {
		run->options.has_speeds = TRUE;
		run->options.session.max_baud = g_rand_boolean(random) ? 921600 : 3000000;
	}
	if (g_rand_int_range(random, 0, 4) == 0) {
		run->options.is_guarded = TRUE;
		run->options.verify_ms = (guint) g_rand_int_range(random, 0, 1500);
	}
}

static gboolean
has_kind(const Run *run, const Kind *kind)
{
	guint i;

	for (i = 0; i < run->n_faults; i++) {
		if (run->faults[i].kind == kind)
			return TRUE;
	}
	return FALSE;
}

/* The kind under test, and up to three others. */
static void
draw_faults(Run *run, const Kind *first)
{
	guint n = (guint) g_rand_int_range(run->random, 1, KINDS_MOST + 1);
	const Kind *kind = first;

	while (run->n_faults < n) {
		if (!has_kind(run, kind)) {
			Fault *fault = &run->faults[run->n_faults++];

			fault->kind = kind;
			if (kind->draw != NULL)
				kind->draw(run, fault);
		}
		kind = &kinds[g_rand_int_range(run->random, 0, G_N_ELEMENTS(kinds))];
	}
}

static gint64
let_faults_act(Rig *rig, gpointer data)
{
	Run *run = data;
	gint64 next = G_MAXINT64;
	guint i;

	for (i = 0; i < run->n_faults; i++) {
		Fault *fault = &run->faults[i];

		if (fault->kind->act != NULL)
			next = MIN(next, fault->kind->act(run, fault));
	}
	return next;
}

static char *
describe(const Run *run)
{
	GString *text = g_string_new(NULL);
	guint i;

	g_string_append_printf(text, "seed %u:", run->seed);
	for (i = 0; i < run->n_faults; i++)
		g_string_append_printf(text, " %s", run->faults[i].kind->name);
	return g_string_free(text, FALSE);
}

/* Says once what is wrong with a run, and which seed repeats it. */
#define check(run, condition, ...)                                                                           \
	do {                                                                                                 \
		if (!(condition) && !(run)->has_failed) {                                                    \
			g_autofree char *which_ = describe(run);                                             \
			g_autofree char *what_ = g_strdup_printf(__VA_ARGS__);                               \
			(run)->has_failed = TRUE;                                                            \
			g_test_fail_printf("%s: %s", which_, what_);                                         \
		}                                                                                            \
	} while (0)

static gboolean
is_pending(const Fault *fault)
{
	return fault->stage == 1 && fault->kind->act == act_killed_host;
}

static gboolean
is_run_over(const Run *run)
{
	guint i;

	for (i = 0; i < run->n_faults; i++) {
		if (is_pending(&run->faults[i]))
			return FALSE;
	}
	return run->host.step == STEP_OVER && (run->rig->second == NULL || run->second.step == STEP_OVER);
}

static void
run_to_the_end(Run *run)
{
	Rig *rig = run->rig;

	while (!is_run_over(run) && !run->has_failed) {
		rig_turn(rig, G_MAXINT64);
		host_advance(rig, &run->host, rig->session, rig->payload);
		if (rig->second != NULL)
			host_advance(rig, &run->second, rig->second, rig->other_payload ?: rig->payload);
		check(run, rig_now_ms(rig) < run->last_fault_ns / NS_PER_MS + DEADLINE_MS,
			"it has not ended %u s after its last fault: steps %u and %u", DEADLINE_MS / 1000,
			run->host.step, run->second.step);
		check(run, !rig->is_out_of_order, "a byte was stored twice or out of order");
		check(run, !rig->is_wrong_byte, "a wrong byte was stored");
		check(run, !rig->is_wrong_armed, "something else than the package was armed");
	}
}

static gboolean
explains(const Kind *kind, const GySessionEvent *end, gboolean has_info)
{
	const char *codes = has_info ? kind->codes : kind->greeting_codes;

	/* with requests of the other host between, a repeat is a request of its own, and too late */
	if (kind->draw == draw_second && end->type == GY_SESSION_EVENT_REFUSED && !end->is_failure &&
		(end->refusal.cause == GYW_CAUSE_STATE ||
			(end->refusal.cause == GYW_CAUSE_RANGE && end->refusal.operation == GYW_MANIFEST)))
		return TRUE;
	/* one of two hosts may hear what came of the other's FINISH */
	if (end->type == GY_SESSION_EVENT_REFUSED)
		return (kind->refused == end->operation || (kind->refused == GY_OPERATION_FINISH &&
								   end->refusal.operation == GYW_FINISH)) &&
		       kind->cause == end->refusal.cause && end->is_failure &&
		       end->refusal.backend == (kind->cause == GYW_CAUSE_HASH ? 0 : RIG_BACKEND);
	return codes != NULL && strstr(codes, gy_link_error_word(end->error_code)) != NULL;
}

static void
check_end(Run *run, const Host *host)
{
	const GySessionEvent *end = &host->end;
	guint i;

	if (host->went_through || run->has_failed)
		return;
	for (i = 0; i < run->n_faults; i++) {
		if (explains(run->faults[i].kind, end, host->has_info))
			return;
	}
	if (end->type == GY_SESSION_EVENT_REFUSED)
		check(run, FALSE, "operation %u ends as %s: %u, cause %u of %u", end->operation,
			end->is_failure ? "failed" : "refused", end->refusal.operation, end->refusal.cause,
			end->refusal.backend);
	check(run, FALSE, "operation %u ends as %s: %s", end->operation, gy_link_error_word(end->error_code),
		end->message);
}

/* No line that a shell would carry out, while the session was open. */
static void
check_shell(Run *run)
{
	guint i;

	for (i = 0; i < run->n_faults; i++) {
		if (run->faults[i].kind->opens_the_shell)
			return;
	}
	check(run, strstr(run->rig->console->str, "reboot") == NULL, "the shell was given a command: %s",
		run->rig->console->str);
}

/* The exact package: what was armed is checked by the rig when it is. */
static void
check_installed(Run *run)
{
	Rig *rig = run->rig;
	gsize size;
	const guint8 *bytes = g_bytes_get_data(rig->payload, &size);

	if (run->has_failed)
		return;
	rig_run_ms(rig, AFTERMATH_MS);
	check(run, rig->n_armed > 0 && rig->n_resets > 0, "armed %u times, reset %u times", rig->n_armed,
		rig->n_resets);
	check(run,
		rig->announced == rig->payload && rig->stored == size &&
			memcmp(rig->memory, bytes, size) == 0,
		"the device holds other bytes than were sent");
}

static void
run_once_more(Run *run)
{
	rig_restart_host(run->rig);
	run->last_fault_ns = run->rig->now_ns;
	host_start(run->rig, &run->host, run->rig->session);
	run_to_the_end(run);
}

/* A bit that turned in the flash is found by the run that takes the session up again. */
static gboolean
has_found_mismatch(const Run *run)
{
	const GySessionEvent *end = &run->host.end;

	return !run->host.went_through && end->type == GY_SESSION_EVENT_REFUSED &&
	       end->operation == GY_OPERATION_FINISH && end->refusal.cause == GYW_CAUSE_HASH;
}

/* The faults are over: a new run of the host finds everything as it should be. */
static void
run_clean(Run *run)
{
	Rig *rig = run->rig;

	rig->each_turn = NULL;
	rig->options.fail_write = 0;
	line_make_clean(rig->line);
	g_clear_pointer(&rig->second, gy_session_free);
	if (!rig->port_open)
		rig_open_port(rig);
	rig_run_ms(rig, AFTERMATH_MS);
	run_once_more(run);
	if (run->has_spoilt && has_found_mismatch(run))
		run_once_more(run);
	check(run, run->host.went_through, "the run without faults that follows ends as %s in operation %u",
		run->host.end.message ?: "refused", run->host.end.operation);
	check_installed(run);
}

static void
clear_run(Run *run)
{
	gy_session_event_clear(&run->host.end);
	gy_session_event_clear(&run->second.end);
	rig_free(run->rig);
	g_rand_free(run->random);
}

/* What came of all runs of a kind. */
typedef struct {
	guint well;
	guint agreed; /* on another rate than the starting one, at some time */
	gboolean has_struck;
} Tally;

static void
do_run(const Kind *kind, guint32 seed, Tally *tally)
{
	Run run = {.seed = seed, .random = g_rand_new_with_seed(seed)};
	gboolean went_through;

	draw_options(&run);
	draw_faults(&run, kind);
	if (run.has_second)
		run.options.session.max_baud = 0;
	run.rig = rig_new(&run.options);
	g_bytes_unref(run.rig->payload);
	run.rig->payload = draw_payload(&run);
	run.rig->each_turn = let_faults_act;
	run.rig->turn_data = &run;
	run.last_fault_ns = run.rig->now_ns;
	host_start(run.rig, &run.host, run.rig->session);
	run_to_the_end(&run);
	check_end(&run, &run.host);
	if (run.rig->second != NULL)
		check_end(&run, &run.second);
	check_shell(&run);
	went_through = run.host.went_through;
	tally->agreed += run.host.has_agreed;
	tally->well += went_through;
	tally->has_struck = tally->has_struck || kind->act == NULL || run.faults[0].stage > 0;
	if (went_through && run.rig->second == NULL)
		check_installed(&run);
	if (!went_through && !run.has_failed)
		run_clean(&run);
	clear_run(&run);
}

static void
ends_well_or_says_why(gconstpointer data)
{
	const Kind *kind = data;
	guint32 first = 1000000 * (guint32) (1 + kind - kinds);
	guint n = (g_getenv("GANTRY_FULL") != NULL ? 20000u : 1000u) / (guint) G_N_ELEMENTS(kinds);
	const char *only = g_getenv("GANTRY_FAULT_SEED");
	Tally tally = {0};
	guint i;

	if (only != NULL) {
		do_run(kind, (guint32) g_ascii_strtoull(only, NULL, 10), &tally);
		return;
	}
	for (i = RIG_SHARE; i < n; i += RIG_SHARES)
		do_run(kind, first + i, &tally);
	g_test_message("%u runs shared by %u, %u of mine went through, %u agreed on a rate", n, RIG_SHARES,
		tally.well, tally.agreed);
	/* in a share's few runs of a kind not everything has to happen */
	if (RIG_SHARES > 1)
		return;
	g_assert_true(tally.has_struck);
	g_assert_true(tally.well > 0 || kind->refused != GY_OPERATION_NONE);
	g_assert_true(tally.agreed > 0 || kind->draw == draw_second);
}

int
main(int argc, char **argv)
{
	guint i;

	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *path = g_strconcat("/link/faults/", kinds[i].name, NULL);

		g_test_add_data_func(path, &kinds[i], ends_well_or_says_why);
	}
	return g_test_run();
}
