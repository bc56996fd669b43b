// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/* Where things stand in an update.bin; little endian, no padding. FORMAT.md, "update.bin". */

#define OHOS_TYPE            0
#define OHOS_LENGTH          2 /* of what follows, up to the date */
#define OHOS_HEAD_SIZE       4
#define OHOS_FILE_VERSION    8
#define OHOS_PRODUCT_ID      12
#define OHOS_SOFTWARE        76
#define OHOS_TIME_TAG        140
#define OHOS_TIME_LENGTH     142
#define OHOS_DATE            144
#define OHOS_TIME            160
#define OHOS_TABLE_TAG       176
#define OHOS_TABLE_LENGTH    178
#define OHOS_TABLE           180
#define OHOS_PACKAGE_ID_SIZE 16
/* All of the head but its table. */
#define OHOS_HEAD_FIXED      (OHOS_TABLE + OHOS_PACKAGE_ID_SIZE)

#define OHOS_TEXT_SIZE       64 /* of product id and software version */
#define OHOS_DATE_SIZE       16 /* of date and of time */
#define OHOS_COMP_VER_SIZE   10

#define OHOS_TYPE_RSA2048    0x0001
#define OHOS_TYPE_RSA3072    0x0011
#define OHOS_LENGTH_VALUE    136
#define OHOS_TIME_TAG_VALUE  0x0002
#define OHOS_TABLE_TAG_VALUE 0x0005
#define OHOS_PACKAGE_ID      "update/info.bin" /* and one zero */

/* A component's record: its name, then these, counted from the end of the name. */
#define OHOS_NAME_SMALL      16
#define OHOS_NAME_STANDARD   32
#define OHOS_RECORD_ID       0
#define OHOS_RECORD_RES_TYPE 2
#define OHOS_RECORD_FLAGS    3
#define OHOS_RECORD_TYPE     4
#define OHOS_RECORD_VERSION  5
#define OHOS_RECORD_SIZE     15
#define OHOS_RECORD_ORIGINAL 19
#define OHOS_RECORD_SHA256   23
#define OHOS_RECORD_REST     55
#define OHOS_RECORD_SMALL    (OHOS_NAME_SMALL + OHOS_RECORD_REST)
#define OHOS_RECORD_STANDARD (OHOS_NAME_STANDARD + OHOS_RECORD_REST)

/* Bytes of a component's data, and of all of them: the head and the area still fit into 32 bits. */
#define OHOS_COMPONENT_MAX ((1u << 31) - 1)
#define OHOS_DATA_MAX      (G_MAXUINT32 - (1u << 20))

/* The area behind the head, until 2023: two slots, of which one is used. */
#define OHOS_AREA_SIZE      640
#define OHOS_SLOT_2048      0
#define OHOS_SLOT_2048_SIZE 256
#define OHOS_SLOT_3072      256
#define OHOS_SLOT_3072_SIZE 384

/* The area behind the head, since 2023: blocks of a type (16 bits), a length (32 bits) and a value. */
#define OHOS_BLOCK_HEAD      6
#define OHOS_BLOCK_HASH_INFO 0x0006
#define OHOS_BLOCK_HASHES    0x0007
#define OHOS_BLOCK_SIGNATURE 0x0008
#define OHOS_HASH_INFO_SIZE  10
#define OHOS_HASH_KIND       1 /* SHA-256 */
#define OHOS_HASH_RANGE      4194304
#define OHOS_HASH_ENTRY_HEAD (OHOS_NAME_STANDARD + 6)
#define OHOS_HASH_ENTRY_SIZE 40

/* What the public code of a mini or small device has room for: 1500 bytes of head and area. */
#define OHOS_SMALL_MAX_COMPONENTS 9

static inline guint16
gy_ohos_get_u16(const guint8 *bytes)
{
	return (guint16) (bytes[0] | bytes[1] << 8);
}

static inline void
gy_ohos_put_u16(guint8 *bytes, guint16 value)
{
	bytes[0] = (guint8) value;
	bytes[1] = (guint8) (value >> 8);
}
