// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/partition-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/ini.h"
#include "engine/packages/build-options.h"

#define TABLE  "table"
#define PREFIX "partition "
/* so many fit into 1024 bytes with their ids */
#define MAX_PARTITIONS 111

static gboolean
read_number(const GyIni *ini, const char *section, const char *key, guint32 *number, GError **error)
{
	g_autofree char *text = gy_ini_get(ini, section, key);

	if (!text) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("%s:%u: section [%s] has no %s"),
			gy_ini_name(ini), gy_ini_line(ini, section, NULL), section, key);
		return FALSE;
	}
	if (gy_number_parse(text, number))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("%s:%u: %s is \"%s\", expected a number of 32 bits, decimal or hexadecimal with 0x"),
		gy_ini_name(ini), gy_ini_line(ini, section, key), key, text);
	return FALSE;
}

static gboolean
check_keys(const GyIni *ini, const char *section, const char *const *known, GError **error)
{
	g_auto(GStrv) keys = gy_ini_keys(ini, section);

	for (guint i = 0; keys[i]; i++)
		if (!g_strv_contains(known, keys[i])) {
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, _("%s:%u: [%s] has no %s"),
				gy_ini_name(ini), gy_ini_line(ini, section, keys[i]), section, keys[i]);
			return FALSE;
		}
	return TRUE;
}

/* "0x20" or "application" */
static gboolean
read_id(const GyIni *ini, const char *section, guint8 *id, GError **error)
{
	const char *word = section + strlen(PREFIX);
	guint32 number = 0;

	for (guint i = 0; i <= 0xff; i++)
		if (*word && g_str_equal(gy_ws63_partition_name((guint8) i), word)) {
			*id = (guint8) i;
			return TRUE;
		}
	if (gy_number_parse(word, &number) && number <= 0xff) {
		*id = (guint8) number;
		return TRUE;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("%s:%u: [%s] names no partition: expected a number up to 0xFF or a name such as "
		  "application"),
		gy_ini_name(ini), gy_ini_line(ini, section, NULL), section);
	return FALSE;
}

/* In the place of the standard one, or behind the others. */
static gboolean
put_partition(GyWs63PartitionTable *table, guint n_standard, const GyIni *ini, const char *section,
	const GyWs63Partition *partition, GError **error)
{
	for (guint i = 0; i < table->partitions->len; i++) {
		GyWs63Partition *at = &g_array_index(table->partitions, GyWs63Partition, i);

		if (at->id != partition->id)
			continue;
		if (i < n_standard) {
			*at = *partition;
			return TRUE;
		}
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_DUPLICATE,
			_("%s:%u: partition 0x%02X is there already"), gy_ini_name(ini),
			gy_ini_line(ini, section, NULL), partition->id);
		return FALSE;
	}
	if (table->partitions->len == MAX_PARTITIONS) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("%s:%u: a table holds at most %d partitions"), gy_ini_name(ini),
			gy_ini_line(ini, section, NULL), MAX_PARTITIONS);
		return FALSE;
	}
	g_array_append_val(table->partitions, *partition);
	return TRUE;
}

static gboolean
read_partition(
	GyWs63PartitionTable *table, guint n_standard, const GyIni *ini, const char *section, GError **error)
{
	static const char *const known[] = {"address", "size", NULL};
	GyWs63Partition partition = {0};

	return check_keys(ini, section, known, error) && read_id(ini, section, &partition.id, error) &&
	       read_number(ini, section, "address", &partition.address, error) &&
	       read_number(ini, section, "size", &partition.size, error) &&
	       put_partition(table, n_standard, ini, section, &partition, error);
}

static GyWs63PartitionTable *
begin(const GyIni *ini, GError **error)
{
	static const char *const known[] = {"version", "base", NULL};
	g_autofree char *base = gy_ini_get(ini, TABLE, "base");
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard(base ? base : "compressed");

	if (!table) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s:%u: base is \"%s\", expected compressed, ab or hilink"), gy_ini_name(ini),
			gy_ini_line(ini, TABLE, "base"), base);
		return NULL;
	}
	if (!base)
		g_array_set_size(table->partitions, 0);
	if (!check_keys(ini, TABLE, known, error))
		return NULL;
	if (gy_ini_line(ini, TABLE, "version") != 0 &&
		!read_number(ini, TABLE, "version", &table->version, error))
		return NULL;
	return g_steal_pointer(&table);
}

GyWs63PartitionTable *
gy_ws63_partition_table_parse_text(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyIni) ini = gy_ini_parse(bytes, name, GY_INI_NONE, error);
	g_autoptr(GyWs63PartitionTable) table = ini ? begin(ini, error) : NULL;
	g_auto(GStrv) sections = table ? gy_ini_sections(ini) : NULL;
	guint n_standard = table ? table->partitions->len : 0;

	for (guint i = 0; sections && sections[i]; i++) {
		if (g_str_equal(sections[i], TABLE))
			continue;
		if (!g_str_has_prefix(sections[i], PREFIX)) {
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
				_("%s:%u: expected [%s] or [%s…], found [%s]"), name,
				gy_ini_line(ini, sections[i], NULL), TABLE, PREFIX, sections[i]);
			return NULL;
		}
		if (!read_partition(table, n_standard, ini, sections[i], error))
			return NULL;
	}
	if (table && table->partitions->len == 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("%s: there is no [%s…]"), name, PREFIX);
		return NULL;
	}
	return g_steal_pointer(&table);
}

GBytes *
gy_ws63_partition_table_to_text(const GyWs63PartitionTable *table)
{
	g_autoptr(GString) text = g_string_new("[" TABLE "]\n");

	g_string_append_printf(text, "version = %u\n", table->version);
	for (guint i = 0; i < table->partitions->len; i++) {
		const GyWs63Partition *partition = &g_array_index(table->partitions, GyWs63Partition, i);
		const char *name = gy_ws63_partition_name(partition->id);

		g_string_append_printf(text, "\n");
		if (*name)
			g_string_append_printf(text, "# %s\n", name);
		g_string_append_printf(text, "[" PREFIX "0x%02X]\naddress = 0x%06X\nsize = 0x%06X\n",
			partition->id, partition->address, partition->size);
	}
	return g_string_free_to_bytes(g_steal_pointer(&text));
}
