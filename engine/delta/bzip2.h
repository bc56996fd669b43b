// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/** gy_bzip2_pack: (transfer full): one stream of level 9; %NULL with %GY_ERROR_INTERNAL. Takes 8 MiB besides. */
GBytes *gy_bzip2_pack(GBytes *raw, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** GyBzip2Reader: a stream that is unpacked while it is read; 4 MiB. */
typedef struct _GyBzip2Reader GyBzip2Reader;

/** gy_bzip2_reader_new: (transfer full): @what names the stream in messages and outlives the reader, as @data does. */
GyBzip2Reader *gy_bzip2_reader_new(const guint8 *data, gsize size, const char *what);
void gy_bzip2_reader_free(GyBzip2Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBzip2Reader, gy_bzip2_reader_free)

/** gy_bzip2_read: the next @size bytes. %FALSE with %GY_ERROR_PATCH_COMPRESSION if they are damaged or not there. */
gboolean gy_bzip2_read(
	GyBzip2Reader *reader, guint8 *out, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_bzip2_check_end: %FALSE with %GY_ERROR_PATCH_TRAILING if more would come, or stands behind the stream. */
gboolean gy_bzip2_check_end(GyBzip2Reader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
