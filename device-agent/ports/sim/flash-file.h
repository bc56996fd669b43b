// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "device-agent/ports/sim/nor-file.h"
#include "device-agent/ports/sim/options.h"

/*
 * The flash that the options ask for: in memory, a file that is there, or a new one. A new file is provisioned under
 * another name and appears whole or not at all. `lock` gets a descriptor that keeps other simulators away from the
 * file, -1 for memory; the caller closes it after the flash. Errors are of G_FILE_ERROR or GYA_PROVISION_ERROR.
 */
struct gya_nor_file *gya_flash_file_open(const struct gya_sim_options *options, int *lock, GError **error);
