// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/package-report.h"
#include "app/text.h"
#include "engine/file.h"
#include "engine/formats/ws63/partition-table.h"

static const char *const layout_titles[][2] = {
	{"compressed", "one application, compressed packages"},
	{"ab", "two applications, A and B"},
	{"hilink", "an application and an independent hilink"},
};

/* A word of a standard table, or a file: text begins with a line of an ini file, a table does not. */
static GyWs63PartitionTable *
load(const char *input, GError **error)
{
	GyWs63PartitionTable *table = gy_ws63_partition_table_standard(input);
	g_autoptr(GBytes) bytes = table ? NULL : gy_file_read(input, GY_WS63_PARTITION_TABLE_MAX, error);
	gsize size = 0;
	const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	if (!bytes)
		return table;
	if (g_utf8_validate_len(data, MIN(size, 64), NULL) && !memchr(data, '\0', MIN(size, 64)))
		return gy_ws63_partition_table_parse_text(bytes, input, error);
	return gy_ws63_partition_table_parse(bytes, input, error);
}

static int
by_address(gconstpointer a, gconstpointer b)
{
	const GyWs63Partition *x = *(const GyWs63Partition *const *) a,
			      *y = *(const GyWs63Partition *const *) b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void
print_object(const GyOutput *output, const GyWs63Partition *partition)
{
	JsonObject *object = gy_json_new("partition");

	gy_json_number(object, "id", partition->id);
	gy_json_text(object, "name", gy_ws63_partition_name(partition->id));
	gy_json_number(object, "address", partition->address);
	gy_json_number(object, "size", partition->size);
	json_object_set_boolean_member(object, "protected", gy_ws63_partition_is_protected(partition->id));
	gy_output_object(output, object);
}

static void
print_row(const GyOutput *output, const GyWs63Partition *partition, guint64 *end)
{
	guint64 own_end = (guint64) partition->address + partition->size;
	g_autofree char *size = gy_text_size(partition->size);
	g_autofree char *gap = partition->address > *end ? gy_text_size(partition->address - *end) : NULL;

	if (gap && partition->size > 0)
		gy_output_styled(output, GY_STYLE_DIM, "  0x%06" G_GINT64_MODIFIER "X  0x%06X  %11s  free\n",
			*end, partition->address, gap);
	gy_output_print(output, "  0x%06X  0x%06" G_GINT64_MODIFIER "X  %11s  0x%02X  %s%s\n",
		partition->address, own_end, size, partition->id, gy_ws63_partition_name(partition->id),
		gy_ws63_partition_is_protected(partition->id) ? " (protected)" : "");
	if (partition->size > 0)
		*end = MAX(*end, own_end);
}

static void
print_map(const GyOutput *output, const char *input, const GyWs63PartitionTable *table)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	g_autofree char *name = gy_text_safe(input);
	g_autofree char *storage = gy_text_size(gy_ws63_partition_table_storage(table));
	const char *layout = gy_ws63_partition_table_layout(table);
	guint64 end = 0;

	for (guint i = 0; i < table->partitions->len; i++)
		g_ptr_array_add(sorted, &g_array_index(table->partitions, GyWs63Partition, i));
	g_ptr_array_sort(sorted, by_address);
	gy_output_styled(output, GY_STYLE_BOLD, "%s", name);
	for (guint i = 0; i < G_N_ELEMENTS(layout_titles); i++)
		if (g_str_equal(layout_titles[i][0], layout))
			gy_output_print(
				output, "  WS63 partition table %u, %s", table->version, layout_titles[i][1]);
	gy_output_print(output, ", packages up to %s\n\n", storage);
	gy_output_styled(
		output, GY_STYLE_BOLD, "  %-8s  %-8s  %11s  %-4s  %s\n", "From", "To", "Size", "Id", "Name");
	for (guint i = 0; i < sorted->len; i++) {
		const GyWs63Partition *partition = g_ptr_array_index(sorted, i);

		if (output->json)
			print_object(output, partition);
		else
			print_row(output, partition, &end);
	}
}

static const GyFinding *
first_error(GPtrArray *findings)
{
	for (guint i = 0; i < findings->len; i++)
		if (((const GyFinding *) findings->pdata[i])->severity == GY_SEVERITY_ERROR)
			return findings->pdata[i];
	return NULL;
}

static gboolean
show(const GyOutput *output, const char *input, const char *path, GError **error)
{
	g_autoptr(GyWs63PartitionTable) table = load(input, error);
	g_autoptr(GPtrArray) findings = table ? gy_ws63_partition_table_check(table) : NULL;
	g_autoptr(GBytes) text = NULL;

	if (!table)
		return FALSE;
	print_map(output, input, table);
	if (findings->len > 0)
		gy_output_print(output, "\n");
	gy_report_finding_list(output, findings);
	if (!path)
		return TRUE;
	text = gy_ws63_partition_table_to_text(table);
	if (!gy_command_write(path, text, error))
		return FALSE;
	gy_output_print(output, "\n");
	gy_command_print_written(output, path, text, "to be edited, and built again");
	return TRUE;
}

static gboolean
build(const GyOutput *output, const char *input, const char *path, GError **error)
{
	g_autoptr(GyWs63PartitionTable) table = load(input, error);
	g_autoptr(GPtrArray) findings = table ? gy_ws63_partition_table_check(table) : NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!table)
		return FALSE;
	if (first_error(findings)) {
		gy_report_finding_list(output, findings);
		g_propagate_error(error, gy_finding_to_error(first_error(findings)));
		return FALSE;
	}
	gy_report_notes(output, findings);
	bytes = gy_ws63_partition_table_to_bytes(table);
	if (!gy_command_write(path, bytes, error))
		return FALSE;
	gy_command_print_written(output, path, bytes, "partition table, for flash offset 0x380");
	return TRUE;
}

static gboolean
check(const GyOutput *output, const char *input, const char *path, GError **error)
{
	g_autoptr(GyWs63PartitionTable) table = load(input, error);
	g_autoptr(GPtrArray) findings = table ? gy_ws63_partition_table_check(table) : NULL;
	g_autofree char *name = gy_text_safe(input);

	if (!table)
		return FALSE;
	gy_report_finding_list(output, findings);
	if (first_error(findings)) {
		g_propagate_error(error, gy_finding_to_error(first_error(findings)));
		return FALSE;
	}
	gy_output_print(output, "%s: ", name);
	gy_output_styled(output, findings->len ? GY_STYLE_WARN : GY_STYLE_GOOD, "%s",
		findings->len ? "a board takes it, with the doubts above" : "nothing is wrong with it");
	gy_output_print(output, "\n");
	return TRUE;
}

typedef gboolean (*Work)(const GyOutput *output, const char *input, const char *path, GError **error);

/* @takes_output: 'o' if -o has to be there, ' ' if it may, '-' if not */
static int
run_work(const GyCommand *command, GyOutput *output, char **arguments, Work work, char takes_output)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry with_output[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path,
			takes_output == 'o' ? "The table" : "The same as text, to be edited", "OUT"},
		{NULL},
	};

	if (!gy_command_parse(command, takes_output == '-' ? NULL : with_output, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || (takes_output == 'o' && !gy_command_need_option(path, "-o OUT", &error)) ||
		(path && !gy_command_check_output(path, (const char *const[]){input, NULL}, &error)) ||
		!work(output, input, path, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

static int
run_show(const GyCommand *command, GyOutput *output, char **arguments)
{
	return run_work(command, output, arguments, show, ' ');
}

static int
run_build(const GyCommand *command, GyOutput *output, char **arguments)
{
	return run_work(command, output, arguments, build, 'o');
}

static int
run_check(const GyCommand *command, GyOutput *output, char **arguments)
{
	return run_work(command, output, arguments, check, '-');
}

const GyCommand gy_command_partitions_show = {
	.name = "partitions show",
	.arguments = "FILE [-o TEXT]",
	.summary = "Prints the map of a WS63 partition table: of a table, a params image, the start of a "
		   "flash, a text, or "
		   "of compressed, ab or hilink",
	.example = "  gantry partitions show root_params_sign.bin -o partitions.txt",
	.run = run_show,
};

const GyCommand gy_command_partitions_build = {
	.name = "partitions build",
	.arguments = "TEXT -o OUT",
	.summary = "Makes a WS63 partition table from a text that partitions show wrote",
	.example = "  gantry partitions build partitions.txt -o partitions.bin",
	.run = run_build,
};

const GyCommand gy_command_partitions_check = {
	.name = "partitions check",
	.arguments = "FILE",
	.summary = "Looks for overlaps, wrong alignment and too little room for packages in a WS63 partition "
		   "table",
	.example = "  gantry partitions check partitions.txt",
	.run = run_check,
};
