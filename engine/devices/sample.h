// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GySample:
 * @folder: holds the files; they go with the last reference
 * @root_key: public key that a board has to trust
 * @image: a signed application, version 1.0
 * @package: an upgrade package with another one, version 1.1
 * @n_boards: boards that were made of it, so that each has files of its own
 *
 * What a simulated WS63 board needs for a first try without any file of one's own, with keys made for it alone.
 */
typedef struct {
	char *folder;
	char *root_key;
	char *image;
	char *package;
	guint n_boards;
} GySample;

/**
 * gy_sample_new:
 * @code_size: bytes of each application, at most 1 MiB; decides how long an upgrade takes
 * @error: return location
 *
 * Makes everything in a new folder for temporary files; takes some tenths of a second.
 *
 * Returns: (transfer full): %NULL with an error of files, keys or packing
 */
GySample *gy_sample_new(gsize code_size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GySample *gy_sample_ref(GySample *sample);
/** gy_sample_unref: the last one removes the folder too, with everything in it. */
void gy_sample_unref(GySample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySample, gy_sample_unref)
