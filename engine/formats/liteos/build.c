// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/build.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/liteos/assemble.h"
#include "engine/formats/liteos/sign.h"
#include "engine/formats/liteos/zip.h"

#define IMAGE_MAX       (GY_LITEOS_MAX / 2)
#define DICTIONARY_FULL 16384
#define DICTIONARY_MAX  65536

typedef struct {
	const GyBuildOptions *options;
	GPtrArray *notes;
	GyLiteosGeneration generation;
	GBytes *old; /* empty: the whole image is packed */
	GBytes *new;
	guint32 dictionary;
} Building;

static void
building_clear(Building *building)
{
	g_clear_pointer(&building->old, g_bytes_unref);
	g_clear_pointer(&building->new, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Building, building_clear)

/* ---- what is asked for ---------------------------------------------------------------------------------- */

static gboolean
is_signed(const Building *building)
{
	return building->generation == GY_LITEOS_G2 &&
	       gy_build_options_get_signing(building->options) == GY_SIGNING_KEYS;
}

static gboolean
get_generation(Building *building, GError **error)
{
	const GyBuildOptions *options = building->options;
	const char *word = gy_build_options_get(options, "generation");
	gboolean has_key = gy_build_options_get(options, "key") || gy_build_options_get(options, "signer");

	if (!word)
		building->generation = has_key ? GY_LITEOS_G2 : GY_LITEOS_G3;
	else if (g_str_equal(word, "gantry"))
		building->generation = GY_LITEOS_GANTRY;
	else
		building->generation = g_str_equal(word, "g2") ? GY_LITEOS_G2 : GY_LITEOS_G3;
	if (has_key && building->generation != GY_LITEOS_G2) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("packages of generation %s have no signature: leave the key out, or take g2"),
			word);
		return FALSE;
	}
	if (gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("a package of LiteOS_Lab has no digest in place of its signature"));
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_version(const Building *building, GError **error)
{
	const char *version = gy_build_options_get(building->options, "ver");

	if (!version)
		return TRUE;
	if (building->generation != GY_LITEOS_GANTRY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("packages of generation %s carry no version: the device is told by who sends them"),
			gy_liteos_generation_word(building->generation));
		return FALSE;
	}
	if (strlen(version) < GYW_ENVELOPE_VERSION_SIZE)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("the version text has %zu bytes, expected at most %u"), strlen(version),
		GYW_ENVELOPE_VERSION_SIZE - 1);
	return FALSE;
}

static gboolean
get_dictionary(Building *building, GError **error)
{
	const char *text = gy_build_options_get(building->options, "dictionary");

	building->dictionary = g_bytes_get_size(building->old) > 0 ? GY_PATCH_DICTIONARY : DICTIONARY_FULL;
	if (text && !gy_number_parse(text, &building->dictionary))
		g_return_val_if_reached(FALSE);
	if (building->dictionary >= GY_PATCH_DICTIONARY && building->dictionary <= DICTIONARY_MAX)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("dictionary is %u, expected %u to %u"),
		building->dictionary, GY_PATCH_DICTIONARY, DICTIONARY_MAX);
	return FALSE;
}

static gboolean
read_images(Building *building, GError **error)
{
	const char *old = gy_build_options_get(building->options, "old");
	const GyBuildImage *image = gy_build_options_find_image(building->options, "application");

	if (building->options->images->len > 1 || (building->options->images->len == 1 && !image)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("a package of LiteOS_Lab carries one image: --image application=FILE"));
		return FALSE;
	}
	if (!image || !image->path) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("the image is missing: --image application=FILE"));
		return FALSE;
	}
	building->new = gy_file_read(image->path, IMAGE_MAX, error);
	if (!building->new)
		return FALSE;
	building->old = old ? gy_file_read(old, IMAGE_MAX, error) : g_bytes_new(NULL, 0);
	return building->old != NULL;
}

/* ---- making it ------------------------------------------------------------------------------------------ */

static GBytes *
make_package(const Building *building, GError **error)
{
	const GyLiteosParts parts = {
		.generation = building->generation,
		.old = building->old,
		.new_bytes = building->new,
		.dictionary = building->dictionary,
		.version = gy_build_options_get(building->options, "ver"),
	};

	return gy_liteos_assemble(&parts, NULL, error);
}

static void
warn(const Building *building, const char *field, const char *message)
{
	g_ptr_array_add(building->notes, gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_CFG_RULE, field,
						 GY_NO_OFFSET, NULL, NULL, "%s", message));
}

/* Signed for the device where it is to be; then in the zip, of which the device knows nothing. */
static gboolean
put(const Building *building, GBytes *package, GyDraft *draft, GError **error)
{
	gboolean is_zipped = g_strcmp0(gy_build_options_get(building->options, "zip"), "yes") == 0;
	g_autoptr(GyDraft) inner = is_zipped ? gy_draft_new(NULL, 0600, error) : NULL;
	g_autoptr(GBytes) content = NULL;

	if (is_zipped && !inner)
		return FALSE;
	if (!(is_signed(building)
			    ? gy_liteos_put_signed(package, building->options, inner ? inner : draft, error)
			    : gy_draft_append_bytes(inner ? inner : draft, package, error)))
		return FALSE;
	if (!is_zipped)
		return TRUE;
	content = gy_draft_read(inner, error);
	return content && gy_liteos_put_zip(content, draft, error);
}

gboolean
gy_liteos_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error)
{
	g_auto(Building) building = {.options = options, .notes = notes};
	g_autoptr(GBytes) package = NULL;

	if (!get_generation(&building, error) || !check_version(&building, error) ||
		!read_images(&building, error) || !get_dictionary(&building, error))
		return FALSE;
	if (building.generation == GY_LITEOS_GANTRY && g_bytes_get_size(building.old) == 0 &&
		!gy_build_options_get(options, "ver"))
		warn(&building, "ver", _("the package has no version, so the device will not know its own"));
	package = make_package(&building, error);
	if (!package)
		return FALSE;
	return put(&building, package, draft, error);
}
