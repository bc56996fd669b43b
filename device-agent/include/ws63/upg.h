/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UPG_H
#define UPG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The vendor's upgrade API under the vendor's names and numbers: what the agent uses, and what the reference module
 * offers. On a board the SDK's own header of this name is found first.
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
#define ERRCODE_UPG_FILE_OPEN_FAIL         0x80003057u
#define ERRCODE_UPG_FILE_WRITE_FAIL        0x80003058u
#define ERRCODE_UPG_FILE_SEEK_FAIL         0x80003059u
#define ERRCODE_UPG_FILE_READ_FAIL         0x80003060u
#define ERRCODE_UPG_EMPTY_FILE             0x80003061u
#define ERRCODE_UPG_DECOMPRESS_FAIL        0x80003062u
#define ERRCODE_UPG_VERIFICATION_KEY_ERROR 0x80003063u
#define ERRCODE_UPG_CHECK_FOTA_ERROR       0x80003064u
#define ERRCODE_UPG_SET_IMG_ERROR          0x80003065u
#define ERRCODE_UPG_BACKUP_UPDATE_ERROR    0x80003066u
#define ERRCODE_UPG_RETRY_ALL_FAIL         0x80003067u
#define ERRCODE_UPG_VERSION_ERROR          0x80003068u

typedef enum {
	UPG_RESULT_UPDATE_SUCCESS = 0,
	UPG_RESULT_VERIFY_HEAD_FAILED = 1,
	UPG_RESULT_VERIFY_HASH_TABLE_FAILED = 2,
	UPG_RESULT_VERIFY_IMAGE_FAILED = 3,
	UPG_RESULT_VERIFY_OLD_IMAGE_FAILED = 4,
	UPG_RESULT_DECOMPRESS_IMAGE_FAILED = 5,
	UPG_RESULT_DECRYPT_IMAGE_FAILED = 6,
	UPG_RESULT_RECRYPT_IMAGE_FAILED = 7,
	UPG_RESULT_DIFF_IMAGE_FAILED = 8,
	UPG_RESULT_UPDATE_IMAGE_FAILED = 9,
	UPG_RESULT_PROCESS_NV_FAILED = 10,
	UPG_RESULT_VERIFY_VERSION_FAILED = 11,
	UPG_RESULT_IMAGE_ID_FAILED = 12,
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

/* The head of a package, as it stands in flash: all words little endian. */
typedef struct {
	uint32_t image_id;
	uint32_t struct_version;
	uint32_t struct_length;
	uint32_t signature_length;
	uint32_t key_owner_id;
	uint32_t key_id;
	uint32_t key_alg;
	uint32_t ecc_curve_type;
	uint32_t key_length;
	uint32_t fota_key_version_ext;
	uint32_t mask_fota_key_version_ext;
	uint32_t msid_ext;
	uint32_t mask_msid_ext;
	uint32_t maintenance_mode;
	uint8_t die_id[16];
	uint32_t fota_info_addr;
	uint8_t reserved[52];
	uint8_t fota_external_public_key[64];
	uint8_t sign_fota_key_area[64];
} upg_fota_key_area_t;

typedef struct {
	uint32_t image_id;
	uint32_t struct_version;
	uint32_t struct_length;
	uint32_t signature_length;
	uint32_t fota_version_ext;
	uint32_t mask_fota_version_ext;
	uint32_t msid_ext;
	uint32_t mask_msid_ext;
	uint32_t image_hash_table_addr;
	uint32_t image_hash_table_length;
	uint8_t image_hash_table_hash[32];
	uint32_t image_num;
	uint32_t hardware_id;
	uint8_t user_defined[112];
	uint8_t sign_fota_info[64];
} upg_fota_info_area_t;

typedef struct {
	upg_fota_key_area_t key_area;
	upg_fota_info_area_t info_area;
} upg_package_header_t;

typedef struct {
	uint32_t image_id;
	uint32_t image_addr;
	uint32_t image_length;
	uint8_t image_hash[32];
} upg_image_hash_node_t;

typedef struct {
	uint32_t header_magic;
	uint32_t image_id;
	uint32_t image_offset;
	uint32_t image_len;
	uint8_t image_hash[32];
	uint32_t old_image_len;
	uint8_t old_image_hash[32];
	uint32_t new_image_len;
	uint32_t version_ext;
	uint32_t version_mask;
	uint32_t decompress_flag;
	uint32_t re_enc_flag;
	uint32_t root_key_type;
	uint8_t enc_pk_l1[16];
	uint8_t enc_pk_l2[16];
	uint8_t iv[16];
	uint32_t padding;
} upg_image_header_t;

typedef void (*uapi_upg_write_done_cb)(errcode_t result);
typedef void (*uapi_upg_progress_cb)(uint32_t percent);
typedef errcode_t (*uapi_upg_user_defined_check)(uint8_t *user_info, uint32_t info_len, uintptr_t param);

errcode_t uapi_partition_init(void);
errcode_t uapi_upg_init(const upg_func_t *func_list);
uint32_t uapi_upg_get_storage_size(void);
errcode_t uapi_upg_prepare(upg_prepare_info_t *prepare_info);
errcode_t uapi_upg_write_package_sync(uint32_t offset, const uint8_t *buff, uint16_t len);
errcode_t uapi_upg_write_package_async(
	uint32_t offset, const uint8_t *buff, uint16_t len, uapi_upg_write_done_cb callback);
errcode_t uapi_upg_read_package(uint32_t offset, uint8_t *buff, uint32_t len);
errcode_t uapi_upg_request_upgrade(bool reset);
errcode_t uapi_upg_reset_upgrade_flag(void);
errcode_t uapi_upg_start(void);
errcode_t uapi_upg_register_progress_callback(uapi_upg_progress_cb func);
errcode_t uapi_upg_get_result(upg_result_t *result, uint32_t *last_image_index);
upg_status_t uapi_upg_get_status(void);
errcode_t uapi_upg_verify_file_head(const upg_package_header_t *pkg_header);
errcode_t uapi_upg_verify_file_image(
	const upg_image_header_t *img_header, const uint8_t *hash, uint32_t hash_len, bool verify_old);
errcode_t uapi_upg_verify_file(const upg_package_header_t *pkg_header);
void uapi_upg_register_user_defined_verify_func(uapi_upg_user_defined_check func, uintptr_t param);
void upg_reboot(void);
void upg_watchdog_kick(void);

#endif
