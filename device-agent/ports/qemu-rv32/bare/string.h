/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BARE_STRING_H
#define GYA_BARE_STRING_H

/* <string.h> for code that expects a C library where there is none: what is used of it, in memory.c. */
#include "protocol/wire/mem.h"

int strcmp(const char *a, const char *b);

#endif
