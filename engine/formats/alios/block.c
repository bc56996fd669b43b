// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/block.h"

#include <string.h>

#include "protocol/wire/bytes.h"

static const struct {
	guint32 magic;
	const char *name;
	gboolean is_of_2;
} magics[] = {
	{ALIOS_MAGIC_APP, "application", TRUE},
	{ALIOS_MAGIC_KERNEL, "kernel", TRUE},
	{ALIOS_MAGIC_ALL, "image", TRUE},
	{ALIOS_MAGIC_PAIR, "main-mcu", FALSE},
	{ALIOS_MAGIC_BLE, "ble", FALSE},
};

const char *
gy_alios_magic_name(guint32 magic)
{
	for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
		if (magics[i].magic == magic)
			return magics[i].name;
	return NULL;
}

gboolean
gy_alios_magic_is_of_2(guint32 magic)
{
	for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
		if (magics[i].magic == magic)
			return magics[i].is_of_2;
	return FALSE;
}

GyAliosBlock
gy_alios_block_read(const guint8 *bytes)
{
	GyAliosBlock block = {
		.magic = gyw_get_u32le(bytes + ALIOS_BLOCK_MAGIC),
		.image_size = gyw_get_u32le(bytes + ALIOS_BLOCK_IMAGE),
		.reserved = gyw_get_u32le(bytes + ALIOS_BLOCK_RESERVED),
	};

	memcpy(block.md5, bytes + ALIOS_BLOCK_MD5, sizeof block.md5);
	return block;
}

void
gy_alios_md5(const guint8 *data, gsize size, guint8 digest[ALIOS_MD5_SIZE])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
	gsize digest_size = ALIOS_MD5_SIZE;

	if (size > 0)
		g_checksum_update(sum, data, (gssize) size);
	g_checksum_get_digest(sum, digest, &digest_size);
}

void
gy_alios_block_write(const guint8 *image, gsize size, guint32 magic, guint8 block[ALIOS_BLOCK_SIZE])
{
	g_return_if_fail(size <= G_MAXUINT32);

	gyw_put_u32le(block + ALIOS_BLOCK_MAGIC, magic);
	gyw_put_u32le(block + ALIOS_BLOCK_IMAGE, (guint32) size);
	gy_alios_md5(image, size, block + ALIOS_BLOCK_MD5);
	gyw_put_u32le(block + ALIOS_BLOCK_RESERVED, GY_ALIOS_RESERVED);
}

GBytes *
gy_alios_with_trailer(GBytes *body, guint32 magic)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(body, &size);
	guint8 *out = g_malloc(size + ALIOS_BLOCK_SIZE);

	if (size > 0)
		memcpy(out, data, size);
	gy_alios_block_write(data, size, magic, out + size);
	return g_bytes_new_take(out, size + ALIOS_BLOCK_SIZE);
}

gboolean
gy_alios_has_trailer(const guint8 *data, gsize size)
{
	GyAliosBlock block;

	if (size < ALIOS_BLOCK_SIZE)
		return FALSE;
	block = gy_alios_block_read(data + size - ALIOS_BLOCK_SIZE);
	return gy_alios_magic_name(block.magic) && block.image_size == size - ALIOS_BLOCK_SIZE;
}
