// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

/**
 * gy_liteos_package_from_image:
 * @path: the image of a program as it lies in flash
 * @error: return location
 *
 * Nothing in such an image says what it is for. What is certainly none is refused: a text, an ELF program, an archive.
 *
 * Returns: (transfer full): a whole package of generation g3 with it, in memory, by the name of the file; or %NULL with
 *   %GY_ERROR_PACKAGE_NOT_RECOGNISED or GY_ERROR_FILE_*
 */
GyPackage *gy_liteos_package_from_image(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
