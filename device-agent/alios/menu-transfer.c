/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/install-private.h"
#include "device-agent/alios/menu-private.h"
#include "device-agent/alios/ymodem-private.h"

#define RETURN_MS   1000u
#define RETURN_3_MS 200u

/* From 2.1 on it says what was wrong when a key was pressed. */
void
alios_menu_complain(struct alios_menu *menu, const char *text)
{
	menu->complaint = text;
	if (alios_menu_is_release(GYA_ALIOS_1_0)) {
		alios_say(text);
		alios_menu_prompt(menu);
	} else {
		alios_menu_go_to(menu, ALIOS_AT_ANY_KEY);
	}
}

void
alios_menu_refuse_header(struct alios_menu *menu, uint32_t now_ms)
{
	alios_menu_put(ALIOS_YMODEM_ACK);
	if (alios_menu_is_release(GYA_ALIOS_1_0))
		alios_menu_prompt(menu);
	else
		alios_menu_go_to_until(menu, ALIOS_AT_NAK_PAUSE, now_ms + ALIOS_MENU_PAUSE_MS);
	menu->complaint = "ymodem: bad header\r\n";
}

/* What waited for the next boot is not of the partition that is written now. */
void
alios_menu_drop_request(void)
{
	struct alios_record record;

	if (alios_record_read(&record) == ALIOS_RECORD_OK && record.upg_flag != ALIOS_FLAG_NORMAL)
		(void) alios_end(&record);
}

static void
take_header(struct alios_menu *menu, uint32_t now_ms)
{
	struct alios_ymodem *ymodem = &menu->ymodem;

	if (!alios_ymodem_read_header(ymodem)) {
		alios_menu_refuse_header(menu, now_ms);
		return;
	}
	if (ymodem->left > ymodem->room) {
		alios_menu_complain(menu, "ymodem: the file is too large\r\n");
		return;
	}
	alios_menu_put(ALIOS_YMODEM_ACK);
	if (ymodem->left == 0) {
		alios_menu_prompt(menu);
		return;
	}
	alios_menu_drop_request();
	alios_menu_go_to_until(menu, ALIOS_AT_DATA_PAUSE, now_ms + ALIOS_MENU_PAUSE_MS);
}

static void
take_block(struct alios_menu *menu, uint32_t now_ms)
{
	switch (menu->state) {
	case ALIOS_AT_HEADER: take_header(menu, now_ms); break;
	case ALIOS_AT_DATA:
		alios_ymodem_store(&menu->ymodem);
		alios_menu_put(ALIOS_YMODEM_ACK);
		break;
	default:
		alios_menu_put(ALIOS_YMODEM_ACK);
		alios_menu_go_to_until(menu, ALIOS_AT_RETURN_PAUSE,
			now_ms + (alios_menu_is_release(GYA_ALIOS_3_X) ? RETURN_3_MS : RETURN_MS));
	}
}

static void
take_eot(struct alios_menu *menu)
{
	alios_menu_put(menu->ymodem.had_eot ? ALIOS_YMODEM_ACK : ALIOS_YMODEM_NAK);
	if (menu->ymodem.had_eot) {
		alios_menu_put(ALIOS_YMODEM_ASK);
		alios_menu_go_to(menu, ALIOS_AT_END_HEADER);
	}
	menu->ymodem.had_eot = true;
}

void
alios_menu_take_transfer(struct alios_menu *menu, uint8_t byte, uint32_t now_ms)
{
	menu->silent_ms = now_ms + ALIOS_MENU_SILENT_MS;
	switch (alios_ymodem_take(&menu->ymodem, byte, now_ms)) {
	case ALIOS_YMODEM_NOTHING: break;
	case ALIOS_YMODEM_BLOCK: take_block(menu, now_ms); break;
	case ALIOS_YMODEM_BAD_BLOCK:
		/* of data, not a word */
		if (menu->state == ALIOS_AT_HEADER)
			alios_menu_refuse_header(menu, now_ms);
		break;
	case ALIOS_YMODEM_OTHER:
		if (byte == ALIOS_YMODEM_CTRL_C && menu->state == ALIOS_AT_HEADER)
			alios_menu_prompt(menu);
		else if (byte == ALIOS_YMODEM_EOT && menu->state == ALIOS_AT_DATA)
			take_eot(menu);
		break;
	}
}
