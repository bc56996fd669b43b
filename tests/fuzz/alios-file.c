// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/alios.h"
#include "tests/fuzz/target.h"

/* An image with its block, a packed one, a difference or a message: everything that is done with a file of unknown origin. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyPackage) package = gy_alios_load(bytes, "fuzz", NULL);

	if (!package)
		return 0;
	(void) !gy_alios_verify(package, NULL, NULL);
	for (guint i = 0; i < gy_package_images(package)->len; i++) {
		g_autoptr(GBytes) unpacked = gy_package_unpack_image(package, i, NULL);
	}
	return 0;
}
