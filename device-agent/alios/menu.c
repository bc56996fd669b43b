/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/menu.h"

#include "device-agent/alios/install-private.h"
#include "device-agent/alios/menu-private.h"
#include "device-agent/alios/ymodem-private.h"
#include "protocol/wire/mem.h"

#define KEY_OF_MENU  'w'
#define WINDOW_MS    100u
#define ASK_MS       1000u
#define NAKS         5u
#define LONGEST_WAIT 100u

enum key {
	KEY_NONE,
	KEY_VERSIONS,
	KEY_YMODEM,
	KEY_ACTIVATE,
	KEY_ACTIVATE_TWICE,
	KEY_REBOOT,
	KEY_NOT_SUPPORTED,
	KEY_HELP
};

#define KEYS 8u

/* The releases, by the board's generation. */
static const struct release {
	const char *prompt;
	const char *help;
	struct {
		char key;
		uint8_t means; /* enum key */
	} keys[KEYS];
} releases[] = {
	[GYA_ALIOS_1_0] = {"aos boot# ",
		"1: print version\r\n2: ymodem update\r\n5: swap to part B\r\n6: reboot\r\nh: help\r\n",
		{{'1', KEY_VERSIONS}, {'2', KEY_YMODEM}, {'3', KEY_NOT_SUPPORTED}, {'4', KEY_NOT_SUPPORTED},
			{'5', KEY_ACTIVATE}, {'6', KEY_REBOOT}, {'h', KEY_HELP}}},
	[GYA_ALIOS_2_1] = {"aos boot# ",
		"[1] ymodem upgrade\r\n[2] activate backup image\r\n[3] reboot\r\n[h] help\r\n",
		{{'1', KEY_YMODEM}, {'2', KEY_ACTIVATE_TWICE}, {'3', KEY_REBOOT}, {'h', KEY_HELP}}},
	[GYA_ALIOS_3_X] = {"2ndboot# ", "1 ymodem\r\n2 reboot\r\nh help\r\n",
		{{'1', KEY_YMODEM}, {'2', KEY_REBOOT}, {'h', KEY_HELP}}},
};

static const struct release *
release(void)
{
	return &releases[alios_port->board->generation];
}

bool
alios_menu_is_release(enum gya_alios_generation generation)
{
	return alios_port->board->generation == generation;
}

/* ---- what it says ---- */

void
alios_menu_put(uint8_t byte)
{
	alios_port->console_putc(alios_port->context, (char) byte);
}

static void
say_hex(uint32_t value, uint32_t least_digits)
{
	uint32_t shift = 28;

	while (shift > 0 && value >> shift == 0 && shift / 4 >= least_digits)
		shift -= 4;
	for (;; shift -= 4) {
		alios_menu_put((uint8_t) "0123456789abcdef"[value >> shift & 0xFu]);
		if (shift == 0)
			return;
	}
}

static void
say_partition(const char *name, uint32_t id)
{
	const struct gya_partition *partition = gya_board_partition(alios_port->board->board, id);
	bool is_3 = alios_menu_is_release(GYA_ALIOS_3_X);

	alios_say(name);
	alios_say(is_3 ? " part addr:0x" : " partition address 0x");
	say_hex(partition ? partition->address : 0, is_3 ? 8 : 1);
	alios_say(is_3 ? ", len:0x" : ", length 0x");
	say_hex(partition ? partition->size : 0, is_3 ? 8 : 1);
	alios_say("\r\n");
}

/* ---- states ---- */

void
alios_menu_go_to(struct alios_menu *menu, enum alios_menu_state state)
{
	menu->state = (uint8_t) state;
	menu->has_due = false;
}

void
alios_menu_go_to_until(struct alios_menu *menu, enum alios_menu_state state, uint32_t due_ms)
{
	menu->state = (uint8_t) state;
	menu->has_due = true;
	menu->due_ms = due_ms;
}

void
alios_menu_prompt(struct alios_menu *menu)
{
	alios_say(release()->prompt);
	alios_menu_go_to(menu, ALIOS_AT_MENU);
}

void
alios_menu_power_on(struct alios_menu *menu, uint32_t now_ms)
{
	memset(menu, 0, sizeof *menu);
	alios_say("\r\nsecond boot, press w for its menu. Waiting 100ms ...\r\n");
	alios_menu_go_to_until(menu, ALIOS_AT_WINDOW, now_ms + WINDOW_MS);
}

/* ---- keys ---- */

static void
ask_address(struct alios_menu *menu)
{
	if (!alios_menu_is_release(GYA_ALIOS_1_0)) {
		say_partition("OS ", GYA_ALIOS_APPLICATION);
		say_partition("OTA", GYA_ALIOS_OTA_TEMP);
	}
	alios_say("Please input flash address: ");
	menu->address_size = 0;
	alios_menu_go_to(menu, ALIOS_AT_ADDRESS);
}

/* The loader looks at what is there after the reset, and installs it in its own way if it is an image with its trailer. */
static enum alios_menu_outcome
activate(void)
{
	struct alios_record record;

	alios_hand_over(&record, 0, 0);
	(void) alios_record_write(&record);
	return ALIOS_MENU_RESET;
}

static void
say_versions(void)
{
	alios_say("part A version: ");
	alios_say(alios_port->version ? alios_port->version : "");
	alios_say("\r\npart B version: \r\n");
}

static uint8_t
meaning_of(uint8_t key)
{
	uint32_t i;

	for (i = 0; i < KEYS; i++)
		if (release()->keys[i].key == (char) key)
			return release()->keys[i].means;
	return KEY_NONE;
}

/* Whether the menu is shown again is true of all keys that do not lead out of it. */
static enum alios_menu_outcome
press(struct alios_menu *menu, uint8_t key)
{
	bool is_repeated = key == menu->last_key;

	menu->last_key = key;
	switch (meaning_of(key)) {
	case KEY_YMODEM: ask_address(menu); return ALIOS_MENU_OPEN;
	case KEY_REBOOT: return ALIOS_MENU_RESET;
	case KEY_ACTIVATE: return activate();
	case KEY_ACTIVATE_TWICE:
		if (is_repeated)
			return activate();
		alios_say("press it again to activate the backup image\r\n");
		break;
	case KEY_VERSIONS: say_versions(); break;
	case KEY_NOT_SUPPORTED: alios_say("not supported\r\n"); break;
	case KEY_HELP: alios_say(release()->help); break;
	default: break;
	}
	alios_menu_prompt(menu);
	return ALIOS_MENU_OPEN;
}

static enum alios_menu_outcome
take_key(struct alios_menu *menu, uint8_t key)
{
	if (key == KEY_OF_MENU)
		return ALIOS_MENU_OPEN;
	if (key == '\r' || key == '\n') {
		alios_menu_prompt(menu);
		return ALIOS_MENU_OPEN;
	}
	alios_menu_put(key);
	alios_say(" \r\n");
	return press(menu, key);
}

/* ---- the address ---- */

/* Bytes from there to the end of what may be written; 0: it may not be. 1.0 takes any, its own code's too. */
static uint32_t
room_at(uint32_t address)
{
	static const uint32_t targets[] = {GYA_ALIOS_APPLICATION, GYA_ALIOS_OTA_TEMP};
	uint32_t i;

	if (alios_menu_is_release(GYA_ALIOS_1_0))
		return address == 0 ? 0 : UINT32_MAX;
	for (i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		const struct gya_partition *partition =
			gya_board_partition(alios_port->board->board, targets[i]);

		if (partition && partition->address == address)
			return partition->size;
	}
	return 0;
}

static void
erase_all(uint32_t address, uint32_t size)
{
	const struct gya_nor *nor = alios_port->nor;
	uint32_t done;

	for (done = 0; done < size; done += nor->sector_size) {
		alios_kick();
		(void) nor->erase(nor->context, address + done, nor->sector_size);
	}
}

static void
take_address_end(struct alios_menu *menu, uint32_t now_ms)
{
	const char *end;
	uint32_t address, room = 0;

	menu->address[menu->address_size] = '\0';
	if (alios_read_number(menu->address, &end, &address) && *end == '\0')
		room = room_at(address);
	if (room == 0) {
		alios_say("\r\ninvalid address\r\n");
		alios_menu_prompt(menu);
		return;
	}
	if (alios_menu_is_release(GYA_ALIOS_3_X)) {
		alios_menu_drop_request();
		erase_all(address, room);
	}
	alios_say("\r\nPlease start ymodem ... (press ctrl+c to cancel)\r\n");
	alios_ymodem_begin(&menu->ymodem, address, room);
	menu->silent_ms = now_ms + ALIOS_MENU_SILENT_MS;
	alios_menu_go_to_until(menu, ALIOS_AT_HEADER, now_ms);
}

static void
take_address(struct alios_menu *menu, uint8_t byte, uint32_t now_ms)
{
	if (byte == '\r') {
		take_address_end(menu, now_ms);
		return;
	}
	alios_menu_put(byte);
	if (menu->address_size < ALIOS_MENU_ADDRESS_MOST)
		menu->address[menu->address_size++] = (char) byte;
}

/* ---- bytes and time ---- */

enum alios_menu_outcome
alios_menu_take(struct alios_menu *menu, uint8_t byte, uint32_t now_ms)
{
	switch (menu->state) {
	case ALIOS_AT_WINDOW:
		if (byte == KEY_OF_MENU)
			alios_menu_prompt(menu);
		break;
	case ALIOS_AT_MENU: return take_key(menu, byte);
	case ALIOS_AT_ADDRESS: take_address(menu, byte, now_ms); break;
	case ALIOS_AT_HEADER:
	case ALIOS_AT_DATA:
	case ALIOS_AT_END_HEADER: alios_menu_take_transfer(menu, byte, now_ms); break;
	case ALIOS_AT_ANY_KEY:
		alios_say(menu->complaint);
		alios_menu_prompt(menu);
		break;
	default: break; /* it sleeps: nobody reads */
	}
	return ALIOS_MENU_OPEN;
}

static void
on_due(struct alios_menu *menu, uint32_t now_ms)
{
	uint32_t i;

	switch (menu->state) {
	case ALIOS_AT_HEADER:
		if (menu->ymodem.needed == 0)
			alios_menu_put(ALIOS_YMODEM_ASK);
		menu->due_ms = now_ms + ASK_MS;
		break;
	case ALIOS_AT_DATA_PAUSE:
		alios_menu_put(ALIOS_YMODEM_ASK);
		alios_menu_go_to(menu, ALIOS_AT_DATA);
		break;
	case ALIOS_AT_NAK_PAUSE:
		for (i = 0; i < NAKS; i++)
			alios_menu_put(ALIOS_YMODEM_NAK);
		alios_menu_go_to(menu, ALIOS_AT_ANY_KEY);
		break;
	default: alios_menu_prompt(menu); break;
	}
}

static bool
is_in_transfer(const struct alios_menu *menu)
{
	return menu->state == ALIOS_AT_HEADER || menu->state == ALIOS_AT_DATA ||
	       menu->state == ALIOS_AT_END_HEADER;
}

enum alios_menu_outcome
alios_menu_step(struct alios_menu *menu, uint32_t now_ms)
{
	if (is_in_transfer(menu)) {
		bool is_late = alios_ymodem_is_late(&menu->ymodem, now_ms);

		if (is_late && menu->state == ALIOS_AT_HEADER)
			alios_menu_refuse_header(menu, now_ms);
		else if (alios_is_due(menu->silent_ms, now_ms))
			alios_menu_complain(menu, "ymodem: nothing comes\r\n");
	}
	if (!menu->has_due || !alios_is_due(menu->due_ms, now_ms))
		return ALIOS_MENU_OPEN;
	if (menu->state == ALIOS_AT_WINDOW)
		return ALIOS_MENU_START;
	on_due(menu, now_ms);
	return ALIOS_MENU_OPEN;
}

static uint32_t
until(uint32_t due_ms, uint32_t now_ms, uint32_t most_ms)
{
	if (alios_is_due(due_ms, now_ms))
		return 0;
	return due_ms - now_ms < most_ms ? due_ms - now_ms : most_ms;
}

uint32_t
alios_menu_wait_ms(const struct alios_menu *menu, uint32_t now_ms, uint32_t most_ms)
{
	if (menu->has_due)
		most_ms = until(menu->due_ms, now_ms, most_ms);
	if (is_in_transfer(menu)) {
		most_ms = until(menu->silent_ms, now_ms, most_ms);
		if (menu->ymodem.needed > 0)
			most_ms = until(menu->ymodem.byte_due_ms, now_ms, most_ms);
	}
	return most_ms;
}

/* The time is what was waited in vain: while bytes come it does not pass, and nothing here is in a hurry then. */
enum alios_menu_outcome
alios_menu_run(void)
{
	static struct alios_menu menu;
	enum alios_menu_outcome outcome = ALIOS_MENU_OPEN;
	uint32_t now_ms = 0;

	alios_menu_power_on(&menu, now_ms);
	while (outcome == ALIOS_MENU_OPEN) {
		uint32_t wait_ms = alios_menu_wait_ms(&menu, now_ms, LONGEST_WAIT);
		int byte = alios_port->console_getc(alios_port->context, wait_ms);

		alios_kick();
		if (byte >= 0) {
			outcome = alios_menu_take(&menu, (uint8_t) byte, now_ms);
			continue;
		}
		if (byte != GYA_ALIOS_NO_BYTE)
			return ALIOS_MENU_RESET;
		now_ms += wait_ms;
		outcome = alios_menu_step(&menu, now_ms);
	}
	return outcome;
}
