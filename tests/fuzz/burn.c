// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/format.h"
#include "tests/fuzz/target.h"

/* A container for the boot ROM: whatever follows the first word. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const guint8 magic[] = {0xDF, 0xAD, 0xBE, 0xEF};
	g_autoptr(GByteArray) whole = g_byte_array_new();
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GyPackage) package = NULL;

	g_byte_array_append(whole, magic, sizeof magic);
	g_byte_array_append(whole, data, (guint) size);
	/* a copy of exactly the right size: the array's block is larger */
	bytes = g_bytes_new(whole->data, whole->len);
	package = gy_package_load_bytes(bytes, "fuzz", NULL);
	if (!package)
		return 0;
	(void) !gy_package_verify(package, NULL, NULL);
	for (guint i = 0; i < gy_package_images(package)->len; i++) {
		g_autoptr(GBytes) unpacked = gy_package_unpack_image(package, i, NULL);
	}
	return 0;
}
