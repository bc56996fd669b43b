// SPDX-License-Identifier: Apache-2.0
#include "engine/compression/zip-archive.h"
#include "tests/fuzz/target.h"

/* A fuzzer's time goes into directories and deflate, not into writing what a small file may unpack to. */
#define UNPACK_MAX (1024 * 1024)

/* An archive of unknown origin: its directory, and every member of a reasonable size. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyZip) zip = gy_zip_open(bytes, "fuzz", NULL);

	for (guint i = 0; zip && i < gy_zip_n_members(zip); i++) {
		g_autoptr(GBytes) member =
			gy_zip_size(zip, i) <= UNPACK_MAX ? gy_zip_read(zip, i, NULL) : NULL;

		g_assert_true(!member || g_bytes_get_size(member) == gy_zip_size(zip, i));
		g_assert_cmpint(gy_zip_find(zip, gy_zip_member(zip, i)), ==, (int) i);
	}
	return 0;
}
