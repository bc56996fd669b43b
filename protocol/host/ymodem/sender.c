// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/host/ymodem/ymodem-private.h"

#define TRIES_MAX 10
/* The last ACK of all is often lost: programs flush their port when they end. The file is there by then. */
#define LAST_ACK_MS 1500
/* An ACK that was late comes twice: what comes in this time after a repeated block is of that block. */
#define SETTLE_MS 300

/* What is waited for. */
typedef enum {
	WAIT_START,      /* C, for the header */
	WAIT_HEADER,     /* ACK of it */
	WAIT_DATA_START, /* C, for the data */
	WAIT_BLOCK,      /* ACK of a block of data */
	WAIT_SETTLE,     /* nothing, for a while */
	WAIT_FIRST_EOT,  /* NAK */
	WAIT_SECOND_EOT, /* ACK */
	WAIT_END_START,  /* C, for the header of no further file */
	WAIT_END,        /* ACK of it */
} Wait;

typedef struct {
	GBytes *file;
	char *name;
	Wait wait;
	gsize at;     /* of the block that is on the line, or comes next */
	guint number; /* of that block */
	guint n_tries;
} Sender;

static void
sender_free(gpointer own)
{
	Sender *sender = own;

	g_bytes_unref(sender->file);
	g_free(sender->name);
	g_free(sender);
}

/* ---- what is sent --------------------------------------------------------------------------------------- */

static void
wait_for(GyYmodem *ymodem, Wait wait, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	sender->wait = wait;
	ymodem->deadline = now_ms + ymodem->options.answer_ms;
}

static void
put_header(GyYmodem *ymodem, gint64 now_ms)
{
	Sender *sender = ymodem->own;
	g_autofree char *size = g_strdup_printf("%" G_GUINT64_FORMAT, ymodem->size);
	g_autoptr(GByteArray) header = g_byte_array_new();

	g_byte_array_append(header, (const guint8 *) sender->name, (guint) strlen(sender->name) + 1);
	g_byte_array_append(header, (const guint8 *) size, (guint) strlen(size) + 1);
	gy_ymodem_block_append(ymodem->out, 0, header->data, header->len, YMODEM_SMALL, 0);
	wait_for(ymodem, WAIT_HEADER, now_ms);
}

static void
put_data(GyYmodem *ymodem, gint64 now_ms)
{
	Sender *sender = ymodem->own;
	const guint8 *data = g_bytes_get_data(sender->file, NULL);
	gsize size = MIN(ymodem->options.block_size, ymodem->size - sender->at);

	gy_ymodem_block_append(ymodem->out, sender->number, data + sender->at, size,
		ymodem->options.block_size, YMODEM_FILL);
	wait_for(ymodem, WAIT_BLOCK, now_ms);
}

static void
put_eot(GyYmodem *ymodem, Wait wait, gint64 now_ms)
{
	gy_ymodem_put_byte(ymodem, YMODEM_EOT);
	wait_for(ymodem, wait, now_ms);
}

static void
put_end(GyYmodem *ymodem, gint64 now_ms)
{
	gy_ymodem_block_append(ymodem->out, 0, NULL, 0, YMODEM_SMALL, 0);
	wait_for(ymodem, WAIT_END, now_ms);
	ymodem->deadline = now_ms + LAST_ACK_MS;
}

/* What is on the line once more. */
static void
put_again(GyYmodem *ymodem, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	switch (sender->wait) {
	case WAIT_HEADER: put_header(ymodem, now_ms); break;
	case WAIT_BLOCK: put_data(ymodem, now_ms); break;
	case WAIT_FIRST_EOT:
	case WAIT_SECOND_EOT: put_eot(ymodem, WAIT_SECOND_EOT, now_ms); break;
	case WAIT_END: put_end(ymodem, now_ms); break;
	case WAIT_START:
	case WAIT_DATA_START:
	case WAIT_SETTLE:
	case WAIT_END_START: break;
	}
}

/* ---- what comes ----------------------------------------------------------------------------------------- */

static void
go_on(GyYmodem *ymodem, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	sender->n_tries = 0;
	if (sender->at < ymodem->size)
		put_data(ymodem, now_ms);
	else
		put_eot(ymodem, WAIT_FIRST_EOT, now_ms);
}

static void
take_ack(GyYmodem *ymodem, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	sender->at = MIN(sender->at + ymodem->options.block_size, ymodem->size);
	sender->number++;
	ymodem->done = sender->at;
	if (sender->n_tries == 0) {
		go_on(ymodem, now_ms);
		return;
	}
	wait_for(ymodem, WAIT_SETTLE, now_ms);
	ymodem->deadline = now_ms + SETTLE_MS;
}

static void
repeat(GyYmodem *ymodem, const char *why, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	if (!ymodem->options.once && ++sender->n_tries < TRIES_MAX) {
		put_again(ymodem, now_ms);
		return;
	}
	gy_ymodem_fail(ymodem, GY_LINK_ERROR_TRANSFER, _("%s after %" PRIu64 " of %" PRIu64 " bytes%s"), why,
		ymodem->done, ymodem->size, ymodem->options.once ? _(", and nothing may be sent twice") : "");
}

/* The answer that is right moves on; a NAK repeats; a C too many, and noise, do nothing. */
static void
take(GyYmodem *ymodem, guint8 byte, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	/* what came before all of it was sent is no answer to it */
	if (gy_ymodem_is_cancelled(ymodem, byte) || gy_ymodem_wants_to_send(ymodem))
		return;
	if (byte == YMODEM_NAK && sender->wait != WAIT_FIRST_EOT && sender->wait != WAIT_START &&
		sender->wait != WAIT_SETTLE) {
		repeat(ymodem, _("the receiver did not take what was sent"), now_ms);
		return;
	}
	switch (sender->wait) {
	case WAIT_START:
		if (byte == YMODEM_C)
			put_header(ymodem, now_ms);
		break;
	case WAIT_HEADER:
		if (byte == YMODEM_ACK)
			wait_for(ymodem, WAIT_DATA_START, now_ms);
		break;
	case WAIT_DATA_START:
		if (byte == YMODEM_C)
			go_on(ymodem, now_ms);
		break;
	case WAIT_BLOCK:
		if (byte == YMODEM_ACK)
			take_ack(ymodem, now_ms);
		break;
	case WAIT_FIRST_EOT:
	case WAIT_SECOND_EOT:
		if (byte == YMODEM_ACK)
			wait_for(ymodem, WAIT_END_START, now_ms);
		else if (byte == YMODEM_NAK)
			put_eot(ymodem, WAIT_SECOND_EOT, now_ms);
		break;
	case WAIT_END_START:
		if (byte == YMODEM_C)
			put_end(ymodem, now_ms);
		break;
	case WAIT_END:
		if (byte == YMODEM_ACK)
			gy_ymodem_succeed(ymodem);
		break;
	case WAIT_SETTLE: break;
	}
}

static void
late(GyYmodem *ymodem, gint64 now_ms)
{
	Sender *sender = ymodem->own;

	switch (sender->wait) {
	case WAIT_START:
		gy_ymodem_fail(ymodem, GY_LINK_ERROR_NOT_ASKED,
			_("the other end does not ask for a file with YMODEM"));
		break;
	case WAIT_SETTLE: go_on(ymodem, now_ms); break;
	/* there are receivers that ask for the data in no other way than by the ACK */
	case WAIT_DATA_START:
		if (ymodem->options.once)
			repeat(ymodem, _("the receiver did not ask for the data"), now_ms);
		else
			go_on(ymodem, now_ms);
		break;
	/* the file is there: a receiver that wants no further header has it too */
	case WAIT_END_START:
	case WAIT_END: gy_ymodem_succeed(ymodem); break;
	case WAIT_HEADER:
	case WAIT_BLOCK:
	case WAIT_FIRST_EOT:
	case WAIT_SECOND_EOT: repeat(ymodem, _("the receiver did not answer"), now_ms); break;
	}
}

static const GyYmodemEnd end = {take, late, sender_free};

GyYmodem *
gy_ymodem_sender_new(GBytes *file, const char *name, const GyYmodemOptions *options, gint64 now_ms)
{
	Sender *sender = g_new0(Sender, 1);
	GyYmodem *ymodem = gy_ymodem_new(&end, sender, options);

	sender->file = g_bytes_ref(file);
	sender->name = g_strndup(name, GY_YMODEM_NAME_MAX);
	sender->number = 1;
	ymodem->size = g_bytes_get_size(file);
	ymodem->deadline = now_ms + ymodem->options.start_ms;
	return ymodem;
}
