// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/backend.h"
#include "device-agent/include/info.h"
#include "device-agent/include/port.h"
#include "device-agent/ports/sim/nor-file.h"
#include "device-agent/ports/sim/options.h"

// How a pass of the boot loader ends.
enum gya_chip_boot { GYA_CHIP_START, GYA_CHIP_RESET, GYA_CHIP_DEAD };

// What the chip asks of the board around it.
struct gya_chip_board {
	void *context;
	void (*console_putc)(void *context, char c);
	// The next byte from the host, waiting for it so long; GYA_ALIOS_NO_BYTE if none came, -2 if the power goes.
	int (*console_getc)(void *context, uint32_t wait_ms);
	void (*reboot)(void *context);
};

// What the application finds of its upgrade system when it is started. Belongs to the chip, until the next start.
struct gya_program {
	const struct gya_backend *backend;
	uint32_t can; // more for struct gya_port's `can`
	const char *version;
	const char *greeting; // what it prints
	bool is_upgraded;     // whether this is the first start after an upgrade that went well
};

/*
 * A chip of one kind: its boot loader, its upgrade system, and what an application has to do to use that. One per process,
 * as the upgrade systems keep their state in static memory.
 */
struct gya_chip {
	void (*free)(struct gya_chip *chip);
	// At the factory: the application in flash has this version. FALSE if there is none.
	gboolean (*note_version)(struct gya_chip *chip, const char *text);
	bool (*is_bootable)(struct gya_chip *chip);
	enum gya_chip_boot (*boot)(struct gya_chip *chip);
	void (*start)(struct gya_chip *chip, struct gya_program *program);
	// Fills `info`, which is empty, for a port whose speeds are set.
	void (*describe)(struct gya_chip *chip, struct gya_info *info, const struct gya_port *port);
	void (*kick)(void);
	void (*reset)(void);

	const struct gya_sim_options *options;
	struct gya_nor_file *flash;
	struct gya_factory factory;
	bool has_factory;
};

// All borrow what they are given; the chip is powered on.
struct gya_chip *gya_chip_ws63_new(const struct gya_sim_options *options, struct gya_nor_file *flash,
	const struct gya_chip_board *board);
struct gya_chip *gya_chip_hota_new(const struct gya_sim_options *options, struct gya_nor_file *flash,
	const struct gya_chip_board *board);
struct gya_chip *gya_chip_liteos_new(const struct gya_sim_options *options, struct gya_nor_file *flash,
	const struct gya_chip_board *board);
struct gya_chip *gya_chip_alios_new(const struct gya_sim_options *options, struct gya_nor_file *flash,
	const struct gya_chip_board *board);
