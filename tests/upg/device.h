// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <upg.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/ports/sim/nor-file.h"
#include "device-agent/upg/flashboot.h"
#include "device-agent/upg/image.h"
#include "device-agent/upg/port.h"

// A chip with its flash in memory. The module under test has one state, so only one device is alive at a
// time.
typedef struct {
	const struct gya_board *board;
	struct gya_nor_file *flash;
	struct gya_lzma *lzma;
	struct gya_upg_port port;
	uint32_t retry_register;
	uint32_t region_register;
	struct gya_upg_rollback rollback; // used once port.rollback points here
	uint32_t words[2];                // by enum gya_upg_word
	guint8 package_key[16];           // of a chip that decrypts: device_give_keys
	guint8 flash_key[16];
	GString *console;
	guint n_kicks;
	guint n_reboots;
} Device;

// Root key of the test keys in place, everything else blank, powered on.
Device *device_new(const struct gya_board *board);
void device_free(Device *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Device, device_free)

// Where a partition's bytes lie in memory.
guint8 *device_partition(Device *device, guint16 id);
guint8 *device_flags(Device *device);
void device_set_flags(Device *device, guint at, guint32 value);
void device_put(Device *device, guint16 partition, GBytes *image);
gboolean device_holds(Device *device, guint16 partition, GBytes *image);

// After a power cut: registers are lost, flash is not.
void device_power_on(Device *device);
// Boots until the application starts, nothing more can be done, the power goes or `limit` boots were made.
enum gya_boot device_boot(Device *device, guint limit, guint *n_boots);
// The chip has AES keys: the sample PlainKey for packages, one of its own for its flash.
void device_give_keys(Device *device);
// What an application does first.
void device_start_application(Device *device);
// Prepares and writes in pieces of `piece` bytes.
errcode_t device_store(Device *device, GBytes *package, gsize piece);
// Stores, requests, boots until quiet; the application is started and must answer.
void device_upgrade(Device *device, GBytes *package);

// A file below tests/vectors/ws63.
GBytes *vector(const char *first, ...) G_GNUC_NULL_TERMINATED;
