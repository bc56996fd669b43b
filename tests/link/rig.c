// SPDX-License-Identifier: Apache-2.0
#include "tests/link/rig.h"

#include <lz4hc.h>
#include <string.h>

#include "device-agent/core/sha256.h"
#include "device-agent/include/backend-expand.h"

#define NS_PER_MS    G_GINT64_CONSTANT(1000000)
#define NS_PER_US    G_GINT64_CONSTANT(1000)
#define TURN_NS      (200 * NS_PER_US)
#define LONGEST_MS   (60 * 60 * 1000)
#define STORAGE_SIZE (4u << 20)

/* A backend's calls have no context: the one rig whose agent is running. */
static Rig *current;

/* ---- the backend ---------------------------------------------------------------------------------------- */

static struct gya_verdict *verdict;

static bool
fail(uint16_t cause, uint32_t detail)
{
	verdict->cause = cause;
	verdict->code = RIG_CODE;
	verdict->detail = detail;
	return false;
}

static const struct gya_info_tag *
memory_init(struct gya_verdict *place)
{
	static const struct gya_info_tag tags[] = {GYA_INFO_TEXT(GYW_INFO_BACKEND, "\7memory"), {0, 0, NULL}};

	verdict = place;
	return tags;
}

static uint32_t
memory_size(void)
{
	return STORAGE_SIZE;
}

static bool
memory_recheck(uint8_t *work, uint32_t size)
{
	memset(work, 0xEE, size);
	if (current->options.fail_recheck)
		return fail(GYW_CAUSE_SIGNATURE, 11);
	return true;
}

static bool
memory_judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	if (is_stored)
		return memory_recheck(manifest, size);
	current->n_judged++;
	if (current->options.fail_judge)
		return fail(GYW_CAUSE_UNTRUSTED_KEY, 7);
	if (current->options.manifest_size == 0)
		return size == 0;
	return g_bytes_get_size(current->manifest) == size &&
	       memcmp(g_bytes_get_data(current->manifest, NULL), manifest, size) == 0;
}

static gboolean
is_announced(GBytes *payload, const struct gyw_begin *begin)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof digest;

	if (payload == NULL || g_bytes_get_size(payload) != begin->length)
		return FALSE;
	g_checksum_update(sum, g_bytes_get_data(payload, NULL), begin->length);
	g_checksum_get_digest(sum, digest, &size);
	return memcmp(digest, begin->sha256, size) == 0;
}

static GBytes *
find_payload(Rig *rig, const struct gyw_begin *begin)
{
	if (is_announced(rig->payload, begin))
		return rig->payload;
	return is_announced(rig->other_payload, begin) ? rig->other_payload : NULL;
}

static gboolean
is_of_announced(Rig *rig, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	gsize whole;
	const guint8 *announced;

	if (rig->announced == NULL)
		return FALSE;
	announced = g_bytes_get_data(rig->announced, &whole);
	return offset <= whole && size <= whole - offset && memcmp(announced + offset, bytes, size) == 0;
}

static bool
memory_prepare(const struct gyw_begin *begin)
{
	current->n_prepared++;
	current->stored = 0;
	current->announced = find_payload(current, begin);
	if (current->options.fail_prepare)
		return fail(GYW_CAUSE_PREPARE, 3);
	return true;
}

static bool
memory_write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	Rig *rig = current;

	if (offset != rig->stored || size > STORAGE_SIZE - offset) {
		rig->is_out_of_order = TRUE;
		return fail(GYW_CAUSE_STORE, offset);
	}
	if (++rig->n_pieces == rig->options.fail_write)
		return fail(GYW_CAUSE_STORE, offset);
	if (!is_of_announced(rig, offset, bytes, size))
		rig->is_wrong_byte = TRUE;
	memcpy(rig->memory + offset, bytes, size);
	rig->stored += size;
	return true;
}

static bool
memory_read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (offset > current->stored || size > current->stored - offset)
		return fail(GYW_CAUSE_READ, offset);
	memcpy(bytes, current->memory + offset, size);
	return true;
}

/* Memory keeps what it has. */
static void
memory_stop(void)
{
}

static bool
memory_arm(void)
{
	current->n_armed++;
	if (current->announced == NULL || g_bytes_get_size(current->announced) != current->stored ||
		!is_of_announced(current, 0, current->memory, current->stored))
		current->is_wrong_armed = TRUE;
	if (current->options.fail_arm)
		return fail(GYW_CAUSE_VERIFY, 0);
	return true;
}

static bool
memory_disarm(void)
{
	return true;
}

static void
memory_reset(void)
{
	if (!current->options.fail_reset)
		rig_reset_device(current);
}

/* Area 1 is what was stored. */
static bool
memory_read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (area != 1)
		return fail(GYW_CAUSE_TARGET, area);
	return memory_read(offset, bytes, size);
}

static struct gya_backend backend = {
	.id = RIG_BACKEND,
	.mode = GYW_MODE_PACKAGE,
	.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
	.init = memory_init,
	.storage_size = memory_size,
	.judge = memory_judge,
	.prepare = memory_prepare,
	.write = memory_write,
	.read = memory_read,
	.stop = memory_stop,
	.arm = memory_arm,
	.disarm = memory_disarm,
	.reset = memory_reset,
	.read_area = memory_read_area,
};

/* ---- who asks ------------------------------------------------------------------------------------------- */

static const guint8 key[64] = {0x4B, 0x45, 0x59};

/* A stand-in for ECDSA: the digest, then the key's first half. */
static bool
verify(const uint8_t *public_key, const uint8_t digest[32], const uint8_t signature[64])
{
	return memcmp(signature, digest, 32) == 0 && memcmp(signature + 32, public_key, 32) == 0;
}

static gboolean
sign(gpointer data, const guint8 *message, gsize size, guint8 signature[GYW_SIGNATURE_SIZE], char **why)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = 32;

	g_checksum_update(sum, message, (gssize) size);
	g_checksum_get_digest(sum, signature, &digest_size);
	memcpy(signature + 32, key, 32);
	return TRUE;
}

static void
entropy(uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t) g_rand_int(current->random);
}

static void
make_guard(Rig *rig)
{
	if (!rig->options.is_guarded)
		return;
	rig->guard = (struct gya_guard){.key = key,
		.device_id = rig->device_id,
		.device_id_size = sizeof rig->device_id,
		.entropy = entropy};
	rig->port.guard = &rig->guard;
	rig->port.extend = gya_guard;
	rig->port.can |= GYW_NEEDS_AUTH;
}

static const struct gya_crypto crypto = {gya_sha256_init, gya_sha256_update, gya_sha256_final, verify, NULL};

/* ---- the device's port ---------------------------------------------------------------------------------- */

static uint32_t
port_read(void *context, uint8_t *bytes, uint32_t size)
{
	Rig *rig = context;

	return (uint32_t) line_read(rig->line, LINE_TO_DEVICE, bytes, size, rig->now_ns);
}

static uint32_t
port_write(void *context, const uint8_t *bytes, uint32_t size)
{
	Rig *rig = context;

	/* into the air, while the cable is pulled */
	if (!rig->port_open)
		return size;
	return (uint32_t) line_write(rig->line, LINE_TO_HOST, bytes, size, rig->now_ns);
}

static bool
port_idle(void *context)
{
	Rig *rig = context;

	return line_is_idle(rig->line, LINE_TO_HOST, rig->now_ns);
}

static void
port_console(void *context, uint8_t byte)
{
	g_string_append_c(((Rig *) context)->console, (char) byte);
}

static void
port_watchdog(void *context)
{
}

static void
port_set_speed(void *context, uint32_t baud)
{
	line_set_baud(((Rig *) context)->line, LINE_DEVICE, baud);
}

static void
kick_watchdog(void)
{
}

static const struct gya_backend *
choose_backend(const Rig *rig)
{
	static const struct gya_expand_setup setup = {&backend, &crypto, kick_watchdog};

	return rig->options.compresses ? gya_backend_expand(&setup) : &backend;
}

static void
start_agent(Rig *rig)
{
	static const guint32 speeds[] = {115200, 460800, 921600, 2000000, 3000000};
	static struct gya_board board = {.chip = "lab", .name = "rig", .boot_baud = 115200};

	board.prepare_ms = rig->options.prepare_ms + 100;
	board.store_ms = rig->options.piece_us / 1000 + 100;
	board.finish_ms = rig->options.recheck_ms + 500;
	board.install_ms = 60000;
	backend.piece = rig->options.piece;
	backend.manifest_most = (guint32) rig->options.manifest_size;
	rig->port = (struct gya_port){
		.context = rig,
		.link_read = port_read,
		.link_write = port_write,
		.link_idle = port_idle,
		.console = port_console,
		.watchdog = port_watchdog,
		.serve_deaf = rig->options.is_deaf ? gya_serve_deaf : NULL,
		.can = rig->options.is_deaf ? GYW_DEAF_WHILE_STORES : 0,
		.tags = rig->info.tags,
		.start_baud = rig->options.line.baud,
	};
	if (rig->options.has_speeds) {
		rig->port.link_set_speed = port_set_speed;
		rig->port.speeds = speeds;
		rig->port.n_speeds = G_N_ELEMENTS(speeds);
		rig->port.can |= GYW_CAN_SPEED;
	}
	make_guard(rig);
	line_set_baud(rig->line, LINE_DEVICE, rig->options.line.baud);
	memset(&rig->info, 0, sizeof rig->info);
	if (rig->port.n_speeds > 0)
		gya_info_add(&rig->info, GYW_INFO_SPEEDS, speeds, sizeof speeds);
	gya_info_add(&rig->info, GYW_INFO_DEVICE_ID, rig->device_id, sizeof rig->device_id);
	gya_info_add_board(&rig->info, &board);
	if (rig->options.compresses)
		rig->port.can |= GYA_EXPAND_CAN;
	rig->boots_ns = G_MAXINT64;
	rig->wake_ns = rig->now_ns;
	rig->store_free_ns = rig->now_ns;
	rig->is_storing = FALSE;
	rig->store_more = FALSE;
	gya_agent_init(
		&rig->agent, &rig->port, choose_backend(rig), &crypto, &board, (guint32) rig_now_ms(rig));
}

void
rig_reset_device(Rig *rig)
{
	rig->n_resets++;
	rig->boots_ns = rig->now_ns + MAX(rig->options.boot_ms, 1) * NS_PER_MS;
}

static void
drop_arrived(Rig *rig)
{
	guint8 bytes[256];

	while (line_read(rig->line, LINE_TO_DEVICE, bytes, sizeof bytes, rig->now_ns) > 0)
		;
}

/* How long the next step of the store side is going to take. */
static gint64
cost_ns(Rig *rig)
{
	const struct gya_agent *agent = &rig->agent;
	guint32 left = agent->next - agent->stored;
	guint32 piece = agent->backend->piece;

	if (rig->options.is_deaf && !agent->grant)
		return 0;
	if (agent->receiving && left > 0 && (left >= piece || agent->next == agent->begin.length))
		return rig->options.piece_us * NS_PER_US * piece / rig->options.piece;
	if (agent->order == agent->done)
		return 0;
	switch ((enum gya_job) agent->job) {
	case GYA_JOB_PREPARE: return agent->is_judged ? rig->options.prepare_ms * NS_PER_MS : 0;
	case GYA_JOB_FINISH: return agent->is_judged ? rig->options.recheck_ms * NS_PER_MS : 0;
	case GYA_JOB_ARM: return rig->options.arm_ms * NS_PER_MS;
	case GYA_JOB_EXTRA: return rig->options.verify_ms * NS_PER_MS;
	default: return 0;
	}
}

/* The backend's call does what it does at the end of its time. */
static void
turn_store(Rig *rig)
{
	if (rig->now_ns < rig->store_free_ns)
		return;
	if (!rig->is_storing) {
		gint64 cost = cost_ns(rig);

		rig->store_free_ns = rig->now_ns + cost;
		rig->is_storing = cost > 0;
		if (cost > 0) {
			rig->store_more = TRUE;
			return;
		}
	}
	rig->is_storing = FALSE;
	rig->store_more = gya_store_step(&rig->agent);
}

static void
turn_device(Rig *rig)
{
	gboolean is_stopped = rig->options.is_deaf && rig->now_ns < rig->store_free_ns;

	if (rig->boots_ns != G_MAXINT64 || is_stopped)
		drop_arrived(rig);
	if (rig->boots_ns <= rig->now_ns)
		start_agent(rig);
	if (rig->boots_ns != G_MAXINT64 || is_stopped)
		return;
	current = rig;
	/* a call that is under way comes back before the link's turn, as it does in one thread */
	if (rig->is_storing)
		turn_store(rig);
	rig->wake_ns = rig->now_ns + gya_link_step(&rig->agent, (guint32) rig_now_ms(rig)) * NS_PER_MS;
	turn_store(rig);
}

/* ---- the host ------------------------------------------------------------------------------------------- */

static void
host_receive(Rig *rig)
{
	guint8 bytes[4096];
	gsize n;

	while ((n = line_read(rig->line, LINE_TO_HOST, bytes, sizeof bytes, rig->now_ns)) > 0) {
		gboolean is_for_second = rig->second != NULL && g_rand_boolean(rig->random);

		gy_session_receive(is_for_second ? rig->second : rig->session, bytes, n, rig_now_ms(rig));
	}
}

static void
host_send(Rig *rig, GySession *session)
{
	guint8 bytes[4096];
	gsize n = MIN(sizeof bytes, line_room(rig->line, LINE_TO_DEVICE, rig->now_ns));

	n = gy_session_send(session, bytes, n, rig_now_ms(rig));
	g_assert_cmpuint(line_write(rig->line, LINE_TO_DEVICE, bytes, n, rig->now_ns), ==, n);
}

/* The port has one rate, whoever uses it: only the first program sets it. */
static void
follow_rate(Rig *rig)
{
	guint baud = gy_session_baud(rig->session) ?: rig->options.line.baud;

	if (baud == rig->host_baud)
		return;
	rig->host_baud = baud;
	line_set_baud(rig->line, LINE_HOST, baud);
}

static gboolean
is_host_asleep(const Rig *rig)
{
	return rig->now_ns < rig->sleeps_until_ns;
}

static void
turn_host(Rig *rig)
{
	GySession *sessions[] = {rig->session, rig->second};
	guint i;

	if (is_host_asleep(rig))
		return;
	if (rig->port_open)
		host_receive(rig);
	follow_rate(rig);
	for (i = 0; i < G_N_ELEMENTS(sessions) && sessions[i] != NULL; i++) {
		gy_session_step(sessions[i], rig_now_ms(rig));
		follow_rate(rig);
		if (rig->port_open)
			host_send(rig, sessions[i]);
	}
}

/* Takes events until one ends the operation. */
static gboolean
take_events(Rig *rig, GySessionEvent *event)
{
	while (gy_session_next_event(rig->session, event)) {
		switch (event->type) {
		case GY_SESSION_EVENT_TEXT:
			g_string_append_len(rig->text, g_bytes_get_data(event->bytes, NULL),
				(gssize) g_bytes_get_size(event->bytes));
			break;
		case GY_SESSION_EVENT_BUSY: rig->n_busy++; break;
		case GY_SESSION_EVENT_RATE: g_string_append_printf(rig->rates, "%s\n", event->message); break;
		case GY_SESSION_EVENT_PROGRESS: rig->n_progress++; break;
		case GY_SESSION_EVENT_DONE:
		case GY_SESSION_EVENT_REFUSED:
		case GY_SESSION_EVENT_ERROR: return TRUE;
		}
		gy_session_event_clear(event);
	}
	return FALSE;
}

/* ---- time ----------------------------------------------------------------------------------------------- */

gint64
rig_now_ms(const Rig *rig)
{
	return rig->now_ns / NS_PER_MS;
}

/* When a session wants its turn, if no byte comes before. */
static gint64
session_next_ns(Rig *rig, GySession *session)
{
	gint64 deadline_ms = gy_session_deadline(session);
	gint64 next = deadline_ms < G_MAXINT64 / NS_PER_MS ? deadline_ms * NS_PER_MS : G_MAXINT64;

	if (gy_session_wants_to_send(session, rig_now_ms(rig)))
		next = MIN(next, line_room_ns(rig->line, LINE_TO_DEVICE, rig->now_ns));
	return next;
}

static gint64
host_next_ns(Rig *rig)
{
	gint64 next;

	if (is_host_asleep(rig))
		return rig->sleeps_until_ns;
	next = MIN(line_next_ns(rig->line, LINE_TO_HOST), session_next_ns(rig, rig->session));
	return rig->second == NULL ? next : MIN(next, session_next_ns(rig, rig->second));
}

static gint64
next_ns(Rig *rig)
{
	gint64 next = MIN(line_next_ns(rig->line, LINE_TO_DEVICE), host_next_ns(rig));

	if (rig->boots_ns != G_MAXINT64)
		return MIN(next, rig->boots_ns);
	next = MIN(next, MAX(rig->wake_ns, rig->options.is_deaf ? rig->store_free_ns : 0));
	if (rig->store_more)
		next = MIN(next, rig->store_free_ns);
	return next;
}

static void
let_happen(Rig *rig)
{
	if (rig->pull_ns <= rig->now_ns) {
		rig->pull_ns = G_MAXINT64;
		rig_close_port(rig);
	}
	if (rig->plug_ns <= rig->now_ns) {
		rig->plug_ns = G_MAXINT64;
		rig_open_port(rig);
	}
	if (rig->reset_ns <= rig->now_ns) {
		rig->reset_ns = G_MAXINT64;
		rig_reset_device(rig);
	}
}

void
rig_turn(Rig *rig, gint64 until_ns)
{
	gint64 planned_ns = MIN(MIN(rig->pull_ns, rig->plug_ns), MIN(rig->reset_ns, until_ns));

	if (rig->each_turn != NULL)
		planned_ns = MIN(planned_ns, rig->each_turn(rig, rig->turn_data));
	let_happen(rig);
	turn_device(rig);
	turn_host(rig);
	rig->now_ns = MAX(MIN(next_ns(rig), planned_ns), rig->now_ns + TURN_NS);
}

void
rig_wait(Rig *rig, GySessionEvent *event)
{
	gint64 end_ms = rig_now_ms(rig) + LONGEST_MS;

	while (!take_events(rig, event)) {
		g_assert_cmpint(rig_now_ms(rig), <, end_ms);
		rig_turn(rig, G_MAXINT64);
	}
}

gboolean
rig_run_to(Rig *rig, guint32 offset)
{
	gint64 end_ms = rig_now_ms(rig) + LONGEST_MS;

	while (gy_session_next_offset(rig->session) < offset) {
		if (gy_session_operation(rig->session) == GY_OPERATION_NONE)
			return FALSE;
		g_assert_cmpint(rig_now_ms(rig), <, end_ms);
		rig_turn(rig, G_MAXINT64);
	}
	return TRUE;
}

void
rig_run_ms(Rig *rig, gint64 ms)
{
	gint64 end_ns = rig->now_ns + ms * NS_PER_MS;

	while (rig->now_ns < end_ns)
		rig_turn(rig, end_ns);
}

/* ---- the rig -------------------------------------------------------------------------------------------- */

static GBytes *
random_bytes(gsize size, guint32 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	guint8 *bytes = g_malloc(size);
	gsize i;

	for (i = 0; i < size; i++)
		bytes[i] = (guint8) g_rand_int(random);
	return g_bytes_new_take(bytes, size);
}

Rig *
rig_new(const RigOptions *options)
{
	Rig *rig = g_new0(Rig, 1);

	rig->options = *options;
	if (rig->options.piece == 0)
		rig->options.piece = 512;
	if (rig->options.line.baud == 0)
		rig->options.line.baud = 921600;
	if (rig->options.payload_size == 0)
		rig->options.payload_size = 100000;
	rig->now_ns = 1000 * NS_PER_MS;
	if (rig->options.is_guarded)
		rig->options.session.sign = sign;
	if (rig->options.session.max_baud != 0)
		rig->options.session.baud = rig->options.line.baud;
	rig->session = gy_session_new(&rig->options.session);
	rig->host_baud = rig->options.line.baud;
	rig->line = line_new(&rig->options.line);
	rig->port_open = TRUE;
	rig->pull_ns = rig->plug_ns = rig->reset_ns = G_MAXINT64;
	rig->payload = random_bytes(rig->options.payload_size, 1 + rig->options.line.seed);
	if (rig->options.manifest_size > 0)
		rig->manifest = random_bytes(rig->options.manifest_size, 2 + rig->options.line.seed);
	rig->text = g_string_new(NULL);
	rig->rates = g_string_new(NULL);
	rig->console = g_string_new(NULL);
	rig->random = g_rand_new_with_seed(3 + rig->options.line.seed);
	rig->memory = g_malloc(STORAGE_SIZE);
	memcpy(rig->device_id, "\xD0\1\2\3", sizeof rig->device_id);
	start_agent(rig);
	return rig;
}

void
rig_free(Rig *rig)
{
	if (rig == NULL)
		return;
	gy_session_free(rig->session);
	line_free(rig->line);
	g_bytes_unref(rig->payload);
	g_clear_pointer(&rig->manifest, g_bytes_unref);
	g_clear_pointer(&rig->other_payload, g_bytes_unref);
	g_clear_pointer(&rig->second, gy_session_free);
	g_rand_free(rig->random);
	g_string_free(rig->text, TRUE);
	g_string_free(rig->rates, TRUE);
	g_string_free(rig->console, TRUE);
	g_free(rig->memory);
	g_free(rig);
}

void
rig_close_port(Rig *rig)
{
	rig->port_open = FALSE;
	line_drop_all(rig->line);
	gy_session_port_closed(rig->session, rig_now_ms(rig));
	if (rig->second != NULL)
		gy_session_port_closed(rig->second, rig_now_ms(rig));
}

void
rig_open_port(Rig *rig)
{
	rig->port_open = TRUE;
	line_drop_all(rig->line);
	gy_session_port_opened(rig->session, rig_now_ms(rig));
	if (rig->second != NULL)
		gy_session_port_opened(rig->second, rig_now_ms(rig));
}

void
rig_restart_host(Rig *rig)
{
	gy_session_free(rig->session);
	rig->session = gy_session_new(&rig->options.session);
	if (!rig->port_open)
		gy_session_port_closed(rig->session, rig_now_ms(rig));
}

/* ---- operations ----------------------------------------------------------------------------------------- */

static void
wait_done(Rig *rig, GyOperation operation)
{
	g_auto(GySessionEvent) event = {0};

	rig_wait(rig, &event);
	if (event.type == GY_SESSION_EVENT_ERROR)
		g_test_message("%s: %s", gy_link_error_word(event.error_code), event.message);
	if (event.type == GY_SESSION_EVENT_REFUSED)
		g_test_message(
			"refused: operation %u cause %u", event.refusal.operation, event.refusal.cause);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, operation);
}

void
rig_hello(Rig *rig)
{
	gy_session_hello(rig->session, rig_now_ms(rig));
	wait_done(rig, GY_OPERATION_HELLO);
}

GBytes *
rig_compress(GBytes *image)
{
	gsize size;
	const char *bytes = g_bytes_get_data(image, &size);
	int most = LZ4_compressBound((int) size);
	g_autofree char *stream = g_malloc((gsize) most);
	int made = LZ4_compress_HC(bytes, stream, (int) size, most, LZ4HC_CLEVEL_DEFAULT);

	g_assert_cmpint(made, >, 0);
	return g_bytes_new(stream, (gsize) made);
}

void
rig_start_begin(Rig *rig, GySession *session, GBytes *payload)
{
	gint64 now_ms = rig_now_ms(rig);
	g_autoptr(GBytes) stream = NULL;

	if (!rig->options.compresses) {
		gy_session_begin(session, payload, rig->manifest, GYW_MODE_PACKAGE, 0, FALSE, now_ms);
		return;
	}
	stream = rig_compress(payload);
	gy_session_begin_compressed(session, stream, payload, rig->manifest, GYW_MODE_PACKAGE, 0, now_ms);
}

void
rig_begin(Rig *rig)
{
	rig_start_begin(rig, rig->session, rig->payload);
	wait_done(rig, GY_OPERATION_BEGIN);
}

void
rig_transfer(Rig *rig)
{
	gy_session_transfer(rig->session, rig_now_ms(rig));
	wait_done(rig, GY_OPERATION_TRANSFER);
}

void
rig_run_all(Rig *rig)
{
	rig_hello(rig);
	rig_begin(rig);
	rig_transfer(rig);
	gy_session_finish(rig->session, rig_now_ms(rig));
	wait_done(rig, GY_OPERATION_FINISH);
	gy_session_arm(rig->session, rig_now_ms(rig));
	wait_done(rig, GY_OPERATION_ARM);
	gy_session_reset(rig->session, rig_now_ms(rig));
	wait_done(rig, GY_OPERATION_RESET);
}

static gboolean
went_through(Rig *rig, GySessionEvent *event)
{
	rig_wait(rig, event);
	if (event->type != GY_SESSION_EVENT_DONE)
		return FALSE;
	gy_session_event_clear(event);
	return TRUE;
}

gboolean
rig_try(Rig *rig, GySessionEvent *event)
{
	gy_session_hello(rig->session, rig_now_ms(rig));
	if (!went_through(rig, event))
		return FALSE;
	rig_start_begin(rig, rig->session, rig->payload);
	if (!went_through(rig, event))
		return FALSE;
	gy_session_transfer(rig->session, rig_now_ms(rig));
	if (!went_through(rig, event))
		return FALSE;
	gy_session_finish(rig->session, rig_now_ms(rig));
	return went_through(rig, event);
}

void
rig_assert_stored(Rig *rig)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(rig->payload, &size);

	g_assert_false(rig->is_out_of_order);
	g_assert_cmpuint(rig->stored, ==, size);
	g_assert_cmpmem(rig->memory, (int) rig->stored, bytes, (int) size);
}
