/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOTA_UPDATER_H
#define HOTA_UPDATER_H

/*
 * The application's side of the lite OTA component, under the component's names and numbers: what the agent uses, and what
 * the reference module offers. On a board the component's own header of this name is found first. The calls return 0,
 * or -1 where nothing else is said.
 */

typedef enum {
	HOTA_NOT_INIT = 1,
	HOTA_INITED = 2,
	HOTA_TRANSPORT_INFO_DONE = 3, /* the head's signature is right */
	HOTA_TRANSPORT_ALL_DONE = 4,  /* and so are all components */
	HOTA_FAILED = 5,
	HOTA_CANCELED = 6
} HotaStatus;

typedef enum {
	HOTA_DATA_COMMON_ERR = 0,
	HOTA_DATA_WRITE_ERR = 1,
	HOTA_VERSION_INVALID = 2,
	HOTA_DATA_SIGN_CHECK_ERR = 3,
	HOTA_DATA_VERIFY_HASH_ERR = 4,
	HOTA_DATA_COPY_TO_BUFFER_ERR = 5
} HotaErrorCode;

#define NOT_USE_DEFAULT_PKG 0u
#define USE_DEFAULT_PKG     1u

typedef void (*ErrorCallBackFunc)(HotaErrorCode errorCode);
typedef void (*StatusCallBackFunc)(HotaStatus status);

int HotaInit(ErrorCallBackFunc errorCallback, StatusCallBackFunc statusCallback);
int HotaSetPackageType(unsigned int flag);
/* In order from offset 0, each byte once, at most 4096 of them; a package of one's own has no such rules. */
int HotaWrite(unsigned char *buffer, unsigned int offset, unsigned int buffSize);
/* Of a package of one's own only. */
int HotaRead(unsigned int offset, unsigned int bufLen, unsigned char *buf);
int HotaCancel(void);
int HotaSetBootSettings(void);
int HotaRestart(void);
int HotaGetUpdateIndex(unsigned int *index); /* 1 is A, 2 is B */
int HotaGetUpdateAbility(void);              /* bits */
int HotaGetOtaPkgPath(char *path, int len);
int HotaIsDeviceCanReboot(void); /* 1 or 0 */
int HotaIsDevelopMode(void);     /* 1 or 0 */
int HotaGetUpdateStatus(void);   /* 1 if the board's updateStatus is not 0 */
int HotaRebootAndCleanUserData(void);
int HotaRebootAndCleanCache(void);

#endif
