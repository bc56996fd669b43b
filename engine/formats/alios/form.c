// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/form.h"

#include <glib/gi18n-lib.h>

#include "engine/error.h"
#include "engine/formats/alios/sign.h"

#define BIT(form) (1u << GY_ALIOS_FORM_##form)
#define PAIRS     (BIT(MAIN_AND_MCU) | BIT(KERNEL_AND_APP))
/* A sign block stands in front of a trailer: a difference, and a block in front, have no place for one. */
#define WITH_TRAILER (BIT(IMAGE) | BIT(XZ) | PAIRS)
#define WITH_BLOCK   (WITH_TRAILER | BIT(HEAD) | BIT(BLOCK))

static const struct {
	const char *word; /* of the option, or for messages */
	const char *sections[2];
	gboolean is_of_3; /* nothing before takes it */
} forms[] = {
	[GY_ALIOS_FORM_IMAGE] = {"image", {"image"}},
	[GY_ALIOS_FORM_XZ] = {"xz", {"image"}, TRUE},
	[GY_ALIOS_FORM_HEAD] = {"info-head", {"image"}},
	[GY_ALIOS_FORM_BLOCK] = {"info-block", {"image"}},
	[GY_ALIOS_FORM_MAIN_AND_MCU] = {"main-mcu", {"main", "mcu"}, TRUE},
	[GY_ALIOS_FORM_KERNEL_AND_APP] = {"kernel-app", {"kernel", "app"}},
	[GY_ALIOS_FORM_DIFFERENCE] = {"difference", {"image"}},
	[GY_ALIOS_FORM_MESSAGE] = {"message", {"image"}},
};

/* The forms that an option is for. */
static const struct {
	const char *option;
	guint forms;
} rules[] = {
	{"ver", BIT(MESSAGE)},
	{"running-ver", BIT(MESSAGE)},
	{"any-version", BIT(MESSAGE)},
	{"url", BIT(MESSAGE)},
	{"digest", BIT(MESSAGE)},
	{"mcu-offset", BIT(MAIN_AND_MCU)},
	{"app-offset", BIT(KERNEL_AND_APP)},
	{"magic", WITH_BLOCK},
	{"padding-mode", WITH_TRAILER},
	{"dictionary", BIT(XZ) | BIT(DIFFERENCE)},
	{"slice-size", BIT(DIFFERENCE) | BIT(MESSAGE)},
};

gboolean
gy_alios_is_of_3(const GyBuildOptions *options)
{
	return g_strcmp0(gy_build_options_get(options, "generation"), "3.x") == 0;
}

static gboolean
refuse(GError **error, const char *message)
{
	g_set_error_literal(error, GY_ERROR, GY_ERROR_CFG_RULE, message);
	return FALSE;
}

/* ---- which form ----------------------------------------------------------------------------------------- */

static gboolean
has_image_of(const GyBuildOptions *options, GyAliosForm form)
{
	for (guint i = 0; i < G_N_ELEMENTS(forms[form].sections); i++)
		if (forms[form].sections[i] && gy_build_options_find_image(options, forms[form].sections[i]))
			return TRUE;
	return FALSE;
}

/* The word has been checked to be one of the option's. */
static GyAliosForm
form_of_word(const char *word)
{
	GyAliosForm form = GY_ALIOS_FORM_IMAGE;

	while (word && form < GY_ALIOS_FORM_MESSAGE && !g_str_equal(forms[form].word, word))
		form++;
	return form;
}

/* A second image and an old one say by themselves what is made of them, and leave no choice. */
static gboolean
choose(const GyBuildOptions *options, GyAliosForm *form, GError **error)
{
	const char *word = gy_build_options_get(options, "form");
	gboolean is_plain = form_of_word(word) == GY_ALIOS_FORM_IMAGE;
	gboolean is_difference = gy_build_options_get(options, "old") != NULL;
	gboolean is_mcu = has_image_of(options, GY_ALIOS_FORM_MAIN_AND_MCU);
	gboolean is_pair = is_mcu || has_image_of(options, GY_ALIOS_FORM_KERNEL_AND_APP);

	if (is_difference && (is_pair || !is_plain))
		return refuse(error, _("a difference takes one image, and no other form"));
	if (is_pair && !is_plain)
		return refuse(error, _("two images in one have no other form"));
	*form = is_difference ? GY_ALIOS_FORM_DIFFERENCE
		: is_mcu      ? GY_ALIOS_FORM_MAIN_AND_MCU
		: is_pair     ? GY_ALIOS_FORM_KERNEL_AND_APP
			      : form_of_word(word);
	return TRUE;
}

/* ---- what goes with it ---------------------------------------------------------------------------------- */

static gboolean
check_sections(const GyBuildOptions *options, GyAliosForm form, GError **error)
{
	const char *const *sections = forms[form].sections;

	for (guint i = 0; i < options->images->len; i++) {
		const char *section = ((const GyBuildImage *) options->images->pdata[i])->section;

		if (g_str_equal(section, sections[0]) || g_strcmp0(section, sections[1]) == 0)
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("there is no image \"%s\" here: expected %s"), section,
			form == GY_ALIOS_FORM_MAIN_AND_MCU ? _("main and mcu")
			: form == GY_ALIOS_FORM_KERNEL_AND_APP
				? _("kernel and app")
				: _("image, or main and mcu, or kernel and app"));
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_options(const GyBuildOptions *options, GyAliosForm form, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		const char *value = gy_build_options_get(options, rules[i].option);

		if (!value || g_str_equal(value, "no") || (rules[i].forms & (1u << form)) != 0)
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, _("%s is of another form than %s"),
			rules[i].option, forms[form].word);
		return FALSE;
	}
	if (forms[form].is_of_3 && !gy_alios_is_of_3(options))
		return refuse(error, _("only devices of generation 3.x take this form"));
	return TRUE;
}

static gboolean
check_signing(const GyBuildOptions *options, GyAliosForm form, GError **error)
{
	gboolean takes_block = gy_alios_is_of_3(options) && (WITH_TRAILER & (1u << form)) != 0;
	gboolean is_signed = gy_alios_wants_signature(options);
	/* named, though it may be left out for once, to look at the rest */
	gboolean has_key = gy_build_options_get(options, "key") || gy_build_options_get(options, "signer");

	if (gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY)
		return refuse(error, _("a file for AliOS Things has no digest in place of its signature"));
	if (is_signed && !takes_block && form != GY_ALIOS_FORM_MESSAGE)
		return refuse(error,
			_("the file carries no signature, the message about it does: build that with --form "
			  "message "
			  "and the key; only an image for --generation 3.x, packed or not, carries its own"));
	if (gy_build_options_get(options, "padding-mode") && !(takes_block && has_key))
		return refuse(error,
			_("padding-mode stands in a sign block: that takes --generation 3.x and --key"));
	return TRUE;
}

gboolean
gy_alios_form_find(const GyBuildOptions *options, GyAliosForm *form, GError **error)
{
	GyAliosForm found;

	if (!choose(options, &found, error) || !check_options(options, found, error) ||
		!check_signing(options, found, error) || !check_sections(options, found, error))
		return FALSE;
	*form = found;
	return TRUE;
}
