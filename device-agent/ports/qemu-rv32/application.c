/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/application.h"

#include <string.h>
#include <upg.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/ports/board/application-info.h"
#include "device-agent/ports/board/running-version.h"
#include "device-agent/ports/qemu-rv32/clock.h"
#include "device-agent/ports/qemu-rv32/figures.h"
#include "device-agent/ports/qemu-rv32/patching.h"
#include "device-agent/ports/qemu-rv32/text.h"
#include "device-agent/ports/qemu-rv32/uart.h"
#include "device-agent/upg/image.h"
#include "protocol/wire/message.h"

#define COMMAND_SIZE    64u
#define LONGEST_WAIT_MS 1000u
#define NOMINAL_BAUD    115200u /* QEMU's line has no speed */

static struct {
	const struct application_setup *setup;
	struct gya_agent agent;
	struct gya_port port;
	struct gya_info info;
	struct gya_factory factory; /* zero while it has none */
	bool has_factory;
	struct gya_ws63_setup backend; /* stays in use by the backend */
	struct gya_upg_identity identity;
	struct gya_version_record version;
	struct text answer; /* of the shell: waits until no frame is going out */
	uint32_t command_size;
	char command[COMMAND_SIZE];
} app;

/* ---- the agent's port ---- */

static bool
read_flash(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = app.setup->nor;

	return nor->read(nor->context, offset, bytes, size) == GYA_NOR_OK;
}

static uint32_t
link_read(void *context, uint8_t *bytes, uint32_t size)
{
	(void) context;
	return uart_read(bytes, size);
}

static uint32_t
link_write(void *context, const uint8_t *bytes, uint32_t size)
{
	(void) context;
	return uart_write(bytes, size);
}

static bool
link_idle(void *context)
{
	(void) context;
	return uart_is_idle();
}

static void
watchdog(void *context)
{
	(void) context;
	upg_watchdog_kick();
}

/* ---- the shell ---- */

/* An answer is a line of its own, whatever went out before it. */
static void
run_command(void)
{
	const char *command = app.command;

	if (command[0] == '\0')
		return;
	text_add(&app.answer, "\r\n");
	if (strcmp(command, "version") == 0) {
		text_add(&app.answer, app.version.text);
	} else if (strcmp(command, "figures") == 0) {
		figures_tell(&app.answer);
	} else if (strcmp(command, "patch") == 0) {
		patching_tell(&app.answer, app.setup->crypto, app.setup->lzma);
	} else if (strcmp(command, "reset") == 0) {
		upg_reboot();
	} else {
		text_add(&app.answer, command);
		text_add(&app.answer, ": unknown command; there are version, figures, patch and reset");
	}
	text_add(&app.answer, "\r\n");
}

static void
console(void *context, uint8_t byte)
{
	(void) context;
	if (byte == '\r' || byte == '\n') {
		app.command[app.command_size] = '\0';
		app.command_size = 0;
		run_command();
	} else if (byte >= 0x20 && byte < 0x7F && app.command_size < COMMAND_SIZE - 1) {
		app.command[app.command_size++] = (char) byte;
	}
}

/* All of it or nothing, and only between two frames. */
static void
send_answer(void)
{
	if (app.answer.size == 0 || gya_link_is_sending(&app.agent) || uart_room() < app.answer.size)
		return;
	(void) uart_write((const uint8_t *) app.answer.bytes, app.answer.size);
	app.answer.size = 0;
}

/* ---- start ---- */

static void
say_hello(void)
{
	struct text text = {0};
	uint32_t i;

	text_add(&text, "\r\n");
	text_add(&text, app.setup->board->name);
	text_add(&text, " application, version \"");
	text_add(&text, app.version.text);
	text_add(&text, "\" (0x");
	text_add_hex(&text, app.identity.version_ext);
	text_add(&text, ")\r\n");
	for (i = 0; i < text.size; i++)
		uart_print(text.bytes[i]);
}

static void
make_port(void)
{
	app.port = (struct gya_port){
		.link_read = link_read,
		.link_write = link_write,
		.link_idle = link_idle,
		.console = console,
		.watchdog = watchdog,
		.reset_cause = app.setup->reset_cause,
		.start_baud = NOMINAL_BAUD,
		.tags = app.info.tags,
	};
	/* not deaf: flash is written from RAM, and the interrupt goes on filling the ring meanwhile */
}

static void
make_info(void)
{
	const struct gya_about about = {
		app.setup->board, &app.factory, app.has_factory, &app.identity, &app.version};

	gya_application_info(&app.info, &about, &app.port);
}

static const struct gya_backend *
make_backend(void)
{
	app.backend = (struct gya_ws63_setup){
		.board = app.setup->board,
		.crypto = app.setup->crypto,
		.read_flash = read_flash,
		.hardware_id = app.factory.hardware_id,
		.watchdog = upg_watchdog_kick,
	};
	return gya_backend_ws63(&app.backend);
}

static void
start(const struct application_setup *setup)
{
	static const upg_func_t functions = {0};
	const struct gya_stored_package package = {
		setup->board, setup->nor, setup->crypto, setup->lzma[0], NULL, NULL};

	app.setup = setup;
	/* as the vendor's applications do, before anything else looks at the module */
	(void) uapi_partition_init();
	(void) uapi_upg_init(&functions);
	(void) gya_upg_application_identity(setup->board->application, &app.identity);
	gya_running_version(&package, &app.identity, &app.version);
	app.has_factory = gya_factory_read(setup->board, setup->nor, &app.factory);
	make_port();
	make_info();
	say_hello();
	uart_listen();
	gya_agent_init(&app.agent, &app.port, make_backend(), setup->crypto, setup->board, clock_ms());
}

/* Both sides of the agent in turn. */
void
application_run(const struct application_setup *setup)
{
	start(setup);
	for (;;) {
		uint32_t wait_ms = gya_link_step(&app.agent, clock_ms());
		bool more = gya_store_step(&app.agent);

		send_answer();
		if (!more && wait_ms > 0)
			uart_wait(wait_ms < LONGEST_WAIT_MS ? wait_ms : LONGEST_WAIT_MS);
	}
}
