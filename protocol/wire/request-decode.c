/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/layout.h"

enum gyw_result
gyw_hello_decode(struct gyw_hello *out, const uint8_t *body, uint32_t size)
{
	if (!gyw_read_body(GYW_HELLO, out, body, size))
		return GYW_E_SHORT;
	return out->protocol_min > out->protocol_max ? GYW_E_RANGE : GYW_OK;
}

enum gyw_result
gyw_begin_decode(struct gyw_begin *out, const uint8_t *body, uint32_t size)
{
	if (!gyw_read_body(GYW_BEGIN, out, body, size))
		return GYW_E_SHORT;
	out->tlvs = body + GYW_BEGIN_FIXED;
	out->tlvs_size = size - GYW_BEGIN_FIXED;
	/* session 0 means "no session" everywhere else */
	if (out->session == 0 || out->mode < GYW_MODE_PACKAGE || out->mode > GYW_MODE_RAW || out->length == 0)
		return GYW_E_RANGE;
	return GYW_OK;
}

enum gyw_result
gyw_manifest_decode(struct gyw_manifest *out, const uint8_t *body, uint32_t size)
{
	/* an empty piece is none */
	if (size <= GYW_MANIFEST_FIXED || !gyw_read_body(GYW_MANIFEST, out, body, size))
		return GYW_E_SHORT;
	out->bytes = body + GYW_MANIFEST_FIXED;
	out->size = size - GYW_MANIFEST_FIXED;
	if (out->offset > out->total || out->size > out->total - out->offset)
		return GYW_E_RANGE;
	return GYW_OK;
}

enum gyw_result
gyw_data_decode(struct gyw_data *out, const uint8_t *body, uint32_t size)
{
	if (!gyw_read_body(GYW_DATA, out, body, size))
		return GYW_E_SHORT;
	out->bytes = body + GYW_DATA_FIXED;
	out->size = size - GYW_DATA_FIXED;
	return out->size > UINT32_MAX - out->offset ? GYW_E_RANGE : GYW_OK;
}

enum gyw_result
gyw_area_decode(struct gyw_area *out, const uint8_t *body, uint32_t size)
{
	if (!gyw_read_body(GYW_HASH, out, body, size))
		return GYW_E_SHORT;
	return out->length > UINT32_MAX - out->offset ? GYW_E_RANGE : GYW_OK;
}
