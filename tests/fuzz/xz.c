// SPDX-License-Identifier: Apache-2.0
#include "engine/compression/xz.h"
#include "tests/fuzz/target.h"

#define SIZE_MAX_OUT (1u << 20)

/* Whatever comes out has the size that its index says, and not more than is allowed. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) unpacked = gy_xz_decode(data, size, SIZE_MAX_OUT, NULL);
	GyXzInfo info;

	if (!unpacked)
		return 0;
	if (!gy_xz_inspect(data, size, &info, NULL) || info.size != g_bytes_get_size(unpacked) ||
		info.size > SIZE_MAX_OUT)
		g_error("%" G_GSIZE_FORMAT " bytes came out", g_bytes_get_size(unpacked));
	return 0;
}
