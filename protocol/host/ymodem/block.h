// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#define YMODEM_SOH       0x01 /* begins a block of 128 bytes */
#define YMODEM_STX       0x02 /* begins a block of 1024 bytes */
#define YMODEM_EOT       0x04
#define YMODEM_ACK       0x06
#define YMODEM_NAK       0x15
#define YMODEM_CAN       0x18
#define YMODEM_C         'C'
#define YMODEM_FILL      0x1A

#define YMODEM_SMALL     128
#define YMODEM_LARGE     1024
#define YMODEM_HEAD      3 /* kind, number, its complement */
#define YMODEM_CRC       2
#define YMODEM_BLOCK_MAX (YMODEM_HEAD + YMODEM_LARGE + YMODEM_CRC)

/** gy_ymodem_block_size: bytes of data in a block that begins with @kind; 0 if none does. */
gsize gy_ymodem_block_size(guint8 kind);

/**
 * gy_ymodem_block_append:
 * @out: gets the block
 * @number: of which the lowest 8 bits are sent
 * @data: its data
 * @size: at most @block_size; the rest is filled
 * @block_size: %YMODEM_SMALL or %YMODEM_LARGE
 * @fill: with what
 */
void gy_ymodem_block_append(
	GByteArray *out, guint number, const guint8 *data, gsize size, gsize block_size, guint8 fill);

/** gy_ymodem_block_check: whether a whole block has a number, its complement, and the right CRC. */
gboolean gy_ymodem_block_check(const guint8 *block, gsize size);

/**
 * gy_ymodem_header_parse:
 * @data: of block 0
 * @size: its bytes
 * @name: (out) (transfer full): the file's name; empty at the end of a batch
 * @file_size: (out): its bytes
 *
 * Returns: %FALSE if it is none, or does not say the size
 */
gboolean gy_ymodem_header_parse(const guint8 *data, gsize size, char **name, guint64 *file_size);
