// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device-agent/include/nor.h"

// Rules of a real part: an erase sets one sector, a program clears bits inside one page. Each is one
// operation.
#define GYA_NOR_FILE_SECTOR 4096u
#define GYA_NOR_FILE_PAGE   256u

enum gya_nor_kind { GYA_NOR_PROGRAM, GYA_NOR_ERASE };

enum gya_nor_moment {
	GYA_NOR_NEVER,
	GYA_NOR_BEFORE, // the operation does nothing
	GYA_NOR_MIDDLE, // some of its bits have changed: which ones, the seed says
	GYA_NOR_AFTER   // it is done, its caller never hears of it
};

// The power goes at operation number `operation`, counted from 0 since the part was opened or the count was
// set back.
struct gya_nor_cut {
	enum gya_nor_moment moment;
	uint64_t operation;
	uint32_t seed;
	void (*die)(void *context); // NULL or returning: the part answers nothing until gya_nor_file_power_on
	void *context;
};

struct gya_nor_operation {
	enum gya_nor_kind kind;
	uint32_t offset;
	uint32_t size;
	uint8_t *before; // `size` bytes each, of the whole page part or sector
	uint8_t *after;
};

struct gya_nor_file {
	struct gya_nor nor; // what the device code gets
	uint8_t *bytes;
	uint64_t n_operations;
	uint64_t n_faults; // programs that wanted to set a bit
	bool is_dead;
	struct gya_nor_cut cut;

	// Optional: called with the time each operation takes on a typical part.
	void (*charge_us)(void *context, uint32_t us);
	void *charge_context;

	bool is_recording;
	struct gya_nor_operation *log;
	size_t n_log;
	size_t log_room;
};

// Flash in a file, which is made and filled with FF if it is not there; a MAP_SHARED mapping outlives the
// process that is killed in mid-operation. `path` NULL: in memory. Returns NULL with errno set; a file of
// another size is EINVAL.
struct gya_nor_file *gya_nor_file_open(const char *path, uint32_t size);
void gya_nor_file_close(struct gya_nor_file *flash);

// After a cut: the part works again, and no cut is set.
void gya_nor_file_power_on(struct gya_nor_file *flash);

void gya_nor_file_record(struct gya_nor_file *flash);
void gya_nor_file_forget(struct gya_nor_file *flash);

// What the part holds when `operation` is cut in its middle: `out` gets size bytes. Each seed gives another
// mixture, by bit, by byte, by word or up to a point.
void gya_nor_operation_tear(const struct gya_nor_operation *operation, uint32_t seed, uint8_t *out);
