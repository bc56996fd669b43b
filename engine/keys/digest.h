// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#define GY_SHA256_SIZE 32

/** gy_sha256: SHA-256 of @size bytes at @data. */
void gy_sha256(const guint8 *data, gsize size, guint8 digest[GY_SHA256_SIZE]);

/** gy_hex: (transfer full): bytes as lower case hexadecimal digits. */
char *gy_hex(const guint8 *data, gsize size);
