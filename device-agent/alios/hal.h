/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_HAL_H
#define GYA_ALIOS_HAL_H

/* The platform's own key: CRC-16 of what was downloaded up to the breakpoint (spec alios-ota: 2.7). */
#define ALIOS_KEY_CRC "ota_file_crc16"

/* Registers the reference platform; ota_service_init() does it, too. After gya_alios_power_on(). */
void gya_alios_register(void);

#endif
