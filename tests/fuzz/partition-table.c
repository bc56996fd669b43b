// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/partition-table.h"
#include "tests/fuzz/target.h"

static void
use(const GyWs63PartitionTable *table)
{
	g_autoptr(GPtrArray) findings = gy_ws63_partition_table_check(table);
	g_autoptr(GBytes) bytes = gy_ws63_partition_table_to_bytes(table);
	g_autoptr(GBytes) text = gy_ws63_partition_table_to_text(table);
	g_autoptr(GyWs63PartitionTable) again = gy_ws63_partition_table_parse(bytes, "again", NULL);

	g_assert_nonnull(again);
	g_assert_cmpuint(again->partitions->len, ==, table->partitions->len);
}

/* A partition table, as bytes and as text; whatever was read is written and read again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyWs63PartitionTable) binary = gy_ws63_partition_table_parse(bytes, "fuzz", NULL);
	g_autoptr(GyWs63PartitionTable) text = gy_ws63_partition_table_parse_text(bytes, "fuzz", NULL);

	if (binary)
		use(binary);
	if (text)
		use(text);
	return 0;
}
