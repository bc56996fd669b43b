// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <hal_hota_board.h>
#include <hota_updater.h>

#include "device-agent/hota/port.h"
#include "device-agent/ports/sim/nor-file.h"

// A chip with the lite OTA component and its flash in memory. The component has one state, so only one device is alive at
// a time.
typedef struct {
	const struct gya_hota_board *board;
	struct gya_nor_file *flash;
	struct gya_hota_port port;
	GString *console;
	guint n_reboots;
	GString *told; // by the callbacks: a digit for each status, "eN" for each error
} HotaDevice;

// `key` is a file of the vectors' keys, whose bytes the board keeps; runs 5000 bytes of kernel with this version.
HotaDevice *hota_device_new(const struct gya_hota_board *board, const char *key, const char *version);
void hota_device_free(HotaDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HotaDevice, hota_device_free)

// After a power cut or a reset: flash stays.
void hota_device_power_on(HotaDevice *device);
guint8 *hota_device_partition(HotaDevice *device, guint32 id);
gboolean hota_device_holds(HotaDevice *device, guint32 id, GBytes *bytes);
// The running kernel's bytes and the version that goes with them.
gboolean hota_device_runs(HotaDevice *device, GBytes *kernel, const char *version);
// The kernel that a new device runs.
GBytes *hota_first_kernel(void);

// What the component is told: every callback is noted in `told`.
int hota_device_init(HotaDevice *device);
// All of it in writes of `piece` bytes; stops at the first that fails. Returns what the last one did.
int hota_device_write(GBytes *package, gsize piece);
guint hota_device_stored_status(void);

// A file below tests/vectors/openharmony.
GBytes *hota_vector(const char *first, ...) G_GNUC_NULL_TERMINATED;

typedef struct {
	const char *name;
	GBytes *data;
} HotaPart;

// A package of these parts, signed as the guide's tool does with a key of the vectors ("rsa_private_key2048.pem").
GBytes *hota_make_package(const char *version, const HotaPart *parts, guint n, const char *key);
// So many bytes that differ by the seed.
GBytes *hota_noise(gsize size, guint32 seed);
