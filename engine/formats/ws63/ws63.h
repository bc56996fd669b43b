// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/formats/ws63/layout.h"
#include "engine/packages/format.h"
#include "protocol/wire/bytes.h"

/** gy_ws63_format: packages of the HiSilicon WS63, upgrade and burn. Described in FORMAT.md beside it. */
extern const GyFormat gy_ws63_format;
/** gy_ws63_region_format: a signed application image by itself, for a device that has two regions instead of packages. */
extern const GyFormat gy_ws63_region_format;

#define GY_WS63_KIND_UPGRADE "upgrade"
#define GY_WS63_KIND_BURN    "burn"

/** GyWs63Image: where one image of a package stands; all of it lies inside the package. */
typedef struct {
	guint index;   /* in the hash table */
	guint64 entry; /* offset of its table entry */
	guint64 header;
	guint64 data;
	guint64 data_size;
} GyWs63Image;

/** gy_ws63_image_name: (transfer full): "application", or "0x…" for an id without a name. */
char *gy_ws63_image_name(guint32 id);

/** gy_ws63_image_id: the id of an image by its name, 0 if the name is not known. */
guint32 gy_ws63_image_id(const char *name);

/** gy_ws63_code_name: (nullable): what an error code of the device's own API means (spec: 3.3). */
const char *gy_ws63_code_name(guint32 code);
/** gy_ws63_result_name: (nullable): what an upgrade result of the device means. FORMAT.md, "Results". */
const char *gy_ws63_result_name(guint32 result);

/** gy_ws63_is_known_image: whether a device takes this id; any other makes it reset for ever. */
gboolean gy_ws63_is_known_image(guint32 id);

/** gy_ws63_key_id_of_image: first word of the firmware image that belongs to a package id, 0 if it has none. */
guint32 gy_ws63_key_id_of_image(guint32 id);

/** gy_ws63_table_length: bytes of the hash table of @n_images images, with its padding. */
guint64 gy_ws63_table_length(guint64 n_images);

/** gy_ws63_table_offset: where the hash table of a package stands. */
guint64 gy_ws63_table_offset(const guint8 *package);

/** gy_ws63_n_entries: entries of the hash table that lie inside the package, at most 20. */
guint gy_ws63_n_entries(const guint8 *package, gsize size);

/** gy_ws63_find_image: fills @image from entry @index; %FALSE if its header or its data do not lie inside. */
gboolean gy_ws63_find_image(const guint8 *package, gsize size, guint index, GyWs63Image *image);

/** gy_ws63_is_zero: whether all bytes are zero. */
gboolean gy_ws63_is_zero(const guint8 *data, gsize size);

GyPackage *gy_ws63_load(GBytes *bytes, const char *name, GError **error);
gboolean gy_ws63_verify(GyPackage *package, const GyPublicKey *key, GError **error);
/** gy_ws63_verify_outside: all checks but those of what comes out when images are unpacked. */
void gy_ws63_verify_outside(GyPackage *package, const GyPublicKey *key);
/** gy_ws63_add_chain: from the findings that are there; @can_be_walked: whether the hash table could be read. */
void gy_ws63_add_chain(GyPackage *package, const GyPublicKey *root, gboolean can_be_walked);
void gy_ws63_check_signatures(GyPackage *package, const GyPublicKey *root);
GBytes *gy_ws63_unpack_image(GyPackage *package, guint index, GError **error);
GBytes *gy_ws63_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error);
gboolean gy_ws63_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error);
gboolean gy_ws63_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error);
GPtrArray *gy_ws63_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error);
GStrv gy_ws63_signed_names(GyPackage *package);
gboolean gy_ws63_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error);
void gy_ws63_check_device(GyPackage *package, const GyTarget *target);
GPtrArray *gy_ws63_identities(GyPackage *package, GError **error);

/** gy_ws63_unpack: the image at @header with its data, which lie inside @package. */
GBytes *gy_ws63_unpack(const guint8 *package, const GyWs63Image *image, GError **error);

gboolean gy_ws63_burn_probe(const guint8 *data, gsize size);
GyPackage *gy_ws63_burn_load(GBytes *bytes, const char *name, GError **error);
void gy_ws63_burn_verify(GyPackage *package);
/**
 * gy_ws63_burn_find: which image of a container an upgrade package takes for @image_id: the one at its usual address if
 * there are several. -1 with %GY_ERROR_CFG_RULE if there is none, or more than one elsewhere.
 */
int gy_ws63_burn_find(GyPackage *package, guint32 image_id, GError **error);
GBytes *gy_ws63_burn_unpack(GyPackage *package, guint index, GError **error);
