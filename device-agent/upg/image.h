/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_IMAGE_H
#define GYA_UPG_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#define GYA_UPG_IMAGE_HEADER_SIZE 0x300u /* key area 0x100, code info 0x200 */

/* The signed firmware image at the start of a partition. */
struct gya_upg_identity {
	bool valid;           /* what the boot loader would start under this board's fuses */
	uint32_t image_size;  /* header and code */
	uint32_t version_ext; /* of the code info */
	uint8_t sha256[32];   /* over image_size bytes, as the chip runs them: decrypted */
};

/*
 * Fills `identity` from the image in partition `id`; on a board with regions the application is the one that runs. False
 * if the board has no such partition, if the flash cannot be read or if the announced code does not fit; then `identity`
 * is all zero.
 */
bool gya_upg_application_identity(uint16_t id, struct gya_upg_identity *identity);

/*
 * The lowest version_ext that a package's image may have here; 0 for any. What an image that no fuse word is for may
 * have on a chip that checks is nothing, which the largest number stands for.
 */
uint32_t gya_upg_lowest_version(uint32_t image_id);

#endif
