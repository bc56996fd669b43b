// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"
#include "engine/formats/openharmony/layout.h"

/** GyOhosGeneration: which packager's layout and signature; FORMAT.md, "Generations". */
typedef enum {
	GY_OHOS_LEGACY,
	GY_OHOS_2022,
	GY_OHOS_2025,
} GyOhosGeneration;

/**
 * GyOhosComponent:
 * @name: partition name; standard systems have it with a slash in front
 * @id, @res_type, @type, @version: as the configuration gave them; @type 1 is a difference
 * @size: bytes of its data
 * @sha256: of its data, as the record says
 * @record: offset of its record
 * @offset: of its data; it and @size may reach past the end of a damaged file
 */
typedef struct {
	char *name;
	guint16 id;
	guint8 res_type;
	guint8 flags;
	guint8 type;
	char *version;
	guint32 size;
	guint8 sha256[32];
	guint64 record;
	guint64 offset;
} GyOhosComponent;

/**
 * GyOhosUpdate:
 * @bytes: the whole update.bin
 * @is_standard: for a standard system; otherwise for a mini or small one
 * @generation: as far as the layout tells: %GY_OHOS_LEGACY for a small system may turn out %GY_OHOS_2022 by its signature
 * @head_size: bytes of the head, and so where the area behind it begins
 * @record_size: bytes of a component's record, and @name_size of its name
 * @hash_info, @hashes: offsets of the values of these blocks, 0 if there are none
 * @hashes_size: bytes of @hashes
 * @signature: offset of the signature, and @signature_size its bytes: 256 or 384
 * @data: where the first component's data begin
 *
 * An update.bin taken apart. Texts are as they stand up to their first zero, made valid UTF-8.
 */
typedef struct {
	GBytes *bytes;
	gboolean is_standard;
	GyOhosGeneration generation;
	guint16 type;
	guint32 file_version;
	char *product_id;
	char *software_version;
	char *date;
	char *time;
	guint64 head_size;
	guint record_size;
	guint name_size;
	GPtrArray *components;
	guint64 hash_info;
	guint64 hashes;
	guint64 hashes_size;
	guint64 signature;
	guint64 signature_size;
	guint64 data;
} GyOhosUpdate;

/** gy_ohos_update_probe: whether the first bytes are those of an update.bin, one or two of its fixed words damaged at most. */
gboolean gy_ohos_update_probe(const guint8 *data, gsize size);

/**
 * gy_ohos_update_parse:
 * @bytes: a whole update.bin
 * @name: stands in messages
 * @error: return location
 *
 * Takes any generation. What is wrong but leaves it readable is for gy_ohos_update_verify() to say.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_PACKAGE_TRUNCATED or %GY_ERROR_PACKAGE_MALFORMED
 */
GyOhosUpdate *gy_ohos_update_parse(GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_ohos_update_free(GyOhosUpdate *update);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosUpdate, gy_ohos_update_free)

/** gy_ohos_update_find: (nullable): the component of that name. */
const GyOhosComponent *gy_ohos_update_find(const GyOhosUpdate *update, const char *name);

/** gy_ohos_update_has_data: whether a component's data lie inside the file. */
gboolean gy_ohos_update_has_data(const GyOhosUpdate *update, const GyOhosComponent *component);

/** gy_ohos_update_data: (transfer full): a component's data, checked against its digest; GY_ERROR_PACKAGE_*. */
GBytes *gy_ohos_update_data(const GyOhosUpdate *update, const GyOhosComponent *component, GError **error);

/** gy_ohos_generation_name: "LEGACY", "2022" or "2025". */
const char *gy_ohos_generation_name(GyOhosGeneration generation);
