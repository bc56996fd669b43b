// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/** Characters that a text of a description has at most; what is longer is cut at the end of a character. */
#define GY_STORED_TEXT_MAX 200

/**
 * GyStoredImage:
 * @sha256: SHA-256 of the image, 64 hexadecimal digits: its name in the store
 * @size: bytes
 * @added_s: when it came into the store, or was used last; seconds since 1970 in UTC
 * @system: (nullable): word of the system that it is for, such as "liteos"
 * @image: (nullable): which image of that system, such as "application"
 * @version: (nullable): its version text
 * @name: (nullable): name of the file that it came from
 * @note: (nullable): what a person wrote
 * @is_automatic: nobody asked for it to be kept: it was flashed, and goes when there are too many of its kind
 *
 * One image in a store. All but the digest, the size and the time is what somebody said of it.
 */
typedef struct {
	char *sha256;
	guint64 size;
	gint64 added_s;
	char *system;
	char *image;
	char *version;
	char *name;
	char *note;
	gboolean is_automatic;
} GyStoredImage;

/** gy_stored_image_new: (transfer full): of which nothing is known. */
GyStoredImage *gy_stored_image_new(void);
GyStoredImage *gy_stored_image_copy(const GyStoredImage *image);
void gy_stored_image_free(GyStoredImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyStoredImage, gy_stored_image_free)

/** gy_stored_image_set: replaces a text by @value, made one valid line of at most %GY_STORED_TEXT_MAX characters; %NULL and "" become %NULL. */
void gy_stored_image_set(char **member, const char *value);

/** gy_stored_image_merge: takes from @other each text that @image does not have; one of the two that is kept on purpose keeps both. */
void gy_stored_image_merge(GyStoredImage *image, const GyStoredImage *other);

/** gy_stored_image_write: (transfer full): the texts as a file. */
GBytes *gy_stored_image_write(const GyStoredImage *image);

/** gy_stored_image_read: fills in the texts of such a file; one that is damaged leaves them as they are. */
void gy_stored_image_read(GyStoredImage *image, GBytes *bytes);
