// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#define GY_FOTA_KEY_AREA  "FOTA_KEY_AREA"
#define GY_FOTA_INFO_AREA "FOTA_INFO_AREA"
#define GY_FOTA_SIGN      "SIGN_CFG"

/**
 * GyFotaNumber: a number of a configuration file.
 * @key: in the file
 * @is_decimal: how it is written; everything else is hexadecimal, with or without 0x
 * @offset: of the guint32 in its struct
 * @option: (nullable): the option that says the same
 * @usual: its value where there is no file
 */
typedef struct {
	const char *key;
	gboolean is_decimal;
	gsize offset;
	const char *option;
	guint32 usual;
} GyFotaNumber;

/* each ended by one without a key; the structs are GyFotaKeyArea, GyFotaInfoArea and GyFotaImage */
extern const GyFotaNumber gy_fota_key_numbers[];
extern const GyFotaNumber gy_fota_info_numbers[];
extern const GyFotaNumber gy_fota_image_numbers[];

/** GyFotaBlock: 16 bytes of an image's section, 32 hexadecimal digits. */
typedef struct {
	const char *key;
	gsize offset; /* of the bytes in GyFotaImage */
	gsize there;  /* of the gboolean that says whether there are any */
	const char *option;
} GyFotaBlock;

extern const GyFotaBlock gy_fota_blocks[];

/** gy_fota_block_parse: 32 hexadecimal digits; %FALSE (and @block undefined) for anything else. */
gboolean gy_fota_block_parse(const char *text, guint8 block[16]);
