/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_AB_H
#define GYA_BACKEND_AB_H

#include "device-agent/include/backend.h"

struct gya_agent;

/*
 * The backend of a WS63 with two regions, on the vendor's upg_ab_* (backend/ws63-ab.c): BEGIN has mode "region image" and
 * as target the region that does not run, what is sent is the signed image itself, its manifest is the image's header of
 * 0x300 bytes. Arming chooses the region, a reset starts it. It has static state of its own, below 64 bytes.
 */
struct gya_ws63_ab_setup {
	struct gya_ws63_setup chip;
	/*
	 * Images that carry digests instead of signatures are taken. Who may open the line may then replace the application:
	 * for a development board only.
	 */
	bool takes_unsigned;
};
const struct gya_backend *gya_backend_ws63_ab(const struct gya_ws63_ab_setup *setup);

/* The region that does not run. */
uint32_t gya_ws63_ab_other(void);

/*
 * A port's `extend` that serves REGION (backend/region.c): choosing the other region without sending anything, when no session
 * is under way. What is in it is judged as if it had just been stored; then the device is armed, and RESET starts it.
 */
bool gya_serve_region(struct gya_agent *agent, uint32_t type);

#endif
