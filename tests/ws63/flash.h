/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_WS63_FLASH_H
#define TESTS_WS63_FLASH_H

#include <stdint.h>

/* The test's memory instead of the chip's address. */
extern const uint8_t *test_flash;
#define GANTRY_FLASH test_flash

#endif
