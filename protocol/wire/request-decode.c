/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

/* Each decoder fills a copy first: the caller's struct stays untouched on failure. */

enum gyw_result
gyw_hello_decode(struct gyw_hello *out, const uint8_t *body, uint32_t size)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_hello, protocol_min),
		GYW_FIELD(struct gyw_hello, protocol_max), GYW_FIELD(struct gyw_hello, flags),
		GYW_FIELD(struct gyw_hello, nonce)};
	struct gyw_reader r;
	struct gyw_hello h;

	gyw_reader_init(&r, body, size);
	gyw_read_fields(&r, &h, fields, GYW_N_FIELDS(fields));
	if (r.failed)
		return GYW_E_SHORT;
	if (h.protocol_min > h.protocol_max)
		return GYW_E_RANGE;
	memcpy(out, &h, sizeof h);
	return GYW_OK;
}

enum gyw_result
gyw_begin_decode(struct gyw_begin *out, const uint8_t *body, uint32_t size)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_begin, session),
		GYW_FIELD(struct gyw_begin, mode), GYW_FIELD(struct gyw_begin, target),
		GYW_FIELD(struct gyw_begin, length), GYW_FIELD(struct gyw_begin, sha256),
		GYW_FIELD(struct gyw_begin, flags)};
	struct gyw_reader r;
	struct gyw_begin b;

	gyw_reader_init(&r, body, size);
	gyw_read_fields(&r, &b, fields, GYW_N_FIELDS(fields));
	b.tlvs = r.at;
	b.tlvs_size = r.left;
	if (r.failed)
		return GYW_E_SHORT;
	/* session 0 means "no session" everywhere else */
	if (b.session == 0 || b.mode < GYW_MODE_PACKAGE || b.mode > GYW_MODE_RAW || b.length == 0)
		return GYW_E_RANGE;
	memcpy(out, &b, sizeof b);
	return GYW_OK;
}

enum gyw_result
gyw_manifest_decode(struct gyw_manifest *out, const uint8_t *body, uint32_t size)
{
	struct gyw_reader r;
	struct gyw_manifest m;

	gyw_reader_init(&r, body, size);
	m.offset = gyw_read_u32le(&r);
	m.total = gyw_read_u32le(&r);
	m.bytes = r.at;
	m.size = r.left;
	if (r.failed)
		return GYW_E_SHORT;
	if (m.offset > m.total || m.size > m.total - m.offset || m.size == 0)
		return GYW_E_RANGE;
	memcpy(out, &m, sizeof m);
	return GYW_OK;
}

enum gyw_result
gyw_data_decode(struct gyw_data *out, const uint8_t *body, uint32_t size)
{
	struct gyw_reader r;
	struct gyw_data d;

	gyw_reader_init(&r, body, size);
	d.offset = gyw_read_u32le(&r);
	d.bytes = r.at;
	d.size = r.left;
	if (r.failed)
		return GYW_E_SHORT;
	if (d.size > UINT32_MAX - d.offset)
		return GYW_E_RANGE;
	memcpy(out, &d, sizeof d);
	return GYW_OK;
}

enum gyw_result
gyw_area_decode(struct gyw_area *out, const uint8_t *body, uint32_t size)
{
	struct gyw_reader r;
	struct gyw_area a;

	gyw_reader_init(&r, body, size);
	a.area = gyw_read_u32le(&r);
	a.offset = gyw_read_u32le(&r);
	a.length = gyw_read_u32le(&r);
	if (r.failed)
		return GYW_E_SHORT;
	if (a.length > UINT32_MAX - a.offset)
		return GYW_E_RANGE;
	memcpy(out, &a, sizeof a);
	return GYW_OK;
}
