/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_SERVICE_H
#define GYA_ALIOS_SERVICE_H

#include <ota_hal_plat.h>
#include <ota_service.h>
#include <stdbool.h>
#include <stdint.h>

/* A breakpoint is kept so often, and is a multiple of it: whole sectors. */
#define ALIOS_BREAKPOINT_EVERY 16384u

/* What the cloud's message says of an upgrade (spec alios-ota: 6). */
struct gya_alios_offer {
	const char *version;
	uint32_t size;
	uint32_t hash_type;  /* OTA_MD5 or OTA_SHA256 */
	const char *hash;    /* of the whole file: hexadecimal digits of either case */
	const uint8_t *sign; /* OTA_SIGN_LEN raw bytes; NULL: it is not signed */
	bool is_diff;
	uint32_t splict_size; /* of a difference */
};

/*
 * One upgrade, after ota_service_init(): an offer, the file's bytes in order from the offset that came back, the end. Each
 * returns 0 or more, or a negative OTA_ERRNO_E, which is then the service's `upg_status`, too; after one the next
 * is another offer. Transport and download are the caller's.
 */

/* Returns where the download goes on: 0, or the breakpoint of one of the same file. */
int gya_alios_offer(const struct gya_alios_offer *offer);
int gya_alios_take(const uint8_t *bytes, uint32_t size);
/* File hash, signature, trailer, boot record, in that order; then the chip is reset. */
int gya_alios_finish(void);
/* Forgets the download; the status is OTA_CANCEL. */
void gya_alios_cancel(void);

#endif
