// SPDX-License-Identifier: Apache-2.0
#include "tests/second-boot/loader.h"

#include <string.h>

#include "protocol/host/ymodem/block.h"

#define WINDOW_MS   100
#define ASK_MS      1000
#define PAUSE_MS    100
#define ERASE_MS    3000
#define BYTE_MS     1000
#define ADDRESS_MAX 64

typedef enum {
	OFF,
	WINDOW,
	APP,
	MENU,
	ADDRESS,
	ERASING,
	HEADER,
	PAUSE, /* between the header's ACK and the C for the data */
	DATA,
	END_HEADER,
} State;

struct _Loader {
	LoaderGeneration generation;
	State state;
	gint64 due;
	GByteArray *out;
	GString *keys;
	GString *address;
	guint8 flash[LOADER_FLASH_SIZE];
	guint8 block[YMODEM_BLOCK_MAX];
	gsize filled, needed;
	gint64 byte_due;
	guint64 at, left;
	gboolean had_eot;
	guint lost_ack; /* counts down to the block whose ACK is lost; 0: none */
};

static const char *const prompts[] = {"aos boot# ", "aos boot# ", "2ndboot# "};
static const char *const helps[] = {
	"1: print version\r\n2: ymodem update\r\n5: swap to part B\r\n6: reboot\r\nh: help\r\n",
	"[1] ymodem upgrade\r\n[2] activate backup image\r\n[3] reboot\r\n[h] help\r\n",
	"1 ymodem\r\n2 reboot\r\nh help\r\n",
};
static const char *const maps[] = {
	"",
	"OS  partition address 0x1c000, length 0xe5000\r\nOTA partition address 0x101000, length 0xe5000\r\n",
	"OS  part addr:0x0001c000, len:0x000e5000\r\nOTA part addr:0x00101000, len:0x000e5000\r\n",
};

Loader *
loader_new(LoaderGeneration generation, gint64 reset_ms)
{
	Loader *loader = g_new0(Loader, 1);

	loader->generation = generation;
	loader->due = reset_ms;
	loader->out = g_byte_array_new();
	loader->keys = g_string_new(NULL);
	loader->address = g_string_new(NULL);
	memset(loader->flash, 0xFF, sizeof loader->flash);
	return loader;
}

void
loader_free(Loader *loader)
{
	g_byte_array_unref(loader->out);
	g_string_free(loader->keys, TRUE);
	g_string_free(loader->address, TRUE);
	g_free(loader);
}

void
loader_lose_ack(Loader *loader, guint block)
{
	loader->lost_ack = block;
}

static void
say(Loader *loader, const char *text)
{
	g_byte_array_append(loader->out, (const guint8 *) text, (guint) strlen(text));
}

static void
put(Loader *loader, guint8 byte)
{
	g_byte_array_append(loader->out, &byte, 1);
}

static void
go_to(Loader *loader, State state, gint64 due)
{
	loader->state = state;
	loader->due = due;
	loader->filled = 0;
	loader->needed = 0;
}

void
loader_reset(Loader *loader, gint64 reset_ms)
{
	go_to(loader, OFF, reset_ms);
}

static void
menu(Loader *loader)
{
	go_to(loader, MENU, G_MAXINT64);
	say(loader, prompts[loader->generation]);
}

static void
start_app(Loader *loader)
{
	go_to(loader, APP, G_MAXINT64);
	say(loader, "\r\n" LOADER_APP_TEXT "\r\n");
}

static void
start_ymodem(Loader *loader)
{
	say(loader, maps[loader->generation]);
	say(loader, "Please input flash address: ");
	g_string_truncate(loader->address, 0);
	go_to(loader, ADDRESS, G_MAXINT64);
}

static void
take_key(Loader *loader, guint8 key, gint64 now)
{
	static const char ymodem[] = {'2', '1', '1'};
	static const char reboot[] = {'6', '3', '2'};
	const char echo[] = {(char) key, ' ', '\r', '\n', '\0'};

	if (key == 'w')
		return;
	if (key != '\r' && key != '\n') {
		g_string_append_c(loader->keys, (char) key);
		say(loader, echo);
	}
	if (key == (guint8) ymodem[loader->generation]) {
		start_ymodem(loader);
	} else if (key == (guint8) reboot[loader->generation]) {
		go_to(loader, OFF, now + 50);
	} else {
		if (key == 'h')
			say(loader, helps[loader->generation]);
		menu(loader);
	}
}

static void
take_address(Loader *loader, guint8 byte, gint64 now)
{
	if (byte != '\r') {
		put(loader, byte);
		if (loader->address->len < ADDRESS_MAX)
			g_string_append_c(loader->address, (char) byte);
		return;
	}
	loader->at = g_ascii_strtoull(loader->address->str, NULL, 0);
	if (loader->at == 0 || loader->at >= LOADER_FLASH_SIZE ||
		(loader->generation != LOADER_1_0 && loader->at != LOADER_APP && loader->at != LOADER_OTA)) {
		say(loader, "\r\ninvalid address\r\n");
		menu(loader);
		return;
	}
	say(loader, "\r\nPlease start ymodem ... (press ctrl+c to cancel)\r\n");
	loader->had_eot = FALSE;
	go_to(loader, ERASING, now + (loader->generation == LOADER_3 ? ERASE_MS : 10));
}

/* ---- YMODEM --------------------------------------------------------------------------------------------- */

static void
take_header(Loader *loader, gint64 now)
{
	char *name = NULL;

	if (!gy_ymodem_header_parse(loader->block + YMODEM_HEAD, YMODEM_SMALL, &name, &loader->left) ||
		loader->left == 0 || loader->left > LOADER_PART_SIZE) {
		say(loader, "\r\nbad header, or too large\r\n");
		menu(loader);
	} else {
		put(loader, YMODEM_ACK);
		go_to(loader, PAUSE, now + PAUSE_MS);
	}
	g_free(name);
}

/* Wherever it comes in the file, it is written behind the one before. */
static void
take_data(Loader *loader, gsize size)
{
	gsize take = MIN(size, loader->left);

	if (take > LOADER_FLASH_SIZE - loader->at)
		take = LOADER_FLASH_SIZE - loader->at;
	memcpy(loader->flash + loader->at, loader->block + YMODEM_HEAD, take);
	loader->at += take;
	loader->left -= take;
	if (loader->lost_ack == 0 || --loader->lost_ack > 0)
		put(loader, YMODEM_ACK);
}

static void
take_block(Loader *loader, gint64 now)
{
	gsize size = loader->filled;
	gboolean is_good = gy_ymodem_block_check(loader->block, size);

	loader->filled = 0;
	loader->needed = 0;
	if (!is_good)
		return;
	if (loader->state == HEADER) {
		take_header(loader, now);
	} else if (loader->state == DATA) {
		take_data(loader, size - YMODEM_HEAD - YMODEM_CRC);
	} else {
		put(loader, YMODEM_ACK);
		menu(loader);
	}
}

static void
take_eot(Loader *loader)
{
	put(loader, loader->had_eot ? YMODEM_ACK : YMODEM_NAK);
	if (loader->had_eot) {
		put(loader, YMODEM_C);
		go_to(loader, END_HEADER, G_MAXINT64);
	}
	loader->had_eot = TRUE;
}

static void
take_ymodem(Loader *loader, guint8 byte, gint64 now)
{
	if (loader->needed > 0 && now > loader->byte_due)
		loader->needed = loader->filled = 0;
	loader->byte_due = now + BYTE_MS;
	if (loader->needed == 0) {
		if (byte == 0x03 && loader->state == HEADER)
			menu(loader);
		else if (byte == YMODEM_EOT && loader->state == DATA)
			take_eot(loader);
		else if (gy_ymodem_block_size(byte) > 0)
			loader->needed = YMODEM_HEAD + gy_ymodem_block_size(byte) + YMODEM_CRC;
		loader->block[0] = byte;
		loader->filled = 1;
		return;
	}
	loader->block[loader->filled++] = byte;
	if (loader->filled == loader->needed)
		take_block(loader, now);
}

/* ---- the line and the time ------------------------------------------------------------------------------ */

void
loader_receive(Loader *loader, const guint8 *bytes, gsize size, gint64 now)
{
	for (gsize i = 0; i < size; i++)
		switch (loader->state) {
		case WINDOW:
			if (bytes[i] == 'w')
				menu(loader);
			break;
		case MENU: take_key(loader, bytes[i], now); break;
		case ADDRESS: take_address(loader, bytes[i], now); break;
		case HEADER:
		case DATA:
		case END_HEADER: take_ymodem(loader, bytes[i], now); break;
		case OFF:
		case APP:
		case ERASING:
		case PAUSE: break;
		}
}

void
loader_step(Loader *loader, gint64 now)
{
	if (now < loader->due)
		return;
	switch (loader->state) {
	case OFF:
		say(loader, "\r\nsecond boot, press key to stop. Waiting 100ms ...\r\n");
		go_to(loader, WINDOW, now + WINDOW_MS);
		break;
	case WINDOW: start_app(loader); break;
	case ERASING:
	case HEADER:
		put(loader, YMODEM_C);
		loader->state = HEADER;
		loader->due = now + ASK_MS;
		break;
	case PAUSE:
		put(loader, YMODEM_C);
		go_to(loader, DATA, G_MAXINT64);
		break;
	case APP:
	case MENU:
	case ADDRESS:
	case DATA:
	case END_HEADER: break;
	}
}

gint64
loader_deadline(Loader *loader)
{
	return loader->due;
}

gsize
loader_send(Loader *loader, guint8 *bytes, gsize size)
{
	gsize given = MIN(size, loader->out->len);

	if (given > 0) {
		memcpy(bytes, loader->out->data, given);
		g_byte_array_remove_range(loader->out, 0, (guint) given);
	}
	return given;
}

gboolean
loader_has_started(const Loader *loader)
{
	return loader->state == APP;
}

gboolean
loader_takes_data(const Loader *loader)
{
	return loader->state == DATA;
}

const guint8 *
loader_flash(Loader *loader)
{
	return loader->flash;
}

const char *
loader_keys(Loader *loader)
{
	return loader->keys->str;
}
