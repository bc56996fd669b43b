// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/keys/key.h"

/** GY_ALIOS_MESSAGE_MAX: bytes of the longest message that is read. */
#define GY_ALIOS_MESSAGE_MAX 65536

/** GyAliosMethod: the digest over the whole file; what "signMethod" says. */
typedef enum {
	GY_ALIOS_SHA256,
	GY_ALIOS_MD5,
} GyAliosMethod;

/**
 * GyAliosMessage: what the cloud tells a device about a file, FORMAT.md, "Message".
 * @message: "success", or a reason
 * @url: where the file is
 * @version: its version
 * @size: its bytes
 * @method: of @digest, if @has_method
 * @has_method: %FALSE in the old form, which has a field "md5", and for a method that is not known
 * @is_old_form: whether it is the old form
 * @method_text: (nullable): "signMethod" as it stands there
 * @digest: of the file, hexadecimal digits
 * @is_difference: "isDiff"
 * @slice_size: "splictSize", 0 if it is not there
 * @signature: (nullable): "digestsign" as it stands there, Base64
 * @id: number of the message
 */
typedef struct {
	char *message;
	char *url;
	char *version;
	guint64 size;
	GyAliosMethod method;
	gboolean has_method;
	gboolean is_old_form;
	char *method_text;
	char *digest;
	gboolean is_difference;
	guint32 slice_size;
	char *signature;
	gint64 id;
} GyAliosMessage;

void gy_alios_message_free(GyAliosMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyAliosMessage, gy_alios_message_free)

/** gy_alios_message_probe: whether it begins like JSON and has the words of such a message. */
gboolean gy_alios_message_probe(const guint8 *data, gsize size);

/**
 * gy_alios_message_parse:
 * @data: JSON; a zero at its end is left out
 * @size: its bytes
 * @error: return location
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_PACKAGE_MALFORMED if it is no JSON, or has a member of another type
 */
GyAliosMessage *gy_alios_message_parse(
	const guint8 *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_alios_message_write: (transfer full): as JSON. */
GBytes *gy_alios_message_write(const GyAliosMessage *message);

/** gy_alios_file_digest: (transfer full): the raw digest of a whole file. */
GBytes *gy_alios_file_digest(GyAliosMethod method, GBytes *file);

/** gy_alios_message_digest: (transfer full) (nullable): its digest as bytes; %NULL if it is not one of its method. */
GBytes *gy_alios_message_digest(const GyAliosMessage *message);

/** gy_alios_message_signature: (transfer full) (nullable): of exactly 256 bytes; %NULL if it is something else. */
GBytes *gy_alios_message_signature(const GyAliosMessage *message);
