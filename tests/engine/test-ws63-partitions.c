// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/ws63/partition-table.h"
#include "protocol/wire/bytes.h"
#include "tests/engine/vectors.h"

static const char *const layouts[] = {"compressed", "ab", "hilink"};

static void
standard_tables_are_sound(gconstpointer data)
{
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard(data);
	g_autoptr(GPtrArray) findings = gy_ws63_partition_table_check(table);

	g_assert_cmpuint(table->partitions->len, ==, 16);
	for (guint i = 0; i < findings->len; i++)
		g_test_message("%s", ((const GyFinding *) findings->pdata[i])->message);
	g_assert_cmpuint(findings->len, ==, 0);
	g_assert_cmpstr(gy_ws63_partition_table_layout(table), ==, data);
}

/* The words of the format, at their offsets. */
static void
bytes_are_laid_out_as_the_format_says(void)
{
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard("compressed");
	g_autoptr(GBytes) bytes = gy_ws63_partition_table_to_bytes(table);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	g_assert_cmpuint(size, ==, 1024);
	g_assert_cmphex(gyw_get_u32le(data), ==, 0x4B87A54B);
	g_assert_cmphex(gyw_get_u32le(data + 4), ==, 0x00010000);
	g_assert_cmpuint(data[12] | data[13] << 8, ==, 32);
	g_assert_cmpuint(data[14], ==, 16);
	g_assert_cmpuint(data[15 + 8], ==, 0x20);
	g_assert_cmphex(gyw_get_u32le(data + 32 + 8 * 8), ==, 0x030000);
	g_assert_cmphex(gyw_get_u32le(data + 32 + 8 * 8 + 4), ==, 0x240000);
	for (gsize i = 32 + 16 * 8; i < size; i++)
		g_assert_cmpuint(data[i], ==, 0);
	g_assert_cmpuint(gy_ws63_partition_table_storage(table), ==, 0x180000);
}

static void
assert_same_table(const GyWs63PartitionTable *a, const GyWs63PartitionTable *b)
{
	g_assert_cmpuint(a->version, ==, b->version);
	g_assert_cmpuint(a->partitions->len, ==, b->partitions->len);
	for (guint i = 0; i < a->partitions->len; i++) {
		const GyWs63Partition *x = &g_array_index(a->partitions, GyWs63Partition, i);
		const GyWs63Partition *y = &g_array_index(b->partitions, GyWs63Partition, i);

		g_assert_cmphex(x->id, ==, y->id);
		g_assert_cmphex(x->address, ==, y->address);
		g_assert_cmphex(x->size, ==, y->size);
	}
}

/* Random tables through both forms; in bytes also behind the headers that may stand before them. */
static void
both_forms_give_the_table_back(void)
{
	for (guint run = 0; run < 200; run++) {
		g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard("ab");
		guint n = (guint) g_test_rand_int_range(1, 112);
		gsize offset = ((gsize[]){0, 0x300, 0x380})[run % 3];
		g_autoptr(GBytes) bytes = NULL, text = NULL, placed = NULL;
		g_autoptr(GyWs63PartitionTable) by_bytes = NULL, by_text = NULL;
		g_autoptr(GError) error = NULL;
		guint8 *copy;

		table->version = (guint32) g_test_rand_int();
		g_array_set_size(table->partitions, n);
		for (guint i = 0; i < n; i++)
			g_array_index(table->partitions, GyWs63Partition, i) =
				(GyWs63Partition){(guint8) (i * 7 + run), (guint32) g_test_rand_int(),
					(guint32) g_test_rand_int()};
		bytes = gy_ws63_partition_table_to_bytes(table);
		copy = g_malloc0(offset + 1024);
		memcpy(copy + offset, g_bytes_get_data(bytes, NULL), 1024);
		placed = g_bytes_new_take(copy, offset + 1024);
		by_bytes = gy_ws63_partition_table_parse(placed, "bytes", &error);
		g_assert_no_error(error);
		g_assert_cmpuint(by_bytes->offset, ==, offset);
		assert_same_table(by_bytes, table);
		text = gy_ws63_partition_table_to_text(table);
		by_text = gy_ws63_partition_table_parse_text(text, "text", &error);
		g_assert_no_error(error);
		assert_same_table(by_text, table);
	}
}

static void
lying_tables_are_refused(void)
{
	static const struct {
		guint at;
		guint8 value;
	} lies[] = {{0, 0}, {5, 1}, {12, 30}, {12, 0}, {13, 4}, {14, 130}, {14, 255}};
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard("compressed");
	g_autoptr(GBytes) bytes = gy_ws63_partition_table_to_bytes(table);

	for (guint i = 0; i < G_N_ELEMENTS(lies); i++) {
		guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), 1024);
		g_autoptr(GBytes) lying = g_bytes_new_take(copy, 1024);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyWs63PartitionTable) read = NULL;

		copy[lies[i].at] = lies[i].value;
		read = gy_ws63_partition_table_parse(lying, "lying", &error);
		g_assert_null(read);
		g_assert_error(error, GY_ERROR, GY_ERROR_PARTITIONS_MALFORMED);
	}
	for (gsize cut = 0; cut < 32 + 16 * 8; cut++) {
		g_autoptr(GBytes) part = g_bytes_new(g_bytes_get_data(bytes, NULL), cut);
		g_autoptr(GyWs63PartitionTable) read = gy_ws63_partition_table_parse(part, "cut", NULL);

		g_assert_null(read);
	}
}

/* ---- rules ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *text; /* over the compressed standard table */
	const char *field;
	GySeverity severity;
} rules[] = {
	{"overlap", "[partition fota]\naddress = 0x26F000\nsize = 0x184000\n", "partition[0x21].address",
		GY_SEVERITY_ERROR},
	{"address-not-aligned", "[partition application]\naddress = 0x030800\nsize = 0x23F000\n",
		"partition[0x20].address", GY_SEVERITY_ERROR},
	{"size-not-aligned", "[partition application]\naddress = 0x030000\nsize = 0x23F800\n",
		"partition[0x20].size", GY_SEVERITY_ERROR},
	{"behind-the-flash", "[partition nv]\naddress = 0x400000\nsize = 0x4000\n", "partition[0x10].size",
		GY_SEVERITY_WARNING},
	{"protected-moved",
		"[partition factory]\naddress = 0x3F4000\nsize = 0x4000\n"
		"[partition 0x30]\naddress = 0x3F3000\nsize = 0x1000\n",
		"partition[0x08].address", GY_SEVERITY_WARNING},
	{"too-little-storage", "[partition fota]\naddress = 0x270000\nsize = 0x100000\n",
		"partition[0x21].size", GY_SEVERITY_WARNING},
	{"no-storage", "[partition fota]\naddress = 0x270000\nsize = 0\n", "partition[0x21].size",
		GY_SEVERITY_ERROR},
	{"seventeen", "[partition 0x77]\naddress = 0x3F3000\nsize = 0\n", "item_count", GY_SEVERITY_WARNING},
};

static void
finds(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autofree char *text = g_strconcat("[table]\nbase = compressed\n", rules[i].text, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_parse_text(bytes, "rule", &error);
	g_autoptr(GPtrArray) findings = NULL;
	gboolean found = FALSE;

	g_assert_no_error(error);
	findings = gy_ws63_partition_table_check(table);
	for (guint j = 0; j < findings->len; j++) {
		const GyFinding *finding = findings->pdata[j];

		found |=
			g_str_equal(finding->field, rules[i].field) && finding->severity == rules[i].severity;
	}
	g_assert_true(found);
}

static void
a_table_of_few_entries_is_refused(void)
{
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard("compressed");
	g_autoptr(GPtrArray) findings = NULL;
	const GyFinding *first;

	g_array_set_size(table->partitions, 15);
	findings = gy_ws63_partition_table_check(table);
	g_assert_cmpuint(findings->len, >, 0);
	first = findings->pdata[0];
	g_assert_cmpstr(first->field, ==, "item_count");
	g_assert_cmpint(first->severity, ==, GY_SEVERITY_ERROR);
}

static const struct {
	const char *name;
	const char *text;
	GyError code;
	const char *words;
} wrong_texts[] = {
	{"nothing", "", GY_ERROR_CFG_MISSING, "partition"},
	{"unknown-base", "[table]\nbase = x\n", GY_ERROR_CFG_VALUE, "text:2: "},
	{"unknown-section", "[tables]\n", GY_ERROR_CFG_SYNTAX, "text:1: "},
	{"unknown-key", "[partition 0x20]\naddress = 0\nsize = 0\nname = a\n", GY_ERROR_CFG_SYNTAX,
		"text:4: "},
	{"no-size", "[partition 0x20]\naddress = 0\n", GY_ERROR_CFG_MISSING, "text:1: "},
	{"no-number", "[partition 0x20]\naddress = here\nsize = 0\n", GY_ERROR_CFG_VALUE, "text:2: "},
	{"no-id", "[partition 0x100]\naddress = 0\nsize = 0\n", GY_ERROR_CFG_VALUE, "text:1: "},
	{"twice-by-two-names",
		"[partition 0x20]\naddress = 0\nsize = 0\n[partition application]\naddress = 0\nsize = 0\n",
		GY_ERROR_CFG_DUPLICATE, "text:4: "},
};

static void
refuses_text(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) bytes = g_bytes_new(wrong_texts[i].text, strlen(wrong_texts[i].text));
	g_autoptr(GError) error = NULL;
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_parse_text(bytes, "text", &error);

	g_assert_null(table);
	g_assert_error(error, GY_ERROR, (int) wrong_texts[i].code);
	if (!strstr(error->message, wrong_texts[i].words))
		g_error("\"%s\" does not say \"%s\"", error->message, wrong_texts[i].words);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(layouts); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/partitions/standard-is-sound/%s", layouts[i]);

		g_test_add_data_func(path, layouts[i], standard_tables_are_sound);
	}
	g_test_add_func(
		"/ws63/partitions/bytes-are-as-the-format-says", bytes_are_laid_out_as_the_format_says);
	g_test_add_func("/ws63/partitions/both-forms-give-the-table-back", both_forms_give_the_table_back);
	g_test_add_func("/ws63/partitions/lying-tables-are-refused", lying_tables_are_refused);
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/partitions/finds/%s", rules[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), finds);
	}
	g_test_add_func("/ws63/partitions/refuses-few-entries", a_table_of_few_entries_is_refused);
	for (guint i = 0; i < G_N_ELEMENTS(wrong_texts); i++) {
		g_autofree char *path =
			g_strdup_printf("/ws63/partitions/refuses-text/%s", wrong_texts[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), refuses_text);
	}
	return g_test_run();
}
