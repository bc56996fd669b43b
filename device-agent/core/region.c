/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/region.h"

#include "device-agent/core/agent-private.h"

/* On the store side: the vendor's calls read flash. */
static bool
look(struct gya_agent *a)
{
	gya_presume(a, GYW_CAUSE_READ, 0);
	a->about.said.bytes = a->backend->region();
	a->about.said.size = sizeof(struct gyw_region);
	return a->about.said.bytes != NULL;
}

static bool
choose(struct gya_agent *a)
{
	gya_presume(a, GYW_CAUSE_VERIFY, 0);
	a->tried = true;
	return a->backend->choose_region(a->about.asked) && look(a);
}

bool
gya_region(struct gya_agent *a, uint32_t type)
{
	if (type != GYW_REGION || a->to == a->asked)
		return false;
	if (!gya_can_send(a)) {
		a->is_held = true;
	} else if (a->job) {
		gya_reply_busy(a);
	} else if (gya_body_size(a) < 4) {
		gya_start_extra(a, look, GYW_REGION_IS);
	} else if (a->state != GYW_STATE_IDLE) {
		gya_refuse(a, GYW_CAUSE_STATE, a->state);
	} else {
		a->about.asked = gyw_get_u32le(gya_body(a));
		gya_start_extra(a, choose, GYW_REGION_IS);
	}
	return true;
}
