/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_MENU_H
#define GYA_ALIOS_MENU_H

#include "device-agent/alios/port.h"

/*
 * The second boot's menu on its serial line and the YMODEM receiver behind it, as released with 1.0, 2.1 and 3.x, which is the
 * board's generation (spec alios-ota: 5). What hosts have to live with is there as it is documented: no NAK and no word for a
 * bad block, no look at a block's number, 1.0 writes anywhere, sectors are erased once until the next reset. Bytes and the
 * time go in, what it says goes to the port's console; it acts on the flash at once.
 */
enum alios_menu_outcome {
	ALIOS_MENU_OPEN,  /* it waits for more */
	ALIOS_MENU_START, /* nobody wanted it: the boot goes on */
	ALIOS_MENU_RESET
};

#define ALIOS_MENU_ADDRESS_MOST 64u
#define ALIOS_YMODEM_BLOCK_MOST 1029u /* kind, number, its complement, 1024 bytes, CRC */

/* A file that comes. */
struct alios_ymodem {
	uint8_t block[ALIOS_YMODEM_BLOCK_MOST];
	uint32_t filled;
	uint32_t needed;      /* 0: between blocks */
	uint32_t byte_due_ms; /* a block that is not whole by then is given up */
	uint32_t at;          /* in the flash, of what comes next */
	uint32_t left;        /* of the file */
	uint32_t room;        /* for the file; 1.0 does not know any */
	bool had_eot;
	/* Sectors up to here are taken for erased; this outlives a transfer, and a second one to the same place is damaged. */
	uint32_t erased_end;
};

struct alios_menu {
	uint8_t state; /* private */
	bool has_due;
	uint32_t due_ms;
	uint32_t silent_ms; /* when a transfer in which nothing comes is given up */
	uint8_t last_key;
	uint32_t address_size;
	char address[ALIOS_MENU_ADDRESS_MOST + 1];
	const char *complaint; /* said once a key is pressed */
	struct alios_ymodem ymodem;
};

/* A reset at `now_ms`, of any steady clock that may wrap around: the line that names the time in which a key opens the menu. */
void alios_menu_power_on(struct alios_menu *menu, uint32_t now_ms);
enum alios_menu_outcome alios_menu_take(struct alios_menu *menu, uint8_t byte, uint32_t now_ms);
/* Lets time act. */
enum alios_menu_outcome alios_menu_step(struct alios_menu *menu, uint32_t now_ms);
/* In how many ms alios_menu_step() has something to do, at most `most_ms`. */
uint32_t alios_menu_wait_ms(const struct alios_menu *menu, uint32_t now_ms, uint32_t most_ms);

/* All of it by the port's console_getc, until its outcome is known. */
enum alios_menu_outcome alios_menu_run(void);

#endif
