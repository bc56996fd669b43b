/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OTA_IMG_H
#define OTA_IMG_H

#include <stdint.h>

/*
 * The image interface of LiteOS_Lab's OTA as it is documented (spec liteos-ota: 5.4): what a board binds, and what the rest
 * is built on. All calls return 0 or -1.
 */
typedef enum { OTA_FOTA = 0, OTA_SOTA = 1, OTA_TYPES } ota_type_t;

typedef enum {
	OTA_IMG_RUNNING = 0,
	OTA_IMG_DOWNLOAD = 1,
	OTA_IMG_BACKUP = 2,
	OTA_IMG_FLAG = 3,
	OTA_IMG_FLAG_BACKUP = 4,
	OTA_IMGS
} ota_img_t;

/*
 * An area. `erase` is called once before writing, for the whole of it; then writes go upwards, of any length and alignment,
 * and `flush` is called after the last. A part with a program granule keeps the tail until then. Offsets and sizes are in
 * bytes; `arg` is the board's.
 */
typedef struct {
	const char *name;
	int size;
	ota_img_t type;
	uintptr_t arg;
	int (*write)(uintptr_t arg, int offset, const void *bytes, int size);
	int (*read)(uintptr_t arg, int offset, void *bytes, int size);
	int (*erase)(uintptr_t arg, int size);
	int (*flush)(uintptr_t arg, int size);
} ota_driver_t;

/* Keeps the pointer; the last one bound for an area wins. */
int ota_img_bind(ota_type_t type, const ota_driver_t *driver);

/* The board's: binds a driver for each area it has. The reference module has one that binds none and returns -1. */
int ota_img_init(void);

/* -1 if a number is outside, nothing is bound, or it does not fit the area. */
int ota_img_read(ota_type_t type, ota_img_t image, int offset, void *bytes, int size);
int ota_img_write(ota_type_t type, ota_img_t image, int offset, const void *bytes, int size);
int ota_img_erase(ota_type_t type, ota_img_t image);
int ota_img_flush(ota_type_t type, ota_img_t image);
int ota_img_size(ota_type_t type, ota_img_t image, int *size);

#endif
