/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_ENVELOPE_H
#define GYW_ENVELOPE_H

#include <stdint.h>

/*
 * What stands before a difference that a loader of ours applies: which image it is made against, and what has to come out.
 * Neither is in the patch itself. 128 bytes, little endian:
 *
 *   0  "GYDE"             24  SHA-256 of the old image
 *   4  version, u16: 1    56  SHA-256 of the new image
 *   6  this head, u16     88  version of the new image, text, padded with zeros (32)
 *   8  the patch's size   120 CRC-32C of the patch
 *  12  what the patch is  124 CRC-32C of all before it
 *  16  old size
 *  20  new size
 *
 * The patch begins behind the head, whose size may grow, and ends with the file.
 */
#define GYW_ENVELOPE_SIZE         128u
#define GYW_ENVELOPE_VERSION      1u
#define GYW_ENVELOPE_VERSION_SIZE 32u

enum gyw_envelope_kind {
	GYW_ENVELOPE_HPATCHLITE = 1, /* "hI", spec liteos-ota: 3.4 */
	GYW_ENVELOPE_HDIFF13 = 2     /* spec liteos-ota: 3.2 */
};

struct gyw_envelope {
	uint32_t head_size;
	uint32_t patch_size;
	uint32_t kind; /* enum gyw_envelope_kind */
	uint32_t old_size;
	uint32_t new_size;
	uint8_t old_sha256[32];
	uint8_t new_sha256[32];
	uint8_t version[GYW_ENVELOPE_VERSION_SIZE];
	uint32_t patch_crc32c; /* not looked at by gyw_envelope_decode() */
};

enum gyw_envelope_result {
	GYW_ENVELOPE_OK = 0,
	GYW_ENVELOPE_E_MAGIC = -1,   /* no envelope */
	GYW_ENVELOPE_E_CRC = -2,     /* one, but damaged */
	GYW_ENVELOPE_E_VERSION = -3, /* of a later version, or a kind that is not known */
	GYW_ENVELOPE_E_SIZE = -4     /* head and patch are not what the file's size says */
};

/* `file_size` counts head and patch. */
enum gyw_envelope_result gyw_envelope_decode(
	struct gyw_envelope *envelope, const uint8_t bytes[GYW_ENVELOPE_SIZE], uint32_t file_size);

/* `head_size` is GYW_ENVELOPE_SIZE in what is written. */
void gyw_envelope_encode(const struct gyw_envelope *envelope, uint8_t bytes[GYW_ENVELOPE_SIZE]);

#endif
