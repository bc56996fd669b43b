// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/format.h"

/** alios_path, alios_bytes: (transfer full): a file of tests/vectors/alios, such as "md5/m1_1byte.bin". */
char *alios_path(const char *file);
GBytes *alios_bytes(const char *file);

/** alios_text: (transfer full): the same as text. */
char *alios_text(const char *file);

/** exact_copy: (transfer full): in a block of exactly its size, so that one byte too far is seen. */
GBytes *exact_copy(GBytes *bytes);

/** with_flipped_bit: (transfer full): a copy in which bit @bit is another. */
GBytes *with_flipped_bit(GBytes *bytes, gsize bit);

/** has_complaint: whether loading or verifying @bytes as a file for AliOS Things finds an error or a warning. */
gboolean has_complaint(GBytes *bytes, const GyPublicKey *key);

/** build_with: (transfer full) (nullable): builds with options KEY, VALUE, …, %NULL; the key "image:SECTION" adds an image. */
GBytes *build_with(GPtrArray *notes, GError **error, const char *first, ...) G_GNUC_NULL_TERMINATED;

/** notes_new: (transfer full) (element-type GyFinding): an empty list. */
GPtrArray *notes_new(void);

/** assert_equal_bytes: both are the same, or the test says where they differ. */
void assert_equal_bytes(GBytes *found, GBytes *expected);
