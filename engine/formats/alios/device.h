// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/** GY_ALIOS_IMAGE_ID: what devices call the only image that they take. */
#define GY_ALIOS_IMAGE_ID 1

/** gy_alios_manifest and the others: see #GyFormat. */
GBytes *gy_alios_manifest(GyPackage *package);
GBytes *gy_alios_begin_tags(GyPackage *package, gboolean is_forced);
GyPackage *gy_alios_announced(GyPackage *package, GError **error);
void gy_alios_check_device(GyPackage *package, const GyTarget *target);
GPtrArray *gy_alios_identities(GyPackage *package, GError **error);
const char *gy_alios_code_name(guint32 code);

/**
 * gy_alios_version_of_image: (transfer full) (nullable): the version that an image says of itself: the one text in it that is
 * written as the system writes versions by default, "app-1.2.3-20240131.0900". %NULL if there is none, or another.
 */
char *gy_alios_version_of_image(GBytes *image);
