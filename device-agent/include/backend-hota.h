/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_HOTA_H
#define GYA_BACKEND_HOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/backend.h"

/*
 * The backend for systems with the lite OTA component (backend/hota.c): HotaInit, HotaWrite and so on, and the board's HotaHal
 * calls below them. Static state of its own, below 256 bytes. The signature is the component's to verify; of a package of
 * the board's own kind nobody verifies one.
 */
struct gya_hota_setup {
	const struct gya_board *board;
	const struct gya_crypto *crypto;
	uint32_t storage_size; /* the largest package, below 2 GiB */
	/* A package of the board's own kind (NOT_USE_DEFAULT_PKG) is taken as it is: read back, and no more is known of it. */
	bool takes_own;
	/* HotaCancel undoes HotaSetBootSettings: the boot loader goes by the stored status. Else what is armed stays so. */
	bool cancel_disarms;
	/*
	 * Optional: the platform's own call that makes the stored package count, 0 if it went through; for a board that keeps
	 * no metadata, where HotaSetBootSettings and HotaRestart fail for ever.
	 */
	int (*finish)(void);
	/* Optional: of the flash, for partitions that the board opens; false past its end. */
	bool (*read_flash)(uint32_t offset, uint8_t *bytes, uint32_t size);
};
const struct gya_backend *gya_backend_hota(const struct gya_hota_setup *setup);

#endif
