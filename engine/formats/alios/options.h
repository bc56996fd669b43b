// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/** gy_alios_options, gy_alios_image_sections: see #GyFormat. */
extern const GyOption gy_alios_options[];
extern const GyOptionChoice gy_alios_image_sections[];

/**
 * GyAliosChip: what is known of a chip or board.
 * @word: its name
 * @slice_size: bytes of a slice that its patcher is built for
 * @dictionary: bytes that each of its xz decoders has
 */
typedef struct {
	const char *word;
	guint32 slice_size;
	guint32 dictionary;
} GyAliosChip;

/** gy_alios_chip: what is known of the option "chip"; a chip without a name takes what every chip takes. */
const GyAliosChip *gy_alios_chip(const GyBuildOptions *options);
