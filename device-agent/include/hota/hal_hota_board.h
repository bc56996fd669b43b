/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAL_HOTA_BOARD_H
#define HAL_HOTA_BOARD_H

#include <hota_partition.h>

/* What a board gives the lite OTA component, under the component's names. The calls return 0, or -1. */

int HotaHalInit(void);
int HotaHalDeInit(void);
int HotaHalGetUpdateIndex(unsigned int *index);
/* `partition` is a row's id; PARTITION_ERROR has to fail. */
int HotaHalWrite(int partition, unsigned char *buffer, unsigned int offset, unsigned int bufLen);
int HotaHalRead(int partition, unsigned int offset, unsigned int bufLen, unsigned char *buffer);
int HotaHalSetBootSettings(void);
int HotaHalRestart(void);
int HotaHalRollback(void);
const ComponentTableInfo *HotaHalGetPartitionInfo(void);
/* DER: RSAPublicKey or SubjectPublicKeyInfo. */
unsigned char *HotaHalGetPubKey(unsigned int *length);
int HotaHalGetUpdateAbility(void);
int HotaHalGetOtaPkgPath(char *path, int len);
int HotaHalIsDeviceCanReboot(void);
int HotaHalIsDevelopMode(void);
int HotaHalGetMetaData(UpdateMetaData *metaData);
int HotaHalSetMetaData(UpdateMetaData *metaData);
int HotaHalRebootAndCleanUserData(void);
int HotaHalRebootAndCleanCache(void);
/* 1 lets a version in that the component's own rule refuses. */
int HotaHalCheckVersionValid(
	const char *currentVersion, const char *pkgVersion, unsigned int pkgVersionLength);

#endif
