/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_NOR_H
#define GYA_NOR_H

#include <stdint.h>

enum gya_nor_result {
	GYA_NOR_OK = 0,
	GYA_NOR_E_RANGE = -1,   /* past the end, or an erase that is not whole sectors */
	GYA_NOR_E_PROGRAM = -2, /* a bit would have to go from 0 to 1: the caller forgot to erase */
	GYA_NOR_E_FAULT = -3    /* the part did not do it */
};

/*
 * NOR flash: erasing sets all bits of a sector, programming only clears bits. Offsets are from the start of the
 * part. A call returns when the part is done.
 */
struct gya_nor {
	void *context;
	uint32_t size;
	uint32_t sector_size;
	enum gya_nor_result (*read)(void *context, uint32_t offset, uint8_t *bytes, uint32_t size);
	enum gya_nor_result (*program)(void *context, uint32_t offset, const uint8_t *bytes, uint32_t size);
	enum gya_nor_result (*erase)(void *context, uint32_t offset, uint32_t size);
};

#endif
