/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_STORAGE_PRIVATE_H
#define GYA_UPG_STORAGE_PRIVATE_H

#include "device-agent/upg/module-private.h"

/* The partition that packages are stored in. */
errcode_t upg_storage(const struct gya_partition **storage);
/* Its bytes that a package may take: all but the tail. */
uint32_t upg_storage_capacity(const struct gya_partition *storage);

#endif
