// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/alios/block.h"
#include "engine/formats/alios/message.h"
#include "engine/packages/format.h"

/** gy_alios_format: what devices with AliOS Things are upgraded with. FORMAT.md beside it. */
extern const GyFormat gy_alios_format;

#define GY_ALIOS_KIND_IMAGE      "image"
#define GY_ALIOS_KIND_XZ         "xz"
#define GY_ALIOS_KIND_HEAD       "info-head"
#define GY_ALIOS_KIND_BLOCK      "info-block"
#define GY_ALIOS_KIND_DIFFERENCE "difference"
#define GY_ALIOS_KIND_MESSAGE    "message"
#define GY_ALIOS_KIND_RECORD     "boot-record"

/** GY_ALIOS_FILE_MAX: bytes of the largest file. */
#define GY_ALIOS_FILE_MAX (64 * 1024 * 1024)

/** GY_ALIOS_XZ_DICTIONARY_MAX: what 3.x unpacks a whole image with, in bytes. */
#define GY_ALIOS_XZ_DICTIONARY_MAX 32768

/**
 * GyAliosImage: where things stand in a file with an information block.
 * @block: the block
 * @block_offset: where it stands
 * @body_offset: where what it is about begins
 * @body_size: bytes of that, a sign block included
 * @sign_offset: of the sign block, 0 if there is none
 * @is_xz: whether the body is packed
 */
typedef struct {
	GyAliosBlock block;
	gsize block_offset;
	gsize body_offset;
	gsize body_size;
	gsize sign_offset;
	gboolean is_xz;
} GyAliosImage;

/** gy_alios_image_of: (transfer none): of a package of the kinds image, xz, info-head and info-block. */
const GyAliosImage *gy_alios_image_of(GyPackage *package);

/** gy_alios_message_of: (transfer none): of a package of the kind message. */
const GyAliosMessage *gy_alios_message_of(GyPackage *package);

GyPackage *gy_alios_load(GBytes *bytes, const char *name, GError **error);
GBytes *gy_alios_unpack_image(GyPackage *package, guint index, GError **error);
GBytes *gy_alios_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error);
gboolean gy_alios_verify(GyPackage *package, const GyPublicKey *key, GError **error);

/** gy_alios_check: loads and verifies; %FALSE with the first finding that a device would refuse it for. @name is for messages. */
gboolean gy_alios_check(GBytes *bytes, const char *name, GError **error);

/** GY_ALIOS_NEW: the name of what was just made. */
#define GY_ALIOS_NEW "the new file"

/** gy_alios_message_file: (transfer full) (nullable): the file that a message is about, if it lies beside it; @name as its URL ends. */
GBytes *gy_alios_message_file(GyPackage *package, char **name);

/** gy_alios_verify_message: the part of gy_alios_verify() for a message. */
void gy_alios_verify_message(GyPackage *package, const GyPublicKey *key);
