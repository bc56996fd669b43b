/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EFUSE_H
#define EFUSE_H

#include <errcode.h>

errcode_t uapi_efuse_get_die_id(uint8_t *buffer, uint16_t length);

#endif
