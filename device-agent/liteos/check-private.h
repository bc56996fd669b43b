/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_LITEOS_CHECK_PRIVATE_H
#define GYA_LITEOS_CHECK_PRIVATE_H

#include "device-agent/liteos/module-private.h"

/* A difference in its envelope, 1024 bytes to 1280, for the self-test's last step; and the old image. */
#define LITEOS_CHECK_PACKAGE_SIZE 203u
#define LITEOS_CHECK_OLD_SIZE     1024u

extern const uint8_t liteos_check_package[LITEOS_CHECK_PACKAGE_SIZE];
void liteos_check_old(uint8_t old[LITEOS_CHECK_OLD_SIZE]);

#endif
