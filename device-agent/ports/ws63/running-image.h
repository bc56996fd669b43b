/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GANTRY_RUNNING_IMAGE_H
#define GANTRY_RUNNING_IMAGE_H

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"

/* Flash as the chip shows it; false past its end. */
bool running_image_read_flash(uint32_t offset, uint8_t *bytes, uint32_t size);

struct running_image {
	uint32_t version_ext;
	uint8_t sha256[32]; /* header and code */
};

/*
 * Who this application is, from its own signed header. Hashes all of it, one second for 1.4 MiB, with a kick of the watchdog for
 * every 4 KiB. False, and all zero, if there is no such header: an application that was loaded by a debugger.
 */
bool running_image_identify(
	const struct gya_board *board, const struct gya_crypto *crypto, struct running_image *image);

#endif
