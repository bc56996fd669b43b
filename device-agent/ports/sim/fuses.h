// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/nor.h"
#include "device-agent/upg/port.h"

/*
 * The chip's anti-rollback words. A simulated chip has no fuses apart, so they are kept in the flash file, inverted, in a
 * sector that no partition has: flash clears bits as fuses set them, and a cut leaves any of them.
 */

// Switches the check on for a new flash. FALSE if the flash refuses.
bool gya_fuses_provision(const struct gya_nor *nor, uint32_t application, uint32_t flashboot);
// Whether the flash was provisioned so.
bool gya_fuses_have_rollback(const struct gya_nor *nor);

bool gya_fuses_read(const struct gya_nor *nor, enum gya_upg_word word, uint32_t *value);
bool gya_fuses_burn(const struct gya_nor *nor, enum gya_upg_word word, uint32_t value);
