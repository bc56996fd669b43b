// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "device-agent/alios/install-private.h"
#include "device-agent/ports/sim/nor-file.h"

// What kind of board; sizes are whole sectors, and of a board with two banks both are equal.
typedef struct {
	enum gya_alios_recovery recovery;
	enum gya_alios_generation generation;
	guint32 application_size;
	guint32 ota_size;
	guint32 slice_size;
	guint32 backup_offset;
	guint32 dictionary; // 0: 16 KiB
} DeviceOptions;

#define DEVICE_PARTITIONS 8

// A device with its flash in memory. The module has one state, so only one is alive at a time.
typedef struct {
	struct gya_partition partitions[DEVICE_PARTITIONS];
	struct gya_board board;
	struct gya_alios_board alios;
	struct gya_nor_file *flash;
	struct gya_xz *xz[GYA_ALIOS_XZ_STREAMS];
	struct gya_alios_port port;
	GString *console;
	struct gya_alios_booted booted;
} Device;

Device *device_new(const DeviceOptions *options);
void device_free(Device *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Device, device_free)

// Power comes: boots until something starts, or nothing can, or the power goes. The application confirms nothing.
void device_boot(Device *device);

const struct gya_partition *device_partition(Device *device, guint16 id);
// Erased, then the bytes from its start.
void device_put(Device *device, guint16 partition, GBytes *bytes);
gboolean device_holds(Device *device, guint16 partition, GBytes *bytes);
// Whether what was started last is that.
gboolean device_runs(Device *device, GBytes *bytes);
// Flash operations on a partition since the flash was made to record.
guint device_count_operations(Device *device, guint16 partition);

// As the application does it: into the download partition, then the record.
void device_download(Device *device, GBytes *bytes, gboolean is_difference);
// For what the application here does not ask for: the record alone.
void device_ask(Device *device, guint32 flag, GBytes *download);
struct alios_record device_record(Device *device);

// A file of tests/vectors/alios.
GBytes *vector(const char *folder, const char *name);
// An image and its trailer.
GBytes *with_trailer(GBytes *image);
// As the engine makes it.
GBytes *make_difference(GBytes *old, GBytes *new, guint32 slice_size);
// Bytes that do not repeat.
GBytes *random_bytes(gsize size, guint32 seed);
// A whole number of sectors that hold so many bytes.
guint32 sectors(gsize size);
