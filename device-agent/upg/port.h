/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_PORT_H
#define GYA_UPG_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/lzma.h"
#include "device-agent/include/nor.h"

/* One-time programmable words that the boot check reads. */
struct gya_upg_fuses {
	uint32_t secure_verify; /* 0: an application needs only its code hash; else the ECDSA chain as well */
	uint32_t msid;
	uint32_t application_key_version; /* unary: the number of set bits counts */
	uint32_t application_version;     /* unary, likewise */
};

/* Fuse words that packages are held against. They are not those of the boot check. */
enum gya_upg_word { GYA_UPG_WORD_APPLICATION, GYA_UPG_WORD_FLASHBOOT };

/* The vendor's build option against going back to an older version: a package's version_ext is held against a word. */
struct gya_upg_rollback {
	bool (*read)(void *context, enum gya_upg_word word, uint32_t *value);
	/* Sets the bits of `value`; those that are set stay so. A cut leaves any of them set. */
	bool (*burn)(void *context, enum gya_upg_word word, uint32_t value);
};

/* What the chip derives a key for: to read packages, or to write and run code that is encrypted in flash. */
enum gya_upg_key { GYA_UPG_KEY_PACKAGE, GYA_UPG_KEY_FLASH };
#define GYA_UPG_SALT_SIZE 28u

/* Everything the upgrade module takes from outside. The port owns it and all it points to. */
struct gya_upg_port {
	const struct gya_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	const struct gya_lzma *lzma;
	void *context;
	void (*console_putc)(void *context, char c);
	void (*watchdog_kick)(void *context);
	void (*reboot)(void *context); /* waits 500 ms, then resets the chip; a test's may return */
	struct gya_upg_fuses fuses;
	uint32_t *retry_register; /* survives a reset, cleared by the port at power-on */
	/* On a board with regions: 1 where the address of A shows region B and the other way round. The boot loader sets it. */
	uint32_t *region_register;
	const struct gya_upg_rollback *rollback; /* optional, with this struct's context */
	/* Optional: the key that the chip derives from a salt and its own secrets; false if it cannot. */
	bool (*derive_key)(
		void *context, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE], uint8_t key[16]);
};

/* What the reference module noticed, which the vendor's does not report. */
struct gya_upg_counters {
	uint32_t gaps;      /* pieces that began after the end of what was written before */
	uint32_t repeats;   /* pieces that began before it */
	uint32_t conflicts; /* pieces that wanted to set a bit that was already cleared */
};

/* A reset of the chip: all state of the module is as new. `port` stays in use until the next call. */
void gya_upg_port_power_on(const struct gya_upg_port *port);

const struct gya_upg_counters *gya_upg_counters(void);

#endif
