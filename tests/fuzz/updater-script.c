// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/differences.h"
#include "tests/fuzz/target.h"

/* The script in an incremental package: what differences it names. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *script = g_strndup(size ? (const char *) data : "", size);
	g_autoptr(GPtrArray) differences = gy_ohos_differences_of_script(script);

	for (guint i = 0; i < differences->len; i++) {
		const GyOhosDifference *difference = differences->pdata[i];

		g_assert_nonnull(difference->patch);
		g_assert_true(difference->is_block == (difference->list != NULL));
	}
	return 0;
}
