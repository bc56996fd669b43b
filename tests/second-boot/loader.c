// SPDX-License-Identifier: Apache-2.0
#include "tests/second-boot/loader.h"

#include <string.h>

#include "device-agent/alios/menu.h"
#include "device-agent/ports/sim/nor-file.h"
#include "protocol/host/ymodem/block.h"

#define ERASE_MS 13 /* a sector; a whole partition takes three seconds */
#define OFF_MS   50

typedef enum { OFF, LOADING, RUNNING } State;

struct _Loader {
	struct gya_alios_board board;
	struct gya_nor nor; /* that of `flash`, whose erasing takes its time */
	struct gya_nor_file *flash;
	struct gya_alios_port port;
	struct alios_menu menu;
	State state;
	gint64 reset_ms;
	gint64 now_ms;
	gint64 busy_until_ms;
	GString *out; /* what is not sent yet */
	GString *keys;
	char said[16];      /* the last of all that was said */
	guint n_acks;       /* since the menu was shown: the first is for the header */
	gboolean is_asking; /* for data */
	guint lost_ack;     /* the block whose ACK is lost; 0: none */
};

static const char prompt_end[] = "boot# ";

/* ---- the board ------------------------------------------------------------------------------------------ */

static gboolean
is_at_prompt(const Loader *loader)
{
	gsize size = sizeof prompt_end - 1;

	return memcmp(loader->said + sizeof loader->said - size, prompt_end, size) == 0;
}

static void
note(Loader *loader, char c)
{
	memmove(loader->said, loader->said + 1, sizeof loader->said - 1);
	loader->said[sizeof loader->said - 1] = c;
	if (is_at_prompt(loader))
		loader->n_acks = 0;
	loader->n_acks += c == YMODEM_ACK;
	loader->is_asking = loader->n_acks > 0 && (loader->is_asking || c == YMODEM_C) && c != YMODEM_NAK;
}

static void
console_putc(void *context, char c)
{
	Loader *loader = context;

	note(loader, c);
	if (c != YMODEM_ACK || loader->lost_ack == 0 || loader->n_acks != loader->lost_ack + 1)
		g_string_append_c(loader->out, c);
}

static void
reboot(void *context)
{
}

static enum gya_nor_result
read_flash(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	Loader *loader = context;

	return loader->flash->nor.read(loader->flash, offset, bytes, size);
}

static enum gya_nor_result
program_flash(void *context, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	Loader *loader = context;

	return loader->flash->nor.program(loader->flash, offset, bytes, size);
}

static enum gya_nor_result
erase_flash(void *context, uint32_t offset, uint32_t size)
{
	Loader *loader = context;

	loader->busy_until_ms = MAX(loader->busy_until_ms, loader->now_ms) + ERASE_MS;
	return loader->flash->nor.erase(loader->flash, offset, size);
}

Loader *
loader_new(LoaderGeneration generation, gint64 reset_ms)
{
	static const enum gya_alios_generation generations[] = {GYA_ALIOS_1_0, GYA_ALIOS_2_1, GYA_ALIOS_3_X};
	Loader *loader = g_new0(Loader, 1);

	loader->board = gya_alios_board_mk3060;
	loader->board.generation = generations[generation];
	loader->flash = gya_nor_file_open(NULL, LOADER_FLASH_SIZE);
	g_assert_nonnull(loader->flash);
	loader->nor = (struct gya_nor){loader, LOADER_FLASH_SIZE, loader->flash->nor.sector_size, read_flash,
		program_flash, erase_flash};
	loader->port = (struct gya_alios_port){.board = &loader->board,
		.nor = &loader->nor,
		.context = loader,
		.console_putc = console_putc,
		.reboot = reboot,
		.version = "app-1.2.3"};
	loader->reset_ms = reset_ms;
	loader->out = g_string_new(NULL);
	loader->keys = g_string_new(NULL);
	gya_alios_power_on(&loader->port);
	return loader;
}

void
loader_free(Loader *loader)
{
	gya_nor_file_close(loader->flash);
	g_string_free(loader->out, TRUE);
	g_string_free(loader->keys, TRUE);
	g_free(loader);
}

void
loader_lose_ack(Loader *loader, guint block)
{
	loader->lost_ack = block;
}

void
loader_reset(Loader *loader, gint64 reset_ms)
{
	loader->state = OFF;
	loader->reset_ms = reset_ms;
	loader->busy_until_ms = 0;
	loader->lost_ack = 0;
}

/* ---- the line and the time ------------------------------------------------------------------------------ */

static void
take_outcome(Loader *loader, enum alios_menu_outcome outcome)
{
	switch (outcome) {
	case ALIOS_MENU_OPEN: break;
	case ALIOS_MENU_START:
		loader->state = RUNNING;
		g_string_append(loader->out, "\r\n" LOADER_APP_TEXT "\r\n");
		break;
	case ALIOS_MENU_RESET:
		loader->state = OFF;
		loader->reset_ms = loader->now_ms + OFF_MS;
		break;
	}
}

void
loader_receive(Loader *loader, const guint8 *bytes, gsize size, gint64 now_ms)
{
	loader->now_ms = now_ms;
	for (gsize i = 0; i < size && now_ms >= loader->busy_until_ms; i++) {
		if (loader->state != LOADING)
			continue;
		if (is_at_prompt(loader) && bytes[i] != 'w' && bytes[i] != '\r' && bytes[i] != '\n')
			g_string_append_c(loader->keys, (char) bytes[i]);
		take_outcome(loader, alios_menu_take(&loader->menu, bytes[i], (guint32) now_ms));
	}
}

void
loader_step(Loader *loader, gint64 now_ms)
{
	loader->now_ms = now_ms;
	if (now_ms < loader->busy_until_ms)
		return;
	if (loader->state == OFF && now_ms >= loader->reset_ms) {
		loader->state = LOADING;
		alios_menu_power_on(&loader->menu, (guint32) now_ms);
	} else if (loader->state == LOADING) {
		take_outcome(loader, alios_menu_step(&loader->menu, (guint32) now_ms));
	}
}

gint64
loader_deadline(Loader *loader)
{
	guint32 wait_ms;

	if (loader->now_ms < loader->busy_until_ms)
		return loader->busy_until_ms;
	if (loader->state != LOADING)
		return loader->state == OFF ? loader->reset_ms : G_MAXINT64;
	wait_ms = alios_menu_wait_ms(&loader->menu, (guint32) loader->now_ms, G_MAXINT32);
	return wait_ms == G_MAXINT32 ? G_MAXINT64 : loader->now_ms + wait_ms;
}

gsize
loader_send(Loader *loader, guint8 *bytes, gsize size)
{
	gsize given = loader->now_ms < loader->busy_until_ms ? 0 : MIN(size, loader->out->len);

	if (given > 0) {
		memcpy(bytes, loader->out->str, given);
		g_string_erase(loader->out, 0, (gssize) given);
	}
	return given;
}

gboolean
loader_has_started(const Loader *loader)
{
	return loader->state == RUNNING;
}

gboolean
loader_takes_data(const Loader *loader)
{
	return loader->state == LOADING && loader->is_asking;
}

const guint8 *
loader_flash(Loader *loader)
{
	return loader->flash->bytes;
}

const char *
loader_keys(Loader *loader)
{
	return loader->keys->str;
}
