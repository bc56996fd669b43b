// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/store/stored-image.h"

/** GY_STORE_IMAGE_MAX: bytes of the largest image that is taken. */
#define GY_STORE_IMAGE_MAX (256 * 1024 * 1024)

/** GY_STORE_AUTOMATIC_MOST, GY_STORE_AUTOMATIC_BYTES_MAX: how many images that nobody asked for are kept. */
#define GY_STORE_AUTOMATIC_MOST      100
#define GY_STORE_AUTOMATIC_BYTES_MAX (G_GUINT64_CONSTANT(512) * 1024 * 1024)

/** GY_STORE_PREFIX_LEAST: digits of a digest by which a person may name an image. */
#define GY_STORE_PREFIX_LEAST 6

/**
 * GyStore:
 *
 * Images in a folder, each by the name of its SHA-256; STORE.md says how they lie there. It keeps no state but the folder's
 * name: several threads and programs may use one store at once, and one that is killed leaves nothing that is not whole.
 */
typedef struct _GyStore GyStore;

/** gy_store_default_path: (transfer full): `$GANTRY_STORE`, or `gantry/images` below the user's folder for data. */
char *gy_store_default_path(void);

/** gy_store_new: (transfer full): nothing is written before something is added. */
GyStore *gy_store_new(const char *path);
GyStore *gy_store_ref(GyStore *store);
void gy_store_unref(GyStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyStore, gy_store_unref)

/** gy_store_path: its folder. */
const char *gy_store_path(const GyStore *store);

/**
 * gy_store_add:
 * @store: the store
 * @bytes: an image
 * @about: its texts, and whether nobody asked for it; digest, size and time do not count
 * @was_there: (out) (optional): whether it was stored before; its texts are then completed by those of @about, which win
 * @error: return location
 *
 * Returns: (transfer full): the image as it is in the store now and on the disk, or %NULL with %GY_ERROR_FILE_EMPTY,
 *   %GY_ERROR_FILE_TOO_LARGE, %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL, and the store as it was
 */
GyStoredImage *gy_store_add(GyStore *store, GBytes *bytes, const GyStoredImage *about, gboolean *was_there,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_store_list: (transfer full) (element-type GyStoredImage): the newest first; %NULL with %GY_ERROR_FILE_UNREADABLE. */
GPtrArray *gy_store_list(GyStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_store_find:
 * @digits: a digest, or its first digits, at least %GY_STORE_PREFIX_LEAST
 * @error: return location
 *
 * Returns: (transfer full): the one image whose digest begins so, or %NULL with %GY_ERROR_STORE_UNKNOWN if there is none,
 *   or more than one
 */
GyStoredImage *gy_store_find(GyStore *store, const char *digits, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_store_find_version:
 * @system: word of a system
 * @version: version text
 * @error: return location
 *
 * Returns: (transfer full): the one image of that system and version, or %NULL with %GY_ERROR_STORE_UNKNOWN if there is none,
 *   or more than one
 */
GyStoredImage *gy_store_find_version(
	GyStore *store, const char *system, const char *version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_store_read:
 * @sha256: a whole digest
 * @error: return location
 *
 * Reads an image and compares it with its digest; it then counts as used now.
 *
 * Returns: (transfer full): its bytes, or %NULL with %GY_ERROR_STORE_UNKNOWN, %GY_ERROR_STORE_DAMAGED if it is not what was
 *   stored, or GY_ERROR_FILE_*
 */
GBytes *gy_store_read(GyStore *store, const char *sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_store_check: whether it is what was stored; fails as gy_store_read(), and does not count as a use. */
gboolean gy_store_check(GyStore *store, const char *sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_store_file: (transfer full): where the image of that digest lies, if it is stored. */
char *gy_store_file(GyStore *store, const char *sha256);

/** gy_store_remove: @sha256: a whole digest. %FALSE with %GY_ERROR_STORE_UNKNOWN or %GY_ERROR_FILE_NOT_WRITABLE. */
gboolean gy_store_remove(GyStore *store, const char *sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;
