/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "device-agent/alios/install-private.h"
#include "device-agent/alios/xz-private.h"

#define PIECE 256u

static struct alios_xz_stream stream;

static bool
read_download(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	(void) context;
	return alios_flash_read(GYA_ALIOS_OTA_TEMP, offset, bytes, size);
}

/* What comes out goes to `take`, in order, the last piece with the stream's sum still to be looked at. */
static enum alios_install
unpack(const struct gya_patch_source *source, uint32_t *size,
	bool (*take)(uint32_t offset, const uint8_t *bytes, uint32_t size))
{
	uint8_t piece[PIECE];
	uint32_t done, n;

	if (alios_xz_open(&stream, source, 0, source->size, alios_port->xz[0], ALIOS_XZ_DICTIONARY_WHOLE) !=
			GYA_PATCH_OK ||
		stream.left == 0 || stream.left > alios_flash_size(GYA_ALIOS_APPLICATION))
		return ALIOS_INSTALL_REFUSED;
	*size = stream.left;
	for (done = 0; done < *size; done += n) {
		n = *size - done < PIECE ? *size - done : PIECE;
		if (done % 4096u == 0)
			alios_kick();
		if (alios_xz_get(&stream, piece, n) != GYA_PATCH_OK)
			return ALIOS_INSTALL_REFUSED;
		if (!take(done, piece, n))
			return ALIOS_INSTALL_FAILED;
	}
	return alios_xz_close(&stream) == GYA_PATCH_OK ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_REFUSED;
}

static bool
drop(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	(void) offset;
	(void) bytes;
	(void) size;
	return true;
}

/* A cut begins again from the first byte: what is unpacked stays in OTA_TEMP. */
static bool
place(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	return alios_flash_write(GYA_ALIOS_APPLICATION, offset, bytes, size);
}

enum alios_install
alios_unpack(struct alios_record *record)
{
	struct gya_patch_source source = {NULL, 0, read_download};
	uint32_t stored, trailer, size;

	/* with two banks the .xz stands where the image would have to go */
	if (alios_port->board->recovery == GYA_ALIOS_ABBOOT || !alios_find_whole(record, &stored, &trailer))
		return ALIOS_INSTALL_REFUSED;
	source.size = stored - trailer;
	/* all of it once for nothing but to see that it is right, before anything is erased */
	if (unpack(&source, &size, drop) != ALIOS_INSTALL_DONE)
		return ALIOS_INSTALL_REFUSED;
	if (unpack(&source, &size, place) != ALIOS_INSTALL_DONE ||
		!alios_clear_behind(GYA_ALIOS_APPLICATION, size) || !alios_begin_probation(record))
		return ALIOS_INSTALL_FAILED;
	return ALIOS_INSTALL_DONE;
}
