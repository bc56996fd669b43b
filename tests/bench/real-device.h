// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/*
 * The agent in real time at the end of a line: its two sides in two threads, as under an RTOS, on a backend that is
 * memory and keeps the store's rule, every byte once and in order.
 */
typedef struct _RealDevice RealDevice;

typedef struct {
	guint prepare_ms; /* how long erasing lasts */
	guint piece_us;   /* how long one piece of REAL_DEVICE_PIECE bytes takes to store */
} RealDeviceOptions;

#define REAL_DEVICE_PIECE 4096u

RealDevice *real_device_new(const char *path, guint baud, const RealDeviceOptions *options, GError **error);
void real_device_free(RealDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RealDevice, real_device_free)

/* Whether it holds these bytes, each stored once and in order. To be asked when nothing is under way. */
gboolean real_device_holds(RealDevice *device, GBytes *payload);
