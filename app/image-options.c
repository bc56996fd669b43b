// SPDX-License-Identifier: Apache-2.0
#include "app/image-options.h"

#include <string.h>

#include "app/command.h"

/* (transfer full): the options that images have, for a person. */
static char *
known_options(const GyFormat *format)
{
	GString *words = g_string_new(NULL);

	for (const GyOption *option = format->image_options; option && option->key; option++)
		g_string_append_printf(words, "%s%s", words->len ? ", " : "", option->key);
	return g_string_free(words, FALSE);
}

static const GyOption *
find_option(const GyFormat *format, const char *key, GError **error)
{
	const GyOption *option = format->image_options ? gy_option_find(format->image_options, key) : NULL;
	g_autofree char *known = option ? NULL : known_options(format);

	if (option)
		return option;
	if (*known)
		gy_usage(error, "an image for %s has no option \"%s\"; expected one of %s", format->system,
			key, known);
	else
		gy_usage(error, "images for %s have no options", format->system);
	return NULL;
}

/* Of a section whose file the build finds by itself. */
static gboolean
may_find_image(const GyFormat *format, const GyBuildOptions *options)
{
	for (const GyOption *option = format->options; option->key; option++)
		if (option->gives_images && gy_build_options_get(options, option->key))
			return TRUE;
	return FALSE;
}

static GyBuildImage *
find_image(const char *section, const GyFormat *format, GyBuildOptions *options, GError **error)
{
	GyBuildImage *image = gy_build_options_find_image(options, section);

	if (image)
		return image;
	if (may_find_image(format, options))
		return gy_build_options_add_image(options, section, NULL);
	gy_usage(error, "--image-option is about %s, and there is no --image %s=FILE", section, section);
	return NULL;
}

static gboolean
apply(const char *text, const GyFormat *format, GyBuildOptions *options, GError **error)
{
	const char *sign = strchr(text, '=');
	/* a value may have colons, and so may a section: the one before the key counts */
	const char *colon = sign ? g_strrstr_len(text, sign - text, ":") : NULL;
	g_autofree char *section = colon ? g_strndup(text, (gsize) (colon - text)) : NULL;
	g_autofree char *key = colon ? g_strndup(colon + 1, (gsize) (sign - colon - 1)) : NULL;
	const GyOption *option;
	GyBuildImage *image;
	g_autoptr(GError) cause = NULL;

	if (!section || !*section || !*key || !sign[1]) {
		gy_usage(error, "--image-option takes SECTION:KEY=VALUE, not \"%s\"", text);
		return FALSE;
	}
	option = find_option(format, key, error);
	if (!option)
		return FALSE;
	if (!gy_option_check(option, sign + 1, &cause)) {
		gy_usage(error, "--image-option %s:%s", section, cause->message);
		return FALSE;
	}
	image = find_image(section, format, options, error);
	if (!image)
		return FALSE;
	gy_build_image_set(image, key, sign + 1);
	return TRUE;
}

gboolean
gy_image_options_apply(char *const *texts, const GyFormat *format, GyBuildOptions *options, GError **error)
{
	for (; texts && *texts; texts++)
		if (!apply(*texts, format, options, error))
			return FALSE;
	return TRUE;
}
