// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/partition-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/ws63.h"

enum {
	TABLE_ID = 0,
	TABLE_STRUCT_VERSION = 4,
	TABLE_VERSION = 8,
	TABLE_ITEM_OFFSET = 12, /* u16 */
	TABLE_ITEM_COUNT = 14,  /* u8, then so many ids of one byte */
	TABLE_IDS = 15,
	ITEM_SIZE = 8,
	/* the most entries that 1024 bytes hold with their ids */
	MAX_ITEMS = (GY_WS63_PARTITION_TABLE_SIZE - TABLE_IDS - 3) / (ITEM_SIZE + 1),
};

#define TABLE_IMAGE_ID 0x4B87A54Bu
/* the last three sectors of the storage belong to the upgrade itself */
#define STORAGE_TAIL 0x3000u
#define AB_TOLERANCE 0x2000u

static const struct {
	guint8 id;
	const char *name;
} names[] = {
	{0x00, "ssb"},
	{0x01, "flashboot"},
	{0x02, "flashboot-backup"},
	{0x03, "root-key"},
	{0x08, "factory"},
	{0x09, "nv-backup"},
	{0x10, "nv"},
	{0x11, "crash"},
	{WS63_PARTITION_APPLICATION, "application"},
	{WS63_PARTITION_FOTA, "fota"},
	{0x30, "reserve"},
	{WS63_PARTITION_HILINK, "hilink"},
};

static const struct {
	guint8 id;
	guint32 compressed[2], ab[2], hilink[2]; /* address and size */
} standard[] = {
	{0x00, {0x002000, 0x6000}, {0x002000, 0x6000}, {0x002000, 0x6000}},
	{0x01, {0x020000, 0x10000}, {0x020000, 0x10000}, {0x020000, 0x10000}},
	{0x02, {0x010000, 0x10000}, {0x010000, 0x10000}, {0x010000, 0x10000}},
	{0x03, {0x000000, 0x800}, {0x000000, 0x800}, {0x000000, 0x800}},
	{0x08, {0x008000, 0x4000}, {0x008000, 0x4000}, {0x008000, 0x4000}},
	{0x09, {0x00C000, 0x4000}, {0x00C000, 0x4000}, {0x00C000, 0x4000}},
	{0x10, {0x3FC000, 0x4000}, {0x3FC000, 0x4000}, {0x3FC000, 0x4000}},
	{0x11, {0x3FB000, 0x1000}, {0x3FB000, 0x1000}, {0x3FB000, 0x1000}},
	{0x20, {0x030000, 0x240000}, {0x030000, 0x1E1000}, {0x030000, 0x1C0000}},
	{0x21, {0x270000, 0x183000}, {0x211000, 0x1E1000}, {0x270000, 0x183000}},
	{0x30, {0x3F3000, 0x8000}, {0x3F2000, 0x9000}, {0x3F3000, 0x8000}},
	{0x31, {0x3F3000, 0}, {0x3F2000, 0}, {0x1F0000, 0x80000}},
	{0x32, {0x3F3000, 0}, {0x3F2000, 0}, {0x3F3000, 0}},
	{0x33, {0x3F3000, 0}, {0x3F2000, 0}, {0x3F3000, 0}},
	{0x34, {0x3F3000, 0}, {0x3F2000, 0}, {0x3F3000, 0}},
	{0x35, {0x3F3000, 0}, {0x3F2000, 0}, {0x3F3000, 0}},
};

void
gy_ws63_partition_table_free(GyWs63PartitionTable *table)
{
	if (!table)
		return;
	g_array_unref(table->partitions);
	g_free(table);
}

static GyWs63PartitionTable *
table_new(void)
{
	GyWs63PartitionTable *table = g_new0(GyWs63PartitionTable, 1);

	table->partitions = g_array_new(FALSE, TRUE, sizeof(GyWs63Partition));
	return table;
}

GyWs63PartitionTable *
gy_ws63_partition_table_standard(const char *layout)
{
	gboolean ab = g_str_equal(layout, "ab"), hilink = g_str_equal(layout, "hilink");
	GyWs63PartitionTable *table;

	if (!ab && !hilink && !g_str_equal(layout, "compressed"))
		return NULL;
	table = table_new();
	for (guint i = 0; i < G_N_ELEMENTS(standard); i++) {
		const guint32 *place = ab       ? standard[i].ab
				       : hilink ? standard[i].hilink
						: standard[i].compressed;
		const GyWs63Partition partition = {
			.id = standard[i].id, .address = place[0], .size = place[1]};

		g_array_append_val(table->partitions, partition);
	}
	return table;
}

const GyWs63Partition *
gy_ws63_partition_find(const GyWs63PartitionTable *table, guint8 id)
{
	for (guint i = 0; i < table->partitions->len; i++)
		if (g_array_index(table->partitions, GyWs63Partition, i).id == id)
			return &g_array_index(table->partitions, GyWs63Partition, i);
	return NULL;
}

const char *
gy_ws63_partition_name(guint8 id)
{
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i].id == id)
			return names[i].name;
	return "";
}

gboolean
gy_ws63_partition_is_protected(guint8 id)
{
	return id <= 0x09;
}

static guint32
size_of(const GyWs63PartitionTable *table, guint8 id)
{
	const GyWs63Partition *partition = gy_ws63_partition_find(table, id);

	return partition ? partition->size : 0;
}

const char *
gy_ws63_partition_table_layout(const GyWs63PartitionTable *table)
{
	guint32 application = size_of(table, WS63_PARTITION_APPLICATION);
	guint32 fota = size_of(table, WS63_PARTITION_FOTA);
	guint32 difference = application > fota ? application - fota : fota - application;

	if (size_of(table, WS63_PARTITION_HILINK) > 0)
		return "hilink";
	return fota > 0 && difference <= AB_TOLERANCE ? "ab" : "compressed";
}

guint32
gy_ws63_partition_table_storage(const GyWs63PartitionTable *table)
{
	guint32 fota = size_of(table, WS63_PARTITION_FOTA);

	return fota > STORAGE_TAIL ? fota - STORAGE_TAIL : 0;
}

/* ---- bytes ---------------------------------------------------------------------------------------------- */

/* Where a table stands: alone, behind the header of a signed params image, or behind the root key record as well. */
static gboolean
find_table(const guint8 *data, gsize size, gsize *offset)
{
	static const gsize places[] = {
		0, WS63_FIRMWARE_HEADER_SIZE, WS63_ROOT_RECORD_SIZE + WS63_FIRMWARE_HEADER_SIZE};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++)
		if (size >= places[i] + TABLE_IDS && gyw_get_u32le(data + places[i]) == TABLE_IMAGE_ID) {
			*offset = places[i];
			return TRUE;
		}
	return FALSE;
}

static gboolean
check_extent(const guint8 *data, gsize size, const char *name, GError **error)
{
	guint32 struct_version = gyw_get_u32le(data + TABLE_STRUCT_VERSION);
	guint count = data[TABLE_ITEM_COUNT];
	guint items = data[TABLE_ITEM_OFFSET] | (guint) data[TABLE_ITEM_OFFSET + 1] << 8;
	gsize room = MIN(size, GY_WS63_PARTITION_TABLE_SIZE);

	if (struct_version != WS63_STRUCT_VERSION) {
		g_set_error(error, GY_ERROR, GY_ERROR_PARTITIONS_MALFORMED,
			_("%s: the table's structure version is 0x%08X, expected 0x%08X"), name,
			struct_version, WS63_STRUCT_VERSION);
		return FALSE;
	}
	if (items < TABLE_IDS + count || items > room || count * (gsize) ITEM_SIZE > room - items) {
		g_set_error(error, GY_ERROR, GY_ERROR_PARTITIONS_MALFORMED,
			_("%s: %u entries from byte %u do not lie inside the table of %zu bytes behind its "
			  "ids"),
			name, count, items, room);
		return FALSE;
	}
	return TRUE;
}

GyWs63PartitionTable *
gy_ws63_partition_table_parse(GBytes *bytes, const char *name, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GyWs63PartitionTable *table;
	gsize offset = 0;
	const guint8 *items;

	if (!find_table(data, size, &offset)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PARTITIONS_MALFORMED,
			_("%s holds no partition table: 0x%08X stands neither at 0 nor at 0x300 nor at "
			  "0x380"),
			name, TABLE_IMAGE_ID);
		return NULL;
	}
	data += offset;
	if (!check_extent(data, size - offset, name, error))
		return NULL;
	table = table_new();
	table->offset = offset;
	table->version = gyw_get_u32le(data + TABLE_VERSION);
	items = data + (data[TABLE_ITEM_OFFSET] | (guint) data[TABLE_ITEM_OFFSET + 1] << 8);
	for (guint i = 0; i < data[TABLE_ITEM_COUNT]; i++) {
		const GyWs63Partition partition = {.id = data[TABLE_IDS + i],
			.address = gyw_get_u32le(items + i * ITEM_SIZE),
			.size = gyw_get_u32le(items + i * ITEM_SIZE + 4)};

		g_array_append_val(table->partitions, partition);
	}
	return table;
}

GBytes *
gy_ws63_partition_table_to_bytes(const GyWs63PartitionTable *table)
{
	guint8 *data = g_malloc0(GY_WS63_PARTITION_TABLE_SIZE);
	guint count = MIN(table->partitions->len, MAX_ITEMS);
	guint items = (TABLE_IDS + count + 3) / 4 * 4;

	gyw_put_u32le(data + TABLE_ID, TABLE_IMAGE_ID);
	gyw_put_u32le(data + TABLE_STRUCT_VERSION, WS63_STRUCT_VERSION);
	gyw_put_u32le(data + TABLE_VERSION, table->version);
	data[TABLE_ITEM_OFFSET] = (guint8) items;
	data[TABLE_ITEM_OFFSET + 1] = (guint8) (items >> 8);
	data[TABLE_ITEM_COUNT] = (guint8) count;
	for (guint i = 0; i < count; i++) {
		const GyWs63Partition *partition = &g_array_index(table->partitions, GyWs63Partition, i);

		data[TABLE_IDS + i] = partition->id;
		gyw_put_u32le(data + items + i * ITEM_SIZE, partition->address);
		gyw_put_u32le(data + items + i * ITEM_SIZE + 4, partition->size);
	}
	return g_bytes_new_take(data, GY_WS63_PARTITION_TABLE_SIZE);
}
