// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/format.h"
#include "tests/fuzz/target.h"

/* Everything that is done with a package of unknown origin before and after it is refused. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "fuzz", NULL);
	g_autoptr(GyTarget) target = gy_target_new();
	g_autoptr(GBytes) manifest = NULL;
	g_autoptr(GPtrArray) identities = NULL;

	if (!package)
		return 0;
	(void) !gy_package_verify(package, NULL, NULL);
	target->storage_size = 0x180000;
	target->has_root_key = TRUE;
	gy_target_add_image(target, 0x4B0F2D2D, 0x10000, 1);
	gy_package_check_device(package, target);
	manifest = gy_package_manifest(package);
	identities = gy_package_identities(package, NULL);
	for (guint i = 0; i < gy_package_images(package)->len; i++) {
		g_autoptr(GBytes) unpacked = gy_package_unpack_image(package, i, NULL);
	}
	return 0;
}
