// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/draft.h"

/** GY_ZIP_MEMBERS_MAX, GY_ZIP_SIZE_MAX: what is read of one archive: members, and bytes of all of them unpacked. */
#define GY_ZIP_MEMBERS_MAX 4096
#define GY_ZIP_SIZE_MAX    ((G_GUINT64_CONSTANT(4) << 30) - 1)
/** GY_ZIP_MEMORY_MAX: bytes of the largest member that is unpacked in memory; a larger one is unpacked on the disk. */
#define GY_ZIP_MEMORY_MAX (8 * 1024 * 1024)

/**
 * GyZip:
 *
 * A zip archive in memory, by libzip. One with encrypted members, a name twice, an absolute name or one with "..", a
 * link, or more than the limits above does not open. Not for several threads at once.
 */
typedef struct _GyZip GyZip;

/** gy_zip_probe: whether @data begins like a zip archive with members. */
gboolean gy_zip_probe(const guint8 *data, gsize size);

/**
 * gy_zip_open:
 * @bytes: the whole archive
 * @name: stands in messages
 * @error: return location
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_PACKAGE_MALFORMED, %GY_ERROR_PACKAGE_TOO_LARGE or
 *   %GY_ERROR_PACKAGE_NOT_SUPPORTED
 */
GyZip *gy_zip_open(GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_zip_free(GyZip *zip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyZip, gy_zip_free)

guint gy_zip_n_members(const GyZip *zip);
/** gy_zip_member: (transfer none): name of a member, folders with a slash at the end; valid UTF-8. */
const char *gy_zip_member(const GyZip *zip, guint index);
/** gy_zip_size: bytes of a member unpacked, as the directory says. */
guint64 gy_zip_size(const GyZip *zip, guint index);
/** gy_zip_find: index of a member, -1 if there is none of that name. */
int gy_zip_find(const GyZip *zip, const char *name);

/**
 * gy_zip_read:
 * @zip: an archive
 * @index: which member
 * @error: return location
 *
 * Returns: (transfer full): its bytes, as many as the directory says and with the checksum it says, or %NULL with
 *   %GY_ERROR_PACKAGE_MALFORMED, %GY_ERROR_PACKAGE_NOT_SUPPORTED (how it is packed) or an error of gy_draft_new()
 */
GBytes *gy_zip_read(GyZip *zip, guint index, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** GyZipMember: one that is to be written. */
typedef struct {
	char *name;
	GBytes *bytes;
} GyZipMember;

/** gy_zip_members_new: (transfer full) (element-type GyZipMember): an empty list. */
GPtrArray *gy_zip_members_new(void);
/** gy_zip_members_add: @bytes: (transfer none). */
void gy_zip_members_add(GPtrArray *members, const char *name, GBytes *bytes);

/**
 * gy_zip_write:
 * @members: (element-type GyZipMember)
 * @draft: empty; gets the archive
 * @error: return location
 *
 * Deflated with level 9, no comment, no extra fields. Every member bears the time of SOURCE_DATE_EPOCH (UTC), without it
 * the first that a zip can name, so that the same members give the same archive. Takes memory for a few blocks, however
 * large the members are.
 *
 * Returns: %TRUE, or %FALSE with GY_ERROR_FILE_* or %GY_ERROR_INTERNAL
 */
gboolean gy_zip_write(GPtrArray *members, GyDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;
