/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-ab.h"
#include "protocol/wire/mem.h"

/* A session of its own without a transfer: it begins with the device armed, if the backend's ARM goes through. */
static void
start_arming(struct gya_agent *a)
{
	gya_end_session(a, 0);
	/* nothing was sent, so no BEGIN can take this session up */
	memset(&a->begin, 0, sizeof a->begin);
	a->session = a->to >> 16;
	a->state = GYW_STATE_ARMING;
	a->asked = a->to;
	a->total = 0;
	gya_post(a, GYA_JOB_ARM);
}

bool
gya_serve_region(struct gya_agent *a, uint32_t type)
{
	/* a repeat gets its outcome again from the core */
	if (type != GYW_REGION || a->to == a->asked)
		return false;
	if (!gya_can_send(a))
		a->is_held = true;
	else if (gya_body_size(a) < 4 || a->to >> 16 == 0)
		gya_refuse(a, GYW_CAUSE_MALFORMED, 0);
	else if (a->job)
		gya_reply(a, GYW_BUSY);
	else if (a->state != GYW_STATE_IDLE)
		gya_refuse(a, GYW_CAUSE_STATE, a->state);
	else if (gyw_get_u32le(gya_body(a)) != gya_ws63_ab_other())
		gya_refuse(a, GYW_CAUSE_TARGET, gya_ws63_ab_other());
	else
		start_arming(a);
	return true;
}
