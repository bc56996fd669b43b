/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_STORED_PACKAGE_H
#define GYA_BOARD_STORED_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/lzma.h"
#include "device-agent/include/nor.h"

/* The field user_defined of a package's info area, which holds the text that the package was built with. */
#define GYA_PACKAGE_TEXT_SIZE 112u

struct gya_stored_package {
	const struct gya_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	const struct gya_lzma *lzma;
};

/*
 * Whether the package in the storage partition carries, plain or compressed, the application whose first
 * `image_size` bytes have this SHA-256. If so `text` gets the package's text, ended by a zero and free of control
 * characters. Reads only; whatever the partition holds is taken as hostile.
 */
bool gya_stored_package_has(const struct gya_stored_package *package, uint32_t image_size,
	const uint8_t sha256[32], char text[GYA_PACKAGE_TEXT_SIZE + 1]);

#endif
