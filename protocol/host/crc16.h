// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** GY_CRC16_INIT: what a CRC-16 begins with. */
#define GY_CRC16_INIT 0

/**
 * gy_crc16: CRC-16/XMODEM (polynomial 0x1021, nothing reflected, nothing added at the end; "123456789" gives 0x31C3)
 * @crc: %GY_CRC16_INIT, or the result for what came before
 */
guint16 gy_crc16(guint16 crc, const guint8 *data, gsize size);
