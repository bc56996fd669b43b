// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/application.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-ab.h"
#include "device-agent/include/backend-alios.h"
#include "device-agent/include/backend-liteos.h"
#include "device-agent/include/guard.h"
#include "protocol/wire/message.h"

#define LONGEST_WAIT_MS 100u
#define NS_OF_MS        1000000ull
#define COMMAND_SIZE    64u

// Rates that the pacing keeps to on an ordinary machine.
static const uint32_t speeds[] = {115200, 230400, 460800, 921600, 1500000, 2000000, 3000000};

struct gya_application {
	struct gya_application_setup setup;
	struct gya_agent agent;
	struct gya_port port;
	struct gya_guard guard;
	struct gya_info info;
	struct gya_program program;

	GMutex lock;
	GCond store_wanted;
	bool is_store_wanted;

	char command[COMMAND_SIZE];
	uint32_t command_size;
};

static uint32_t
now_ms(void)
{
	return (uint32_t) (gya_line_now_ns() / NS_OF_MS);
}

static bool
is_over(const struct gya_application *app)
{
	return gya_power_left_ms(app->setup.power, LONGEST_WAIT_MS) == 0;
}

// ---- the agent's port ----

static uint32_t
link_read(void *context, uint8_t *bytes, uint32_t size)
{
	return gya_line_read(((struct gya_application *) context)->setup.line, bytes, size);
}

static uint32_t
link_write(void *context, const uint8_t *bytes, uint32_t size)
{
	return gya_line_write(((struct gya_application *) context)->setup.line, bytes, size);
}

static bool
link_idle(void *context)
{
	return gya_line_is_idle(((struct gya_application *) context)->setup.line);
}

static void
link_set_speed(void *context, uint32_t baud)
{
	gya_line_set_baud(((struct gya_application *) context)->setup.line, baud);
}

static void
watchdog(void *context)
{
	((struct gya_application *) context)->setup.chip->kick();
}

static void
wake_store(void *context)
{
	struct gya_application *app = context;

	g_mutex_lock(&app->lock);
	app->is_store_wanted = true;
	g_cond_signal(&app->store_wanted);
	g_mutex_unlock(&app->lock);
}

// ---- what the agent is built with beside its core ----

static void
entropy(uint8_t *bytes, uint32_t size)
{
	// one that could be foreseen would let old signatures in
	if (getrandom(bytes, size, 0) != (ssize_t) size)
		g_error("no random bytes: %s", g_strerror(errno));
}

// The guard is asked first: neither a region nor the flash is everybody's.
static bool
extend(struct gya_agent *agent, uint32_t type)
{
	const struct gya_application *app = agent->port->context;

	return (agent->port->guard != NULL && gya_guard(agent, type)) ||
	       (app->setup.board->has_regions && gya_serve_region(agent, type)) ||
	       (app->setup.board->system == GYA_SYSTEM_LITEOS && gya_serve_selftest(agent, type)) ||
	       (app->setup.board->system == GYA_SYSTEM_ALIOS &&
		       (gya_serve_resume(agent, type) || gya_serve_confirm(agent, type)));
}

static void
make_guard(struct gya_application *app)
{
	const struct gya_application_setup *setup = &app->setup;

	if (setup->agent_key == NULL)
		return;
	app->guard = (struct gya_guard){
		.key = setup->agent_key,
		.device_id = setup->chip->factory.device_id,
		.device_id_size = setup->chip->has_factory ? GYA_DEVICE_ID_SIZE : 0,
		.entropy = entropy,
	};
	app->port.guard = &app->guard;
	app->port.can |= GYW_NEEDS_AUTH;
}

// ---- the shell: enough to see that one is there ----

static void
run_command(struct gya_application *app)
{
	g_autofree char *answer = NULL;
	const char *command = app->command;

	if (strcmp(command, "version") == 0)
		answer = g_strdup_printf("%s\r\n", app->program.version);
	else if (strcmp(command, "reset") == 0)
		app->setup.chip->reset();
	else if (command[0] != '\0')
		answer = g_strdup_printf("%s: unknown command; there are version and reset\r\n", command);
	// the agent's side must not block: what does not fit is lost, as on a console without flow control
	if (answer != NULL)
		gya_line_write(app->setup.line, (const uint8_t *) answer, (uint32_t) strlen(answer));
}

static void
console(void *context, uint8_t byte)
{
	struct gya_application *app = context;

	if (byte == '\r' || byte == '\n') {
		app->command[app->command_size] = '\0';
		run_command(app);
		app->command_size = 0;
	} else if (byte >= 0x20 && byte < 0x7F && app->command_size < COMMAND_SIZE - 1) {
		app->command[app->command_size++] = (char) byte;
	}
}

// ---- start ----

static void
make_port(struct gya_application *app)
{
	struct gya_port *port = &app->port;

	port->context = app;
	port->can = app->program.can;
	port->link_read = link_read;
	port->link_write = link_write;
	port->link_idle = link_idle;
	port->console = console;
	port->watchdog = watchdog;
	port->extend = extend;
	if (!app->setup.is_deaf)
		port->wake_store = wake_store;
	if (app->setup.has_speeds) {
		port->link_set_speed = link_set_speed;
		port->speeds = speeds;
		port->n_speeds = G_N_ELEMENTS(speeds);
		port->can |= GYW_CAN_SPEED;
	}
	port->reset_cause = app->setup.reset_cause;
	if (app->setup.is_deaf) {
		port->serve_deaf = gya_serve_deaf;
		port->can |= GYW_DEAF_WHILE_STORES;
	}
	port->start_baud = app->setup.baud;
	port->tags = app->info.tags;
}

struct gya_application *
gya_application_start(const struct gya_application_setup *setup)
{
	struct gya_application *app = g_new0(struct gya_application, 1);

	app->setup = *setup;
	g_mutex_init(&app->lock);
	g_cond_init(&app->store_wanted);
	gya_line_set_baud(setup->line, setup->baud);
	setup->chip->start(setup->chip, &app->program);
	make_port(app);
	make_guard(app);
	setup->chip->describe(setup->chip, &app->info, &app->port);
	gya_line_print(setup->line, app->program.greeting, strlen(app->program.greeting));
	return app;
}

void
gya_application_free(struct gya_application *app)
{
	if (app == NULL)
		return;
	g_mutex_clear(&app->lock);
	g_cond_clear(&app->store_wanted);
	g_free(app);
}

const char *
gya_application_version(const struct gya_application *app)
{
	return app->program.version;
}

bool
gya_application_is_upgraded(const struct gya_application *app)
{
	return app->program.is_upgraded;
}

// ---- tasks ----

static gpointer
run_link(gpointer data)
{
	struct gya_application *app = data;
	uint64_t seen = 0;

	while (!is_over(app)) {
		uint32_t again_ms = gya_link_step(&app->agent, now_ms());

		if (again_ms > 0)
			gya_line_wait(app->setup.line, &seen,
				gya_power_left_ms(app->setup.power, MIN(again_ms, LONGEST_WAIT_MS)));
	}
	return NULL;
}

static void
wait_for_store(struct gya_application *app)
{
	gint64 until =
		g_get_monotonic_time() + (gint64) gya_power_left_ms(app->setup.power, LONGEST_WAIT_MS) * 1000;

	g_mutex_lock(&app->lock);
	while (!app->is_store_wanted)
		if (!g_cond_wait_until(&app->store_wanted, &app->lock, until))
			break;
	app->is_store_wanted = false;
	g_mutex_unlock(&app->lock);
}

static void
run_store(struct gya_application *app)
{
	while (!is_over(app)) {
		bool more = gya_store_step(&app->agent);

		gya_line_wake(app->setup.line);
		if (!more)
			wait_for_store(app);
	}
}

// One thread for both: while it stores, nobody empties the UART.
static void
run_deaf(struct gya_application *app)
{
	uint64_t seen = 0;

	while (!is_over(app)) {
		uint32_t again_ms = gya_link_step(&app->agent, now_ms());
		bool more;

		gya_line_set_ears(app->setup.line, GYA_LINE_DEAF);
		more = gya_store_step(&app->agent);
		gya_line_set_ears(app->setup.line, GYA_LINE_LISTENS);
		if (!more && again_ms > 0)
			gya_line_wait(app->setup.line, &seen,
				gya_power_left_ms(app->setup.power, MIN(again_ms, LONGEST_WAIT_MS)));
	}
}

// A task of the application that prints without asking the agent: into its frames, too.
static gpointer
run_chatter(gpointer data)
{
	struct gya_application *app = data;
	uint64_t next_ns = gya_line_now_ns();

	for (uint32_t n = 0; !is_over(app); n++) {
		g_autofree char *text = g_strdup_printf("tick %u, %u ms\r\n", n, now_ms());

		gya_line_print(app->setup.line, text, strlen(text));
		next_ns += app->setup.chatter_ms * NS_OF_MS;
		while (!is_over(app) && gya_line_now_ns() < next_ns) {
			uint64_t left_ms = (next_ns - gya_line_now_ns()) / NS_OF_MS + 1;

			g_usleep(MIN(left_ms, LONGEST_WAIT_MS) * 1000);
		}
	}
	return NULL;
}

void
gya_application_run(struct gya_application *app)
{
	const struct gya_application_setup *setup = &app->setup;
	GThread *link = NULL;
	GThread *chatter = NULL;

	gya_line_set_ears(setup->line, GYA_LINE_LISTENS);
	gya_agent_init(&app->agent, &app->port, app->program.backend, setup->crypto, setup->board, now_ms());
	if (setup->chatter_ms != 0)
		chatter = g_thread_new("chatter", run_chatter, app);
	if (setup->is_deaf) {
		run_deaf(app);
	} else {
		link = g_thread_new("link", run_link, app);
		run_store(app);
		g_thread_join(link);
	}
	if (chatter != NULL)
		g_thread_join(chatter);
	gya_line_set_ears(setup->line, GYA_LINE_OFF);
}
