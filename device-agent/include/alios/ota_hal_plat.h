/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OTA_HAL_PLAT_H
#define OTA_HAL_PLAT_H

#include <ota_service.h>

/*
 * The platform below the service (spec alios-ota: 2.2). Calls return 0, or a negative OTA_ERRNO_E. A download goes through
 * `init`, `write` and `boot`.
 */
typedef struct {
	/* `boot_param`: `len` bytes will come; with `off_bp` 0 from the first, and the partition is erased. */
	int (*init)(void *boot_param);
	/* Appends; `*off` is not looked at. */
	int (*write)(int *off, char *buf, int len);
	/* Of what was downloaded; `*off` moves on. */
	int (*read)(int *off, char *buf, int len);
	/*
	 * OTA_FINISH: leaves the boot record for the second boot and resets the chip. OTA_BREAKPOINT: keeps what is needed
	 * to go on at `off_bp` after a reset.
	 */
	int (*boot)(void *boot_param);
	/* The boot is good: what counts the starts of a new image is cleared. */
	int (*rollback)(void *);
	const char *(*version)(unsigned char dev_type);
} ota_hal_module_t;

/* Keeps the pointer. The calls below fail with OTA_INIT_FAIL without one. */
void ota_hal_register_module(ota_hal_module_t *module);
int ota_hal_init(ota_boot_param_t *boot_param);
int ota_hal_write(int *off, char *buf, int len);
int ota_hal_read(int *off, char *buf, int len);
int ota_hal_boot(ota_boot_param_t *boot_param);
int ota_hal_rollback(void *arg);
/* NULL without a module. */
const char *ota_hal_get_version(unsigned char dev_type);

#endif
