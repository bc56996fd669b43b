// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/second-boot/second-boot.h"

/** gy_second_boot_prompt: (nullable): the last prompt in @text if nothing follows it: "aos boot# " or "2ndboot# ". */
const char *gy_second_boot_prompt(const char *text);

/**
 * gy_second_boot_recognise: which loader shows this help behind that prompt; %GY_SECOND_BOOT_UNKNOWN unless exactly one
 * line offers YMODEM, under a key that one of the loaders has for it.
 */
GySecondBootGeneration gy_second_boot_recognise(const char *help, const char *prompt);

/** gy_second_boot_key_ymodem, gy_second_boot_key_reboot: what to press. */
char gy_second_boot_key_ymodem(GySecondBootGeneration generation);
char gy_second_boot_key_reboot(GySecondBootGeneration generation);

/** gy_second_boot_read_map: the partitions that a loader shows before it asks for an address; sizes 0 where it does not. */
void gy_second_boot_read_map(const char *text, GySecondBootMap *map);
