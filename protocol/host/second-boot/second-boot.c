// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/second-boot/second-boot.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/host/second-boot/menu.h"
#include "protocol/host/second-boot/target.h"
#include "protocol/host/ymodem/ymodem.h"

#define KEY          'w'
#define KEY_EVERY_MS 5
#define HELP_KEY     'h'
#define CTRL_C       0x03
/* After the prompt: until keys that are still on their way have been thrown away by the menu. */
#define QUIET_MS  150
#define ANSWER_MS 3000
/* Some erase a whole partition before they ask for the file. */
#define ERASE_MS  60000
#define BLOCK_MS  5000
#define RETURN_MS 5000
#define START_MS  15000
#define ECHO_MS   500
#define TEXT_MAX  16384
/* The loader says this before it asks for the file: what comes behind it is YMODEM. */
#define READY_TEXT   "cancel)"
#define ADDRESS_TEXT "addr"

struct _GySecondBoot {
	GySecondBootOptions options;
	char *name;
	char *expect;
	GySecondBootStage stage;
	GySecondBootGeneration generation;
	GySecondBootRange target;
	gboolean is_for_ota;
	char *address; /* as it is sent */
	GString *text; /* of this stage */
	GString *out;
	gint64 deadline;
	gint64 next_key;
	gboolean is_asked; /* whether this stage's question was put */
	GyYmodem *ymodem;
	GError *error;
};

GySecondBoot *
gy_second_boot_new(const GySecondBootOptions *options, gint64 now_ms)
{
	GySecondBoot *boot = g_new0(GySecondBoot, 1);

	boot->options = *options;
	boot->options.image = g_bytes_ref(options->image);
	boot->name = g_strdup(options->name);
	boot->expect = g_strdup(options->expect);
	boot->text = g_string_new(NULL);
	boot->out = g_string_new(NULL);
	boot->deadline = now_ms + (options->reset_ms ? options->reset_ms : 60000);
	boot->next_key = now_ms;
	return boot;
}

void
gy_second_boot_free(GySecondBoot *boot)
{
	if (!boot)
		return;
	g_bytes_unref(boot->options.image);
	g_free(boot->name);
	g_free(boot->expect);
	g_free(boot->address);
	g_string_free(boot->text, TRUE);
	g_string_free(boot->out, TRUE);
	gy_ymodem_free(boot->ymodem);
	g_clear_error(&boot->error);
	g_free(boot);
}

static void
go_to(GySecondBoot *boot, GySecondBootStage stage, gint64 until_ms)
{
	boot->stage = stage;
	boot->deadline = until_ms;
	boot->is_asked = FALSE;
	g_string_truncate(boot->text, 0);
}

static gboolean
is_over(const GySecondBoot *boot)
{
	return boot->stage == GY_SECOND_BOOT_DONE || boot->stage == GY_SECOND_BOOT_FAILED;
}

static void G_GNUC_PRINTF(3, 4) fail(GySecondBoot *boot, GyLinkError code, const char *message, ...)
{
	va_list arguments;

	if (is_over(boot))
		return;
	va_start(arguments, message);
	boot->error = g_error_new_valist(GY_LINK_ERROR, (gint) code, message, arguments);
	va_end(arguments);
	boot->stage = GY_SECOND_BOOT_FAILED;
}

/* (transfer full): the last line with anything on it, for messages. */
static char *
last_line(const GySecondBoot *boot)
{
	g_auto(GStrv) lines = g_strsplit_set(boot->text->str, "\r\n", -1);
	const char *last = "";

	for (char **line = lines; *line; line++)
		if (*g_strstrip(*line))
			last = *line;
	return g_utf8_make_valid(last, -1);
}

/* ---- where it goes -------------------------------------------------------------------------------------- */

static gboolean
find_target(GySecondBoot *boot)
{
	GySecondBootMap shown;

	gy_second_boot_read_map(boot->text->str, &shown);
	if (gy_second_boot_choose_target(
		    &boot->options, boot->generation, &shown, &boot->target, &boot->is_for_ota, &boot->error))
		return TRUE;
	boot->stage = GY_SECOND_BOOT_FAILED;
	return FALSE;
}

/* ---- what comes, stage by stage ------------------------------------------------------------------------- */

static void
on_menu(GySecondBoot *boot, gint64 now_ms)
{
	const char *prompt = gy_second_boot_prompt(boot->text->str);

	if (!prompt || !boot->is_asked)
		return;
	boot->generation = gy_second_boot_recognise(boot->text->str, prompt);
	if (boot->generation == GY_SECOND_BOOT_UNKNOWN) {
		fail(boot, GY_LINK_ERROR_BOOT_MENU,
			_("the boot loader's menu is none that is known, and nothing was pressed in it"));
		return;
	}
	go_to(boot, GY_SECOND_BOOT_ADDRESS, now_ms + ANSWER_MS);
	g_string_append_c(boot->out, gy_second_boot_key_ymodem(boot->generation));
}

/* The question ends without a line end: what the loader has to say before it is there once nothing more comes. */
static void
answer_address(GySecondBoot *boot, gint64 now_ms)
{
	if (!find_target(boot))
		return;
	go_to(boot, GY_SECOND_BOOT_ERASE, now_ms + ANSWER_MS);
	boot->address = g_strdup_printf("0x%x", boot->target.address);
	g_string_append(boot->out, boot->address);
}

/* A loader may write to whatever address it understood: it is only confirmed once it has come back right. */
static void
on_echo(GySecondBoot *boot, gint64 now_ms)
{
	if (g_str_equal(boot->text->str, boot->address)) {
		go_to(boot, GY_SECOND_BOOT_ERASE, now_ms + ERASE_MS);
		boot->is_asked = TRUE;
		g_string_append_c(boot->out, '\r');
	} else if (!g_str_has_prefix(boot->address, boot->text->str)) {
		g_autofree char *line = last_line(boot);

		fail(boot, GY_LINK_ERROR_BOOT_MENU,
			_("the loader understood the address %s as \"%s\", which was not confirmed: reset "
			  "the "
			  "board"),
			boot->address, line);
	}
}

static void
on_erase(GySecondBoot *boot, gint64 now_ms)
{
	const GyYmodemOptions options = {.once = TRUE, .answer_ms = BLOCK_MS, .start_ms = ERASE_MS};

	if (!boot->is_asked) {
		on_echo(boot, now_ms);
		return;
	}
	if (gy_second_boot_prompt(boot->text->str)) {
		g_autofree char *line = last_line(boot);

		fail(boot, GY_LINK_ERROR_BOOT_MENU, _("the loader does not take the address 0x%X (\"%s\")"),
			boot->target.address, line);
		return;
	}
	if (!strstr(boot->text->str, READY_TEXT))
		return;
	go_to(boot, GY_SECOND_BOOT_TRANSFER, G_MAXINT64);
	boot->ymodem = gy_ymodem_sender_new(boot->options.image, boot->name, &options, now_ms);
}

static void
on_return(GySecondBoot *boot, gint64 now_ms)
{
	if (!gy_second_boot_prompt(boot->text->str))
		return;
	if (boot->options.stay) {
		boot->stage = GY_SECOND_BOOT_DONE;
		return;
	}
	g_string_append_c(boot->out, gy_second_boot_key_reboot(boot->generation));
	if (boot->expect)
		go_to(boot, GY_SECOND_BOOT_START, now_ms + START_MS);
	else
		go_to(boot, GY_SECOND_BOOT_LEAVE, now_ms + ECHO_MS);
}

static void
on_text(GySecondBoot *boot, gint64 now_ms)
{
	switch (boot->stage) {
	case GY_SECOND_BOOT_RESET:
		if (gy_second_boot_prompt(boot->text->str))
			go_to(boot, GY_SECOND_BOOT_MENU, now_ms + QUIET_MS);
		break;
	case GY_SECOND_BOOT_MENU: on_menu(boot, now_ms); break;
	case GY_SECOND_BOOT_ADDRESS:
		/* the question is whole when nothing follows it for a moment */
		if (strstr(boot->text->str, ADDRESS_TEXT)) {
			boot->is_asked = TRUE;
			boot->deadline = now_ms + QUIET_MS;
		}
		break;
	case GY_SECOND_BOOT_ERASE: on_erase(boot, now_ms); break;
	case GY_SECOND_BOOT_RETURN: on_return(boot, now_ms); break;
	case GY_SECOND_BOOT_LEAVE:
		/* a port that is closed at once may lose the key */
		if (strchr(boot->text->str, '\n'))
			boot->stage = GY_SECOND_BOOT_DONE;
		break;
	case GY_SECOND_BOOT_START:
		if (strstr(boot->text->str, boot->expect))
			boot->stage = GY_SECOND_BOOT_DONE;
		break;
	case GY_SECOND_BOOT_TRANSFER:
	case GY_SECOND_BOOT_DONE:
	case GY_SECOND_BOOT_FAILED: break;
	}
}

/* ---- the transfer --------------------------------------------------------------------------------------- */

static void
look_at_transfer(GySecondBoot *boot, gint64 now_ms)
{
	switch (gy_ymodem_state(boot->ymodem)) {
	case GY_YMODEM_UNDER_WAY: break;
	case GY_YMODEM_DONE: go_to(boot, GY_SECOND_BOOT_RETURN, now_ms + RETURN_MS); break;
	case GY_YMODEM_FAILED:
		fail(boot, (GyLinkError) gy_ymodem_error(boot->ymodem)->code,
			_("%s; the partition is half written: reset the board and start again"),
			gy_ymodem_error(boot->ymodem)->message);
		break;
	}
}

/* Zeros would end the text: they are noise of a line that comes to life. */
static void
take_text(GySecondBoot *boot, guint8 byte, gint64 now_ms)
{
	if (byte == 0)
		return;
	if (boot->text->len >= TEXT_MAX)
		g_string_erase(boot->text, 0, TEXT_MAX / 2);
	g_string_append_c(boot->text, (char) byte);
	on_text(boot, now_ms);
}

void
gy_second_boot_receive(GySecondBoot *boot, const guint8 *bytes, gsize size, gint64 now_ms)
{
	for (gsize i = 0; i < size && !is_over(boot); i++) {
		if (boot->stage == GY_SECOND_BOOT_TRANSFER) {
			gy_ymodem_receive(boot->ymodem, bytes + i, 1, now_ms);
			look_at_transfer(boot, now_ms);
		} else {
			take_text(boot, bytes[i], now_ms);
		}
	}
}

/* ---- what is sent --------------------------------------------------------------------------------------- */

gboolean
gy_second_boot_wants_to_send(const GySecondBoot *boot)
{
	return boot->out->len > 0 ||
	       (boot->stage == GY_SECOND_BOOT_TRANSFER && gy_ymodem_wants_to_send(boot->ymodem));
}

gsize
gy_second_boot_send(GySecondBoot *boot, guint8 *bytes, gsize size, gint64 now_ms)
{
	gsize given = MIN(size, boot->out->len);

	if (given > 0) {
		memcpy(bytes, boot->out->str, given);
		g_string_erase(boot->out, 0, (gssize) given);
		return given;
	}
	return boot->stage == GY_SECOND_BOOT_TRANSFER ? gy_ymodem_send(boot->ymodem, bytes, size, now_ms) : 0;
}

void
gy_second_boot_cancel(GySecondBoot *boot)
{
	gboolean listens = boot->stage == GY_SECOND_BOOT_ERASE ||
			   (boot->stage == GY_SECOND_BOOT_TRANSFER && gy_ymodem_done(boot->ymodem) == 0);

	fail(boot, GY_LINK_ERROR_TRANSFER, _("cancelled after %" PRIu64 " bytes"), gy_second_boot_done(boot));
	g_string_truncate(boot->out, 0);
	if (listens)
		g_string_append_c(boot->out, CTRL_C);
}

/* ---- time ----------------------------------------------------------------------------------------------- */

static void
fail_late(GySecondBoot *boot)
{
	g_autofree char *line = last_line(boot);

	switch (boot->stage) {
	case GY_SECOND_BOOT_RESET:
		fail(boot, GY_LINK_ERROR_NO_BOOT_MENU, _("no boot loader showed its menu%s%s%s"),
			*line ? _("; the last line was \"") : "", line, *line ? "\"" : "");
		break;
	case GY_SECOND_BOOT_MENU:
	case GY_SECOND_BOOT_ADDRESS:
	case GY_SECOND_BOOT_ERASE:
		fail(boot, GY_LINK_ERROR_BOOT_MENU, _("the boot loader stopped answering after \"%s\""),
			line);
		break;
	case GY_SECOND_BOOT_RETURN:
		fail(boot, GY_LINK_ERROR_BOOT_MENU,
			_("the image was sent whole, and the boot loader did not come back to its menu"));
		break;
	case GY_SECOND_BOOT_LEAVE:
		/* it may have reset before its echo was out */
		boot->stage = GY_SECOND_BOOT_DONE;
		break;
	case GY_SECOND_BOOT_START:
		fail(boot, GY_LINK_ERROR_NOT_STARTED, _("the board did not print \"%s\" after its start"),
			boot->expect);
		break;
	case GY_SECOND_BOOT_TRANSFER:
	case GY_SECOND_BOOT_DONE:
	case GY_SECOND_BOOT_FAILED: break;
	}
}

static void
press_key(GySecondBoot *boot, gint64 now_ms)
{
	if (now_ms < boot->next_key)
		return;
	/* a port that takes nothing is not filled */
	if (boot->out->len == 0)
		g_string_append_c(boot->out, KEY);
	boot->next_key = now_ms + KEY_EVERY_MS;
}

void
gy_second_boot_step(GySecondBoot *boot, gint64 now_ms)
{
	if (boot->stage == GY_SECOND_BOOT_TRANSFER) {
		gy_ymodem_step(boot->ymodem, now_ms);
		look_at_transfer(boot, now_ms);
		return;
	}
	if (is_over(boot))
		return;
	if (boot->stage == GY_SECOND_BOOT_RESET)
		press_key(boot, now_ms);
	if (now_ms < boot->deadline)
		return;
	if (boot->stage == GY_SECOND_BOOT_MENU && !boot->is_asked) {
		g_string_truncate(boot->text, 0);
		boot->is_asked = TRUE;
		boot->deadline = now_ms + ANSWER_MS;
		g_string_append_c(boot->out, HELP_KEY);
	} else if (boot->stage == GY_SECOND_BOOT_ADDRESS && boot->is_asked) {
		answer_address(boot, now_ms);
	} else {
		fail_late(boot);
	}
}

gint64
gy_second_boot_deadline(const GySecondBoot *boot)
{
	if (is_over(boot))
		return G_MAXINT64;
	if (boot->stage == GY_SECOND_BOOT_TRANSFER)
		return gy_ymodem_deadline(boot->ymodem);
	return boot->stage == GY_SECOND_BOOT_RESET ? MIN(boot->deadline, boot->next_key) : boot->deadline;
}

/* ---- what is known -------------------------------------------------------------------------------------- */

GySecondBootStage
gy_second_boot_stage(const GySecondBoot *boot)
{
	return boot->stage;
}

GySecondBootGeneration
gy_second_boot_generation(const GySecondBoot *boot)
{
	return boot->generation;
}

const GError *
gy_second_boot_error(const GySecondBoot *boot)
{
	return boot->error;
}

guint64
gy_second_boot_done(const GySecondBoot *boot)
{
	return boot->ymodem ? gy_ymodem_done(boot->ymodem) : 0;
}

GySecondBootRange
gy_second_boot_target(const GySecondBoot *boot)
{
	return boot->target;
}

gboolean
gy_second_boot_is_for_ota(const GySecondBoot *boot)
{
	return boot->is_for_ota;
}
