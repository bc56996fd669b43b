// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/ports/sim/chip.h"
#include "device-agent/ports/sim/line.h"
#include "device-agent/ports/sim/power.h"

// What the application finds when it is started.
struct gya_application_setup {
	const struct gya_board *board;
	const struct gya_crypto *crypto;
	struct gya_chip *chip;
	struct gya_line *line;
	struct gya_power *power;
	uint32_t baud;
	bool has_speeds;
	bool is_deaf;
	const uint8_t *agent_key; // X then Y, 64 bytes: whose hosts the agent obeys; NULL: anybody
	uint32_t chatter_ms;
	uint8_t reset_cause; // enum gyw_reset_cause
};

struct gya_application;

/*
 * The application that the boot loader started: whatever image is in its partition, standing for a program that runs
 * the agent. `start` starts the upgrade system, finds out its own version and says so on the console; `run`
 * returns when the power or a reset ends it.
 */
struct gya_application *gya_application_start(const struct gya_application_setup *setup);
void gya_application_run(struct gya_application *application);
void gya_application_free(struct gya_application *application);

const char *gya_application_version(const struct gya_application *application);
// Whether this is the first start after an upgrade that went well.
bool gya_application_is_upgraded(const struct gya_application *application);
