// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/ymodem/ymodem-private.h"

#define ASK_EVERY_MS 1000
#define BYTE_MS      1000 /* between two bytes of a block */
#define BLOCK_MS     5000
#define QUIET_MS     200 /* after what was no block, until it is asked for again */
#define PARTING_MS   2000
#define TRIES_MAX    10

/* What is waited for. */
typedef enum {
	WAIT_HEADER,
	WAIT_DATA,
	WAIT_END, /* the header of no further file */
} Wait;

typedef struct {
	Wait wait;
	gint64 start_until;
	guint8 block[YMODEM_BLOCK_MAX];
	gsize filled;    /* of a block that is coming */
	gsize needed;    /* 0: between two blocks */
	gboolean is_bad; /* what comes now is the rest of something that was none */
	gboolean had_eot;
	guint number; /* of the next block */
	guint n_tries;
} Receiver;

static void
ask(GyYmodem *ymodem, guint8 with, gint64 in_ms, gint64 now_ms)
{
	gy_ymodem_put_byte(ymodem, with);
	ymodem->deadline = now_ms + in_ms;
}

/* ---- blocks --------------------------------------------------------------------------------------------- */

static void
take_header(GyYmodem *ymodem, gsize size, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;
	g_autofree char *name = NULL;
	guint64 file_size = 0;

	if (!gy_ymodem_header_parse(receiver->block + YMODEM_HEAD, size, &name, &file_size)) {
		gy_ymodem_give_up(
			ymodem, GY_LINK_ERROR_PROTOCOL, _("the sender does not say the file's size"));
	} else if (!*name) {
		gy_ymodem_put_byte(ymodem, YMODEM_ACK);
		if (receiver->wait == WAIT_END)
			gy_ymodem_succeed(ymodem);
		else
			gy_ymodem_fail(ymodem, GY_LINK_ERROR_NOT_ASKED, _("the sender has no file"));
	} else if (receiver->wait == WAIT_END) {
		gy_ymodem_give_up(ymodem, GY_LINK_ERROR_PROTOCOL, _("the sender has a second file"));
	} else if (file_size > GY_YMODEM_FILE_MAX) {
		gy_ymodem_give_up(ymodem, GY_LINK_ERROR_PROTOCOL, _("the file is larger than 64 MiB"));
	} else {
		ymodem->name = g_steal_pointer(&name);
		ymodem->size = file_size;
		receiver->wait = WAIT_DATA;
		receiver->number = 1;
		gy_ymodem_put_byte(ymodem, YMODEM_ACK);
		ask(ymodem, YMODEM_C, BLOCK_MS, now_ms);
	}
}

static void
take_data(GyYmodem *ymodem, gsize size, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;
	guint64 left = ymodem->size - ymodem->done;
	guint8 number = receiver->block[1];

	/* its ACK was lost */
	if (number == (guint8) (receiver->number - 1)) {
		ask(ymodem, YMODEM_ACK, BLOCK_MS, now_ms);
		if (receiver->number == 1)
			gy_ymodem_put_byte(ymodem, YMODEM_C);
		return;
	}
	if (number != (guint8) receiver->number || left == 0) {
		gy_ymodem_give_up(ymodem, GY_LINK_ERROR_TRANSFER, _("a block is missing"));
		return;
	}
	g_byte_array_append(ymodem->file, receiver->block + YMODEM_HEAD, (guint) MIN((guint64) size, left));
	ymodem->done += MIN((guint64) size, left);
	receiver->number++;
	ask(ymodem, YMODEM_ACK, BLOCK_MS, now_ms);
}

static void
take_block(GyYmodem *ymodem, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;
	gsize filled = receiver->filled;

	receiver->needed = 0;
	receiver->filled = 0;
	if (!gy_ymodem_block_check(receiver->block, filled)) {
		receiver->is_bad = TRUE;
		ymodem->deadline = now_ms + QUIET_MS;
		return;
	}
	receiver->n_tries = 0;
	filled -= YMODEM_HEAD + YMODEM_CRC;
	if (receiver->wait == WAIT_DATA) {
		receiver->had_eot = FALSE;
		take_data(ymodem, filled, now_ms);
	} else if (receiver->block[1] == 0) {
		take_header(ymodem, filled, now_ms);
	} else {
		gy_ymodem_give_up(ymodem, GY_LINK_ERROR_PROTOCOL, _("a block came in place of the header"));
	}
}

/* The first one may be noise: it is asked for again. */
static void
take_eot(GyYmodem *ymodem, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;

	if (receiver->wait == WAIT_END) {
		/* its ACK was lost */
		gy_ymodem_put_byte(ymodem, YMODEM_ACK);
		ask(ymodem, YMODEM_C, PARTING_MS, now_ms);
	} else if (!receiver->had_eot) {
		receiver->had_eot = TRUE;
		ask(ymodem, YMODEM_NAK, BLOCK_MS, now_ms);
	} else if (ymodem->done < ymodem->size) {
		gy_ymodem_give_up(ymodem, GY_LINK_ERROR_TRANSFER, _("the file ended before its size"));
	} else {
		receiver->wait = WAIT_END;
		gy_ymodem_put_byte(ymodem, YMODEM_ACK);
		ask(ymodem, YMODEM_C, PARTING_MS, now_ms);
	}
}

/* ---- bytes and time ------------------------------------------------------------------------------------- */

static void
take_first(GyYmodem *ymodem, guint8 byte, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;
	gsize size = gy_ymodem_block_size(byte);

	if (gy_ymodem_is_cancelled(ymodem, byte) || byte == YMODEM_CAN)
		return;
	if (byte == YMODEM_EOT && receiver->wait != WAIT_HEADER) {
		take_eot(ymodem, now_ms);
	} else if (size > 0) {
		receiver->block[0] = byte;
		receiver->filled = 1;
		receiver->needed = YMODEM_HEAD + size + YMODEM_CRC;
		ymodem->deadline = now_ms + BYTE_MS;
	} else if (receiver->wait == WAIT_DATA) {
		/* the first byte of a block was another: the rest of it is waited for */
		receiver->is_bad = TRUE;
		ymodem->deadline = now_ms + QUIET_MS;
	}
}

static void
take(GyYmodem *ymodem, guint8 byte, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;

	if (receiver->is_bad) {
		ymodem->deadline = now_ms + QUIET_MS;
		return;
	}
	if (receiver->needed == 0) {
		take_first(ymodem, byte, now_ms);
		return;
	}
	receiver->block[receiver->filled++] = byte;
	ymodem->deadline = now_ms + BYTE_MS;
	if (receiver->filled == receiver->needed)
		take_block(ymodem, now_ms);
}

static void
late(GyYmodem *ymodem, gint64 now_ms)
{
	Receiver *receiver = ymodem->own;

	receiver->filled = 0;
	receiver->needed = 0;
	receiver->is_bad = FALSE;
	if (receiver->wait == WAIT_HEADER) {
		if (now_ms >= receiver->start_until)
			gy_ymodem_fail(ymodem, GY_LINK_ERROR_NOT_ASKED,
				_("the other end sends no file with YMODEM"));
		else
			ask(ymodem, YMODEM_C, ASK_EVERY_MS, now_ms);
	} else if (receiver->wait == WAIT_END) {
		/* the file is whole; who sent it has gone without a further word */
		if (++receiver->n_tries < 3)
			ask(ymodem, YMODEM_C, PARTING_MS, now_ms);
		else
			gy_ymodem_succeed(ymodem);
	} else if (++receiver->n_tries < TRIES_MAX) {
		/* before the first block the sender may not know that its data is wanted */
		ask(ymodem, receiver->number == 1 ? YMODEM_C : YMODEM_NAK, BLOCK_MS, now_ms);
	} else {
		gy_ymodem_give_up(
			ymodem, GY_LINK_ERROR_TRANSFER, _("the sender sends nothing that can be read"));
	}
}

static const GyYmodemEnd end = {take, late, g_free};

GyYmodem *
gy_ymodem_receiver_new(const GyYmodemOptions *options, gint64 now_ms)
{
	Receiver *receiver = g_new0(Receiver, 1);
	GyYmodem *ymodem = gy_ymodem_new(&end, receiver, options);

	receiver->start_until = now_ms + ymodem->options.start_ms;
	ask(ymodem, YMODEM_C, ASK_EVERY_MS, now_ms);
	return ymodem;
}
