// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/nor.h"

/*
 * A flash part that is broken, or not the one that its driver was written for. Such parts say nothing: every operation goes
 * through.
 */
enum gya_nor_fault_kind {
	GYA_NOR_FAULT_NONE,
	GYA_NOR_FAULT_STUCK, // bits of `mask` in the byte at `offset` always read as `value`
	GYA_NOR_FAULT_ERASE, // an erase takes the aligned `size` bytes around its address, a power of two
	GYA_NOR_FAULT_PAGE   // what is written past the end of a page comes round at its start
};

struct gya_nor_fault {
	enum gya_nor_fault_kind kind;
	uint32_t offset; // from the start of the part
	uint8_t mask;
	bool value;
	uint32_t size;
	struct gya_nor part; // the whole one
};

// `part` becomes the faulty one, in place; `fault` has to outlast it.
void gya_nor_fault_install(struct gya_nor_fault *fault, struct gya_nor *part);
