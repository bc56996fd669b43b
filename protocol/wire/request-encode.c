/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/message.h"

void
gyw_hello_encode(struct gyw_writer *w, const struct gyw_hello *hello)
{
	gyw_write_u8(w, hello->protocol_min);
	gyw_write_u8(w, hello->protocol_max);
	gyw_write_u16le(w, hello->flags);
	gyw_write_bytes(w, hello->nonce, sizeof hello->nonce);
}

void
gyw_begin_encode(struct gyw_writer *w, const struct gyw_begin *begin)
{
	gyw_write_words(w, begin, GYW_WORDS(gyw_begin, sha256));
	gyw_write_bytes(w, begin->sha256, sizeof begin->sha256);
	gyw_write_bytes(w, begin->tlvs, begin->tlvs_size);
}

void
gyw_manifest_encode(struct gyw_writer *w, const struct gyw_manifest *manifest)
{
	gyw_write_words(w, manifest, GYW_WORDS(gyw_manifest, bytes));
	gyw_write_bytes(w, manifest->bytes, manifest->size);
}

void
gyw_data_encode(struct gyw_writer *w, const struct gyw_data *data)
{
	gyw_write_u32le(w, data->offset);
	gyw_write_bytes(w, data->bytes, data->size);
}

void
gyw_area_encode(struct gyw_writer *w, const struct gyw_area *area)
{
	gyw_write_words(w, area, GYW_ALL_WORDS(gyw_area));
}
