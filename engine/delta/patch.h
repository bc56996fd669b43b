// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/delta/watch.h"

/** GyPatchKind: FORMAT.md describes them. */
typedef enum {
	GY_PATCH_HDIFF13,
	GY_PATCH_HDIFFSF20,
	GY_PATCH_HPATCH_LITE,
	GY_PATCH_BSDIFF,
	GY_N_PATCH_KINDS
} GyPatchKind;

/** GY_PATCH_ANY_SIZE: the patch does not say how large the old image was. */
#define GY_PATCH_ANY_SIZE G_MAXUINT64

/** GY_PATCH_DICTIONARY: what a small device has room for: bytes of the LZMA dictionary if nothing else is said. */
#define GY_PATCH_DICTIONARY 4096

/** GY_PATCH_DICTIONARY_MAX: the largest that is read or written. */
#define GY_PATCH_DICTIONARY_MAX (64 * 1024 * 1024)

/**
 * GyPatchInfo: what a patch says about itself.
 * @kind: of which kind it is
 * @compression: "none", "lzma" or another word, as the patch has it
 * @old_size: bytes of the old image, or %GY_PATCH_ANY_SIZE
 * @new_size: bytes of the new one
 * @dictionary: the largest LZMA dictionary in it, in bytes; 0 without LZMA
 * @n_decoders: how many decoders run at once on a device that applies it while it reads
 */
typedef struct {
	GyPatchKind kind;
	char compression[16];
	guint64 old_size;
	guint64 new_size;
	guint64 dictionary;
	guint n_decoders;
} GyPatchInfo;

/**
 * GyPatchOptions: how a patch is written.
 * @kind: all but %GY_PATCH_HDIFFSF20
 * @dictionary: bytes of the LZMA dictionary, from 4096; 0 for %GY_PATCH_DICTIONARY. Not for bsdiff
 * @is_plain: no compression. Not for bsdiff
 */
typedef struct {
	GyPatchKind kind;
	guint32 dictionary;
	gboolean is_plain;
} GyPatchOptions;

/** gy_patch_kind_word: "hdiff13", "hdiffsf20", "hi" or "bsdiff". */
const char *gy_patch_kind_word(GyPatchKind kind);

/** gy_patch_kind_by_word: %FALSE if there is no such kind. */
gboolean gy_patch_kind_by_word(const char *word, GyPatchKind *kind);

/** gy_patch_probe: whether @bytes begin like a patch of a kind that is read. */
gboolean gy_patch_probe(GBytes *bytes);

/**
 * gy_patch_inspect:
 * @patch: a whole patch
 * @info: (out): what it says about itself
 * @error: return location
 *
 * Reads the head only.
 *
 * Returns: %FALSE with %GY_ERROR_PATCH_NOT_RECOGNISED, and otherwise as gy_patch_apply()
 */
gboolean gy_patch_inspect(GBytes *patch, GyPatchInfo *info, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_patch_apply:
 * @patch: a whole patch of any kind
 * @old: the image that it was made against
 * @error: return location
 *
 * No kind of patch has a checksum: whether the right thing came out is for the caller to say. Images have at most
 * %GY_DELTA_SIZE_MAX bytes; memory is taken for the new image, and for what each packed part unpacks to: HDIFF13 has four of at
 * most %GY_DELTA_SIZE_MAX bytes, the others one, bsdiff none.
 *
 * Returns: (transfer full): the new image, or %NULL with %GY_ERROR_PATCH_NOT_RECOGNISED, %GY_ERROR_PATCH_TRUNCATED,
 *   %GY_ERROR_PATCH_TRAILING (bytes that belong to nothing), %GY_ERROR_PATCH_MALFORMED (a number that cannot be),
 *   %GY_ERROR_PATCH_COMPRESSION (a damaged stream), %GY_ERROR_PATCH_NOT_SUPPORTED (a compression that is not read), or
 *   %GY_ERROR_IMAGE_OTHER_OLD
 */
GBytes *gy_patch_apply(GBytes *patch, GBytes *old, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_patch_make:
 * @old: the image that the device has; empty for a full package
 * @new_bytes: the image that it is to have
 * @options: how
 * @watch: (nullable): who looks on
 * @error: return location
 *
 * Writes the patch, applies it and compares before it gives it out. Takes 5 bytes of memory for each byte of @old, 2
 * for each of @new_bytes, and what writing takes: at most 3 for each byte of @new_bytes, with LZMA 12 for each of the
 * dictionary.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_FILE_TOO_LARGE, %GY_ERROR_CANCELLED or %GY_ERROR_INTERNAL
 */
GBytes *gy_patch_make(GBytes *old, GBytes *new_bytes, const GyPatchOptions *options, const GyWatch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
