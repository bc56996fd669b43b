// SPDX-License-Identifier: Apache-2.0
#pragma once

/* Where things stand in the files of AliOS Things; little endian, no padding. FORMAT.md describes them. */

/* The information block: behind an image as its trailer, or in front of it. */
#define ALIOS_BLOCK_MAGIC    0
#define ALIOS_BLOCK_IMAGE    4 /* bytes of the image */
#define ALIOS_BLOCK_MD5      8
#define ALIOS_BLOCK_RESERVED 24
#define ALIOS_BLOCK_SIZE     28
#define ALIOS_MD5_SIZE       16

#define ALIOS_MAGIC_APP      0xABABABABu
#define ALIOS_MAGIC_KERNEL   0xCDCDCDCDu
#define ALIOS_MAGIC_ALL      0xEFEFEFEFu
#define ALIOS_MAGIC_PAIR     0xEFCDEFCDu
#define ALIOS_MAGIC_BLE      0xABCDABCDu

/* The sign block of 3.x, between an image and its trailer. */
#define ALIOS_SIGN_MAGIC          0
#define ALIOS_SIGN_PADDING        4
#define ALIOS_SIGN_SIGNATURE_HASH 5
#define ALIOS_SIGN_IMAGE_HASH     6
#define ALIOS_SIGN_SHA256         104
#define ALIOS_SIGN_SIGNATURE      136
#define ALIOS_SIGN_SIZE           392
#define ALIOS_SIGN_MAGIC_RSA      0xAABBCCDDu
#define ALIOS_HASH_SHA256         1 /* as 3.x numbers digests */

#define ALIOS_SIGNATURE_SIZE      256

/* The head of a slice of a difference; its numbers have 8 bytes, the uppermost bit is the sign. */
#define ALIOS_SLICE_MAGIC      "BSDIFF40"
#define ALIOS_SLICE_MAGIC_SIZE 8
#define ALIOS_SLICE_CONTROL    8
#define ALIOS_SLICE_DIFFERENCE 16
#define ALIOS_SLICE_EXTRA      24
#define ALIOS_SLICE_NEW        32
#define ALIOS_SLICE_CRC        40
#define ALIOS_SLICE_HEAD       48
#define ALIOS_NUMBER_SIZE      8
#define ALIOS_TRIPLE_SIZE      24

/* Texts that the device has room for, without the zero at their end. */
#define ALIOS_VERSION_MAX 63
#define ALIOS_URL_MAX     511
