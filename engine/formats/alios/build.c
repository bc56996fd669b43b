// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/build.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/file.h"
#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/build-message.h"
#include "engine/formats/alios/diff-make.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/options.h"
#include "engine/formats/alios/sign.h"

#define FILL 0xFF

typedef struct {
	const GyBuildOptions *options;
	GPtrArray *notes;
	gboolean is_of_3;
	guint32 padding_mode;
} Building;

static gboolean
refuse(GError **error, const char *message)
{
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, "%s", message);
	return FALSE;
}

static void
warn(const Building *building, const char *field, const char *message)
{
	g_ptr_array_add(building->notes, gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED,
						 field, GY_NO_OFFSET, NULL, NULL, "%s", message));
}

static gboolean
has_trailer(GBytes *bytes)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	return gy_alios_has_trailer(data, size);
}

/* ---- inputs --------------------------------------------------------------------------------------------- */

static GBytes *
read_image(const Building *building, const char *section, GError **error)
{
	const GyBuildImage *image = gy_build_options_find_image(building->options, section);

	if (image && image->path)
		return gy_file_read(image->path, GY_ALIOS_FILE_MAX - ALIOS_BLOCK_SIZE, error);
	g_set_error(
		error, GY_ERROR, GY_ERROR_CFG_MISSING, _("the image is missing: --image %s=FILE"), section);
	return NULL;
}

static gboolean
check_sections(const Building *building, gboolean is_pair, GError **error)
{
	GPtrArray *images = building->options->images;

	for (guint i = 0; i < images->len; i++) {
		const char *section = ((const GyBuildImage *) images->pdata[i])->section;
		gboolean is_known = is_pair ? g_str_equal(section, "main") || g_str_equal(section, "mcu")
					    : g_str_equal(section, "image");

		if (is_known)
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("there is no image \"%s\" here: expected %s"), section,
			is_pair ? _("main and mcu") : _("image, or main and mcu"));
		return FALSE;
	}
	return TRUE;
}

static gboolean
get_magic(const Building *building, guint32 fallback, guint32 *magic, GError **error)
{
	const char *text = gy_build_options_get(building->options, "magic");

	*magic = fallback;
	if (text && !gy_number_parse(text, magic))
		g_return_val_if_reached(FALSE);
	if (!gy_alios_magic_name(*magic) || (!building->is_of_3 && !gy_alios_magic_is_of_2(*magic))) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("magic is 0x%08X, expected 0xEFEFEFEF, 0xABABABAB or 0xCDCDCDCD, for generation "
			  "3.x "
			  "also "
			  "0xEFCDEFCD or 0xABCDABCD"),
			*magic);
		return FALSE;
	}
	return TRUE;
}

static gboolean
get_dictionary(const Building *building, guint32 most, guint32 *dictionary, GError **error)
{
	const char *text = gy_build_options_get(building->options, "dictionary");

	*dictionary = gy_alios_chip(building->options)->dictionary;
	if (text && !gy_number_parse(text, dictionary))
		g_return_val_if_reached(FALSE);
	if (*dictionary >= GY_XZ_DICTIONARY_MIN && *dictionary <= most)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("dictionary is %u, expected %u to %u"),
		*dictionary, GY_XZ_DICTIONARY_MIN, most);
	return FALSE;
}

/* ---- images with a block -------------------------------------------------------------------------------- */

/* An image's signature, where it has one, stands between it and its trailer. */
static GBytes *
finish(const Building *building, GBytes *body, guint32 magic, GError **error)
{
	g_autoptr(GBytes) with_block = NULL;

	if (!gy_alios_wants_signature(building->options))
		return gy_alios_with_trailer(body, magic);
	with_block = gy_alios_image_sign(body, (guint8) building->padding_mode, building->options, error);
	return with_block ? gy_alios_with_trailer(with_block, magic) : NULL;
}

static GBytes *
with_head(GBytes *body, guint32 magic, gboolean has_body)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(body, &size);
	gsize out_size = ALIOS_BLOCK_SIZE + (has_body ? size : 0);
	guint8 *out = g_malloc(out_size);

	gy_alios_block_write(data, size, magic, out);
	if (has_body)
		memcpy(out + ALIOS_BLOCK_SIZE, data, size);
	return g_bytes_new_take(out, out_size);
}

static GBytes *
build_image(const Building *building, const char *form, GError **error)
{
	g_autoptr(GBytes) body = read_image(building, "image", error);
	guint32 magic;

	if (!body || !get_magic(building, ALIOS_MAGIC_ALL, &magic, error))
		return NULL;
	if (has_trailer(body))
		warn(building, "image", _("the image ends with a trailer already, and gets another one"));
	if (g_str_equal(form, "image"))
		return finish(building, body, magic, error);
	return with_head(body, magic, g_str_equal(form, "info-head"));
}

/* The main image, filled up to where the MCU's begins. */
static GBytes *
build_pair(const Building *building, GError **error)
{
	const char *text = gy_build_options_get(building->options, "mcu-offset");
	g_autoptr(GBytes) first = read_image(building, "main", error);
	g_autoptr(GBytes) second = first ? read_image(building, "mcu", error) : NULL;
	g_autoptr(GByteArray) all = g_byte_array_new();
	g_autoptr(GBytes) body = NULL;
	guint32 offset = 0, magic;

	if (!second || !get_magic(building, ALIOS_MAGIC_PAIR, &magic, error))
		return NULL;
	if (text && !gy_number_parse(text, &offset))
		g_return_val_if_reached(NULL);
	if (!text || offset > GY_ALIOS_FILE_MAX / 2 ||
		g_bytes_get_size(second) > GY_ALIOS_FILE_MAX / 2 - 64) {
		refuse(error, text ? _("main and MCU's image make a file of more than 64 MiB")
				   : _("--mcu-offset is missing: where the MCU's image goes"));
		return NULL;
	}
	g_byte_array_append(all, g_bytes_get_data(first, NULL), (guint) g_bytes_get_size(first));
	if (all->len > offset)
		warn(building, "mcu-offset",
			_("the main image is larger: the MCU's image comes right behind it"));
	while (all->len < offset)
		g_byte_array_append(all, &(guint8){FILL}, 1);
	g_byte_array_append(all, g_bytes_get_data(second, NULL), (guint) g_bytes_get_size(second));
	body = g_byte_array_free_to_bytes(g_steal_pointer(&all));
	return finish(building, body, magic, error);
}

static GBytes *
build_xz(const Building *building, GError **error)
{
	g_autoptr(GBytes) body = read_image(building, "image", error);
	g_autoptr(GBytes) packed = NULL;
	guint32 dictionary, magic;

	if (!body || !get_dictionary(building, GY_ALIOS_XZ_DICTIONARY_MAX, &dictionary, error) ||
		!get_magic(building, ALIOS_MAGIC_ALL, &magic, error))
		return NULL;
	if (!has_trailer(body))
		warn(building, "image",
			_("the image has no trailer of its own, as images for 3.x have inside"));
	packed = gy_xz_encode(body, dictionary, error);
	return packed ? finish(building, packed, magic, error) : NULL;
}

/* ---- differences ---------------------------------------------------------------------------------------- */

static gboolean
get_slice_size(const Building *building, guint32 *slice_size, GError **error)
{
	const char *text = gy_build_options_get(building->options, "slice-size");

	*slice_size = gy_alios_chip(building->options)->slice_size;
	if (text && !gy_number_parse(text, slice_size))
		g_return_val_if_reached(FALSE);
	if (*slice_size >= GY_ALIOS_SLICE_MIN && *slice_size <= GY_ALIOS_SLICE_MAX)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("slice-size is %u, expected %u to %u"),
		*slice_size, GY_ALIOS_SLICE_MIN, GY_ALIOS_SLICE_MAX);
	return FALSE;
}

static gboolean
check_trailer(GBytes *bytes, const char *which, GError **error)
{
	if (has_trailer(bytes))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("the %s image has no trailer: a difference is made between images with trailers "
		  "(.md5.bin), "
		  "and "
		  "the device looks for the new one's when it has applied it"),
		which);
	return FALSE;
}

static GBytes *
build_difference(const Building *building, const char *old_path, GError **error)
{
	g_autoptr(GBytes) old = gy_file_read(old_path, GY_ALIOS_IMAGE_MAX, error);
	g_autoptr(GBytes) image = old ? read_image(building, "image", error) : NULL;
	GyAliosDiffOptions how = {0};

	if (!image || !check_trailer(old, C_("which image", "old"), error) ||
		!check_trailer(image, C_("which image", "new"), error) ||
		!get_slice_size(building, &how.slice_size, error) ||
		!get_dictionary(building, GY_ALIOS_DIFF_DICTIONARY_MAX, &how.dictionary, error))
		return NULL;
	return gy_alios_diff_make(old, image, &how, NULL, error);
}

/* ---- what is asked for ---------------------------------------------------------------------------------- */

/* What is of another form would be silently left out. */
static gboolean
check_options(const Building *building, const char *form, GError **error)
{
	static const struct {
		const char *option;
		const char *form;
	} rules[] = {
		{"ver", "message"},
		{"running-ver", "message"},
		{"url", "message"},
		{"digest", "message"},
		{"mcu-offset", "pair"},

	};

	for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
		if (gy_build_options_get(building->options, rules[i].option) &&
			!g_str_equal(rules[i].form, form)) {
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, _("%s is of another form: a %s"),
				rules[i].option, rules[i].form);
			return FALSE;
		}
	if (!building->is_of_3 && (g_str_equal(form, "xz") || g_str_equal(form, "pair")))
		return refuse(error, _("only devices of generation 3.x take this form"));
	return TRUE;
}

/* A sign block stands in front of a trailer; a difference, and a block in front, have no place for one. */
static gboolean
takes_sign_block(const Building *building, const char *form)
{
	return building->is_of_3 &&
	       (g_str_equal(form, "image") || g_str_equal(form, "xz") || g_str_equal(form, "pair"));
}

static gboolean
get_padding_mode(Building *building, const char *form, GError **error)
{
	const char *text = gy_build_options_get(building->options, "padding-mode");

	if (!text)
		return TRUE;
	if (!takes_sign_block(building, form) || !gy_alios_wants_signature(building->options))
		return refuse(error,
			_("padding-mode stands in a sign block: that takes --generation 3.x and --key"));
	if (!gy_number_parse(text, &building->padding_mode))
		g_return_val_if_reached(FALSE);
	if (building->padding_mode <= G_MAXUINT8)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("padding-mode is %u, expected 0 to 255"),
		building->padding_mode);
	return FALSE;
}

static gboolean
check_signing(Building *building, const char *form, GError **error)
{
	if (gy_build_options_get_signing(building->options) == GY_SIGNING_HASH_ONLY)
		return refuse(error, _("a file for AliOS Things has no digest in place of its signature"));
	if (!get_padding_mode(building, form, error))
		return FALSE;
	if (g_str_equal(form, "message") || takes_sign_block(building, form) ||
		!gy_alios_wants_signature(building->options))
		return TRUE;
	return refuse(error,
		_("the file carries no signature, the message about it does: build that with --form message "
		  "and the key; only an image for --generation 3.x, packed or not, carries its own"));
}

/* The option "form", or what other options imply. */
static const char *
find_form(const GyBuildOptions *options, GError **error)
{
	const char *form = gy_build_options_get(options, "form");
	gboolean is_pair =
		gy_build_options_find_image(options, "main") || gy_build_options_find_image(options, "mcu");
	gboolean is_difference = gy_build_options_get(options, "old") != NULL;
	gboolean is_plain = !form || g_str_equal(form, "image");

	if (is_pair && is_plain && !is_difference)
		return "pair";
	if (is_difference && is_plain && !is_pair)
		return "difference";
	if (!is_pair && !is_difference)
		return form ? form : "image";
	refuse(error, is_difference ? _("a difference takes one image, and no other form")
				    : _("a main image with an MCU's has no other form"));
	return NULL;
}

static GBytes *
build(const Building *building, const char *form, GError **error)
{
	if (g_str_equal(form, "pair"))
		return build_pair(building, error);
	if (g_str_equal(form, "difference"))
		return build_difference(building, gy_build_options_get(building->options, "old"), error);
	if (g_str_equal(form, "xz"))
		return build_xz(building, error);
	return build_image(building, form, error);
}

static GBytes *
build_message(const Building *building, GError **error)
{
	g_autoptr(GBytes) file = read_image(building, "image", error);

	return file ? gy_alios_build_message(building->options, file, building->notes, error) : NULL;
}

gboolean
gy_alios_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error)
{
	const char *form = find_form(options, error);
	Building building = {.options = options,
		.notes = notes,
		.is_of_3 = g_strcmp0(gy_build_options_get(options, "generation"), "3.x") == 0};
	gboolean is_message = form && g_str_equal(form, "message");
	g_autoptr(GBytes) bytes = NULL;

	if (!form || !check_options(&building, form, error) || !check_signing(&building, form, error) ||
		!check_sections(&building, g_str_equal(form, "pair"), error))
		return FALSE;
	bytes = is_message ? build_message(&building, error) : build(&building, form, error);
	/* a block alone is known not to be whole */
	return bytes && (g_str_equal(form, "info-block") || gy_alios_check(bytes, GY_ALIOS_NEW, error)) &&
	       gy_draft_append_bytes(draft, bytes, error);
}
