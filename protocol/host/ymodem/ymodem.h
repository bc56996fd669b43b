// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "protocol/host/error.h"

/**
 * GyYmodem:
 *
 * One end of a YMODEM transfer of one file, without I/O and without a clock: bytes and the time go in, bytes and the next
 * deadline come out. Times are milliseconds of any steady clock. CRC-16 only. protocol/host/ymodem/YMODEM.md.
 */
typedef struct _GyYmodem GyYmodem;

/** GyYmodemState: how far it is; %GY_YMODEM_FAILED says why by gy_ymodem_error(). */
typedef enum {
	GY_YMODEM_UNDER_WAY,
	GY_YMODEM_DONE,
	GY_YMODEM_FAILED,
} GyYmodemState;

/** GY_YMODEM_NAME_MAX: bytes of the longest name that is sent. */
#define GY_YMODEM_NAME_MAX 64

/** GY_YMODEM_FILE_MAX: bytes of the largest file. */
#define GY_YMODEM_FILE_MAX (64 * 1024 * 1024)

/**
 * GyYmodemOptions:
 * @block_size: of a sender: 128 or 1024 (0: 1024)
 * @start_ms: how long the other end is waited for at the beginning (0: 60000)
 * @answer_ms: of a sender: how long an answer to a block is waited for (0: 5000)
 * @once: of a sender: whether each block is sent once: an answer that is missing, or is no ACK, ends the transfer. For a
 *   receiver that does not look at the blocks' numbers, which a repeated one would be written twice by
 */
typedef struct {
	guint block_size;
	guint start_ms;
	guint answer_ms;
	gboolean once;
} GyYmodemOptions;

/**
 * gy_ymodem_sender_new:
 * @file: what is sent; from 1 to %GY_YMODEM_FILE_MAX bytes
 * @name: what the receiver is told that it is called, at most %GY_YMODEM_NAME_MAX bytes
 * @options: how; copied
 * @now_ms: the time
 */
GyYmodem *gy_ymodem_sender_new(GBytes *file, const char *name, const GyYmodemOptions *options, gint64 now_ms);

/** gy_ymodem_receiver_new: the other end; a second file of the same transfer is refused. */
GyYmodem *gy_ymodem_receiver_new(const GyYmodemOptions *options, gint64 now_ms);

void gy_ymodem_free(GyYmodem *ymodem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyYmodem, gy_ymodem_free)

/** gy_ymodem_receive: @bytes came from the line. */
void gy_ymodem_receive(GyYmodem *ymodem, const guint8 *bytes, gsize size, gint64 now_ms);

/** gy_ymodem_send: gives what should be on the line next, at most @size bytes. Returns: how many. */
gsize gy_ymodem_send(GyYmodem *ymodem, guint8 *bytes, gsize size, gint64 now_ms);

/** gy_ymodem_wants_to_send: whether gy_ymodem_send() would give a byte; also after the end, when a last word is left. */
gboolean gy_ymodem_wants_to_send(const GyYmodem *ymodem);

/** gy_ymodem_step: lets time act. */
void gy_ymodem_step(GyYmodem *ymodem, gint64 now_ms);

/** gy_ymodem_deadline: when gy_ymodem_step() wants to be called at the latest. */
gint64 gy_ymodem_deadline(const GyYmodem *ymodem);

/** gy_ymodem_cancel: tells the other end that it is over; gy_ymodem_send() gives the word for it. */
void gy_ymodem_cancel(GyYmodem *ymodem);

GyYmodemState gy_ymodem_state(const GyYmodem *ymodem);

/** gy_ymodem_error: (transfer none) (nullable): why it failed, a %GY_LINK_ERROR. */
const GError *gy_ymodem_error(const GyYmodem *ymodem);

/** gy_ymodem_done: bytes of the file that the receiver has. */
guint64 gy_ymodem_done(const GyYmodem *ymodem);

/** gy_ymodem_size: bytes of the file; 0 as long as a receiver was not told. */
guint64 gy_ymodem_size(const GyYmodem *ymodem);

/** gy_ymodem_name: (nullable): what a receiver was told that the file is called: anything at all, no path to write to. */
const char *gy_ymodem_name(const GyYmodem *ymodem);

/** gy_ymodem_file: (transfer full): what a receiver got. */
GBytes *gy_ymodem_file(const GyYmodem *ymodem);
