// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/partition-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/xml.h"

/* Sectors of 512 bytes in a MiB. */
#define SECTORS_PER_MIB 2048
/* A device takes more than two and fewer than twenty partitions. */
#define PARTITIONS_MIN 3
#define PARTITIONS_MAX 19
#define NO_VERSION     "0o00"

typedef struct {
	const char *name;
	GPtrArray *findings;
} Reading;

static void
refuse(const Reading *reading, GyError code, xmlNode *element, const char *found, const char *expected,
	const char *message)
{
	g_autofree char *place = g_strdup_printf("%s:%ld", reading->name, xmlGetLineNo(element));

	g_ptr_array_add(reading->findings,
		gy_finding_new(GY_SEVERITY_ERROR, code, place, GY_NO_OFFSET, found, expected, "%s", message));
}

/* "0", or MiB with an M behind; in sectors. */
static guint64
take_sectors(const Reading *reading, xmlNode *part, const char *attribute)
{
	g_autofree char *text = gy_ohos_xml_attribute(part, attribute);
	gsize length = text ? strlen(text) : 0;
	guint64 number = 0;

	if (g_strcmp0(text, "0") == 0)
		return 0;
	if (length > 1 && text[length - 1] == 'M') {
		g_autofree char *digits = g_strndup(text, length - 1);

		if (g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT32 / SECTORS_PER_MIB, &number, NULL))
			return number * SECTORS_PER_MIB;
	}
	refuse(reading, GY_ERROR_CFG_VALUE, part, text, _("0 or a number of MiB, such as 16M"), attribute);
	return 0;
}

/* (transfer full): names go into JSON and into a script as they are. */
static char *
take_name(const Reading *reading, xmlNode *part, const char *attribute)
{
	g_autofree char *text = gy_ohos_xml_attribute(part, attribute);
	const char *at = text;

	while (at && (g_ascii_isalnum(*at) || strchr("_-.", *at)) && *at)
		at++;
	if (text && *text && *at == '\0' && strlen(text) < OHOS_PART_NAME_MAX)
		return g_steal_pointer(&text);
	refuse(reading, GY_ERROR_CFG_VALUE, part, text, _("letters, digits, _ - ."), attribute);
	return g_strdup("");
}

/* Of these the device's own boot chain takes care. */
static gboolean
has_image(const char *partition)
{
	static const char *const without[] = {
		"fastboot", "boot", "kernel", "misc", "updater", "userdata", NULL};

	return !g_strv_contains(without, partition);
}

static const GyOhosPart *
find_part(GPtrArray *parts, const char *name)
{
	for (guint i = 0; i < parts->len; i++)
		if (g_str_equal(((const GyOhosPart *) parts->pdata[i])->name, name))
			return parts->pdata[i];
	return NULL;
}

static GyOhosPart *
new_part(const GyOhosPart *described, const char *name, guint line)
{
	GyOhosPart *part = g_new0(GyOhosPart, 1);

	part->name = g_strdup(name);
	part->id = described ? described->id : 0;
	part->res_type = described ? described->res_type : 0;
	part->version = g_strdup(described ? described->version : NO_VERSION);
	part->file = g_strdup_printf("%s.img", name);
	part->line = line;
	return part;
}

/* The file's line for one partition, spelt as the original has it: fsType bears the type of flash. */
static void
add_partition(const Reading *reading, xmlNode *part, GString *json, const char *name)
{
	guint64 start = take_sectors(reading, part, "Start");
	guint64 length = take_sectors(reading, part, "Length");
	g_autofree char *flash = take_name(reading, part, "FlashType");

	g_string_append_printf(json,
		"%s{\"start\": %" G_GUINT64_FORMAT ", \"length\": %" G_GUINT64_FORMAT
		", \"partName\": \"%s\", \"fsType\": \"%s\"}",
		g_str_has_suffix(json->str, "[") ? "" : ", ", start, length, name, flash);
}

static void
check_numbers(const Reading *reading, xmlNode *root, guint n_partitions, guint n_images, guint n_described)
{
	g_autofree char *found = g_strdup_printf("%u", n_partitions);
	g_autofree char *images = g_strdup_printf("%u", n_images);
	g_autofree char *described = g_strdup_printf(_("at most %u"), n_described);

	if (n_partitions < PARTITIONS_MIN || n_partitions > PARTITIONS_MAX)
		refuse(reading, GY_ERROR_CFG_RULE, root, found, _("3 to 19"),
			_("a device does not take that number of partitions"));
	if (n_images > n_described)
		refuse(reading, GY_ERROR_CFG_RULE, root, images, described,
			_("there are more partitions with an image than components in the configuration"));
}

static void
check_differences(const Reading *reading, const GyOhosConfig *config, GPtrArray *described)
{
	for (guint i = 0; i < described->len; i++) {
		const GyOhosPart *part = described->pdata[i];
		g_autofree char *place = g_strdup_printf("%s:%u", config->name, part->line);

		if (part->type != 0)
			g_ptr_array_add(
				reading->findings, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_CFG_RULE, place,
							   GY_NO_OFFSET, "1", "0",
							   _("a package that changes the partitions has no "
							     "differences: compType")));
	}
}

GBytes *
gy_ohos_partition_file_apply(
	GBytes *bytes, const char *name, GyOhosConfig *config, GPtrArray *findings, GError **error)
{
	g_autoptr(GyOhosXml) document = gy_ohos_xml_parse(bytes, name, "Partition_Info", error);
	const Reading reading = {.name = name, .findings = findings};
	xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	g_autoptr(GString) json = g_string_new("{\"Partition\": [");
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) described = NULL;
	guint n_partitions = 0;

	if (!root)
		return NULL;
	described = g_steal_pointer(&config->parts);
	config->parts = gy_ohos_parts_new();
	for (xmlNode *at = NULL; (at = gy_ohos_xml_child(root, "Part", at)); n_partitions++) {
		g_autofree char *partition = take_name(&reading, at, "PartitionName");

		add_partition(&reading, at, json, partition);
		if (!g_hash_table_add(names, g_strdup(partition)))
			refuse(&reading, GY_ERROR_CFG_DUPLICATE, at, partition, NULL,
				_("PartitionName is there twice"));
		if (has_image(partition))
			g_ptr_array_add(config->parts, new_part(find_part(described, partition), partition,
							       (guint) xmlGetLineNo(at)));
	}
	check_numbers(&reading, root, n_partitions, config->parts->len, described->len);
	check_differences(&reading, config, described);
	g_string_append(json, "]}");
	return g_string_free_to_bytes(g_steal_pointer(&json));
}
