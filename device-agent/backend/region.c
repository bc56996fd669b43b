/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-ab.h"

bool
gya_serve_region(struct gya_agent *a, uint32_t type)
{
	/* a repeat gets its outcome again from the core */
	if (type != GYW_REGION || a->to == a->asked)
		return false;
	if (!gya_may_arm(a, 4))
		return true;
	if (gyw_get_u32le(gya_body(a)) != gya_ws63_ab_other())
		gya_refuse(a, GYW_CAUSE_TARGET, gya_ws63_ab_other());
	else
		gya_start_arming(a);
	return true;
}
