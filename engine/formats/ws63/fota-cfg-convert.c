// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/ws63/fota-cfg-fields.h"
#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/options.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

#define TOOLS "TOOLS"

/* What only the vendor's tools read, as their own file has it. */
static const struct {
	const char *section;
	const char *key;
	const char *usual;
} of_the_tools[] = {
	{GY_FOTA_SIGN, "UpgImagePath", ""},
	{GY_FOTA_SIGN, "UpgSignedImagePath", ""},
	{TOOLS, "UpgToolPath", "tools/bin/sign_tool/sign_tool_pltuni"},
	{TOOLS, "LzmaToolPath", "tools/bin/lzma_tool/lzma_tool"},
	{TOOLS, "UpgToolWinPath", "tools\\bin\\sign_tool\\sign_tool_pltuni.exe"},
	{TOOLS, "LzmaToolWinPath", "tools\\bin\\lzma_tool\\lzma_tool.exe"},
};

static gboolean
is_hash_only(guint32 key_alg)
{
	return key_alg == WS63_KEY_ALG_HASH_ECC || key_alg == WS63_KEY_ALG_HASH_RSA;
}

static void
note_lost(GPtrArray *notes, const char *field, const char *found, const char *message)
{
	if (notes)
		g_ptr_array_add(notes, gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_CFG_RULE, field,
					       GY_NO_OFFSET, found, NULL, "%s: %s", field, message));
}

/* ---- file to options ------------------------------------------------------------------------------------ */

static char *
number_text(const GyFotaNumber *number, guint32 value)
{
	return number->is_decimal ? g_strdup_printf("%u", value) : g_strdup_printf("0x%08X", value);
}

static void
take_numbers(GyBuildOptions *options, const GyFotaNumber *numbers, gconstpointer from, const char *section,
	GPtrArray *notes)
{
	for (; numbers->key; numbers++) {
		guint32 value = G_STRUCT_MEMBER(const guint32, from, numbers->offset);
		g_autofree char *text = number_text(numbers, value);
		g_autofree char *field = g_strdup_printf("%s.%s", section, numbers->key);

		if (value == numbers->usual)
			continue;
		if (numbers->option)
			gy_build_options_set(options, numbers->option, text);
		else if (!g_str_equal(numbers->key, "KeyAlg"))
			note_lost(notes, field, text, _("a recipe has no place for this value"));
	}
}

static gboolean
take_key_alg(GyBuildOptions *options, const GyFotaCfg *cfg, GError **error)
{
	guint32 alg = gy_fota_cfg_key_area(cfg)->key_alg;
	const char *word = gy_ws63_key_alg_word(alg);

	if (!word) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s: KeyAlg is 0x%08X, which a WS63 does not have"), gy_fota_cfg_name(cfg), alg);
		return FALSE;
	}
	if (alg != WS63_KEY_ALG_ECDSA)
		gy_build_options_set(options, "key-alg", word);
	if (is_hash_only(alg))
		gy_build_options_set_signing(options, GY_SIGNING_HASH_ONLY);
	return TRUE;
}

static void
take_key_file(
	GyBuildOptions *options, const char *key, const char *file, const char *folder, GPtrArray *notes)
{
	g_autofree char *full = file ? g_canonicalize_filename(file, folder) : NULL;

	if (!full)
		return;
	gy_build_options_set(options, key, full);
	if (!g_file_test(full, G_FILE_TEST_EXISTS))
		note_lost(notes, key, file,
			_("this file is not beside the configuration; the recipe's path has to be "
			  "corrected"));
}

static void
note_what_only_tools_read(const GyFotaCfg *cfg, GPtrArray *notes)
{
	for (guint i = 0; i < G_N_ELEMENTS(of_the_tools); i++) {
		g_autofree char *text = gy_fota_cfg_text(cfg, of_the_tools[i].section, of_the_tools[i].key);
		g_autofree char *field =
			g_strdup_printf("%s.%s", of_the_tools[i].section, of_the_tools[i].key);

		if (text && *text && !g_str_equal(text, of_the_tools[i].usual))
			note_lost(notes, field, text,
				_("only the vendor's tools read this, a recipe has no place for it"));
	}
}

static void
take_block(GyBuildImage *image, const GyFotaBlock *block, const GyFotaImage *from)
{
	g_autofree char *text = NULL;
	g_autofree char *upper = NULL;

	if (!G_STRUCT_MEMBER(gboolean, from, block->there))
		return;
	text = gy_hex(&G_STRUCT_MEMBER(const guint8, from, block->offset), 16);
	upper = g_ascii_strup(text, -1);
	gy_build_image_set(image, block->option, upper);
}

static void
take_words(GyBuildImage *image, const GyFotaImage *from, GPtrArray *notes)
{
	guint32 usual = from->image_id == WS63_IMAGE_NV ? 0 : WS63_FLAG_LZMA;
	g_autofree char *text = g_strdup_printf("0x%08X", from->decompress_flag);

	if (from->decompress_flag == WS63_FLAG_DIFF)
		gy_build_image_set(image, "compression", "diff");
	else if (from->decompress_flag != usual)
		gy_build_image_set(
			image, "compression", from->decompress_flag == WS63_FLAG_LZMA ? "lzma" : "none");
	if (from->decompress_flag != 0 && from->decompress_flag != WS63_FLAG_LZMA &&
		from->decompress_flag != WS63_FLAG_DIFF)
		note_lost(notes, "DecompressFlag", text,
			_("the value is not known; devices take it as plain data, and so does the recipe"));
	if (from->re_enc_flag == WS63_FLAG_ENCRYPTED)
		gy_build_image_set(image, "encrypted", "yes");
	else if (from->re_enc_flag != 0)
		note_lost(notes, "ReRncFlag", NULL,
			_("the value is not known; devices take it as not encrypted, and so does the "
			  "recipe"));
}

static gboolean
take_image(
	GyBuildOptions *options, const GyFotaCfg *cfg, const char *section, GPtrArray *notes, GError **error)
{
	g_autoptr(GyFotaImage) from = gy_fota_cfg_image(cfg, section, error);
	GyBuildImage *image;

	if (!from)
		return FALSE;
	image = gy_build_options_add_image(options, section, NULL);
	for (const GyFotaNumber *number = gy_fota_image_numbers; number->key; number++) {
		guint32 value = G_STRUCT_MEMBER(guint32, from, number->offset);
		guint32 usual = number->offset == G_STRUCT_OFFSET(GyFotaImage, image_id)
					? gy_ws63_image_id(section)
					: number->usual;
		g_autofree char *text = number_text(number, value);

		if (number->option && value != usual)
			gy_build_image_set(image, number->option, text);
	}
	take_words(image, from, notes);
	for (const GyFotaBlock *block = gy_fota_blocks; block->key; block++)
		take_block(image, block, from);
	return TRUE;
}

static gboolean
is_of_image(const GyFotaCfg *cfg, const char *section)
{
	g_autofree char *id = gy_fota_cfg_text(cfg, section, "ImageId");

	return id && !g_str_equal(section, GY_FOTA_KEY_AREA) && !g_str_equal(section, GY_FOTA_INFO_AREA);
}

static gboolean
take_sections(GyBuildOptions *options, const GyFotaCfg *cfg, GPtrArray *notes, GError **error)
{
	static const char *const known[] = {GY_FOTA_KEY_AREA, GY_FOTA_INFO_AREA, GY_FOTA_SIGN, TOOLS, NULL};
	g_auto(GStrv) sections = gy_fota_cfg_sections(cfg);

	for (guint i = 0; sections[i]; i++) {
		if (is_of_image(cfg, sections[i])) {
			if (!take_image(options, cfg, sections[i], notes, error))
				return FALSE;
		} else if (!g_strv_contains(known, sections[i])) {
			note_lost(notes, sections[i], NULL,
				_("this section describes no image, a recipe has no place for it"));
		}
	}
	return TRUE;
}

GyBuildOptions *
gy_fota_cfg_to_options(const GyFotaCfg *cfg, GPtrArray *notes, GError **error)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autofree char *full = g_canonicalize_filename(gy_fota_cfg_name(cfg), NULL);
	g_autofree char *folder = g_path_get_dirname(full);

	take_numbers(options, gy_fota_key_numbers, gy_fota_cfg_key_area(cfg), GY_FOTA_KEY_AREA, notes);
	take_numbers(options, gy_fota_info_numbers, gy_fota_cfg_info_area(cfg), GY_FOTA_INFO_AREA, notes);
	if (!take_key_alg(options, cfg, error) || !take_sections(options, cfg, notes, error))
		return NULL;
	take_key_file(options, "root-key", gy_fota_cfg_root_key_file(cfg), folder, notes);
	take_key_file(options, "sub-key", gy_fota_cfg_sub_key_file(cfg), folder, notes);
	note_what_only_tools_read(cfg, notes);
	return g_steal_pointer(&options);
}

/* ---- options to file ------------------------------------------------------------------------------------ */

static void
append_text(GString *out, const char *key, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "%", -1);
	g_autofree char *doubled = g_strjoinv("%%", parts);

	g_string_append_printf(out, "%s=%s\n", key, doubled);
}

static void
append_numbers(GString *out, const char *section, const GyFotaNumber *numbers, gconstpointer from)
{
	g_string_append_printf(out, "\n[%s]\n", section);
	for (; numbers->key; numbers++) {
		g_autofree char *text =
			number_text(numbers, G_STRUCT_MEMBER(const guint32, from, numbers->offset));

		append_text(out, numbers->key, text);
	}
}

static void
append_block(GString *out, const GyFotaBlock *block, const GyFotaImage *image)
{
	gboolean there = G_STRUCT_MEMBER(gboolean, image, block->there);
	g_autofree char *text =
		there ? gy_hex(&G_STRUCT_MEMBER(const guint8, image, block->offset), 16) : g_strdup("");
	g_autofree char *upper = g_ascii_strup(text, -1);

	/* the packager stops at a missing protection key, but takes an empty one; of the others it is the other way */
	if (there || g_str_has_prefix(block->key, "Protection"))
		append_text(out, block->key, upper);
}

static gboolean
append_image(GString *out, const GyFotaCfg *cfg, const char *section, GError **error)
{
	g_autoptr(GyFotaImage) image = gy_fota_cfg_image(cfg, section, error);

	if (!image)
		return FALSE;
	append_numbers(out, section, gy_fota_image_numbers, image);
	for (const GyFotaBlock *block = gy_fota_blocks; block->key; block++)
		append_block(out, block, image);
	return TRUE;
}

static gboolean
append_images(GString *out, const GyFotaCfg *cfg, const GyBuildOptions *options, GError **error)
{
	g_auto(GStrv) sections = gy_fota_cfg_sections(cfg);

	for (guint i = 0; sections[i]; i++)
		if (is_of_image(cfg, sections[i]) && !append_image(out, cfg, sections[i], error))
			return FALSE;
	for (guint i = 0; i < options->images->len; i++) {
		const GyBuildImage *image = options->images->pdata[i];

		if (!g_strv_contains((const char *const *) sections, image->section) &&
			!append_image(out, cfg, image->section, error))
			return FALSE;
	}
	return TRUE;
}

static void
append_key_file(GString *out, const char *key, const char *option, const char *of_cfg,
	const GyBuildOptions *options, const char *folder, GPtrArray *notes)
{
	const char *given = gy_build_options_get(options, option);
	g_autofree char *near = NULL;

	if (given && g_uri_peek_scheme(given)) {
		note_lost(notes, option, given, _("the configuration takes a key file, not a URI"));
		given = NULL;
	}
	near = given && *given ? gy_file_relative(given, folder) : g_strdup(of_cfg ? of_cfg : "");
	append_text(out, key, near);
}

static void
append_tools(GString *out, const GyFotaCfg *cfg, const char *section)
{
	for (guint i = 0; i < G_N_ELEMENTS(of_the_tools); i++) {
		g_autofree char *text = gy_fota_cfg_text(cfg, section, of_the_tools[i].key);

		if (g_str_equal(of_the_tools[i].section, section))
			append_text(out, of_the_tools[i].key, text ? text : of_the_tools[i].usual);
	}
}

/* Everything else of a recipe belongs to the packager's command line, or is not known to it. */
static void
note_what_has_no_place(const GyBuildOptions *options, GPtrArray *notes)
{
	static const struct {
		const char *key;
		const char *message;
	} lost[] = {
		{"ver", N_("the packager takes the version text as --ver")},
		{"for-sdk", N_("the packager has no such option; what it sets is in the configuration")},
		{"partitions", N_("the packager does not look at partitions")},
		{"device-images", N_("the packager does not look at what a device takes")},
		{"sdk-output", N_("the packager looks for images in its own output")},
		{"burn", N_("the packager does not take images from burn containers")},
		{"pkt", N_("the packager takes this as --pkt")},
		{"signer", N_("the packager signs by its own tool")},
	};

	for (guint i = 0; i < G_N_ELEMENTS(lost); i++)
		if (gy_build_options_get(options, lost[i].key))
			note_lost(notes, lost[i].key, gy_build_options_get(options, lost[i].key),
				_(lost[i].message));
	for (guint i = 0; i < options->images->len; i++) {
		const GyBuildImage *image = options->images->pdata[i];

		if (image->path)
			note_lost(notes, image->section, image->path,
				_("the packager takes the image's file on its command line"));
	}
}

GBytes *
gy_fota_cfg_write(const GyBuildOptions *options, const char *folder, GPtrArray *notes, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = gy_fota_cfg_of_options(options, error);
	g_autoptr(GString) out = g_string_new("[" GY_FOTA_SIGN "]\n");

	if (!cfg)
		return NULL;
	append_text(out, "SignSuite", is_hash_only(gy_fota_cfg_key_area(cfg)->key_alg) ? "4" : "1");
	append_tools(out, cfg, GY_FOTA_SIGN);
	append_key_file(
		out, "RootKeyFile", "root-key", gy_fota_cfg_root_key_file(cfg), options, folder, notes);
	append_key_file(out, "SubKeyFile", "sub-key", gy_fota_cfg_sub_key_file(cfg), options, folder, notes);
	g_string_append(out, "\n[" TOOLS "]\n");
	append_tools(out, cfg, TOOLS);
	append_numbers(out, GY_FOTA_KEY_AREA, gy_fota_key_numbers, gy_fota_cfg_key_area(cfg));
	append_numbers(out, GY_FOTA_INFO_AREA, gy_fota_info_numbers, gy_fota_cfg_info_area(cfg));
	if (!append_images(out, cfg, options, error))
		return NULL;
	note_what_has_no_place(options, notes);
	return g_string_free_to_bytes(g_steal_pointer(&out));
}
