// SPDX-License-Identifier: Apache-2.0
#include "engine/store/store-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/keys/digest.h"
#include "engine/packages/format.h"

typedef struct {
	GyStore *store;
	const char *path;
	const GyStoredImage *about;
	GPtrArray *added;
	GPtrArray *notes;
} Adding;

/* What the package says of the image; where it says nothing, what the person says. */
static gboolean
add(const Adding *adding, GBytes *bytes, const char *system, const char *image, const char *version,
	GError **error)
{
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autofree char *name = g_path_get_basename(adding->path);
	GyStoredImage *stored;

	gy_stored_image_set(&about->system, system);
	gy_stored_image_set(&about->image, image);
	gy_stored_image_set(&about->version, version);
	gy_stored_image_set(&about->name, name);
	gy_stored_image_merge(about, adding->about);
	stored = gy_store_add(adding->store, bytes, about, NULL, error);
	if (stored)
		g_ptr_array_add(adding->added, stored);
	return stored != NULL;
}

/* ---- a difference --------------------------------------------------------------------------------------- */

/* (transfer full) (nullable): what the difference makes of that image, if it is what it says. */
static GBytes *
try_old(const Adding *adding, GyPackage *package, guint index, const GyStoredImage *old,
	const GyImageIdentity *identity)
{
	g_autoptr(GBytes) old_bytes = gy_store_read(adding->store, old->sha256, NULL);
	GBytes *made = old_bytes ? gy_package_unpack_difference(package, index, old_bytes, NULL) : NULL;
	guint8 digest[GY_SHA256_SIZE];

	if (!made)
		return NULL;
	gy_sha256(g_bytes_get_data(made, NULL), g_bytes_get_size(made), digest);
	if (memcmp(digest, identity->sha256, sizeof digest) == 0)
		return made;
	g_bytes_unref(made);
	return NULL;
}

static GBytes *
apply_difference(const Adding *adding, GyPackage *package, guint index, GError **error)
{
	g_autoptr(GPtrArray) identities = gy_package_identities(package, error);
	const GyImageIdentity *identity =
		identities && index < identities->len ? identities->pdata[index] : NULL;
	g_autoptr(GPtrArray) images = identity ? gy_store_list(adding->store, error) : NULL;

	if (!images)
		return NULL;
	if (!identity->has_code) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is a difference that does not say what it makes: add the new image itself"),
			adding->path);
		return NULL;
	}
	for (guint i = 0; i < images->len; i++) {
		GBytes *made = try_old(adding, package, index, images->pdata[i], identity);

		if (made)
			return made;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN,
		_("%s is a difference, and the image that it was made against is not stored"), adding->path);
	return NULL;
}

/* ---- a package ------------------------------------------------------------------------------------------ */

static gboolean
add_image(const Adding *adding, GyPackage *package, guint index, GError **error)
{
	const GyImage *image = gy_package_images(package)->pdata[index];
	const char *version = image->version_text ? image->version_text : gy_package_version(package);
	g_autoptr(GBytes) bytes = NULL;

	if (image->storage & GY_STORAGE_ENCRYPTED) {
		g_ptr_array_add(
			adding->notes, g_strdup_printf(_("%s is encrypted and was left out"), image->name));
		return TRUE;
	}
	bytes = image->storage & GY_STORAGE_DIFF ? apply_difference(adding, package, index, error)
						 : gy_package_unpack_image(package, index, error);
	return bytes && add(adding, bytes, gy_package_format(package)->system, image->name, version, error);
}

static gboolean
add_package(const Adding *adding, GyPackage *package, GError **error)
{
	const GyFinding *refusal;

	if (!gy_package_verify(package, NULL, error))
		return FALSE;
	refusal = gy_package_refusal(package);
	if (refusal) {
		g_propagate_error(error, gy_finding_to_error(refusal));
		return FALSE;
	}
	if (gy_package_images(package)->len == 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, _("%s holds no image"),
			adding->path);
		return FALSE;
	}
	if (gy_package_is_image(package))
		return add(adding, gy_package_bytes(package), gy_package_format(package)->system,
			((const GyImage *) gy_package_images(package)->pdata[0])->name,
			gy_package_version(package), error);
	for (guint i = 0; i < gy_package_images(package)->len; i++)
		if (!add_image(adding, package, i, error))
			return FALSE;
	return TRUE;
}

static gboolean
add_plain(const Adding *adding, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(adding->path, GY_STORE_IMAGE_MAX, error);

	return bytes && add(adding, bytes, NULL, NULL, NULL, error);
}

gboolean
gy_store_add_file(GyStore *store, const char *path, gboolean is_plain, const GyStoredImage *about,
	GPtrArray *added, GPtrArray *notes, GError **error)
{
	const Adding adding = {store, path, about, added, notes};
	g_autoptr(GError) problem = NULL;
	g_autoptr(GyPackage) package = is_plain ? NULL : gy_package_load(path, &problem);

	if (package)
		return add_package(&adding, package, error);
	if (!is_plain && !g_error_matches(problem, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED)) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (!is_plain && !about->system)
		g_ptr_array_add(notes,
			g_strdup_printf(
				_("%s is no package: it is kept as an image of a system that nobody named"),
				path));
	return add_plain(&adding, error);
}
