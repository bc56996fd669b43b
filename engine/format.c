// SPDX-License-Identifier: Apache-2.0
#include "engine/format.h"

#include "engine/formats/ws63/ws63.h"

/* A new system is one line here and a folder below formats/. */
static const GyFormat *const formats[] = {
	&gy_ws63_format,
	NULL,
};

const GyFormat *const *
gy_format_list(void)
{
	return formats;
}

const GyFormat *
gy_format_by_system(const char *system)
{
	for (const GyFormat *const *at = formats; *at; at++)
		if (g_str_equal((*at)->system, system))
			return *at;
	return NULL;
}

const GyFormat *
gy_format_by_content(GBytes *bytes)
{
	for (const GyFormat *const *at = formats; *at; at++)
		if ((*at)->probe(bytes))
			return *at;
	return NULL;
}

static void
build_image_free(GyBuildImage *image)
{
	g_free(image->section);
	g_free(image->path);
	g_free(image);
}

GyBuildOptions *
gy_build_options_new(void)
{
	GyBuildOptions *options = g_new0(GyBuildOptions, 1);

	options->images = g_ptr_array_new_with_free_func((GDestroyNotify) build_image_free);
	return options;
}

void
gy_build_options_free(GyBuildOptions *options)
{
	if (!options)
		return;
	g_free(options->config);
	g_free(options->sdk_root);
	g_ptr_array_unref(options->images);
	g_free(options->version);
	g_free(options->root_key);
	g_free(options->sub_key);
	g_free(options);
}

void
gy_build_options_add_image(GyBuildOptions *options, const char *section, const char *path)
{
	GyBuildImage *image = g_new0(GyBuildImage, 1);

	image->section = g_strdup(section);
	image->path = g_strdup(path);
	g_ptr_array_add(options->images, image);
}
