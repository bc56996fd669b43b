// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/lzma.h"
#include "device-agent/include/nor.h"
#include "device-agent/ports/board/factory.h"
#include "device-agent/ports/board/version-record.h"
#include "device-agent/ports/sim/line.h"
#include "device-agent/ports/sim/power.h"
#include "device-agent/upg/image.h"
#include "device-agent/upg/port.h"

// What the application finds when it is started.
struct gya_application_setup {
	const struct gya_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	const struct gya_lzma *lzma;
	const struct gya_upg_port *chip; // its keys
	struct gya_line *line;
	struct gya_power *power;
	bool has_factory;
	struct gya_factory factory;
	uint32_t baud;
	bool has_speeds;
	bool is_deaf;
	bool takes_unsigned;      // with two regions
	bool no_compression;      // likewise
	const uint8_t *agent_key; // X then Y, 64 bytes: whose hosts the agent obeys; NULL: anybody
	uint32_t chatter_ms;
	uint8_t reset_cause; // enum gyw_reset_cause
};

struct gya_application;

/*
 * The application that the boot loader started: whatever image is in its partition, standing for a program that runs
 * the agent. `start` initialises the upgrade module, finds out its own version and says so on the console; `run`
 * returns when the power or a reset ends it.
 */
struct gya_application *gya_application_start(const struct gya_application_setup *setup);
void gya_application_run(struct gya_application *application);
void gya_application_free(struct gya_application *application);

const struct gya_upg_identity *gya_application_identity(const struct gya_application *application);
const char *gya_application_version(const struct gya_application *application);
// Whether this is the first start after an upgrade that went well.
bool gya_application_is_upgraded(const struct gya_application *application);
