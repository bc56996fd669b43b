// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyTargetImage:
 * @image_id: an image that the device can take
 * @partition_size: bytes of the partition it goes to, 0 if the device did not say
 * @minimum_version: the lowest version that the device takes, 0 if it takes any
 */
typedef struct {
	guint32 image_id;
	guint32 partition_size;
	guint32 minimum_version;
} GyTargetImage;

/**
 * GyTarget:
 * @storage_size: bytes for the package, 0 if the device did not say
 * @images: (nullable) (element-type GyTargetImage): %NULL if the device did not say
 * @has_hardware_id: whether it said its hardware id
 * @hardware_id: 0 means that it does not compare
 * @has_root_key: whether it said which root key it keeps
 * @root_key_sha256: SHA-256 of the root key as the chip keeps it
 * @has_root_xy: whether the root key itself is known
 * @root_xy: X then Y, big endian
 * @has_version_ext: whether it said the running application's version number
 * @version_ext: that number
 * @version: (nullable): the running version, if it told one
 * @has_digest: whether it said what it runs
 * @digest: SHA-256 of the running image
 * @has_old: whether who sends a difference said which image it was made against
 * @old_sha256: SHA-256 of that one
 * @old_version: (nullable): its version, if that is all that it was found by: for a device that tells its version only
 * @takes_envelopes: whether its loader knows differences in an envelope of ours
 * @takes_hash_only: whether it was built to take packages that carry digests instead of signatures
 *
 * What a device says about itself, as far as a package can fit it or not.
 */
typedef struct {
	guint32 storage_size;
	GArray *images;
	gboolean has_hardware_id;
	guint32 hardware_id;
	gboolean has_root_key;
	guint8 root_key_sha256[32];
	gboolean has_root_xy;
	guint8 root_xy[64];
	gboolean has_version_ext;
	guint32 version_ext;
	char *version;
	gboolean has_digest;
	guint8 digest[32];
	gboolean has_old;
	guint8 old_sha256[32];
	char *old_version;
	gboolean takes_envelopes;
	gboolean takes_hash_only;
} GyTarget;

/** gy_target_new: a device that said nothing yet, with an empty list of images to append to. */
GyTarget *gy_target_new(void);
void gy_target_free(GyTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyTarget, gy_target_free)

/** gy_target_add_image: one more image that the device can take. */
void gy_target_add_image(GyTarget *target, guint32 image_id, guint32 partition_size, guint32 minimum_version);

/**
 * GyImageIdentity:
 * @image_id: which image of the package
 * @size: bytes once unpacked
 * @sha256: over all @size bytes
 * @has_code: whether the image has a header that says how long its code is; of an encrypted image only @image_id and @size
 *   are known
 * @code_sha256: over its header and its code without what follows; what a device answers when asked what it runs
 * @version_ext: the version number of the image's own header, 0 if it has none
 *
 * What the device will hold after the upgrade, to compare with what it then answers.
 */
typedef struct {
	guint32 image_id;
	guint64 size;
	guint8 sha256[32];
	gboolean has_code;
	guint8 code_sha256[32];
	guint32 version_ext;
} GyImageIdentity;
