// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/partition-table.h"

/**
 * GyWs63Part: one image on its way into a package.
 * @section: how it is packed
 * @name: of its file, for messages
 * @input: the image as it was given
 * @data: (nullable): as it stands in the package, once it is packed
 */
typedef struct {
	GyFotaImage *section;
	char *name;
	GBytes *input;
	GBytes *data;
} GyWs63Part;

/**
 * gy_ws63_parts_read:
 * @cfg: says how images are packed
 * @options: say which
 * @with_boot: whether flashboot has to be among them
 * @error: return location
 *
 * Reads all images and holds them against every rule that can be checked before they are packed.
 *
 * Returns: (transfer full) (element-type GyWs63Part): in the order of the package
 */
GPtrArray *gy_ws63_parts_read(const GyFotaCfg *cfg, const GyBuildOptions *options, gboolean with_boot,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ws63_parts_pack: compresses, pads and encrypts each; several at once. */
gboolean gy_ws63_parts_pack(GPtrArray *parts, const GyFotaCfg *cfg, GError **error);

/** gy_ws63_parts_check_fit: whether each fits its partition, plain ones with their padding. */
gboolean gy_ws63_parts_check_fit(GPtrArray *parts, const GyBuildOptions *options, GError **error);

/** gy_ws63_board_table: (transfer full): the table that the options name, or the standard one for these images. */
GyWs63PartitionTable *gy_ws63_board_table(const GyBuildOptions *options, GPtrArray *parts, GError **error);
