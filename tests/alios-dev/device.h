// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <ota_hal_plat.h>
#include <ota_service.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/alios/service.h"
#include "device-agent/ports/sim/nor-file.h"

// The application's half of a device, with its flash in memory. The module has one state, so only one is alive at a time.
typedef struct {
	const struct gya_alios_board *board;
	struct gya_nor_file *flash;
	struct gya_alios_port port;
	guint n_reboots;
	guint slept_ms;
	ota_service_t service;
} Device;

// Runs "app-1.0.0".
Device *device_new(const struct gya_alios_board *board);
void device_free(Device *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Device, device_free)

// A reset: flash stays, the service is initialised again.
void device_power_on(Device *device);
guint8 *device_partition(Device *device, guint32 id);
gboolean device_holds(Device *device, guint32 id, GBytes *bytes);

// A file of tests/vectors/alios.
GBytes *vector(const char *folder, const char *name);
GBytes *random_bytes(gsize size, guint32 seed);
GBytes *with_trailer(GBytes *image);
// "5D4E…"
char *upper_hash(GChecksumType type, GBytes *bytes);
// The public key of the vectors.
struct gya_alios_key vector_key(void);
