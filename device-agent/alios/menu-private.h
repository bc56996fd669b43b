/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_MENU_PRIVATE_H
#define GYA_ALIOS_MENU_PRIVATE_H

#include "device-agent/alios/menu.h"

#define ALIOS_MENU_PAUSE_MS  100u
#define ALIOS_MENU_SILENT_MS 60000u /* of a transfer */

/* `state` of the menu. */
enum alios_menu_state {
	ALIOS_AT_WINDOW,
	ALIOS_AT_MENU,
	ALIOS_AT_ADDRESS,
	ALIOS_AT_HEADER,
	ALIOS_AT_DATA_PAUSE, /* between the header's ACK and the C for the data */
	ALIOS_AT_DATA,
	ALIOS_AT_END_HEADER,
	ALIOS_AT_RETURN_PAUSE,
	ALIOS_AT_NAK_PAUSE, /* between a bad header's ACK and the NAKs */
	ALIOS_AT_ANY_KEY    /* before a complaint is printed */
};

/* menu.c */
bool alios_menu_is_release(enum gya_alios_generation generation);
void alios_menu_put(uint8_t byte);
void alios_menu_go_to(struct alios_menu *menu, enum alios_menu_state state);
void alios_menu_go_to_until(struct alios_menu *menu, enum alios_menu_state state, uint32_t due_ms);
void alios_menu_prompt(struct alios_menu *menu);

/* menu-transfer.c: a byte while a file is waited for or comes. */
void alios_menu_take_transfer(struct alios_menu *menu, uint8_t byte, uint32_t now_ms);
/* A header that is none, or was not whole in time. */
void alios_menu_refuse_header(struct alios_menu *menu, uint32_t now_ms);
/* Nothing is installed at the next boot: a partition is about to change. */
void alios_menu_drop_request(void);
/* A transfer is over, and why. */
void alios_menu_complain(struct alios_menu *menu, const char *text);

#endif
