// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyDraft:
 *
 * A file without a name: written piece by piece, read back, and put in its place once it is whole. Until then what is
 * there stays as it is, and however the program ends, nothing is left. What is written lies on the disk, not in memory.
 */
typedef struct _GyDraft GyDraft;

/**
 * gy_draft_new:
 * @path: (nullable): where it will go, so that no copy is needed to put it there; %NULL for one that goes nowhere, or it is
 *   not known yet: it lies in TMPDIR, else in /var/tmp
 * @mode: permission bits, such as 0666 (the umask applies)
 * @error: return location
 *
 * Returns: (transfer full): an empty one, or %NULL with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL
 */
GyDraft *gy_draft_new(const char *path, guint32 mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_draft_new_beside: (transfer full): another one on the same disk. */
GyDraft *gy_draft_new_beside(const GyDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void gy_draft_free(GyDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyDraft, gy_draft_free)

/** gy_draft_append: writes behind what is there; %FALSE with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL. */
gboolean gy_draft_append(
	GyDraft *draft, gconstpointer data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_draft_append_bytes: the same. */
gboolean gy_draft_append_bytes(GyDraft *draft, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_draft_put: writes from @offset on, over what is there and behind it; fails likewise. */
gboolean gy_draft_put(GyDraft *draft, guint64 offset, gconstpointer data, gsize size,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_draft_size: bytes so far; may be asked by another thread while this one writes. */
guint64 gy_draft_size(const GyDraft *draft);

/** gy_draft_read: (transfer full): what is there now, mapped; it outlives @draft, and must not be written to while it is read. */
GBytes *gy_draft_read(const GyDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_draft_open: a descriptor that reads it from its beginning, or -1; the caller closes it. One at a time. */
int gy_draft_open(const GyDraft *draft);

/**
 * gy_draft_keep:
 * @path: where it goes; a link is followed
 * @error: return location
 *
 * Syncs it and gives it its name: @path is the old file or the whole new one.
 * Returns: %TRUE, or %FALSE with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL and nothing left behind
 */
gboolean gy_draft_keep(const GyDraft *draft, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
