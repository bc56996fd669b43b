// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/patch.h"
#include "engine/packages/format.h"
#include "protocol/wire/envelope.h"

/** gy_liteos_format: packages of LiteOS_Lab's OTA. FORMAT.md beside it. */
extern const GyFormat gy_liteos_format;

#define GY_LITEOS_KIND_UPGRADE   "upgrade"
#define GY_LITEOS_KIND_OLDEST    "g1" /* read only */

#define GY_LITEOS_IMAGE_ID       1
#define GY_LITEOS_RESULT_GOOD    3 /* the flag record's "upgraded" (spec: 5.2) */
#define GY_LITEOS_SIGNATURE_SIZE 256
#define GY_LITEOS_INFO_SIZE      32
#define GY_LITEOS_MAX            (64 * 1024 * 1024)
#define GY_LITEOS_SIGNED         "package" /* how what is signed is called for who signs elsewhere */

/** GyLiteosGeneration: "g1", "g2", "g3", and "gantry" for a patch in an envelope of ours. */
typedef enum {
	GY_LITEOS_G1,
	GY_LITEOS_G2,
	GY_LITEOS_G3,
	GY_LITEOS_GANTRY,
} GyLiteosGeneration;

/** gy_liteos_generation_word: as above. */
const char *gy_liteos_generation_word(GyLiteosGeneration generation);

/**
 * GyLiteosPackage: where things stand in a package.
 * @generation: how it is laid out
 * @info_offset: of the info block, in G2 and G3
 * @body_offset: of the patch, or of the image in G1, which ends with the file
 * @envelope: in %GY_LITEOS_GANTRY
 * @has_patch: whether @patch is known
 * @patch: what the patch says about itself
 * @is_difference: as far as the patch tells, or in G1 the head
 */
typedef struct {
	GyLiteosGeneration generation;
	gsize info_offset;
	gsize body_offset;
	struct gyw_envelope envelope;
	gboolean has_patch;
	GyPatchInfo patch;
	gboolean is_difference;
} GyLiteosPackage;

/** gy_liteos_package_of: (transfer none): what loading found. */
const GyLiteosPackage *gy_liteos_package_of(GyPackage *package);

/** gy_liteos_body: (transfer full): the patch, or the image in G1. */
GBytes *gy_liteos_body(GyPackage *package);

GyPackage *gy_liteos_load(GBytes *bytes, const char *name, GError **error);
gboolean gy_liteos_verify(GyPackage *package, const GyPublicKey *key, GError **error);
GBytes *gy_liteos_unpack_image(GyPackage *package, guint index, GError **error);
GBytes *gy_liteos_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error);
