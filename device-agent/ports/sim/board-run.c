// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/board-run.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "device-agent/alios/port.h"
#include "device-agent/ports/sim/application.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/power.h"
#include "protocol/wire/message.h"

// upg_reboot waits so long before it resets. The short one is still long enough for a host to see by the uptime alone
// that the board has restarted, even one that had run for no time at all.
#define REBOOT_REAL_MS  500u
#define REBOOT_SHORT_MS 300u
#define LONGEST_WAIT_MS 100u
#define NO_POWER        (-2)
#define NS_OF_US        1000ull
#define NS_OF_MS        1000000ull
#define NS_OF_S         1000000000ull

struct gya_board_run {
	const struct gya_sim_options *options;
	struct gya_nor_file *flash;
	struct gya_line *line;
	struct gya_power power;
	struct gya_chip *chip;
	uint64_t flash_busy_until_ns;
	uint64_t upgraded_ns;
	GThread *thread;
};

static void G_GNUC_PRINTF(2, 3) tell(const struct gya_board_run *run, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	if (run->options->quiet)
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_printerr("gantry-sim: %s\n", text);
}

static void
console_putc(void *context, char c)
{
	struct gya_board_run *run = context;

	gya_line_print(run->line, &c, 1);
}

// As a boot loader polls its UART.
static int
console_getc(void *context, uint32_t wait_ms)
{
	struct gya_board_run *run = context;
	uint64_t until_ns = gya_line_now_ns() + wait_ms * NS_OF_MS;
	uint64_t seen = 0;
	uint8_t byte;

	gya_line_set_ears(run->line, GYA_LINE_LISTENS);
	while (!gya_power_is_off(&run->power)) {
		uint64_t now_ns = gya_line_now_ns();

		if (gya_line_read(run->line, &byte, 1) == 1)
			return byte;
		if (now_ns >= until_ns)
			return GYA_ALIOS_NO_BYTE;
		gya_line_wait(run->line, &seen,
			(uint32_t) MIN((until_ns - now_ns) / NS_OF_MS + 1, LONGEST_WAIT_MS));
	}
	return NO_POWER;
}

static void
reboot(void *context)
{
	struct gya_board_run *run = context;

	gya_power_reset_after(&run->power, run->options->has_flash_timing ? REBOOT_REAL_MS : REBOOT_SHORT_MS);
	gya_line_wake(run->line);
}

// Sleeps as long as the part is busy. Times add up, so that short ones do not grow by the length of a shortest sleep.
static void
charge_us(void *context, uint32_t us)
{
	struct gya_board_run *run = context;
	uint64_t now_ns = gya_line_now_ns();
	struct timespec until;

	run->flash_busy_until_ns = MAX(run->flash_busy_until_ns, now_ns) + us * NS_OF_US;
	if (gya_power_is_off(&run->power))
		return;
	until.tv_sec = (time_t) (run->flash_busy_until_ns / NS_OF_S);
	until.tv_nsec = (long) (run->flash_busy_until_ns % NS_OF_S);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		continue;
}

static struct gya_chip *
new_chip(
	const struct gya_sim_options *options, struct gya_nor_file *flash, const struct gya_chip_board *board)
{
	switch (options->board->system) {
	case GYA_SYSTEM_WS63: return gya_chip_ws63_new(options, flash, board);
	case GYA_SYSTEM_HOTA: return gya_chip_hota_new(options, flash, board);
	case GYA_SYSTEM_LITEOS: return gya_chip_liteos_new(options, flash, board);
	case GYA_SYSTEM_ALIOS: return gya_chip_alios_new(options, flash, board);
	}
	g_error("the board %s has no upgrade system", options->board->name);
}

struct gya_board_run *
gya_board_run_new(const struct gya_sim_options *options, struct gya_nor_file *flash, struct gya_line *line)
{
	struct gya_board_run *run = g_new0(struct gya_board_run, 1);
	const struct gya_chip_board board = {run, console_putc, console_getc, reboot};

	run->options = options;
	run->flash = flash;
	run->line = line;
	run->chip = new_chip(options, flash, &board);
	return run;
}

void
gya_board_run_free(struct gya_board_run *run)
{
	if (run == NULL)
		return;
	run->chip->free(run->chip);
	g_free(run);
}

bool
gya_board_run_is_bootable(struct gya_board_run *run)
{
	return run->chip->is_bootable(run->chip);
}

gboolean
gya_board_run_note_version(struct gya_board_run *run, const char *text)
{
	return run->chip->note_version(run->chip, text);
}

static void
run_application(struct gya_board_run *run, uint8_t reset_cause)
{
	const struct gya_sim_options *options = run->options;
	struct gya_application_setup setup = {
		.board = options->board,
		.crypto = &gya_crypto_openssl,
		.chip = run->chip,
		.line = run->line,
		.power = &run->power,
		.baud = options->baud,
		.has_speeds = options->is_paced,
		.is_deaf = options->is_deaf,
		.agent_key = options->has_agent_key ? options->agent_key : NULL,
		.chatter_ms = options->chatter_ms,
		.reset_cause = reset_cause,
	};
	struct gya_application *application;

	application = gya_application_start(&setup);
	tell(run, "application started, version \"%s\"%s", gya_application_version(application),
		gya_application_is_upgraded(application) ? ", upgraded" : "");
	if (gya_application_is_upgraded(application) && run->upgraded_ns == 0)
		__atomic_store_n(&run->upgraded_ns, gya_line_now_ns(), __ATOMIC_RELEASE);
	gya_application_run(application);
	gya_application_free(application);
}

static void
be_dead(struct gya_board_run *run)
{
	static const char text[] = "no bootable application\r\n";
	uint64_t seen = 0;

	gya_line_print(run->line, text, strlen(text));
	tell(run, "no bootable application");
	while (!gya_power_is_off(&run->power))
		gya_line_wait(run->line, &seen, LONGEST_WAIT_MS);
}

static void
boot(struct gya_board_run *run, uint8_t *reset_cause)
{
	enum gya_chip_boot outcome;

	gya_line_reset(run->line, run->options->board->boot_baud);
	outcome = run->chip->boot(run->chip);
	// the boot loader prints by polling: its text is out before it goes on
	gya_line_drain(run->line);
	switch (outcome) {
	case GYA_CHIP_START: run_application(run, *reset_cause); break;
	case GYA_CHIP_RESET: tell(run, "the boot loader resets"); break;
	case GYA_CHIP_DEAD: be_dead(run); break;
	}
	*reset_cause = GYW_RESET_SOFTWARE;
	gya_power_reset_done(&run->power);
}

static gpointer
run_board(gpointer data)
{
	struct gya_board_run *run = data;
	uint8_t reset_cause = GYW_RESET_POWER;

	while (!gya_power_is_off(&run->power))
		boot(run, &reset_cause);
	return NULL;
}

void
gya_board_run_power_on(struct gya_board_run *run)
{
	if (run->options->has_flash_timing) {
		run->flash->charge_us = charge_us;
		run->flash->charge_context = run;
	}
	run->thread = g_thread_new("board", run_board, run);
}

void
gya_board_run_power_off(struct gya_board_run *run)
{
	gya_power_switch_off(&run->power);
	gya_line_close(run->line);
	g_clear_pointer(&run->thread, g_thread_join);
}

uint64_t
gya_board_run_upgraded_ns(const struct gya_board_run *run)
{
	return __atomic_load_n(&run->upgraded_ns, __ATOMIC_ACQUIRE);
}
