// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/plain.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/liteos/assemble.h"

#define IMAGE_MAX  (GY_LITEOS_MAX / 2)
#define DICTIONARY 16384
#define LOOKED_AT  256

static const struct {
	const char *magic;
	gsize size;
	const char *what;
} others[] = {
	{"\x7f"
	 "ELF",
		4, N_("an ELF program: objcopy -O binary makes an image of it")},
	{"PK\x03\x04", 4, N_("a zip archive")},
	{"\x1f\x8b", 2, N_("a gzip archive")},
	{"\xfd"
	 "7zXZ",
		5, N_("an xz archive")},
	{"-----BEGIN", 10, N_("a key")},
};

static gboolean
is_text(const guint8 *data, gsize size)
{
	for (gsize i = 0; i < MIN(size, LOOKED_AT); i++)
		if (!g_ascii_isprint(data[i]) && !g_ascii_isspace(data[i]))
			return FALSE;
	return TRUE;
}

/* (nullable): what it is, if it cannot be an image. */
static const char *
other_than_image(GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		if (size >= others[i].size && memcmp(data, others[i].magic, others[i].size) == 0)
			return _(others[i].what);
	return size > 1 && is_text(data, size) ? _("a text") : NULL;
}

GyPackage *
gy_liteos_package_from_image(const char *path, GError **error)
{
	g_autoptr(GBytes) image = gy_file_read(path, IMAGE_MAX, error);
	g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);
	const char *other = image ? other_than_image(image) : NULL;
	const GyLiteosParts parts = {GY_LITEOS_G3, nothing, image, DICTIONARY, NULL};
	g_autofree char *name = g_path_get_basename(path);
	g_autoptr(GBytes) bytes = NULL;

	if (other)
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED,
			_("%s is neither a package nor the image of a program: it is %s"), path, other);
	if (!image || other)
		return NULL;
	bytes = gy_liteos_assemble(&parts, NULL, error);
	return bytes ? gy_liteos_load(bytes, name, error) : NULL;
}
