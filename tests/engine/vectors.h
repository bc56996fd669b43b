// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/format.h"

/** VectorImage: an input of a case and the section it is packed as. */
typedef struct {
	const char *section;
	const char *file;
	const char *lzma16; /* (nullable): compressed, header filled, neither padded nor encrypted */
} VectorImage;

/** Vector: one case of tests/vectors/ws63/README.md. */
typedef struct {
	const char *name;
	VectorImage images[4];
	const char *version;
	gboolean hash_only;
	gboolean encrypted;
} Vector;

extern const Vector vectors[];
extern const guint n_vectors;

/** vector_path: (transfer full): a file below tests/vectors/ws63. */
char *vector_path(const char *folder, const char *file);

/** vector_bytes: (transfer full): its content; the test fails if it is not there. */
GBytes *vector_bytes(const char *folder, const char *file);

/** vector_options: (transfer full): how the case is built, with its fota.cfg and its inputs. */
GyBuildOptions *vector_options(const Vector *vector, GySigning signing);

/** root_public, root_private, sub_private: (transfer full): paths of the test keys. */
char *root_public(void);
char *root_private(void);
char *sub_private(void);

/** load_copy: (transfer full): a package in a block of exactly its size, so that one byte too far is seen. */
GyPackage *load_copy(const guint8 *data, gsize size, GError **error);

/** find_finding: (nullable): the first finding with this field. */
const GyFinding *find_finding(GyPackage *package, const char *field);

/** count_errors: findings of severity error. */
guint count_errors(GyPackage *package);

/** assert_same: the same number of bytes, and the same bytes. */
void assert_same(const void *found, gsize found_size, const void *expected, gsize expected_size);

/** temporary_folder: (transfer full): a new folder; remove it with remove_folder(). */
char *temporary_folder(void);
void remove_folder(const char *path);
