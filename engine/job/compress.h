// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * gy_compress:
 * @image: what the device is to have
 * @baud: of the line that it goes over; 0: not known
 *
 * Makes one LZ4 block of it, the same one every time, so that a transfer can be resumed by another run of the program.
 *
 * Returns: (transfer full) (nullable): the block, or %NULL if sending it would not pay: it has to be smaller by a
 *   twentieth, and to save a noticeable time on the line
 */
GBytes *gy_compress(GBytes *image, guint baud);
