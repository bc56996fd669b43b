// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/liteos.h"
#include "tests/fuzz/target.h"

/* Any file as a package of LiteOS_Lab: loaded, verified, and unpacked as a whole image and as a difference. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const guint8 zeros[4096];
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
	g_autoptr(GBytes) old = g_bytes_new_static(zeros, sizeof zeros);
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GBytes) whole = NULL;
	g_autoptr(GBytes) from_old = NULL;

	if (!gy_liteos_format.probe(bytes))
		return 0;
	package = gy_liteos_load(bytes, "fuzz", NULL);
	if (!package)
		return 0;
	g_assert_true(gy_liteos_verify(package, NULL, NULL));
	whole = gy_liteos_unpack_image(package, 0, NULL);
	from_old = gy_liteos_unpack_difference(package, 0, old, NULL);
	return 0;
}
