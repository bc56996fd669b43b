// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/seal.h"
#include "engine/formats/openharmony/update-verify.h"
#include "tests/fuzz/target.h"

/* An update.bin of any generation by itself: its checks, its components, and what of it would be signed elsewhere. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyOhosUpdate) update = gy_ohos_update_parse(bytes, "fuzz", NULL);
	g_autoptr(GyPackage) package = gy_ohos_load(bytes, "fuzz", NULL);
	g_autoptr(GPtrArray) ranges = NULL;

	if (!update)
		return 0;
	for (guint i = 0; i < update->components->len; i++) {
		const GyOhosComponent *component = update->components->pdata[i];
		g_autoptr(GBytes) content = gy_ohos_update_data(update, component, NULL);

		g_assert_true(!content || g_bytes_get_size(content) == component->size);
	}
	if (!package)
		return 0;
	gy_ohos_update_verify(update, package, NULL);
	ranges = gy_ohos_to_be_signed(package, NULL, NULL);
	return 0;
}
