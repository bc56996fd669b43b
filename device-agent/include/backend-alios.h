/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_ALIOS_H
#define GYA_BACKEND_ALIOS_H

#include <ota_service.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/backend.h"

struct gya_agent;

/* What the backend asks where it keeps breakpoints. */
struct gya_alios_breakpoints {
	/* Whether the transfer goes on: then ota_hal_init() went through, with `param`'s off_bp. */
	bool (*resume)(const struct gyw_begin *begin, ota_boot_param_t *param);
	/* The next bytes are stored. */
	void (*stored)(const uint8_t *bytes, uint32_t size);
	void (*forget)(void);
};

/*
 * The backend for AliOS Things' uOTA of 2.1 (backend/alios.c): ota_hal_* and the key-value store. A platform has to be registered
 * when the agent starts. Arming is the reset: ARM looks at nothing that was not looked at before. Static state of its own, below
 * 768 bytes, most of it what BEGIN said.
 *
 * Calls return 0 or a code of the system's, which stands in the refusal as it is; they are about what was downloaded.
 */
struct gya_alios_setup {
	const struct gya_board *board;
	const struct gya_crypto *crypto;
	uint32_t slice_size;  /* that the second boot is built with; a difference has to have it */
	bool wants_signature; /* what BEGIN brings no signature for is refused */
	int (*check_image)(
		uint32_t size); /* trailer and its MD5, of an image of that size with its trailer */
	/* MD5 of the first `size` bytes; NULL: what is announced by its MD5 is refused. */
	int (*md5)(uint32_t size, uint8_t digest[16]);
	/*
	 * Whether the message with this digest (32 bytes SHA-256, or 16 MD5) was signed: RSA-2048. NULL: what has a
	 * signature is refused.
	 */
	int (*check_signature)(const uint8_t *digest, uint32_t digest_size, const uint8_t signature[256]);
	/* Of the running image, from its first byte; `running_size` with its trailer, 0 if nobody knows. */
	bool (*read_running)(uint32_t offset, uint8_t *bytes, uint32_t size);
	uint32_t (*running_size)(void);
	void (*watchdog)(void);
	/* gya_alios_slices; NULL: the second boot takes no differences, and they are refused. */
	uint32_t (*slices)(const struct gya_alios_setup *setup, const uint8_t *head, uint32_t length);
	const struct gya_alios_breakpoints *breakpoints; /* NULL: a transfer begins again after a reset */
};
const struct gya_backend *gya_backend_alios(const struct gya_alios_setup *setup);

#define GYA_ALIOS_SLICE_HEAD 48u

/*
 * The slices of a difference (backend/slices.c), by their heads: of what is stored, or with `head` of the first alone. 0, or 1
 * more than the offset of the one that is none, is not as long as `slice_size`, or makes more than the application has room
 * for.
 */
uint32_t gya_alios_slices(const struct gya_alios_setup *setup, const uint8_t *head, uint32_t length);

/*
 * What stands beside the backend where a transfer goes on after a reset of the device (backend/breakpoint.c). `setup` is that of the
 * backend, and needs `crypto` and `watchdog`. It has static state of its own, below 320 bytes.
 */
const struct gya_alios_breakpoints *gya_alios_breakpoints(const struct gya_alios_setup *setup);

/*
 * A port's `extend` for it (backend/resume.c), and for any other backend whose PREPARE goes on where a reset stopped it. Such a port
 * says GYW_CAN_RESUME_RESET. Never true.
 */
bool gya_serve_resume(struct gya_agent *agent, uint32_t type);

/*
 * A port's `extend` that serves CONFIRM (backend/confirm.c), of any session or none: the host accepts what runs, by
 * ota_hal_rollback(). Such a port says GYW_CAN_CONFIRM.
 */
bool gya_serve_confirm(struct gya_agent *agent, uint32_t type);

#endif
