// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"

/**
 * gy_ws63_root_record:
 * @key: the root key's public half
 * @out: the 128 bytes at the start of a board's flash
 *
 * SHA-256 over these bytes is what the chip's fuses hold and what a board reports of its root key.
 */
void gy_ws63_root_record(const GyPublicKey *key, guint8 out[128]);

/**
 * gy_ws63_root_record_read:
 * @record: the first bytes of a board's flash, or a file that `gantry key export` made
 * @error: return location
 *
 * Returns: (transfer full): the key, %NULL without an error if @record is not 128 bytes that begin as a record does, or
 *   %NULL with %GY_ERROR_KEY_UNUSABLE if the point is not on the curve or a field is not a record's
 */
GyPublicKey *gy_ws63_root_record_read(GBytes *record, GError **error);

/** gy_ws63_root_record_from_xy: the same from X and Y, which are not checked. */
void gy_ws63_root_record_from_xy(const guint8 xy[64], guint8 out[128]);
