/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

enum gyw_result
gyw_hello_decode(struct gyw_hello *out, const uint8_t *body, uint32_t size)
{
	if (size < GYW_HELLO_SIZE)
		return GYW_E_SHORT;
	if (body[0] > body[1])
		return GYW_E_RANGE;
	out->protocol_min = body[0];
	out->protocol_max = body[1];
	out->flags = (uint16_t) (body[2] | body[3] << 8);
	memcpy(out->nonce, body + GYW_HELLO_NONCE_AT, sizeof out->nonce);
	return GYW_OK;
}

enum gyw_result
gyw_begin_decode(struct gyw_begin *out, const uint8_t *body, uint32_t size)
{
	const uint32_t n = GYW_WORDS(gyw_begin, sha256);

	if (size < GYW_BEGIN_FIXED)
		return GYW_E_SHORT;
	gyw_get_words(out, body, n);
	memcpy(out->sha256, body + 4 * n, sizeof out->sha256);
	out->tlvs = body + GYW_BEGIN_FIXED;
	out->tlvs_size = size - GYW_BEGIN_FIXED;
	return out->length > 0 ? GYW_OK : GYW_E_RANGE;
}

enum gyw_result
gyw_manifest_decode(struct gyw_manifest *out, const uint8_t *body, uint32_t size)
{
	/* an empty piece is none */
	if (size <= GYW_MANIFEST_FIXED)
		return GYW_E_SHORT;
	gyw_get_words(out, body, 2);
	out->bytes = body + GYW_MANIFEST_FIXED;
	out->size = size - GYW_MANIFEST_FIXED;
	return out->offset > out->total || out->size > out->total - out->offset ? GYW_E_RANGE : GYW_OK;
}

enum gyw_result
gyw_data_decode(struct gyw_data *out, const uint8_t *body, uint32_t size)
{
	if (size < GYW_DATA_FIXED)
		return GYW_E_SHORT;
	out->offset = gyw_get_u32le(body);
	out->bytes = body + GYW_DATA_FIXED;
	out->size = size - GYW_DATA_FIXED;
	return out->size > UINT32_MAX - out->offset ? GYW_E_RANGE : GYW_OK;
}

enum gyw_result
gyw_area_decode(struct gyw_area *out, const uint8_t *body, uint32_t size)
{
	if (size < sizeof *out)
		return GYW_E_SHORT;
	gyw_get_words(out, body, GYW_ALL_WORDS(gyw_area));
	return out->length > UINT32_MAX - out->offset ? GYW_E_RANGE : GYW_OK;
}
