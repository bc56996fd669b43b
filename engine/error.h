// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyError:
 *
 * Everything that can go wrong in the engine. Each has a stable code `part/cause`, an exit status and a next
 * step; see error.c for the table. Append only: codes stand in records and in people's scripts.
 */
typedef enum {
	GY_ERROR_INTERNAL,
	GY_ERROR_CANCELLED,

	GY_ERROR_FILE_NOT_FOUND,
	GY_ERROR_FILE_NOT_REGULAR,
	GY_ERROR_FILE_EMPTY,
	GY_ERROR_FILE_TOO_LARGE,
	GY_ERROR_FILE_UNREADABLE,
	GY_ERROR_FILE_NOT_WRITABLE,
	GY_ERROR_FILE_DISK_FULL,

	GY_ERROR_CFG_SYNTAX,
	GY_ERROR_CFG_MISSING,
	GY_ERROR_CFG_DUPLICATE,
	GY_ERROR_CFG_VALUE,
	GY_ERROR_CFG_RULE,

	GY_ERROR_IMAGE_HEADER,
	GY_ERROR_IMAGE_TRUNCATED,
	GY_ERROR_IMAGE_HASH,
	GY_ERROR_IMAGE_OTHER_SECTION,
	GY_ERROR_IMAGE_COMPRESSION,
	GY_ERROR_IMAGE_OTHER_OLD,

	GY_ERROR_PACKAGE_NOT_RECOGNISED,
	GY_ERROR_PACKAGE_TRUNCATED,
	GY_ERROR_PACKAGE_MALFORMED,
	GY_ERROR_PACKAGE_HASH,
	GY_ERROR_PACKAGE_UNSIGNED,
	GY_ERROR_PACKAGE_SIGNATURE,
	GY_ERROR_PACKAGE_UNTRUSTED_KEY,
	GY_ERROR_PACKAGE_NOT_AUTHENTIC,
	GY_ERROR_PACKAGE_BURN,
	GY_ERROR_PACKAGE_UNKNOWN_IMAGE,
	GY_ERROR_PACKAGE_TOO_LARGE,
	GY_ERROR_PACKAGE_OTHER_HARDWARE,
	GY_ERROR_PACKAGE_ROLLBACK,
	GY_ERROR_PACKAGE_NOT_SUPPORTED,

	GY_ERROR_KEY_NEEDED,
	GY_ERROR_KEY_NOT_FOUND,
	GY_ERROR_KEY_PASSPHRASE,
	GY_ERROR_KEY_OTHER_TYPE,
	GY_ERROR_KEY_UNUSABLE,
	GY_ERROR_KEY_SIGNER,

	GY_ERROR_DEVICE_REFUSED,
	GY_ERROR_DEVICE_BUSY,
	GY_ERROR_DEVICE_UNTRUSTED_KEY,
	GY_ERROR_DEVICE_SIGNATURE,
	GY_ERROR_DEVICE_UNSIGNED,
	GY_ERROR_DEVICE_HASH,
	GY_ERROR_DEVICE_TOO_LARGE,
	GY_ERROR_DEVICE_UNKNOWN_IMAGE,
	GY_ERROR_DEVICE_BURN,
	GY_ERROR_DEVICE_OTHER_HARDWARE,
	GY_ERROR_DEVICE_ROLLBACK,
	GY_ERROR_DEVICE_MALFORMED,
	GY_ERROR_DEVICE_NOT_SUPPORTED,
	GY_ERROR_DEVICE_STORE,
	GY_ERROR_DEVICE_VERIFY,
	GY_ERROR_DEVICE_ARM,

	GY_ERROR_UPGRADE_NOT_CONFIRMED,
	GY_ERROR_UPGRADE_ROLLED_BACK,
	GY_ERROR_UPGRADE_FAILED,
	GY_ERROR_UPGRADE_NO_RESET,

	GY_ERROR_NAME_INVALID,
	GY_ERROR_NAME_TAKEN,
	GY_ERROR_NAME_UNKNOWN,
	GY_ERROR_NAME_NO_PLACE,

	GY_ERROR_RESET_SEQUENCE,
	GY_ERROR_CONSOLE_TIMEOUT,

	GY_ERROR_RECORDS_OPEN,
	GY_ERROR_RECORDS_OTHER,
	GY_ERROR_RECORDS_NEWER,
	GY_ERROR_RECORDS_READ,
	GY_ERROR_RECORDS_WRITE,
	GY_ERROR_RECORDS_UNKNOWN,

	GY_ERROR_PARTITIONS_MALFORMED,
	GY_ERROR_PARTITIONS_RULE,

	GY_ERROR_PATCH_NOT_RECOGNISED,
	GY_ERROR_PATCH_TRUNCATED,
	GY_ERROR_PATCH_TRAILING,
	GY_ERROR_PATCH_MALFORMED,
	GY_ERROR_PATCH_COMPRESSION,
	GY_ERROR_PATCH_NOT_SUPPORTED,

	GY_N_ERRORS
} GyError;

#define GY_ERROR (gy_error_quark())
GQuark gy_error_quark(void);

/**
 * gy_error_code:
 * @error: an error of the engine or of the link
 *
 * Returns: the stable word `part/cause`; "internal/error" for a domain that should not have come this far
 */
const char *gy_error_code(const GError *error);

/**
 * gy_error_word:
 * @code: an error of the engine
 *
 * Returns: its stable word `part/cause`, as findings and records hold it
 */
const char *gy_error_word(GyError code);

/**
 * gy_error_next_step:
 * @error: an error of the engine or of the link
 *
 * Returns: (nullable): what a person can do about it, one sentence without a full stop
 */
const char *gy_error_next_step(const GError *error);

/**
 * gy_error_exit_status:
 * @error: an error of the engine or of the link
 *
 * Returns: 1 host, 2 command line, 3 package or input file, 4 key, 5 link, 6 refused by the device, 7 upgrade failed,
 *   130 interrupted
 */
int gy_error_exit_status(const GError *error);
