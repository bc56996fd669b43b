// SPDX-License-Identifier: Apache-2.0
#include "engine/store/store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/file.h"
#include "engine/store/folder.h"

#define ABOUT        ".about"
#define ABOUT_MAX    65536
#define DIGEST_CHARS 64
#define HEX_DIGITS   "0123456789abcdef"

struct _GyStore {
	char *path;
};

char *
gy_store_default_path(void)
{
	const char *named = g_getenv("GANTRY_STORE");

	if (named && *named)
		return g_strdup(named);
	return g_build_filename(g_get_user_data_dir(), "gantry", "images", NULL);
}

GyStore *
gy_store_new(const char *path)
{
	GyStore *store = g_atomic_rc_box_new0(GyStore);

	store->path = g_strdup(path);
	return store;
}

GyStore *
gy_store_ref(GyStore *store)
{
	return g_atomic_rc_box_acquire(store);
}

static void
clear(gpointer data)
{
	g_free(((GyStore *) data)->path);
}

void
gy_store_unref(GyStore *store)
{
	if (store)
		g_atomic_rc_box_release_full(store, clear);
}

const char *
gy_store_path(const GyStore *store)
{
	return store->path;
}

/* ---- files ---------------------------------------------------------------------------------------------- */

static gboolean
is_digest(const char *name, gpointer data)
{
	return strspn(name, HEX_DIGITS) == DIGEST_CHARS && name[DIGEST_CHARS] == '\0';
}

char *
gy_store_file(GyStore *store, const char *sha256)
{
	return g_build_filename(store->path, sha256, NULL);
}

static char *
about_file(GyStore *store, const char *sha256)
{
	return g_strconcat(store->path, G_DIR_SEPARATOR_S, sha256, ABOUT, NULL);
}

static GyStoredImage *
describe(GyStore *store, const GyFolderFile *file)
{
	g_autofree char *path = about_file(store, file->name);
	g_autoptr(GBytes) about = gy_file_read(path, ABOUT_MAX, NULL);
	GyStoredImage *image = gy_stored_image_new();

	image->sha256 = g_strdup(file->name);
	image->size = file->size;
	image->added_s = file->used_s;
	/* without a description it is still the image that its name says */
	if (about)
		gy_stored_image_read(image, about);
	return image;
}

static gboolean
is_this(const char *name, gpointer data)
{
	return g_str_equal(name, data);
}

/* (transfer full) (nullable): what is said of it, if it is there. */
static GyStoredImage *
look_up(GyStore *store, const char *sha256)
{
	g_autoptr(GPtrArray) files = gy_folder_list(store->path, is_this, (gpointer) sha256, NULL);

	return files && files->len == 1 ? describe(store, g_ptr_array_index(files, 0)) : NULL;
}

/* ---- adding --------------------------------------------------------------------------------------------- */

static gboolean
check_size(GBytes *bytes, GError **error)
{
	gsize size = g_bytes_get_size(bytes);

	if (size == 0)
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_EMPTY, _("an image without a byte is not stored"));
	else if (size > GY_STORE_IMAGE_MAX)
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE,
			_("the image has %zu bytes, the store takes images of at most %d"), size,
			GY_STORE_IMAGE_MAX);
	else
		return TRUE;
	return FALSE;
}

/* What comes in by itself must not fill the disk; what a person added stays. */
static void
trim_automatic(GyStore *store, const char *newest)
{
	const GyFolderBounds bounds = {GY_STORE_AUTOMATIC_MOST, GY_STORE_AUTOMATIC_BYTES_MAX, newest, ABOUT};
	g_autoptr(GPtrArray) files = gy_folder_list(store->path, is_digest, NULL, NULL);

	for (guint i = 0; files && i < files->len;) {
		g_autoptr(GyStoredImage) image = describe(store, g_ptr_array_index(files, i));

		if (image->is_automatic)
			i++;
		else
			g_ptr_array_remove_index(files, i);
	}
	if (files)
		gy_folder_trim(store->path, files, &bounds);
}

static GyStoredImage *
complete(const char *digest, GBytes *bytes, const GyStoredImage *about, const GyStoredImage *before)
{
	GyStoredImage *image = gy_stored_image_copy(about);

	g_free(image->sha256);
	image->sha256 = g_strdup(digest);
	image->size = g_bytes_get_size(bytes);
	image->added_s = g_get_real_time() / G_USEC_PER_SEC;
	if (before)
		gy_stored_image_merge(image, before);
	return image;
}

/*
 * The description first: an image is there when its own file is. It is written even if it is there already, since what is
 * there may be damaged.
 */
static gboolean
write_both(GyStore *store, const GyStoredImage *image, GBytes *bytes, GError **error)
{
	g_autofree char *about_path = about_file(store, image->sha256);
	g_autofree char *path = gy_store_file(store, image->sha256);
	g_autoptr(GBytes) about = gy_stored_image_write(image);

	return gy_file_write(about_path, about, 0666, error) && gy_file_write(path, bytes, 0666, error);
}

GyStoredImage *
gy_store_add(GyStore *store, GBytes *bytes, const GyStoredImage *about, gboolean *was_there, GError **error)
{
	g_autofree char *digest = NULL;
	g_autoptr(GyStoredImage) before = NULL;
	g_autoptr(GyStoredImage) image = NULL;

	if (!check_size(bytes, error) || !gy_folder_ensure(store->path, error))
		return NULL;
	digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	before = look_up(store, digest);
	image = complete(digest, bytes, about, before);
	if (!write_both(store, image, bytes, error)) {
		g_autofree char *path = about_file(store, digest);

		if (!before)
			g_unlink(path);
		return NULL;
	}
	gy_folder_sweep(store->path);
	if (image->is_automatic)
		trim_automatic(store, digest);
	if (was_there)
		*was_there = before != NULL;
	return g_steal_pointer(&image);
}

/* ---- looking -------------------------------------------------------------------------------------------- */

GPtrArray *
gy_store_list(GyStore *store, GError **error)
{
	g_autoptr(GPtrArray) files = gy_folder_list(store->path, is_digest, NULL, error);
	GPtrArray *images;

	if (!files)
		return NULL;
	images = g_ptr_array_new_with_free_func((GDestroyNotify) gy_stored_image_free);
	for (guint i = 0; i < files->len; i++)
		g_ptr_array_add(images, describe(store, g_ptr_array_index(files, i)));
	return images;
}

/* The only one that is left of a list. */
static GyStoredImage *
only_one(GPtrArray *images, const char *what, GError **error)
{
	if (images->len == 1)
		return g_ptr_array_steal_index(images, 0);
	if (images->len == 0)
		g_set_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN, _("no stored image has %s"), what);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN, _("%u stored images have %s"),
			images->len, what);
	return NULL;
}

GyStoredImage *
gy_store_find(GyStore *store, const char *digits, GError **error)
{
	g_autofree char *lower = g_ascii_strdown(digits, -1);
	gsize length = strlen(lower);
	g_autofree char *what = NULL;
	g_autoptr(GPtrArray) images = NULL;

	if (length < GY_STORE_PREFIX_LEAST || length > DIGEST_CHARS || strspn(lower, HEX_DIGITS) != length) {
		g_set_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN,
			_("\"%s\" is no digest: expected %d to %d hexadecimal digits"), digits,
			GY_STORE_PREFIX_LEAST, DIGEST_CHARS);
		return NULL;
	}
	images = gy_store_list(store, error);
	if (!images)
		return NULL;
	for (guint i = images->len; i-- > 0;)
		if (!g_str_has_prefix(((GyStoredImage *) g_ptr_array_index(images, i))->sha256, lower))
			g_ptr_array_remove_index(images, i);
	what = length == DIGEST_CHARS ? g_strdup_printf(_("the digest %s"), lower)
				      : g_strdup_printf(_("a digest that begins with %s"), lower);
	return only_one(images, what, error);
}

GyStoredImage *
gy_store_find_version(GyStore *store, const char *system, const char *version, GError **error)
{
	g_autoptr(GPtrArray) images = gy_store_list(store, error);
	g_autofree char *what = g_strdup_printf(_("the version \"%s\" of %s"), version, system);

	if (!images)
		return NULL;
	for (guint i = images->len; i-- > 0;) {
		const GyStoredImage *image = g_ptr_array_index(images, i);

		if (g_strcmp0(image->system, system) != 0 || g_strcmp0(image->version, version) != 0)
			g_ptr_array_remove_index(images, i);
	}
	return only_one(images, what, error);
}

static GBytes *
read_sound(GyStore *store, const char *sha256, GError **error)
{
	g_autofree char *path = gy_store_file(store, sha256);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) bytes = gy_file_read(path, GY_STORE_IMAGE_MAX, &cause);
	g_autofree char *found = bytes ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;

	if (g_error_matches(cause, GY_ERROR, GY_ERROR_FILE_NOT_FOUND))
		g_set_error(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN, _("no stored image has the digest %s"),
			sha256);
	else if (g_error_matches(cause, GY_ERROR, GY_ERROR_FILE_EMPTY))
		g_set_error(error, GY_ERROR, GY_ERROR_STORE_DAMAGED, _("%s is damaged: it is empty"), path);
	else if (cause)
		g_propagate_error(error, g_steal_pointer(&cause));
	else if (!g_str_equal(found, sha256))
		g_set_error(error, GY_ERROR, GY_ERROR_STORE_DAMAGED,
			_("%s is damaged: its digest is %s, expected that of its name"), path, found);
	else
		return g_steal_pointer(&bytes);
	return NULL;
}

GBytes *
gy_store_read(GyStore *store, const char *sha256, GError **error)
{
	g_autofree char *path = gy_store_file(store, sha256);
	GBytes *bytes = read_sound(store, sha256, error);

	if (bytes)
		gy_folder_touch(path);
	return bytes;
}

gboolean
gy_store_check(GyStore *store, const char *sha256, GError **error)
{
	g_autoptr(GBytes) bytes = read_sound(store, sha256, error);

	return bytes != NULL;
}

/* ---- removing ------------------------------------------------------------------------------------------- */

gboolean
gy_store_remove(GyStore *store, const char *sha256, GError **error)
{
	g_autofree char *path = gy_store_file(store, sha256);
	g_autofree char *about = about_file(store, sha256);

	if (g_unlink(path) != 0) {
		int number = errno;

		g_set_error(error, GY_ERROR,
			number == ENOENT ? GY_ERROR_STORE_UNKNOWN : GY_ERROR_FILE_NOT_WRITABLE, "%s: %s",
			path, g_strerror(number));
		return FALSE;
	}
	if (g_unlink(about) != 0 && errno != ENOENT)
		g_debug("%s stays: %s", about, g_strerror(errno));
	return TRUE;
}
