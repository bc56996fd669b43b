/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_MEM_H
#define GYW_MEM_H

#include <stddef.h>

/*
 * The only functions that freestanding code takes from outside. Compilers emit calls to them anyway, so every
 * port has them; a bare compiler has no <string.h> to declare them.
 */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
