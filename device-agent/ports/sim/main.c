// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "device-agent/ports/sim/board-run.h"
#include "device-agent/ports/sim/cable.h"
#include "device-agent/ports/sim/flash-file.h"
#include "device-agent/ports/sim/line.h"
#include "device-agent/ports/sim/options.h"

// With --once: a host that looked at the new application has nothing more to ask when it is silent for so long.
#define LOOKED_AT_MS 2000u

static volatile sig_atomic_t is_asked_to_end;
static struct gya_line *line_to_nudge;

static void
ask_to_end(int number)
{
	is_asked_to_end = 1;
	if (line_to_nudge != NULL)
		gya_line_nudge(line_to_nudge);
}

static void
take_signals(struct gya_line *line)
{
	struct sigaction action = {.sa_handler = ask_to_end};

	line_to_nudge = line;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

// As a cut of the power is: nothing is written any more, nothing is tidied up.
static void
die(void *context)
{
	raise(SIGKILL);
}

static void
announce(struct gya_cable *cable)
{
	printf("%s\n", cable->place(cable));
	fflush(stdout);
}

static bool
is_done_once(struct gya_board_run *run, struct gya_line *line)
{
	uint64_t upgraded_ns = gya_board_run_upgraded_ns(run);
	uint64_t since_ms = (gya_line_now_ns() - upgraded_ns) / 1000000u;
	uint32_t silence_ms = gya_line_silence_ms(line);

	if (upgraded_ns == 0 || silence_ms >= since_ms)
		return false;
	return !gya_line_is_held(line) || silence_ms >= LOOKED_AT_MS;
}

static int
serve(const struct gya_sim_options *options, struct gya_cable *cable, struct gya_line *line,
	struct gya_board_run *run)
{
	g_autoptr(GError) error = NULL;

	announce(cable);
	gya_board_run_power_on(run);
	while (!is_asked_to_end && !(options->once && is_done_once(run, line))) {
		bool replugged;

		if (!gya_line_pump(line, &replugged, &error)) {
			g_printerr("gantry-sim: %s\n", error->message);
			break;
		}
		if (replugged)
			announce(cable);
	}
	gya_board_run_power_off(run);
	return error == NULL ? GYA_SIM_DONE : GYA_SIM_FAILED;
}

static int
exit_code_of(const GError *error)
{
	if (error->domain == G_OPTION_ERROR || error->domain == GYA_SIM_USAGE_ERROR)
		return GYA_SIM_USAGE;
	if (g_error_matches(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY))
		return GYA_SIM_KEY;
	if (g_error_matches(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_IMAGE))
		return GYA_SIM_REFUSED;
	return GYA_SIM_FAILED;
}

static int
fail(const GError *error)
{
	int code = exit_code_of(error);

	g_printerr("gantry-sim: %s\n", error->message);
	if (code == GYA_SIM_USAGE)
		g_printerr("gantry-sim --help lists the options\n");
	return code;
}

static int
run_board(const struct gya_sim_options *options, struct gya_nor_file *flash)
{
	g_autoptr(GError) error = NULL;
	struct gya_cable *cable = options->socket != NULL
					  ? gya_cable_socket_new(options->socket)
					  : gya_cable_pty_new(options->pty_link, options->baud);
	struct gya_line *line = NULL;
	struct gya_board_run *run = NULL;
	int code;

	if (cable->plug(cable, &error)) {
		line = gya_line_new(cable, options->baud, options->is_paced, &options->faults);
		run = gya_board_run_new(options, flash, line);
		take_signals(line);
		code = serve(options, cable, line, run);
	} else {
		code = fail(error);
	}
	cable->free(cable);
	gya_board_run_free(run);
	line_to_nudge = NULL;
	gya_line_free(line);
	return code;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct gya_sim_options options;
	struct gya_nor_file *flash;
	int lock, code;

	setlocale(LC_ALL, "");
	if (!gya_sim_options_parse(&options, &argc, &argv, &error))
		return fail(error);
	flash = gya_flash_file_open(&options, &lock, &error);
	if (flash != NULL) {
		// counted from here: provisioning is the factory's
		flash->n_operations = 0;
		flash->cut = options.cut;
		flash->cut.die = die;
		gya_nor_fault_install(&options.flash_fault, &flash->nor);
		code = run_board(&options, flash);
		gya_nor_file_close(flash);
	} else {
		code = fail(error);
	}
	if (lock >= 0)
		close(lock);
	gya_sim_options_clear(&options);
	return code;
}
