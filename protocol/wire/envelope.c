/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/envelope.h"

#include "protocol/wire/bytes.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/mem.h"

#define CRC_AT (GYW_ENVELOPE_SIZE - 4u)

static const uint8_t magic[4] = {'G', 'Y', 'D', 'E'};

enum gyw_envelope_result
gyw_envelope_decode(struct gyw_envelope *envelope, const uint8_t bytes[GYW_ENVELOPE_SIZE], uint32_t file_size)
{
	struct gyw_reader r;
	uint32_t version;

	if (memcmp(bytes, magic, sizeof magic) != 0)
		return GYW_ENVELOPE_E_MAGIC;
	if (gyw_crc32c(bytes, CRC_AT) != gyw_get_u32le(bytes + CRC_AT))
		return GYW_ENVELOPE_E_CRC;
	gyw_reader_init(&r, bytes + sizeof magic, CRC_AT - sizeof magic);
	version = gyw_read_u16le(&r);
	envelope->head_size = gyw_read_u16le(&r);
	envelope->patch_size = gyw_read_u32le(&r);
	envelope->kind = gyw_read_u32le(&r);
	envelope->old_size = gyw_read_u32le(&r);
	envelope->new_size = gyw_read_u32le(&r);
	gyw_read_bytes(&r, envelope->old_sha256, sizeof envelope->old_sha256);
	gyw_read_bytes(&r, envelope->new_sha256, sizeof envelope->new_sha256);
	gyw_read_bytes(&r, envelope->version, sizeof envelope->version);
	envelope->patch_crc32c = gyw_read_u32le(&r);
	if (version != GYW_ENVELOPE_VERSION ||
		(envelope->kind != GYW_ENVELOPE_HPATCHLITE && envelope->kind != GYW_ENVELOPE_HDIFF13))
		return GYW_ENVELOPE_E_VERSION;
	if (envelope->head_size < GYW_ENVELOPE_SIZE || envelope->head_size > file_size ||
		envelope->patch_size != file_size - envelope->head_size)
		return GYW_ENVELOPE_E_SIZE;
	return GYW_ENVELOPE_OK;
}

void
gyw_envelope_encode(const struct gyw_envelope *envelope, uint8_t bytes[GYW_ENVELOPE_SIZE])
{
	struct gyw_writer w;

	memset(bytes, 0, GYW_ENVELOPE_SIZE);
	gyw_writer_init(&w, bytes, CRC_AT);
	gyw_write_bytes(&w, magic, sizeof magic);
	gyw_write_u16le(&w, GYW_ENVELOPE_VERSION);
	gyw_write_u16le(&w, GYW_ENVELOPE_SIZE);
	gyw_write_u32le(&w, envelope->patch_size);
	gyw_write_u32le(&w, envelope->kind);
	gyw_write_u32le(&w, envelope->old_size);
	gyw_write_u32le(&w, envelope->new_size);
	gyw_write_bytes(&w, envelope->old_sha256, sizeof envelope->old_sha256);
	gyw_write_bytes(&w, envelope->new_sha256, sizeof envelope->new_sha256);
	gyw_write_bytes(&w, envelope->version, sizeof envelope->version);
	gyw_write_u32le(&w, envelope->patch_crc32c);
	gyw_put_u32le(bytes + CRC_AT, gyw_crc32c(bytes, CRC_AT));
}
