/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/xz-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

/* The .xz file format 1.1.0, as far as small decoders know it (spec alios-ota: 1.6, 1.8). */
#define MAGIC_SIZE           6u
#define FLAGS_SIZE           2u
#define HEAD_SIZE            12u /* of the stream; its footer has as many */
#define SUM_SIZE             4u
#define BLOCK_LEAST          8u
#define BLOCK_MOST           32u /* of a block's head with one filter and both sizes: 24 is enough */
#define INDEX_LEAST          8u
#define INDEX_MOST           32u
#define HAS_PACKED           0x40u
#define HAS_UNPACKED         0x80u
#define LZMA2                0x21u
#define DICTIONARY_CODE_MOST 27u /* 48 MiB; anything larger is too large everywhere */

static const uint8_t stream_head[HEAD_SIZE] = {
	0xFD, '7', 'z', 'X', 'Z', 0x00, 0x00, 0x01, 0x69, 0x22, 0xDE, 0x36};

/* What stands at both ends of the one block, and has to agree. */
struct frame {
	const struct gya_patch_source *source;
	uint32_t at;
	uint32_t size;
	uint32_t index_size;
	uint32_t unpadded; /* bytes of the block's head, data and sum */
	uint32_t unpacked;
};

bool
alios_xz_probe(const uint8_t magic[6])
{
	return memcmp(magic, stream_head, MAGIC_SIZE) == 0;
}

/* Seven bits a byte, the lowest first. A number of more than 32 bits, or in more bytes than it needs, fails the reader. */
static uint32_t
read_number(struct gyw_reader *r)
{
	uint32_t value = 0;
	uint32_t shift = 0;
	uint8_t byte;

	do {
		byte = gyw_read_u8(r);
		if (shift == 28 && byte > 0x0Fu)
			r->failed = true;
		value |= (uint32_t) (byte & 0x7Fu) << shift;
		shift += 7;
	} while ((byte & 0x80u) != 0 && !r->failed);
	if (byte == 0 && shift > 7)
		r->failed = true;
	return value;
}

/* Zeros to the reader's end. */
static bool
is_padding(struct gyw_reader *r)
{
	while (r->left > 0 && !r->failed)
		if (gyw_read_u8(r) != 0)
			return false;
	return !r->failed;
}

static bool
is_summed(const uint8_t *bytes, uint32_t size)
{
	return gya_crc32(0, bytes, size - SUM_SIZE) == gyw_get_u32le(bytes + size - SUM_SIZE);
}

static enum gya_patch_result
read_at(const struct frame *frame, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return frame->source->read(frame->source->context, frame->at + offset, bytes, size)
		       ? GYA_PATCH_OK
		       : GYA_PATCH_E_READ_PATCH;
}

static enum gya_patch_result
check_stream_head(const struct frame *frame)
{
	uint8_t head[HEAD_SIZE];
	enum gya_patch_result result = read_at(frame, 0, head, sizeof head);

	if (result != GYA_PATCH_OK || memcmp(head, stream_head, sizeof head) == 0)
		return result;
	/* another check */
	return alios_xz_probe(head) ? GYA_PATCH_E_COMPRESSION : GYA_PATCH_E_FORMAT;
}

static enum gya_patch_result
check_footer(struct frame *frame)
{
	uint8_t foot[HEAD_SIZE];
	uint32_t words;
	enum gya_patch_result result = read_at(frame, frame->size - HEAD_SIZE, foot, sizeof foot);

	if (result != GYA_PATCH_OK)
		return result;
	words = gyw_get_u32le(foot + SUM_SIZE);
	if (foot[10] != 'Y' || foot[11] != 'Z' ||
		memcmp(foot + 8, stream_head + MAGIC_SIZE, FLAGS_SIZE) != 0 ||
		gya_crc32(0, foot + SUM_SIZE, 6) != gyw_get_u32le(foot) || words < INDEX_LEAST / 4 - 1 ||
		words > INDEX_MOST / 4 - 1)
		return GYA_PATCH_E_FORMAT;
	frame->index_size = (words + 1) * 4;
	return GYA_PATCH_OK;
}

/* One record, and the block that it tells of fills what is between the stream's head and the index. */
static enum gya_patch_result
check_index(struct frame *frame)
{
	uint8_t index[INDEX_MOST];
	struct gyw_reader r;
	uint32_t room;
	enum gya_patch_result result = GYA_PATCH_E_FORMAT;

	if (frame->size < 2 * HEAD_SIZE + BLOCK_LEAST + frame->index_size)
		return result;
	room = frame->size - 2 * HEAD_SIZE - frame->index_size;
	result = read_at(frame, HEAD_SIZE + room, index, frame->index_size);
	if (result != GYA_PATCH_OK)
		return result;
	gyw_reader_init(&r, index, frame->index_size - SUM_SIZE);
	if (gyw_read_u8(&r) != 0 || gyw_read_u8(&r) != 1)
		return GYA_PATCH_E_FORMAT;
	frame->unpadded = read_number(&r);
	frame->unpacked = read_number(&r);
	/* no more padding than to the next four bytes */
	if (r.left >= 4 || !is_padding(&r) || !is_summed(index, frame->index_size) ||
		frame->unpadded > room || room - frame->unpadded >= 4 || room % 4 != 0)
		return GYA_PATCH_E_FORMAT;
	return GYA_PATCH_OK;
}

static enum gya_patch_result
check_filter(struct gyw_reader *r, uint32_t dictionary)
{
	uint32_t code;

	if (read_number(r) != LZMA2 || gyw_read_u8(r) != 1)
		return r->failed ? GYA_PATCH_E_FORMAT : GYA_PATCH_E_COMPRESSION;
	code = gyw_read_u8(r);
	if (code > DICTIONARY_CODE_MOST || (2u | (code & 1u)) << (code / 2 + 11) > dictionary)
		return GYA_PATCH_E_COMPRESSION;
	return r->failed ? GYA_PATCH_E_FORMAT : GYA_PATCH_OK;
}

static enum gya_patch_result
check_block_fields(const struct frame *frame, struct gyw_reader *r, uint32_t head_size, uint32_t dictionary)
{
	uint8_t flags = gyw_read_u8(r);
	enum gya_patch_result result;

	if ((flags & ~(HAS_PACKED | HAS_UNPACKED)) != 0)
		return GYA_PATCH_E_COMPRESSION; /* other filters in front */
	if ((flags & HAS_PACKED) != 0 && read_number(r) != frame->unpadded - head_size - SUM_SIZE)
		return GYA_PATCH_E_FORMAT;
	if ((flags & HAS_UNPACKED) != 0 && read_number(r) != frame->unpacked)
		return GYA_PATCH_E_FORMAT;
	result = check_filter(r, dictionary);
	if (result != GYA_PATCH_OK)
		return result;
	return is_padding(r) ? GYA_PATCH_OK : GYA_PATCH_E_FORMAT;
}

static enum gya_patch_result
check_block_head(const struct frame *frame, uint32_t dictionary)
{
	uint8_t head[BLOCK_MOST];
	struct gyw_reader r;
	uint32_t head_size;
	enum gya_patch_result result = read_at(frame, HEAD_SIZE, head, 1);

	if (result != GYA_PATCH_OK)
		return result;
	head_size = (head[0] + 1u) * 4;
	if (head[0] == 0 || head_size > BLOCK_MOST || frame->unpadded <= head_size + SUM_SIZE)
		return GYA_PATCH_E_FORMAT;
	result = read_at(frame, HEAD_SIZE, head, head_size);
	if (result != GYA_PATCH_OK)
		return result;
	if (!is_summed(head, head_size))
		return GYA_PATCH_E_FORMAT;
	gyw_reader_init(&r, head + 1, head_size - 1 - SUM_SIZE);
	return check_block_fields(frame, &r, head_size, dictionary);
}

enum gya_patch_result
alios_xz_inspect(const struct gya_patch_source *source, uint32_t at, uint32_t size, uint32_t dictionary,
	uint32_t *unpacked)
{
	struct frame frame = {.source = source, .at = at, .size = size};
	enum gya_patch_result result = GYA_PATCH_E_FORMAT;

	if (at > source->size || size > source->size - at || size < 2 * HEAD_SIZE + BLOCK_LEAST + INDEX_LEAST)
		return result;
	result = check_stream_head(&frame);
	if (result == GYA_PATCH_OK)
		result = check_footer(&frame);
	if (result == GYA_PATCH_OK)
		result = check_index(&frame);
	if (result == GYA_PATCH_OK)
		result = check_block_head(&frame, dictionary);
	if (result == GYA_PATCH_OK)
		*unpacked = frame.unpacked;
	return result;
}
