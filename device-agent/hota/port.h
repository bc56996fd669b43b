/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_HOTA_PORT_H
#define GYA_HOTA_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/boards/hota.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/nor.h"

#define GYA_HOTA_VERSION_SIZE 64u /* of softwareVersion, its zero included */

/* Everything that the module, the board below it and the boot loader take from outside. The port owns it. */
struct gya_hota_port {
	const struct gya_hota_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	/*
	 * RSASSA-PSS with SHA-256 and MGF1-SHA-256, a salt of any length, over `digest`. `key` is DER: RSAPublicKey or
	 * SubjectPublicKeyInfo; `signature` has 256 or 384 bytes, and the key as many.
	 */
	bool (*pss_verify)(const uint8_t *key, uint32_t key_size, const uint8_t digest[32],
		const uint8_t *signature, uint32_t signature_size);
	void *context;
	void (*console_putc)(void *context, char c);
	void (*watchdog_kick)(void *context);
	void (*reboot)(void *context); /* a test's or a simulator's may return */
	const char *local_version;     /* the boot loader's LOCAL_VERSION; NULL: it compares nothing */
};

/* What runs, as the boot record says. */
struct gya_hota_image {
	uint32_t size; /* 0: none */
	uint8_t sha256[32];
	char version[GYA_HOTA_VERSION_SIZE];
};

/* What the reference module noticed, which the component does not report. */
struct gya_hota_counters {
	uint32_t gaps;    /* writes that began after the end of what was written before */
	uint32_t repeats; /* writes that began before it */
};

/* A reset of the chip: all state is as new. `port` stays in use until the next call. */
void gya_hota_power_on(const struct gya_hota_port *port);
const struct gya_hota_counters *gya_hota_counters(void);

/* The running application; false before the first is noted. Its bytes are at the start of `partition`. */
bool gya_hota_running(struct gya_hota_image *image, uint32_t *partition);
/* Where the next package's kernel goes: a partition id. */
uint32_t gya_hota_next_partition(void);
/* At the factory: the kernel's partition holds `size` bytes of an application with that version. */
bool gya_hota_provision(uint32_t size, const char *version);

/* How the boot loader's pass ended: after an installation with a reset, as chips do that run from what was written. */
enum gya_hota_boot { GYA_HOTA_BOOT_START, GYA_HOTA_BOOT_RESET, GYA_HOTA_BOOT_DEAD };
struct gya_hota_booted {
	enum gya_hota_boot outcome;
	bool has_installed; /* a package, in this pass */
};
/*
 * One boot: installs what is committed, or else looks at the application. Whatever a cut leaves, the next boot ends with the old
 * or the new one, whole. HOTA.md, "One boot".
 */
struct gya_hota_booted gya_hota_boot(void);

#endif
