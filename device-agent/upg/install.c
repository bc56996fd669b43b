/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/install-private.h"

#include "device-agent/upg/cipher-private.h"
#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/image.h"
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
	struct upg_cipher from; /* the package's; off where it is not encrypted */
	struct upg_cipher to;   /* the flash's; its stream begins behind the image's header */
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

	upg_cipher_apply(&u->from, upg_module.chunk, size);
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

/*
 * The page as it goes to the flash. Of an encrypted image only whole blocks do: what the vendor's keeps back of the
 * last one is never written, so such an image's size has to be a multiple of 16. The header stays plain.
 */
static uint32_t
seal_page(struct unpack *u, uint32_t size)
{
	uint32_t plain = 0;

	if (!u->to.is_on)
		return size;
	size -= size % UPG_CIPHER_BLOCK;
	if (u->out_offset == 0)
		plain = size < GYA_UPG_IMAGE_HEADER_SIZE ? size : GYA_UPG_IMAGE_HEADER_SIZE;
	upg_cipher_apply(&u->to, upg_module.page + plain, size - plain);
	return size;
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
			result = upg_flash_program(
				u->target, u->out_offset, upg_module.page, seal_page(u, step));
		if (result != ERRCODE_SUCC)
			return result;
		u->out_offset += step;
		u->out_left -= step;
		upg_progress_add(step);
	}
	return ERRCODE_SUCC;
}

/* Takes the header of the stream off the input: properties in `header`, size in `u`. */
static errcode_t
open_lzma(struct unpack *u, uint8_t header[LZMA_HEADER_SIZE])
{
	uint32_t i;
	errcode_t result;

	if (u->in_left < LZMA_HEADER_SIZE)
		return ERRCODE_UPG_DECOMPRESS_FAIL;
	result = upg_flash_read(u->storage, u->in_offset, header, LZMA_HEADER_SIZE);
	if (result != ERRCODE_SUCC)
		return result;
	upg_cipher_apply(&u->from, header, LZMA_HEADER_SIZE);
	u->in_offset += LZMA_HEADER_SIZE;
	u->in_left -= LZMA_HEADER_SIZE;
	/* the size is 32 bits wide; what follows it, up to the stream, has to be zero */
	for (i = LZMA_PROPERTIES_SIZE + 4; i < LZMA_HEADER_SIZE; i++)
		if (header[i] != 0)
			return ERRCODE_UPG_DECOMPRESS_FAIL;
	u->out_left = gyw_get_u32le(header + LZMA_PROPERTIES_SIZE);
	return u->out_left > u->target->size ? ERRCODE_UPG_NO_ENOUGH_SPACE : ERRCODE_SUCC;
}

static errcode_t
unpack_lzma(struct unpack *u)
{
	const struct gya_lzma *lzma = upg_module.port->lzma;
	uint8_t header[LZMA_HEADER_SIZE];
	errcode_t result = open_lzma(u, header);

	if (result != ERRCODE_SUCC)
		return result;
	if (!lzma->start(lzma->context, header))
		return ERRCODE_UPG_DECOMPRESS_FAIL;
	return unpack_pages(u);
}

/* False where this chip cannot undo what was done to the image. */
static bool
start_ciphers(struct unpack *u, const struct upg_image *image)
{
	return image->data_size % UPG_CIPHER_BLOCK == 0 &&
	       upg_cipher_start(&u->from, GYA_UPG_KEY_PACKAGE, image->salt, image->iv) &&
	       upg_cipher_start(&u->to, GYA_UPG_KEY_FLASH, image->salt, image->iv);
}

errcode_t
upg_install_image(const struct gya_partition *storage, const struct upg_image *image,
	const struct gya_partition *target)
{
	struct unpack u = {.storage = storage, .target = target};
	bool is_lzma = image->decompress_flag == UPG_FLAG_LZMA;
	errcode_t result;

	/* differences are switched off in the vendor's build */
	if (image->decompress_flag == UPG_FLAG_DIFF)
		return ERRCODE_UPG_NOT_SUPPORTED;
	/* a plain image is copied as it is, whatever its flag says: only the unpacking decrypts */
	if (is_lzma && image->encrypt_flag == UPG_FLAG_ENCRYPTED && !start_ciphers(&u, image))
		return ERRCODE_UPG_NOT_SUPPORTED;
	result = upg_flash_erase(target, 0, target->size);
	if (result != ERRCODE_SUCC)
		return result;
	u.in_offset = image->data_offset;
	u.in_left = image->data_size;
	return is_lzma ? unpack_lzma(&u) : copy_plain(storage, image, target);
}
