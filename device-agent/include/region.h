/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_REGION_H
#define GYA_REGION_H

#include <stdbool.h>
#include <stdint.h>

struct gya_agent;

/*
 * REGION for a device with two of them: says which one runs and which one starts next, and chooses that. For `extend` of a
 * port whose backend has `region` and `choose_region`. Choosing is refused while a session is open, which has ARM and DISARM
 * for it.
 */
bool gya_region(struct gya_agent *agent, uint32_t type);

#endif
