/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/layout.h"

void
gyw_hello_encode(struct gyw_writer *w, const struct gyw_hello *hello)
{
	gyw_write_body(w, GYW_HELLO, hello);
}

void
gyw_begin_encode(struct gyw_writer *w, const struct gyw_begin *begin)
{
	gyw_write_body(w, GYW_BEGIN, begin);
	gyw_write_bytes(w, begin->tlvs, begin->tlvs_size);
}

void
gyw_manifest_encode(struct gyw_writer *w, const struct gyw_manifest *manifest)
{
	gyw_write_body(w, GYW_MANIFEST, manifest);
	gyw_write_bytes(w, manifest->bytes, manifest->size);
}

void
gyw_data_encode(struct gyw_writer *w, const struct gyw_data *data)
{
	gyw_write_body(w, GYW_DATA, data);
	gyw_write_bytes(w, data->bytes, data->size);
}

void
gyw_area_encode(struct gyw_writer *w, const struct gyw_area *area)
{
	gyw_write_body(w, GYW_HASH, area);
}
