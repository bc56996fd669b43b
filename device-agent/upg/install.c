/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/install-private.h"

#include "device-agent/upg/flash-private.h"
#include "protocol/wire/bytes.h"

#define LZMA_HEADER_SIZE     16u /* 5 property bytes, then the size, then fill */
#define LZMA_PROPERTIES_SIZE 5u

/* What an LZMA image still has to give and take. */
struct unpack {
	const struct gya_partition *storage;
	const struct gya_partition *target;
	uint32_t in_offset;
	uint32_t in_left;
	uint32_t out_offset;
	uint32_t out_left;
	uint32_t chunk_at; /* unused bytes of the module's chunk */
	uint32_t chunk_left;
};

void
upg_progress_add(uint32_t bytes)
{
	uint32_t percent;

	upg_module.progress_done += bytes;
	if (upg_module.progress_total == 0)
		return;
	/* padding may run over, and a total may lie; no flash is so large that the product wraps */
	if (upg_module.progress_done >= upg_module.progress_total)
		percent = 100;
	else
		percent = (uint32_t) (upg_module.progress_done * 100u / upg_module.progress_total);
	if (percent == upg_module.progress_percent)
		return;
	upg_module.progress_percent = percent;
	if (upg_module.progress != NULL)
		upg_module.progress(percent);
}

static errcode_t
copy_plain(const struct gya_partition *storage, const struct upg_image *image,
	const struct gya_partition *target)
{
	uint32_t done, step;

	if (image->data_size > target->size)
		return ERRCODE_UPG_NO_ENOUGH_SPACE;
	for (done = 0; done < image->data_size; done += step) {
		uint32_t left = image->data_size - done;
		errcode_t result;

		step = left < UPG_SECTOR_SIZE ? left : UPG_SECTOR_SIZE;
		upg_kick();
		result = upg_flash_read(storage, image->data_offset + done, upg_module.page, step);
		if (result == ERRCODE_SUCC)
			result = upg_flash_program(target, done, upg_module.page, step);
		if (result != ERRCODE_SUCC)
			return result;
		upg_progress_add(step);
	}
	return ERRCODE_SUCC;
}

static errcode_t
refill_chunk(struct unpack *u)
{
	uint32_t size = u->in_left < UPG_CHUNK_SIZE ? u->in_left : UPG_CHUNK_SIZE;
	errcode_t result = upg_flash_read(u->storage, u->in_offset, upg_module.chunk, size);

	u->in_offset += size;
	u->in_left -= size;
	u->chunk_at = 0;
	u->chunk_left = size;
	return result;
}

/* Decodes exactly `size` bytes into the module's page. */
static errcode_t
fill_page(struct unpack *u, uint32_t size)
{
	const struct gya_lzma *lzma = upg_module.port->lzma;
	uint32_t filled = 0;

	while (filled < size) {
		uint32_t out = size - filled;
		uint32_t in;

		if (u->chunk_left == 0 && u->in_left != 0) {
			errcode_t result = refill_chunk(u);

			if (result != ERRCODE_SUCC)
				return result;
		}
		in = u->chunk_left;
		if (!lzma->decode(lzma->context, upg_module.page + filled, &out,
			    upg_module.chunk + u->chunk_at, &in))
			return ERRCODE_UPG_DECOMPRESS_FAIL;
		/* neither taken nor given: the stream ends before the announced size */
		if (in == 0 && out == 0)
			return ERRCODE_UPG_DECOMPRESS_FAIL;
		u->chunk_at += in;
		u->chunk_left -= in;
		filled += out;
	}
	return ERRCODE_SUCC;
}

static errcode_t
unpack_pages(struct unpack *u)
{
	while (u->out_left != 0) {
		uint32_t step = u->out_left < UPG_SECTOR_SIZE ? u->out_left : UPG_SECTOR_SIZE;
		errcode_t result;

		upg_kick();
		result = fill_page(u, step);
		if (result == ERRCODE_SUCC)
			result = upg_flash_program(u->target, u->out_offset, upg_module.page, step);
		if (result != ERRCODE_SUCC)
			return result;
		u->out_offset += step;
		u->out_left -= step;
		upg_progress_add(step);
	}
	return ERRCODE_SUCC;
}

static errcode_t
unpack_lzma(const struct gya_partition *storage, const struct upg_image *image,
	const struct gya_partition *target)
{
	const struct gya_lzma *lzma = upg_module.port->lzma;
	struct unpack u = {.storage = storage, .target = target};
	uint8_t header[LZMA_HEADER_SIZE];
	uint32_t i;
	errcode_t result;

	if (image->data_size < sizeof header)
		return ERRCODE_UPG_DECOMPRESS_FAIL;
	result = upg_flash_read(storage, image->data_offset, header, sizeof header);
	if (result != ERRCODE_SUCC)
		return result;
	/* the size is 32 bits wide; what follows it, up to the stream, has to be zero */
	for (i = LZMA_PROPERTIES_SIZE + 4; i < sizeof header; i++)
		if (header[i] != 0)
			return ERRCODE_UPG_DECOMPRESS_FAIL;
	u.out_left = gyw_get_u32le(header + LZMA_PROPERTIES_SIZE);
	if (u.out_left > target->size)
		return ERRCODE_UPG_NO_ENOUGH_SPACE;
	if (!lzma->start(lzma->context, header))
		return ERRCODE_UPG_DECOMPRESS_FAIL;
	u.in_offset = image->data_offset + LZMA_HEADER_SIZE;
	u.in_left = image->data_size - LZMA_HEADER_SIZE;
	return unpack_pages(&u);
}

errcode_t
upg_install_image(const struct gya_partition *storage, const struct upg_image *image,
	const struct gya_partition *target)
{
	errcode_t result;

	/* differences are switched off in the vendor's build; decryption needs keys that only the chip has */
	if (image->decompress_flag == UPG_FLAG_DIFF || image->encrypt_flag == UPG_FLAG_ENCRYPTED)
		return ERRCODE_UPG_NOT_SUPPORTED;
	result = upg_flash_erase(target, 0, target->size);
	if (result != ERRCODE_SUCC)
		return result;
	if (image->decompress_flag == UPG_FLAG_LZMA)
		return unpack_lzma(storage, image, target);
	return copy_plain(storage, image, target);
}
