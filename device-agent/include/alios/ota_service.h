/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OTA_SERVICE_H
#define OTA_SERVICE_H

#include <stdint.h>

/*
 * uOTA of AliOS Things 2.1 under the system's names and numbers (spec alios-ota: 2.1, 2.6): what the agent uses, and what the
 * reference module offers. On a board the system's own header of this name is found first.
 */

/* What the service is doing. */
typedef enum {
	OTA_INIT = 0,
	OTA_CANCEL = 1,
	OTA_TRANSPORT = 2,
	OTA_DOWNLOAD = 3,
	OTA_VERIFY = 4,
	OTA_UPGRADE = 5,
	OTA_REBOOT = 6
} OTA_STATUS_E;

/* What went wrong; success is 0 and has no name. */
typedef enum {
	OTA_INIT_FAIL = -1,
	OTA_INIT_VER_FAIL = -2,
	OTA_TRANSPORT_FAIL = -3,
	OTA_DOWNLOAD_FAIL = -4,
	OTA_DOWNLOAD_URL_FAIL = -5,
	OTA_DOWNLOAD_IP_FAIL = -6,
	OTA_DOWNLOAD_CON_FAIL = -7,
	OTA_DOWNLOAD_READ_FAIL = -8,
	OTA_DOWNLOAD_WRITE_FAIL = -9,
	OTA_VERIFY_FAIL = -10,
	OTA_VERIFY_HASH_FAIL = -11,
	OTA_VERIFY_RSA_FAIL = -12,
	OTA_UPGRADE_FAIL = -13,
	OTA_UPGRADE_DIFF_FAIL = -14,
	OTA_REBOOT_FAIL = -15,
	OTA_PARSE_FAIL = -16,
	OTA_PARAM_FAIL = -17
} OTA_ERRNO_E;

/* Types of updates and how a download ended (2.3). */
#define OTA_RAW        0u
#define OTA_DIFF       1u
#define OTA_KERNEL     2u
#define OTA_APP        4u

#define OTA_FINISH     0
#define OTA_BREAKPOINT 1

/* Hashes as the service numbers them (3.2). */
#define OTA_HASH_NONE 0u
#define OTA_SHA256    3u
#define OTA_MD5       6u

#define OTA_URL_LEN   512
#define OTA_HASH_LEN  66
#define OTA_SIGN_LEN  256
#define OTA_VER_LEN   64

/*
 * What is to be done with a download. In flash its fields stand packed (2.4); here they are as the calls of the platform
 * take them. `upg_flag` is OTA_RAW or OTA_DIFF until the platform makes a boot flag of it.
 */
typedef struct {
	uint32_t dst_adr;
	uint32_t src_adr;
	uint32_t len;
	uint16_t crc;
	uint32_t upg_flag;
	uint8_t boot_count;
	uint32_t rec_size;    /* of a difference its length */
	uint32_t splict_size; /* of a difference its slices' size */
	int32_t off_bp;       /* where the download goes on; 0: from the beginning */
	int32_t res_type;     /* OTA_FINISH or OTA_BREAKPOINT */
	uint16_t param_crc;
} ota_boot_param_t;

typedef struct {
	uint8_t inited;
	char pk[21];
	char ps[65];
	char dn[33];
	char ds[65];
	int trans_protcol; /* MQTT 0, COAP 1 */
	int dl_protcol;    /* COAP 1, HTTP 2, HTTPS 3 */
	char ota_ver[OTA_VER_LEN];
	char sys_ver[OTA_VER_LEN];
	uint8_t dev_type; /* 0 the main device, 1 a sub device */
	uint8_t hash_type;
	uint8_t sign_en;
	uint8_t sign_type;
	uint32_t sign_len;
	int upg_status; /* the last OTA_STATUS_E or OTA_ERRNO_E */
	char *url;
	char *hash; /* of the file that is offered: hexadecimal digits, upper case */
	char *sign; /* of it: raw */
	void *h_tr;
	void *h_dl;
	void *h_ch;
	ota_boot_param_t *boot_param;
	void (*upgrade_cb)(void *context, char *message);
} ota_service_t;

/* Once; OTA_INIT_FAIL the second time. Marks the boot as good. */
int ota_service_init(ota_service_t *ctx);
int ota_service_deinit(ota_service_t *ctx);

#endif
