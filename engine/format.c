// SPDX-License-Identifier: Apache-2.0
#include "engine/format.h"

#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/ws63/ws63.h"

/* A new system is one line here and a folder below formats/. */
static const GyFormat *const formats[] = {
	&gy_ws63_format,
	&gy_ws63_region_format,
	&gy_openharmony_format,
	NULL,
};

const GyFormat *const *
gy_format_list(void)
{
	return formats;
}

const GyFormat *
gy_format_by_system(const char *system)
{
	for (const GyFormat *const *at = formats; *at; at++)
		if (g_str_equal((*at)->system, system))
			return *at;
	return NULL;
}

const GyFormat *
gy_format_by_content(GBytes *bytes)
{
	for (const GyFormat *const *at = formats; *at; at++)
		if ((*at)->probe(bytes))
			return *at;
	return NULL;
}

void
gy_signed_range_free(GySignedRange *range)
{
	if (!range)
		return;
	g_free(range->key);
	g_clear_pointer(&range->bytes, g_bytes_unref);
	g_free(range);
}
