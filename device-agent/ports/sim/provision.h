// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/nor.h"
#include "device-agent/ports/board/factory.h"

enum gya_provision_error {
	GYA_PROVISION_ERROR_KEY,   // not a public key for this chip
	GYA_PROVISION_ERROR_IMAGE, // no such section, or it does not fit
	GYA_PROVISION_ERROR_FLASH
};
#define GYA_PROVISION_ERROR gya_provision_error_quark()
GQuark gya_provision_error_quark(void);

// X||Y of a brainpoolP256r1 key from a PEM or DER file, public or private. File errors are of G_FILE_ERROR.
gboolean gya_provision_read_key(const char *path, uint8_t key[64], GError **error);

/* All of these write to blank flash. */
// An RSA key of 2048 or 3072 bits from a PEM or DER file, public or private, as the lite OTA component keeps it; a board of AliOS Things
// takes 2048 bits, and has it in PARAMETER_4 behind the factory's words.
#define GYA_ALIOS_KEY_AT 0x800u
gboolean gya_provision_rsa_key(
	const struct gya_board *board, const struct gya_nor *nor, const char *path, GError **error);
gboolean gya_provision_root_key(const struct gya_nor *nor, const uint8_t key[64], GError **error);
gboolean gya_provision_partition_table(
	const struct gya_board *board, const struct gya_nor *nor, GError **error);
gboolean gya_provision_factory(const struct gya_board *board, const struct gya_nor *nor,
	const struct gya_factory *factory, GError **error);
// `section` is a partition's name in the board's table.
gboolean gya_provision_image(const struct gya_board *board, const struct gya_nor *nor, const char *section,
	const char *path, GError **error);
