// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/partition-file.h"
#include "tests/fuzz/target.h"

/* The two XML files of a build, each as either system and generation takes it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);

	for (guint i = 0; i < 4; i++) {
		const GyOhosSystem system = {.is_standard = i & 1, .is_legacy = i & 2};
		g_autoptr(GPtrArray) findings =
			g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
		g_autoptr(GyOhosConfig) config = gy_ohos_config_parse(bytes, "fuzz", &system, findings, NULL);
		g_autoptr(GyOhosConfig) empty = g_new0(GyOhosConfig, 1);
		g_autoptr(GBytes) partitions = NULL;

		empty->parts = gy_ohos_parts_new();
		partitions =
			gy_ohos_partition_file_apply(bytes, "fuzz", config ? config : empty, findings, NULL);
	}
	return 0;
}
