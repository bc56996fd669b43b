// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/key.h"

/**
 * gy_ws63_root_record:
 * @key: the root key's public half
 * @out: the 128 bytes at the start of a board's flash
 *
 * SHA-256 over these bytes is what the chip's fuses hold and what a board reports of its root key.
 */
void gy_ws63_root_record(const GyPublicKey *key, guint8 out[128]);

/** gy_ws63_root_record_from_xy: the same from X and Y, which are not checked. */
void gy_ws63_root_record_from_xy(const guint8 xy[64], guint8 out[128]);
