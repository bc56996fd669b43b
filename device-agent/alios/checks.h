/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_CHECKS_H
#define GYA_ALIOS_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the agent's backend asks about what was downloaded and what runs (backend-alios.h). 0, or a code of <ota_service.h>. After
 * gya_alios_power_on().
 */

/* The trailer, of an image of `size` bytes with it, and the image's MD5. */
int gya_alios_check_image(uint32_t size);
int gya_alios_md5(uint32_t size, uint8_t digest[16]);
/* Whether the port's key made it over the digest, which is hashed again (spec alios-ota: 3.3). */
int gya_alios_check_signature(const uint8_t *digest, uint32_t digest_size, const uint8_t signature[256]);

/* With its trailer; 0 for one without. */
uint32_t gya_alios_running_size(void);
bool gya_alios_read_running(uint32_t offset, uint8_t *bytes, uint32_t size);
/* A new image that nobody has confirmed yet. */
bool gya_alios_is_on_trial(void);

#endif
