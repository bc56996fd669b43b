// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/formats/alios/layout.h"

/**
 * GyAliosBlock: the information block, FORMAT.md.
 * @magic: what kind of image it is, %ALIOS_MAGIC_ALL or another
 * @image_size: bytes of the image
 * @md5: of the image
 * @reserved: 0xFFFFFFFF in all that was ever written
 */
typedef struct {
	guint32 magic;
	guint32 image_size;
	guint8 md5[ALIOS_MD5_SIZE];
	guint32 reserved;
} GyAliosBlock;

/** GY_ALIOS_RESERVED: what stands in a block's reserved bytes. */
#define GY_ALIOS_RESERVED G_MAXUINT32

/** gy_alios_block_read: of %ALIOS_BLOCK_SIZE bytes. */
GyAliosBlock gy_alios_block_read(const guint8 *bytes);

/** gy_alios_block_write: the block of an image of at most %G_MAXUINT32 bytes. */
void gy_alios_block_write(const guint8 *image, gsize size, guint32 magic, guint8 block[ALIOS_BLOCK_SIZE]);

/** gy_alios_with_trailer: (transfer full): a body with the block behind it. */
GBytes *gy_alios_with_trailer(GBytes *body, guint32 magic);

/** gy_alios_md5: MD5 of @size bytes. */
void gy_alios_md5(const guint8 *data, gsize size, guint8 digest[ALIOS_MD5_SIZE]);

/** gy_alios_has_trailer: whether the bytes end with the block of what is before it, whatever its MD5. */
gboolean gy_alios_has_trailer(const guint8 *data, gsize size);

/** gy_alios_magic_name: (nullable): what kind of image it stands for: "application"; %NULL for no known one. */
const char *gy_alios_magic_name(guint32 magic);

/** gy_alios_magic_is_of_2: whether devices before 3.x take it too. */
gboolean gy_alios_magic_is_of_2(guint32 magic);
