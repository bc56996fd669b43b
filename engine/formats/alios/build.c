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
#include "engine/formats/alios/form.h"
#include "engine/formats/alios/options.h"
#include "engine/formats/alios/sign.h"

#define FILL 0xFF
/* What comes behind an image at most. */
#define ROOM (ALIOS_SIGN_SIZE + ALIOS_BLOCK_SIZE)

typedef struct {
	const GyBuildOptions *options;
	GPtrArray *notes;
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
		return gy_file_read(image->path, GY_ALIOS_FILE_MAX - ROOM, error);
	g_set_error(
		error, GY_ERROR, GY_ERROR_CFG_MISSING, _("the image is missing: --image %s=FILE"), section);
	return NULL;
}

static gboolean
get_magic(const Building *building, guint32 fallback, guint32 *magic, GError **error)
{
	const char *text = gy_build_options_get(building->options, "magic");

	*magic = fallback;
	if (text && !gy_number_parse(text, magic))
		g_return_val_if_reached(FALSE);
	if (!gy_alios_magic_name(*magic) ||
		(!gy_alios_is_of_3(building->options) && !gy_alios_magic_is_of_2(*magic))) {
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

static gboolean
get_padding_mode(const Building *building, guint8 *padding_mode, GError **error)
{
	const char *text = gy_build_options_get(building->options, "padding-mode");
	guint32 number = 0;

	if (text && !gy_number_parse(text, &number))
		g_return_val_if_reached(FALSE);
	*padding_mode = (guint8) number;
	if (number <= G_MAXUINT8)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("padding-mode is %u, expected 0 to 255"), number);
	return FALSE;
}

/* It is asked for, and the image is left unsigned. */
static void
note_padding_mode(const Building *building)
{
	g_ptr_array_add(building->notes, gy_finding_new(GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_NOT_SUPPORTED,
						 "padding-mode", GY_NO_OFFSET, NULL, NULL, "%s",
						 _("the padding mode stands in the sign block, which an "
						   "image has once it is signed")));
}

/* An image's signature, where it has one, stands between it and its trailer. */
static GBytes *
finish(const Building *building, GBytes *body, guint32 magic, GError **error)
{
	g_autoptr(GBytes) with_block = NULL;
	guint8 padding_mode;

	if (!gy_alios_wants_signature(building->options)) {
		if (gy_build_options_get(building->options, "padding-mode"))
			note_padding_mode(building);
		return gy_alios_with_trailer(body, magic);
	}
	if (!get_padding_mode(building, &padding_mode, error))
		return NULL;
	with_block = gy_alios_image_sign(body, padding_mode, building->options, error);
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
build_image(const Building *building, GyAliosForm form, GError **error)
{
	g_autoptr(GBytes) body = read_image(building, "image", error);
	guint32 magic;

	if (!body || !get_magic(building, ALIOS_MAGIC_ALL, &magic, error))
		return NULL;
	if (has_trailer(body))
		warn(building, "image", _("the image ends with a trailer already, and gets another one"));
	if (form == GY_ALIOS_FORM_IMAGE)
		return finish(building, body, magic, error);
	return with_head(body, magic, form == GY_ALIOS_FORM_HEAD);
}

/* Two images in one: the first is filled up to where the second begins. */
typedef struct {
	const char *first;
	const char *second;
	const char *offset; /* the option */
	guint32 magic;
} Pair;

static const Pair main_and_mcu = {"main", "mcu", "mcu-offset", ALIOS_MAGIC_PAIR};
static const Pair kernel_and_app = {"kernel", "app", "app-offset", ALIOS_MAGIC_ALL};

static gboolean
get_offset(const Building *building, const Pair *pair, guint32 *offset, GError **error)
{
	const char *text = gy_build_options_get(building->options, pair->offset);

	if (text)
		return gy_number_parse(text, offset);
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("--%s is missing: where the image \"%s\" goes"),
		pair->offset, pair->second);
	return FALSE;
}

static gboolean
check_size(GBytes *first, GBytes *second, guint32 offset, GError **error)
{
	gsize start = MAX(g_bytes_get_size(first), offset);

	if (start <= GY_ALIOS_FILE_MAX - ROOM && g_bytes_get_size(second) <= GY_ALIOS_FILE_MAX - ROOM - start)
		return TRUE;
	return refuse(error, _("the two images make a file of more than 64 MiB"));
}

static GBytes *
join(GBytes *first, GBytes *second, guint32 offset)
{
	gsize first_size = g_bytes_get_size(first);
	gsize start = MAX(first_size, offset);
	gsize size = start + g_bytes_get_size(second);
	guint8 *all = g_malloc(size);

	memcpy(all, g_bytes_get_data(first, NULL), first_size);
	memset(all + first_size, FILL, start - first_size);
	memcpy(all + start, g_bytes_get_data(second, NULL), size - start);
	return g_bytes_new_take(all, size);
}

static GBytes *
build_pair(const Building *building, const Pair *pair, GError **error)
{
	g_autoptr(GBytes) first = read_image(building, pair->first, error);
	g_autoptr(GBytes) second = first ? read_image(building, pair->second, error) : NULL;
	g_autoptr(GBytes) body = NULL;
	guint32 offset = 0, magic;

	if (!second || !get_magic(building, pair->magic, &magic, error) ||
		!get_offset(building, pair, &offset, error) || !check_size(first, second, offset, error))
		return NULL;
	if (g_bytes_get_size(first) > offset)
		warn(building, pair->offset,
			_("the first image is larger: the second one comes right behind it"));
	body = join(first, second, offset);
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

static GBytes *
build_message(const Building *building, GError **error)
{
	g_autoptr(GBytes) file = read_image(building, "image", error);

	return file ? gy_alios_build_message(building->options, file, building->notes, error) : NULL;
}

static GBytes *
build(const Building *building, GyAliosForm form, GError **error)
{
	switch (form) {
	case GY_ALIOS_FORM_IMAGE:
	case GY_ALIOS_FORM_HEAD:
	case GY_ALIOS_FORM_BLOCK: return build_image(building, form, error);
	case GY_ALIOS_FORM_XZ: return build_xz(building, error);
	case GY_ALIOS_FORM_MAIN_AND_MCU: return build_pair(building, &main_and_mcu, error);
	case GY_ALIOS_FORM_KERNEL_AND_APP: return build_pair(building, &kernel_and_app, error);
	case GY_ALIOS_FORM_DIFFERENCE:
		return build_difference(building, gy_build_options_get(building->options, "old"), error);
	case GY_ALIOS_FORM_MESSAGE: return build_message(building, error);
	}
	g_return_val_if_reached(NULL);
}

gboolean
gy_alios_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error)
{
	Building building = {.options = options, .notes = notes};
	g_autoptr(GBytes) bytes = NULL;
	GyAliosForm form;

	if (!gy_alios_form_find(options, &form, error))
		return FALSE;
	bytes = build(&building, form, error);
	/* a block alone is known not to be whole */
	return bytes && (form == GY_ALIOS_FORM_BLOCK || gy_alios_check(bytes, GY_ALIOS_NEW, error)) &&
	       gy_draft_append_bytes(draft, bytes, error);
}
