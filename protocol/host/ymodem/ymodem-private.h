// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/ymodem/block.h"
#include "protocol/host/ymodem/ymodem.h"

/** GyYmodemEnd: what a sender or a receiver does. */
typedef struct {
	void (*take)(GyYmodem *ymodem, guint8 byte, gint64 now_ms);
	void (*late)(GyYmodem *ymodem, gint64 now_ms); /* the deadline has come */
	void (*free_own)(gpointer own);
} GyYmodemEnd;

/**
 * GyYmodem: what both ends have.
 * @own: of the end
 * @out: what is not given to the line yet, from @out_at
 * @deadline: when late() is called
 * @n_cancels: how many cancelling bytes have come in a row
 */
struct _GyYmodem {
	const GyYmodemEnd *end;
	gpointer own;
	GyYmodemOptions options;
	GByteArray *out;
	guint out_at;
	gint64 deadline;
	guint n_cancels;
	GyYmodemState state;
	GError *error;
	guint64 done;
	guint64 size;
	char *name;
	GByteArray *file;
};

GyYmodem *gy_ymodem_new(const GyYmodemEnd *end, gpointer own, const GyYmodemOptions *options);

/** gy_ymodem_put: something for the line. */
void gy_ymodem_put(GyYmodem *ymodem, const guint8 *bytes, gsize size);
void gy_ymodem_put_byte(GyYmodem *ymodem, guint8 byte);

/** gy_ymodem_fail: the end, with an error. */
void gy_ymodem_fail(GyYmodem *ymodem, GyLinkError code, const char *message, ...) G_GNUC_PRINTF(3, 4);

/** gy_ymodem_give_up: the same, and the other end is told. */
void gy_ymodem_give_up(GyYmodem *ymodem, GyLinkError code, const char *message);

/** gy_ymodem_succeed: the end. */
void gy_ymodem_succeed(GyYmodem *ymodem);

/** gy_ymodem_is_cancelled: whether the other end has said so with this byte; it is over then. */
gboolean gy_ymodem_is_cancelled(GyYmodem *ymodem, guint8 byte);
