// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/host/ymodem/ymodem-private.h"

#define CANCELS 2 /* of which one may be noise */

GyYmodem *
gy_ymodem_new(const GyYmodemEnd *end, gpointer own, const GyYmodemOptions *options)
{
	GyYmodem *ymodem = g_new0(GyYmodem, 1);

	ymodem->end = end;
	ymodem->own = own;
	ymodem->options = *options;
	if (ymodem->options.block_size == 0)
		ymodem->options.block_size = YMODEM_LARGE;
	if (ymodem->options.start_ms == 0)
		ymodem->options.start_ms = 60000;
	if (ymodem->options.answer_ms == 0)
		ymodem->options.answer_ms = 5000;
	ymodem->out = g_byte_array_new();
	ymodem->file = g_byte_array_new();
	return ymodem;
}

void
gy_ymodem_free(GyYmodem *ymodem)
{
	if (!ymodem)
		return;
	ymodem->end->free_own(ymodem->own);
	g_byte_array_unref(ymodem->out);
	g_byte_array_unref(ymodem->file);
	g_clear_error(&ymodem->error);
	g_free(ymodem->name);
	g_free(ymodem);
}

/* ---- the line ------------------------------------------------------------------------------------------- */

void
gy_ymodem_put(GyYmodem *ymodem, const guint8 *bytes, gsize size)
{
	g_byte_array_append(ymodem->out, bytes, (guint) size);
}

void
gy_ymodem_put_byte(GyYmodem *ymodem, guint8 byte)
{
	gy_ymodem_put(ymodem, &byte, 1);
}

gboolean
gy_ymodem_wants_to_send(const GyYmodem *ymodem)
{
	return ymodem->out_at < ymodem->out->len;
}

gsize
gy_ymodem_send(GyYmodem *ymodem, guint8 *bytes, gsize size, gint64 now_ms)
{
	gsize given = MIN(size, ymodem->out->len - ymodem->out_at);

	if (given > 0)
		memcpy(bytes, ymodem->out->data + ymodem->out_at, given);
	ymodem->out_at += (guint) given;
	if (ymodem->out_at == ymodem->out->len) {
		g_byte_array_set_size(ymodem->out, 0);
		ymodem->out_at = 0;
	}
	return given;
}

void
gy_ymodem_receive(GyYmodem *ymodem, const guint8 *bytes, gsize size, gint64 now_ms)
{
	for (gsize i = 0; i < size && ymodem->state == GY_YMODEM_UNDER_WAY; i++)
		ymodem->end->take(ymodem, bytes[i], now_ms);
}

void
gy_ymodem_step(GyYmodem *ymodem, gint64 now_ms)
{
	if (ymodem->state == GY_YMODEM_UNDER_WAY && now_ms >= ymodem->deadline)
		ymodem->end->late(ymodem, now_ms);
}

gint64
gy_ymodem_deadline(const GyYmodem *ymodem)
{
	return ymodem->state == GY_YMODEM_UNDER_WAY ? ymodem->deadline : G_MAXINT64;
}

/* ---- the end -------------------------------------------------------------------------------------------- */

void
gy_ymodem_fail(GyYmodem *ymodem, GyLinkError code, const char *message, ...)
{
	va_list arguments;

	if (ymodem->state != GY_YMODEM_UNDER_WAY)
		return;
	va_start(arguments, message);
	ymodem->error = g_error_new_valist(GY_LINK_ERROR, (gint) code, message, arguments);
	va_end(arguments);
	ymodem->state = GY_YMODEM_FAILED;
}

/* The backspaces take the word off the screen of a person who looks at the other end's prompt. */
static void
put_cancel(GyYmodem *ymodem)
{
	static const guint8 word[] = {
		YMODEM_CAN, YMODEM_CAN, YMODEM_CAN, YMODEM_CAN, YMODEM_CAN, '\b', '\b', '\b', '\b', '\b'};

	g_byte_array_set_size(ymodem->out, 0);
	ymodem->out_at = 0;
	gy_ymodem_put(ymodem, word, sizeof word);
}

void
gy_ymodem_give_up(GyYmodem *ymodem, GyLinkError code, const char *message)
{
	gy_ymodem_fail(ymodem, code, "%s", message);
	put_cancel(ymodem);
}

void
gy_ymodem_cancel(GyYmodem *ymodem)
{
	if (ymodem->state == GY_YMODEM_UNDER_WAY)
		gy_ymodem_give_up(ymodem, GY_LINK_ERROR_TRANSFER, _("the transfer was cancelled"));
}

void
gy_ymodem_succeed(GyYmodem *ymodem)
{
	ymodem->state = GY_YMODEM_DONE;
}

gboolean
gy_ymodem_is_cancelled(GyYmodem *ymodem, guint8 byte)
{
	ymodem->n_cancels = byte == YMODEM_CAN ? ymodem->n_cancels + 1 : 0;
	if (ymodem->n_cancels < CANCELS)
		return FALSE;
	gy_ymodem_fail(ymodem, GY_LINK_ERROR_CANCELLED_THERE,
		_("the other end cancelled after %" PRIu64 " of %" PRIu64 " bytes"), ymodem->done,
		ymodem->size);
	return TRUE;
}

/* ---- what is known -------------------------------------------------------------------------------------- */

GyYmodemState
gy_ymodem_state(const GyYmodem *ymodem)
{
	return ymodem->state;
}

const GError *
gy_ymodem_error(const GyYmodem *ymodem)
{
	return ymodem->error;
}

guint64
gy_ymodem_done(const GyYmodem *ymodem)
{
	return ymodem->done;
}

guint64
gy_ymodem_size(const GyYmodem *ymodem)
{
	return ymodem->size;
}

const char *
gy_ymodem_name(const GyYmodem *ymodem)
{
	return ymodem->name;
}

GBytes *
gy_ymodem_file(const GyYmodem *ymodem)
{
	return g_bytes_new(ymodem->file->data, ymodem->file->len);
}
