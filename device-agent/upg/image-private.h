/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_IMAGE_PRIVATE_H
#define GYA_UPG_IMAGE_PRIVATE_H

#include "device-agent/upg/module-private.h"

/*
 * The boot check of an application: its code hash, and if the fuse asks for it ids, versions, product id and
 * the ECDSA chain. The die id, which vendor images leave zero, is not compared.
 */
bool upg_image_is_startable(const struct gya_partition *partition);
/* Only the code hash. */
bool upg_image_is_whole(const struct gya_partition *partition);

#endif
