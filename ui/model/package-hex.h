// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * gy_package_hex:
 * @bytes: a file
 * @offset: what is looked for, bytes from its start
 * @n_before: rows of 16 bytes before the one with @offset
 * @n_after: rows after it
 *
 * Returns: (transfer full): rows of "offset  16 bytes  characters"; the row with @offset begins with a mark. "" if @offset
 *   lies behind the end
 */
char *gy_package_hex(GBytes *bytes, guint64 offset, guint n_before, guint n_after);
