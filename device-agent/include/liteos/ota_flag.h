/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OTA_FLAG_H
#define OTA_FLAG_H

#include <stdint.h>

#include <ota_img.h>

/* The flag record of the third generation (spec liteos-ota: 5.2): 180 bytes, little endian, packed, in two areas. */
#define OTA_VERSION_SIZE 32
#define OTA_FLAG_SIZE    180

typedef enum {
	OTA_STATUS_IDLE = 0,
	OTA_STATUS_DOWNLOADING = 1,
	OTA_STATUS_DOWNLOADED = 2,
	OTA_STATUS_SUCCESS = 3,
	OTA_STATUS_FAILED = 4
} ota_status_t;

typedef enum {
	OTA_STEP_INIT = 0,
	OTA_STEP_START = 1,
	OTA_STEP_BACKUP = 2,
	OTA_STEP_PATCH = 3,
	OTA_STEP_RECOVER = 4,
	OTA_STEP_DONE = 5
} ota_step_t;

typedef struct {
	uint8_t version[OTA_VERSION_SIZE]; /* padded with zeros */
	uint32_t version_code;
	uint32_t file_size;
	uint32_t file_offset;
	uint32_t block_size;
	uint32_t n_blocks;
	uint32_t block;
} ota_img_info_t;

typedef struct {
	uint32_t status; /* ota_status_t */
	uint32_t step;   /* ota_step_t */
	ota_img_info_t running;
	ota_img_info_t backup;
	ota_img_info_t
		download; /* file_size: of the package with its info block; the loader looks at nothing else */
	uint32_t crc;     /* CRC-32 of all before it, as zlib's */
} ota_flag_t;

/* Sets `crc` and writes both copies, so that one is whole at any moment. 0, or -1 if neither could be written. */
int ota_flag_save(ota_type_t type, ota_flag_t *flag);

/* The copy that is whole; one that is not is written anew. -1 if neither is. */
int ota_flag_get(ota_type_t type, ota_flag_t *flag);

#endif
