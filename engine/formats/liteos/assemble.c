// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/assemble.h"

#include <string.h>

#include "engine/keys/digest.h"
#include "protocol/wire/crc32c.h"

static GBytes *
make_patch(const GyLiteosParts *parts, const GyWatch *watch, GError **error)
{
	const GyPatchOptions how = {
		.kind = parts->generation == GY_LITEOS_GANTRY ? GY_PATCH_HPATCH_LITE : GY_PATCH_HDIFF13,
		.dictionary = parts->dictionary,
	};

	return gy_patch_make(parts->old, parts->new_bytes, &how, watch, error);
}

static void
write_envelope(const GyLiteosParts *parts, GBytes *patch, guint8 head[GYW_ENVELOPE_SIZE])
{
	struct gyw_envelope envelope = {
		.patch_size = (guint32) g_bytes_get_size(patch),
		.kind = GYW_ENVELOPE_HPATCHLITE,
		.patch_crc32c = gyw_crc32c(g_bytes_get_data(patch, NULL), (guint32) g_bytes_get_size(patch)),
		.old_size = (guint32) g_bytes_get_size(parts->old),
		.new_size = (guint32) g_bytes_get_size(parts->new_bytes),
	};

	gy_sha256(g_bytes_get_data(parts->old, NULL), envelope.old_size, envelope.old_sha256);
	gy_sha256(g_bytes_get_data(parts->new_bytes, NULL), envelope.new_size, envelope.new_sha256);
	if (parts->version)
		memcpy(envelope.version, parts->version,
			MIN(strlen(parts->version), GYW_ENVELOPE_VERSION_SIZE - 1));
	gyw_envelope_encode(&envelope, head);
}

static GBytes *
put_behind(const guint8 *head, gsize size, GBytes *patch)
{
	GByteArray *whole = g_byte_array_sized_new((guint) (size + g_bytes_get_size(patch)));

	g_byte_array_append(whole, head, (guint) size);
	g_byte_array_append(whole, g_bytes_get_data(patch, NULL), (guint) g_bytes_get_size(patch));
	return g_byte_array_free_to_bytes(whole);
}

GBytes *
gy_liteos_assemble(const GyLiteosParts *parts, const GyWatch *watch, GError **error)
{
	g_autoptr(GBytes) patch = make_patch(parts, watch, error);
	guint8 info[GY_LITEOS_INFO_SIZE] = {g_bytes_get_size(parts->old) > 0 ? 1 : 0};
	guint8 head[GYW_ENVELOPE_SIZE];

	if (!patch)
		return NULL;
	if (parts->generation != GY_LITEOS_GANTRY)
		return put_behind(info, sizeof info, patch);
	write_envelope(parts, patch, head);
	return put_behind(head, sizeof head, patch);
}
