// SPDX-License-Identifier: Apache-2.0
#include "engine/store/stored-image.h"

#define GROUP     "image"
#define AUTOMATIC "automatic"

static const struct {
	const char *key;
	gsize offset;
} texts[] = {
	{"system", G_STRUCT_OFFSET(GyStoredImage, system)},
	{"image", G_STRUCT_OFFSET(GyStoredImage, image)},
	{"version", G_STRUCT_OFFSET(GyStoredImage, version)},
	{"name", G_STRUCT_OFFSET(GyStoredImage, name)},
	{"note", G_STRUCT_OFFSET(GyStoredImage, note)},
};

static char **
text_of(const GyStoredImage *image, guint i)
{
	return &G_STRUCT_MEMBER(char *, (gpointer) image, texts[i].offset);
}

GyStoredImage *
gy_stored_image_new(void)
{
	return g_new0(GyStoredImage, 1);
}

GyStoredImage *
gy_stored_image_copy(const GyStoredImage *image)
{
	GyStoredImage *copy = g_memdup2(image, sizeof *image);

	copy->sha256 = g_strdup(image->sha256);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		*text_of(copy, i) = g_strdup(*text_of(image, i));
	return copy;
}

void
gy_stored_image_free(GyStoredImage *image)
{
	if (!image)
		return;
	g_free(image->sha256);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*text_of(image, i));
	g_free(image);
}

void
gy_stored_image_set(char **member, const char *value)
{
	g_autofree char *valid = value && *value ? g_utf8_make_valid(value, -1) : NULL;

	g_clear_pointer(member, g_free);
	if (!valid)
		return;
	g_strdelimit(valid, "\r\n", ' ');
	*member = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), GY_STORED_TEXT_MAX));
}

void
gy_stored_image_merge(GyStoredImage *image, const GyStoredImage *other)
{
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!*text_of(image, i))
			*text_of(image, i) = g_strdup(*text_of(other, i));
	image->is_automatic = image->is_automatic && other->is_automatic;
}

GBytes *
gy_stored_image_write(const GyStoredImage *image)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	gsize size;
	char *text;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (*text_of(image, i))
			g_key_file_set_string(file, GROUP, texts[i].key, *text_of(image, i));
	g_key_file_set_boolean(file, GROUP, AUTOMATIC, image->is_automatic);
	text = g_key_file_to_data(file, &size, NULL);
	return g_bytes_new_take(text, size);
}

void
gy_stored_image_read(GyStoredImage *image, GBytes *bytes)
{
	g_autoptr(GKeyFile) file = g_key_file_new();

	if (!g_key_file_load_from_bytes(file, bytes, G_KEY_FILE_NONE, NULL))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = g_key_file_get_string(file, GROUP, texts[i].key, NULL);

		gy_stored_image_set(text_of(image, i), text);
	}
	image->is_automatic = g_key_file_get_boolean(file, GROUP, AUTOMATIC, NULL);
}
