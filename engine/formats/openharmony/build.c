// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/build.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/openharmony/container.h"
#include "engine/formats/openharmony/incremental.h"
#include "engine/formats/openharmony/partition-file.h"
#include "engine/formats/openharmony/script.h"
#include "engine/formats/openharmony/seal.h"
#include "engine/formats/openharmony/tools.h"
#include "engine/formats/openharmony/update-write.h"
#include "engine/formats/openharmony/xml.h"

#define BINARY_FILE  "updater_binary"
#define NO_VERSION   "0o00"
#define OTA_TAG      "package_type:ota"
#define OTA_TAG_SIZE 32

/* What a build gathers on its way. */
typedef struct {
	const GyBuildOptions *options;
	GPtrArray *notes;
	GyOhosSystem system;
	gboolean is_zip;
	GyOhosTarget *target;
	GyOhosConfig *config;
	GPtrArray *contents;    /* of GyOhosContent, in the package's order */
	GPtrArray *names;       /* that contents point to */
	GArray *sizes;          /* of the images among them */
	GPtrArray *differences; /* of GyOhosMade */
	GBytes *partitions;
	GBytes *boards;
	GBytes *versions;
	GBytes *binary;
} Building;

static void
content_free(GyOhosContent *content)
{
	g_bytes_unref(content->bytes);
	g_free(content);
}

static void
building_clear(Building *building)
{
	g_clear_pointer(&building->target, gy_ohos_target_free);
	g_clear_pointer(&building->config, gy_ohos_config_free);
	g_clear_pointer(&building->contents, g_ptr_array_unref);
	g_clear_pointer(&building->names, g_ptr_array_unref);
	g_clear_pointer(&building->sizes, g_array_unref);
	g_clear_pointer(&building->differences, g_ptr_array_unref);
	g_clear_pointer(&building->partitions, g_bytes_unref);
	g_clear_pointer(&building->boards, g_bytes_unref);
	g_clear_pointer(&building->versions, g_bytes_unref);
	g_clear_pointer(&building->binary, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Building, building_clear)

/* ---- options -------------------------------------------------------------------------------------------- */

static gboolean
refuse_both(const char *one, const char *other, GError **error)
{
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, _("%s and %s exclude each other"), one, other);
	return FALSE;
}

/* Differences are for standard systems of the later generations, and stand in the zip beside update.bin. */
static gboolean
check_source_options(const Building *building, GError **error)
{
	const GyBuildOptions *options = building->options;

	if (!gy_build_options_get(options, "source"))
		return TRUE;
	if (!building->system.is_standard)
		return refuse_both("source", "non-standard", error);
	if (!building->is_zip)
		return refuse_both("source", "not-zip", error);
	if (building->system.is_legacy)
		return refuse_both("source", _("the legacy generation"), error);
	if (building->system.is_sd_card)
		return refuse_both("source", "sd-card", error);
	return !gy_build_options_get(options, "partition-file") ||
	       refuse_both("source", "partition-file", error);
}

static gboolean
read_options(Building *building, GError **error)
{
	const GyBuildOptions *options = building->options;
	const char *generation = gy_build_options_get(options, "generation");
	gboolean is_small = gy_build_options_get_flag(options, "non-standard");

	building->system.is_standard = !is_small;
	building->system.is_sd_card = gy_build_options_get_flag(options, "sd-card");
	building->system.is_legacy = generation ? g_str_equal(generation, "legacy") : is_small;
	building->is_zip = !is_small && !gy_build_options_get_flag(options, "not-zip");
	if (is_small && gy_build_options_get(options, "partition-file"))
		return refuse_both("non-standard", "partition-file", error);
	if (is_small && building->system.is_sd_card)
		return refuse_both("non-standard", "sd-card", error);
	if (building->system.is_sd_card && building->system.is_legacy)
		return refuse_both("sd-card", _("the legacy generation"), error);
	if (building->system.is_sd_card && gy_build_options_get(options, "partition-file"))
		return refuse_both("sd-card", "partition-file", error);
	if (building->system.is_sd_card && gy_build_options_get(options, "xml"))
		return refuse_both("sd-card", "xml", error);
	if (!check_source_options(building, error))
		return FALSE;
	if (gy_build_options_get(options, "target"))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("no target_package was named"));
	return FALSE;
}

/* ---- configuration -------------------------------------------------------------------------------------- */

/* The first error is the build's; the others are told with it. */
static gboolean
settle_findings(Building *building, GPtrArray *findings, GError **error)
{
	gboolean is_good = TRUE;

	for (guint i = 0; i < findings->len; i++) {
		GyFinding *finding = g_steal_pointer(&findings->pdata[i]);

		if (finding->severity == GY_SEVERITY_ERROR && is_good) {
			g_propagate_error(error, gy_finding_to_error(finding));
			is_good = FALSE;
			gy_finding_free(finding);
		} else {
			g_ptr_array_add(building->notes, finding);
		}
	}
	return is_good;
}

static gboolean
read_partitions(Building *building, GPtrArray *findings, GError **error)
{
	const char *path = gy_build_options_get(building->options, "partition-file");
	g_autoptr(GBytes) bytes = path ? gy_file_read(path, GY_OHOS_XML_MAX, error) : NULL;

	if (!path)
		return TRUE;
	building->partitions =
		bytes ? gy_ohos_partition_file_apply(bytes, path, building->config, findings, error) : NULL;
	return building->partitions != NULL;
}

/* A version in a file of its own counts if the file is there. */
static gboolean
read_version_file(Building *building, GPtrArray *findings, GError **error)
{
	GyOhosConfig *config = building->config;
	g_autofree char *place = g_strdup_printf("%s:%u", config->name, config->version_file_line);
	g_autoptr(GBytes) bytes = NULL;

	if (!config->version_file)
		return TRUE;
	if (!gy_ohos_target_has(building->target, config->version_file)) {
		g_ptr_array_add(findings,
			gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_FILE_NOT_FOUND, place, GY_NO_OFFSET,
				config->version_file, NULL,
				_("softVersionFile names a file that is not there: softVersion counts")));
		return TRUE;
	}
	bytes = gy_ohos_target_read(building->target, config->version_file, error);
	if (bytes)
		gy_ohos_config_take_version(config, bytes, &building->system, findings);
	return bytes != NULL;
}

static gboolean
read_config(Building *building, GError **error)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	const char *path = gy_build_options_get(building->options, "xml");
	g_autoptr(GBytes) bytes = path ? gy_file_read(path, GY_OHOS_XML_MAX, error)
				       : gy_ohos_target_read(building->target, OHOS_CONFIG_FILE, error);

	building->config = bytes ? gy_ohos_config_parse(bytes, path ? path : OHOS_CONFIG_FILE,
					   &building->system, findings, error)
				 : NULL;
	return building->config && read_version_file(building, findings, error) &&
	       read_partitions(building, findings, error) && settle_findings(building, findings, error);
}

/* ---- contents ------------------------------------------------------------------------------------------- */

static GyOhosContent *
add_content(Building *building, char *name, GBytes *bytes)
{
	GyOhosContent *content = g_new0(GyOhosContent, 1);

	content->name = name;
	content->version = NO_VERSION;
	content->bytes = g_bytes_ref(bytes);
	g_ptr_array_add(building->names, name);
	g_ptr_array_add(building->contents, content);
	return content;
}

/* A boot loader looks for this tag; other boards do without. */
static void
check_tag(Building *building, const GyOhosPart *part, GBytes *bytes)
{
	g_autofree char *place = g_strdup_printf("%s:%u", building->config->name, part->line);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree char *expected = NULL;

	if (!g_str_equal(part->file, "OTA.tag") ||
		(size == OTA_TAG_SIZE && memcmp(data, OTA_TAG, strlen(OTA_TAG)) == 0))
		return;
	expected = g_strdup_printf(_("%d bytes that begin with %s"), OTA_TAG_SIZE, OTA_TAG);
	g_ptr_array_add(
		building->notes, gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_CFG_VALUE, place, GY_NO_OFFSET,
					 NULL, expected, _("OTA.tag is not what a boot loader looks for")));
}

static gboolean
check_size(const Building *building, const GyOhosPart *part, guint64 size, GError **error)
{
	if (size <= OHOS_COMPONENT_MAX)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
		_("%s:%u: component %s has %" PRIu64 " bytes, at most %u are possible"),
		building->config->name, part->line, part->name, size, OHOS_COMPONENT_MAX);
	return FALSE;
}

static gboolean
read_part(Building *building, const GyOhosPart *part, GError **error)
{
	g_autoptr(GBytes) bytes = gy_ohos_target_read(building->target, part->file, error);
	guint64 size = bytes ? g_bytes_get_size(bytes) : 0;
	GyOhosContent *content;

	if (!bytes) {
		g_prefix_error(
			error, _("%s:%u: component %s: "), building->config->name, part->line, part->name);
		return FALSE;
	}
	if (!check_size(building, part, size, error))
		return FALSE;
	check_tag(building, part, bytes);
	content = add_content(building,
		building->system.is_standard ? g_strconcat("/", part->name, NULL) : g_strdup(part->name),
		bytes);
	content->id = part->id;
	content->res_type = part->res_type;
	content->type = part->type;
	content->version = part->version;
	g_array_append_val(building->sizes, size);
	return TRUE;
}

static gboolean
read_lists(Building *building, GError **error)
{
	building->versions = gy_ohos_target_read(building->target, OHOS_VERSIONS_FILE, error);
	building->boards =
		building->versions ? gy_ohos_target_read(building->target, OHOS_BOARDS_FILE, error) : NULL;
	if (!building->boards)
		return FALSE;
	add_content(building, g_strdup("/version_list"), building->versions);
	add_content(building, g_strdup("/board_list"), building->boards);
	if (building->partitions)
		add_content(building, g_strdup("/partitions_file"), building->partitions);
	if (!building->is_zip)
		return TRUE;
	building->binary = gy_ohos_target_read(building->target, BINARY_FILE, error);
	return building->binary != NULL;
}

static gboolean
is_listed(const Building *building)
{
	g_autofree char *text =
		g_strndup(g_bytes_get_data(building->versions, NULL), g_bytes_get_size(building->versions));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++)
		if (g_str_equal(g_strchomp(*line), building->config->software_version))
			return TRUE;
	return FALSE;
}

static gboolean
check_version(const Building *building, GError **error)
{
	const GyOhosConfig *config = building->config;

	if (is_listed(building) || gy_build_options_get_flag(building->options, "any-version"))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("%s:%u: softVersion \"%s\" is in no line of %s: a device refuses the package (any-version "
		  "goes on)"),
		config->name, config->info_line, config->software_version, OHOS_VERSIONS_FILE);
	return FALSE;
}

static gboolean
check_last(const Building *building, GError **error)
{
	const GyOhosContent *last = building->contents->pdata[building->contents->len - 1];
	const GyOhosPart *part = building->config->parts->pdata[building->config->parts->len - 1];

	if (building->system.is_standard || g_bytes_get_size(last->bytes) > 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("%s:%u: component %s is empty and the last one: a device would wait for it for ever"),
		building->config->name, part->line, part->name);
	return FALSE;
}

/* The first component that is a difference; %NULL if none is. */
static const GyOhosPart *
first_difference(const GyOhosConfig *config)
{
	for (guint i = 0; i < config->parts->len; i++)
		if (((const GyOhosPart *) config->parts->pdata[i])->type == 1)
			return config->parts->pdata[i];
	return NULL;
}

static gboolean
make_differences(Building *building, GError **error)
{
	const char *source = gy_build_options_get(building->options, "source");
	const GyOhosPart *first = first_difference(building->config);

	if (source && first)
		building->differences = gy_ohos_incremental_make(
			building->config, building->target, source, building->notes, error);
	else if (source)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("%s: a source package was named, and no component has the compType 1"),
			building->config->name);
	else if (first)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("%s:%u: component %s is a difference (compType 1), and no source package was "
			  "named"),
			building->config->name, first->line, first->name);
	else
		building->differences = gy_ohos_incremental_none();
	return building->differences != NULL;
}

static gboolean
check_any(const Building *building, GError **error)
{
	if (building->sizes->len > 0 || building->differences->len > 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("%s: every image is the same as in the source package: there is nothing to pack"),
		building->config->name);
	return FALSE;
}

static gboolean
read_parts(Building *building, GError **error)
{
	for (guint i = 0; i < building->config->parts->len; i++) {
		const GyOhosPart *part = building->config->parts->pdata[i];

		if (part->type == 0 && !read_part(building, part, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_contents(Building *building, GError **error)
{
	building->contents = g_ptr_array_new_with_free_func((GDestroyNotify) content_free);
	building->names = g_ptr_array_new_with_free_func(g_free);
	building->sizes = g_array_new(FALSE, FALSE, sizeof(guint64));
	if (building->system.is_standard && (!read_lists(building, error) || !check_version(building, error)))
		return FALSE;
	return read_parts(building, error) && check_last(building, error) &&
	       make_differences(building, error) && check_any(building, error);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static gboolean
write_update(const Building *building, const GyOhosSigner *signer, GyDraft *draft, GError **error)
{
	GyKeyType type = signer->public ? gy_public_key_type(signer->public) : GY_KEY_RSA2048;

	return gy_ohos_update_write(
		       building->config, &building->system, building->contents, type, draft, error) &&
	       (!signer->public || gy_ohos_update_sign(draft, signer, error));
}

static GBytes *
make_update(const Building *building, const GyOhosSigner *signer, const GyDraft *beside, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new_beside(beside, error);

	return draft && write_update(building, signer, draft, error) ? gy_draft_read(draft, error) : NULL;
}

static GBytes *
make_tools(const Building *building, const GyOhosSigner *signer, GError **error)
{
	g_autofree char *script = gy_ohos_script(building->config, &building->system,
		building->partitions != NULL, building->differences, building->sizes);

	return gy_ohos_tools_build(script, building->binary, &building->system, signer, error);
}

static gboolean
write_zip(const Building *building, const GyOhosSigner *signer, GyDraft *draft, GError **error)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GBytes) update = make_update(building, signer, draft, error);
	g_autoptr(GBytes) tools = update ? make_tools(building, signer, error) : NULL;
	GyOhosSeal seal = building->system.is_legacy ? GY_OHOS_SEAL_LEGACY
			  : signer->public           ? GY_OHOS_SEAL_PKCS7
						     : GY_OHOS_SEAL_NONE;

	if (!tools)
		return FALSE;
	gy_zip_members_add(members, OHOS_MEMBER_UPDATE, update);
	gy_zip_members_add(members, OHOS_MEMBER_TOOLS, tools);
	if (!building->system.is_legacy) {
		gy_zip_members_add(members, OHOS_MEMBER_BOARDS, building->boards);
		gy_zip_members_add(members, OHOS_MEMBER_VERSIONS, building->versions);
	}
	for (guint i = 0; i < building->differences->len; i++) {
		const GyOhosMade *made = building->differences->pdata[i];

		gy_zip_members_add(members, made->about->patch, made->patch);
	}
	return gy_zip_write(members, draft, error) && gy_ohos_container_seal(draft, seal, signer, error);
}

gboolean
gy_ohos_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error)
{
	g_auto(Building) building = {.options = options, .notes = notes};
	g_auto(GyOhosSigner) signer = {NULL};
	g_autoptr(GBytes) bytes = NULL;

	if (!read_options(&building, error))
		return FALSE;
	building.target = gy_ohos_target_open(gy_build_options_get(options, "target"), error);
	/* files are looked at before keys: nobody types a passphrase for a build that cannot be */
	if (!building.target || !read_config(&building, error) || !read_contents(&building, error) ||
		!gy_ohos_signer_load(&signer, options,
			building.system.is_standard ? GY_KEY_RSA2048 : GY_KEY_RSA,
			building.is_zip && !building.system.is_legacy, error))
		return FALSE;
	if (!(building.is_zip ? write_zip : write_update)(&building, &signer, draft, error))
		return FALSE;
	bytes = gy_draft_read(draft, error);
	return bytes && gy_ohos_check_own(bytes, signer.public, FALSE, error);
}
