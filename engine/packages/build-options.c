// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/build-options.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/crypto.h>

static const char *const signing_words[] = {
	[GY_SIGNING_KEYS] = "keys",
	[GY_SIGNING_NONE] = "unsigned",
	[GY_SIGNING_HASH_ONLY] = "hash-only",
};

/* ---- one option ----------------------------------------------------------------------------------------- */

gboolean
gy_number_parse(const char *text, guint32 *number)
{
	gboolean is_hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
	guint64 value = 0;

	if (!g_ascii_string_to_unsigned(
		    is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, G_MAXUINT32, &value, NULL))
		return FALSE;
	*number = (guint32) value;
	return TRUE;
}

const GyOption *
gy_option_find(const GyOption *options, const char *key)
{
	for (; options && options->key; options++)
		if (g_str_equal(options->key, key))
			return options;
	return NULL;
}

static gboolean
check_hex(const GyOption *option, const char *text, GError **error)
{
	gsize length = strlen(text);
	gboolean good = length == 2 * (gsize) option->size;

	for (const char *at = text; good && *at; at++)
		good = g_ascii_isxdigit(*at);
	/* the value is not shown: it may be a secret */
	if (!good)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s has %zu characters, expected %u hexadecimal digits"), option->key, length,
			2 * option->size);
	return good;
}

static gboolean
check_choice(const GyOption *option, const char *text, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (const GyOptionChoice *choice = option->choices; choice->value; choice++) {
		if (g_str_equal(choice->value, text))
			return TRUE;
		g_string_append_printf(known, "%s%s", known->len ? ", " : "", choice->value);
	}
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("%s is \"%s\", expected one of %s"), option->key,
		text, known->str);
	return FALSE;
}

gboolean
gy_option_check(const GyOption *option, const char *text, GError **error)
{
	guint32 number;

	switch (option->kind) {
	case GY_OPTION_HEX: return check_hex(option, text, error);
	case GY_OPTION_CHOICE: return check_choice(option, text, error);
	case GY_OPTION_NUMBER:
		if (gy_number_parse(text, &number))
			return TRUE;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s is \"%s\", expected a number of 32 bits, decimal or hexadecimal with 0x"),
			option->key, text);
		return FALSE;
	case GY_OPTION_FLAG:
		if (g_str_equal(text, "yes") || g_str_equal(text, "no"))
			return TRUE;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("%s is \"%s\", expected yes or no"),
			option->key, text);
		return FALSE;
	case GY_OPTION_FILE:
	case GY_OPTION_FOLDER:
	case GY_OPTION_KEY:
	case GY_OPTION_TEXT: return TRUE;
	}
	g_return_val_if_reached(FALSE);
}

/* ---- values --------------------------------------------------------------------------------------------- */

/* Some of them are keys. */
static void
value_free(char *value)
{
	OPENSSL_cleanse(value, strlen(value));
	g_free(value);
}

static GHashTable *
values_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) value_free);
}

static void
values_set(GHashTable *values, const char *key, const char *text)
{
	if (text)
		g_hash_table_replace(values, g_strdup(key), g_strdup(text));
	else
		g_hash_table_remove(values, key);
}

static void
build_image_free(GyBuildImage *image)
{
	g_free(image->section);
	g_free(image->path);
	g_hash_table_unref(image->values);
	g_free(image);
}

void
gy_build_image_set(GyBuildImage *image, const char *key, const char *text)
{
	values_set(image->values, key, text);
}

const char *
gy_build_image_get(const GyBuildImage *image, const char *key)
{
	return g_hash_table_lookup(image->values, key);
}

GyBuildOptions *
gy_build_options_new(void)
{
	GyBuildOptions *options = g_new0(GyBuildOptions, 1);

	options->values = values_new();
	options->images = g_ptr_array_new_with_free_func((GDestroyNotify) build_image_free);
	return options;
}

void
gy_build_options_free(GyBuildOptions *options)
{
	if (!options)
		return;
	g_hash_table_unref(options->values);
	g_ptr_array_unref(options->images);
	g_free(options);
}

void
gy_build_options_set(GyBuildOptions *options, const char *key, const char *text)
{
	values_set(options->values, key, text);
}

const char *
gy_build_options_get(const GyBuildOptions *options, const char *key)
{
	const char *text = g_hash_table_lookup(options->values, key);

	return text && *text ? text : NULL;
}

gboolean
gy_build_options_get_flag(const GyBuildOptions *options, const char *key)
{
	return g_strcmp0(gy_build_options_get(options, key), "yes") == 0;
}

void
gy_build_options_set_signing(GyBuildOptions *options, GySigning signing)
{
	gy_build_options_set(options, "signing", signing_words[signing]);
}

GySigning
gy_build_options_get_signing(const GyBuildOptions *options)
{
	const char *word = gy_build_options_get(options, "signing");

	for (guint i = 0; word && i < G_N_ELEMENTS(signing_words); i++)
		if (g_str_equal(signing_words[i], word))
			return (GySigning) i;
	return GY_SIGNING_KEYS;
}

GyBuildImage *
gy_build_options_add_image(GyBuildOptions *options, const char *section, const char *path)
{
	GyBuildImage *image = g_new0(GyBuildImage, 1);

	image->section = g_strdup(section);
	image->path = g_strdup(path);
	image->values = values_new();
	g_ptr_array_add(options->images, image);
	return image;
}

GyBuildImage *
gy_build_options_find_image(const GyBuildOptions *options, const char *section)
{
	for (guint i = 0; i < options->images->len; i++) {
		GyBuildImage *image = options->images->pdata[i];

		if (g_str_equal(image->section, section))
			return image;
	}
	return NULL;
}
