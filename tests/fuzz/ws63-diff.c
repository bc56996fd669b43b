// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/diff.h"
#include "protocol/wire/bytes.h"
#include "tests/fuzz/target.h"

/* The payload of a difference: the sizes of both images first, 16 bits each, so that it stays small. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree guint8 *old_bytes = NULL;
	g_autoptr(GBytes) old = NULL;
	g_autoptr(GBytes) made = NULL;
	guint16 old_size, new_size;
	GyWs63Patch patch;
	gboolean good;

	if (size < 4)
		return 0;
	old_size = (guint16) (data[0] | data[1] << 8);
	new_size = (guint16) (data[2] | data[3] << 8);
	old_bytes = g_malloc0(MAX(old_size, 1));
	old = g_bytes_new(old_bytes, old_size);
	good = gy_ws63_patch_read(data + 4, size - 4, old_size, new_size, &patch, NULL);
	made = gy_ws63_patch_apply(data + 4, size - 4, old, new_size, NULL, NULL);
	g_assert_cmpint(good, ==, made != NULL);
	return 0;
}
