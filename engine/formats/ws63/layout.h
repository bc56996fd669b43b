// SPDX-License-Identifier: Apache-2.0
#pragma once

/*
 * Offsets, sizes and numbers of the WS63 formats, as FORMAT.md describes them. Little endian throughout, but for
 * what cryptography defines as big endian (keys, signatures, digests, counter blocks).
 */

/* ---- upgrade package: two areas ---- */
#define WS63_PACKAGE_ID     0xCB8D154Eu
#define WS63_AREA_SIZE      0x100u
#define WS63_STRUCT_VERSION 0x00010000u

/* both areas */
#define WS63_AREA_IMAGE_ID         0x00u
#define WS63_AREA_STRUCT_VERSION   0x04u
#define WS63_AREA_STRUCT_LENGTH    0x08u
#define WS63_AREA_SIGNATURE_LENGTH 0x0Cu
#define WS63_AREA_SIGNATURE        0xC0u /* and the range that is signed ends here */

#define WS63_SIGNATURE_SIZE        0x40u
#define WS63_PUBLIC_KEY_SIZE       0x40u
#define WS63_DIGEST_SIZE           0x20u

#define WS63_KEY_OWNER_ID          0x10u
#define WS63_KEY_ID                0x14u
#define WS63_KEY_ALG               0x18u
#define WS63_KEY_CURVE             0x1Cu
#define WS63_KEY_LENGTH            0x20u
#define WS63_KEY_VERSION_EXT       0x24u
#define WS63_KEY_VERSION_MASK      0x28u
#define WS63_KEY_MSID              0x2Cu
#define WS63_KEY_MSID_MASK         0x30u
#define WS63_KEY_PUBLIC_KEY        0x80u

#define WS63_INFO                  WS63_AREA_SIZE /* where the info area begins in the file */
#define WS63_INFO_VERSION_EXT      0x10u
#define WS63_INFO_VERSION_MASK     0x14u
#define WS63_INFO_MSID             0x18u
#define WS63_INFO_MSID_MASK        0x1Cu
#define WS63_INFO_TABLE_ADDR       0x20u
#define WS63_INFO_TABLE_LENGTH     0x24u
#define WS63_INFO_TABLE_HASH       0x28u
#define WS63_INFO_IMAGE_NUM        0x48u
#define WS63_INFO_HARDWARE_ID      0x4Cu
#define WS63_INFO_USER_DEFINED     0x50u

#define WS63_USER_DEFINED_SIZE     112u

#define WS63_HEAD_SIZE             (2 * WS63_AREA_SIZE)
#define WS63_MAX_IMAGES            20u
#define WS63_ALIGNMENT             16u

/* ---- hash table ---- */
#define WS63_ENTRY_SIZE         44u
#define WS63_ENTRY_IMAGE_ID     0x00u
#define WS63_ENTRY_IMAGE_ADDR   0x04u
#define WS63_ENTRY_IMAGE_LENGTH 0x08u
#define WS63_ENTRY_IMAGE_HASH   0x0Cu

#define WS63_PACKAGE_MIN        0x230u /* the areas and the table of one image */

/* ---- image header ---- */
#define WS63_HEADER_SIZE           160u
#define WS63_HEADER_MAGIC          0x464F5451u
#define WS63_HEADER_MAGIC_AT       0x00u
#define WS63_HEADER_IMAGE_ID       0x04u
#define WS63_HEADER_IMAGE_OFFSET   0x08u
#define WS63_HEADER_IMAGE_LEN      0x0Cu
#define WS63_HEADER_IMAGE_HASH     0x10u
#define WS63_HEADER_OLD_IMAGE_LEN  0x30u
#define WS63_HEADER_OLD_IMAGE_HASH 0x34u
#define WS63_HEADER_NEW_IMAGE_LEN  0x54u
#define WS63_HEADER_VERSION_EXT    0x58u
#define WS63_HEADER_VERSION_MASK   0x5Cu
#define WS63_HEADER_DECOMPRESS     0x60u
#define WS63_HEADER_RE_ENC         0x64u
#define WS63_HEADER_ROOT_KEY_TYPE  0x68u
#define WS63_HEADER_KEY_L1         0x6Cu
#define WS63_HEADER_KEY_L2         0x7Cu
#define WS63_HEADER_IV             0x8Cu
#define WS63_HEADER_PADDING        0x9Cu

#define WS63_FLAG_LZMA             0x3C7896E1u
#define WS63_FLAG_DIFF             0x44494646u
#define WS63_FLAG_ENCRYPTED        0x3C7896E1u

/* ---- LZMA data: header of the tool, three zero bytes, the stream ---- */
#define WS63_LZMA_HEADER_SIZE 16u
#define WS63_LZMA_SIZE_AT     5u
#define WS63_LZMA_SIZE_END    13u
#define WS63_LZMA_PROPERTIES  "\x5A\x00\x10\x00\x00"

/* ---- KeyAlg ---- */
#define WS63_KEY_ALG_ECDSA    0x2A13C812u /* brainpoolP256r1 with SHA-256 */
#define WS63_KEY_ALG_SM2      0x2A13C823u
#define WS63_KEY_ALG_RSA      0x2A13C845u
#define WS63_KEY_ALG_HASH_ECC 0x2A13C856u
#define WS63_KEY_ALG_HASH_RSA 0x2A13C867u
#define WS63_KEY_ALG_HASH_SM3 0x2A13C878u

/* ---- images that the device knows ---- */
#define WS63_IMAGE_APPLICATION 0x4B0F2D2Du
#define WS63_IMAGE_FLASHBOOT   0x4B1E3C2Du
#define WS63_IMAGE_NV          0xCB9E063Cu
#define WS63_IMAGE_HILINK      0x5A87A52Du
#define WS63_IMAGE_RES_INDEX   0xCB9E0826u
#define WS63_IMAGE_RES_DATA    0xCB9E0832u

#define WS63_NV_PAGE           4096u

/* ---- signed firmware image ---- */
#define WS63_FIRMWARE_HEADER_SIZE  0x300u
#define WS63_FIRMWARE_KEY_VERSION  0x24u
#define WS63_CODE_INFO             0x100u
#define WS63_CODE_INFO_SIZE        0x200u
#define WS63_CODE_VERSION_EXT      0x10u
#define WS63_CODE_VERSION_MASK     0x14u
#define WS63_CODE_AREA_LEN         0x24u
#define WS63_CODE_AREA_HASH        0x28u
#define WS63_CODE_ENC_FLAG         0x48u
#define WS63_CODE_IV               0x6Cu /* 16 bytes */
#define WS63_CODE_UNCOMPRESSED_LEN 0x80u
#define WS63_CODE_TEXT_SIZE        0x84u
#define WS63_CODE_SIGNATURE        0x180u
#define WS63_CODE_ALIGNMENT        64u
#define WS63_CODE_NOT_ENCRYPTED    0x3C7896E1u

/* ---- root public key record ---- */
#define WS63_ROOT_RECORD_ID   0x4BA5C31Eu
#define WS63_ROOT_RECORD_SIZE 0x80u
#define WS63_ROOT_RECORD_XY   0x40u

/* ---- burn container ---- */
#define WS63_BURN_MAGIC        0xEFBEADDFu
#define WS63_BURN_HEADER_SIZE  12u
#define WS63_BURN_RECORD_SIZE  52u
#define WS63_BURN_NAME_SIZE    32u
#define WS63_BURN2_MAGIC_FIRST 0xEFBEADD0u
#define WS63_BURN2_MAGIC_LAST  0xEFBEADDEu
#define WS63_BURN2_HEADER_SIZE 272u
#define WS63_BURN2_RECORD_SIZE 284u
#define WS63_BURN2_NAME_SIZE   260u
#define WS63_BURN_GAP          16u
#define WS63_BURN_MAX_IMAGES   255u

/* ---- partitions that images go to ---- */
#define WS63_PARTITION_FLASHBOOT   0x01
#define WS63_PARTITION_NV          0x10
#define WS63_PARTITION_APPLICATION 0x20
#define WS63_PARTITION_FOTA        0x21
#define WS63_PARTITION_HILINK      0x31

/* ---- limits ---- */
#define WS63_IMAGE_MAX  (16u * 1024 * 1024)
#define WS63_CONFIG_MAX (1024u * 1024)
/* FOTA partition of the SDK's own partition table without its last three sectors */
#define WS63_DEFAULT_STORAGE 0x180000u
