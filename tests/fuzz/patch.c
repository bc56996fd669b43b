// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/patch.h"
#include "engine/formats/openharmony/pkgdiff.h"
#include "tests/fuzz/target.h"

#define NEW_SIZE_MAX (1024 * 1024)

/* A patch of any kind; in front of it the size of the old image, 16 bits. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree guint8 *old_bytes = NULL;
	g_autoptr(GBytes) old = NULL;
	g_autoptr(GBytes) patch = NULL;
	g_autoptr(GBytes) made = NULL;
	guint64 new_size = 0, old_size = 0;
	GyPatchInfo info;
	guint16 n;

	if (size < 2)
		return 0;
	n = (guint16) (data[0] | data[1] << 8);
	old_bytes = g_malloc0(MAX(n, 1));
	old = g_bytes_new(old_bytes, n);
	patch = g_bytes_new(data + 2, size - 2);
	if (gy_ohos_pkgdiff_read(patch, &new_size, &old_size, NULL) && new_size <= NEW_SIZE_MAX) {
		made = gy_ohos_pkgdiff_apply(patch, old, NULL);
		g_assert_true(!made || g_bytes_get_size(made) == new_size);
		return 0;
	}
	/* larger images are made alike, and only take longer */
	if (!gy_patch_inspect(patch, &info, NULL) || info.new_size > NEW_SIZE_MAX)
		return 0;
	made = gy_patch_apply(patch, old, NULL);
	g_assert_true(!made || g_bytes_get_size(made) == info.new_size);
	return 0;
}
