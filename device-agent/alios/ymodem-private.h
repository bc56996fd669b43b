/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_YMODEM_PRIVATE_H
#define GYA_ALIOS_YMODEM_PRIVATE_H

#include "device-agent/alios/menu.h"

#define ALIOS_YMODEM_EOT    0x04u
#define ALIOS_YMODEM_ACK    0x06u
#define ALIOS_YMODEM_NAK    0x15u
#define ALIOS_YMODEM_CTRL_C 0x03u
#define ALIOS_YMODEM_ASK    'C'

/* What a byte was. */
enum alios_ymodem_event {
	ALIOS_YMODEM_NOTHING, /* part of a block, or noise between two */
	ALIOS_YMODEM_BLOCK,
	ALIOS_YMODEM_BAD_BLOCK,
	ALIOS_YMODEM_OTHER /* outside of a block: EOT, Ctrl-C */
};

/* A transfer to `at`; what was erased before stays noted. */
void alios_ymodem_begin(struct alios_ymodem *ymodem, uint32_t at, uint32_t room);
enum alios_ymodem_event alios_ymodem_take(struct alios_ymodem *ymodem, uint8_t byte, uint32_t now_ms);
/* Whether a block has begun and its rest did not come in time; it is given up then. */
bool alios_ymodem_is_late(struct alios_ymodem *ymodem, uint32_t now_ms);

/* Of the block that has come: file name, zero, length in decimal or 0x hex, whose end is a zero or no digit. */
bool alios_ymodem_read_header(struct alios_ymodem *ymodem);
/* Writes the block behind the one before, whatever its number; sectors are erased as data come to them, but of 3.x. */
void alios_ymodem_store(struct alios_ymodem *ymodem);

/* A number in decimal or 0x hex; `end` is behind the last digit. False without a digit, or beyond 32 bits. */
bool alios_read_number(const char *text, const char **end, uint32_t *number);

/* Whether `due_ms` has come. */
static inline bool
alios_is_due(uint32_t due_ms, uint32_t now_ms)
{
	return (int32_t) (now_ms - due_ms) >= 0;
}

#endif
