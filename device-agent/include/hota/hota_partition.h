/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOTA_PARTITION_H
#define HOTA_PARTITION_H

/*
 * What the lite OTA component and the board below it share, under the component's names and numbers. On a board the
 * component's own header of this name is found first.
 */

#define PARTITION_ERROR     (-1) /* of a component that the table does not have */
#define PARTITION_INFO_COMP 1    /* where a package's head and signature go */

/* A row of the board's table, which ends with a row whose imgPath is NULL. */
typedef struct {
	int id;
	const char *componentName; /* as in the package; 16 bytes of it count */
	const char *imgPath;
	unsigned char abFlag;
} ComponentTableInfo;

/* What the board keeps over a reset. Of the bytes only otaStatus (a HotaStatus) and updateStatus are looked at. */
typedef struct {
	unsigned char updateMode;
	unsigned char runningPartition;
	unsigned char updatePartition;
	unsigned char runningStatus;
	unsigned char otaStatus;
	unsigned char rebootStatus;
	unsigned char updateStatus;
} UpdateMetaData;

#endif
