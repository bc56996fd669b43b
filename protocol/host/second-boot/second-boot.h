// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "protocol/host/error.h"

/**
 * GySecondBoot:
 *
 * The host's end of the menu that the second boot loader of AliOS Things has on its serial line, without I/O and without a
 * clock: bytes and the time go in, bytes and the next deadline come out. protocol/host/second-boot/SECOND-BOOT.md.
 */
typedef struct _GySecondBoot GySecondBoot;

/** GySecondBootStage: what it is at. */
typedef enum {
	GY_SECOND_BOOT_RESET,    /* sends the key, until a loader that was just reset shows its menu */
	GY_SECOND_BOOT_MENU,     /* asks for help, to know which loader it is */
	GY_SECOND_BOOT_ADDRESS,  /* says where the image goes */
	GY_SECOND_BOOT_ERASE,    /* waits until the loader asks for the file */
	GY_SECOND_BOOT_TRANSFER, /* YMODEM */
	GY_SECOND_BOOT_RETURN,   /* waits for the menu again */
	GY_SECOND_BOOT_LEAVE,    /* sees that the key for a reset has come */
	GY_SECOND_BOOT_START,    /* looks at what the board prints when it starts */
	GY_SECOND_BOOT_DONE,
	GY_SECOND_BOOT_FAILED,
} GySecondBootStage;

/** GySecondBootGeneration: of the loader, by its menu. */
typedef enum {
	GY_SECOND_BOOT_UNKNOWN,
	GY_SECOND_BOOT_1_0,
	GY_SECOND_BOOT_2_1,
	GY_SECOND_BOOT_3,
} GySecondBootGeneration;

/** GySecondBootRange: part of a flash; @size 0: not known. */
typedef struct {
	guint32 address;
	guint32 size;
} GySecondBootRange;

/**
 * GySecondBootMap: where images may go.
 * @application: the partition that runs
 * @ota: the one that holds the next
 */
typedef struct {
	GySecondBootRange application;
	GySecondBootRange ota;
} GySecondBootMap;

/**
 * GySecondBootOptions:
 * @image: what is written, as it will be in the flash
 * @name: what the loader is told that it is called
 * @map: what is known of the board; a loader that shows its own partitions has to agree, one that does not needs it
 * @to_ota: to the partition that holds the next image
 * @address: within one of the partitions, instead of the start of one; 0: none
 * @stay: leave the board in the menu
 * @expect: (nullable): what the board has to print when it starts
 * @reset_ms: how long a reset is waited for (0: 60000)
 */
typedef struct {
	GBytes *image;
	const char *name;
	GySecondBootMap map;
	gboolean to_ota;
	guint32 address;
	gboolean stay;
	const char *expect;
	guint reset_ms;
} GySecondBootOptions;

/** gy_second_boot_new: @options is copied. */
GySecondBoot *gy_second_boot_new(const GySecondBootOptions *options, gint64 now_ms);
void gy_second_boot_free(GySecondBoot *boot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySecondBoot, gy_second_boot_free)

/** gy_second_boot_receive: @bytes came from the line. */
void gy_second_boot_receive(GySecondBoot *boot, const guint8 *bytes, gsize size, gint64 now_ms);
/** gy_second_boot_send: gives what should be on the line next, at most @size bytes. Returns: how many. */
gsize gy_second_boot_send(GySecondBoot *boot, guint8 *bytes, gsize size, gint64 now_ms);
/** gy_second_boot_wants_to_send: whether gy_second_boot_send() would give a byte. */
gboolean gy_second_boot_wants_to_send(const GySecondBoot *boot);
/** gy_second_boot_step: lets time act. */
void gy_second_boot_step(GySecondBoot *boot, gint64 now_ms);
/** gy_second_boot_deadline: when gy_second_boot_step() wants to be called at the latest. */
gint64 gy_second_boot_deadline(const GySecondBoot *boot);

/** gy_second_boot_cancel: ends it; tells the loader where it listens for that. */
void gy_second_boot_cancel(GySecondBoot *boot);

GySecondBootStage gy_second_boot_stage(const GySecondBoot *boot);
GySecondBootGeneration gy_second_boot_generation(const GySecondBoot *boot);
/** gy_second_boot_error: (transfer none) (nullable): why it failed, a %GY_LINK_ERROR. */
const GError *gy_second_boot_error(const GySecondBoot *boot);
/** gy_second_boot_done: bytes that the loader acknowledged. */
guint64 gy_second_boot_done(const GySecondBoot *boot);
/** gy_second_boot_target: where the image goes; of size 0 before that is known. */
GySecondBootRange gy_second_boot_target(const GySecondBoot *boot);
/** gy_second_boot_is_for_ota: whether that is in the partition that holds the next image. */
gboolean gy_second_boot_is_for_ota(const GySecondBoot *boot);
