// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/second-boot/second-boot.h"

/** GY_SECOND_BOOT_SECTOR: bytes that the loader of 1.0 erases at a time, from the address on that it is told. */
#define GY_SECOND_BOOT_SECTOR 4096

/**
 * gy_second_boot_choose_target:
 * @options: what is wanted, and what is known of the board
 * @generation: of the loader: 1.0 writes to any address that it is told, the others to the start of a partition
 * @shown: the partitions that the loader shows, of size 0 where it shows none
 * @target: (out): from where the image goes to the end of its partition
 * @is_ota: (out): whether that is the one that holds the next image
 * @error: return location
 *
 * A loader that shows its partitions is believed, unless something else is known of the board. Nothing outside of a partition
 * is ever a target: the loader itself is there.
 *
 * Returns: %FALSE with %GY_LINK_ERROR_BOOT_MENU
 */
gboolean gy_second_boot_choose_target(const GySecondBootOptions *options, GySecondBootGeneration generation,
	const GySecondBootMap *shown, GySecondBootRange *target, gboolean *is_ota,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
