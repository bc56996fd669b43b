/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UPG_H
#define UPG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The part of the vendor's upgrade API that the agent uses and the reference module offers, under the vendor's
 * names and numbers. On a board the SDK's own header of this name is found first.
 */

typedef uint32_t errcode_t;

#define ERRCODE_SUCC                       0x00000000u
#define ERRCODE_FAIL                       0xFFFFFFFFu
#define ERRCODE_INVALID_PARAM              0x80000001u
#define ERRCODE_NOT_SUPPORT                0x80000002u
#define ERRCODE_MEMCPY                     0x80000004u
#define ERRCODE_MALLOC                     0x80000005u
#define ERRCODE_PARTITION_INIT_ERR         0x80003000u
#define ERRCODE_PARTITION_NOT_SUPPORT      0x80003001u
#define ERRCODE_PARTITION_INVALID_PARAMS   0x80003002u
#define ERRCODE_PARTITION_CONFIG_NOT_FOUND 0x80003003u
#define ERRCODE_IMAGE_CONFIG_NOT_FOUND     0x80003004u
#define ERRCODE_UPG_NOT_INIT               0x80003040u
#define ERRCODE_UPG_ALREADY_INIT           0x80003041u
#define ERRCODE_UPG_INVALID_PARAMETER      0x80003042u
#define ERRCODE_UPG_WRONG_IMAGE_NUM        0x80003043u
#define ERRCODE_UPG_INVALID_IMAGE_ID       0x80003044u
#define ERRCODE_UPG_NULL_POINTER           0x80003045u
#define ERRCODE_UPG_NOT_SUPPORTED          0x80003046u
#define ERRCODE_UPG_NOT_NEED_TO_UPDATE     0x80003047u
#define ERRCODE_UPG_FLASH_ERASE_ERROR      0x80003048u
#define ERRCODE_UPG_FLASH_WRITE_ERROR      0x80003049u
#define ERRCODE_UPG_FLAG_NOT_INITED        0x80003050u
#define ERRCODE_UPG_NO_ENOUGH_SPACE        0x80003051u
#define ERRCODE_UPG_PARTITION_ALIGN_ERROR  0x80003052u
#define ERRCODE_UPG_INVALID_PREPARE_INFO   0x80003053u
#define ERRCODE_UPG_NOT_PREPARED           0x80003054u
#define ERRCODE_UPG_INVALID_BUFF_LEN       0x80003055u
#define ERRCODE_UPG_INVALID_OFFSET         0x80003056u
#define ERRCODE_UPG_FILE_READ_FAIL         0x80003060u
#define ERRCODE_UPG_DECOMPRESS_FAIL        0x80003062u
#define ERRCODE_UPG_VERIFICATION_KEY_ERROR 0x80003063u
#define ERRCODE_UPG_CHECK_FOTA_ERROR       0x80003064u
#define ERRCODE_UPG_RETRY_ALL_FAIL         0x80003067u
#define ERRCODE_UPG_VERSION_ERROR          0x80003068u

typedef enum {
	UPG_RESULT_UPDATE_SUCCESS = 0,
	UPG_RESULT_VERIFY_HEAD_FAILED = 1,
	UPG_RESULT_VERIFY_HASH_TABLE_FAILED = 2,
	UPG_RESULT_VERIFY_IMAGE_FAILED = 3,
	UPG_RESULT_VERIFY_OLD_IMAGE_FAILED = 4,
	UPG_RESULT_VERIFY_VERSION_FAILED = 11,
	UPG_RESULT_RETRY_ALL_FAILED = 13,
	UPG_RESULT_MAX = 14
} upg_result_t;

typedef enum {
	UPG_STATUS_SUCC = 0,
	UPG_STATUS_FAIL = 1,
	UPG_STATUS_UPDATING = 2,
	UPG_STATUS_NONE = 3
} upg_status_t;

typedef struct {
	uint32_t package_len;
} upg_prepare_info_t;

typedef struct {
	void *(*malloc)(const uint32_t size);
	void (*free)(void *pointer);
	void (*serial_putc)(const char c);
} upg_func_t;

typedef void (*uapi_upg_progress_cb)(uint32_t percent);
typedef errcode_t (*uapi_upg_user_defined_check)(uint8_t *user_info, uint32_t info_len, uintptr_t param);

errcode_t uapi_partition_init(void);
errcode_t uapi_upg_init(const upg_func_t *func_list);
uint32_t uapi_upg_get_storage_size(void);
errcode_t uapi_upg_prepare(upg_prepare_info_t *prepare_info);
errcode_t uapi_upg_write_package_sync(uint32_t offset, const uint8_t *buff, uint16_t len);
errcode_t uapi_upg_read_package(uint32_t offset, uint8_t *buff, uint32_t len);
errcode_t uapi_upg_request_upgrade(bool reset);
errcode_t uapi_upg_reset_upgrade_flag(void);
errcode_t uapi_upg_start(void);
errcode_t uapi_upg_register_progress_callback(uapi_upg_progress_cb func);
errcode_t uapi_upg_get_result(upg_result_t *result, uint32_t *last_image_index);
upg_status_t uapi_upg_get_status(void);
void uapi_upg_register_user_defined_verify_func(uapi_upg_user_defined_check func, uintptr_t param);
void upg_reboot(void);
void upg_watchdog_kick(void);

#endif
