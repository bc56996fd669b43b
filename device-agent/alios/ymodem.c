/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/ymodem-private.h"

#include "device-agent/alios/board-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/mem.h"

#define SOH     0x01u
#define STX     0x02u
#define SMALL   128u
#define LARGE   1024u
#define HEAD    3u
#define CRC     2u
#define BYTE_MS 1000u

void
alios_ymodem_begin(struct alios_ymodem *ymodem, uint32_t at, uint32_t room)
{
	ymodem->filled = 0;
	ymodem->needed = 0;
	ymodem->at = at;
	ymodem->left = 0;
	ymodem->room = room;
	ymodem->had_eot = false;
}

/* ---- blocks ---- */

static uint32_t
data_size(const struct alios_ymodem *ymodem)
{
	return ymodem->block[0] == STX ? LARGE : SMALL;
}

/* The number is held against its complement, and against nothing else. */
static bool
is_good(const struct alios_ymodem *ymodem)
{
	const uint8_t *data = ymodem->block + HEAD;
	uint32_t size = data_size(ymodem);

	return ymodem->block[1] + ymodem->block[2] == 0xFF &&
	       gya_crc16(0, data, size) == (uint16_t) (data[size] << 8 | data[size + 1]);
}

enum alios_ymodem_event
alios_ymodem_take(struct alios_ymodem *ymodem, uint8_t byte, uint32_t now_ms)
{
	ymodem->byte_due_ms = now_ms + BYTE_MS;
	if (ymodem->needed == 0) {
		if (byte != SOH && byte != STX)
			return ALIOS_YMODEM_OTHER;
		ymodem->block[0] = byte;
		ymodem->filled = 1;
		ymodem->needed = HEAD + data_size(ymodem) + CRC;
		return ALIOS_YMODEM_NOTHING;
	}
	ymodem->block[ymodem->filled++] = byte;
	if (ymodem->filled < ymodem->needed)
		return ALIOS_YMODEM_NOTHING;
	ymodem->needed = 0;
	return is_good(ymodem) ? ALIOS_YMODEM_BLOCK : ALIOS_YMODEM_BAD_BLOCK;
}

bool
alios_ymodem_is_late(struct alios_ymodem *ymodem, uint32_t now_ms)
{
	if (ymodem->needed == 0 || !alios_is_due(ymodem->byte_due_ms, now_ms))
		return false;
	ymodem->needed = 0;
	return true;
}

/* ---- the header ---- */

static bool
digit_of(char c, uint32_t base, uint32_t *digit)
{
	if (c >= '0' && c <= '9')
		*digit = (uint32_t) (c - '0');
	else if (c >= 'a' && c <= 'f')
		*digit = (uint32_t) (c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		*digit = (uint32_t) (c - 'A') + 10;
	else
		return false;
	return *digit < base;
}

bool
alios_read_number(const char *text, const char **end, uint32_t *number)
{
	bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	uint32_t base = is_hex ? 16 : 10;
	const char *first = is_hex ? text + 2 : text;
	uint32_t digit;

	*number = 0;
	for (*end = first; digit_of(**end, base, &digit); *end += 1) {
		if (*number > (UINT32_MAX - digit) / base)
			return false;
		*number = *number * base + digit;
	}
	return *end != first;
}

bool
alios_ymodem_read_header(struct alios_ymodem *ymodem)
{
	char *text = (char *) ymodem->block + HEAD;
	uint32_t size = data_size(ymodem);
	uint32_t i;
	const char *end;

	/* the CRC is not looked at any more, so there is an end in any case */
	text[size] = '\0';
	for (i = 0; i < size && text[i] != '\0'; i++)
		continue;
	if (i >= size)
		return false;
	/* no name is the end of all files, and so is a length of nothing */
	if (i == 0) {
		ymodem->left = 0;
		return true;
	}
	return alios_read_number(text + i + 1, &end, &ymodem->left) && end < text + size;
}

/* ---- data ---- */

static void
erase_to(struct alios_ymodem *ymodem, uint32_t end)
{
	const struct gya_nor *nor = alios_port->nor;
	uint32_t sector = nor->sector_size;
	uint32_t at = ymodem->at / sector * sector;

	for (; at < end; at += sector) {
		if (at + sector <= ymodem->erased_end)
			continue;
		alios_kick();
		/* what fails here nobody hears of: nothing is verified, and the block is acknowledged */
		(void) nor->erase(nor->context, at, sector);
		ymodem->erased_end = at + sector;
	}
}

void
alios_ymodem_store(struct alios_ymodem *ymodem)
{
	const struct gya_nor *nor = alios_port->nor;
	uint32_t size = data_size(ymodem);

	if (size > ymodem->left)
		size = ymodem->left;
	if (ymodem->at > nor->size)
		size = 0;
	else if (size > nor->size - ymodem->at)
		size = nor->size - ymodem->at;
	if (size == 0)
		return;
	if (alios_port->board->generation != GYA_ALIOS_3_X)
		erase_to(ymodem, ymodem->at + size);
	(void) nor->program(nor->context, ymodem->at, ymodem->block + HEAD, size);
	ymodem->at += size;
	ymodem->left -= size;
}
