/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_PORT_H
#define GYA_ALIOS_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/boards/alios.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/nor.h"

#define GYA_ALIOS_SIGNATURE_SIZE 256u
#define GYA_ALIOS_XZ_STREAMS     3u /* of a slice: control, difference, extra */

/* The public key of messages, big endian: ota_pubn_buf and ota_pube_buf. */
struct gya_alios_key {
	uint8_t modulus[GYA_ALIOS_SIGNATURE_SIZE];
	uint32_t exponent;
};

/* How a step of a decoder ended. */
enum gya_xz_result {
	GYA_XZ_MORE = 0, /* it wants more input or more room */
	GYA_XZ_END = 1,  /* the stream is over, and its check was right */
	GYA_XZ_E_DICTIONARY = -1,
	GYA_XZ_E_DATA = -2 /* damaged, or an option, filter or check that it does not have */
};

/*
 * A decoder of .xz streams: one block, LZMA2 with a dictionary of `dictionary` bytes at most, CRC-32 or no check. Each has a
 * window of its own, so that several run at a time.
 */
struct gya_xz {
	void *context;
	uint32_t dictionary;
	/* A new stream begins. */
	void (*start)(void *context);
	/* Consumes up to *in_size bytes, produces up to *out_size and sets both to what it used. */
	enum gya_xz_result (*decode)(
		void *context, uint8_t *out, uint32_t *out_size, const uint8_t *in, uint32_t *in_size);
};

#define GYA_ALIOS_NO_BYTE (-1)

/* Everything that the module and the second boot take from outside. The port owns it, and it stays in use. */
struct gya_alios_port {
	const struct gya_alios_board *board;
	const struct gya_nor *nor; /* of the whole flash */
	const struct gya_crypto *crypto;
	/*
	 * RSASSA-PKCS1-v1_5 with SHA-256, whose `digest` it is given. NULL, or `key` NULL: messages with a signature are
	 * refused.
	 */
	bool (*pkcs1_verify)(const struct gya_alios_key *key, const uint8_t digest[32],
		const uint8_t signature[GYA_ALIOS_SIGNATURE_SIZE]);
	const struct gya_alios_key *key;
	/* As many as there is memory for. Without three the second boot takes no differences. */
	const struct gya_xz *xz[GYA_ALIOS_XZ_STREAMS];
	void *context;
	void (*console_putc)(void *context, char c);
	/*
	 * Optional, for the second boot's menu: the next byte, waiting for it as long as that; GYA_ALIOS_NO_BYTE if none came, and
	 * any other negative number where the power goes, which ends the menu.
	 */
	int (*console_getc)(void *context, uint32_t wait_ms);
	void (*watchdog_kick)(void *context); /* at least once for every sector erased and 4 KiB read */
	/* Resets the chip. A test's or a simulator's may return. */
	void (*reboot)(void *context);
	/* Optional: lets that much time go by. */
	void (*sleep_ms)(void *context, uint32_t ms);
	/* The running program's version, and the text of the second boot's menu. */
	const char *version;
	/* RAM of `board`'s slice_size bytes, for the slice that is made; NULL: no differences. */
	uint8_t *slice;
};

/* A reset of the chip: all state is as new. `port` stays in use until the next call. */
void gya_alios_power_on(const struct gya_alios_port *port);

/* How a pass of the second boot ends. */
enum gya_alios_boot {
	GYA_ALIOS_BOOT_START, /* the application in `partition` */
	GYA_ALIOS_BOOT_RESET, /* something was installed, taken back, or has to be tried again */
	GYA_ALIOS_BOOT_DEAD   /* nothing that could be started */
};
struct gya_alios_booted {
	enum gya_alios_boot outcome;
	uint32_t partition; /* GYA_ALIOS_APPLICATION, or of bank 1 GYA_ALIOS_OTA_TEMP */
	bool has_installed; /* a new image, in this pass */
	bool has_gone_back; /* to the old one, in this pass */
};

/*
 * One boot after gya_alios_power_on(): the flag of the boot record decides (spec alios-ota: 4.1). Whatever a cut of the power
 * leaves, the next boots end with the old image or the new one, whole. loader.c.
 */
struct gya_alios_booted gya_alios_boot(void);

#endif
