/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OTA_FLOW_H
#define OTA_FLOW_H

#include <ota_img.h>

/* What the loader's steps return (spec liteos-ota: 5.6). */
typedef enum {
	OTA_RET_SUCCESS = 0x00,
	OTA_RET_UNKNOWN = 0x80,
	OTA_RET_DOWNLOAD_READ = 0x81,
	OTA_RET_DOWNLOAD_WRITE = 0x82,
	OTA_RET_DOWNLOAD_ERASE = 0x83,
	OTA_RET_DOWNLOAD_FLUSH = 0x84,
	OTA_RET_NO_DOWNLOAD = 0x85,
	OTA_RET_DOWNLOAD_SIZE = 0x86,
	OTA_RET_BACKUP_READ = 0x87,
	OTA_RET_BACKUP_WRITE = 0x88,
	OTA_RET_BACKUP_ERASE = 0x89,
	OTA_RET_BACKUP_FLUSH = 0x8A,
	OTA_RET_NO_BACKUP = 0x8B,
	OTA_RET_BACKUP_SIZE = 0x8C,
	OTA_RET_RUNNING_READ = 0x8D,
	OTA_RET_RUNNING_WRITE = 0x8E,
	OTA_RET_RUNNING_ERASE = 0x8F,
	OTA_RET_RUNNING_FLUSH = 0x90,
	OTA_RET_NO_RUNNING = 0x91,
	OTA_RET_RUNNING_SIZE = 0x92,
	OTA_RET_COMPRESSION = 0x93,
	OTA_RET_PATCH = 0x94,
	OTA_RET_PARAMETER = 0x95,
	OTA_RET_FLAG_GET = 0x96,
	OTA_RET_FLAG_SAVE = 0x97,
	OTA_RET_BACKUP_FAILED = 0x98,
	OTA_RET_PATCH_FAILED = 0x99,
	OTA_RET_RECOVER_FAILED = 0x9A
} ota_ret_t;

/* ota_img_init(), and the areas are looked at: 0, or -1. */
int ota_init(void);

/* Running to Backup, Backup to Running, whole areas. */
ota_ret_t ota_backup(ota_type_t type);
ota_ret_t ota_recover(ota_type_t type);

/* Makes the new image in Running, out of Backup and the package of `size` bytes in Download. */
ota_ret_t ota_patch(ota_type_t type, int size);

/* The loader's part at every boot: goes on where the flag record says. After OTA_RET_RECOVER_FAILED, and
 * OTA_RET_NO_RUNNING, which follows a self-test, there is nothing to start. */
ota_ret_t ota_commonflow(ota_type_t type);

#endif
