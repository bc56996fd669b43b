/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_INSTALL_PRIVATE_H
#define GYA_UPG_INSTALL_PRIVATE_H

#include "device-agent/upg/package-private.h"

/*
 * Erases the target partition and writes the image into it, unpacking where the header says so. Image forms
 * that this module does not know are refused before the erase; sizes that do not fit, as in the vendor's,
 * after it.
 */
errcode_t upg_install_image(const struct gya_partition *storage, const struct upg_image *image,
	const struct gya_partition *target);

/* So many more bytes of the package are done: tells the callback when the integer percentage changed. */
void upg_progress_add(uint32_t bytes);

#endif
