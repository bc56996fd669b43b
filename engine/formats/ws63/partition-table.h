// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/package.h"

#define GY_WS63_PARTITION_TABLE_SIZE 1024
#define GY_WS63_PARTITION_TABLE_MAX  (8 * 1024 * 1024) /* a whole flash may be read */

/** GyWs63Partition: one place in the flash; @address counts from the flash's start. */
typedef struct {
	guint8 id;
	guint32 address;
	guint32 size;
} GyWs63Partition;

/**
 * GyWs63PartitionTable:
 * @version: the table's own number
 * @offset: where it stood in what was read
 * @partitions: (element-type GyWs63Partition): in the table's order
 *
 * A board's partition table. FORMAT.md, "Partition table".
 */
typedef struct {
	guint32 version;
	guint64 offset;
	GArray *partitions;
} GyWs63PartitionTable;

void gy_ws63_partition_table_free(GyWs63PartitionTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyWs63PartitionTable, gy_ws63_partition_table_free)

/** gy_ws63_partition_table_standard: (transfer full) (nullable): the SDK's own "compressed", "ab" or "hilink". */
GyWs63PartitionTable *gy_ws63_partition_table_standard(const char *layout);

/**
 * gy_ws63_partition_table_parse:
 * @bytes: a table, a params image that holds one, or the start of a flash
 * @name: stands in messages
 * @error: return location
 *
 * Returns: (transfer full): the table, or %NULL with %GY_ERROR_PARTITIONS_MALFORMED
 */
GyWs63PartitionTable *gy_ws63_partition_table_parse(
	GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ws63_partition_table_parse_text:
 * @bytes: an ini file as gy_ws63_partition_table_to_text() writes it; `base = compressed` in [table] begins with a
 *   standard table
 * @name: stands in messages
 * @error: return location
 *
 * Returns: (transfer full): the table, or %NULL with GY_ERROR_CFG_* that names the line
 */
GyWs63PartitionTable *gy_ws63_partition_table_parse_text(
	GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ws63_partition_table_to_bytes: (transfer full): 1024 bytes, as they stand at flash offset 0x380. */
GBytes *gy_ws63_partition_table_to_bytes(const GyWs63PartitionTable *table);
/** gy_ws63_partition_table_to_text: (transfer full): to be edited and read again. */
GBytes *gy_ws63_partition_table_to_text(const GyWs63PartitionTable *table);

/**
 * gy_ws63_partition_table_check:
 * @table: a table
 *
 * What is wrong or doubtful: number of entries, double ids, overlaps, alignment, places outside the flash, changed
 * protected partitions, room for packages beside the application's.
 *
 * Returns: (transfer full) (element-type GyFinding): in the order of the partitions
 */
GPtrArray *gy_ws63_partition_table_check(const GyWs63PartitionTable *table);

/** gy_ws63_partition_find: (nullable): the first partition of that id. */
const GyWs63Partition *gy_ws63_partition_find(const GyWs63PartitionTable *table, guint8 id);
/** gy_ws63_partition_name: "application"; "" for an id without a name. */
const char *gy_ws63_partition_name(guint8 id);
/** gy_ws63_partition_is_protected: whether its id is write protected once the board left the factory. */
gboolean gy_ws63_partition_is_protected(guint8 id);
/** gy_ws63_partition_table_layout: "compressed", "ab" or "hilink", by what it has room for. */
const char *gy_ws63_partition_table_layout(const GyWs63PartitionTable *table);
/** gy_ws63_partition_table_storage: bytes that a package may have; 0 if it has no such partition. */
guint32 gy_ws63_partition_table_storage(const GyWs63PartitionTable *table);
