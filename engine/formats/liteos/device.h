// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/** GY_LITEOS_MANIFEST: the first bytes of a package, by which a device judges it: its head, and the patch's. */
#define GY_LITEOS_MANIFEST 256

/** gy_liteos_manifest and the others: see #GyFormat. */
GBytes *gy_liteos_manifest(GyPackage *package);
void gy_liteos_check_device(GyPackage *package, const GyTarget *target);
GBytes *gy_liteos_begin_tags(GyPackage *package, gboolean is_forced);
GPtrArray *gy_liteos_identities(GyPackage *package, GError **error);
char *gy_liteos_image_name(guint32 id);
const char *gy_liteos_result_name(guint32 result);
const char *gy_liteos_code_name(guint32 code);
