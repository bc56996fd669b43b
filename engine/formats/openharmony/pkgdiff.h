// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/watch.h"

/** OHOS_DIFFERENCE_MAX: bytes of an image that differences are applied to or give. */
#define OHOS_DIFFERENCE_MAX G_MAXINT32

/**
 * gy_ohos_pkgdiff_make:
 * @old: the image that the device has
 * @new_bytes: the image that it is to have
 * @watch: (nullable): who looks on
 * @error: return location
 *
 * One BSDIFF40 patch up to 40 MiB, beyond that one for each of as many equal pieces as the original tool would make: what a
 * device needs memory for. Here it takes 8 bytes for each byte of the largest piece. FORMAT.md, "Differences".
 *
 * Returns: (transfer full): a PKGDIFF0, or %NULL as gy_patch_make()
 */
GBytes *gy_ohos_pkgdiff_make(
	GBytes *old, GBytes *new_bytes, const GyWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ohos_pkgdiff_read:
 * @patch: a PKGDIFF0
 * @new_size: (out): bytes of the image that it makes
 * @old_size: (out): bytes that the old image has at least
 * @error: return location
 *
 * Returns: whether its head and those of its patches can be read; %FALSE with GY_ERROR_PATCH_*
 */
gboolean gy_ohos_pkgdiff_read(
	GBytes *patch, guint64 *new_size, guint64 *old_size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_pkgdiff_apply: (transfer full): the new image, or %NULL with GY_ERROR_PATCH_* or %GY_ERROR_IMAGE_OTHER_OLD. */
GBytes *gy_ohos_pkgdiff_apply(GBytes *patch, GBytes *old, GError **error) G_GNUC_WARN_UNUSED_RESULT;
