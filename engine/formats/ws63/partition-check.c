// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/partition-table.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "engine/formats/ws63/ws63.h"

#define SECTOR         0x1000u
#define FLASH_SIZE     0x400000u
#define NEEDED_ENTRIES 16u
/* what the root key partition shares its only sector with makes it the one that ends elsewhere */
#define ROOT_KEY_ID 0x03

static void
report(GPtrArray *findings, GySeverity severity, const GyWs63Partition *partition, const char *what,
	const char *found, const char *expected, const char *message)
{
	g_autofree char *field =
		partition ? g_strdup_printf("partition[0x%02X].%s", partition->id, what) : g_strdup(what);

	g_ptr_array_add(findings, gy_finding_new(severity, GY_ERROR_PARTITIONS_RULE, field, GY_NO_OFFSET,
					  found, expected, "%s", message));
}

static guint64
end_of(const GyWs63Partition *partition)
{
	return (guint64) partition->address + partition->size;
}

static void
check_place(GPtrArray *findings, const GyWs63Partition *partition)
{
	g_autofree char *address = g_strdup_printf("0x%06X", partition->address);
	g_autofree char *size = g_strdup_printf("0x%06X", partition->size);
	g_autofree char *end = g_strdup_printf("0x%06" G_GINT64_MODIFIER "X", end_of(partition));

	if (partition->size == 0)
		return;
	if (partition->address % SECTOR != 0)
		report(findings, GY_SEVERITY_ERROR, partition, "address", address, _("a multiple of 0x1000"),
			_("the partition does not begin with a sector, so erasing it erases a part of what "
			  "lies before"));
	if (partition->size % SECTOR != 0 && partition->id != ROOT_KEY_ID)
		report(findings, GY_SEVERITY_ERROR, partition, "size", size, _("a multiple of 0x1000"),
			_("the partition does not end with a sector, so erasing it erases a part of what "
			  "lies "
			  "behind"));
	if (end_of(partition) > FLASH_SIZE)
		report(findings, GY_SEVERITY_WARNING, partition, "size", end, _("at most 0x400000"),
			_("the partition ends behind the standard flash of 4 MiB"));
}

static void
check_against_others(GPtrArray *findings, const GyWs63PartitionTable *table, guint index)
{
	const GyWs63Partition *partition = &g_array_index(table->partitions, GyWs63Partition, index);

	for (guint i = 0; i < index; i++) {
		const GyWs63Partition *other = &g_array_index(table->partitions, GyWs63Partition, i);
		g_autofree char *found =
			g_strdup_printf(_("0x%06X to 0x%06" PRIX64), partition->address, end_of(partition));
		g_autofree char *expected =
			g_strdup_printf(_("nothing of 0x%02X, which is 0x%06X to 0x%06" PRIX64), other->id,
				other->address, end_of(other));

		if (partition->id == other->id)
			report(findings, GY_SEVERITY_ERROR, partition, "id", NULL, _("each id once"),
				_("the partition is there twice, and the device takes the first"));
		else if (partition->size > 0 && other->size > 0 && partition->address < end_of(other) &&
			 other->address < end_of(partition))
			report(findings, GY_SEVERITY_ERROR, partition, "address", found, expected,
				_("two partitions overlap"));
	}
}

/* Write protected after production: what lies there cannot follow a table that moves it. */
static void
check_protected(GPtrArray *findings, const GyWs63PartitionTable *table)
{
	g_autoptr(GyWs63PartitionTable) standard = gy_ws63_partition_table_standard("compressed");

	for (guint i = 0; i < standard->partitions->len; i++) {
		const GyWs63Partition *usual = &g_array_index(standard->partitions, GyWs63Partition, i);
		const GyWs63Partition *here = gy_ws63_partition_find(table, usual->id);
		g_autofree char *found =
			here ? g_strdup_printf(_("0x%06X, size 0x%06X"), here->address, here->size) : NULL;
		g_autofree char *expected =
			g_strdup_printf(_("0x%06X, size 0x%06X"), usual->address, usual->size);

		if (!gy_ws63_partition_is_protected(usual->id))
			continue;
		if (!here)
			report(findings, GY_SEVERITY_ERROR, usual, "id", _("none"), expected,
				_("the chip needs this partition"));
		else if (here->address != usual->address || here->size != usual->size)
			report(findings, GY_SEVERITY_WARNING, here, "address", found, expected,
				_("a partition that is write protected once the board left the factory lies "
				  "elsewhere than usual"));
	}
}

static void
check_storage(GPtrArray *findings, const GyWs63PartitionTable *table)
{
	const GyWs63Partition *application = gy_ws63_partition_find(table, WS63_PARTITION_APPLICATION);
	const GyWs63Partition *fota = gy_ws63_partition_find(table, WS63_PARTITION_FOTA);
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	if (!application || application->size == 0 || !fota || fota->size == 0) {
		report(findings, GY_SEVERITY_ERROR, NULL,
			application && application->size ? "partition[0x21].size" : "partition[0x20].size",
			_("none"), _("a size"), _("without it there is no upgrade over the air"));
		return;
	}
	/* the guide's rule is written with one digit, and its own table is 0.67 */
	if (((guint64) fota->size * 200 / application->size + 10) / 20 >= 7)
		return;
	found = g_strdup_printf("1 : 0.%02u", (guint) ((guint64) fota->size * 100 / application->size));
	expected = g_strdup_printf("1 : 0.7, 0x%06" G_GINT64_MODIFIER "X",
		((guint64) application->size * 7 / 10 + SECTOR - 1) / SECTOR * SECTOR);
	report(findings, GY_SEVERITY_WARNING, fota, "size", found, expected,
		_("an application that fills its partition compresses to about 0.7 of it and will not fit "
		  "the "
		  "storage for packages"));
}

GPtrArray *
gy_ws63_partition_table_check(const GyWs63PartitionTable *table)
{
	GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree char *count = g_strdup_printf("%u", table->partitions->len);

	if (table->partitions->len != NEEDED_ENTRIES)
		report(findings,
			table->partitions->len < NEEDED_ENTRIES ? GY_SEVERITY_ERROR : GY_SEVERITY_WARNING,
			NULL, "item_count", count, "16",
			table->partitions->len < NEEDED_ENTRIES
				? _("the device refuses a table with fewer entries")
				: _("the device reads only the first 16 entries"));
	for (guint i = 0; i < table->partitions->len; i++) {
		check_place(findings, &g_array_index(table->partitions, GyWs63Partition, i));
		check_against_others(findings, table, i);
	}
	check_protected(findings, table);
	check_storage(findings, table);
	return findings;
}
