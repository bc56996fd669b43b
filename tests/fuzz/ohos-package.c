// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/openharmony.h"
#include "tests/fuzz/target.h"

/* An update.bin of any generation, or a zip with one: everything that is done with a package of unknown origin. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyPackage) package = gy_ohos_load(bytes, "fuzz", NULL);

	if (!package)
		return 0;
	(void) !gy_ohos_verify(package, NULL, NULL);
	for (guint i = 0; i < gy_package_images(package)->len; i++) {
		g_autoptr(GBytes) unpacked = gy_package_unpack_image(package, i, NULL);
	}
	return 0;
}
