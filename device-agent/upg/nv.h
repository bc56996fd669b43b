/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_NV_H
#define GYA_UPG_NV_H

#include <upg.h>

/*
 * The application's part of an upgrade, after uapi_upg_init: NV data that the boot loader has found in the package goes
 * into the NV partition. Three tries, one for each boot; one that the power has cut is taken up where it was.
 *
 * Returns SUCC also where there is nothing to do (any more), NOT_INIT, or why this try failed; then the NV partition is
 * as it was. The result of the upgrade does not change by it. Uses the storage partition's page buffer and page status.
 */
errcode_t gya_upg_nv_apply(void);

#endif
