/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_TEXT_H
#define GYA_QEMU_TEXT_H

#include <stdint.h>

#define TEXT_SIZE 384u

/* A line for the console. What does not fit is cut off. */
struct text {
	uint32_t size;
	char bytes[TEXT_SIZE];
};

void text_add(struct text *text, const char *more);
void text_add_decimal(struct text *text, uint32_t value);
void text_add_hex(struct text *text, uint32_t value); /* 8 digits */

#endif
