/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_STORED_PACKAGE_H
#define GYA_BOARD_STORED_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/lzma.h"
#include "device-agent/include/nor.h"
#include "device-agent/upg/port.h"

/* The field user_defined of a package's info area, which holds the text that the package was built with. */
#define GYA_PACKAGE_TEXT_SIZE 112u

struct gya_stored_package {
	const struct gya_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	const struct gya_lzma *lzma;
	/* Optional, as in struct gya_upg_port: without it no encrypted image can be looked into. */
	bool (*derive_key)(
		void *context, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE], uint8_t key[16]);
	void *context;
};

/*
 * Whether the package in the storage partition carries, plain, compressed or encrypted, the application whose first
 * `image_size` bytes have this SHA-256. If so `text` gets the package's text, ended by a zero and free of control
 * characters. Reads only; whatever the partition holds is taken as hostile.
 */
bool gya_stored_package_has(const struct gya_stored_package *package, uint32_t image_size,
	const uint8_t sha256[32], char text[GYA_PACKAGE_TEXT_SIZE + 1]);

#define GYA_PACKAGE_HEADER_SIZE 160u

/*
 * Whether this chip can take the encrypted image with this header: it has a cipher, and the image is an application in
 * LZMA, which is all that a boot loader decrypts. With `is_stored` the image's data are in the storage partition: they have
 * to begin, under the chip's key, as such data do, and the image in them has to name the package's iv, without which the
 * chip could not run what it wrote.
 */
bool gya_stored_package_decrypts(const struct gya_stored_package *package,
	const uint8_t header[GYA_PACKAGE_HEADER_SIZE], bool is_stored);

#endif
