/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/text.h"

#define DIGITS_MOST 10u

static void
add(struct text *text, char c)
{
	if (text->size < TEXT_SIZE)
		text->bytes[text->size++] = c;
}

void
text_add(struct text *text, const char *more)
{
	for (; *more != '\0'; more++)
		add(text, *more);
}

void
text_add_decimal(struct text *text, uint32_t value)
{
	char digits[DIGITS_MOST];
	uint32_t n = 0;

	do {
		digits[n++] = (char) ('0' + value % 10);
		value /= 10;
	} while (value != 0);
	while (n-- > 0)
		add(text, digits[n]);
}

void
text_add_hex(struct text *text, uint32_t value)
{
	uint32_t shift = 32;

	do {
		shift -= 4;
		add(text, "0123456789ABCDEF"[value >> shift & 0xF]);
	} while (shift != 0);
}
