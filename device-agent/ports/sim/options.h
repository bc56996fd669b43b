// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/ports/sim/line.h"
#include "device-agent/ports/sim/nor-fault.h"
#include "device-agent/ports/sim/nor-file.h"
#include "device-agent/ports/sim/provision.h"
#include "device-agent/upg/port.h"

// How the process ends, as all of the product's programs do.
enum gya_sim_exit {
	GYA_SIM_DONE = 0,
	GYA_SIM_FAILED = 1,
	GYA_SIM_USAGE = 2,
	GYA_SIM_REFUSED = 3,
	GYA_SIM_KEY = 4
};

struct gya_own_images;

struct gya_sim_options {
	const struct gya_board *board;
	struct gya_own_images *own_images; // that `board` is of; may be NULL

	char *flash; // NULL: in memory
	bool is_new; // the flash is made and provisioned
	bool force;
	char *root_key;
	char **images; // SECTION=FILE
	char *version;
	char *local_version; // of the boot loader; NULL: it compares nothing
	struct gya_factory factory;

	char *pty_link; // may be NULL
	char *socket;   // NULL: a pty
	uint32_t baud;
	bool is_paced;

	bool has_flash_timing;
	bool is_deaf;
	bool is_secure;
	bool takes_unsigned;
	bool no_compression;
	bool has_rollback;
	uint32_t rollback[2]; // by enum gya_upg_word
	bool has_package_key;
	uint8_t package_key[16]; // that the chip derives for encrypted packages
	bool has_agent_key;
	uint8_t agent_key[64]; // X then Y: whose hosts the agent obeys
	uint32_t chatter_ms;
	bool once;
	bool quiet;

	struct gya_nor_cut cut; // `die` is not set
	struct gya_nor_fault flash_fault;
	struct gya_line_faults faults;
};

#define GYA_SIM_USAGE_ERROR gya_sim_usage_error_quark()
GQuark gya_sim_usage_error_quark(void);

// Whatever is wrong with the command line is an error of G_OPTION_ERROR or GYA_SIM_USAGE_ERROR, what is wrong with the
// agent key one of gya_provision_read_key().
gboolean gya_sim_options_parse(struct gya_sim_options *options, int *argc, char ***argv, GError **error);
void gya_sim_options_clear(struct gya_sim_options *options);
