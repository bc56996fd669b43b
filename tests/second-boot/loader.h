// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * The reference second boot loader of AliOS Things, as far as its serial line shows it, on the board mk3060 in virtual time:
 * device-agent/alios/menu.c with its weaknesses, around it the reset and an application that prints a line. The loader's
 * state is static, so only one is alive at a time.
 */

typedef enum { LOADER_1_0, LOADER_2_1, LOADER_3 } LoaderGeneration;

#define LOADER_FLASH_SIZE (2 * 1024 * 1024)
#define LOADER_APP        0x1C000
#define LOADER_OTA        0x101000
#define LOADER_PART_SIZE  0xE5000
#define LOADER_APP_TEXT   "app-1.2.3 runs"

typedef struct _Loader Loader;

/* Reset at that time. */
Loader *loader_new(LoaderGeneration generation, gint64 reset_ms);
void loader_free(Loader *loader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Loader, loader_free)

/* The ACK of that data block, counted from 1, is lost. */
void loader_lose_ack(Loader *loader, guint block);
/* Reset once more: the flash stays. */
void loader_reset(Loader *loader, gint64 reset_ms);

/* What comes while it erases is lost. */
void loader_receive(Loader *loader, const guint8 *bytes, gsize size, gint64 now_ms);
gsize loader_send(Loader *loader, guint8 *bytes, gsize size);
void loader_step(Loader *loader, gint64 now_ms);
gint64 loader_deadline(Loader *loader);

/* Whether the application has started, and the line is its own. */
gboolean loader_has_started(const Loader *loader);
/* Whether it waits for a file's data. */
gboolean loader_takes_data(const Loader *loader);

const guint8 *loader_flash(Loader *loader);
/* Keys that were pressed in the menu. */
const char *loader_keys(Loader *loader);
