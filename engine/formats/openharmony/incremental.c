// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/incremental.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/pkgdiff.h"

#define IMAGE_SUFFIX ".img"

static void
made_free(GyOhosMade *made)
{
	gy_ohos_difference_free(made->about);
	g_clear_pointer(&made->patch, g_bytes_unref);
	g_free(made);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosMade, made_free)

GPtrArray *
gy_ohos_incremental_none(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify) made_free);
}

/* ---- the source package --------------------------------------------------------------------------------- */

typedef struct {
	const char *path;
	GyOhosTarget *target;
	GyOhosConfig *config;
} Source;

static void
source_clear(Source *source)
{
	g_clear_pointer(&source->target, gy_ohos_target_free);
	g_clear_pointer(&source->config, gy_ohos_config_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Source, source_clear)

/* What the target's version is compared with comes from a file of its own there, too. */
static gboolean
take_version(Source *source, const GyOhosSystem *system, GPtrArray *findings, GError **error)
{
	const char *file = source->config->version_file;
	g_autoptr(GBytes) bytes = NULL;

	if (!file || !gy_ohos_target_has(source->target, file))
		return TRUE;
	bytes = gy_ohos_target_read(source->target, file, error);
	if (bytes)
		gy_ohos_config_take_version(source->config, bytes, system, findings);
	return bytes != NULL;
}

/* What is wrong with its configuration was built all the same: only what is used of it counts. */
static gboolean
open_source(Source *source, GError **error)
{
	const GyOhosSystem system = {.is_standard = TRUE};
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree char *name = g_build_filename(source->path, OHOS_CONFIG_FILE, NULL);
	g_autoptr(GBytes) bytes = NULL;

	source->target = gy_ohos_target_open(source->path, error);
	bytes = source->target ? gy_ohos_target_read(source->target, OHOS_CONFIG_FILE, error) : NULL;
	source->config = bytes ? gy_ohos_config_parse(bytes, name, &system, findings, error) : NULL;
	return source->config && take_version(source, &system, findings, error);
}

static const GyOhosPart *
find_part(const GyOhosConfig *config, const char *name)
{
	for (guint i = 0; i < config->parts->len; i++)
		if (g_str_equal(((const GyOhosPart *) config->parts->pdata[i])->name, name))
			return config->parts->pdata[i];
	return NULL;
}

/* As the original does: the last word without its dots, as a number. */
static gboolean
version_number(const GyOhosConfig *config, guint64 *number, GError **error)
{
	const char *space = strrchr(config->software_version, ' ');
	const char *word = space ? space + 1 : config->software_version;
	g_auto(GStrv) parts = g_strsplit(word, ".", -1);
	g_autofree char *digits = g_strjoinv("", parts);

	if (g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT64, number, NULL))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("%s:%u: softVersion \"%s\" cannot be compared: its last word has to be digits and dots"),
		config->name, config->info_line, config->software_version);
	return FALSE;
}

static gboolean
check_order(const GyOhosConfig *config, const GyOhosConfig *source, GError **error)
{
	guint64 new_version = 0, old_version = 0;

	if (!version_number(config, &new_version, error) || !version_number(source, &old_version, error))
		return FALSE;
	if (new_version > old_version)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("%s:%u: softVersion \"%s\" is not later than that of the source package, \"%s\""),
		config->name, config->info_line, config->software_version, source->software_version);
	return FALSE;
}

/* ---- one image ------------------------------------------------------------------------------------------ */

static gboolean
refuse_part(const GyOhosConfig *config, const GyOhosPart *part, GyError code, const char *why, GError **error)
{
	g_set_error(error, GY_ERROR, (int) code, _("%s:%u: component %s %s"), config->name, part->line,
		part->name, why);
	return FALSE;
}

static gboolean
check_part(const GyOhosConfig *config, const GyOhosPart *part, GError **error)
{
	g_autofree char *base = g_path_get_basename(part->file);
	g_autofree char *expected = g_strconcat(part->name, IMAGE_SUFFIX, NULL);

	if (g_str_equal(part->name, "boot"))
		return refuse_part(config, part, GY_ERROR_CFG_RULE,
			_("cannot be a difference: compType has to be 0"), error);
	if (!g_str_equal(base, expected))
		return refuse_part(config, part, GY_ERROR_CFG_RULE,
			_("is a difference, and its file is not named after it with .img"), error);
	return TRUE;
}

static char *
digest_of(GBytes *bytes)
{
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), digest);
	return gy_hex(digest, sizeof digest);
}

static GyOhosMade *
make_difference(const GyOhosPart *part, GBytes *old, GBytes *new_bytes, GError **error)
{
	g_autoptr(GyOhosMade) made = g_new0(GyOhosMade, 1);

	made->about = g_new0(GyOhosDifference, 1);
	made->about->name = g_strdup(part->name);
	made->about->patch = g_strconcat(part->name, OHOS_PATCH_SUFFIX, NULL);
	made->about->old_size = g_bytes_get_size(old);
	made->about->new_size = g_bytes_get_size(new_bytes);
	made->about->old_sha256 = digest_of(old);
	made->about->new_sha256 = digest_of(new_bytes);
	made->patch = gy_ohos_pkgdiff_make(old, new_bytes, NULL, error);
	return made->patch ? g_steal_pointer(&made) : NULL;
}

static GBytes *
read_old(const Source *source, const GyOhosConfig *config, const GyOhosPart *part, GError **error)
{
	const GyOhosPart *old = find_part(source->config, part->name);

	if (old && old->file)
		return gy_ohos_target_read(source->target, old->file, error);
	refuse_part(config, part, GY_ERROR_CFG_MISSING,
		_("is a difference, and the source package has no such one"), error);
	return NULL;
}

static gboolean
add_part(GPtrArray *made, const GyOhosConfig *config, const GyOhosPart *part, const Source *source,
	GyOhosTarget *target, GPtrArray *notes, GError **error)
{
	g_autoptr(GBytes) old = NULL;
	g_autoptr(GBytes) new_bytes = NULL;
	GyOhosMade *one;

	if (!check_part(config, part, error))
		return FALSE;
	old = read_old(source, config, part, error);
	new_bytes = old ? gy_ohos_target_read(target, part->file, error) : NULL;
	if (!new_bytes)
		return FALSE;
	if (g_bytes_equal(old, new_bytes)) {
		g_autofree char *place = g_strdup_printf("%s:%u", config->name, part->line);

		g_ptr_array_add(notes,
			gy_finding_new(GY_SEVERITY_NOTE, GY_ERROR_CFG_RULE, place, GY_NO_OFFSET, part->name,
				NULL, _("the image is the same as in the source package, and is left out")));
		return TRUE;
	}
	one = make_difference(part, old, new_bytes, error);
	if (!one)
		return FALSE;
	g_ptr_array_add(made, one);
	return TRUE;
}

GPtrArray *
gy_ohos_incremental_make(
	const GyOhosConfig *config, GyOhosTarget *target, const char *path, GPtrArray *notes, GError **error)
{
	g_autoptr(GPtrArray) made = gy_ohos_incremental_none();
	g_auto(Source) source = {.path = path};

	if (!open_source(&source, error) || !check_order(config, source.config, error))
		return NULL;
	for (guint i = 0; i < config->parts->len; i++) {
		const GyOhosPart *part = config->parts->pdata[i];

		if (part->type == 1 && !add_part(made, config, part, &source, target, notes, error))
			return NULL;
	}
	return g_steal_pointer(&made);
}
