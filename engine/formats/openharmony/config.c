// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/layout.h"
#include "engine/formats/openharmony/xml.h"

/* The device copies the version text with its zero. */
#define SMALL_VERSION_MAX (OHOS_TEXT_SIZE - 1)

typedef struct {
	const char *name;
	const GyOhosSystem *system;
	GPtrArray *findings;
} Reading;

static void
part_free(GyOhosPart *part)
{
	g_free(part->name);
	g_free(part->version);
	g_free(part->file);
	g_free(part);
}

GPtrArray *
gy_ohos_parts_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify) part_free);
}

void
gy_ohos_config_free(GyOhosConfig *config)
{
	if (!config)
		return;
	g_free(config->name);
	g_free(config->version_file);
	g_free(config->product_id);
	g_free(config->software_version);
	g_free(config->date);
	g_free(config->time);
	g_ptr_array_unref(config->parts);
	g_free(config);
}

static void
report(const Reading *reading, GySeverity severity, GyError code, guint line, const char *found,
	const char *expected, const char *message)
{
	g_autofree char *place = g_strdup_printf("%s:%u", reading->name, line);

	g_ptr_array_add(reading->findings,
		gy_finding_new(severity, code, place, GY_NO_OFFSET, found, expected, "%s", message));
}

static void
refuse(const Reading *reading, GyError code, guint line, const char *found, const char *expected,
	const char *message)
{
	report(reading, GY_SEVERITY_ERROR, code, line, found, expected, message);
}

/* ---- attributes ----------------------------------------------------------------------------------------- */

/* (transfer full): an attribute that has to be there and to fit its field; "" after a finding. */
static char *
take_text(const Reading *reading, xmlNode *element, const char *name, gsize limit)
{
	g_autofree char *text = gy_ohos_xml_attribute(element, name);
	guint line = (guint) xmlGetLineNo(element);
	g_autofree char *message = NULL;

	if (!text) {
		message = g_strdup_printf(_("<%s> has no %s"), (const char *) element->name, name);
		refuse(reading, GY_ERROR_CFG_MISSING, line, NULL, NULL, message);
		return g_strdup("");
	}
	if (strlen(text) > limit) {
		g_autofree char *found = g_strdup_printf(_("%zu bytes"), strlen(text));
		g_autofree char *expected = g_strdup_printf(_("at most %zu"), limit);

		message = g_strdup_printf(_("%s is longer than its field"), name);
		refuse(reading, GY_ERROR_CFG_VALUE, line, found, expected, message);
		return g_strdup("");
	}
	return g_steal_pointer(&text);
}

static guint32
take_number(const Reading *reading, xmlNode *element, const char *name, guint32 limit)
{
	g_autofree char *text = take_text(reading, element, name, 32);
	g_autofree char *expected = g_strdup_printf(_("a decimal number up to %u"), limit);
	g_autofree char *message = g_strdup_printf(_("%s is no number that its field takes"), name);
	guint64 number = 0;

	/* what is not there has been reported */
	if (!xmlHasProp(element, (const xmlChar *) name))
		return 0;
	if (!g_ascii_string_to_unsigned(text, 10, 0, limit, &number, NULL))
		refuse(reading, GY_ERROR_CFG_VALUE, (guint) xmlGetLineNo(element), text, expected, message);
	return (guint32) number;
}

/* The original tool goes by position, so what stands elsewhere means something else to it. */
static void
check_order(const Reading *reading, xmlNode *element, const char *const *names)
{
	guint i = 0;

	for (const xmlAttr *at = element->properties; at; at = at->next, i++) {
		if (names[i] && g_str_equal(at->name, names[i]))
			continue;
		report(reading, GY_SEVERITY_WARNING, GY_ERROR_CFG_RULE, (guint) xmlGetLineNo(element),
			(const char *) at->name, names[i] ? names[i] : _("nothing more"),
			_("the original tool goes by the order of the attributes and would take this one for "
			  "another"));
		return;
	}
}

/* (transfer full) (nullable): a path below the target_package, without the dot in front. */
static char *
safe_path(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();

	if (*text == '/' || strchr(text, '\\'))
		return NULL;
	for (char **part = parts; *part; part++) {
		if (g_str_equal(*part, ".."))
			return NULL;
		if (**part && !g_str_equal(*part, "."))
			g_ptr_array_add(kept, *part);
	}
	g_ptr_array_add(kept, NULL);
	return kept->len > 1 ? g_strjoinv("/", (char **) kept->pdata) : NULL;
}

/* ---- head ----------------------------------------------------------------------------------------------- */

static gsize
version_max(const GyOhosSystem *system)
{
	return system->is_standard ? OHOS_TEXT_SIZE : SMALL_VERSION_MAX;
}

static void
read_info(GyOhosConfig *config, const Reading *reading, xmlNode *info)
{
	static const char *const order[] = {"fileVersion", "prdID", "softVersion", "date", "time", NULL};

	config->info_line = (guint) xmlGetLineNo(info);
	config->file_version = take_number(reading, info, "fileVersion", G_MAXUINT32);
	config->product_id = take_text(reading, info, "prdID", OHOS_TEXT_SIZE);
	config->software_version = take_text(reading, info, "softVersion", version_max(reading->system));
	config->date = take_text(reading, info, "date", OHOS_DATE_SIZE);
	config->time = take_text(reading, info, "time", OHOS_DATE_SIZE);
	check_order(reading, info, order);
	if (!reading->system->is_standard)
		return;
	if (!reading->system->is_legacy && config->file_version < 2)
		refuse(reading, GY_ERROR_CFG_VALUE, config->info_line, NULL, _("02 or more"),
			_("fileVersion is too low: a device would read the 2025 layout wrongly"));
	if (reading->system->is_legacy && config->file_version != 1)
		refuse(reading, GY_ERROR_CFG_VALUE, config->info_line, NULL, "01",
			_("fileVersion does not fit: a device would take the legacy layout for a later one"));
}

static void
read_version_file(GyOhosConfig *config, const Reading *reading, xmlNode *head)
{
	xmlNode *element = gy_ohos_xml_child(head, "softVersionFile", NULL);
	g_autofree char *text = element ? gy_ohos_xml_text(element) : NULL;

	if (!element)
		return;
	config->version_file_line = (guint) xmlGetLineNo(element);
	if (reading->system->is_legacy) {
		report(reading, GY_SEVERITY_WARNING, GY_ERROR_CFG_RULE, config->version_file_line, text, NULL,
			_("the legacy generation knows no softVersionFile: softVersion counts"));
		return;
	}
	config->version_file = safe_path(text);
	if (!config->version_file)
		refuse(reading, GY_ERROR_CFG_VALUE, config->version_file_line, text,
			_("a file below the target_package"), _("softVersionFile names no file there"));
}

void
gy_ohos_config_take_version(
	GyOhosConfig *config, GBytes *bytes, const GyOhosSystem *system, GPtrArray *findings)
{
	const Reading reading = {.name = config->name, .system = system, .findings = findings};
	gsize size = g_bytes_get_size(bytes);
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), size);
	gsize length = strlen(g_strchomp(text));
	g_autofree char *found = g_strdup_printf(_("%zu bytes"), length);
	g_autofree char *expected = g_strdup_printf(_("1 to %zu in one line"), version_max(system));

	if (length == 0 || length > version_max(system) || strpbrk(text, "\r\n") ||
		memchr(g_bytes_get_data(bytes, NULL), 0, size)) {
		refuse(&reading, GY_ERROR_CFG_VALUE, config->version_file_line, found, expected,
			_("the text of softVersionFile is no version"));
		return;
	}
	if (size > length)
		report(&reading, GY_SEVERITY_WARNING, GY_ERROR_CFG_RULE, config->version_file_line, NULL,
			NULL,
			_("the line's end in softVersionFile is left out; the original tool takes it into "
			  "the "
			  "version"));
	g_free(config->software_version);
	config->software_version = g_steal_pointer(&text);
}

/* ---- components ----------------------------------------------------------------------------------------- */

static gsize
name_max(const GyOhosSystem *system)
{
	/* the standard system's names get a slash in front */
	if (!system->is_standard)
		return OHOS_NAME_SMALL;
	return (system->is_legacy ? OHOS_NAME_SMALL : OHOS_NAME_STANDARD) - 1;
}

/* The guide wants them to differ, though no packager looks and no device known here reads them. */
static void
check_id(const GyOhosConfig *config, const Reading *reading, const GyOhosPart *part)
{
	g_autofree char *found = g_strdup_printf("%u", part->id);

	for (guint i = 0; i < config->parts->len; i++)
		if (((GyOhosPart *) config->parts->pdata[i])->id == part->id) {
			report(reading, GY_SEVERITY_WARNING, GY_ERROR_CFG_DUPLICATE, part->line, found, NULL,
				_("compId is there twice"));
			return;
		}
}

static void
check_part(const GyOhosConfig *config, const Reading *reading, const GyOhosPart *part)
{
	if (part->type > 1 || (part->type == 1 && !reading->system->is_standard))
		refuse(reading, GY_ERROR_CFG_RULE, part->line, NULL, "0",
			_("compType is none that this system takes"));
	for (guint i = 0; i < config->parts->len; i++)
		if (*part->name && g_str_equal(((GyOhosPart *) config->parts->pdata[i])->name, part->name))
			refuse(reading, GY_ERROR_CFG_DUPLICATE, part->line, part->name, NULL,
				_("compAddr is there twice"));
	check_id(config, reading, part);
}

static void
read_part(GyOhosConfig *config, const Reading *reading, xmlNode *element)
{
	static const char *const order[] = {"compAddr", "compId", "resType", "compType", "compVer", NULL};
	g_autofree char *text = gy_ohos_xml_text(element);
	GyOhosPart *part = g_new0(GyOhosPart, 1);

	part->line = (guint) xmlGetLineNo(element);
	part->name = take_text(reading, element, "compAddr", name_max(reading->system));
	part->id = (guint16) take_number(reading, element, "compId", G_MAXUINT16);
	part->res_type = (guint8) take_number(reading, element, "resType", G_MAXUINT8);
	part->type = (guint8) take_number(reading, element, "compType", G_MAXUINT8);
	part->version = take_text(reading, element, "compVer", OHOS_COMP_VER_SIZE);
	part->file = safe_path(text);
	check_order(reading, element, order);
	if (!part->file)
		refuse(reading, GY_ERROR_CFG_VALUE, part->line, text, _("a file below the target_package"),
			_("the component names no file there"));
	check_part(config, reading, part);
	g_ptr_array_add(config->parts, part);
}

/* As the original does: user data are only for SD cards. */
static void
drop_user_data(GyOhosConfig *config, const Reading *reading)
{
	for (guint i = config->parts->len; i-- > 0;) {
		const GyOhosPart *part = config->parts->pdata[i];

		if (!g_str_equal(part->name, "userdata") || reading->system->is_sd_card)
			continue;
		report(reading, GY_SEVERITY_WARNING, GY_ERROR_CFG_RULE, part->line, "userdata", NULL,
			_("the component is left out: it belongs into SD-card packages only"));
		g_ptr_array_remove_index(config->parts, i);
	}
}

static void
check_parts(const GyOhosConfig *config, const Reading *reading)
{
	g_autofree char *found = g_strdup_printf("%u", config->parts->len);

	if (config->parts->len == 0)
		refuse(reading, GY_ERROR_CFG_MISSING, config->info_line, NULL, NULL,
			_("there are no components to pack"));
	if (!reading->system->is_standard && config->parts->len > OHOS_SMALL_MAX_COMPONENTS)
		refuse(reading, GY_ERROR_CFG_RULE,
			((GyOhosPart *) config->parts->pdata[OHOS_SMALL_MAX_COMPONENTS])->line, found,
			_("at most 9"), _("a mini or small system has no room for so many components"));
}

GyOhosConfig *
gy_ohos_config_parse(
	GBytes *bytes, const char *name, const GyOhosSystem *system, GPtrArray *findings, GError **error)
{
	g_autoptr(GyOhosXml) document = gy_ohos_xml_parse(bytes, name, "package", error);
	const Reading reading = {.name = name, .system = system, .findings = findings};
	xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	xmlNode *head = root ? gy_ohos_xml_child(root, "head", NULL) : NULL;
	xmlNode *info = head ? gy_ohos_xml_child(head, "info", NULL) : NULL;
	xmlNode *group = root ? gy_ohos_xml_child(root, "group", NULL) : NULL;
	g_autoptr(GyOhosConfig) config = g_new0(GyOhosConfig, 1);

	config->parts = gy_ohos_parts_new();
	config->name = g_strdup(name);
	if (!root)
		return NULL;
	if (!info || !group) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, _("%s:%ld: there is no <%s>"), name,
			xmlGetLineNo(root), info ? "group" : "info> in a <head");
		return NULL;
	}
	read_info(config, &reading, info);
	read_version_file(config, &reading, head);
	for (xmlNode *at = NULL; (at = gy_ohos_xml_child(group, "component", at));)
		read_part(config, &reading, at);
	drop_user_data(config, &reading);
	check_parts(config, &reading);
	return g_steal_pointer(&config);
}
