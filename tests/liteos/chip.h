// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <ota_flag.h>
#include <ota_flow.h>

#include "device-agent/boards/liteos.h"
#include "device-agent/liteos/port.h"
#include "device-agent/ports/sim/nor-file.h"

// A chip with its flash in memory. The module has one state, so only one chip is alive at a time.
typedef struct {
	const struct gya_board *board;
	struct gya_nor_file *flash;
	struct gya_lzma *lzma[GYA_HDIFF13_PARTS];
	struct gya_liteos_port port;
} Chip;

// `n_decoders` of 4 KiB each.
Chip *chip_new(const struct gya_board *board, guint n_decoders);
void chip_free(Chip *chip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chip, chip_free)

// After a power cut, too: binds the areas.
void chip_power_on(Chip *chip);

guint8 *chip_partition(Chip *chip, guint16 id);
// Erased, then the bytes from its start.
void chip_put(Chip *chip, guint16 partition, GBytes *bytes);
gboolean chip_holds(Chip *chip, guint16 partition, GBytes *bytes);

// As an application that has downloaded `package` does: into Download, then the record.
void chip_download(Chip *chip, GBytes *package);
// The record as a boot finds it.
ota_flag_t chip_flag(Chip *chip);

// A file of tests/vectors/liteos.
GBytes *vector(const char *folder, const char *name);
// 32 bytes of info block, then `body`.
GBytes *make_package(GBytes *body, gboolean is_difference);
// In our envelope; `kind` as in protocol/wire/envelope.h.
GBytes *make_envelope(guint32 kind, GBytes *body, GBytes *old, GBytes *new);
