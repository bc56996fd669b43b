/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_H
#define GYA_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/info-tag.h"
#include "protocol/wire/message.h"

/* Why an operation did not go through: our cause, and the device API's own code unchanged beside it. As in gyw_refusal. */
struct gya_verdict {
	uint32_t cause; /* enum gyw_cause; 0: it went through */
	uint32_t code;
	uint32_t detail;
};

/*
 * An upgrade system of a device, as the agent drives it. All calls may block as long as the board's worst times say and
 * are made from gya_store_step; they kick the watchdog. Each returns true, or false with the verdict filled whose place
 * `init` was given. An optional entry is NULL where the system has no such operation. `can` and `piece` may be the session's:
 * judging its manifest may change them, and they are looked at after that.
 */
struct gya_backend {
	uint32_t id;   /* in REFUSED and FAILED; for ever: 1 ws63, 2 hota, 3 liteos, 4 alios */
	uint32_t mode; /* enum gyw_mode: what BEGIN has to announce */
	uint32_t can;  /* GYW_CAN_READ_BACK, GYW_CAN_DISARM, GYW_ARMING_RESETS */
	uint32_t
		piece; /* the store is written in pieces of this size at this alignment, but for the last one */
	uint32_t manifest_most; /* the largest manifest; 0: the backend wants none */

	/*
	 * Once, before anything else; the vendor's own initialisation. Keeps `verdict` for the calls that follow. Returns what
	 * it has to say in INFO, which it may change only while a call is under way; NULL if the system cannot be used.
	 */
	const struct gya_info_tag *(*init)(struct gya_verdict *verdict);
	/* The largest package, below 2 GiB; 0 if it cannot say. */
	uint32_t (*storage_size)(void);
	/*
	 * Judges a package by its manifest. Before anything is erased: the `size` bytes that the host sent, none if none are
	 * wanted. With `is_stored`, once the whole package's SHA-256 was found right: every check again on the stored
	 * bytes, data included; `manifest` is then room for them (the agent's window, which is empty).
	 */
	bool (*judge)(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored);
	/*
	 * Makes room for the announced package. Destroys the one that was there; or, under a port with gya_serve_resume
	 * (backend-alios.h), goes on with it: then the verdict's detail is how many of its bytes are stored, whole pieces.
	 */
	bool (*prepare)(const struct gyw_begin *begin);
	/* In order, each byte once. */
	bool (*write)(uint32_t offset, const uint8_t *bytes, uint32_t size);
	/* With GYW_CAN_READ_BACK: what was stored, at most 4 KiB of it. */
	bool (*read)(uint32_t offset, uint8_t *bytes, uint32_t size);
	/* What `prepare` began is given up: by the host, by another BEGIN, or since a write failed. */
	void (*stop)(void);
	/* The device's own verification; after it a reset installs the package. */
	bool (*arm)(void);
	/* With GYW_CAN_DISARM: undoes `arm`. */
	bool (*disarm)(void);
	/* Resets the chip; comes back only if it failed (or in a simulator that resets later). */
	void (*reset)(void);
	/* Optional: bytes of an area that the board opens, for READ and HASH. */
	bool (*read_area)(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size);
};

/*
 * The WS63 backend, on the vendor's uapi_upg_* (backend/ws63.c). It has static state of its own, below 128 bytes.
 * `root_key` is the board's root key record (0x80 bytes, spec: 4.3), `read_flash` reads flash by offset (mapped on the
 * chip) and returns false past the end. `hardware_id` 0: not compared. `decrypts` is optional, where the chip can: whether
 * the encrypted image with this header (160 bytes, spec: 1.4) can be taken, the first time by the header alone, the
 * second time when its data are stored, too, so that a wrong key is found before the application is erased.
 */
struct gya_ws63_setup {
	const struct gya_board *board;
	const struct gya_crypto *crypto;
	bool (*read_flash)(uint32_t offset, uint8_t *bytes, uint32_t size);
	uint32_t root_key_offset;
	uint32_t hardware_id;
	void (*watchdog)(void); /* upg_watchdog_kick */
	bool (*decrypts)(const uint8_t *header, bool is_stored);
};
const struct gya_backend *gya_backend_ws63(const struct gya_ws63_setup *setup);

#endif
